//! Pages of loadable modules: who reaches what.

use acelab_abi::memory::{LIBRARY_STORE, MODULE_WINDOW, PAGE_SIZE};
use acelab_abi::syscall::Syscall;
use acelab_ipc4::TestResult;
use acelab_kernel::ids::DomainId;
use acelab_kernel::memory::{Draft, MemoryError, ModuleRange, Segment, SegmentRights};
use acelab_user::{Deadline, Domain, Entry, ExitReason, Object, Semaphore, SysError};

use super::check::{Failure, ends_as, ends_with, holds, same};
use super::sandbox::{Sandbox, launch, threads};
use super::{Env, Outcome, passed};
use crate::debug::provoke::asm;
use crate::{kernel, segments};

/// Words of the board.
const ADDRESS: usize = 0;
const GO: usize = 1;
const READY: usize = 2;

/// EXCCAUSE of what the rights of a page forbid.
const FETCH_MISS: u32 = 16;
const FETCH: u32 = 20;
const MISS: u32 = 24;
const PRIVILEGE: u32 = 26;
const LOAD: u32 = 28;
const STORE: u32 = 29;

/// Where the images of the tests lie: at the end, far from real ones.
const TEXT: u32 = MODULE_WINDOW.end() - 0x2_0000;
const CONSTANTS: u32 = TEXT + PAGE_SIZE;
const DATA: u32 = TEXT + 2 * PAGE_SIZE;
/// Pages of data: more than are mapped in one step.
const DATA_PAGES: u32 = 20;
const BEHIND: u32 = DATA + DATA_PAGES * PAGE_SIZE;

/// What the last word of constants and data holds.
const PATTERN: u32 = 0x1234_5678;

fn load(address: u32) -> u32 {
    // SAFETY: the page is mapped for the thread, or the load stops it.
    unsafe { asm::dbg_load(address) }
}

fn store(address: u32) {
    // SAFETY: the page is one of the test's own, and only tests look at it.
    unsafe { asm::dbg_store(address) }
}

fn call(address: u32) -> u32 {
    // SAFETY: a function lies there, or the fetch stops the thread.
    let function =
        unsafe { core::mem::transmute::<usize, extern "C" fn() -> u32>(address as usize) };
    function()
}

threads! {
    fn loads(board, _) { load(board.get(ADDRESS)) }

    fn stores(board, _) {
        store(board.get(ADDRESS));
        1
    }

    fn executes(board, _) { call(board.get(ADDRESS)) }

    /// Has the kernel read from there, then write to there.
    fn asks(board, number) {
        let call = if number == 0 { Syscall::Log } else { Syscall::Account };
        let address = board.get(ADDRESS) as usize;
        let args = if number == 0 { [2, address, 4, 0, 0] } else { [address, 0, 0, 0, 0] };
        // SAFETY: the kernel stops the thread, or writes to memory that only the
        // test looks at.
        unsafe { acelab_user::syscall(call.number() as usize, args) }.status
    }

    /// Executes the module's function and reads its data; then waits, and does it
    /// again.
    fn runs_twice(board, _) {
        same(call(TEXT), 42_u32)?;
        same(load(BEHIND - 4), PATTERN)?;
        board.object::<Semaphore>(READY)?.give()?;
        board.object::<Semaphore>(GO)?.take(Deadline::FOREVER)?;
        load(BEHIND - 4)
    }

    fn runs(_, number) {
        same(call(TEXT), 42_u32)?;
        same(load(CONSTANTS + PAGE_SIZE - 4), PATTERN)?;
        let data = core::ptr::with_exposed_provenance_mut::<u32>(DATA as usize);
        // SAFETY: the page is mapped for this thread, and belongs to its domain.
        unsafe {
            same(data.read_volatile(), 0_u32)?;
            data.write_volatile(number);
            data.read_volatile()
        }
    }
}

impl From<MemoryError> for Failure {
    #[track_caller]
    fn from(error: MemoryError) -> Self {
        SysError::from(error).into()
    }
}

/// A segment, and the domains that it is mapped into; nothing is left of it at
/// the end.
struct Loaded {
    segment: Option<Segment>,
    domains: [Option<DomainId>; 2],
}

impl Loaded {
    fn new(
        va: u32,
        pages: u32,
        rights: SegmentRights,
        fill: impl FnOnce(&mut [u32]),
    ) -> Result<Self, Failure> {
        let mut draft = draft(va, pages, rights)?;
        fill(segments::words(&mut draft));
        Ok(Self {
            segment: Some(segments::seal(draft)),
            domains: [None; 2],
        })
    }

