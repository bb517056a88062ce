//! What building QEMU needs besides a C compiler: ninja, pkg-config, GLib,
//! zlib, and a Python with meson.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

use super::apt::Apt;
use super::machine::{find_on_path, output_of, run};
use super::python::{self, Python};
use super::sources::Kind;
use super::{Context, debs, sysroot};
use crate::key::{Key, KeyBuilder};
use crate::qemu::config::Config;

/// The name of this need in the cache.
pub const KIND: &str = "build-needs";

/// A library that pkg-config must find, and the package that has it.
pub struct Library {
    /// pkg-config's name.
    pub name: &'static str,
    /// The oldest version that will do.
    pub minimum: &'static str,
    /// Debian's package.
    pub package: &'static str,
}

/// What QEMU's `meson.build` requires for a system emulator without any feature.
pub const LIBRARIES: [Library; 2] = [
    Library {
        name: "glib-2.0",
        minimum: "2.66",
        package: "libglib2.0-dev",
    },
    Library {
        name: "zlib",
        minimum: "1.2",
        package: "zlib1g-dev",
    },
];

/// The needs, found or fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildNeeds {
    /// ninja.
    pub ninja: PathBuf,
    /// pkg-config.
    pub pkg_config: PathBuf,
    /// A folder with unpacked libraries, when some were fetched.
    pub sysroot: Option<PathBuf>,
    /// Where ninja, pkg-config and the libraries come from.
    pub found: String,
    /// Python with meson.
    pub python: Python,
}

impl BuildNeeds {
    /// One line for a person.
    pub fn describe(&self) -> String {
        format!("QEMU build needs: {}; {}", self.found, self.python.found)
    }

    /// Sets a command's environment so that it finds everything.
    pub fn apply(&self, command: &mut Command) -> Result<()> {
        command
            .env("PKG_CONFIG", &self.pkg_config)
            .env("NINJA", &self.ninja);
        if let Some(path) = &self.python.path {
            command.env("PYTHONPATH", path);
        }
        if let Some(sysroot) = &self.sysroot {
            command.env("PKG_CONFIG_PATH", sysroot::pkg_config_path(sysroot)?);
        }
        Ok(())
    }

    /// Linker flags with which the built program finds the libraries of the sysroot.
    pub fn link_flags(&self) -> Result<Vec<String>> {
        let Some(sysroot) = &self.sysroot else {
            return Ok(Vec::new());
        };
        let folders = sysroot::library_folders(sysroot)?;
        let mut flags: Vec<_> = folders
            .iter()
            .map(|folder| format!("-Wl,-rpath,{}", folder.display()))
            .collect();
        flags.extend(
            folders
                .iter()
                .map(|folder| format!("-L{}", folder.display())),
        );
        // RPATH, unlike RUNPATH, also serves the libraries' own dependencies.
        flags.push("-Wl,--disable-new-dtags".into());
        Ok(flags)
    }

    fn is_there(&self) -> bool {
        [
            Some(&self.ninja),
            Some(&self.pkg_config),
            Some(&self.python.interpreter),
            self.sysroot.as_ref(),
            self.python.path.as_ref(),
        ]
        .into_iter()
        .flatten()
        .all(|path| path.exists())
    }
}

/// The needs chosen before, when they are still there.
pub fn find(context: &Context) -> Result<Option<BuildNeeds>> {
    let chosen = context.store.resolved(KIND, &inputs(context)?);
    Ok(chosen
        .and_then(|text| toml::from_str::<BuildNeeds>(&text).ok())
        .filter(BuildNeeds::is_there))
}

/// Finds the needs, or gets them.
pub fn provision(context: &Context) -> Result<BuildNeeds> {
    if let Some(found) = find(context)? {
        return Ok(found);
    }
    let inputs = inputs(context)?;
    let _lock = context.store.lock(&format!("resolve-{KIND}-{inputs}"))?;
    if let Some(found) = find(context)? {
        return Ok(found);
    }
    for tool in ["cc", "make", "patch", "tar", "xz"] {
        if find_on_path(tool).is_none() {
            bail!("building QEMU needs `{tool}` (Debian: build-essential, patch, xz-utils)");
        }
    }
    let config = Config::read(&context.tree)?;
    let python = python::provision(context, &config.python)?;
    let missing = missing(context);
    let mut needs = BuildNeeds {
        ninja: find_on_path("ninja").unwrap_or_default(),
        pkg_config: find_on_path("pkg-config").unwrap_or_default(),
        sysroot: None,
        found: "the machine's ninja, pkg-config and libraries".into(),
        python,
    };
    if !missing.is_empty() {
        let packages: Vec<String> = missing
            .iter()
            .map(|package| (*package).to_string())
            .collect();
        let sysroot = fetch(context, &packages).with_context(|| {
            format!(
                "QEMU's build needs are not complete; as root: apt-get install {}",
                packages.join(" ")
            )
        })?;
        if packages.iter().any(|package| package == NINJA) {
            needs.ninja = sysroot.join("bin/ninja");
        }
        if packages.iter().any(|package| package == PKG_CONFIG) {
            needs.pkg_config = sysroot.join("bin/pkg-config");
        }
        needs.sysroot = Some(sysroot);
        needs.found = format!("Debian's {}, unpacked", packages.join(", "));
    }
    self_test(&needs).context("self-test of QEMU's build needs")?;
    context
        .store
        .write_resolved(KIND, &inputs, &toml::to_string(&needs)?)?;
    Ok(needs)
}

