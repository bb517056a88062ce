//! The Python modules that QEMU's configure imports.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

use super::Context;
use super::machine::{find_on_path, output_of, run};
use crate::key::KeyBuilder;
use crate::progress::{Task, Unit};

/// A module, as `qemu-machine/qemu.toml` pins it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    /// Name of the distribution.
    pub name: String,
    /// The oldest version that will do.
    pub minimum: String,
    /// The version that is fetched when the machine has none.
    pub fetch: String,
    /// SHA-256 of its wheel.
    pub sha256: String,
}

/// A Python that can import the modules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Python {
    /// The interpreter.
    pub interpreter: PathBuf,
    /// A folder for PYTHONPATH, when modules were fetched.
    pub path: Option<PathBuf>,
    /// What was found, for a person.
    pub found: String,
}

/// Asks an interpreter for its own version and those of modules; prints one per line.
const ASK: &str = "\
import importlib.metadata as m, sys
print('.'.join(map(str, sys.version_info[:3])))
for name in sys.argv[1:]:
    try: print(m.version(name))
    except m.PackageNotFoundError: print('-')
";

/// The interpreter that builds use.
pub fn interpreter() -> Result<PathBuf> {
    find_on_path("python3").context("there is no python3 on the PATH (Debian: python3)")
}

/// The versions of the interpreter and of the modules; nothing for a module that is not there.
pub fn versions(interpreter: &Path, modules: &[Module]) -> Result<(String, Vec<Option<String>>)> {
    let mut args = vec!["-c", ASK];
    args.extend(modules.iter().map(|module| module.name.as_str()));
    let text = output_of(interpreter, args)?;
    let mut lines = text.lines();
    let own = lines.next().context("python3 printed nothing")?.to_string();
    Ok((
        own,
        lines
            .map(|line| (line != "-").then(|| line.to_string()))
            .collect(),
    ))
}

/// Whether the interpreter has all modules in versions that will do.
pub fn has_all(found: &[Option<String>], modules: &[Module]) -> bool {
    use super::version::Version;
    let enough = |version: &Option<String>, module: &Module| {
        version
            .as_ref()
            .is_some_and(|have| Version::new(have.clone()) >= Version::new(module.minimum.clone()))
    };
    found.len() == modules.len()
        && found
            .iter()
            .zip(modules)
            .all(|(version, module)| enough(version, module))
}

/// Finds a Python with the modules, or fetches them.
pub fn provision(context: &Context, modules: &[Module]) -> Result<Python> {
    let interpreter = interpreter()?;
    let (own, found) = versions(&interpreter, modules)?;
    let names: Vec<_> = modules
        .iter()
        .map(|module| format!("{} {}", module.name, module.fetch))
        .collect();
    if !context.private && has_all(&found, modules) {
        let found = format!(
            "the machine's Python {own} with its own {}",
            names_of(modules)
        );
        return Ok(Python {
            interpreter,
            path: None,
            found,
        });
    }
    let mut key = KeyBuilder::new("python", 1);
    for module in modules {
        key.text(&module.name)
            .text(&module.fetch)
            .text(&module.sha256);
    }
    let what = format!("Python modules {}", names.join(", "));
    let path = context
        .store
        .ensure("python", &key.finish(), |to| {
            let task = Task::start(&what, Unit::None, 0);
            fetch(&interpreter, modules, to)?;
            task.done();
            Ok(())
        })
        .with_context(|| {
            format!(
                "could not get the {what}; by hand: {} -m pip install {}",
                interpreter.display(),
                by_hand(modules)
            )
        })?;
    Ok(Python {
        interpreter,
        path: Some(path),
        found: format!("the machine's Python {own} with {}", names.join(", ")),
    })
}

fn names_of(modules: &[Module]) -> String {
    modules
        .iter()
        .map(|module| module.name.as_str())
        .collect::<Vec<_>>()
        .join(" and ")
}

fn by_hand(modules: &[Module]) -> String {
    modules
        .iter()
        .map(|module| format!("'{}>={}'", module.name, module.minimum))
        .collect::<Vec<_>>()
        .join(" ")
}

fn fetch(interpreter: &Path, modules: &[Module], to: &Path) -> Result<()> {
    let list = tempfile::NamedTempFile::new()?;
    let pins: String = modules
        .iter()
        .map(|module| {
            format!(
                "{}=={} --hash=sha256:{}\n",
                module.name, module.fetch, module.sha256
            )
        })
        .collect();
    std::fs::write(list.path(), pins)?;
    let mut command = Command::new(interpreter);
    command.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
        "--retries=1",
    ]);
    command
        .args([
            "--disable-pip-version-check",
            "--no-warn-script-location",
            "--target",
        ])
        .arg(to);
    command.arg("-r").arg(list.path());
    let output = command.output().context("running pip")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let errors: Vec<_> = said
            .lines()
            .filter(|line| !line.starts_with("WARNING: Retrying"))
            .collect();
        bail!("pip said:\n{}", errors.join("\n"));
    }
    let (_, found) = {
        let mut command = Command::new(interpreter);
        command
            .env("PYTHONPATH", to)
            .args(["-c", ASK])
            .args(modules.iter().map(|module| &module.name));
        let text = run(&mut command)?;
        let lines: Vec<_> = text
            .lines()
            .map(|line| (line != "-").then(|| line.to_string()))
            .collect();
        (lines[0].clone(), lines[1..].to_vec())
    };
    if !has_all(&found, modules) {
        bail!("pip installed the modules, but Python does not find them: {found:?}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        let module = |minimum: &str| Module {
            name: "meson".into(),
            minimum: minimum.into(),
            fetch: String::new(),
            sha256: String::new(),
        };
        let have = |version: &str| vec![Some(version.to_string())];
        assert!(has_all(&have("1.12.1"), &[module("1.5")]));
        assert!(!has_all(&have("1.0.1"), &[module("1.5")]));
        assert!(!has_all(&[None], &[module("1.5")]));
        assert!(!has_all(&[], &[module("1.5")]));
    }
}
