//! What must hold in every run, unless the case allows otherwise.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::{NotificationType, Primary};
use acelab_abi::log::Level;
use acelab_abi::trace::{EventKind, Peer};

use super::faults::{ExpectedFaults, UserFaults, place_of};
use super::outcome::Failure;
use crate::case::Case;
use crate::case::expect::Allow;
use crate::events::Content;
use crate::host::log::LogLine;
use crate::host::{Mail, Record, decode};

/// Spans of virtual time in which the case made the firmware refuse something.
/// Error lines of the log are as expected in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tolerated(Vec<(Nanos, Nanos)>);

impl Tolerated {
    /// Adds a span.
    pub fn add(&mut self, from: Nanos, to: Nanos) {
        self.0.push((from, to));
    }

    /// Whether a time stamp of the log, rounded down to microseconds, may lie in a span.
    fn contains(&self, time: Nanos) -> bool {
        self.0
            .iter()
            .any(|(from, to)| time.0 + 999 >= from.0 && time <= *to)
    }
}

/// Everything in the run that must not be.
pub fn check(
    case: &Case,
    record: &Record,
    tolerated: &Tolerated,
    expected: &ExpectedFaults,
) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut fail = |what: &str, expected: &str, came: String| {
        // The first of a kind is the cause or next to it; a hundred more hide it.
        if !failures.iter().any(|known: &Failure| known.what == what) {
            failures.push(Failure {
                line: None,
                what: what.to_owned(),
                expected: expected.to_owned(),
                came,
            });
        }
    };
    let mut faults = UserFaults::of(&case.allow, expected, &record.log);
    for (index, line) in record.log.iter().enumerate() {
        let found = match faults.of_line(index) {
            Some(true) => None,
            Some(false) => Some(("user fault", "none".to_owned())),
            None => log_line(case, line, tolerated),
        };
        if let Some((what, expected)) = found {
            let mut came = format!("core {}: {line}", line.core);
            if let Some(place) = place_of(&record.log, index) {
                came.push_str(&format!(", {place}"));
            }
            fail(what, &expected, came);
        }
    }
    for line in record.timeline.lines() {
        let Content::Machine(kind) = &line.content else {
            continue;
        };
        if let Some((what, expected)) = machine(&case.allow, kind) {
            fail(what, expected, line.to_string());
        }
    }
    mail(case, record, &mut faults, &mut fail);
    failures.extend(super::rings::check(case, record, expected));
    failures
}

/// Texts that no firmware may ever log, but in a case that names them in full among the errors
/// it allows.
const NEVER: [&str; 2] = ["unexpected delayed reply", "IPC user: sem error"];
/// What a fatal exception writes.
const FATAL: [&str; 3] = ["FATAL EXCEPTION", "EXCCAUSE", "Halting system"];

fn log_line(case: &Case, line: &LogLine, tolerated: &Tolerated) -> Option<(&'static str, String)> {
    let has = |text: &&str| line.text.contains(*text);
    let named = |text: &str| {
        case.allow
            .errors
            .iter()
            .any(|allowed| allowed.contains(text))
    };
    if let Some(text) = NEVER.iter().find(|text| has(text) && !named(text)) {
        return Some(("log", format!("no line with `{text}`")));
    }
    if let Some(text) = case
        .forbid
        .iter()
        .find(|text| line.text.contains(text.as_str()))
    {
        return Some((
            "log",
            format!("no line with `{text}`, which the case forbids"),
        ));
    }
    if FATAL.iter().any(has) {
        return (!excused(&case.allow, line.core)).then(|| ("exception", "none".to_owned()));
    }
    if line.level == Some(Level::Error) {
        let allowed = case
            .allow
            .errors
            .iter()
            .any(|text| line.text.contains(text.as_str()))
            || tolerated.contains(line.time)
            || !case.allow.exceptions.is_empty();
        return (!allowed).then(|| {
            (
                "error line",
                "no line of level err outside refused requests".to_owned(),
            )
        });
    }
    if line.level.is_none() {
        return Some((
            "garbled log",
            "lines of the form `[time] <level> module: text`".to_owned(),
        ));
    }
    let lost = line.text.contains("dropped") && line.level == Some(Level::Warning);
    (lost && !case.allow.dropped_log).then(|| ("dropped log", "a complete log".to_owned()))
}

fn excused(allow: &Allow, core: CoreId) -> bool {
    allow.exceptions.iter().any(|allowed| allowed.0 == core)
}

fn machine(allow: &Allow, kind: &EventKind) -> Option<(&'static str, &'static str)> {
    match kind {
        EventKind::IpcRingIgnored {
            from: Peer::Host, ..
        } => (!allow.busy_doorbell)
            .then_some(("doorbell", "the host rings only when the doorbell is free")),
        EventKind::IpcRingIgnored { .. } | EventKind::IdcRingIgnored { .. } => {
            Some(("doorbell", "the DSP rings only when the doorbell is free"))
        }
        EventKind::Unmapped { .. }
        | EventKind::ReservedRegister { .. }
        | EventKind::ReadOnlyRegister { .. }
        | EventKind::BadWidth { .. } => {
            (!allow.memory_faults).then_some(("access", "every access is answered"))
        }
        EventKind::PowerRefused { .. } => Some(("power", "cores are started in the right order")),
        EventKind::RomFailed { .. } => Some(("boot ROM", "every core is started with an entry")),
        EventKind::HostUnmapped { .. } | EventKind::HostReadOnly { .. } => {
            Some(("host access", "the host finds what it accesses"))
        }
        _ => None,
    }
}

fn mail(
    case: &Case,
    record: &Record,
    faults: &mut UserFaults,
    fail: &mut impl FnMut(&str, &str, String),
) {
    let mut open: Option<Primary> = None;
    let mut ready = 0;
    let boots = record.boots;
    for item in &record.mail {
        let received = match item {
            Mail::Sent(message) => {
                open = Some(Primary::new(message.primary));
                continue;
            }
            Mail::Again { .. } => continue,
            Mail::Received(received) => received,
        };
        let shown = || decode::received(received);
        match received.notification() {
            Some(NotificationType::FwReady) => ready += 1,
            Some(NotificationType::ExceptionCaught) => {
                let core = u8::try_from(received.extension).ok().and_then(CoreId::new);
                let known = |core| faults.take_notification(core) || excused(&case.allow, core);
                if !core.is_some_and(known) {
                    fail("exception", "none", shown());
                }
            }
            Some(_) => {}
            None if !received.primary.is_reply() => {
                fail("message", "replies and notifications", shown())
            }
            None => match open.take() {
                None => fail(
                    "replies",
                    "one reply for each request",
                    format!("another one: {}", shown()),
                ),
                Some(request) if !received.answers(request) => {
                    let expected = format!("a reply to {}", decode::message_name(request));
                    fail("reply type", &expected, shown());
                }
                Some(_) => {}
            },
        }
    }
    if ready > boots {
        fail(
            "FW_READY",
            "once for each boot",
            format!("{ready} times in {boots}"),
        );
    }
}
