//! `cargo xtask module new`: a library from the template.

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::path::Path;

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
        let relative = Path::new(LIBRARIES).join(&self.name);
        let folder = tree.path(&relative);
        ensure!(
            !folder.exists(),
            "{} is there already, and stays as it is: take another name, or remove it first",
            relative.display()
        );
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

/// The sources whose types a module uses: the list of what is public of the SDK, and the template.
const SOURCES: [&str; 2] = [
    include_str!("../../../firmware/modules/sdk/src/lib.rs"),
    include_str!("../../../firmware/modules/template/src/lib.rs"),
];

/// Whether a type with this name, in any case of letters, would be in the way of one that a module
/// uses. The template's own is no such.
fn is_taken(name: &str) -> bool {
    let code = SOURCES.iter().flat_map(|source| source.lines());
    let code = code.filter(|line| !line.trim_start().starts_with("//"));
    let words = code.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'));
    let constant = |word: &str| word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let mut types =
        words.filter(|word| word.starts_with(|c: char| c.is_ascii_uppercase()) && !constant(word));
    let used = types.any(|word| word.eq_ignore_ascii_case(name));
    // `Self` is no type of anybody.
    name == "self" || used && name != "template"
}

/// The name of a new library: that of a folder, a crate and, in capitals, of a module. One that
/// cannot be is refused with what it could be.
pub fn library_name(name: &str) -> Result<String, String> {
    let good = possible(name);
    if is_taken(&good) {
        return Err(format!(
            "`{good}` would be a name of what modules are written with; how about `{}`?",
            possible(&format!("my{good}"))
        ));
    }
    if good == name && !name.is_empty() {
        return Ok(good);
    }
    let mut why =
        "a library is called by one to eight lower-case letters and digits, a letter first"
            .to_owned();
    if !good.is_empty() {
        why += &format!("; how about `{good}`?");
    }
    Err(why)
}

/// What of a name can be in that of a library.
fn possible(name: &str) -> String {
    let characters = name.chars().map(|c| c.to_ascii_lowercase());
    characters
        .skip_while(|c| !c.is_ascii_lowercase())
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        .take(8)
        .collect()
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
            assert_eq!(library_name(name), Ok(name.to_owned()));
        }
        for name in ["", "Echo", "2x", "ninechars", "a-b", "a/b", "../a", "ä"] {
            assert!(library_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_name_that_cannot_be_is_refused_with_one_that_can() {
        for (name, other) in [
            ("Echo", "echo"),
            ("my-filter", "myfilter"),
            ("2nd", "nd"),
            ("block", "myblock"),
            ("fragment", "myfragme"),
        ] {
            let error = library_name(name).unwrap_err();
            assert!(error.ends_with(&format!("how about `{other}`?")), "{error}");
        }
        assert!(!library_name("ä").unwrap_err().contains("how about"));
    }

    #[test]
    fn types_that_a_module_uses_are_taken_and_others_are_not() {
        let taken = "block box formats fragment library module needs pin sink source uuid result ok \
             self samples meters format export s16";
        for name in taken.split_whitespace() {
            assert!(is_taken(name), "{name}");
        }
        for name in [
            "echo", "gain", "mixer", "src", "quiet", "nothing", "what", "any",
        ] {
            assert!(!is_taken(name), "{name}");
        }
    }

    #[test]
    fn a_library_that_is_there_stays_as_it_is() {
        let name = "gain".to_owned();
        let error = flags::ModuleNew { name }.run().unwrap_err().to_string();
        let there = "firmware/modules/libraries/gain is there already, and stays as it is";
        assert!(error.starts_with(there), "{error}");
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
