//! Channels of the DMA in the hands of user threads: good ones, hostile ones and
//! dying ones.

use acelab_abi::core_id::MAX_CORES;
use acelab_abi::memory::{HP_SRAM, PAGE_SIZE, TEXT_AREA, USER_DISTANCE};
use acelab_abi::syscall::exchange_flags::{EMPTY, ERROR, RUNNING, XRUN};
use acelab_abi::syscall::{MAX_DMA_BUFFER, MAX_EXCHANGE, Syscall};
use acelab_ipc4::TestResult;
use acelab_user::heap::DmaBuffer;
use acelab_user::heap::HeapBox;
use acelab_user::{
    Channel, Container, Deadline, Duration, Event, ExchangeEntry, ExitReason, Gateway, GatewayKind,
    Object, Owned, Partition, PortParams, SysError, exchange, now, rights, sleep_until,
};

use super::check::{Failure, at_least, ends_as, ends_with, same};
use super::sandbox::{Sandbox, launch, threads};
use super::{Env, Outcome, passed};
use crate::kernel;

/// Bytes of a millisecond: 48 kHz, two slots of 16 bits.
const MILLI: u32 = 192;
/// Bytes of a buffer.
const SIZE: u32 = 4 * MILLI;
/// Pages of the heap.
pub const HEAP: u32 = 4;

/// Words of the board: arguments of a system call…
const CALL: usize = 0;
/// …and what is told of the loopback.
const MILLIS: usize = 8;
const FRAMES: usize = 9;
const CHANNEL: usize = 10;
const ADDRESS: usize = 11;
const READY: usize = 12;

/// A loopback of one port: two channels with their buffers.
pub struct Loop {
    // The channels let go of the buffers before those are freed.
    out: Owned<Channel>,
    into: Owned<Channel>,
    sent: DmaBuffer,
    received: DmaBuffer,
}

impl Loop {
    /// Of a port that nobody has, not started.
    pub fn new(port: u32) -> Result<Self, Failure> {
        let open = |kind| {
            let gateway = Gateway::new(kind, port + 1).ok_or(SysError::InvalidValue)?;
            Channel::open(gateway)
        };
        let all = Self {
            out: open(GatewayKind::LinkOut)?,
            into: open(GatewayKind::LinkIn)?,
            sent: DmaBuffer::new(SIZE)?,
            received: DmaBuffer::new(SIZE)?,
        };
        let params = PortParams::serial(48_000, 2, 16).ok_or(SysError::InvalidValue)?;
        for (channel, buffer) in [(*all.out, &all.sent), (*all.into, &all.received)] {
            channel.configure(buffer, SIZE, Container::Two)?;
            channel.configure_port(params.looped())?;
        }
        Ok(all)
    }

    /// Starts both.
    pub fn start(&self) -> Result<(), Failure> {
        self.into.start()?;
        self.out.start()?;
        Ok(())
    }

    /// Bytes of a buffer.
    pub fn size(&self) -> u32 {
        self.sent.size()
    }

    /// What is exchanged: the channel out, then the one in. On the heap, because the
    /// compiler aligns nothing on a stack to more than 16 bytes.
    pub fn entries(&self) -> Result<HeapBox<[ExchangeEntry; 2]>, Failure> {
        let mut entries = HeapBox::new([ExchangeEntry::EMPTY; 2])?;
        entries[0].channel = self.out.word();
        entries[1].channel = self.into.word();
        Ok(entries)
    }
}

/// One tick: what came in must go on where the last one ended; what is free is
/// filled. Frames are numbered from 1; 0 is silence before the first.
fn tick(all: &Loop, next: &mut [u32; 2]) -> Result<(), Failure> {
    let mut entries = all.entries()?;
    same(exchange(&mut *entries)?, 2_u32)?;
    for entry in entries.iter() {
        let flags = entry.flags()?;
        same(flags & (XRUN | ERROR | RUNNING), RUNNING)?;
    }
    let words = |buffer: &DmaBuffer, at: u32, len: u32, each: &mut dyn FnMut(usize)| {
        for offset in (0..len).step_by(4) {
            each(((at + offset) % buffer.size() / 4) as usize);
        }
    };
    let free = SIZE - entries[0].filled;
    words(&all.sent, entries[0].write, free, &mut |index| {
        next[0] += 1;
        all.sent.words()[index].store(next[0], core::sync::atomic::Ordering::Release);
    });
    let mut wrong = None;
    words(
        &all.received,
        entries[1].read,
        entries[1].filled,
        &mut |index| {
            let word = all.received.words()[index].load(core::sync::atomic::Ordering::Acquire);
            if word != 0 || next[1] != 0 {
                next[1] += 1;
                if word != next[1] {
                    wrong = wrong.or(Some((word, next[1])));
                }
            }
        },
    );
    if let Some((word, expected)) = wrong {
        same(word, expected)?;
    }
    entries[0].commit = free;
    entries[1].commit = entries[1].filled;
    same(exchange(&mut *entries)?, 2_u32)?;
    same(entries[1].flags()? & EMPTY, EMPTY)
}

