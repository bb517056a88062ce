//! Interrupts: the lines of a core, and the sources that the per-core
//! controllers number.

/// An interrupt line of the `ace30` core (our own core definition; the number
/// is the bit in `INTERRUPT` and `INTENABLE`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum CoreLine {
    /// Software interrupt, level 1.
    Software1 = 0,
    /// Software interrupt, level 3.
    Software3 = 1,
    /// `CCOMPARE1`, level 3.
    Timer1 = 2,
    /// `CCOMPARE0`, level 2.
    Timer0 = 3,
    /// External, level 2: the output of the core's DW interrupt controller, as
    /// on the real parts.
    Device = 4,
    /// External, level 3: not connected.
    Spare = 5,
    /// `CCOMPARE2`, level 5.
    Timer2 = 6,
    /// NMI: not connected.
    Nmi = 7,
}

impl CoreLine {
    /// The line's bit in `INTENABLE`.
    pub const fn bit(self) -> u32 {
        1 << self as u8
    }
}

/// How many inputs the interrupt controllers have on ACE 3.0.
pub const SOURCES: usize = 30;

macro_rules! sources {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $text:literal;)*) => {
        /// A device interrupt; the number is the same in DINT and in the DW
        /// controller.
        ///
        /// Source: `adsp_interrupt.h` of Zephyr's `ace30`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Source {
            $($(#[$doc])* $name = $number,)*
        }

        impl Source {
            /// All sources in the order of their numbers.
            pub const ALL: [Self; SOURCES] = [$(Self::$name),*];

            /// The short name in reports.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

sources! {
    /// Host mailbox.
    HostIpc = 0, "hipc";
    /// Sideband mailbox.
    SidebandIpc = 1, "sbipc";
    /// Multi-link.
    MultiLink = 2, "ml";
    /// Inter-core doorbell, receiving agent; sub-source *n* is core *n*'s record.
    IdcA = 3, "idca";
    /// Low-power voice memory.
    LpVoice = 4, "lpvml";
    /// SHA engine.
    Sha = 5, "sha";
    /// L1/L2 memory.
    L1L2 = 6, "l1l2m";
    /// I2S.
    I2s = 7, "i2s";
    /// Digital microphones.
    Dmic = 8, "dmic";
    /// SoundWire.
    SoundWire = 9, "sndw";
    /// Wall-clock timer; sub-source *c* + 1 is comparator *c*.
    Tts = 10, "tts";
    /// Watchdog.
    Watchdog = 11, "wdt";
    /// HDA host input (capture).
    HdaHostIn = 12, "hda-host-in";
    /// HDA host output (playback).
    HdaHostOut = 13, "hda-host-out";
    /// HDA link input.
    HdaLinkIn = 14, "hda-link-in";
    /// HDA link output.
    HdaLinkOut = 15, "hda-link-out";
    /// I3C.
    I3c = 16, "i3c";
    /// General-purpose DMA.
    GpDma = 17, "gpdma";
    /// PWM.
    Pwm = 18, "pwm";
    /// I2C.
    I2c = 19, "i2c";
    /// SPI.
    Spi = 20, "spi";
    /// UART.
    Uart = 21, "uart";
    /// GPIO.
    Gpio = 22, "gpio";
    /// USB audio offload.
    Uaol = 23, "uaol";
    /// Inter-core doorbell, sending agent.
    IdcB = 24, "idcb";
    /// Direct crossing wall.
    Dcw = 25, "dcw";
    /// Trace fabric.
    Dtf = 26, "dtf";
    /// FLV.
    Flv = 27, "flv";
    /// Display-port DMA.
    DpDma = 28, "dpdma";
    /// Microphone privacy.
    MicPrivacy = 29, "mic-priv";
}

impl Source {
    /// The source with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The input number of the controllers.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The source's bit in the DW controller's registers.
    pub const fn bit(self) -> u32 {
        1 << self as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_positions() {
        for (position, source) in Source::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(source.number()), position);
            assert_eq!(Source::from_number(source.number()), Some(source));
        }
        assert_eq!(Source::from_number(30), None);
    }
}
