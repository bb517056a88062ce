//! Random system calls with random arguments.

use core::ptr;
use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::object::MAX_OBJECTS;
use acelab_abi::syscall::{
    Argument, Buffer, FOREVER, MAX_ARGS, MAX_DMA_BUFFER, SYSCALLS, SysError, Syscall, ThreadParams,
    flags,
};
use acelab_ipc4::TestResult;
use acelab_user::{AnyObject, Deadline, Object, now};

use super::super::check::{Failure, at_least, same};
use super::super::sandbox::launch;
use super::super::{Env, Outcome};
use super::arena::Arena;
use super::end::End;
use super::neighbours::{LATE_MICROS, Neighbours, Which};
use super::random::Random;

/// How long a thread may go on; one that waits for ever is aborted then.
const PATIENCE_MILLIS: u32 = 50;

/// How late a tick may be, in microseconds, beside a thread that may spawn: at
/// its end all its partitions go back to the pool at once.
const SPAWNER_MICROS: u64 = 5000;

/// Words of the block: state of the generator.
const STATE: usize = 0;
/// Calls that are left.
const LEFT: usize = 1;
/// Answers that no system call has.
const STRANGE: usize = 2;
/// Address of memory of the thread's own.
const MEMORY: usize = 3;
/// Address of code of its own.
const CODE: usize = 4;
/// Its domain.
const DOMAIN: usize = 5;
/// Words that calls have answered: handles and addresses.
const WORDS: usize = 8;
const KEPT: u32 = 48;

/// See the list.
pub fn random_syscalls(env: &Env) -> Outcome {
    let [seed, calls, spawns, ..] = env.args;
    let arena = Arena::new(env)?;
    let neighbours = Neighbours::start(&arena, Which::Everywhere)?;
    let before = arena.foreign().hash();
    let block = arena.block();
    block.set(STATE, Random::new(seed).state());
    block.set(LEFT, calls);
    block.set(MEMORY, arena.data().user());
    block.set(CODE, arena.code().user());
    block.set(DOMAIN, arena.domain().word());
    let mut threads = 0_u32;
    while block.get(LEFT) > 0 {
        let left = block.get(LEFT);
        let end = run(&arena, spawns != 0)?;
        threads += 1;
        // Each thread gets somewhere, whatever becomes of it.
        at_least(left, block.get(LEFT) + u32::from(end != End::Aborted))?;
        same(block.get(STRANGE), 0_u32)?;
        neighbours.ping()?;
    }
    same(arena.foreign().hash(), before)?;
    neighbours.stop_within(if spawns != 0 {
        SPAWNER_MICROS
    } else {
        LATE_MICROS
    })?;
    acelab_user::mark(0x7200_0000 | threads)?;
    Ok(TestResult::new(&[calls]))
}

