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
