//! The lab's command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    acelab_lab::cli::main()
}
