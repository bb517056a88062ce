//! Chain DMA: a host stream and a link stream, joined without a pipeline.

use acelab_abi::ipc4::node_id::{GatewayKind, NodeId};
use acelab_abi::syscall::PortParams;

use crate::own::OutOfMemory;
use crate::ring::{pieces, pieces_mut};
use crate::slab::Index;
use crate::state::State;
use crate::task::{Outcome, TaskId};
use crate::{ChainRequest, ChannelConfig, ChannelError, Gateway, Platform};

/// Streams of the host DMA that play; those behind them record.
const PLAYBACK_STREAMS: u8 = 9;
/// Smallest buffer in bytes: 2 ms of 2 channels of 32 bits at 48 kHz.
const MIN_BYTES: u32 = 768;
/// Largest buffer in bytes.
const MAX_BYTES: u32 = 64 * 1024;

/// Frames per second of the port at the end of a chain.
const RATE: u32 = 48_000;
/// Channels of that port.
const CHANNELS: u32 = 2;

/// One end of a chain.
pub(crate) struct ChainEnd<P: Platform> {
    channel: P::Channel,
    memory: P::Memory,
}

/// Two channels that a task moves data between.
pub(crate) struct Chain<P: Platform> {
    pub(crate) host: u8,
    pub(crate) task: TaskId,
    pub(crate) link: u8,
    pub(crate) running: bool,
    /// Ticks that had been run when it was paused.
    pub(crate) paused: Option<u64>,
    from: ChainEnd<P>,
    to: ChainEnd<P>,
    bytes: u32,
}

/// Where a chain's data comes from and goes to.
pub(crate) fn gateways(request: &ChainRequest) -> Option<(Gateway, Gateway)> {
    let gateway = |kind, index| Gateway::of(NodeId::new(kind, index));
    let (host, link) = (request.host, request.link);
    match host.checked_sub(PLAYBACK_STREAMS) {
        None => {
            let link = (link < PLAYBACK_STREAMS).then_some(link)?;
            let from = gateway(GatewayKind::HostOutput, host)?;
            Some((from, gateway(GatewayKind::LinkOutput, link)?))
        }
        Some(stream) => {
            let link = link.checked_sub(PLAYBACK_STREAMS)?;
            let from = gateway(GatewayKind::LinkInput, link)?;
            Some((from, gateway(GatewayKind::HostInput, stream)?))
        }
    }
}

impl<P: Platform> ChainEnd<P> {
    fn open(
        platform: &P,
        gateway: Gateway,
        bytes: u32,
        container: u32,
    ) -> Result<Self, ChannelError> {
        let memory = platform
            .dma_memory(bytes)
            .ok_or(ChannelError::OutOfMemory)?;
        let channel = platform.dma_open(gateway)?;
        let config = ChannelConfig { bytes, container };
        let done = platform
            .dma_configure(channel, &memory, &config)
            .and_then(|()| program_port(platform, channel, gateway, container));
        if let Err(error) = done {
            platform.dma_close(channel);
            return Err(error);
        }
        Ok(Self { channel, memory })
    }

    fn close(self, platform: &P) {
        platform.dma_close(self.channel);
        drop(self.memory);
    }
}

/// Programs the port behind a link, if there is one, for [`RATE`] and
/// [`CHANNELS`]: a chain has no blob, and a codec's driver would do it itself.
fn program_port<P: Platform>(
    platform: &P,
    channel: P::Channel,
    gateway: Gateway,
    container: u32,
) -> Result<(), ChannelError> {
    let port = match (gateway.kind(), gateway.index()) {
        (GatewayKind::LinkInput, 0) => Some(PortParams::microphones(RATE, CHANNELS)),
        (GatewayKind::LinkInput | GatewayKind::LinkOutput, _) => {
            PortParams::serial(RATE, CHANNELS, 8 * container)
        }
        _ => None,
    };
    match port.map(|port| platform.port_configure(channel, &port)) {
        // There is no port behind this link.
        Some(Err(ChannelError::Invalid | ChannelError::NoSuchGateway)) | None => Ok(()),
        Some(done) => done,
    }
}

impl<P: Platform> Chain<P> {
    /// Opens both channels. Outside the lock.
    pub(crate) fn open(
        platform: &P,
        request: &ChainRequest,
        task: TaskId,
    ) -> Result<Self, ChannelError> {
        let (from, to) = gateways(request).ok_or(ChannelError::NoSuchGateway)?;
        let bytes = request.fifo_bytes.max(MIN_BYTES);
        if bytes > MAX_BYTES {
            return Err(ChannelError::Invalid);
        }
        let bytes = bytes.next_multiple_of(128);
        let container = if request.short_samples { 2 } else { 4 };
        let from = ChainEnd::open(platform, from, bytes, container)?;
        let to = match ChainEnd::open(platform, to, bytes, container) {
            Ok(to) => to,
            Err(error) => {
                from.close(platform);
                return Err(error);
            }
        };
        Ok(Self {
            host: request.host,
            task,
            link: request.link,
            running: false,
            paused: None,
            from,
            to,
            bytes,
        })
    }

