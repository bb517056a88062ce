//! `cargo xtask firmware`: the DSP image, in all its variants.

mod budget;
mod compile;
mod reproducible;
mod variants;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use self::compile::{IMAGE, compile};
pub use self::variants::{Variant, Variants};
use crate::flags;
use crate::host_rust;
use crate::key::{Key, KeyBuilder};
use crate::provision::Context;
use crate::provision::toolchain::{self, Toolchain};

/// The name of finished images in the cache.
const KIND: &str = "firmware";

/// Folders of `firmware` that are in no image, but in loadable libraries.
const LOADABLE: [&str; 3] = ["modules/libraries", "modules/runtime", "modules/template"];

/// How many finished images are kept.
const KEPT: usize = 24;

impl flags::Firmware {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let context = Context::current()?;
        let variants = Variants::read(&context.tree)?.select(&self.variants)?;
        let toolchain = toolchain::provision(&context)?;
        for variant in &variants {
            let image = build(&context, &toolchain, variant)?;
            println!("{}: {}", variant.name, image.display());
            println!("{}", text_of(&report_of(&image))?);
            if let Some(line) = budget(&variant.name, &image)? {
                println!("{line}\n");
            }
            if self.check_reproducible {
                reproducible::check(&context, &toolchain, variant)?;
            }
        }
        Ok(())
    }
}

/// Gives the path of a variant's image; builds it when it is not in the cache.
pub fn build(context: &Context, toolchain: &Toolchain, variant: &Variant) -> Result<PathBuf> {
    let key = content_key(context, toolchain, variant)?;
    let name = format!("{IMAGE}-{}.elf", variant.name);
    if let Some(entry) = context.store.find(KIND, &key) {
        return Ok(entry.join(name));
    }
    let target = context.tree.target_dir().join("firmware");
    // Cargo's result is overwritten by the next variant: hold it until it is copied.
    let _lock = context.store.lock(&format!("work-{KIND}"))?;
    if let Some(entry) = context.store.find(KIND, &key) {
        return Ok(entry.join(name));
    }
    let compiled = compile(context, toolchain, variant, &target)?;
    let entry = context.store.ensure(KIND, &key, |to| {
        let image = to.join(&name);
        fs::copy(&compiled.image, &image).context("copying the image")?;
        fs::copy(&compiled.report, report_of(&image)).context("copying the size report")?;
        fs::copy(&compiled.sizes, sizes_of(&image)).context("copying the sizes")?;
        Ok(())
    })?;
    context.store.prune(KIND, KEPT)?;
    Ok(entry.join(name))
}

/// Where the size report of a finished image is.
fn report_of(image: &Path) -> PathBuf {
    image.with_extension("size.txt")
}

/// Where its sizes are for programs.
fn sizes_of(image: &Path) -> PathBuf {
    image.with_extension("size.json")
}

fn text_of(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

/// What a finished image uses of its variant's budget, if it has one; an error when it is more
/// than all.
pub fn budget(variant: &str, image: &Path) -> Result<Option<String>> {
    budget::check(variant, &text_of(&sizes_of(image))?)
}

/// Everything that determines an image.
fn content_key(context: &Context, toolchain: &Toolchain, variant: &Variant) -> Result<Key> {
    let mut key = KeyBuilder::new(KIND, 4);
    key.text(toolchain.key().to_string());
    key.text(&variant.name);
    for feature in &variant.features {
        key.text(feature);
    }
    sources(context, &mut key)?;
    key.text(host_rust::version()?);
    Ok(key.finish())
}

/// Adds the firmware's own sources to a key, those of the link driver included.
pub fn sources(context: &Context, key: &mut KeyBuilder) -> Result<()> {
    key.folder_without(&context.tree.path("firmware"), &LOADABLE)?;
    host_rust::workspace_files(&context.tree, key)
}