    fn segment(&self) -> Result<&Segment, Failure> {
        self.segment
            .as_ref()
            .ok_or_else(|| SysError::BadState.into())
    }

    fn map(&mut self, domain: Domain) -> Result<(), Failure> {
        let id = id(domain)?;
        segments::map(id, self.segment()?)?;
        let free = self.domains.iter_mut().find(|slot| slot.is_none());
        *free.ok_or(SysError::NoMemory)? = Some(id);
        Ok(())
    }

    fn unmap(&mut self, domain: Domain) -> Result<(), Failure> {
        let id = id(domain)?;
        segments::unmap(id, self.segment()?)?;
        for slot in &mut self.domains {
            slot.take_if(|other| *other == id);
        }
        Ok(())
    }

    fn kernel_address(&self) -> Result<u32, Failure> {
        Ok(self.segment()?.kernel_address().get())
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        let Some(segment) = self.segment.take() else {
            return;
        };
        for id in self.domains.iter().flatten() {
            // A domain that is closed has let go of it.
            let _ = segments::unmap(*id, &segment);
        }
        if segments::free(segment).is_err() {
            crate::klog::log!(Error, "ktest", "a segment is still mapped");
        }
    }
}

fn draft(va: u32, pages: u32, rights: SegmentRights) -> Result<Draft, Failure> {
    let range = ModuleRange::new(va, pages as usize).ok_or(SysError::InvalidValue)?;
    Ok(segments::take(range, rights)?)
}

fn id(domain: Domain) -> Result<DomainId, SysError> {
    kernel::enter_from_thread(|kernel, _| kernel.domain_named(domain.word()))
}

/// An image of three segments.
fn image() -> Result<[Loaded; 3], Failure> {
    let pattern = |words: &mut [u32]| {
        if let Some(last) = words.last_mut() {
            *last = PATTERN;
        }
    };
    Ok([
        Loaded::new(TEXT, 1, SegmentRights::ReadExecute, |words| {
            // movi a2, 42; ret
            words[0] = 0x802A_A022;
        })?,
        Loaded::new(CONSTANTS, 1, SegmentRights::Read, pattern)?,
        Loaded::new(DATA, DATA_PAGES, SegmentRights::ReadWrite, pattern)?,
    ])
}

/// What a thread does that it must not: what it executes, where, with which
/// number, and how it ends.
struct Attack {
    entry: Entry,
    address: u32,
    number: u32,
    reason: ExitReason,
    value: u32,
}

fn attack(kind: u32, image: &[Loaded; 3]) -> Result<Attack, Failure> {
    let [text, constants, data] = image;
    let fault = |entry, address, value| Attack {
        entry,
        address,
        number: 0,
        reason: ExitReason::Faulted,
        value,
    };
    let asked = |address, number, call: Syscall| Attack {
        entry: asks,
        address,
        number,
        reason: ExitReason::BadPointer,
        value: call.number(),
    };
    Ok(match kind {
        0 => fault(stores, TEXT, STORE),
        1 => fault(stores, CONSTANTS, STORE),
        2 => fault(executes, CONSTANTS, FETCH),
        3 => fault(executes, DATA, FETCH),
        4 => fault(loads, BEHIND, LOAD),
        5 => fault(loads, TEXT - 4, LOAD),
        // The kernel's own addresses of the same pages.
        6 => fault(stores, text.kernel_address()?, PRIVILEGE),
        7 => fault(loads, data.kernel_address()?, PRIVILEGE),
        8 => fault(executes, text.kernel_address()?, 18),
        // The place of the page in the window, were it a partition.
        9 => fault(loads, constants.kernel_address()? - 0x4000_0000, LOAD),
        10 => fault(loads, LIBRARY_STORE.base, PRIVILEGE),
        11 => fault(stores, LIBRARY_STORE.end() - 4, PRIVILEGE),
        12 => fault(executes, LIBRARY_STORE.base, FETCH_MISS),
        13 => fault(loads, LIBRARY_STORE.end(), MISS),
        14 => asked(BEHIND, 0, Syscall::Log),
        15 => asked(LIBRARY_STORE.base, 0, Syscall::Log),
        16 => asked(TEXT, 1, Syscall::Account),
        17 => asked(CONSTANTS, 1, Syscall::Account),
        18 => fault(stores, BEHIND, STORE),
        19 => fault(executes, BEHIND, FETCH),
        20 => fault(stores, TEXT - 4, STORE),
        21 => fault(executes, TEXT - 4, FETCH),
        22 => fault(loads, text.kernel_address()?, PRIVILEGE),
        23 => fault(stores, data.kernel_address()?, PRIVILEGE),
        24 => fault(executes, data.kernel_address()?, 18),
        25 => fault(stores, constants.kernel_address()? - 0x4000_0000, STORE),
        26 => fault(executes, constants.kernel_address()? - 0x4000_0000, FETCH),
        27 => fault(stores, LIBRARY_STORE.end(), MISS),
        28 => fault(executes, LIBRARY_STORE.end(), FETCH_MISS),
        // Of a domain that has the image no more.
        FIRST_UNMAPPED => fault(executes, TEXT, FETCH),
        30 => fault(loads, CONSTANTS, LOAD),
        31 => fault(stores, DATA, STORE),
        32 => fault(loads, DATA, LOAD),
        _ => return Err(SysError::InvalidValue.into()),
    })
}