fn run(arena: &Arena, spawns: bool) -> Result<End, Failure> {
    let mut builder = arena.plain_builder(caller, arena.block().user_uncached());
    if spawns {
        builder = builder.spawner().devices();
    }
    let objects = [AnyObject::from_handle(arena.domain().handle())];
    let thread = launch(&builder.stack_pages(2), &objects)?;
    loop {
        let left = arena.block().get(LEFT);
        match thread.join(Deadline::after_millis(PATIENCE_MILLIS)) {
            Ok(exit) => return Ok(exit.into()),
            Err(SysError::Timeout) if arena.block().get(LEFT) < left => {}
            Err(SysError::Timeout) => {
                thread.abort()?;
                return Ok(thread.join(Deadline::after_millis(PATIENCE_MILLIS))?.into());
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// What the thread knows, in its block.
struct Block(usize);

impl Block {
    fn word(&self, index: usize) -> &AtomicU32 {
        // SAFETY: a word of the thread's block, which the test has mapped; a
        // wrong address would stop the thread.
        unsafe { &*ptr::with_exposed_provenance::<AtomicU32>(self.0 + 4 * index) }
    }

    fn get(&self, index: usize) -> u32 {
        self.word(index).load(Ordering::Acquire)
    }

    fn set(&self, index: usize, word: u32) {
        self.word(index).store(word, Ordering::Release);
    }

    /// A word that a call has answered.
    fn kept(&self, random: &mut Random) -> u32 {
        self.get(WORDS + random.below(KEPT) as usize)
    }

    fn keep(&self, random: &mut Random, word: u32) {
        self.set(WORDS + random.below(KEPT) as usize, word);
    }
}

/// Makes system calls, user mode.
extern "C" fn caller(arg: u32) -> u32 {
    let block = Block(arg as usize);
    let mut random = Random::new(block.get(STATE));
    let mut params = [0; ThreadParams::WORDS];
    while block.get(LEFT) > 0 {
        draw_params(&block, &mut random, &mut params);
        let (number, args) = draw(&block, &mut random, &params);
        block.set(STATE, random.state());
        block.set(LEFT, block.get(LEFT) - 1);
        // SAFETY: none. The kernel must bear whatever this is; what it writes
        // is memory that nobody relies upon.
        let answer = unsafe { acelab_user::syscall(number, args) };
        if SysError::from_code(answer.status).is_none() {
            block.set(STRANGE, answer.status | 1 << 31);
        }
        if answer.status == SysError::Ok.code() && answer.first != 0 {
            block.keep(&mut random, answer.first);
        }
    }
    0
}

/// What threads do that it creates.
extern "C" fn child(arg: u32) -> u32 {
    arg
}

fn draw(
    block: &Block,
    random: &mut Random,
    params: &[u32; ThreadParams::WORDS],
) -> (usize, [usize; MAX_ARGS]) {
    let mut args = [0; MAX_ARGS];
    if random.once_in(128) {
        for arg in &mut args {
            *arg = anything(block, random) as usize;
        }
        return (random.below(2 * SYSCALLS.len() as u32) as usize, args);
    }
    let mut info = &SYSCALLS[random.below(SYSCALLS.len() as u32) as usize];
    let ends = matches!(
        info.syscall,
        Syscall::ThreadExit | Syscall::Panic | Syscall::Log | Syscall::Mark
    );
    if ends && !random.once_in(128) {
        info = Syscall::ClockNow.info();
    }
    let mut high = 0;
    for (slot, (_, argument)) in args.iter_mut().zip(info.args) {
        let word = if random.once_in(64) && !is_address(*argument) || random.once_in(2048) {
            anything(block, random)
        } else {
            match *argument {
                Argument::Handle(_) | Argument::AnyHandle => block.kept(random),
                Argument::Word => random.below(256),
                Argument::Range(least, most) => {
                    least + random.below((most - least).min(40).saturating_add(1))
                }
                Argument::Bits(mask) => random.word() & mask,
                Argument::DeadlineLow => {
                    let deadline = deadline(random);
                    high = (deadline >> 32) as u32;
                    deadline as u32
                }
                Argument::DeadlineHigh => high,
                Argument::In(Buffer::Words(_)) => params.as_ptr().expose_provenance() as u32,
                // As the DMA wants its buffers.
                Argument::Out(Buffer::Bytes(MAX_DMA_BUFFER)) => {
                    block.get(MEMORY) + 128 * random.below(8)
                }
                Argument::Length(MAX_DMA_BUFFER) => 32 * random.below(33),
                Argument::In(Buffer::Bytes(_)) | Argument::Out(_) => {
                    block.get(MEMORY) + 4 * random.below(64)
                }
                Argument::Length(_) => random.below(66),
                Argument::HeapAddress => block.kept(random),
            }
        };
        *slot = word as usize;
    }
    (info.syscall.number() as usize, args)
}

const fn is_address(argument: Argument) -> bool {
    matches!(argument, Argument::In(_) | Argument::Out(_))
}

fn deadline(random: &mut Random) -> u64 {
    match random.below(64) {
        0 => now().ticks() + u64::from(random.below(4000)),
        1 if random.once_in(16) => FOREVER,
        _ => u64::from(random.below(4)),
    }
}

/// A word of no meaning, or of the wrong one.
fn anything(block: &Block, random: &mut Random) -> u32 {
    match random.below(8) {
        0 => random.word(),
        1 => u32::MAX - random.below(8),
        2 => random.below(8),
        3 => 1 << random.below(32),
        4 => block.kept(random),
        5 => block.kept(random) + 0x100 * random.below(3),
        6 => block.get(MEMORY) + random.below(8192),
        _ => random.below(64) << 8 | random.below(MAX_OBJECTS as u32),
    }
}

fn draw_params(block: &Block, random: &mut Random, params: &mut [u32; ThreadParams::WORDS]) {
    let entry = (child as *const ()).expose_provenance() as u32;
    let mut new = ThreadParams {
        entry,
        arg: random.word(),
        stack_pages: 1 + random.below(2),
        priority: 20 + random.below(12),
        core: random.below(2),
        domain: if random.once_in(2) {
            0
        } else {
            block.get(DOMAIN)
        },
        flags: if random.once_in(2) {
            0
        } else {
            flags::SPAWN | flags::DEVICES
        },
        name: [u32::from_le_bytes(*b"kid\0"), 0, 0, 0],
    }
    .to_words();
    if random.once_in(4) {
        // Not the entry: what runs there would go on and on.
        let wrong = 1 + random.below(ThreadParams::WORDS as u32 - 1) as usize;
        new[wrong] = anything(block, random);
    }
    if random.once_in(16) {
        new[0] = block.get(MEMORY);
    }
    *params = new;
}
