//! Gateways: the places where a stream enters or leaves the DSP.

codes! {
    /// Kind of a gateway, bits 12:8 of a node id.
    pub enum GatewayKind: u8 {
        HostOutput = 0 => "HDA_HOST_OUTPUT",
        HostInput = 1 => "HDA_HOST_INPUT",
        LinkOutput = 8 => "HDA_LINK_OUTPUT",
        LinkInput = 9 => "HDA_LINK_INPUT",
        DmicInput = 11 => "DMIC_LINK_INPUT",
        I2sOutput = 12 => "I2S_LINK_OUTPUT",
        I2sInput = 13 => "I2S_LINK_INPUT",
        AlhOutput = 16 => "ALH_LINK_OUTPUT",
        AlhInput = 17 => "ALH_LINK_INPUT",
        UaolOutput = 18 => "UAOL_LINK_OUTPUT",
        UaolInput = 19 => "UAOL_LINK_INPUT",
        IpcOutput = 20 => "IPC_OUTPUT",
        IpcInput = 21 => "IPC_INPUT",
        I2sMultiOutput = 22 => "I2S_MULTI_LINK_OUTPUT",
        I2sMultiInput = 23 => "I2S_MULTI_LINK_INPUT",
        Gpio = 24 => "GPIO",
        SpiOutput = 25 => "SPI_OUTPUT",
        SpiInput = 26 => "SPI_INPUT",
    }
}

impl GatewayKind {
    /// Whether the host's memory is at the other end.
    #[must_use]
    pub const fn is_host(self) -> bool {
        matches!(self, Self::HostOutput | Self::HostInput)
    }

    /// Whether samples leave memory through it: playback to the DSP for the
    /// host's side, playback to the outside for the link's side.
    #[must_use]
    pub const fn is_output(self) -> bool {
        matches!(
            self,
            Self::HostOutput
                | Self::LinkOutput
                | Self::I2sOutput
                | Self::AlhOutput
                | Self::UaolOutput
                | Self::IpcOutput
                | Self::I2sMultiOutput
                | Self::SpiOutput
        )
    }
}

/// Which gateway: kind in bits 12:8, index in bits 7:0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// No gateway.
    pub const NONE: Self = Self(0xFFFF_FFFF);
    const KIND_SHIFT: u32 = 8;
    const KIND_MASK: u32 = 0x1F;

    /// The gateway `index` of `kind`.
    #[must_use]
    pub const fn new(kind: GatewayKind, index: u8) -> Self {
        Self((kind.code() as u32) << Self::KIND_SHIFT | index as u32)
    }

    /// I2S port `port` (0..=15), time slot group `group` (0..=15).
    #[must_use]
    pub const fn i2s(kind: GatewayKind, port: u8, group: u8) -> Self {
        Self::new(kind, port << 4 | group & 0xF)
    }

    /// As it is in a payload.
    #[must_use]
    pub const fn from_word(word: u32) -> Self {
        Self(word)
    }

    /// As it is in a payload.
    #[must_use]
    pub const fn word(self) -> u32 {
        self.0
    }

    /// Whether it names no gateway.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == Self::NONE.0
    }

    /// Its kind; `None` for no gateway, an unknown kind, or bits beyond 12.
    #[must_use]
    pub const fn kind(self) -> Option<GatewayKind> {
        if self.0 >> (Self::KIND_SHIFT + 5) != 0 {
            return None;
        }
        GatewayKind::from_code((self.0 >> Self::KIND_SHIFT & Self::KIND_MASK) as u8)
    }

    /// Bits 7:0: the stream for host gateways, port and group for I2S.
    #[must_use]
    pub const fn index(self) -> u8 {
        self.0 as u8
    }

    /// Port of an I2S gateway.
    #[must_use]
    pub const fn i2s_port(self) -> u8 {
        self.index() >> 4
    }

    /// Time slot group of an I2S gateway.
    #[must_use]
    pub const fn i2s_group(self) -> u8 {
        self.index() & 0xF
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_and_index_come_back() {
        for kind in GatewayKind::ALL {
            let node = NodeId::new(*kind, 0xA5);
            assert_eq!((node.kind(), node.index()), (Some(*kind), 0xA5));
        }
        let port = NodeId::i2s(GatewayKind::I2sOutput, 2, 1);
        assert_eq!(
            (port.word(), port.i2s_port(), port.i2s_group()),
            (0xC21, 2, 1)
        );
    }

    #[test]
    fn what_is_no_gateway_has_no_kind() {
        for word in [u32::MAX, 0x2000, 0x1F00, 0x0200] {
            assert_eq!(NodeId::from_word(word).kind(), None, "{word:#x}");
        }
        assert!(NodeId::NONE.is_none());
    }
}