/// From this kind on, the image is taken away before.
const FIRST_UNMAPPED: u32 = 29;

/// See the list.
pub fn module_rights(env: &Env) -> Outcome {
    let [kind, ..] = env.args;
    let sandbox = Sandbox::new(env)?;
    let mut image = image()?;
    for segment in &mut image {
        segment.map(sandbox.domain())?;
    }
    let attack = attack(kind, &image)?;
    let gone = kind >= FIRST_UNMAPPED;
    if gone {
        for segment in &mut image {
            segment.unmap(sandbox.domain())?;
        }
    }
    sandbox.board().set(ADDRESS, attack.address);
    let builder = sandbox.builder("victim", attack.entry, attack.number);
    ends_as(*launch(&builder, &[])?, attack.reason, attack.value)?;
    if gone {
        for segment in &mut image {
            segment.map(sandbox.domain())?;
        }
    }
    // Nothing of the module has changed, and it does what it did.
    ends_with(*launch(&sandbox.builder("runs", runs, 7), &[])?, 7)?;
    passed()
}

/// See the list.
pub fn module_use(env: &Env) -> Outcome {
    let one = Sandbox::new(env)?;
    let two = Sandbox::new(env)?;
    let before = kernel::renewals();
    let [mut text, mut constants, mut first] = image()?;
    let [_, _, mut second] = image()?;
    // For each of the six, every core has emptied its caches.
    let six = before.map(|before| before + 6);
    holds(six.is_some() && kernel::renewals() == six)?;
    for sandbox in [&one, &two] {
        text.map(sandbox.domain())?;
        constants.map(sandbox.domain())?;
    }
    first.map(one.domain())?;
    same(segments::domains(text.segment()?) as u32, 2_u32)?;
    // Data is of one domain alone.
    holds(first.map(two.domain()).is_err())?;
    second.map(two.domain())?;
    audit()?;
    for (sandbox, number) in [(&one, 1), (&two, 2)] {
        ends_with(
            *launch(&sandbox.builder("runs", runs, number), &[])?,
            number,
        )?;
    }
    // The kernel sees each domain's own.
    for (data, number) in [(&first, 1), (&second, 2)] {
        same(load(data.kernel_address()?), number as u32)?;
    }
    // What a system call writes there is written.
    one.board().set(ADDRESS, DATA);
    ends_with(*launch(&one.builder("asks", asks, 1), &[])?, 0)?;
    holds(load(first.kernel_address()?) > 1)?;
    // Taken away from one in the middle, it stays with the other.
    let (go, ready) = (Semaphore::create(0, 1)?, Semaphore::create(0, 1)?);
    for sandbox in [&one, &two] {
        sandbox.board().set(GO, go.word());
        sandbox.board().set(READY, ready.word());
    }
    let builder = one.builder("victim", runs_twice, 0);
    let victim = launch(&builder, &[go.any(), ready.any()])?;
    ready.take(Deadline::FOREVER)?;
    first.unmap(one.domain())?;
    text.unmap(one.domain())?;
    go.give()?;
    ends_as(*victim, ExitReason::Faulted, LOAD)?;
    let builder = two.builder("goes_on", runs_twice, 0);
    let goes_on = launch(&builder, &[go.any(), ready.any()])?;
    ready.take(Deadline::FOREVER)?;
    go.give()?;
    ends_with(*goes_on, PATTERN)?;
    audit()?;
    drop((victim, goes_on));
    // A domain that is closed lets go of them by itself.
    drop(two);
    same(segments::domains(text.segment()?) as u32, 0_u32)?;
    audit()?;
    Ok(TestResult::new(&[DATA_PAGES + 2]))
}

fn audit() -> Result<(), Failure> {
    holds(kernel::enter_from_thread(|kernel, port| {
        kernel.memory().audit(port).is_ok()
    }))
}
