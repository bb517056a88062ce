//! `acelab-rustc`: runs `rustc` with crate identities that do not depend on
//! the place of the sources; for `RUSTC_WRAPPER`. See [`acelab_xtensa::crate_id`].

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use acelab_xtensa::crate_id::{self, Package};

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let Some(rustc) = args.next() else {
        eprintln!("acelab-rustc: to be called by cargo, with the compiler as first argument");
        return ExitCode::FAILURE;
    };
    let args: Vec<OsString> = match Package::from_env() {
        Some(package) => crate_id::stabilise(args, &package),
        // Cargo asking for the version.
        None => args.collect(),
    };
    match Command::new(&rustc).args(args).status() {
        Ok(status) => ExitCode::from(
            status
                .code()
                .and_then(|code| code.try_into().ok())
                .unwrap_or(1),
        ),
        Err(error) => {
            eprintln!("acelab-rustc: {}: {error}", rustc.to_string_lossy());
            ExitCode::FAILURE
        }
    }
}
