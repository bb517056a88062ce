//! Channels: the coarse grouping of the log that snapshots are views of.

use core::fmt;

macro_rules! channels {
    ($($(#[$doc:meta])* $name:ident $text:literal;)+) => {
        /// A channel of the canonical log.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Channel {
            $($(#[$doc])* $name,)+
        }

        impl Channel {
            /// All channels.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name in logs and cases.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// The channel with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

channels! {
    /// Host mailbox.
    Ipc "ipc";
    /// Inter-core doorbells.
    Idc "idc";
    /// Interrupt lines of the cores.
    Irq "irq";
    /// Wall-clock comparators.
    Timer "timer";
    /// Power of cores and domains; cores starting and stopping.
    Power "power";
    /// The boot ROM and its status words.
    Rom "rom";
    /// Accesses that nothing answers, and memory windows.
    Mem "mem";
    /// The debug port.
    Debug "debug";
    /// What the host side did or was refused.
    Host "host";
    /// DMA gateways, and the host's streams.
    Dma "dma";
    /// Audio ports.
    Port "port";
    /// Lines of the firmware's own log; written by the lab.
    Log "log";
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_fit_the_column() {
        for channel in Channel::ALL {
            assert_eq!(Channel::from_name(channel.name()), Some(*channel));
            assert!(channel.name().len() <= 5);
        }
        assert_eq!(Channel::from_name("audio?"), None);
    }
}
