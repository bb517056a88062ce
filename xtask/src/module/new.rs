//! `cargo xtask module new`: a library from the template.

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::{BuildHasher, Hasher};

use anyhow::{Context as _, Result, ensure};

use super::source::LIBRARIES;
use crate::flags;
use crate::store::write_whole;
use crate::tree::Tree;

/// Where the template is; its name stands for that of the new library in all its files.
const TEMPLATE: &str = "firmware/modules/template";

/// What the template's UUID looks like.
const TEMPLATE_UUID: &str = "0x0000_0000,
        0x0000,
        0x4000,
        [0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],";

impl flags::ModuleNew {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let tree = Tree::current();
        check_name(&self.name)?;
        let folder = tree.path(LIBRARIES).join(&self.name);
        ensure!(!folder.exists(), "{} is there already", folder.display());
        let template = tree.path(TEMPLATE);
        let random = || RandomState::new().build_hasher().finish();
        let uuid = uuid([random(), random()]);
        for relative in crate::files::below(&template)? {
            let path = template.join(&relative);
            let text =
                fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            let text = filled(&text, &self.name, &uuid);
            write_whole(&folder.join(&relative), text.as_bytes())?;
        }
        println!("{LIBRARIES}/{}", self.name);
        Ok(())
    }
}

/// A name is that of a folder, a crate and, in capitals, of a module.
fn check_name(name: &str) -> Result<()> {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    ensure!(
        (1..=8).contains(&name.len())
            && name.bytes().all(good)
            && !name.as_bytes()[0].is_ascii_digit(),
        "a library is called by one to eight lower-case letters and digits, a letter first"
    );
    Ok(())
}

/// A file of the template for the new library.
fn filled(text: &str, name: &str, uuid: &str) -> String {
    let mut capital = name.to_owned();
    capital[..1].make_ascii_uppercase();
    text.replace(TEMPLATE_UUID, uuid)
        .replace("template", name)
        .replace("Template", &capital)
        .replace("TEMPLATE", &name.to_ascii_uppercase())
}

/// A random UUID (version 4) as the arguments of `Uuid::new`.
fn uuid([high, low]: [u64; 2]) -> String {
    let (a, b) = ((high >> 32) as u32, (high >> 16) as u16);
    let c = high as u16 & 0x0FFF | 0x4000;
    let mut d = low.to_be_bytes();
    d[0] = d[0] & 0x3F | 0x80;
    let d: Vec<_> = d.iter().map(|byte| format!("0x{byte:02X}")).collect();
    format!(
        "0x{:04X}_{:04X},\n        0x{b:04X},\n        0x{c:04X},\n        [{}],",
        a >> 16,
        a & 0xFFFF,
        d.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_lower_case() {
        for name in ["echo", "a", "filter2x"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "Echo", "2x", "ninechars", "a-b", "a/b", "ä"] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn the_name_and_a_uuid_of_its_own_go_everywhere() {
        let template = Tree::current().path(TEMPLATE);
        let mut all = String::new();
        for relative in crate::files::below(&template).unwrap() {
            all += &fs::read_to_string(template.join(relative)).unwrap();
        }
        assert!(all.contains(TEMPLATE_UUID), "the template has no such UUID");
        let filled = filled(&all, "echo", &uuid([u64::MAX, 0]));
        assert!(!filled.to_ascii_lowercase().contains("template"));
        assert!(filled.contains("module_name!(\"ECHO\")") && filled.contains("struct Echo"));
        assert!(
            filled.contains("0xFFFF_FFFF,\n        0xFFFF,\n        0x4FFF,\n        [0x80, 0x00,")
        );
    }
}
