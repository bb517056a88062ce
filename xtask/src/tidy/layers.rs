//! Who may know of whom.

use super::File;

/// A part of the tree, words that it must not hold, and why.
struct Boundary {
    /// Files below this folder…
    folder: &'static str,
    /// …but not below these.
    except: &'static [&'static str],
    /// Words that must not be in the code.
    words: &'static [&'static str],
    /// Why.
    reason: &'static str,
}

const BOUNDARIES: [Boundary; 7] = [
    Boundary {
        folder: "qemu-machine/models/src",
        except: &[],
        words: &[
            "qemu::",
            "MemoryRegion",
            "CPUState",
            "QEMUTimer",
            "qemu_irq",
            "std::time",
            "Instant::now",
        ],
        reason: "models are pure: no QEMU type, no clock of their own",
    },
    Boundary {
        folder: "lab/src",
        except: &["lab/src/target/qemu"],
        words: &["acelab_hostlink", "qemu-system", "icount"],
        reason: "the lab knows QEMU only in lab/src/target/qemu",
    },
    Boundary {
        folder: "firmware/abi",
        except: &[],
        words: &[
            "acelab_kernel",
            "acelab_ipc4",
            "acelab_models",
            "acelab_hostlink",
        ],
        reason: "abi is at the bottom",
    },
    Boundary {
        folder: "firmware/ipc4",
        except: &[],
        words: &["acelab_kernel", "read_volatile", "write_volatile"],
        reason: "ipc4 names no register and no kernel",
    },
    Boundary {
        folder: "firmware/audio",
        except: &[],
        words: &["acelab_kernel", "acelab_ipc4", "acelab_user", "regs::"],
        reason: "audio reaches the system through its trait `Platform`, and names no register",
    },
    Boundary {
        folder: "firmware/modules",
        except: &[],
        words: &[
            "acelab_kernel",
            "acelab_ipc4",
            "acelab_user",
            "acelab_audio",
            "regs::",
        ],
        reason: "modules know their SDK only",
    },
    Boundary {
        folder: "firmware/user",
        except: &[],
        words: &["acelab_kernel", "acelab_ipc4", "acelab_dsp", "regs::"],
        reason: "user reaches the kernel by system calls only, and no register at all",
    },
];

/// Complains about code that looks over its boundary.
pub fn check(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for boundary in &BOUNDARIES {
        let inside = |file: &&File| {
            let excepted = boundary
                .except
                .iter()
                .any(|part| file.path.starts_with(part));
            file.is_below(boundary.folder) && !excepted && file.has_extension(&["rs", "toml"])
        };
        for file in files.iter().filter(inside) {
            for (number, line) in file
                .lines()
                .filter(|(_, line)| !line.trim_start().starts_with("//"))
            {
                for word in boundary.words.iter().filter(|word| line.contains(**word)) {
                    complaints.push(format!(
                        "{}:{number} names `{word}`: {}",
                        file.path, boundary.reason
                    ));
                }
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_over_the_boundary_is_found() {
        let files = [
            File::of("lab/src/engine.rs", "use acelab_hostlink::Client;\n"),
            File::of(
                "lab/src/target/qemu/mod.rs",
                "use acelab_hostlink::Client;\n",
            ),
            File::of(
                "qemu-machine/models/src/soc.rs",
                "// A QEMUTimer fires this.\nlet now = Instant::now();\n",
            ),
        ];
        let complaints = check(&files);
        assert_eq!(complaints.len(), 2, "{complaints:?}");
        assert!(complaints[0].starts_with("qemu-machine/models/src/soc.rs:2"));
        assert!(complaints[1].starts_with("lab/src/engine.rs:1"));
    }
}
