//! The firmware toolchain from the distribution's packages.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::{KIND, Parts, Spec, rustc_facts};
use crate::key::KeyBuilder;
use crate::provision::apt::Apt;
use crate::provision::debs::{self, Deb};
use crate::provision::sources::Kind;
use crate::provision::version::Version;
use crate::provision::{Context, wrappers};

/// Fetches the parts that are missing, and fills them in.
pub fn fetch_missing(
    context: &Context,
    spec: &Spec,
    parts: &mut Parts,
) -> Result<Option<(PathBuf, Vec<Deb>)>> {
    if parts.rustc.is_some() && parts.llvm_bin.is_some() && parts.binutils_prefix.is_some() {
        return Ok(None);
    }
    let machine = context.machine()?;
    let apt = Apt::open(
        &context.store,
        &machine.of_release(&machine.release),
        &[Kind::Binary],
    )?;
    let roots = apt.explain(choose_packages(&apt, spec, parts))?;
    let installed = debs::installed(context.private)?;
    let debs = apt.explain(debs::closure(&roots.names, &installed, |names| {
        apt.show(names)
    }))?;
    let mut key = KeyBuilder::new(KIND, 2);
    for deb in &debs {
        key.text(&deb.sha256);
    }
    let entry = context.store.ensure(KIND, &key.finish(), |to| {
        let downloads = tempfile::tempdir_in(to)?;
        apt.download(
            &format!("firmware toolchain, {} packages", debs.len()),
            &debs,
            downloads.path(),
        )?;
        debs::unpack("firmware toolchain", &debs, downloads.path(), to)?;
        wrappers::write(to, &spec.binutils.prefix)
    })?;
    let version = |name: &str| {
        let deb = debs.iter().find(|deb| deb.name == name);
        deb.map_or_else(
            || name.to_string(),
            |deb| format!("Debian's {name} {}", deb.version),
        )
    };
    if let Some(package) = &roots.rustc {
        parts.rustc = Some((entry.join("bin/rustc"), version(package)));
    }
    if let Some(package) = &roots.llvm {
        parts.llvm_bin = Some((entry.join("llvm-bin"), version(package)));
    }
    if parts.binutils_prefix.is_none() {
        let prefix = entry.join("bin").join(&spec.binutils.prefix);
        parts.binutils_prefix = Some((
            prefix.display().to_string(),
            version(&spec.binutils.package),
        ));
    }
    Ok(Some((entry, debs)))
}

/// The packages to fetch.
struct Roots {
    names: Vec<String>,
    rustc: Option<String>,
    llvm: Option<String>,
}

fn choose_packages(apt: &Apt, spec: &Spec, parts: &Parts) -> Result<Roots> {
    let mut roots = Roots {
        names: Vec::new(),
        rustc: None,
        llvm: None,
    };
    let llvm_major = if let Some((rustc, _)) = &parts.rustc {
        rustc_facts(rustc)?.llvm_major
    } else {
        let names: Vec<_> = spec
            .rust
            .packages
            .iter()
            .map(|pair| pair.rustc.clone())
            .collect();
        let best = newest_rust(&apt.show(&names)?, &spec.rust.minimum)?;
        let pair = spec
            .rust
            .packages
            .iter()
            .find(|pair| pair.rustc == best.name)
            .context("unasked package")?;
        roots
            .names
            .extend([pair.rustc.clone(), pair.source.clone()]);
        roots.rustc = Some(pair.rustc.clone());
        llvm_of(apt, &best)?
    };
    if parts.llvm_bin.is_none() {
        let package = format!("llvm-{llvm_major}");
        roots.names.push(package.clone());
        roots.llvm = Some(package);
    }
    if parts.binutils_prefix.is_none() {
        roots.names.push(spec.binutils.package.clone());
    }
    Ok(roots)
}

/// The newest compiler on offer that is new enough.
fn newest_rust(offers: &[Deb], minimum: &str) -> Result<Deb> {
    let release = |deb: &Deb| Version::new(Version::new(deb.version.clone()).upstream_release());
    let best = offers.iter().max_by_key(|deb| release(deb));
    match best {
        Some(deb) if release(deb) >= Version::new(minimum) => Ok(deb.clone()),
        Some(deb) => bail!(
            "the newest Rust among this machine's packages is {} {}; {minimum} is needed",
            deb.name,
            deb.version
        ),
        None => bail!("no package source of this machine has rustc-web or rustc"),
    }
}

/// The LLVM major version that a packaged rustc is linked with: that of the
/// libllvm which it, or the standard library it depends on, depends on.
fn llvm_of(apt: &Apt, rustc: &Deb) -> Result<u32> {
    let mut open = vec![rustc.clone()];
    let mut seen = BTreeSet::new();
    while let Some(deb) = open.pop() {
        let names: Vec<_> = deb
            .depends
            .iter()
            .flatten()
            .map(|wanted| wanted.name.clone())
            .collect();
        if let Some(major) = names
            .iter()
            .find_map(|name| name.strip_prefix("libllvm")?.parse().ok())
        {
            return Ok(major);
        }
        let new = |name: &String| name.contains("std-rust") && seen.insert(name.clone());
        open.extend(apt.show(&names.into_iter().filter(new).collect::<Vec<_>>())?);
    }
    bail!(
        "{} {} depends on no libllvm package",
        rustc.name,
        rustc.version
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(name: &str, version: &str) -> Deb {
        Deb {
            name: name.into(),
            version: version.into(),
            size: 0,
            sha256: String::new(),
            depends: Vec::new(),
        }
    }

    #[test]
    fn the_newest_compiler_on_offer_is_chosen() {
        let offers = [
            offer("rustc", "1.63.0+dfsg1-2"),
            offer("rustc-web", "1.96.0+dfsg1-1~deb12u2"),
        ];
        assert_eq!(newest_rust(&offers, "1.95.0").unwrap().name, "rustc-web");
        let offers = [
            offer("rustc-web", "1.96.0+dfsg1-1"),
            offer("rustc", "1.100.0-1"),
        ];
        assert_eq!(newest_rust(&offers, "1.95.0").unwrap().name, "rustc");
    }

    #[test]
    fn an_old_compiler_is_refused_by_name() {
        let error = newest_rust(&[offer("rustc", "1.63.0+dfsg1-2")], "1.95.0")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("rustc 1.63.0+dfsg1-2") && error.contains("1.95.0"),
            "{error}"
        );
        assert!(
            newest_rust(&[], "1.95.0")
                .unwrap_err()
                .to_string()
                .contains("no package source")
        );
    }
}