const NINJA: &str = "ninja-build";
const PKG_CONFIG: &str = "pkgconf";

/// The packages for what the machine does not have.
pub fn missing(context: &Context) -> Vec<&'static str> {
    let mut packages = Vec::new();
    if context.private || find_on_path("ninja").is_none() {
        packages.push(NINJA);
    }
    let pkg_config = find_on_path("pkg-config").filter(|_| !context.private);
    if pkg_config.is_none() {
        packages.push(PKG_CONFIG);
    }
    for library in &LIBRARIES {
        let version = pkg_config
            .as_ref()
            .and_then(|tool| library_version(tool, library));
        if version.is_none() {
            packages.push(library.package);
        }
    }
    packages
}

/// The version of a library that pkg-config finds, when it is new enough.
pub fn library_version(pkg_config: &Path, library: &Library) -> Option<String> {
    let minimum = format!("--atleast-version={}", library.minimum);
    output_of(pkg_config, [minimum.as_str(), library.name]).ok()?;
    Some(
        output_of(pkg_config, ["--modversion", library.name])
            .ok()?
            .trim()
            .to_string(),
    )
}

fn inputs(context: &Context) -> Result<Key> {
    let mut key = KeyBuilder::new(KIND, 1);
    key.file(&context.tree.path("qemu-machine/qemu.toml"))?;
    key.text(std::env::consts::ARCH)
        .field(&[u8::from(context.private)]);
    Ok(key.finish())
}

/// Fetches and unpacks packages with what they depend on.
pub fn fetch(context: &Context, packages: &[String]) -> Result<PathBuf> {
    let machine = context.machine()?;
    let apt = Apt::open(
        &context.store,
        &machine.of_release(&machine.release),
        &[Kind::Binary],
    )?;
    let installed = debs::installed(context.private)?;
    let debs = apt.explain(debs::closure(packages, &installed, |names| apt.show(names)))?;
    let mut key = KeyBuilder::new(KIND, 1);
    for deb in &debs {
        key.text(&deb.sha256);
    }
    context.store.ensure("sysroot", &key.finish(), |to| {
        let downloads = tempfile::tempdir_in(to)?;
        apt.download(
            &format!("QEMU's build needs, {} packages", debs.len()),
            &debs,
            downloads.path(),
        )?;
        debs::unpack("QEMU's build needs", &debs, downloads.path(), to)?;
        sysroot::relocate(to)?;
        super::wrappers::write_all(to, &["ninja", "pkg-config"])
    })
}

/// Compiles and runs a program with the libraries.
fn self_test(needs: &BuildNeeds) -> Result<()> {
    output_of(&needs.ninja, ["--version"])?;
    let dir = tempfile::tempdir()?;
    let (source, program) = (dir.path().join("smoke.c"), dir.path().join("smoke"));
    std::fs::write(
        &source,
        "#include <glib.h>\n#include <zlib.h>\n\
         int main(void) { return g_list_length(NULL) + (zlibVersion()[0] != ZLIB_VERSION[0]); }\n",
    )?;
    let mut pkg_config = Command::new(&needs.pkg_config);
    needs.apply(&mut pkg_config)?;
    let flags = run(pkg_config
        .args(["--cflags", "--libs"])
        .args(LIBRARIES.iter().map(|library| library.name)))?;
    let mut compile = Command::new("cc");
    compile
        .arg(&source)
        .arg("-o")
        .arg(&program)
        .args(flags.split_whitespace())
        .args(needs.link_flags()?);
    run(&mut compile)?;
    output_of(&program, [""; 0])?;
    Ok(())
}
