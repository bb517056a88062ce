//! The words of the shell.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;

use crate::case::diagnostic::suggest;
use crate::case::message::Message;
use crate::case::time::VirtualTime;
use crate::case::yaml;

/// What the user wants.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Command {
    Boot,
    Ipc(Message),
    Run(Nanos),
    Log,
    Memory { address: u32, length: u32 },
    Registers(Option<CoreId>),
    Cores { mask: u32, up: bool },
    Help,
    Quit,
}

/// The words, for `help` and for suggestions.
const WORDS: [&str; 9] = [
    "boot", "ipc", "run", "log", "mem", "regs", "cores", "help", "quit",
];

/// The help text.
pub(super) const HELP: &str = "\
boot                          load the firmware and wait for FW_READY
ipc NAME [{ FIELD: VALUE }]   send a message, as in a case: ipc large_config_get { param: fw_config }
run TIME                      let virtual time pass: run 5 ms
log                           read the firmware's log
mem ADDRESS LENGTH            show memory by DSP address: mem 0xa0024000 64
regs [CORE]                   show registers of all cores or of one
cores up|down CORE...         power cores: cores up 1 2
help                          this
quit                          leave";

impl Command {
    /// Reads a line; an empty one is nothing.
    pub fn parse(line: &str) -> Result<Option<Self>, String> {
        let line = line.trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        let command = match word {
            "" => return Ok(None),
            "boot" => Self::Boot,
            "ipc" => Self::Ipc(message(rest)?),
            "run" => Self::Run(rest.parse::<VirtualTime>()?.0),
            "log" => Self::Log,
            "mem" => memory(rest)?,
            "regs" if rest.is_empty() => Self::Registers(None),
            "regs" => Self::Registers(Some(core(rest)?)),
            "cores" => cores(rest)?,
            "help" => Self::Help,
            "quit" | "exit" => Self::Quit,
            _ => {
                return Err(format!(
                    "unknown command `{word}`; {}",
                    suggest(word, &WORDS)
                ));
            }
        };
        Ok(Some(command))
    }
}

/// A message in the words of a case: `set_dx { core_mask: 2, dx_mask: 2 }`.
fn message(text: &str) -> Result<Message, String> {
    let (name, fields) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let source = if fields.is_empty() {
        name.to_owned()
    } else {
        format!("{{ {name}: {fields} }}")
    };
    let explain =
        |finding: crate::case::diagnostic::Diagnostic| finding.render("line", &source, false);
    let node = yaml::parse(&source).map_err(|findings| {
        findings
            .into_iter()
            .map(explain)
            .collect::<Vec<_>>()
            .join("\n")
    })?;
    yaml::decode(&node).map_err(explain)
}

fn number(text: &str) -> Result<u32, String> {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.map_err(|_| format!("`{text}` is not a number"))
}

fn memory(text: &str) -> Result<Command, String> {
    let Some((address, length)) = text.split_once(char::is_whitespace) else {
        return Err("write `mem ADDRESS LENGTH`".to_owned());
    };
    Ok(Command::Memory {
        address: number(address)?,
        length: number(length.trim())?.min(1 << 16),
    })
}

fn core(text: &str) -> Result<CoreId, String> {
    let index = u8::try_from(number(text)?).ok();
    index
        .and_then(CoreId::new)
        .ok_or_else(|| format!("no machine has a core {text}"))
}

fn cores(text: &str) -> Result<Command, String> {
    let mut words = text.split_whitespace();
    let up = match words.next() {
        Some("up") => true,
        Some("down") => false,
        _ => return Err("write `cores up 1 2` or `cores down 1`".to_owned()),
    };
    let mask = words.try_fold(0, |mask, word| core(word).map(|core| mask | core.bit()))?;
    if mask == 0 {
        Err("which cores?".to_owned())
    } else {
        Ok(Command::Cores { mask, up })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_read() {
        let check = |line: &str, expected: Command| {
            assert_eq!(Command::parse(line), Ok(Some(expected)), "{line}")
        };
        check("boot", Command::Boot);
        check(" run 5 ms ", Command::Run(Nanos::from_millis(5)));
        check("cores up 1 2", Command::Cores { mask: 6, up: true });
        check(
            "mem 0xa0024000 64",
            Command::Memory {
                address: 0xA002_4000,
                length: 64,
            },
        );
        check("regs 1", Command::Registers(CoreId::new(1)));
        check(
            "ipc set_dx { core_mask: 2, dx_mask: 2 }",
            Command::Ipc(Message::set_dx(2, 2)),
        );
        assert_eq!(Command::parse("  "), Ok(None));
    }

    #[test]
    fn mistakes_are_explained() {
        let check = |line: &str, part: &str| {
            let error = Command::parse(line).expect_err(line);
            assert!(error.contains(part), "{line}: {error}");
        };
        check("bot", "did you mean `boot`");
        check("ipc large_confg_get", "did you mean `large_config_get`");
        check("run 5", "has no unit");
        check("cores up", "which cores");
        check("cores up 9", "no machine has a core 9");
        check("mem 12", "mem ADDRESS LENGTH");
    }

    proptest! {
        #[test]
        fn any_line_is_a_command_or_explained(line in "\\PC*") {
            let _ = Command::parse(&line);
        }
    }
}
