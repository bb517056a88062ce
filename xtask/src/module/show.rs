//! `cargo xtask module info`: what is in a library file.

use std::fmt::{self, Display, Write};
use std::fs;

use acelab_library::error::LoadError;
use acelab_library::format::{Abi, BODY_WORD, Rights, Site, Target, WORD};
use acelab_library::manifest::{Image, Kind, Manifest, Module};
use acelab_library::parts::Parts;
use anyhow::{Context as _, Result, anyhow};

use crate::flags;

/// What the firmware of this tree takes.
const ABI: Abi = Abi {
    version: acelab_module_abi::VERSION,
    table_bytes: acelab_module_abi::TABLE_BYTES,
};

/// Names of the formats of samples, by their bits.
const SAMPLES: [&str; 4] = ["S16", "S24", "S32", "F32"];

impl flags::ModuleInfo {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let bytes =
            fs::read(&self.file).with_context(|| format!("reading {}", self.file.display()))?;
        print!(
            "{}",
            text(&bytes).with_context(|| format!("in {}", self.file.display()))?
        );
        Ok(())
    }
}

/// The text about a file. All its checksums are looked at first.
fn text(bytes: &[u8]) -> Result<String> {
    let words: Vec<u32> = bytes
        .chunks(4)
        .map(|chunk| {
            let mut word = [0; 4];
            word[..chunk.len()].copy_from_slice(chunk);
            u32::from_le_bytes(word)
        })
        .collect();
    let refused = |error| why(error, bytes);
    let manifest = Manifest::parse(&words, ABI).map_err(refused)?;
    let mut parts = Parts::new(&manifest);
    parts.feed(&words).map_err(refused)?;
    parts.finish().map_err(refused)?;

    let mut out = String::new();
    head(&mut out, &manifest, bytes.len())?;
    for module in manifest.modules() {
        describe_module(&mut out, &module)?;
    }
    for image in manifest.images() {
        describe_image(&mut out, image, &words)?;
    }
    Ok(out)
}

/// Why a file is refused, in the firmware's words, and what may have happened to it.
fn why(error: LoadError, bytes: &[u8]) -> anyhow::Error {
    let advice = match error {
        _ if bytes.starts_with(b"\x7FELF") => {
            "; it is an ELF file, but the library is the file NAME.acelib beside it".to_owned()
        }
        LoadError::Truncated => format!(" after {} bytes", bytes.len()),
        LoadError::Checksum(_) | LoadError::ManifestChecksum => {
            "; it has changed since it was built".to_owned()
        }
        LoadError::AbiVersion(version) => format!(
            "; it was built for module interface {}, and this tree has {}: build it again here",
            Interface(version),
            Interface(ABI.version)
        ),
        _ => String::new(),
    };
    anyhow!("the firmware takes no such library: {error}{advice}")
}

fn head(out: &mut String, manifest: &Manifest<'_>, bytes: usize) -> fmt::Result {
    let [major, minor, hotfix, build] = manifest.version();
    let name = manifest.name();
    writeln!(
        out,
        "library {name}, version {major}.{minor}.{hotfix}.{build}"
    )?;
    let interface = Interface(manifest.abi_version());
    writeln!(out, "  module interface  {interface}")?;
    let id = manifest.build_id();
    let id: String = id.iter().map(|word| hex_of(*word)).collect();
    writeln!(out, "  build id          {id}")?;
    let pages = manifest.pages();
    writeln!(out, "  file              {bytes} bytes, {pages} pages")?;
    match manifest.signature() {
        None => writeln!(out, "  signature         none"),
        Some(signature) => writeln!(
            out,
            "  signature         kind {}, {} bytes at {:#x}",
            signature.kind, signature.bytes, signature.offset
        ),
    }
}

/// A version of the interface, as `major.minor`.
struct Interface(u32);

impl Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 >> 16, self.0 & 0xFFFF)
    }
}

/// A word's bytes in memory order.
fn hex_of(word: u32) -> String {
    crate::key::hex(&word.to_le_bytes())
}

fn describe_module(out: &mut String, module: &Module<'_>) -> fmt::Result {
    let (index, name, image) = (module.index(), module.name(), module.image());
    let Kind::Loadable {
        low_latency,
        data_processing,
    } = module.kind()
    else {
        return writeln!(
            out,
            "\nmodule {index}  {name}  auxiliary: others call image {image}"
        );
    };
    writeln!(out, "\nmodule {index}  {name}  {}", uuid(module.uuid()))?;
    let domains = match (low_latency, data_processing) {
        (true, true) => "in the tick, or in a thread of its own",
        (false, true) => "in a thread of its own",
        _ => "in the tick",
    };
    writeln!(out, "  runs     {domains}")?;
    let (inputs, outputs) = (module.inputs(), module.outputs());
    let samples = (0..).zip(SAMPLES);
    let samples: Vec<_> = samples
        .filter(|(bit, _)| module.formats() >> bit & 1 == 1)
        .map(|(_, name)| name)
        .collect();
    writeln!(
        out,
        "  pins     {inputs} in, {outputs} out; {}",
        samples.join(" ")
    )?;
    let (stack, heap) = (module.stack_bytes(), module.heap_bytes());
    writeln!(out, "  needs    {stack} bytes of stack, {heap} of heap")?;
    let (kind, table) = (module.kind_in_image(), module.table());
    writeln!(
        out,
        "  entry    table at {table:#x} of image {image}, module {kind} of it"
    )?;
    let (cores, most) = (module.affinity(), module.instances());
    writeln!(out, "  limits   cores {cores:#07b}, {most} instances")
}

