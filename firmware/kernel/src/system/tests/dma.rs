//! Channels: who may have them, what memory they get, and their end.

use acelab_abi::core_id::CoreId;
use acelab_abi::memory::{TEXT_AREA, USER_DISTANCE, USER_UNCACHED_DISTANCE};
use acelab_abi::regs::hda::{self, BNE, GEN, Reg};
use acelab_abi::syscall::exchange_flags::{EMPTY, RUNNING};
use acelab_abi::syscall::{ExchangeEntry, Gateway, GatewayKind, MAX_EXCHANGE, SysError, Syscall};

use super::world::World;
use crate::ids::ThreadId;
use crate::memory::Window;
use crate::system::{Fate, Outcome};

const SIZE: u32 = 256;
const HOST_OUT: u32 = GatewayKind::HostOut.number() as u32;
const HOST_IN: u32 = GatewayKind::HostIn.number() as u32;

struct Stage {
    world: World,
    /// In a domain with a heap; may open gateways.
    user: ThreadId,
    /// Of the same domain; may not.
    peer: ThreadId,
    domain: u32,
    /// A block of the heap.
    block: u32,
}

fn stage() -> Stage {
    let mut world = World::new(2);
    let (domain, number) = world.domain();
    let root = world.root;
    world.ok(root, Syscall::HeapCreate, &[domain, 2]);
    let user = world.user_thread(CoreId::PRIMARY, 5, number);
    world.kernel.threads[user.index()].may_open = true;
    let peer = world.user_thread(CoreId::ALL[1], 5, number);
    let [block, _] = world.ok(user, Syscall::HeapAlloc, &[SIZE, 128]);
    Stage {
        world,
        user,
        peer,
        domain,
        block,
    }
}

impl Stage {
    fn open(&mut self, kind: u32, index: u32) -> u32 {
        self.world
            .create(self.user, Syscall::DmaOpen, &[kind, index])
    }

    fn configure(&mut self, channel: u32, address: u32, size: u32) -> Result<[u32; 2], SysError> {
        let args = [channel, address, size, 4];
        self.world.answer(self.user, Syscall::DmaConfigure, &args)
    }

    /// A channel that runs, with the block.
    fn running(&mut self, kind: u32, index: u32) -> u32 {
        let channel = self.open(kind, index);
        let block = self.block;
        self.configure(channel, block, SIZE).unwrap();
        self.world.ok(self.user, Syscall::DmaStart, &[channel]);
        channel
    }

    fn is_enabled(&self, kind: GatewayKind, index: u8) -> bool {
        let at = hda::address(kind, index, Reg::Control);
        self.world.port.registers.get(at) & GEN != 0
    }

    /// `dma_exchange` with entries on the caller's stack; what they are then.
    fn exchange(&mut self, caller: ThreadId, entries: &mut [[u32; 8]]) -> [u32; 2] {
        let at = self.world.buffer(caller);
        for (index, entry) in entries.iter().enumerate() {
            let to = self.world.bytes(caller, at + 32 * index as u32, 32);
            for (to, word) in to.chunks_mut(4).zip(entry) {
                to.copy_from_slice(&word.to_le_bytes());
            }
        }
        let args = [at, 32 * entries.len() as u32];
        let answer = self.world.ok(caller, Syscall::DmaExchange, &args);
        for (index, entry) in entries.iter_mut().enumerate() {
            let from = self.world.bytes(caller, at + 32 * index as u32, 32);
            for (word, bytes) in entry.iter_mut().zip(from.chunks(4)) {
                *word = u32::from_le_bytes(bytes.try_into().unwrap());
            }
        }
        answer
    }
}

