//! Atomic operations, of which the core has only a 32-bit compare-and-swap.

use core::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicPtr, AtomicU8, AtomicU16, AtomicU32,
    Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
};

use crate::Group;
use crate::group::{Run, group};

macro_rules! atomic {
    ($name:ident $atomic:ident $int:ident) => {
        fn $name(run: &mut Run) {
            let Run { inputs, hash } = run;
            // Neighbours in one word must not disturb each other.
            let cells = [const { $atomic::new(0) }; 5];
            inputs.pairs::<$int>(80, |a, b| {
                let cell = &cells[(a as u8 % 5) as usize];
                hash.put(cell.fetch_add(a, SeqCst));
                hash.put(cell.fetch_sub(b, Relaxed));
                hash.put(cell.fetch_and(a | 0x55, AcqRel));
                hash.put(cell.fetch_or(b, Acquire));
                hash.put(cell.fetch_xor(a, Release));
                hash.put(cell.fetch_nand(b, SeqCst));
                hash.put(cell.fetch_max(a, SeqCst));
                hash.put(cell.fetch_min(b, SeqCst));
                hash.put(cell.swap(a, AcqRel));
                hash.put(cell.compare_exchange(a, b, SeqCst, Relaxed).is_ok());
                hash.put(
                    cell.compare_exchange(a, !b, SeqCst, Acquire)
                        .unwrap_or_else(|old| old),
                );
                hash.put(
                    cell.fetch_update(SeqCst, SeqCst, |v| v.checked_add(3))
                        .is_ok(),
                );
                cell.store(b, Release);
                for cell in &cells {
                    hash.put(cell.load(Acquire));
                }
            });
        }
    };
}

atomic! { atomic_u8 AtomicU8 u8 }
atomic! { atomic_i8 AtomicI8 i8 }
atomic! { atomic_u16 AtomicU16 u16 }
atomic! { atomic_i16 AtomicI16 i16 }
atomic! { atomic_u32 AtomicU32 u32 }
atomic! { atomic_i32 AtomicI32 i32 }

fn atomic_bool(run: &mut Run) {
    let Run { inputs, hash } = run;
    let cells = [const { AtomicBool::new(false) }; 4];
    for _ in 0..200 {
        let cell = &cells[inputs.below(4) as usize];
        let value = inputs.bool();
        hash.put(match inputs.below(6) {
            0 => cell.fetch_and(value, SeqCst),
            1 => cell.fetch_or(value, Relaxed),
            2 => cell.fetch_xor(value, AcqRel),
            3 => cell.swap(value, SeqCst),
            4 => cell.fetch_not(Relaxed),
            _ => cell.compare_exchange(value, !value, SeqCst, SeqCst).is_ok(),
        });
        hash.put(
            cells
                .iter()
                .fold(0u8, |all, cell| all << 1 | cell.load(Acquire) as u8),
        );
    }
}

fn atomic_pointer(run: &mut Run) {
    let Run { inputs, hash } = run;
    let mut values = [11u32, 22, 33, 44];
    let base = values.as_mut_ptr();
    let cell = AtomicPtr::new(base);
    for _ in 0..100 {
        let next = base.wrapping_add(inputs.below(4) as usize);
        let old = cell.swap(next, AcqRel);
        hash.put(old as usize - base as usize);
        hash.put(
            cell.compare_exchange(base, base.wrapping_add(3), SeqCst, Relaxed)
                .is_ok(),
        );
        hash.put(cell.load(Acquire) as usize - base as usize);
    }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("atomics/u8", atomic_u8),
    group!("atomics/i8", atomic_i8),
    group!("atomics/u16", atomic_u16),
    group!("atomics/i16", atomic_i16),
    group!("atomics/u32", atomic_u32),
    group!("atomics/i32", atomic_i32),
    group!("atomics/bool", atomic_bool),
    group!("atomics/pointer", atomic_pointer),
];
