//! The small enumerations of the protocol.

use std::fmt;

use acelab_abi::regs::hda_host;

use crate::error::DecodeError;

macro_rules! codes {
    (
        $(#[$meta:meta])*
        pub enum $name:ident, $field:literal {
            $($(#[$doc:meta])* $value:ident = $number:literal, $text:literal;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $($(#[$doc])* $value = $number,)+ }

        impl $name {
            /// All values.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            pub(crate) const fn code(self) -> u8 {
                self as u8
            }

            pub(crate) fn from_code(code: u8) -> Result<Self, DecodeError> {
                match code {
                    $($number => Ok(Self::$value),)+
                    _ => Err(DecodeError::BadValue { field: $field, value: code.into() }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self { $(Self::$value => $text,)+ })
            }
        }
    };
}

codes! {
    /// Which addresses a memory access means.
    pub enum Space, "address space" {
        /// DSP physical RAM, without side effects: what a debugger sees.
        Dsp = 0, "dsp";
        /// The memory windows of BAR4, as the host sees them.
        Bar4 = 1, "bar4";
        /// The host's own memory, which the HDA controller reaches.
        Host = 2, "host memory";
    }
}

codes! {
    /// How a request ended.
    pub enum Status, "status" {
        /// Done.
        Ok = 0, "ok";
        /// Nothing answers at this address.
        Unmapped = 1, "nothing answers at this address";
        /// The window is read-only.
        ReadOnly = 2, "read-only";
        /// The window is closed.
        WindowClosed = 3, "the window is closed";
        /// The range leaves the memory or the window.
        OutOfRange = 4, "the range leaves the memory or the window";
        /// The address is not a multiple of four.
        Misaligned = 5, "not a multiple of four";
        /// The machine has no such core.
        NoSuchCore = 6, "no such core";
        /// The port has no such direction.
        NoSuchDirection = 7, "the port has no such direction";
        /// As much is queued as the port takes.
        QueueFull = 8, "the port's queue is full";
    }
}

impl Status {
    /// `Ok` or the reason why not.
    pub(crate) fn into_result(self) -> Result<(), Self> {
        if self == Self::Ok { Ok(()) } else { Err(self) }
    }
}

codes! {
    /// What a core is doing.
    pub enum CoreRun, "core state" {
        /// Held in reset or stalled: off.
        Stalled = 0, "stalled";
        /// In WAITI.
        Waiting = 1, "waiting";
        /// Executing.
        Running = 2, "running";
    }
}

/// Which edges the host has not seen yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct HostCauses {
    /// The DSP sent a message.
    pub doorbell: bool,
    /// The DSP completed the host's message.
    pub done: bool,
    /// Streams whose descriptor raised an interrupt, one bit each.
    pub streams: u32,
}

impl HostCauses {
    const DOORBELL: u32 = 1 << 0;
    const DONE: u32 = 1 << 1;
    const STREAMS_SHIFT: u32 = 2;
    const STREAMS: u32 = (1 << hda_host::STREAMS) - 1;

    fn bits(self) -> u32 {
        (if self.doorbell { Self::DOORBELL } else { 0 })
            | (if self.done { Self::DONE } else { 0 })
            | (self.streams & Self::STREAMS) << Self::STREAMS_SHIFT
    }

    fn from_bits(bits: u32) -> Result<Self, DecodeError> {
        let streams = bits >> Self::STREAMS_SHIFT;
        if streams & !Self::STREAMS != 0 {
            return Err(DecodeError::BadValue {
                field: "host interrupt cause",
                value: bits,
            });
        }
        Ok(Self {
            doorbell: bits & Self::DOORBELL != 0,
            done: bits & Self::DONE != 0,
            streams,
        })
    }

    /// Whether there is any.
    pub const fn any(self) -> bool {
        self.doorbell || self.done || self.streams != 0
    }
}

impl fmt::Display for HostCauses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (set, name) in [(self.doorbell, "doorbell"), (self.done, "done")] {
            if set {
                write!(f, "{separator}{name}")?;
                separator = ", ";
            }
        }
        if self.streams != 0 {
            write!(f, "{separator}streams {:#x}", self.streams)?;
        }
        Ok(())
    }
}

/// Why the machine stopped its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StopReason {
    /// The granted time is used up.
    Granted,
    /// The host has an interrupt.
    HostInterrupt(HostCauses),
    /// The guest ended the run through the debug port.
    Exit {
        /// The code it wrote.
        code: u32,
    },
    /// The machine was asked to shut down from elsewhere, such as a signal.
    Shutdown,
}

impl StopReason {
    pub(crate) fn to_wire(self) -> (u8, u32) {
        match self {
            Self::Granted => (0, 0),
            Self::HostInterrupt(causes) => (1, causes.bits()),
            Self::Exit { code } => (2, code),
            Self::Shutdown => (3, 0),
        }
    }

    pub(crate) fn from_wire(reason: u8, arg: u32) -> Result<Self, DecodeError> {
        let without_argument = |this| match arg {
            0 => Ok(this),
            value => Err(DecodeError::BadValue {
                field: "stop argument",
                value,
            }),
        };
        match reason {
            0 => without_argument(Self::Granted),
            1 => HostCauses::from_bits(arg).map(Self::HostInterrupt),
            2 => Ok(Self::Exit { code: arg }),
            3 => without_argument(Self::Shutdown),
            _ => Err(DecodeError::BadValue {
                field: "stop reason",
                value: reason.into(),
            }),
        }
    }
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Granted => f.write_str("granted time used up"),
            Self::HostInterrupt(causes) => write!(f, "host interrupt: {causes}"),
            Self::Exit { code } => write!(f, "exit {code}"),
            Self::Shutdown => f.write_str("shutdown"),
        }
    }
}
