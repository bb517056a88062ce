//! From a linked image to the file that is loaded.

use acelab_library::format::Abi;
use acelab_library::write::{Export, Image, Library, Loadable, Module, Role};
use acelab_module_abi::import;
use anyhow::{Context as _, Result, bail, ensure};

use super::image::Linked;
use super::record;

/// Cores that a module may run on: all.
const AFFINITY: u32 = 0x1F;

/// Instances that there may be of a module.
const INSTANCES: u16 = 256;

/// The bytes of the file.
pub fn bytes(linked: Linked) -> Result<Vec<u8>> {
    check_imports(&linked)?;
    let library = library(linked)?;
    library.to_bytes().context("writing the library's file")
}

/// A library that needs no other can only import what the firmware has.
fn check_imports(linked: &Linked) -> Result<()> {
    if !linked.record.dependencies.is_empty() {
        return Ok(());
    }
    for import in &linked.image.imports {
        if !import::NAMES.contains(&import.symbol.as_str()) {
            bail!(
                "`{}` is called, but it is neither in the library nor in the firmware, and \
                 `library!` names no dependencies",
                import.symbol
            );
        }
    }
    Ok(())
}

fn library(linked: Linked) -> Result<Library> {
    let Linked {
        image,
        record,
        build_id,
    } = linked;
    let mut modules: Vec<_> = (0u32..)
        .zip(&record.modules)
        .map(|(kind, found)| module(kind, found))
        .collect();
    if !record.exports.is_empty() {
        ensure!(
            modules.is_empty(),
            "a library has either modules or functions for other libraries; make two of {}",
            record.name
        );
        modules.push(Module {
            name: record.name.clone(),
            uuid: [0; 16],
            role: Role::Auxiliary,
            image: 0,
        });
    }
    let exports = record.exports.into_iter();
    Ok(Library {
        name: record.name,
        version: record.version,
        abi: Abi {
            version: record.abi,
            table_bytes: record.table_bytes,
        },
        build_id: build_id
            .first_chunk()
            .copied()
            .context("the build id is too short")?,
        modules,
        images: vec![Image {
            exports: exports
                .map(|(symbol, offset)| Export { symbol, offset })
                .collect(),
            dependencies: record.dependencies,
            ..image
        }],
        signature: None,
    })
}

fn module(kind: u32, found: &record::Module) -> Module {
    Module {
        name: found.name.clone(),
        uuid: found.uuid,
        role: Role::Loadable(Loadable {
            kind,
            table: found.table,
            low_latency: true,
            data_processing: found.data_processing,
            affinity: AFFINITY,
            instances: INSTANCES,
            inputs: found.inputs.into(),
            outputs: found.outputs.into(),
            stack_bytes: found.stack,
            heap_bytes: found.heap,
            formats: found.samples.into(),
        }),
        image: 0,
    }
}
