//! `cargo xtask doctor`: what is needed, where it is, and how to get it.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use crate::firmware::Variants;
use crate::host_rust;
use crate::provision::build_needs::{self, LIBRARIES};
use crate::provision::machine::{find_on_path, output_of, version_in};
use crate::provision::toolchain::{self, Spec};
use crate::provision::{Context, python, qemu_source};
use crate::qemu::config::Config;

/// The state of one need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// There.
    Ok,
    /// Not there yet; provisioning will fetch it.
    Fetchable,
    /// Not there, and provisioning cannot fetch it.
    Missing,
}

/// One line of the table.
#[derive(Debug)]
struct Row {
    need: String,
    state: State,
    version: String,
    place: String,
}

/// What happens to a need that provisioning fetches.
const BY_ITSELF: &str = "fetched when needed, or now: cargo xtask provision";

/// Runs the command: exit code 0 when nothing is missing, 1 otherwise.
pub fn run() -> Result<ExitCode> {
    let context = Context::current()?;
    let mut rows = vec![host_rust()];
    for (name, package) in [
        ("cc", "gcc"),
        ("make", "make"),
        ("patch", "patch"),
        ("tar", "tar"),
        ("xz", "xz-utils"),
        ("dpkg", "dpkg"),
        ("apt-get", "apt"),
        ("strip", "binutils"),
    ] {
        rows.push(tool(name, package));
    }
    rows.extend(firmware_toolchain(&context)?);
    rows.extend(qemu_needs(&context)?);
    rows.push(source(&context)?);
    let variants: Vec<_> = Variants::read(&context.tree)?
        .select(&[])?
        .into_iter()
        .map(|one| one.name)
        .collect();
    println!("cache     {}", context.store.root().display());
    println!("firmware  variants {}", variants.join(", "));
    print_table(&rows);
    let missing = rows.iter().filter(|row| row.state != State::Ok).count();
    println!("{} needs, {missing} not there", rows.len());
    Ok(ExitCode::from(u8::from(missing > 0)))
}

fn print_table(rows: &[Row]) {
    let width = |column: fn(&Row) -> &str| {
        rows.iter()
            .map(|row| column(row).chars().count())
            .max()
            .unwrap_or(0)
    };
    let (need, version) = (width(|row| &row.need), width(|row| &row.version));
    for row in rows {
        let state = match row.state {
            State::Ok => "ok",
            State::Fetchable => "to fetch",
            State::Missing => "MISSING",
        };
        println!(
            "{state:<8}  {:<need$}  {:<version$}  {}",
            row.need, row.version, row.place
        );
    }
}

fn row(
    need: impl Into<String>,
    state: State,
    version: impl Into<String>,
    place: impl Into<String>,
) -> Row {
    Row {
        need: need.into(),
        state,
        version: version.into(),
        place: place.into(),
    }
}

fn host_rust() -> Row {
    match host_rust::version() {
        Ok(text) => {
            let version = version_in(&text).unwrap_or_default();
            let rustc = find_on_path("rustc").unwrap_or_else(|| PathBuf::from("rustc"));
            row("host Rust", State::Ok, version, rustc.display().to_string())
        }
        Err(error) => row(
            "host Rust",
            State::Missing,
            "-",
            format!("{error:#}; install Rust 1.95 or newer"),
        ),
    }
}

fn tool(name: &str, package: &str) -> Row {
    match find_on_path(name) {
        Some(path) => {
            let text = output_of(&path, ["--version"]).unwrap_or_default();
            row(
                name,
                State::Ok,
                version_in(&text).unwrap_or_default(),
                path.display().to_string(),
            )
        }
        None => row(
            name,
            State::Missing,
            "-",
            format!("as root: apt-get install {package}"),
        ),
    }
}

