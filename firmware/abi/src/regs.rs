//! Register blocks: where they are, which registers they have, which bits.
//!
//! Every block is a module with `BASE`, `SPAN` and an enum of its registers.
//! Offsets are in bytes from the block's base.

/// Declares the registers of one block as an enum whose discriminants are the
/// byte offsets.
macro_rules! registers {
    (
        $(#[$meta:meta])*
        pub enum $block:ident {
            $($(#[$doc:meta])* $name:ident = $offset:literal, $text:literal;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u32)]
        pub enum $block {
            $($(#[$doc])* $name = $offset,)+
        }

        impl $block {
            /// All registers of the block.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Byte offset from the base of the block.
            pub const fn offset(self) -> u32 {
                self as u32
            }

            /// The register at this byte offset, `None` where the offset is
            /// reserved.
            pub const fn at(offset: u32) -> Option<Self> {
                match offset {
                    $($offset => Some(Self::$name),)+
                    _ => None,
                }
            }

            /// The name the register has in the driver it is known from.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

pub mod capability;
pub mod debug_port;
pub mod dint;
pub mod dmic;
pub mod dmw;
pub mod dspcs;
pub mod dw_ictl;
pub mod fw_status;
pub mod hda;
pub mod hda_host;
pub mod hfipc;
pub mod host;
pub mod idc;
pub mod ipc_agent;
pub mod pmc;
pub mod ssp;
pub mod tts;

#[cfg(test)]
mod tests;