threads! {
    fn plays(board, port) {
        let all = Loop::new(port)?;
        all.start()?;
        let mut next = [0, 0];
        let start = now();
        for millis in 1..=board.get(MILLIS) {
            sleep_until(Deadline::at(start + Duration::from_millis(millis)))?;
            tick(&all, &mut next)?;
        }
        board.set(FRAMES, next[1]);
        all.out.stop()?;
        all.into.stop()?;
        0
    }

    /// Opens and starts, and then ends as it is told.
    fn dies(board, number) {
        let all = Loop::new(number & 7)?;
        all.start()?;
        board.set(CHANNEL, all.out.word());
        board.count(READY);
        match number >> 3 {
            0 => sleep_until(Deadline::FOREVER)?,
            1 => crate::debug::provoke::provoke(acelab_abi::debug_ipc::ExceptionKind::Illegal, 0),
            // Out of its scope nothing is closed: the kernel has to.
            _ => core::mem::forget(all),
        }
        0
    }

    /// One system call with any arguments.
    fn calls(board, _) {
        let args = core::array::from_fn(|index| board.get(CALL + 1 + index) as usize);
        // SAFETY: none. The kernel must bear whatever this is.
        unsafe { acelab_user::syscall(board.get(CALL) as usize, args) }.status
    }

    /// Takes a block of the heap.
    fn takes(board, _) {
        let layout = core::alloc::Layout::from_size_align(SIZE as usize, 128)
            .map_err(|_| SysError::InvalidValue)?;
        let block = acelab_user::heap::alloc(layout)?;
        board.set(ADDRESS, block.as_ptr().expose_provenance() as u32);
        0
    }

    /// An entry with a handle of its own choice.
    fn exchanges(board, _) {
        let mut entries = HeapBox::new([ExchangeEntry::EMPTY; 1])?;
        entries[0].channel = board.get(CALL + 1);
        entries[0].commit = board.get(CALL + 2);
        let accepted = exchange(&mut *entries)?;
        same(accepted, u32::from(entries[0].flags().is_ok()))?;
        entries[0].status
    }
}

fn sandbox(env: &Env) -> Result<Sandbox, Failure> {
    let sandbox = Sandbox::new(env)?;
    sandbox.domain().create_heap(HEAP)?;
    Ok(sandbox)
}

/// The port that the tests of a core use, none that another core does.
fn port(env: &Env) -> u32 {
    let _: () = const { assert!(MAX_CORES <= acelab_abi::regs::ssp::PORTS as usize) };
    env.core.index() as u32
}

/// See the list.
pub fn dma_loopback(env: &Env) -> Outcome {
    let [millis, ..] = env.args;
    let sandbox = sandbox(env)?;
    sandbox.board().set(MILLIS, millis);
    let player = sandbox.builder("plays", plays, port(env)).devices();
    ends_with(*launch(&player, &[])?, 0)?;
    let frames = sandbox.board().get(FRAMES);
    // What is on its way when it ends does not count: the buffer of the start,
    // which is silence, and some bursts.
    at_least(frames + 8 * 48, millis * 48)?;
    Ok(TestResult::new(&[frames]))
}

/// See the list.
pub fn dma_owner_death(env: &Env) -> Outcome {
    let sandbox = sandbox(env)?;
    let board = sandbox.board();
    for way in 0..3 {
        let before = acelab_user::kernel_account()?;
        board.set(READY, 0);
        let builder = sandbox
            .builder("dies", dies, way << 3 | port(env))
            .devices();
        let thread = launch(&builder, &[])?;
        board.wait_for(READY, 1)?;
        let reason = match way {
            0 => {
                thread.abort()?;
                ExitReason::Aborted
            }
            1 => ExitReason::Faulted,
            _ => ExitReason::Exited,
        };
        ends_as(*thread, reason, 0)?;
        drop(thread);
        let after = acelab_user::kernel_account()?;
        same(after.channels, before.channels)?;
        // Nobody else ever names it, and the port is free for the next round.
        let stale = Channel::from_word(board.get(CHANNEL)).ok_or(SysError::BadHandle)?;
        same(stale.stop().is_err(), true)?;
    }
    // What is left of the heap goes with the domain; the port works.
    let other = super::dma::sandbox(env)?;
    other.board().set(MILLIS, 20);
    let player = other.builder("plays", plays, port(env)).devices();
    ends_with(*launch(&player, &[])?, 0)?;
    passed()
}

/// What a hostile call comes to.
#[derive(Clone, Copy)]
enum End {
    Answer(SysError),
    Stopped,
}

/// The stage of the hostile threads.
struct Stage {
    sandbox: Sandbox,
    channel: Owned<Channel>,
    foreign: Owned<Channel>,
    event: Owned<Event>,
    counts: [u32; 2],
}

