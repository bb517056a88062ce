//! How large the kernel's code may be.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

/// The variant that the budget is for; the others hold tests.
const VARIANT: &str = "production";

/// Bytes that the kernel may have.
const LIMIT: u64 = 64 << 10;

/// What counts: all code that runs after the boot stub, literals included, and all constants…
const SECTIONS: [&str; 3] = [".vectors", ".text", ".rodata"];

/// …without the functions of what the kernel runs – user code, the base firmware's IPC, the host's
/// mailbox, the power of cores, the log – of the driver of the DMA and the audio ports, and of what
/// they share with it, `core` and the compiler's own; and without the literals and constants that
/// none but these use.
const NOT_KERNEL: [&str; 30] = [
    "acelab_module_abi::",
    "acelab_audio::",
    "acelab_modules::",
    "acelab_module_sdk::",
    "acelab_user::",
    "acelab_dsp::audio::",
    "alloc::",
    "__rustc::",
    "acelab_ipc4::",
    "acelab_abi::ipc4::",
    "acelab_dsp::host::",
    "acelab_dsp::commands::",
    "acelab_dsp::log_service::",
    "acelab_dsp::klog::",
    "acelab_dsp::power::",
    "acelab_kernel::dma::",
    "acelab_kernel::mailbox::",
    "acelab_kernel::log::",
    "acelab_kernel::power::",
    "core::",
    "compiler_builtins::",
    "str as core::",
    "u8 as core::",
    "u16 as core::",
    "u32 as core::",
    "u64 as core::",
    "usize as core::",
    "bool as core::",
    "u8] as core::",
    "__moddi3",
];

/// Functions for loadable modules, which are told apart: the library crate, its thread, how that
/// gives way, and the pages of segments.
const LIBRARY: [&str; 5] = [
    "acelab_library::",
    "acelab_dsp::library::",
    "acelab_dsp::segments::",
    "acelab_dsp::background::",
    "acelab_kernel::memory::segment::",
];

/// How the function is named that runs a closure behind the kernel's lock.
const BEHIND_LOCK: &str = "<acelab_dsp::kernel::Once<";

/// The part of the link driver's report that counts.
#[derive(Deserialize)]
struct Sizes {
    sections: Vec<Sized>,
    functions: Vec<Sized>,
    uses: Vec<Use>,
}

/// Literals and constants.
#[derive(Deserialize)]
struct Use {
    users: Vec<String>,
    size: u64,
}

/// A name and its bytes.
#[derive(Deserialize)]
struct Sized {
    name: String,
    size: u64,
}

/// The line that says how much of the budget a variant uses, if it has one, from the link
/// driver's report; an error when it is more than all.
pub fn check(variant: &str, report: &str) -> Result<Option<String>> {
    if variant != VARIANT {
        return Ok(None);
    }
    let sizes: Sizes = serde_json::from_str(report).context("reading the sizes")?;
    let mut whole = 0;
    for name in SECTIONS {
        let section = sizes.sections.iter().find(|section| section.name == name);
        whole += section
            .with_context(|| format!("the sizes have no section {name}"))?
            .size;
    }
    let functions = |belongs: fn(&str) -> bool| -> u64 {
        let chosen = sizes.functions.iter();
        let chosen = chosen.filter(|function| belongs(&function.name));
        chosen.map(|function| function.size).sum()
    };
    let others = functions(is_not_kernel);
    let library = functions(is_for_library);
    let data: u64 = sizes
        .uses
        .iter()
        .filter(|used| used.users.iter().all(|user| is_not_kernel(user)))
        .map(|used| used.size)
        .sum();
    let used = whole.saturating_sub(others + data);
    let line = format!(
        "kernel text and rodata: {used} of {LIMIT} bytes ({} are {whole}; functions of audio, IPC, \
         host, DMA, power, log, core, the compiler and {library} for loadable modules are {others}, their \
         literals and constants {data})",
        SECTIONS.join(" + ")
    );
    if used > LIMIT {
        bail!("{line}: too large");
    }
    Ok(Some(line))
}

/// Whether a function, by its demangled name, belongs to none of the kernel. Methods have the
/// form `<Type>::method` or `<Type as Trait>::method`; a type may be a reference or an array.
fn is_not_kernel(name: &str) -> bool {
    starts_with(name, &NOT_KERNEL) || is_for_library(name)
}

