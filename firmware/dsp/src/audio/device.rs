//! Channels of the DMA for the engine, and their memory.

use acelab_abi::ipc4::node_id::GatewayKind as NodeKind;
use acelab_abi::syscall::MAX_EXCHANGE;
use acelab_audio::{ChannelConfig, ChannelError, ChannelFlags, ChannelState, Gateway};
use acelab_user::heap::DmaBuffer;
use acelab_user::{
    Channel, Container, ExchangeEntry, Gateway as Stream, GatewayKind, Object, SysError, Thread,
    exchange, exchange_flags,
};

/// Bits of a port's number in the index of its node; the rest is the group of
/// time slots.
const PORT_SHIFT: u32 = 4;
/// Link channel of the first serial port: that of the microphones comes before.
const FIRST_PORT: u32 = 1;
/// Channels in one exchange; more take several.
const AT_ONCE: usize = MAX_EXCHANGE as usize;

/// Memory that the DMA and the engine use in turn.
pub struct Memory(DmaBuffer);

impl Memory {
    /// So many bytes, zeroed.
    pub fn new(bytes: u32) -> Option<Self> {
        DmaBuffer::new(bytes).ok().map(Self)
    }
}

impl AsMut<[i16]> for Memory {
    fn as_mut(&mut self) -> &mut [i16] {
        self.0.as_mut()
    }
}

impl AsMut<[i32]> for Memory {
    fn as_mut(&mut self) -> &mut [i32] {
        self.0.as_mut()
    }
}

/// What the engine knows of errors.
pub fn error(error: SysError) -> ChannelError {
    match error {
        SysError::Busy => ChannelError::Busy,
        SysError::NoMemory => ChannelError::OutOfMemory,
        _ => ChannelError::Invalid,
    }
}

/// The DMA stream behind a gateway.
fn stream(gateway: Gateway) -> Option<Stream> {
    let index = u32::from(gateway.index());
    let port = FIRST_PORT + (index >> PORT_SHIFT);
    let (kind, index) = match gateway.kind() {
        NodeKind::HostOutput => (GatewayKind::HostOut, index),
        NodeKind::HostInput => (GatewayKind::HostIn, index),
        NodeKind::LinkOutput => (GatewayKind::LinkOut, index),
        NodeKind::LinkInput => (GatewayKind::LinkIn, index),
        NodeKind::I2sOutput => (GatewayKind::LinkOut, port),
        NodeKind::I2sInput => (GatewayKind::LinkIn, port),
        NodeKind::DmicInput => (GatewayKind::LinkIn, 0),
        _ => return None,
    };
    Stream::new(kind, index)
}

/// Opens the channel behind a gateway, for the LL thread too.
pub fn open(gateway: Gateway, ll: Thread) -> Result<Channel, ChannelError> {
    let stream = stream(gateway).ok_or(ChannelError::NoSuchGateway)?;
    let channel = Channel::open(stream).map_err(error)?;
    channel.grant(ll).map_err(error)?;
    Ok(channel.leak())
}

/// Gives a channel its memory.
pub fn configure(
    channel: Channel,
    memory: &Memory,
    config: &ChannelConfig,
) -> Result<(), ChannelError> {
    let container = match config.container {
        2 => Container::Two,
        4 => Container::Four,
        _ => return Err(ChannelError::Invalid),
    };
    channel
        .configure(&memory.0, config.bytes, container)
        .map_err(error)
}

/// Stops and closes a channel.
pub fn close(channel: Channel) {
    // It is this thread's own.
    let _ = channel.close();
}

/// The entries of an exchange: too large for the stack.
pub struct Entries([ExchangeEntry; AT_ONCE]);

impl Entries {
    /// Unused ones.
    pub const EMPTY: Self = Self([ExchangeEntry::EMPTY; AT_ONCE]);
}

/// Hands over what the engine is done with, and gets the positions.
pub fn exchange_all(Entries(entries): &mut Entries, channels: &mut [ChannelState<Channel>]) {
    for channels in channels.chunks_mut(AT_ONCE) {
        for (entry, state) in entries.iter_mut().zip(channels.iter_mut()) {
            entry.channel = state.channel.word();
            entry.commit = core::mem::take(&mut state.advance);
        }
        let entries = &mut entries[..channels.len()];
        let done = exchange(entries);
        for (entry, state) in entries.iter().zip(channels) {
            let flags = done.and_then(|_| entry.flags());
            let has = |bit| flags.is_ok_and(|flags| flags & bit != 0);
            state.read = entry.read;
            state.write = entry.write;
            state.filled = entry.filled;
            state.flags = ChannelFlags {
                running: has(exchange_flags::RUNNING),
                xrun: has(exchange_flags::XRUN),
                error: flags.is_err(),
            };
        }
    }
}
