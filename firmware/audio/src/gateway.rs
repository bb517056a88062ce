//! Gateways: where streams enter and leave the DSP.

use acelab_abi::ipc4::node_id::{GatewayKind, NodeId};

/// A gateway of a kind that the engine serves: host DMA, link DMA, serial port
/// (SSP), digital microphones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Gateway {
    kind: GatewayKind,
    index: u8,
}

impl Gateway {
    /// The gateway that a node id names, if the engine serves that kind.
    #[must_use]
    pub const fn of(node: NodeId) -> Option<Self> {
        use GatewayKind::{
            DmicInput, HostInput, HostOutput, I2sInput, I2sOutput, LinkInput, LinkOutput,
        };
        match node.kind() {
            Some(
                kind @ (HostOutput | HostInput | LinkOutput | LinkInput | DmicInput | I2sOutput
                | I2sInput),
            ) => Some(Self {
                kind,
                index: node.index(),
            }),
            _ => None,
        }
    }

    /// Kind of the DMA behind it.
    #[must_use]
    pub const fn kind(self) -> GatewayKind {
        self.kind
    }

    /// Its index: stream of the host DMA; number of the link; for a serial
    /// port the port in bits 7:4 and the time slot group in 3:0.
    #[must_use]
    pub const fn index(self) -> u8 {
        self.index
    }

    /// Its node id.
    #[must_use]
    pub const fn node(self) -> NodeId {
        NodeId::new(self.kind, self.index)
    }

    /// Whether the host's memory is behind it.
    #[must_use]
    pub const fn is_host(self) -> bool {
        self.kind.is_host()
    }

    /// Whether the DSP reads what comes through it.
    #[must_use]
    pub const fn is_source(self) -> bool {
        // An output of the host is what the DSP reads.
        self.kind.is_output() == self.kind.is_host()
    }
}
