//! Modules by the names that the firmware's list gives them.

use acelab_abi::ipc4::ModuleId;
use acelab_abi::ipc4::layout::Field;
use acelab_abi::manifest;
use acelab_abi::memory::MANIFEST;

use super::{Message, put};
use crate::case::diagnostic::suggest;

/// A field whose value is a module's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleName {
    /// The field.
    pub field: Field,
    /// The name, in upper case.
    pub name: String,
}

/// The modules of a firmware: names and numbers, as MODULES_INFO tells them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Modules(Vec<(String, u32)>);

/// The firmware has no module of this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the firmware has no module `{name}`; {}", suggest(name, &known.iter().map(String::as_str).collect::<Vec<_>>()))]
pub struct UnknownModule {
    /// The name.
    pub name: String,
    /// The names that there are.
    pub known: Vec<String>,
}

impl Modules {
    /// Those of a reply to MODULES_INFO; `None` if it ends too early.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let (count, mut rest) = payload.split_first_chunk()?;
        let mut modules = Vec::new();
        for _ in 0..u32::from_le_bytes(*count) {
            let (entry, next) = rest.split_at_checked(manifest::MODULE_BYTES as usize)?;
            let (id, names) = entry.split_first_chunk()?;
            let name = String::from_utf8_lossy(names.get(..8)?);
            let name = name.trim_end_matches('\0').to_ascii_uppercase();
            modules.push((name, u32::from_le_bytes(*id)));
            rest = next;
        }
        Some(Self(modules))
    }

    /// Those of the manifest in a firmware's image: bytes by physical address. Numbers are
    /// places in it. `None` if the image has no manifest.
    pub fn of_image(segments: &[(u32, Vec<u8>)]) -> Option<Self> {
        let base = MANIFEST.base;
        let holds = |(start, bytes): &&(u32, Vec<u8>)| {
            *start <= base && u64::from(base) < u64::from(*start) + bytes.len() as u64
        };
        let (start, bytes) = segments.iter().find(holds)?;
        let manifest = bytes.get((base - start) as usize..)?;
        let word = |offset: u32| -> Option<u32> {
            let bytes = manifest.get(offset as usize..)?.first_chunk()?;
            Some(u32::from_le_bytes(*bytes))
        };
        if !manifest.starts_with(&manifest::HEADER_MAGIC) {
            return None;
        }
        let first = word(manifest::HEADER_LEN_OFFSET)? as usize;
        let count = word(manifest::NUM_MODULE_ENTRIES_OFFSET)?;
        let entries = manifest
            .get(first..)?
            .chunks(manifest::MODULE_BYTES as usize);
        let names = entries.take(count as usize).map(|entry| {
            let name = String::from_utf8_lossy(entry.get(4..12)?);
            Some(name.trim_end_matches('\0').to_ascii_uppercase())
        });
        let names: Vec<String> = names.collect::<Option<_>>()?;
        Some(Self(names.into_iter().zip(0..).collect()))
    }

    /// Adds the modules of a library, by the names `GAIN@1`.
    pub fn add(&mut self, library: u8, names: &[String]) {
        let numbers = (0..).map(|index| ModuleId::new(library.into(), index).word());
        let names = names.iter().map(|name| format!("{name}@{library}"));
        self.0.extend(names.zip(numbers));
    }

    /// The number of a module.
    pub fn number(&self, name: &str) -> Option<u32> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, number)| *number)
    }
}

impl Message {
    /// The message with a number in place of each name.
    pub fn resolved(&self, modules: &Modules) -> Result<Self, UnknownModule> {
        let mut message = self.clone();
        for module in message.modules.split_off(0) {
            let number = modules.number(&module.name);
            let Some(number) = number.filter(|number| *number <= module.field.max()) else {
                return Err(UnknownModule {
                    name: module.name,
                    known: modules.0.iter().map(|(name, _)| name.clone()).collect(),
                });
            };
            put(&mut message, module.field, number);
        }
        Ok(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use acelab_abi::ipc4::layout;

    fn modules(names: &[&str]) -> Vec<u8> {
        let mut payload = (names.len() as u32).to_le_bytes().to_vec();
        for (number, name) in (3_u32..).zip(names) {
            let mut entry = vec![0; manifest::MODULE_BYTES as usize];
            entry[..4].copy_from_slice(&number.to_le_bytes());
            entry[4..4 + name.len()].copy_from_slice(name.as_bytes());
            payload.extend(entry);
        }
        payload
    }

    #[test]
    fn names_become_the_numbers_of_the_list() {
        let known = Modules::parse(&modules(&["BASEFW", "COPIER"])).expect("a list");
        let message = |name: &str| Message {
            primary: 0x4005_0000,
            extension: 0,
            payload: Vec::new(),
            modules: vec![ModuleName {
                field: layout::MODULE,
                name: name.to_owned(),
            }],
        };
        let resolved = message("COPIER").resolved(&known).expect("a number");
        assert_eq!((resolved.primary, resolved.modules.len()), (0x4005_0004, 0));
        let error = message("COPYER").resolved(&known).expect_err("no such");
        assert_eq!(
            error.to_string(),
            "the firmware has no module `COPYER`; did you mean `COPIER`?"
        );
    }

    #[test]
    fn a_manifest_in_an_image_is_a_list() {
        let mut bytes = vec![0; 0x100];
        let mut header = vec![0; manifest::HEADER_BYTES as usize];
        header[..4].copy_from_slice(&manifest::HEADER_MAGIC);
        let length = manifest::HEADER_LEN_OFFSET as usize;
        header[length..length + 4].copy_from_slice(&manifest::HEADER_BYTES.to_le_bytes());
        header[manifest::NUM_MODULE_ENTRIES_OFFSET as usize] = 2;
        bytes.extend(header);
        for name in ["BASEFW", "COPIER"] {
            let mut entry = vec![0; manifest::MODULE_BYTES as usize];
            entry[..4].copy_from_slice(&manifest::MODULE_MAGIC);
            entry[4..10].copy_from_slice(name.as_bytes());
            bytes.extend(entry);
        }
        let image = [(0, vec![1]), (MANIFEST.base - 0x100, bytes)];
        let modules = Modules::of_image(&image).expect("a manifest");
        assert_eq!(
            (modules.number("BASEFW"), modules.number("COPIER")),
            (Some(0), Some(1))
        );
        assert_eq!(Modules::of_image(&image[..1]), None);
    }

    #[test]
    fn a_list_that_ends_early_is_none() {
        let payload = modules(&["BASEFW", "COPIER"]);
        assert_eq!(Modules::parse(&payload[..payload.len() - 1]), None);
        assert_eq!(Modules::parse(&[1, 0]), None);
        assert_eq!(Modules::parse(&[0; 4]), Some(Modules::default()));
    }
}