/// A UUID as people write it.
fn uuid(words: [u32; 4]) -> String {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let [a, b, c] = [words[0], words[1] & 0xFFFF, words[1] >> 16];
    let tail = crate::key::hex(&bytes[8..]);
    format!("{a:08x}-{b:04x}-{c:04x}-{}-{}", &tail[..4], &tail[4..])
}

fn describe_image(out: &mut String, image: Image<'_>, words: &[u32]) -> fmt::Result {
    let (index, span, pages) = (image.index(), image.span(), image.pages());
    writeln!(out, "\nimage {index}: {span:#x} bytes, {pages} pages")?;
    writeln!(
        out,
        "  rights      offset    memory      file  at         SHA-256"
    )?;
    for segment in image.segments() {
        let rights = match segment.rights() {
            Rights::ReadExecute => "R-X",
            Rights::Read => "R--",
            Rights::ReadWrite => "RW-",
        };
        let (offset, memory) = (segment.offset(), segment.memory_bytes());
        let (file, at) = (segment.file_bytes(), segment.file_offset());
        let digest: String = segment.digest().iter().map(|word| hex_of(*word)).collect();
        writeln!(
            out,
            "  {rights}     {offset:#9x} {memory:9} {file:9}  {at:#9x}  {}…",
            &digest[..16]
        )?;
    }
    let sites = sites(&image, words);
    let own = sites.iter().filter(|site| site.target() == Target::Base);
    writeln!(out, "  relocations  {}", own.count())?;
    for dependency in image.dependencies() {
        writeln!(out, "  needs        {dependency}")?;
    }
    for (number, import) in (0u32..).zip(image.imports()) {
        let used = sites
            .iter()
            .filter(|site| site.target() == Target::Import(number));
        let (symbol, count) = (import.symbol, used.count());
        writeln!(out, "  import       {symbol} ({count} places)")?;
    }
    for export in image.exports() {
        writeln!(
            out,
            "  export       {} at {:#x}",
            export.symbol, export.offset
        )?;
    }
    Ok(())
}

/// The list of sites, which lies behind the manifest.
fn sites(image: &Image<'_>, words: &[u32]) -> Vec<Site> {
    let start = (image.sites_offset() / WORD) as usize;
    let list = words.get(start..).unwrap_or_default();
    debug_assert!(start == 0 || start >= BODY_WORD);
    let count = image.site_count() as usize;
    list.iter().take(count).map(|word| Site(*word)).collect()
}

#[cfg(test)]
mod tests {
    use acelab_library::format::MANIFEST_OFFSET;
    use acelab_library::fuzz::sample;
    use acelab_library::write::Library;

    use super::*;

    fn refusal(bytes: &[u8]) -> String {
        let error = text(bytes).unwrap_err().to_string();
        let rest = error.strip_prefix("the firmware takes no such library: ");
        rest.unwrap_or(&error).to_owned()
    }

    fn good() -> Vec<u8> {
        built_for(ABI)
    }

    fn built_for(abi: Abi) -> Vec<u8> {
        let sample = sample::library();
        Library { abi, ..sample }.to_bytes().unwrap()
    }

    #[test]
    fn a_good_file_is_described() {
        let text = text(&good()).unwrap();
        for part in ["library ", "module interface", "\nmodule 0", "\nimage 0"] {
            assert!(text.contains(part), "{part:?} is missing in {text}");
        }
    }

    #[test]
    fn files_that_are_no_libraries_are_refused_with_what_they_are() {
        let mut elf = vec![0; 60_000];
        elf[..4].copy_from_slice(b"\x7FELF");
        let error = refusal(&elf);
        assert!(error.contains("it is an ELF file"), "{error}");
        assert_eq!(refusal(&[]), "the file is truncated after 0 bytes");
        let noise: Vec<u8> = (0..60_000u32).map(|at| (at * 7) as u8 ^ 0x55).collect();
        let error = refusal(&noise);
        assert!(error.starts_with("no $AM1 header: found 0x"), "{error}");
    }

    #[test]
    fn a_file_cut_short_anywhere_is_refused_with_its_length() {
        let bytes = good();
        for length in [1, 100, 8192, 9000, 40_000, bytes.len() - 4096] {
            let error = format!("the file is truncated after {length} bytes");
            assert_eq!(refusal(&bytes[..length]), error);
        }
    }

    #[test]
    fn a_file_for_another_interface_is_refused_with_both_versions() {
        let ours = Interface(ABI.version);
        for (change, theirs) in [(0x1_0000, "3.0"), (1, "2.1")] {
            let version = ABI.version + change;
            let error = refusal(&built_for(Abi { version, ..ABI }));
            let text = format!(
                "Unsupported module API version {version:#x}; it was built for module interface \
                 {theirs}, and this tree has {ours}: build it again here"
            );
            assert_eq!(error, text);
        }
    }

    #[test]
    fn a_changed_byte_is_told_with_the_part_that_it_is_in() {
        let changed = |at: usize| {
            let mut bytes = good();
            bytes[at] ^= 0x40;
            refusal(&bytes)
        };
        let manifest = "wrong checksum of the manifest; it has changed since it was built";
        assert_eq!(changed(MANIFEST_OFFSET as usize + 0x20), manifest);
        let error = changed(BODY_WORD * WORD as usize + 16);
        assert!(error.starts_with("wrong checksum of segment 0"), "{error}");
    }
}
