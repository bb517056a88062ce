//! The text of a snapshot, channel by channel.

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::{BaseFwParam, NotificationType};
use acelab_abi::trace::{Channel, EventKind};

use super::audio;
use super::fold::fold;
use crate::case::message::Message;
use crate::case::{Case, SnapshotPart};
use crate::events::Content;
use crate::host::{Mail, Record, decode};
use crate::symbols::{Symbols, image_place};
use crate::verdict::Allowed;
use crate::verdict::audio::AudioResult;

/// The parts the case asks for. Holds no time and no address, so that it is the
/// same on every target and after every change that does not change behaviour.
/// Reports on threads that may be stopped however often are left out with their
/// notifications.
pub fn render(
    case: &Case,
    record: &Record,
    sound: &[AudioResult],
    symbols: &Symbols<'_>,
) -> String {
    let mut text = String::new();
    let allowed = Allowed::of(&case.allow, &record.log);
    for part in &case.snapshot {
        match part {
            SnapshotPart::Ipc => section(&mut text, "ipc", ipc(&record.mail, &allowed)),
            SnapshotPart::Power => section(&mut text, "power", power(record)),
            SnapshotPart::Audio => section(&mut text, "audio", audio::lines(sound)),
            SnapshotPart::Log => {
                for core in CoreId::ALL.into_iter().take(usize::from(case.cores)) {
                    section(
                        &mut text,
                        &format!("log core {core}"),
                        log(record, symbols, core, &allowed),
                    );
                }
            }
        }
    }
    text
}

fn section(text: &mut String, title: &str, lines: Vec<String>) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&format!("== {title}\n"));
    for line in fold(&lines) {
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

fn ipc(mail: &[Mail], allowed: &Allowed) -> Vec<String> {
    let mut lines = Vec::new();
    let mut untold = allowed.reports;
    let mut request = None;
    for item in mail {
        match item {
            Mail::Sent(message) => {
                lines.push(format!("> {}", decode::request(message)));
                request = Some(message);
            }
            Mail::Again { primary, extension } => {
                lines.push(format!(
                    "> again, while busy {primary:#010x}|{extension:#x}"
                ));
            }
            Mail::Received(received) => {
                if received.notification() == Some(NotificationType::ExceptionCaught)
                    && let Some(left) = untold.get_mut(received.extension as usize)
                    && *left > 0
                {
                    *left -= 1;
                    continue;
                }
                lines.push(format!("< {}", decode::received(received)));
                // How much memory is in use is no behaviour.
                let answered = request
                    .filter(|request| received.primary.is_reply() && !asks_for_memory(request));
                let fields = answered.map(|request| decode::fields(request, &received.payload));
                for (name, value) in fields.unwrap_or_default() {
                    lines.push(format!("    {name} = {value}"));
                }
            }
        }
    }
    lines
}

fn asks_for_memory(request: &Message) -> bool {
    *request == Message::large_config_get(BaseFwParam::MemoryStateInfo)
}

/// Registers of a fault report hold stack addresses, which every change of the
/// firmware moves, and where a library lies depends on how large others are. Such
/// lines stay in the event log.
fn holds_addresses(text: &str) -> bool {
    let registers = text.split_once("**  A");
    let registers =
        registers.is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()));
    registers || image_place(text).is_some()
}

fn log(record: &Record, symbols: &Symbols<'_>, core: CoreId, allowed: &Allowed) -> Vec<String> {
    let lines = record.log.iter().enumerate();
    lines
        .filter(|(index, line)| line.core == core && !allowed.has_line(*index))
        .map(|(_, line)| line)
        .filter(|line| !holds_addresses(&line.text))
        .map(|line| {
            symbols
                .stable_fault(&line.text, line.time)
                .replace('\t', " ")
        })
        .collect()
}

fn power(record: &Record) -> Vec<String> {
    let of_power = record.timeline.sorted();
    of_power
        .into_iter()
        .filter(|line| line.head.channel == Channel::Power)
        .filter_map(|line| match &line.content {
            // Where a core starts is an address.
            Content::Machine(EventKind::CoreStart { target, .. }) => {
                Some(format!("start core={target}"))
            }
            Content::Machine(kind) => Some(kind.to_string()),
            _ => None,
        })
        .collect()
}
