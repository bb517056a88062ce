//! Small enumerations that events carry.

use core::fmt;

/// Declares an enumeration with a stable number and a stable word per value.
macro_rules! values {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($(#[$doc:meta])* $value:ident = $number:literal, $text:literal;)+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name {
            $($(#[$doc])* $value = $number,)+
        }

        impl $name {
            /// All values.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The value with this number.
            pub const fn from_number(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Self::$value),)+
                    _ => None,
                }
            }

            /// The number on the wire.
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The word in the log.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$value => $text,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }
    };
}

values! {
    /// What the core ran when it caused an event.
    pub enum Mode {
        /// No core was involved.
        None = 0, "-";
        /// Ring 0, not in an exception.
        Kernel = 1, "kern";
        /// A ring above 0.
        User = 2, "user";
        /// `PS.EXCM` or an interrupt level was set.
        Exception = 3, "exc";
    }
}

values! {
    /// A side of the host mailbox.
    pub enum Peer {
        /// The DSP.
        Dsp = 0, "dsp";
        /// The host.
        Host = 1, "host";
    }
}

values! {
    /// Direction of an access.
    pub enum Access {
        /// A load, or an instruction fetch.
        Read = 0, "read";
        /// A store.
        Write = 1, "write";
    }
}

values! {
    /// A level or a state.
    pub enum Switch {
        /// Low, inactive.
        Off = 0, "off";
        /// High, active.
        On = 1, "on";
    }
}

impl From<bool> for Switch {
    fn from(on: bool) -> Self {
        if on { Self::On } else { Self::Off }
    }
}

values! {
    /// Why a core was not made active.
    pub enum PowerRefusal {
        /// The part has no such core.
        NoSuchCore = 0, "no-such-core";
        /// The DSP subsystem has no power (HFDSSCS).
        SubsystemOff = 1, "subsystem-off";
        /// The core's domain has no power (host domain for core 0, DFPWRCTL2
        /// for the others).
        Gated = 2, "gated";
    }
}

values! {
    /// Why the host could not reach memory through a window.
    pub enum WindowRefusal {
        /// DMWBA.ENABLE is clear.
        Closed = 0, "closed";
        /// Beyond the size that DMWLO gives.
        BeyondLimit = 1, "beyond-limit";
        /// DMWBA.READONLY is set.
        ReadOnly = 2, "read-only";
        /// The window points to something that is not RAM.
        NotRam = 3, "not-ram";
    }
}

values! {
    /// Where the boot ROM is. The numbers are the state codes the host sees
    /// (`HDA_DSP_ROM_*` in Linux' `sound/soc/sof/intel/hda.h`).
    pub enum RomState {
        /// Core 0 runs the ROM.
        Init = 1, "init";
        /// The manifest was found and is valid.
        ManifestLoaded = 3, "manifest-loaded";
        /// The image is in place.
        FirmwareLoaded = 4, "fw-loaded";
    }
}

values! {
    /// Why the boot ROM did not start a core.
    pub enum RomError {
        /// No `$AM1` where the manifest belongs.
        NoManifest = 43, "no-manifest";
        /// The manifest's header contradicts itself.
        BadManifest = 44, "bad-manifest";
        /// The jump word of a secondary core is zero.
        NoEntry = 60, "no-entry";
        /// The jump word does not point to RAM.
        BadEntry = 61, "bad-entry";
        /// A core other than 0 was started without BATTR.SLAVE_CORE.
        NotSecondary = 62, "not-secondary";
    }
}

values! {
    /// Direction of sound at a port.
    pub enum Direction {
        /// From the DSP outwards.
        Out = 0, "out";
        /// From outside to the DSP.
        In = 1, "in";
    }
}

values! {
    /// What is wrong with what firmware has asked of a DMA gateway.
    pub enum GatewayFault {
        /// Ring or its size written while the gateway is enabled or busy.
        Busy = 0, "busy";
        /// The ring's address is not a multiple of 128.
        Misaligned = 1, "misaligned";
        /// The ring's size is 0, or no multiple of 32.
        BadSize = 2, "bad-size";
        /// The ring is not within HP-SRAM.
        OutsideMemory = 3, "outside-memory";
        /// An increment without FWCB.
        NotControlled = 4, "not-controlled";
        /// An increment beyond what the ring has.
        TooMuch = 5, "too-much";
        /// Nothing is connected to the stream.
        NoPort = 6, "no-port";
    }
}

values! {
    /// Why a stream of the host does not run.
    pub enum StreamFault {
        /// Processing is not enabled in PPCTL: a path to codecs, which are absent.
        NotDecoupled = 0, "not-decoupled";
        /// No gateway has this tag.
        BadTag = 1, "bad-tag";
        /// Another stream that runs has the tag.
        TagInUse = 2, "tag-in-use";
        /// Descriptors or a buffer are not aligned.
        Misaligned = 3, "misaligned";
        /// Descriptors or a buffer are not in the host's memory.
        OutsideMemory = 4, "outside-memory";
        /// A buffer without bytes.
        EmptyBuffer = 5, "empty-buffer";
        /// The buffers' lengths do not add up to CBL.
        LengthMismatch = 6, "length-mismatch";
        /// SPIB is beyond CBL.
        BadSpib = 7, "bad-spib";
        /// CBL, LVI, tag or descriptors written while the stream runs.
        Running = 8, "running";
    }
}

values! {
    /// Why an audio port does not run.
    pub enum PortFault {
        /// M or N is zero.
        NoClock = 0, "no-clock";
        /// More than a million frames a second, or less than one.
        BadRate = 1, "bad-rate";
        /// No active slot, or one that the frame does not have.
        BadSlots = 2, "bad-slots";
        /// Clock or frame changed while the port runs.
        Running = 3, "running";
    }
}
