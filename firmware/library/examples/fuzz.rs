//! Offers library files that are almost right to the loader's code.
//!
//! `cargo run -p acelab-library --example fuzz --features write -- --files N --seed S`

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut files = 1_000_000;
    let mut seed = 1;
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().and_then(|value| value.parse().ok());
        match (name.as_str(), value) {
            ("--files", Some(value)) => files = value,
            ("--seed", Some(value)) => seed = value,
            _ => {
                eprintln!("usage: fuzz [--files NUMBER] [--seed NUMBER]");
                return ExitCode::from(2);
            }
        }
    }
    let account = acelab_library::fuzz::run(files, seed);
    println!("{files} files from seed {seed}:\n{account}");
    ExitCode::SUCCESS
}
