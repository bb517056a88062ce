//! `cargo xtask module`: loadable libraries.
//!
//! A library's crate is wrapped into a program ([`wrapper`]), compiled and linked for the DSP
//! ([`compile`]), read back ([`image`], [`record`]) and written as the file that a host loads
//! ([`file`]). Beside it goes the ELF file, for whoever wants to know what an address is.

mod compile;
mod file;
mod image;
mod new;
mod record;
mod reproducible;
mod show;
mod source;
mod wrapper;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use self::image::Linked;
pub use self::new::library_name;
use self::source::Source;
use crate::flags;
use crate::host_rust;
use crate::key::{Key, KeyBuilder};
use crate::provision::Context;
use crate::provision::toolchain::{self, Toolchain};
use crate::store::create_dir;
use crate::tree::Tree;

/// The name of finished libraries in the cache.
const KIND: &str = "library";
/// The name of finished folders with all libraries.
const FOLDER_KIND: &str = "libraries";
/// How many finished libraries are kept.
const KEPT: usize = 100;
/// How many finished folders are kept.
const FOLDERS_KEPT: usize = 12;

/// Where the libraries are, for the lab and for tests: a folder with `NAME.acelib` and `NAME.elf`
/// for each.
pub const FOLDER: &str = "ACELAB_LIBRARIES";

impl flags::Module {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        match self.command {
            flags::ModuleCommand::Build(command) => command.run(),
            flags::ModuleCommand::Info(command) => command.run(),
            flags::ModuleCommand::New(command) => command.run(),
        }
    }
}

impl flags::ModuleBuild {
    fn run(self) -> Result<()> {
        let context = Context::current()?;
        let sources = self.sources(&context.tree)?;
        let toolchain = toolchain::provision(&context)?;
        for source in &sources {
            let built = build(&context, &toolchain, source)?;
            if let Some(out) = &self.out {
                if let Some(folder) = out.parent() {
                    create_dir(folder)?;
                }
                fs::copy(&built.file, out).with_context(|| format!("writing {}", out.display()))?;
                let symbols = out.with_extension("elf");
                fs::copy(&built.elf, &symbols)
                    .with_context(|| format!("writing {}", symbols.display()))?;
            }
            println!("{}", self.out.as_ref().unwrap_or(&built.file).display());
        }
        if self.check_reproducible {
            reproducible::check(&context, &toolchain, &sources)?;
        }
        Ok(())
    }

    /// The libraries that were named, or all of the tree.
    fn sources(&self, tree: &Tree) -> Result<Vec<Source>> {
        ensure!(
            self.out.is_none() || self.libraries.len() == 1,
            "--out is the place of one file, but there are {} libraries",
            self.libraries.len()
        );
        if self.libraries.is_empty() {
            return Source::all(tree);
        }
        let found = self.libraries.iter().map(|name| Source::find(tree, name));
        found.collect()
    }
}

/// A finished library.
#[derive(Debug, Clone)]
pub struct Built {
    /// The file that is loaded.
    pub file: PathBuf,
    /// The ELF file.
    pub elf: PathBuf,
}

impl Built {
    fn in_folder(folder: &Path, name: &str) -> Built {
        Built {
            file: folder.join(format!("{name}.acelib")),
            elf: folder.join(format!("{name}.elf")),
        }
    }
}

/// Builds a library, or finds it built. One that lies outside of the tree is always built: what
/// it is made of is known to cargo only.
pub fn build(context: &Context, toolchain: &Toolchain, source: &Source) -> Result<Built> {
    let target = context.tree.target_dir().join("firmware");
    if !source.is_of(&context.tree) {
        let _lock = context.store.lock(&format!("work-{KIND}"))?;
        let folder = target.join("outside").join(&source.package);
        return make(context, toolchain, source, &target, &folder);
    }
    let key = content_key(context, toolchain, source)?;
    if let Some(entry) = context.store.find(KIND, &key) {
        return Ok(Built::in_folder(&entry, &source.name));
    }
    // Cargo's result is overwritten when the sources change: hold it until it is copied.
    let _lock = context.store.lock(&format!("work-{KIND}"))?;
    let entry = context.store.ensure(KIND, &key, |to| {
        make(context, toolchain, source, &target, to).map(|_| ())
    })?;
    context.store.prune(KIND, KEPT)?;
    Ok(Built::in_folder(&entry, &source.name))
}

/// Builds a library from its sources, with its files in `folder`.
fn make(
    context: &Context,
    toolchain: &Toolchain,
    source: &Source,
    target: &Path,
    folder: &Path,
) -> Result<Built> {
    let elf = compile::compile(context, toolchain, source, target)?;
    let bytes = fs::read(&elf).with_context(|| format!("reading {}", elf.display()))?;
    let linked = Linked::read(&bytes).with_context(|| format!("in {}", elf.display()))?;
    let built = Built::in_folder(folder, &source.name);
    let file = file::bytes(linked).with_context(|| format!("library {}", source.name))?;
    fs::write(&built.file, file).context("writing the library")?;
    fs::write(&built.elf, bytes).context("writing the ELF file")?;
    Ok(built)
}

/// All libraries of the tree in one folder, for [`FOLDER`].
pub fn folder(context: &Context, toolchain: &Toolchain) -> Result<PathBuf> {
    let sources = Source::all(&context.tree)?;
    let mut all = KeyBuilder::new(FOLDER_KIND, 1);
    let mut built = Vec::new();
    for source in &sources {
        all.text(content_key(context, toolchain, source)?.to_string());
        built.push(build(context, toolchain, source)?);
    }
    let entry = context.store.ensure(FOLDER_KIND, &all.finish(), |to| {
        for (source, built) in sources.iter().zip(&built) {
            let copy = Built::in_folder(to, &source.name);
            fs::copy(&built.file, copy.file).context("copying a library")?;
            fs::copy(&built.elf, copy.elf).context("copying a library's ELF file")?;
        }
        Ok(())
    })?;
    context.store.prune(FOLDER_KIND, FOLDERS_KEPT)?;
    Ok(entry)
}

/// Everything that determines a library of the tree.
fn content_key(context: &Context, toolchain: &Toolchain, source: &Source) -> Result<Key> {
    let mut key = KeyBuilder::new(KIND, 1);
    key.text(toolchain.key().to_string());
    source.add_to(context, &mut key)?;
    host_rust::workspace_files(&context.tree, &mut key)?;
    key.text(host_rust::version()?);
    Ok(key.finish())
}
