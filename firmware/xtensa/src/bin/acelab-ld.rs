//! `acelab-ld`: what `rustc` calls as linker for `xtensa-ace30-none-elf`.

use std::process::ExitCode;

use acelab_xtensa::{args::LinkArgs, error::LinkError, link, tools::Tools};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("acelab-ld: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), LinkError> {
    let args = LinkArgs::parse(std::env::args_os().skip(1))?;
    link(&args, &Tools::from_env()?)
}