fn firmware_toolchain(context: &Context) -> Result<Vec<Row>> {
    if let Some(found) = toolchain::find(context)? {
        let origin = &found.origin;
        return Ok(vec![
            row(
                "firmware rustc",
                State::Ok,
                &found.rust_version,
                format!("{}, {}", origin.rust, found.rustc.display()),
            ),
            row(
                "rust-src",
                State::Ok,
                &found.rust_version,
                found.rust_src.display().to_string(),
            ),
            row(
                "LLVM tools",
                State::Ok,
                &found.llvm_version,
                format!("{}, {}", origin.llvm, found.llvm_bin.display()),
            ),
            row(
                "Xtensa binutils",
                State::Ok,
                &found.binutils_version,
                format!("{}, {}ld", origin.binutils, found.binutils_prefix),
            ),
        ]);
    }
    let parts = toolchain::on_machine(context, &Spec::read(&context.tree)?);
    let line = |need: &str, found: Option<String>, by_hand: &str| match found {
        Some(place) => row(need, State::Ok, "-", place),
        None => row(
            need,
            State::Fetchable,
            "-",
            format!("{BY_ITSELF}; by hand: {by_hand}"),
        ),
    };
    Ok(vec![
        line(
            "firmware rustc, rust-src",
            parts.rustc.map(|one| one.1),
            "ACELAB_RUSTC=…/rustc, with its library source",
        ),
        line(
            "LLVM tools",
            parts.llvm_bin.map(|one| one.1),
            "ACELAB_LLVM_BIN=folder with llc, opt, …",
        ),
        line(
            "Xtensa binutils",
            parts.binutils_prefix.map(|one| one.1),
            "ACELAB_BINUTILS_PREFIX=…/xtensa-lx106-elf-",
        ),
    ])
}

fn qemu_needs(context: &Context) -> Result<Vec<Row>> {
    let modules = Config::read(&context.tree)?.python;
    if let Some(found) = build_needs::find(context)? {
        let version = output_of(&found.ninja, ["--version"])?.trim().to_string();
        return Ok(vec![
            row("QEMU build needs", State::Ok, version, &found.found),
            row(
                "Python with meson",
                State::Ok,
                &modules[0].fetch,
                &found.python.found,
            ),
        ]);
    }
    let missing = build_needs::missing(context);
    let pkg_config = find_on_path("pkg-config");
    let version_of = |name: &str| {
        Some(
            output_of(&find_on_path(name)?, ["--version"])
                .ok()?
                .trim()
                .to_string(),
        )
    };
    let mut needs = vec![
        ("ninja", "ninja-build", version_of("ninja")),
        ("pkg-config", "pkgconf", version_of("pkg-config")),
    ];
    for library in &LIBRARIES {
        let version = pkg_config
            .as_deref()
            .and_then(|tool| build_needs::library_version(tool, library));
        needs.push((library.name, library.package, version));
    }
    let mut rows = Vec::new();
    for (need, package, version) in needs {
        rows.push(if missing.contains(&package) {
            row(
                need,
                State::Fetchable,
                "-",
                format!("{BY_ITSELF}; as root: apt-get install {package}"),
            )
        } else {
            row(
                need,
                State::Ok,
                version.unwrap_or_default(),
                "the machine's",
            )
        });
    }
    rows.push(
        match python::interpreter().and_then(|python| python::versions(&python, &modules)) {
            Ok((own, found)) if python::has_all(&found, &modules) => {
                row("Python with meson", State::Ok, own, "the machine's")
            }
            Ok((own, _)) => row("Python with meson", State::Fetchable, own, BY_ITSELF),
            Err(error) => row(
                "Python with meson",
                State::Missing,
                "-",
                format!("{error:#}; as root: apt-get install python3-venv"),
            ),
        },
    );
    Ok(rows)
}

fn source(context: &Context) -> Result<Row> {
    let given = std::env::var_os("ACELAB_QEMU_SOURCE")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from);
    Ok(match qemu_source::find(context, given.as_deref())? {
        Some(found) => row("QEMU source", State::Ok, &found.version, &found.origin),
        None => row(
            "QEMU source",
            State::Fetchable,
            "-",
            format!("{BY_ITSELF}; by hand: ACELAB_QEMU_SOURCE=tarball"),
        ),
    })
}