/// Whether a function is for loadable modules, or a closure of one that runs behind the kernel's
/// lock: `<acelab_dsp::kernel::Once<acelab_dsp::kernel::on_kernel<Result, path::{closure}>…`.
fn is_for_library(name: &str) -> bool {
    let closure = name
        .strip_prefix(BEHIND_LOCK)
        .and_then(|rest| rest.split_once("::{closure#0}>"))
        .map(|(generics, _)| generics);
    match closure {
        Some(generics) => generics
            .split(", ")
            .any(|argument| starts_with(argument, &LIBRARY)),
        None => starts_with(name, &LIBRARY),
    }
}

fn starts_with(name: &str, prefixes: &[&str]) -> bool {
    let path = name.trim_start_matches(['<', '&', '[']);
    let path = path.strip_prefix("mut <").unwrap_or(path);
    prefixes.iter().any(|prefix| path.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(text: u64) -> String {
        serde_json::json!({
            "sections": [
                { "name": ".rodata", "address": 1, "size": 8000 },
                { "name": ".data", "address": 1, "size": 4096 },
                { "name": ".vectors", "address": 1, "size": 1024 },
                { "name": ".text", "address": 1, "size": text },
            ],
            "functions": [
                { "name": "acelab_dsp::host::serve", "size": 6000 },
                { "name": "<&str as core::fmt::Display>::fmt", "size": 650 },
                { "name": "acelab_library::link::relocate", "size": 50 },
                { "name": "<acelab_kernel::mailbox::host::HostMailbox<M>>::pump", "size": 500 },
                { "name": "<acelab_kernel::system::Kernel>::reap::<acelab_dsp::port::DspPort>", "size": 900 },
            ],
            "uses": [
                { "users": ["acelab_dsp::host::serve", "core::fmt::write"], "size": 300 },
                { "users": ["acelab_dsp::host::serve", "<acelab_kernel::system::Kernel>::reap"], "size": 50 },
            ],
        })
        .to_string()
    }

    #[test]
    fn the_limit_is_for_the_sections_together_without_what_is_not_the_kernel() {
        let most = LIMIT - 8000 - 1024 + 7200 + 300;
        let line = check(VARIANT, &report(most)).unwrap().unwrap();
        assert!(line.contains("65536 of 65536"), "{line}");
        assert!(line.contains("50 for loadable modules"), "{line}");
        let error = check(VARIANT, &report(most + 1)).unwrap_err().to_string();
        assert!(error.contains("65537 of 65536"), "{error}");
        assert_eq!(check("debug", &report(most + 1)).unwrap(), None);
    }

    #[test]
    fn a_closure_behind_the_lock_belongs_to_who_has_it() {
        let name = |result: &str, path: &str| {
            format!(
                "<acelab_dsp::kernel::Once<acelab_dsp::kernel::on_kernel<{result}, {path}::{{closure#0}}>::\
                 {{closure#0}}, {result}> as acelab_dsp::kernel::Work>::run"
            )
        };
        assert!(is_for_library(&name("()", "acelab_dsp::segments::map")));
        let method = "<acelab_dsp::library::dp::DpDomains>::end";
        assert!(is_for_library(&name(
            "core::result::Result<(), acelab_abi::syscall::error::SysError>",
            method
        )));
        assert!(!is_not_kernel(&name("()", "acelab_dsp::timers::interrupt")));
        assert!(!is_not_kernel(&name(
            "bool",
            "acelab_dsp::audio::domain::clean"
        )));
    }

    #[test]
    fn what_core_does_for_slices_and_references_is_not_the_kernel() {
        assert!(is_not_kernel("<&[u8] as core::fmt::Debug>::fmt"));
        assert!(is_not_kernel(
            "<&mut <core::iter::Take<_> as core::iter::Iterator>::check<u8>"
        ));
        assert!(is_not_kernel("__moddi3"));
        assert!(!is_not_kernel("acelab_kernel::system::calls::misc::null"));
    }

    #[test]
    fn a_report_without_the_sections_is_an_error() {
        assert!(check(VARIANT, "{ \"sections\": [], \"functions\": [] }").is_err());
        assert!(check(VARIANT, "").is_err());
    }
}