#[test]
fn a_gateway_is_opened_once_by_who_may() {
    let mut stage = stage();
    let (user, peer) = (stage.user, stage.peer);
    let open = |stage: &mut Stage, who, kind, index| {
        stage.world.answer(who, Syscall::DmaOpen, &[kind, index])
    };
    assert_eq!(open(&mut stage, peer, 0, 0), Err(SysError::Permission));
    assert_eq!(open(&mut stage, user, 0, 9), Err(SysError::InvalidValue));
    assert_eq!(open(&mut stage, user, 1, 11), Err(SysError::InvalidValue));
    let channel = stage.open(HOST_OUT, 8);
    assert_eq!(open(&mut stage, user, 0, 8), Err(SysError::Busy));
    assert_eq!(stage.world.kernel.account().channels, 1);
    stage.world.ok(user, Syscall::ObjectClose, &[channel]);
    assert_eq!(stage.world.kernel.account().channels, 0);
    let again = stage.open(HOST_OUT, 8);
    assert_ne!(again, channel);
    let stale = stage.world.answer(user, Syscall::DmaStart, &[channel]);
    assert_eq!(stale, Err(SysError::BadHandle));
    // All of them together fit into the quota of a domain.
    for kind in GatewayKind::ALL {
        for index in 0..u32::from(kind.streams()) {
            if (kind, index) != (GatewayKind::HostOut, 8) {
                stage.open(u32::from(kind.number()), index);
            }
        }
    }
    let count = stage.world.kernel.account().channels;
    assert_eq!(count as usize, Gateway::COUNT);
}

#[test]
fn a_channel_is_used_by_its_owner_and_who_is_granted_it() {
    let mut stage = stage();
    let (user, peer, block) = (stage.user, stage.peer, stage.block);
    let channel = stage.open(HOST_IN, 0);
    stage.configure(channel, block, SIZE).unwrap();
    for call in [Syscall::DmaStart, Syscall::DmaStop] {
        let refused = stage.world.answer(peer, call, &[channel]);
        assert_eq!(refused, Err(SysError::Permission));
    }
    let entry = [channel, 0, 9, 9, 9, 9, 7, 7];
    let mut entries = [entry];
    assert_eq!(stage.exchange(peer, &mut entries)[0], 0);
    let permission = SysError::Permission.code() << 16;
    assert_eq!(entries[0], [channel, 0, 0, 0, permission, 0, 7, 7]);
    stage.world.grant(peer, channel);
    stage.world.ok(peer, Syscall::DmaStart, &[channel]);
    let mut entries = [entry];
    assert_eq!(stage.exchange(peer, &mut entries)[0], 1);
    assert_eq!(entries[0], [channel, 0, 0, 0, RUNNING | EMPTY, 0, 7, 7]);
    // But the owner alone closes it.
    let refused = stage.world.answer(peer, Syscall::ObjectClose, &[channel]);
    assert_eq!(refused, Err(SysError::Permission));
    stage.world.ok(user, Syscall::ObjectClose, &[channel]);
    assert!(!stage.is_enabled(GatewayKind::HostIn, 0));
}

#[test]
fn memory_that_is_not_the_callers_to_give_is_refused() {
    let mut stage = stage();
    let (user, block) = (stage.user, stage.block);
    let channel = stage.open(HOST_OUT, 0);
    let root = stage.world.root;
    let (neighbour, number) = stage.world.domain();
    let other = stage.world.user_thread(CoreId::PRIMARY, 6, number);
    let [shared, foreign] = stage.world.ok(root, Syscall::PartitionCreate, &[1]);
    let args = [neighbour, shared, 3];
    stage.world.ok(root, Syscall::PartitionAttach, &args);
    let [_, read_only] = {
        let [constants, address] = stage.world.ok(root, Syscall::PartitionCreate, &[1]);
        let args = [stage.domain, constants, 1];
        stage.world.ok(root, Syscall::PartitionAttach, &args);
        [constants, address]
    };
    let registers = {
        let (kernel, port) = (&mut stage.world.kernel, &mut stage.world.port);
        kernel.map_window(port, stage.domain, Window::FwRegisters)
    };
    let registers = registers.unwrap();
    let stack = stage.world.buffer(user);
    let free = block + 0x1000;
    let before = stage.world.kernel.digest(&stage.world.port, None);
    // What it may not write stops the thread, as with every call.
    for address in [
        0,
        TEXT_AREA.base,
        0xA003_4000,
        0x7_2800,
        block + USER_DISTANCE,
        foreign,
        read_only,
        u32::MAX - 127,
    ] {
        let args = [channel, address, SIZE, 4];
        let outcome = stage.world.call(user, Syscall::DmaConfigure, &args);
        let stopped = Outcome::BadPointer {
            argument: 1,
            address,
        };
        let named = matches!(outcome, Outcome::BadPointer { argument: 1, .. });
        assert!(named, "{outcome:?} {stopped:?}");
    }
    // What it may write, but is not to be given to a device, is answered: its
    // stack, registers, heap that nobody has taken; and what is no buffer.
    for (address, size) in [
        (stack.next_multiple_of(128), SIZE),
        (registers, SIZE),
        (free, SIZE),
        (block, 0),
        (block, 48),
        (block, SIZE + 128),
        (block + 64, 128),
    ] {
        let refused = stage.configure(channel, address, size);
        assert_eq!(refused, Err(SysError::InvalidValue), "{address:#x} {size}");
    }
    let odd = stage
        .world
        .answer(user, Syscall::DmaConfigure, &[channel, block, SIZE, 3]);
    assert_eq!(odd, Err(SysError::InvalidValue));
    let refused = stage
        .world
        .answer(user, Syscall::DmaConfigure, &[channel, block, 0x1_0001, 4]);
    assert_eq!(refused, Err(SysError::TooLong));
    assert_eq!(stage.world.kernel.digest(&stage.world.port, None), before);
    assert_eq!(stage.world.port.registers.writes(), []);
    // Both views of the block are good, and are the same memory.
    for address in [block, block - USER_UNCACHED_DISTANCE] {
        stage.configure(channel, address, SIZE).unwrap();
        let at = hda::address(GatewayKind::HostOut, 0, Reg::BufferAddress);
        assert_eq!(stage.world.port.registers.get(at), block + USER_DISTANCE);
    }
    // A kernel thread without a domain has no memory to give.
    let buffer = stage.world.buffer(root);
    let args = [channel, buffer.next_multiple_of(128), SIZE, 4];
    let refused = stage.world.answer(root, Syscall::DmaConfigure, &args);
    assert_eq!(refused, Err(SysError::BadState));
    stage.world.grant(other, channel);
    let args = [channel, foreign, SIZE, 4];
    stage.world.ok(other, Syscall::DmaConfigure, &args);
}

