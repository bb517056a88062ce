//! Every system call with every class of bad argument, made from the table: a
//! clean error or a bad pointer, and the kernel is as it was.

use std::vec::Vec;

use acelab_abi::core_id::CoreId;
use acelab_abi::memory::{PAGE_POOL, TEXT_AREA, USER_WINDOW};
use acelab_abi::object::ObjectKind;
use acelab_abi::syscall::{
    Argument, Buffer, GatewayKind, MAX_ARGS, SYSCALLS, SysError, Syscall, SyscallInfo,
};

use super::world::World;
use crate::ids::ThreadId;
use crate::port::CacheOperation;
use crate::system::Outcome;

/// What a bad argument is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    Error(SysError),
    BadPointer,
}

struct Stage {
    world: World,
    user: ThreadId,
    /// One object of each kind that the user may use, and one that it may not.
    own: Vec<u32>,
    foreign: Vec<u32>,
    /// A good buffer, and one that ends half in nothing.
    buffer: u32,
    half: u32,
    read_only: u32,
    elsewhere: u32,
}

fn objects(world: &mut World, gateway: u32) -> Vec<u32> {
    let root = world.root;
    let thread = {
        let core = CoreId::PRIMARY;
        let thread = world.kernel_thread(core, 30);
        world.kernel.thread_handle(thread)
    };
    let mut handles = std::vec![thread];
    let create: [(Syscall, &[u32]); 7] = [
        (Syscall::SemCreate, &[1, 2]),
        (Syscall::MutexCreate, &[]),
        (Syscall::EventCreate, &[]),
        (Syscall::TimerCreate, &[]),
        (Syscall::SlotCreate, &[]),
        (Syscall::DomainCreate, &[]),
        (Syscall::PartitionCreate, &[1]),
    ];
    for (syscall, args) in create {
        handles.push(world.create(root, syscall, args));
    }
    let link_out = u32::from(GatewayKind::LinkOut.number());
    handles.push(world.create(root, Syscall::DmaOpen, &[link_out, gateway]));
    handles
}

fn stage() -> Stage {
    let mut world = World::new(1);
    let root = world.root;
    let (domain, number) = world.domain();
    let (neighbour, _) = world.domain();
    let user = world.user_thread(CoreId::PRIMARY, 5, number);
    world.kernel.threads[user.index()].may_spawn = true;
    world.kernel.threads[user.index()].may_open = true;
    let own = objects(&mut world, 1);
    for handle in &own {
        world.grant(user, *handle);
    }
    let foreign = objects(&mut world, 2);
    let [data, buffer] = world.ok(root, Syscall::PartitionCreate, &[1]);
    world.ok(root, Syscall::PartitionAttach, &[domain, data, 3]);
    let [constants, read_only] = world.ok(root, Syscall::PartitionCreate, &[1]);
    world.ok(root, Syscall::PartitionAttach, &[domain, constants, 1]);
    let [other, elsewhere] = world.ok(root, Syscall::PartitionCreate, &[1]);
    world.ok(root, Syscall::PartitionAttach, &[neighbour, other, 3]);
    world.ok(root, Syscall::HeapCreate, &[domain, 1]);
    let half = world.kernel.thread(user).stack.as_ref().unwrap().top() - 4;
    Stage {
        world,
        user,
        own,
        foreign,
        buffer,
        half,
        read_only,
        elsewhere,
    }
}

impl Stage {
    fn good(&self, argument: Argument) -> u32 {
        let handle = |kind: ObjectKind| self.own[kind as usize - ObjectKind::Thread as usize];
        match argument {
            Argument::Handle(kind) => handle(kind),
            Argument::AnyHandle => handle(ObjectKind::Event),
            Argument::Range(least, _) => least,
            Argument::Bits(mask) => mask & mask.wrapping_neg(),
            Argument::In(_) | Argument::Out(_) => self.buffer,
            Argument::Length(most) => most.min(32),
            Argument::Word
            | Argument::DeadlineLow
            | Argument::DeadlineHigh
            | Argument::HeapAddress => 0,
        }
    }

    fn bad(&self, argument: Argument) -> Vec<(u32, Expect)> {
        use Expect::{BadPointer, Error};
        use SysError::{InvalidValue, Permission, TooLong, WrongKind};
        match argument {
            Argument::Handle(kind) => {
                let index = kind as usize - ObjectKind::Thread as usize;
                let mut bad = forged(self.own[index]);
                bad.push((self.foreign[index], Error(Permission)));
                for (other, handle) in self.own.iter().enumerate() {
                    if other != index {
                        bad.push((*handle, Error(WrongKind)));
                    }
                }
                bad
            }
            Argument::AnyHandle => {
                let mut bad = forged(self.own[2]);
                bad.extend(self.foreign.iter().map(|h| (*h, Error(Permission))));
                bad
            }
            Argument::Range(least, most) => {
                let outside = [least.wrapping_sub(1), most.wrapping_add(1), u32::MAX, 0];
                let outside = outside.into_iter().filter(|w| !(least..=most).contains(w));
                outside.map(|word| (word, Error(InvalidValue))).collect()
            }
            Argument::Bits(mask) => {
                let mut bad = std::vec![(0, Error(InvalidValue))];
                if mask != u32::MAX {
                    bad.push((!mask, Error(InvalidValue)));
                    bad.push((u32::MAX, Error(InvalidValue)));
                }
                bad
            }
            Argument::Length(most) => [most + 1, u32::MAX]
                .into_iter()
                .map(|word| (word, Error(TooLong)))
                .collect(),
            Argument::In(buffer) | Argument::Out(buffer) => {
                let mut bad = std::vec![
                    0,
                    4,
                    u32::MAX - 3,
                    0x7_3000,
                    PAGE_POOL.base,
                    0xA003_4000,
                    USER_WINDOW.base,
                    USER_WINDOW.end() - 8,
                    self.elsewhere,
                    self.half,
                ];
                if matches!(argument, Argument::Out(_)) {
                    bad.push(self.read_only);
                    bad.push(TEXT_AREA.base);
                }
                if matches!(buffer, Buffer::Words(_)) {
                    bad.push(self.buffer + 1);
                    bad.push(self.buffer + 2);
                }
                bad.into_iter().map(|word| (word, BadPointer)).collect()
            }
            Argument::Word
            | Argument::DeadlineLow
            | Argument::DeadlineHigh
            | Argument::HeapAddress => Vec::new(),
        }
    }
}