    /// Closes both channels. Outside the lock, when the chain is stopped.
    pub(crate) fn close(self, platform: &P) {
        self.from.close(platform);
        self.to.close(platform);
    }
}

impl<P: Platform> State<P> {
    /// Registers the channels of a chain.
    pub(crate) fn join(&mut self, chain: &Chain<P>) -> Result<(), OutOfMemory> {
        self.lines.add(chain.from.channel)?;
        self.lines.add(chain.to.channel).inspect_err(|_| {
            self.lines.remove(chain.from.channel);
        })
    }

    /// Takes the channels of a chain off the exchange.
    pub(crate) fn part(&mut self, chain: &Chain<P>) {
        self.lines.remove(chain.from.channel);
        self.lines.remove(chain.to.channel);
    }

    /// Starts a chain that does not run.
    pub(crate) fn start_chain(&mut self, platform: &P, index: Index) -> Result<(), ChannelError> {
        let Some(chain) = self.chains.get_mut(index) else {
            return Err(ChannelError::NoSuchGateway);
        };
        if chain.running {
            return Ok(());
        }
        if chain.paused.is_some() {
            // The start hands the whole buffer over: what is not data must be
            // silence, and not what was played before.
            self.lines.refresh(platform, chain.to.channel);
            if let Some(state) = self.lines.get(chain.to.channel) {
                let free = chain.bytes.saturating_sub(state.filled);
                let sink: &mut [i32] = chain.to.memory.as_mut();
                silence_words(sink, state.write, chain.bytes, free);
            }
        }
        platform.dma_start(chain.from.channel)?;
        if let Err(error) = platform.dma_start(chain.to.channel) {
            platform.dma_stop(chain.from.channel);
            return Err(error);
        }
        chain.running = true;
        let task = chain.task;
        self.schedule(platform, task);
        Ok(())
    }

    /// Stops a chain; what is in its buffers stays. It may be started again in
    /// the same tick, because its task is unlinked at once.
    pub(crate) fn stop_chain(&mut self, platform: &P, index: Index) {
        let Some(chain) = self.chains.get_mut(index).filter(|chain| chain.running) else {
            return;
        };
        chain.running = false;
        chain.paused = Some(self.ticks.run);
        platform.dma_stop(chain.from.channel);
        platform.dma_stop(chain.to.channel);
        let task = chain.task;
        self.unschedule(platform, task);
    }

    /// Moves what there is and what there is room for.
    pub(crate) fn run_chain(&mut self, platform: &P, index: Index) -> Outcome {
        let Self { chains, lines, .. } = self;
        let Some(chain) = chains.get_mut(index).filter(|chain| chain.running) else {
            return Outcome::Completed;
        };
        let states =
            [chain.from.channel, chain.to.channel].map(|channel| lines.get(channel).copied());
        let [Some(from), Some(to)] = states else {
            return Outcome::Completed;
        };
        if from.flags.error || to.flags.error {
            self.stop_chain(platform, index);
            return Outcome::Completed;
        }
        let room = chain.bytes.saturating_sub(to.filled);
        let bytes = from.filled.min(room) & !3;
        let source: &[i32] = chain.from.memory.as_mut();
        let sink: &mut [i32] = chain.to.memory.as_mut();
        move_words(source, from.read, sink, to.write, chain.bytes, bytes);
        for channel in [chain.from.channel, chain.to.channel] {
            if let Some(line) = lines.get(channel) {
                // An xrun of the link is tolerated.
                line.take_xrun();
                line.advance += bytes;
            }
        }
        Outcome::Again
    }
}

/// Moves `bytes` bytes from one ring of `size` bytes to another.
fn move_words(source: &[i32], read: u32, sink: &mut [i32], write: u32, size: u32, bytes: u32) {
    let [size, read, write, count] = [size, read, write, bytes].map(|bytes| bytes as usize / 4);
    let source = pieces(&source[..size.min(source.len())], read, count);
    let size = size.min(sink.len());
    let sink = pieces_mut(&mut sink[..size], write, count);
    let values = source.into_iter().flatten();
    for (to, from) in sink.into_iter().flatten().zip(values) {
        *to = *from;
    }
}

/// Makes silence of `bytes` bytes of a ring of `size` bytes.
fn silence_words(sink: &mut [i32], write: u32, size: u32, bytes: u32) {
    let [size, write, count] = [size, write, bytes].map(|bytes| bytes as usize / 4);
    let size = size.min(sink.len());
    for part in pieces_mut(&mut sink[..size], write, count) {
        part.fill(0);
    }
}
