//! Costs of the firmware in instructions of the guest.
//!
//! An instruction takes two nanoseconds of virtual time, so that a span of
//! virtual time in which the core does not idle is a count of instructions. The
//! counts are the same on every host.

use acelab_abi::clock::{NANOS_PER_INSTRUCTION, Nanos};
use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::{BaseFwParam, NotificationType};
use acelab_abi::trace::{EventKind, Peer};

use crate::case::core::Core;
use crate::case::message::Message;
use crate::case::test::{IrqCost, Test};
use crate::events::Content;
use crate::host::{Host, HostError, Mail, decode};
use crate::symbols::Elf;
use crate::target::Launcher;

/// A measured cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What was measured.
    pub what: String,
    /// Instructions.
    pub instructions: u64,
}

impl Figure {
    /// The virtual time that they take, rounded to 0.1 µs: `151.2 µs`.
    pub fn virtual_time(&self) -> String {
        let tenths = (self.instructions * NANOS_PER_INSTRUCTION + 50) / 100;
        format!("{}.{} µs", tenths / 10, tenths % 10)
    }
}

/// How long anything measured here may take, in virtual time.
const WITHIN: Nanos = Nanos::from_millis(1_000);
/// Rounds of the interrupt measurement; the cheapest counts.
const IRQ_ROUNDS: u32 = 100;

/// Measures boot and messages with `production`, interrupts with `debug`.
pub fn measure(
    launcher: &dyn Launcher,
    production: &Elf,
    debug: Option<&Elf>,
) -> Result<Vec<Figure>, HostError> {
    let mut figures = Vec::new();
    let mut host = Host::new(launcher.launch(2)?, WITHIN);
    host.boot(&production.image, WITHIN)?;
    figures.push(figure(
        "boot: first instruction to FW_READY",
        boot_span(&host),
    ));
    for (what, message) in messages() {
        let span = round_trip(&mut host, &message)?;
        figures.push(figure(what, Some(span)));
    }
    host.finish().1?;
    if let Some(elf) = debug {
        figures.extend(interrupts(launcher, elf)?);
    }
    Ok(figures)
}

fn figure(what: &str, span: Option<Nanos>) -> Figure {
    let instructions = span.unwrap_or_default().0 / NANOS_PER_INSTRUCTION;
    Figure {
        what: what.to_owned(),
        instructions,
    }
}

fn messages() -> [(&'static str, Message); 4] {
    let core1 = CoreId::ALL[1].bit();
    [
        (
            "IPC: doorbell to reply, PIPELINE_LIST",
            Message::large_config_get(BaseFwParam::PipelineList),
        ),
        (
            "IPC: doorbell to reply, FW_CONFIG",
            Message::large_config_get(BaseFwParam::FwConfig),
        ),
        (
            "IPC: SET_DX, core 1 up, with the power's delays",
            Message::set_dx(core1, core1),
        ),
        (
            "IPC: SET_DX, core 1 down, with the power's delays",
            Message::set_dx(core1, 0),
        ),
    ]
}

/// From the start of core 0 to its FW_READY.
fn boot_span(host: &Host) -> Option<Nanos> {
    let mut lines = host.timeline().lines().iter();
    let started = lines.find(|line| {
        matches!(line.content, Content::Machine(EventKind::CoreStart { target, .. }) if target.is_primary())
    })?;
    let mut mail = host.mail().iter().filter_map(Mail::received);
    let ready = mail.find(|mail| mail.notification() == Some(NotificationType::FwReady))?;
    Some(Nanos(ready.time.0 - started.head.time.0))
}

/// From the host's doorbell to that of the reply, by the machine's own events.
fn round_trip(host: &mut Host, message: &Message) -> Result<Nanos, HostError> {
    let first = host.timeline().lines().len();
    let exchange = host.request(message, WITHIN)?;
    let mut lines = host.timeline().lines()[first..].iter();
    let mut ring_of = |peer: Peer| {
        let ring = lines.find(|line| {
            matches!(line.content, Content::Machine(EventKind::IpcRing { from, .. }) if from == peer)
        });
        ring.map(|line| line.head.time.0)
    };
    let span = ring_of(Peer::Host)
        .zip(ring_of(Peer::Dsp))
        .map(|(start, end)| Nanos(end.saturating_sub(start)));
    Ok(span.unwrap_or(exchange.duration))
}

/// Entry and exit of an interrupt, as the debug firmware measures them with its cycle counter.
fn interrupts(launcher: &dyn Launcher, elf: &Elf) -> Result<Vec<Figure>, HostError> {
    let mut host = Host::new(launcher.launch(1)?, WITHIN);
    host.boot(&elf.image, WITHIN)?;
    let mut figures = Vec::new();
    for level in [1, 3] {
        let core = Core(CoreId::PRIMARY);
        let message = Test::IrqCost(IrqCost {
            core,
            level,
            rounds: IRQ_ROUNDS,
        })
        .message();
        let exchange = host.request(&message, WITHIN)?;
        for (name, value) in decode::fields(&message, &exchange.reply.payload) {
            let what = match name.as_str() {
                "entry_cycles" => "entry",
                "exit_cycles" => "exit",
                _ => "entry and exit",
            };
            let instructions = value.parse().unwrap_or_default();
            figures.push(Figure {
                what: format!("interrupt level {level}: {what}"),
                instructions,
            });
        }
    }
    host.finish().1?;
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_takes_two_nanoseconds() {
        let figure = figure("boot", Some(Nanos(151_188)));
        assert_eq!(figure.instructions, 75_594);
        assert_eq!(figure.virtual_time(), "151.2 µs");
    }

    #[test]
    fn virtual_time_is_rounded_and_not_cut() {
        let of = |instructions| {
            let what = String::new();
            Figure { what, instructions }.virtual_time()
        };
        // 168 ns, 148 ns, 150 ns; and one that carries.
        assert_eq!([84, 74, 75].map(of), ["0.2 µs", "0.1 µs", "0.2 µs"]);
        assert_eq!(of(499_980), "1000.0 µs");
    }
}
