//! What the TLBs hold, against the page tables.

use acelab_abi::core_id::CoreId;
use acelab_abi::kernel_test::FaultSwitch;
use acelab_abi::memory::{PAGE_SIZE, Region, USER_WINDOW};
use acelab_ipc4::TestResult;
use acelab_kernel::arch::xtensa::mmu::{Entry, Tlb, kernel_tables, layout, refilled, wired};
use acelab_kernel::ids::{DomainId, MAX_DOMAINS};
use acelab_kernel::memory::{KernelTable, Memory, Pte, Rights, WIRED, asid};
use acelab_kernel::port::Port;
use acelab_user::{Deadline, Domain, Object, Partition, Semaphore, SysError, rights};

use super::check::{Failure, at_least, ends_with, holds, same};
use super::sandbox::{Sandbox, launch, prepare, threads};
use super::switch::Switched;
use super::{Env, Outcome};
use crate::debug::provoke::asm;
use crate::kernel;

/// Words of the board.
const ADDRESS: usize = 0;
const GO: usize = 1;
const READY: usize = 2;
const DOMAIN: usize = 3;
const PARTITION: usize = 4;
const DETACH: usize = 5;
const DETACHED: usize = 6;

/// Pages that the thread touches: as many as the TLB takes. The way back to the
/// tester pushes some of them out again.
const PAGES: u32 = 16;

threads! {
    /// Loads from each page, wakes the tester at once, and waits, so that its
    /// domain lives on.
    fn touches(board, _) {
        for page in 0..PAGES {
            // SAFETY: the page is mapped for the thread, or the load stops it.
            unsafe { asm::dbg_load(board.get(ADDRESS) + page * PAGE_SIZE) };
        }
        board.object::<Semaphore>(READY)?.give()?;
        board.object::<Semaphore>(GO)?.take(Deadline::FOREVER)?;
        0
    }

    /// Takes the pages away, on another core, as soon as it is told to. It is told by a
    /// word, because a system call of the tester would use the TLB that is looked at.
    fn detaches(board, _) {
        while board.get(DETACH) == 0 {
            core::hint::spin_loop();
        }
        let partition = board.object::<Partition>(PARTITION)?;
        board.object::<Domain>(DOMAIN)?.detach(partition)?;
        board.set(DETACHED, 1);
        0
    }
}

/// The word of a page table that an entry was read from, as it is now.
fn source(memory: &Memory, port: &impl Port, entry: &Entry) -> Option<Pte> {
    let (table, index) = if let Some((table, index)) = KernelTable::of(entry.va) {
        let tables = kernel_tables();
        let table = match table {
            KernelTable::Cached => tables.cached,
            KernelTable::Uncached => tables.uncached,
        };
        (table, index)
    } else {
        let domain = (0..MAX_DOMAINS)
            .filter_map(DomainId::new)
            .find(|domain| asid(*domain) == entry.asid)?;
        let index = entry.va.checked_sub(USER_WINDOW.base)? / PAGE_SIZE;
        (memory.page_table(domain)?, index as usize)
    };
    Some(Pte::from_word(port.read_entry(table, index)))
}

/// Every entry of both TLBs of this core is what its page table says. How many
/// there are, and how many of them are in `window` and map something.
fn agree(window: Region) -> Result<(u32, u32), Failure> {
    let mut wrong = None;
    let (mut all, mut inside) = (0, 0);
    kernel::enter_from_thread(|kernel, port| {
        for entry in [Tlb::Instruction, Tlb::Data].into_iter().flat_map(refilled) {
            let expected = source(kernel.memory(), port, &entry);
            if expected != Some(entry.source()) {
                wrong = Some((entry, expected));
            }
            all += 1;
            if window.contains(entry.va, 1) && entry.source().mapping().is_some() {
                inside += 1;
            }
        }
    });
    if let Some((entry, expected)) = wrong {
        // The page goes into the report as well.
        let at = u64::from(entry.va) << 32;
        let expected = expected.map_or(0, Pte::word);
        same(
            at | u64::from(entry.source().word()),
            at | u64::from(expected),
        )?;
    }
    Ok((all, inside))
}

/// The fixed entries of this core's TLBs are those of the kernel's layout: what is
/// executed in both, the rest in that for loads and stores.
fn wired_as_laid_out() -> Result<(), Failure> {
    for tlb in [Tlb::Instruction, Tlb::Data] {
        let mut expected = WIRED.iter().flat_map(|area| {
            let rights = match (tlb, area.rights) {
                (Tlb::Data, Rights::ReadExecute) => Some(Rights::Read),
                (Tlb::Instruction, rights) if !rights.executable() => None,
                (_, rights) => Some(rights),
            };
            let parts = (0..area.va.size).step_by(1 << 20);
            parts.filter_map(move |offset| {
                let entry = Pte::new(area.pa + offset, area.ring, rights?);
                Some((area.va.base + offset, entry))
            })
        });
        for entry in wired(tlb) {
            let (va, word) = expected.next().ok_or(SysError::BadState)?;
            same(entry.va, va)?;
            same(entry.source().word(), word.word())?;
        }
        holds(expected.next().is_none())?;
    }
    Ok(())
}

/// See the list.
pub fn tlb(env: &Env) -> Outcome {
    let [other, without, ..] = env.args;
    let other = CoreId::new(other as u8).ok_or(SysError::InvalidValue)?;
    let sandbox = Sandbox::new(env)?;
    let domain = sandbox.domain();
    let board = sandbox.board();
    let (partition, address) = Partition::create(PAGES)?;
    let window = Region::new(address, PAGES * PAGE_SIZE);
    domain.attach(*partition, rights::READ)?;
    let (go, ready) = (Semaphore::create(0, 1)?, Semaphore::create(0, 1)?);
    board.set(ADDRESS, address);
    board.set(GO, go.word());
    board.set(READY, ready.word());
    board.set(DOMAIN, domain.word());
    board.set(PARTITION, partition.word());
    let detacher = sandbox.kernel_builder("detaches", detaches, 0).core(other);
    let detacher = prepare(&detacher, &[domain.any(), partition.any()])?;
    let switched = Switched::when(without, FaultSwitch::WithoutShootDown);
    if other != env.core {
        detacher.start()?;
    }
    // From here on whatever uses the TLB of this core pushes out what is looked for.
    let toucher = sandbox.builder("touches", touches, 0);
    let toucher = launch(&toucher, &[go.any(), ready.any()])?;
    ready.take(Deadline::FOREVER)?;
    let (_, touched) = agree(window)?;
    at_least(touched, 1_u32)?;
    if other == env.core {
        domain.detach(*partition)?;
    } else {
        board.set(DETACH, 1);
        // Awake, so that nothing else on this core needs the TLB.
        while board.get(DETACHED) == 0 {
            core::hint::spin_loop();
        }
    }
    let (all, left) = agree(window)?;
    drop(switched);
    same(left, 0_u32)?;
    holds(layout().check().is_ok())?;
    wired_as_laid_out()?;
    holds(kernel::enter_from_thread(|kernel, port| {
        kernel.memory().audit(port).is_ok()
    }))?;
    go.give()?;
    ends_with(*toucher, 0)?;
    drop((toucher, detacher));
    // Both let go of it; of the domain, nothing is left then.
    drop(sandbox);
    let (_, left) = agree(USER_WINDOW)?;
    same(left, 0_u32)?;
    Ok(TestResult::new(&[touched, all]))
}