#[test]
fn a_buffer_stays_until_its_channel_has_let_it_go() {
    let mut stage = stage();
    let (user, block, domain) = (stage.user, stage.block, stage.domain);
    let root = stage.world.root;
    let [partition, pages] = stage.world.ok(root, Syscall::PartitionCreate, &[1]);
    let args = [domain, partition, 3];
    stage.world.ok(root, Syscall::PartitionAttach, &args);
    let channel = stage.running(HOST_OUT, 0);
    let free = |stage: &mut Stage| stage.world.answer(user, Syscall::HeapFree, &[block]);
    assert_eq!(free(&mut stage), Err(SysError::Busy));
    // Another block is free to go.
    let [other, _] = stage.world.ok(user, Syscall::HeapAlloc, &[64, 64]);
    stage.world.ok(user, Syscall::HeapFree, &[other]);
    let odd = stage.world.answer(user, Syscall::HeapFree, &[block + 64]);
    assert_eq!(odd, Err(SysError::InvalidValue));
    let moved = stage.configure(channel, pages, SIZE);
    assert_eq!(moved, Err(SysError::BadState));
    stage.world.ok(user, Syscall::DmaStop, &[channel]);
    assert_eq!(free(&mut stage), Err(SysError::Busy));
    stage.configure(channel, pages, SIZE).unwrap();
    free(&mut stage).unwrap();
    // Now the partition is held.
    let args = [domain, partition];
    let detached = stage.world.answer(root, Syscall::PartitionDetach, &args);
    assert_eq!(detached, Err(SysError::Busy));
    let closed = stage.world.answer(root, Syscall::ObjectClose, &[partition]);
    assert_eq!(closed, Err(SysError::Busy));
    stage.world.ok(user, Syscall::ObjectClose, &[channel]);
    stage.world.ok(root, Syscall::PartitionDetach, &args);
    stage.world.ok(root, Syscall::ObjectClose, &[partition]);
}

#[test]
fn the_death_of_an_owner_stops_the_hardware() {
    let mut stage = stage();
    let (user, peer) = (stage.user, stage.peer);
    let channel = stage.running(HOST_OUT, 3);
    stage.world.grant(peer, channel);
    assert!(stage.is_enabled(GatewayKind::HostOut, 3));
    assert!(
        stage
            .world
            .kernel
            .stop(&mut stage.world.port, user, Fate::aborted())
    );
    stage.world.check();
    assert!(!stage.is_enabled(GatewayKind::HostOut, 3));
    assert_eq!(stage.world.kernel.account().channels, 0);
    let mut entries = [[channel, 0, 0, 0, 0, 0, 0, 0]];
    assert_eq!(stage.exchange(peer, &mut entries)[0], 0);
    assert_eq!(entries[0][4], SysError::BadHandle.code() << 16);
    let block = stage.block;
    stage.world.ok(peer, Syscall::HeapFree, &[block]);
}

