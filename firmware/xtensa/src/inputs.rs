//! Sorting out what `rustc` hands to its linker.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use object::{Object, ObjectSection, SectionKind};

use crate::error::{Stage, StageError};

/// Raw LLVM bitcode.
const BITCODE_MAGIC: &[u8] = b"BC\xC0\xDE";
/// A Unix archive, which an rlib is.
const ARCHIVE_MAGIC: &[u8] = b"!<arch>\n";

/// The inputs by what has to be done with them. The files lie in the folder
/// that was given to [`gather`], under names that depend on the order only.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Bitcode of crates that take part in LTO.
    pub program: Vec<PathBuf>,
    /// Bitcode out of objects: crates that must not take part in LTO, because
    /// they define what LLVM calls (`compiler_builtins`).
    pub builtins: Vec<PathBuf>,
    /// Finished objects.
    pub objects: Vec<PathBuf>,
}

/// Reads all `paths` and writes their parts into `dir`.
pub fn gather(paths: &[PathBuf], dir: &Path) -> Result<Inputs, StageError> {
    let mut gatherer = Gatherer {
        dir,
        inputs: Inputs::default(),
        next: 0,
    };
    for path in paths {
        let bytes = fs::read(path).map_err(|error| StageError::io(Stage::Inputs, path, &error))?;
        gatherer.add(&path.display().to_string(), &bytes)?;
    }
    Ok(gatherer.inputs)
}

struct Gatherer<'a> {
    dir: &'a Path,
    inputs: Inputs,
    next: usize,
}

impl Gatherer<'_> {
    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), StageError> {
        if bytes.starts_with(BITCODE_MAGIC) {
            let path = self.write("bc", bytes)?;
            self.inputs.program.push(path);
        } else if bytes.starts_with(ARCHIVE_MAGIC) {
            self.add_archive(name, bytes)?;
        } else {
            self.add_object(name, bytes)?;
        }
        Ok(())
    }

    fn add_archive(&mut self, name: &str, bytes: &[u8]) -> Result<(), StageError> {
        let unreadable =
            |error: std::io::Error| StageError::new(Stage::Inputs, format!("{name}: {error}"));
        let mut archive = ar::Archive::new(Cursor::new(bytes));
        while let Some(entry) = archive.next_entry() {
            let mut entry = entry.map_err(unreadable)?;
            let member = String::from_utf8_lossy(entry.header().identifier()).into_owned();
            // The crate's metadata is for the compiler.
            if member == "lib.rmeta" {
                continue;
            }
            let mut content = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut content).map_err(unreadable)?;
            self.add(&format!("{name}({member})"), &content)?;
        }
        Ok(())
    }

    fn add_object(&mut self, name: &str, bytes: &[u8]) -> Result<(), StageError> {
        let file = object::File::parse(bytes)
            .map_err(|error| StageError::new(Stage::Inputs, format!("{name}: {error}")))?;
        if file.architecture() != object::Architecture::Xtensa {
            let reason = format!("{name} is an object for {:?}", file.architecture());
            return Err(StageError::new(Stage::Inputs, reason));
        }
        if let Some(bitcode) = file.section_by_name(".llvmbc") {
            let bitcode = bitcode
                .data()
                .map_err(|error| StageError::new(Stage::Inputs, format!("{name}: {error}")))?;
            let path = self.write("bc", bitcode)?;
            self.inputs.builtins.push(path);
        } else if has_contents(&file) {
            let path = self.write("o", bytes)?;
            self.inputs.objects.push(path);
        }
        // What is left is rustc's `symbols.o`, a list of names. The names that matter are those
        // that the assembly refers to, which the driver finds by itself.
        Ok(())
    }

    fn write(&mut self, extension: &str, bytes: &[u8]) -> Result<PathBuf, StageError> {
        let path = self.dir.join(format!("input-{:02}.{extension}", self.next));
        self.next += 1;
        fs::write(&path, bytes).map_err(|error| StageError::io(Stage::Inputs, &path, &error))?;
        Ok(path)
    }
}

fn has_contents(file: &object::File<'_>) -> bool {
    file.sections().any(|section| {
        section.size() > 0 && !matches!(section.kind(), SectionKind::Metadata | SectionKind::Other)
    })
}

/// Symbols that the object at `path` leaves open, in the order of its table.
pub fn undefined_symbols(stage: Stage, path: &Path) -> Result<Vec<String>, StageError> {
    use object::ObjectSymbol;

    let bytes = fs::read(path).map_err(|error| StageError::io(stage, path, &error))?;
    let file = object::File::parse(&*bytes)
        .map_err(|error| StageError::new(stage, format!("{}: {error}", path.display())))?;
    let names = file
        .symbols()
        .filter(|symbol| symbol.is_undefined())
        .filter_map(|symbol| {
            symbol
                .name()
                .ok()
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
        });
    Ok(names.collect())
}

/// Symbols that the object at `path` offers to others.
pub fn defined_symbols(stage: Stage, path: &Path) -> Result<Vec<String>, StageError> {
    use object::ObjectSymbol;

    let bytes = fs::read(path).map_err(|error| StageError::io(stage, path, &error))?;
    let file = object::File::parse(&*bytes)
        .map_err(|error| StageError::new(stage, format!("{}: {error}", path.display())))?;
    let names = file
        .symbols()
        .filter(|symbol| symbol.is_global() && !symbol.is_undefined())
        .filter_map(|symbol| symbol.name().ok().map(str::to_owned));
    Ok(names.collect())
}
