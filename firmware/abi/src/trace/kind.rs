//! The kinds of events and their fields.

use core::fmt;

use super::channel::Channel;
use super::field::{Field, PAYLOAD_BYTES, Reader, Writer};
use super::value::{
    Access, Direction, GatewayFault, Peer, PortFault, PowerRefusal, RomError, RomState,
    StreamFault, Switch, WindowRefusal,
};
use crate::core_id::CoreId;
use crate::port::PortId;
use crate::regs::hda::Gateway;
use crate::regs::idc::Agent;

macro_rules! events {
    ($(
        $(#[$doc:meta])*
        $code:literal $channel:ident $name:ident
        { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? } => $text:literal;
    )+) => {
        /// What happened.
        ///
        /// The textual form is stable: it is what snapshots hold.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EventKind {
            $($(#[$doc])* $name { $($(#[$field_doc])* $field: $type),* },)+
        }

        impl EventKind {
            /// The numbers of all kinds.
            pub const CODES: &'static [u16] = &[$($code),+];

            /// The number of the kind on the wire.
            pub const fn code(&self) -> u16 {
                match self { $(Self::$name { .. } => $code,)+ }
            }

            /// The channel the event belongs to.
            pub const fn channel(&self) -> Channel {
                match self { $(Self::$name { .. } => Channel::$channel,)+ }
            }

            pub(super) fn payload(&self) -> [u8; PAYLOAD_BYTES] {
                let mut to = Writer::new();
                match self {
                    $(Self::$name { $($field),* } => { $($field.put(&mut to);)* })+
                }
                to.finish()
            }

            /// The kind `code` with these fields; `None` unless exactly these
            /// bytes would be written for it.
            pub(super) fn from_payload(code: u16, payload: &[u8; PAYLOAD_BYTES]) -> Option<Self> {
                let mut from = Reader::new(payload);
                let kind = match code {
                    $($code => Self::$name { $($field: Field::take(&mut from)?),* },)+
                    _ => return None,
                };
                from.is_padding().then_some(kind)
            }
        }

        impl fmt::Display for EventKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(Self::$name { $($field),* } => write!(f, $text),)+ }
            }
        }
    };
}