fn forged(good: u32) -> Vec<(u32, Expect)> {
    [
        0,
        1,
        good ^ 0x100,
        good & 0xFF,
        good | 0xFF00_0000,
        u32::MAX,
    ]
    .into_iter()
    .map(|word| (word, Expect::Error(SysError::BadHandle)))
    .collect()
}

fn try_one(stage: &mut Stage, info: &SyscallInfo, index: usize, (word, expect): (u32, Expect)) {
    let mut words = [0; MAX_ARGS];
    for (to, (_, argument)) in words.iter_mut().zip(info.args) {
        *to = stage.good(*argument);
    }
    words[index] = word;
    let digest = stage.world.kernel.digest(&stage.world.port, None);
    let outcome = stage.world.raw(stage.user, info.syscall.number(), words);
    let name = info.name;
    match (expect, outcome) {
        (Expect::Error(error), Outcome::Return(words)) => {
            assert_eq!(words, [error.code(), 0, 0], "{name} {index} {word:#x}");
        }
        (Expect::BadPointer, Outcome::BadPointer { argument, .. }) => {
            assert_eq!(argument, index, "{name} {word:#x}");
        }
        (expect, outcome) => panic!("{name} {index} {word:#x}: {expect:?} {outcome:?}"),
    }
    let after = stage.world.kernel.digest(&stage.world.port, None);
    assert_eq!(after, digest, "{name} {index} {word:#x}");
}

#[test]
fn every_call_with_every_bad_argument_changes_nothing() {
    let mut stage = stage();
    let mut tried = 0;
    for info in SYSCALLS {
        for (index, (_, argument)) in info.args.iter().enumerate() {
            for bad in stage.bad(*argument) {
                try_one(&mut stage, info, index, bad);
                tried += 1;
            }
        }
    }
    assert!(tried > 400, "{tried}");
}

#[test]
fn unknown_numbers_are_no_calls() {
    let mut stage = stage();
    for number in [SYSCALLS.len() as u32, 1000, u32::MAX] {
        let outcome = stage.world.raw(stage.user, number, [0; MAX_ARGS]);
        assert_eq!(
            outcome,
            Outcome::Return([SysError::BadSyscall.code(), 0, 0])
        );
    }
}

#[test]
fn a_wrong_value_is_an_error_even_beside_a_bad_pointer() {
    let mut stage = stage();
    let slot = stage.own[5];
    let wrong = stage
        .world
        .answer(stage.user, Syscall::SlotSend, &[slot, 0, 65]);
    assert_eq!(wrong, Err(SysError::TooLong));
    let nothing = stage.world.answer(stage.user, Syscall::Log, &[0, 0, 0]);
    assert_eq!(nothing, Ok([0, 0]), "no byte of it is touched");
}

#[test]
fn text_accounts_marks_and_the_cache_reach_the_port() {
    let mut stage = stage();
    let (user, buffer) = (stage.user, stage.buffer);
    let world = &mut stage.world;
    world.bytes(user, buffer, 5).copy_from_slice(b"hello");
    world.ok(user, Syscall::Log, &[2, buffer, 5]);
    assert_eq!(world.port.lines, [(user, 2, b"hello".to_vec())]);
    let panic = world.call(user, Syscall::Panic, &[buffer, 4]);
    assert_eq!(panic, Outcome::Panic);
    assert_eq!(world.port.last_words, [(user, b"hell".to_vec())]);
    world.ok(user, Syscall::Account, &[buffer]);
    let objects = world.kernel.account().objects;
    assert_eq!(world.bytes(user, buffer, 4), objects.to_le_bytes());
    world.ok(user, Syscall::Cache, &[buffer, 64, 2]);
    // Where the kernel has it, not where the user sees it.
    let at = buffer + 0x4000_0000;
    assert_eq!(world.port.cached, [(at, 64, CacheOperation::Invalidate)]);
    let mark = world.answer(user, Syscall::Mark, &[9]);
    assert_eq!(mark, Err(SysError::NotSupported));
    world.port.marks = Some(Vec::new());
    world.ok(user, Syscall::Mark, &[9]);
    assert_eq!(world.port.marks, Some(std::vec![9]));
    world.port.now = 0x5_0000_0006;
    assert_eq!(world.ok(user, Syscall::ClockNow, &[]), [6, 5]);
}
