//! Rules of a module entry.

use acelab_abi::core_id::MAX_CORES;
use acelab_abi::manifest::{MODULE_MAGIC, TYPE_DP_DOMAIN, TYPE_LL_DOMAIN};

use crate::error::{LoadError, ModuleFault, Record};
use crate::format::{Abi, MAX_HEAP, MAX_PINS, MAX_STACK, Rights, WORD, header};
use crate::manifest::{Image, Kind, Manifest, Module};

const ALL_CORES: u32 = (1 << MAX_CORES) - 1;

pub(super) fn check(
    manifest: &Manifest<'_>,
    module: &Module<'_>,
    abi: Abi,
) -> Result<(), LoadError> {
    let index = module.index() as u8;
    if module.magic() != u32::from_le_bytes(MODULE_MAGIC) {
        return Err(LoadError::Magic {
            record: Record::Module(index),
            word: module.magic(),
        });
    }
    if module.checked_name().is_none() {
        return Err(LoadError::Name(Record::Module(index)));
    }
    let wrong = |fault| LoadError::Module { index, fault };
    let image = manifest.image(module.image());
    let image = image.ok_or(wrong(ModuleFault::Image))?;
    unique(manifest, module).map_err(wrong)?;
    copies(module, &image).map_err(wrong)?;
    match module.kind() {
        Kind::Auxiliary => auxiliary(module),
        Kind::Loadable { .. } => loadable(module, &image, abi),
    }
    .map_err(wrong)
}

/// No other module has the same name or UUID, and an auxiliary one has its image
/// for itself.
fn unique(manifest: &Manifest<'_>, module: &Module<'_>) -> Result<(), ModuleFault> {
    let before = manifest.modules().take(module.index() as usize);
    for other in before {
        if other.uuid() == module.uuid() || other.name() == module.name() {
            return Err(ModuleFault::Duplicate);
        }
        let auxiliary = [other.kind(), module.kind()].contains(&Kind::Auxiliary);
        if auxiliary && other.image() == module.image() {
            return Err(ModuleFault::Shared);
        }
    }
    Ok(())
}

/// What the entry repeats of its image is the same there.
fn copies(module: &Module<'_>, image: &Image<'_>) -> Result<(), ModuleFault> {
    let kinds = [Rights::ReadExecute, Rights::Read, Rights::ReadWrite];
    let [text, ..] = kinds.map(|rights| image.segments().find(|s| s.rights() == rights));
    let hash = text.map_or([0; 8], |text| text.digest());
    if module.hash() != hash {
        return Err(ModuleFault::Hash);
    }
    let stated = module.segment_words();
    for (rights, stated) in kinds.into_iter().zip(stated.chunks_exact(3)) {
        let segment = image.segments().find(|segment| segment.rights() == rights);
        let expected = segment.map_or([0; 3], |segment| {
            [rights.bits(), segment.offset(), segment.file_offset()]
        });
        if stated != expected {
            return Err(ModuleFault::Segments);
        }
    }
    Ok(())
}

fn auxiliary(module: &Module<'_>) -> Result<(), ModuleFault> {
    match module.type_word() == header::LOAD_TYPE_AUXILIARY && module.table() == 0 {
        true => Ok(()),
        false => Err(ModuleFault::Domains),
    }
}

fn loadable(module: &Module<'_>, image: &Image<'_>, abi: Abi) -> Result<(), ModuleFault> {
    let load_type = module.type_word() & header::LOAD_TYPE_MASK;
    if load_type != header::LOAD_TYPE_LOADABLE {
        return Err(ModuleFault::LoadType);
    }
    let domains = module.type_word() & !header::LOAD_TYPE_MASK;
    if domains == 0 || domains & !(TYPE_LL_DOMAIN | TYPE_DP_DOMAIN) != 0 {
        return Err(ModuleFault::Domains);
    }
    if module.affinity() == 0 || module.affinity() & !ALL_CORES != 0 {
        return Err(ModuleFault::Affinity);
    }
    if module.instances() == 0 {
        return Err(ModuleFault::Instances);
    }
    if u32::from(module.inputs().max(module.outputs())) > MAX_PINS {
        return Err(ModuleFault::Pins);
    }
    if module.stack_bytes() > MAX_STACK || module.heap_bytes() > MAX_HEAP {
        return Err(ModuleFault::Needs);
    }
    let table = module.table();
    let readable = |segment: &crate::manifest::Segment<'_>| {
        let distance = table.checked_sub(segment.offset());
        let end = distance.and_then(|distance| distance.checked_add(abi.table_bytes));
        !segment.rights().is_private() && end.is_some_and(|end| end <= segment.file_bytes())
    };
    match table.is_multiple_of(WORD) && image.segments().any(|segment| readable(&segment)) {
        true => Ok(()),
        false => Err(ModuleFault::Table),
    }
}