#[test]
fn the_end_of_the_memory_stops_the_hardware() {
    // The partition belongs to a thread that dies, the channel to another one.
    let mut stage = stage();
    let (user, peer, domain) = (stage.user, stage.peer, stage.domain);
    stage.world.kernel.threads[peer.index()].may_spawn = true;
    stage.world.grant(peer, domain);
    let [partition, pages] = stage.world.ok(peer, Syscall::PartitionCreate, &[1]);
    let args = [domain, partition, 3];
    stage.world.ok(peer, Syscall::PartitionAttach, &args);
    let channel = stage.open(HOST_IN, 4);
    stage.configure(channel, pages, SIZE).unwrap();
    stage.world.ok(user, Syscall::DmaStart, &[channel]);
    assert!(
        stage
            .world
            .kernel
            .stop(&mut stage.world.port, peer, Fate::aborted())
    );
    stage.world.check();
    assert!(!stage.is_enabled(GatewayKind::HostIn, 4));
    let start = stage.world.answer(user, Syscall::DmaStart, &[channel]);
    assert_eq!(start, Err(SysError::BadState));
    assert_eq!(stage.world.kernel.account().channels, 1);

    // The channel belongs to a thread of another domain, the memory to this one.
    let root = stage.world.root;
    let (neighbour, number) = stage.world.domain();
    stage.world.ok(root, Syscall::HeapCreate, &[neighbour, 1]);
    let guest = stage.world.user_thread(CoreId::PRIMARY, 6, number);
    let [block, _] = stage.world.ok(guest, Syscall::HeapAlloc, &[SIZE, 128]);
    stage.world.grant(guest, channel);
    let args = [channel, block, SIZE, 4];
    stage.world.ok(guest, Syscall::DmaConfigure, &args);
    stage.world.ok(guest, Syscall::DmaStart, &[channel]);
    let ended = stage.world.call(guest, Syscall::ThreadExit, &[0]);
    assert_eq!(ended, Outcome::Ended);
    assert!(stage.is_enabled(GatewayKind::HostIn, 4));
    stage.world.ok(root, Syscall::ObjectClose, &[neighbour]);
    assert!(!stage.is_enabled(GatewayKind::HostIn, 4));
    stage.world.ok(user, Syscall::ObjectClose, &[channel]);
}

#[test]
fn a_block_of_a_core_that_is_gone_is_not_given_to_others_under_a_device() {
    let mut stage = stage();
    let peer = stage.peer;
    let core = stage.world.kernel.thread(peer).core;
    let [block, _] = stage.world.ok(peer, Syscall::HeapAlloc, &[SIZE, 128]);
    let [kept, lost] = [1, 2].map(|index| stage.open(HOST_IN, index));
    let own = stage.block;
    for (channel, block) in [(kept, own), (lost, block)] {
        stage.configure(channel, block, SIZE).unwrap();
        stage.world.ok(stage.user, Syscall::DmaStart, &[channel]);
    }
    let domain = stage.world.kernel.own_domain(peer).unwrap();
    let (kernel, port) = (&mut stage.world.kernel, &mut stage.world.port);
    assert!(kernel.heap_take_back(port, domain, core));
    assert!(!kernel.heap_take_back(port, domain, core));
    assert!(stage.is_enabled(GatewayKind::HostIn, 1));
    assert!(!stage.is_enabled(GatewayKind::HostIn, 2));
    let start = stage.world.answer(stage.user, Syscall::DmaStart, &[lost]);
    assert_eq!(start, Err(SysError::BadState));
    assert_eq!(stage.world.kernel.dma.buffers().count(), 1);
}