events! {
    /// A message was sent over the host mailbox.
    0x0100 Ipc IpcRing {
        /// Who sent it.
        from: Peer,
        /// First word, without BUSY.
        primary: u32,
        /// Second word.
        extension: u32,
    } => "ring from={from} {primary:#010x}|{extension:#x}";
    /// A message was not sent because the last one is still in flight.
    0x0101 Ipc IpcRingIgnored {
        /// Who rang.
        from: Peer,
        /// The word that was written to IDR.
        primary: u32,
        /// What the second word would have been.
        extension: u32,
    } => "ring-ignored from={from} {primary:#010x}|{extension:#x} busy";
    /// The receiver cleared BUSY, and with it its interrupt.
    0x0102 Ipc IpcTaken {
        /// The receiver.
        by: Peer,
    } => "taken by={by}";
    /// The receiver completed the message; the sender sees DONE.
    0x0103 Ipc IpcDone {
        /// The receiver.
        by: Peer,
    } => "done by={by}";
    /// The sender cleared DONE.
    0x0104 Ipc IpcDoneCleared {
        /// The sender.
        by: Peer,
    } => "done-cleared by={by}";

    /// A message was sent over an inter-core doorbell.
    0x0200 Idc IdcRing {
        /// The core whose record it is.
        record: CoreId,
        /// The agent that was rung from.
        from: Agent,
        /// First word, without BUSY.
        primary: u32,
        /// Second word.
        extension: u32,
    } => "ring record={record} from={from} {primary:#010x}|{extension:#x}";
    /// An inter-core message was not sent because the last one is in flight.
    0x0201 Idc IdcRingIgnored {
        /// The core whose record it is.
        record: CoreId,
        /// The agent that was rung from.
        from: Agent,
        /// The word that was written to IDR.
        primary: u32,
        /// What the second word would have been.
        extension: u32,
    } => "ring-ignored record={record} from={from} {primary:#010x}|{extension:#x} busy";
    /// The receiver cleared BUSY.
    0x0202 Idc IdcTaken {
        /// The core whose record it is.
        record: CoreId,
        /// The receiving agent.
        by: Agent,
    } => "taken record={record} by={by}";
    /// The receiver completed the message.
    0x0203 Idc IdcDone {
        /// The core whose record it is.
        record: CoreId,
        /// The receiving agent.
        by: Agent,
    } => "done record={record} by={by}";
    /// The sender cleared DONE.
    0x0204 Idc IdcDoneCleared {
        /// The core whose record it is.
        record: CoreId,
        /// The sending agent.
        by: Agent,
    } => "done-cleared record={record} by={by}";

    /// An interrupt line of the event's core changed.
    0x0300 Irq IrqLine {
        /// Number of the line.
        line: u8,
        /// Its new level.
        level: Switch,
        /// The sources that the core's controller passes on, one bit each.
        sources: u32,
    } => "line={line} {level} sources={sources:#x}";

    /// A comparator of the wall clock was armed.
    0x0400 Timer TimerArm {
        /// Which one.
        comparator: u8,
        /// Its compare value in wall-clock ticks.
        ticks: u64,
    } => "arm comparator={comparator} ticks={ticks}";
    /// A comparator was disarmed before it fired.
    0x0401 Timer TimerDisarm {
        /// Which one.
        comparator: u8,
    } => "disarm comparator={comparator}";
    /// The wall clock reached a comparator.
    0x0402 Timer TimerFire {
        /// Which one.
        comparator: u8,
        /// Its compare value in wall-clock ticks.
        ticks: u64,
    } => "fire comparator={comparator} ticks={ticks}";

    /// The power of a core's domain changed (DFPWRSTS2).
    0x0500 Power CoreGate {
        /// The core.
        target: CoreId,
        /// Whether it has power now.
        power: Switch,
    } => "gate core={target} power={power}";
    /// A core became active or inactive (CPA).
    0x0501 Power CoreActive {
        /// The core.
        target: CoreId,
        /// Its new state.
        active: Switch,
    } => "active core={target} {active}";
    /// A core was started.
    0x0502 Power CoreStart {
        /// The core.
        target: CoreId,
        /// Its first instruction.
        pc: u32,
    } => "start core={target} pc={pc:#010x}";
    /// A core was stopped and will start from reset.
    0x0503 Power CoreStall {
        /// The core.
        target: CoreId,
    } => "stall core={target}";
    /// SPA was set for a core that cannot become active.
    0x0504 Power PowerRefused {
        /// The index that was asked for.
        target: u8,
        /// Why not.
        reason: PowerRefusal,
    } => "refused core={target} {reason}";
    /// The power of the DSP subsystem changed (HFDSSCS.CPA).
    0x0505 Power SubsystemPower {
        /// Its new state.
        power: Switch,
    } => "subsystem {power}";
    /// The power of the host-controlled DSP domain changed (HFPWRSTS2).
    0x0506 Power DomainPower {
        /// Its new state.
        power: Switch,
    } => "domain {power}";

    /// The boot ROM answered the host's request to purge the firmware.
    0x0600 Rom RomPurge {
        /// The request's first word.
        primary: u32,
    } => "purge {primary:#010x}";
    /// The boot ROM reached a state.
    0x0601 Rom RomReached {
        /// The state.
        state: RomState,
    } => "state {state}";
    /// The boot ROM did not start a core.
    0x0602 Rom RomFailed {
        /// The core.
        target: CoreId,
        /// Why not.
        error: RomError,
        /// The word that was wrong.
        value: u32,
    } => "error core={target} {error} {value:#010x}";
    /// The status word that the host polls was written by the DSP.
    0x0603 Rom StatusWord {
        /// The new status.
        status: u32,
    } => "status {status:#010x}";
    /// The error word beside the status was written by the DSP.
    0x0604 Rom ErrorWord {
        /// The new error code.
        error: u32,
    } => "error-word {error:#010x}";

    /// A core accessed an address where there is nothing.
    0x0700 Mem Unmapped {
        /// Direction.
        access: Access,
        /// Physical address.
        addr: u32,
        /// Bytes.
        size: u8,
        /// What was to be written; zero for reads.
        value: u32,
    } => "unmapped {access} {addr:#010x}/{size} value={value:#x}";
    /// A core accessed a reserved offset of a block.
    0x0701 Mem ReservedRegister {
        /// Direction.
        access: Access,
        /// Physical address.
        addr: u32,
        /// Bytes.
        size: u8,
        /// What was to be written; zero for reads.
        value: u32,
    } => "reserved {access} {addr:#010x}/{size} value={value:#x}";
    /// A core wrote a register that can only be read.
    0x0702 Mem ReadOnlyRegister {
        /// Physical address.
        addr: u32,
        /// What was to be written.
        value: u32,
    } => "read-only write {addr:#010x} value={value:#x}";
    /// A core accessed a register with a width or alignment it does not take.
    0x0703 Mem BadWidth {
        /// Direction.
        access: Access,
        /// Physical address.
        addr: u32,
        /// Bytes.
        size: u8,
        /// What was to be written; zero for reads.
        value: u32,
    } => "bad-width {access} {addr:#010x}/{size} value={value:#x}";
    /// Firmware opened, moved or closed a memory window.
    0x0704 Mem Window {
        /// Which one.
        window: u8,
        /// Whether it is open.
        state: Switch,
        /// DSP address it shows.
        base: u32,
        /// Bytes it shows.
        size: u32,
        /// Whether the host may not write.
        read_only: Switch,
    } => "window {window} {state} base={base:#010x} size={size:#x} read-only={read_only}";

    /// A core wrote the MARK register.
    0x0800 Debug Mark {
        /// The written word.
        value: u32,
    } => "mark {value:#010x}";
    /// A core wrote the EXIT register; the run ends.
    0x0801 Debug Exit {
        /// The written word.
        code: u32,
    } => "exit {code}";

    /// The host accessed a BAR4 offset where there is no register.
    0x0900 Host HostUnmapped {
        /// Direction.
        access: Access,
        /// BAR4 offset.
        addr: u32,
        /// What was to be written; zero for reads.
        value: u32,
    } => "unmapped {access} bar4+{addr:#x} value={value:#x}";
    /// The host could not reach memory through a window.
    0x0901 Host WindowRefused {
        /// Which window.
        window: u8,
        /// Direction.
        access: Access,
        /// Offset in the window.
        offset: u32,
        /// Bytes.
        len: u32,
        /// Why not.
        reason: WindowRefusal,
    } => "window {window} {access} +{offset:#x}/{len} refused: {reason}";
    /// The host wrote a register that can only be read.
    0x0902 Host HostReadOnly {
        /// BAR4 offset.
        addr: u32,
        /// What was to be written.
        value: u32,
    } => "read-only write bar4+{addr:#x} value={value:#x}";
    /// The host accessed a BAR0 offset where there is no register.
    0x0903 Host Bar0Unmapped {
        /// Direction.
        access: Access,
        /// BAR0 offset.
        addr: u32,
        /// What was to be written; zero for reads.
        value: u32,
    } => "unmapped {access} bar0+{addr:#x} value={value:#x}";
    /// The host wrote a BAR0 register that can only be read.
    0x0904 Host Bar0ReadOnly {
        /// BAR0 offset.
        addr: u32,
        /// What was to be written.
        value: u32,
    } => "read-only write bar0+{addr:#x} value={value:#x}";
    /// The host wrote a register of the HDA controller while that is in reset.
    0x0905 Host Bar0InReset {
        /// BAR0 offset.
        addr: u32,
        /// What was to be written.
        value: u32,
    } => "in-reset write bar0+{addr:#x} value={value:#x}";

    /// Firmware enabled a stream of a gateway.
    0x0A00 Dma DmaStart {
        /// The block.
        gateway: Gateway,
        /// The stream.
        stream: u8,
        /// Address of the ring.
        address: u32,
        /// Bytes of the ring.
        size: u32,
    } => "start {gateway}{stream} ring={address:#010x}/{size:#x}";
    /// Firmware disabled a stream of a gateway.
    0x0A01 Dma DmaStop {
        /// The block.
        gateway: Gateway,
        /// The stream.
        stream: u8,
        /// Bytes that the DMA has moved since the start.
        moved: u64,
    } => "stop {gateway}{stream} moved={moved}";
    /// Firmware asked a gateway for something that makes no sense; it was not
    /// done.
    0x0A02 Dma DmaFault {
        /// The block.
        gateway: Gateway,
        /// The stream.
        stream: u8,
        /// What is wrong.
        reason: GatewayFault,
        /// The value that is.
        value: u32,
    } => "fault {gateway}{stream} {reason} value={value:#x}";
    /// The host let a stream run.
    0x0A10 Dma StreamStart {
        /// The stream's number among the descriptors.
        stream: u8,
        /// The gateway that takes or gives its data.
        gateway: Gateway,
        /// The gateway's stream, by the tag.
        channel: u8,
        /// Bytes of its cyclic buffer.
        bytes: u32,
        /// Its buffers.
        buffers: u32,
    } => "stream {stream} start {gateway}{channel} bytes={bytes} buffers={buffers}";
    /// The host stopped a stream.
    0x0A11 Dma StreamStop {
        /// The stream's number.
        stream: u8,
        /// Bytes moved since its start.
        moved: u64,
    } => "stream {stream} stop moved={moved}";
    /// A stream of the host does not run, or stands, because of what the host
    /// has programmed.
    0x0A12 Dma StreamFault {
        /// The stream's number.
        stream: u8,
        /// What is wrong.
        reason: StreamFault,
        /// The value that is.
        value: u32,
    } => "stream {stream} fault {reason} value={value:#x}";

    /// A direction of a port began to count frames.
    0x0B00 Port PortStart {
        /// The port.
        port: PortId,
        /// Its direction.
        direction: Direction,
        /// Frames per second, numerator.
        rate: u32,
        /// Frames per second, denominator.
        per: u32,
        /// Active slots of a frame.
        slots: u8,
        /// Bits of a slot.
        bits: u8,
    } => "start {port}-{direction} rate={rate}/{per} slots={slots} bits={bits}";
    /// A direction of a port stopped.
    0x0B01 Port PortStop {
        /// The port.
        port: PortId,
        /// Its direction.
        direction: Direction,
        /// Frames since the start.
        frames: u64,
    } => "stop {port}-{direction} frames={frames}";
    /// From this frame on a port has no data to send, or nowhere to put what it
    /// receives.
    0x0B02 Port Xrun {
        /// The port.
        port: PortId,
        /// Its direction.
        direction: Direction,
        /// The first frame that is silent or lost.
        frame: u64,
    } => "xrun {port}-{direction} frame={frame}";
    /// From this frame on data flows again.
    0x0B03 Port XrunEnd {
        /// The port.
        port: PortId,
        /// Its direction.
        direction: Direction,
        /// The first frame that is neither silent nor lost.
        frame: u64,
    } => "xrun-end {port}-{direction} frame={frame}";
    /// Firmware programmed a port with something that makes no sense; it does
    /// not run.
    0x0B04 Port PortFault {
        /// The port.
        port: PortId,
        /// What is wrong.
        reason: PortFault,
        /// The value that is.
        value: u32,
    } => "fault {port} {reason} value={value:#x}";
}