impl Stage {
    /// Lets a thread make the call; nothing of the kernel is different then.
    #[track_caller]
    fn attack(&mut self, call: Syscall, args: &[u32], end: End) -> Result<(), Failure> {
        let board = self.sandbox.board();
        board.set(CALL, call.number());
        for index in 0..5 {
            let word = args.get(index).copied().unwrap_or(0);
            board.set(CALL + 1 + index, word);
        }
        let before = digest();
        let builder = self.sandbox.builder("calls", calls, 0).devices();
        let thread = launch(&builder, &[self.channel.any(), self.event.any()])?;
        match end {
            End::Answer(error) => ends_with(*thread, error.code())?,
            End::Stopped => ends_as(*thread, ExitReason::BadPointer, call.number())?,
        }
        drop(thread);
        same(digest(), before)?;
        self.counts[0] += 1;
        self.counts[1] += u32::from(matches!(end, End::Stopped));
        Ok(())
    }

    #[track_caller]
    fn exchange(&mut self, handle: u32, commit: u32, error: SysError) -> Result<(), Failure> {
        let board = self.sandbox.board();
        board.set(CALL + 1, handle);
        board.set(CALL + 2, commit);
        let builder = self.sandbox.builder("exchanges", exchanges, 0);
        let thread = launch(&builder, &[self.channel.any(), self.event.any()])?;
        ends_with(*thread, error.code() << 16)?;
        self.counts[0] += 1;
        Ok(())
    }
}

fn digest() -> u64 {
    kernel::enter_from_thread(|kernel, port| kernel.digest(port, None))
}

/// See the list.
pub fn dma_hostile(env: &Env) -> Outcome {
    let open = |index| {
        let gateway = Gateway::new(GatewayKind::HostOut, index).ok_or(SysError::InvalidValue)?;
        Channel::open(gateway)
    };
    let index = env.core.index() as u32;
    let mut stage = Stage {
        sandbox: sandbox(env)?,
        // Five cores share nine gateways: a pair for each of the first four.
        channel: open(2 * index.min(3))?,
        foreign: open(2 * index.min(3) + 1)?,
        event: Event::create()?,
        counts: [0; 2],
    };
    ends_with(*launch(&stage.sandbox.builder("takes", takes, 0), &[])?, 0)?;
    let block = stage.sandbox.board().get(ADDRESS);
    let (elsewhere, neighbour) = (Sandbox::new(env)?, Partition::create(1)?);
    elsewhere.domain().attach(*neighbour.0, rights::WRITE)?;
    let (constants, read_only) = Partition::create(1)?;
    stage.sandbox.domain().attach(*constants, rights::READ)?;
    let channel = stage.channel.word();
    let end = block + HEAP * PAGE_SIZE;

    // A buffer that the thread could not write itself.
    for address in [
        0,
        HP_SRAM.base + 0x1_4000,
        block + USER_DISTANCE,
        TEXT_AREA.base,
        0x7_2800,
        neighbour.1,
        read_only,
        u32::MAX - 127,
    ] {
        let args = [channel, address, SIZE, 4];
        stage.attack(Syscall::DmaConfigure, &args, End::Stopped)?;
    }
    // One that the hardware cannot have, or that is not given out; the board is
    // a partition that it may write, past the cache, but this part is no buffer.
    for (address, size) in [
        (block + 64, 128),
        (block + 4, 128),
        (block, 0),
        (block, 16),
        (block, SIZE + 4),
        (block, SIZE + 128),
        (end - 256, 256),
    ] {
        let args = [channel, address, size, 4];
        stage.attack(
            Syscall::DmaConfigure,
            &args,
            End::Answer(SysError::InvalidValue),
        )?;
    }
    for size in [MAX_DMA_BUFFER + 1, u32::MAX] {
        let args = [channel, block, size, 4];
        stage.attack(Syscall::DmaConfigure, &args, End::Answer(SysError::TooLong))?;
    }
    // Channels that are none, or not the thread's.
    for (word, error) in [
        (0, SysError::BadHandle),
        (u32::MAX, SysError::BadHandle),
        (channel ^ 0x100, SysError::BadHandle),
        (stage.event.word(), SysError::WrongKind),
        (stage.foreign.word(), SysError::Permission),
    ] {
        let args = [word, block, SIZE, 4];
        stage.attack(Syscall::DmaConfigure, &args, End::Answer(error))?;
        stage.attack(Syscall::DmaStart, &[word], End::Answer(error))?;
        if word != 0 {
            stage.exchange(word, 0, error)?;
        }
    }
    // A list that is not the thread's to write, or has no end.
    for address in [HP_SRAM.base + 0x1_4000, neighbour.1, read_only, block + 4] {
        stage.attack(Syscall::DmaExchange, &[address, 32], End::Stopped)?;
    }
    let args = [block, (MAX_EXCHANGE + 1) * ExchangeEntry::SIZE];
    stage.attack(Syscall::DmaExchange, &args, End::Answer(SysError::TooLong))?;
    // A channel without a buffer, and one that somebody has.
    stage.attack(
        Syscall::DmaStart,
        &[channel],
        End::Answer(SysError::BadState),
    )?;
    stage.exchange(channel, u32::MAX, SysError::BadState)?;
    let args = [0, 2 * index.min(3)];
    stage.attack(Syscall::DmaOpen, &args, End::Answer(SysError::Busy))?;
    stage.attack(
        Syscall::DmaOpen,
        &[0, 9],
        End::Answer(SysError::InvalidValue),
    )?;
    Ok(TestResult::new(&stage.counts))
}