#[test]
fn one_bad_entry_leaves_the_others_good() {
    let mut stage = stage();
    let user = stage.user;
    let good = stage.running(HOST_OUT, 0);
    let idle = stage.open(HOST_OUT, 1);
    let control = hda::address(GatewayKind::HostOut, 0, Reg::Control);
    let registers = stage.world.port.registers;
    registers.set(control, registers.get(control) | BNE);
    let write = hda::address(GatewayKind::HostOut, 0, Reg::WritePosition);
    registers.set(write, 96);
    let domain = stage.domain;
    stage.world.grant(user, domain);
    let status = |error: SysError| [0, 0, error.code() << 16, 0];
    let mut entries = [
        [good ^ 0x100, 32, 1, 1, 1, 1, 5, 6],
        [0, 32, 1, 2, 3, 4, 5, 6],
        [good, 32, 1, 1, 1, 1, 5, 6],
        [domain, 0, 1, 1, 1, 1, 5, 6],
        [idle, 0, 1, 1, 1, 1, 5, 6],
        [good, 97, 1, 1, 1, 1, 5, 6],
        [good, 0, 1, 1, 1, 1, 5, 6],
    ];
    let before = entries;
    assert_eq!(stage.exchange(user, &mut entries), [3, 0]);
    let told = [
        status(SysError::BadHandle),
        [1, 2, 3, 4],
        [32, 96, RUNNING, 64],
        status(SysError::WrongKind),
        status(SysError::BadState),
        status(SysError::InvalidValue),
        [0, 96, RUNNING, 96],
    ];
    for ((entry, before), told) in entries.iter().zip(before).zip(told) {
        assert_eq!(entry[..2], before[..2]);
        assert_eq!(entry[2..6], told);
        assert_eq!(entry[6..], before[6..]);
    }
}

#[test]
fn a_list_is_whole_entries_in_their_places() {
    let mut stage = stage();
    let user = stage.user;
    let at = stage.world.buffer(user);
    let call =
        |stage: &mut Stage, args: [u32; 2]| stage.world.call(user, Syscall::DmaExchange, &args);
    let most = MAX_EXCHANGE * ExchangeEntry::SIZE;
    let answered = |error: SysError| Outcome::Return([error.code(), 0, 0]);
    assert_eq!(
        call(&mut stage, [at, most + 1]),
        answered(SysError::TooLong)
    );
    assert_eq!(call(&mut stage, [at, 33]), answered(SysError::InvalidValue));
    assert_eq!(call(&mut stage, [at, 0]), Outcome::Return([0, 0, 0]));
    assert_eq!(
        call(&mut stage, [at, most]),
        Outcome::Return([0, MAX_EXCHANGE, 0])
    );
    assert_eq!(
        call(&mut stage, [at + 16, 32]),
        Outcome::BadPointer {
            argument: 0,
            address: at + 16
        }
    );
    // The last entry of a list may begin another page.
    let top = stage
        .world
        .kernel
        .thread(user)
        .stack
        .as_ref()
        .unwrap()
        .top();
    let beyond = call(&mut stage, [top - 32, 64]);
    assert_eq!(
        beyond,
        Outcome::BadPointer {
            argument: 0,
            address: top
        }
    );
}

#[test]
fn a_window_is_seen_with_its_rights_alone() {
    let mut stage = stage();
    let user = stage.user;
    let (kernel, port) = (&mut stage.world.kernel, &mut stage.world.port);
    let map = |window| Window::user_address(window);
    for window in [Window::FwRegisters, Window::Inbox] {
        let at = kernel.map_window(port, stage.domain, window);
        assert_eq!(at, Ok(map(window)));
    }
    assert_eq!(kernel.memory().audit(port), Ok(()));
    stage.world.check();
    let account = |stage: &mut Stage, at| stage.world.call(user, Syscall::Account, &[at]);
    let registers = map(Window::FwRegisters);
    assert_eq!(account(&mut stage, registers), Outcome::Return([0, 0, 0]));
    let objects = stage.world.kernel.account().objects;
    let seen = stage.world.bytes(user, registers, 4);
    assert_eq!(seen, objects.to_le_bytes());
    // The outbox behind the registers is the kernel's; the inbox is the host's.
    for at in [registers + 0x1000, map(Window::Inbox)] {
        let outcome = account(&mut stage, at);
        let refused = matches!(outcome, Outcome::BadPointer { .. });
        assert!(refused, "{at:#x} {outcome:?}");
    }
    let inbox = map(Window::Inbox);
    stage.world.ok(user, Syscall::Log, &[2, inbox + 0x1FFC, 4]);
    let beyond = stage
        .world
        .call(user, Syscall::Log, &[2, inbox + 0x1FFC, 8]);
    assert!(matches!(beyond, Outcome::BadPointer { .. }), "{beyond:?}");
}
