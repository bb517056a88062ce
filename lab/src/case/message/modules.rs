//! Modules by the names that the firmware's list gives them.

use acelab_abi::ipc4::layout::Field;
use acelab_abi::manifest;

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
    fn a_list_that_ends_early_is_none() {
        let payload = modules(&["BASEFW", "COPIER"]);
        assert_eq!(Modules::parse(&payload[..payload.len() - 1]), None);
        assert_eq!(Modules::parse(&[1, 0]), None);
        assert_eq!(Modules::parse(&[0; 4]), Some(Modules::default()));
    }
}
