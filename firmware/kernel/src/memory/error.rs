//! What can go wrong.

use acelab_abi::syscall::SysError;

/// Why the kernel did not do something with memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryError {
    /// The pool has no run of so many pages.
    NoPages,
    /// Some of the pages are prepared; the same request again prepares more. So
    /// nobody waits long for the kernel.
    Unfinished,
    /// All domains are taken.
    NoDomain,
    /// There is no such domain.
    BadDomain,
    /// The domain has as many attachments, or as many pages, as it may have.
    Quota,
    /// The partition is attached to the domain through this view already.
    Attached,
    /// The partition is not attached to the domain.
    NotAttached,
    /// The partition does not lie wholly in the part of the pool that has an
    /// uncached view.
    NoUncachedView,
    /// Somebody may write the partition and somebody would execute it.
    WritableAndExecutable,
    /// Stacks of threads still lie in the domain.
    InUse,
    /// The domain has a heap already.
    HasHeap,
    /// The domain has no heap.
    NoHeap,
    /// The heap has no free block of this size.
    HeapFull,
    /// A number of pages, a size or an alignment is out of its range, or an
    /// address is not one that the heap has given out.
    Invalid,
}

impl From<MemoryError> for SysError {
    fn from(error: MemoryError) -> Self {
        use MemoryError::*;
        match error {
            BadDomain => Self::BadHandle,
            NoPages | NoDomain | Quota | HeapFull => Self::NoMemory,
            Attached | WritableAndExecutable | InUse | Unfinished => Self::Busy,
            NotAttached | HasHeap | NoHeap => Self::BadState,
            NoUncachedView | Invalid => Self::InvalidValue,
        }
    }
}

#[cfg(test)]
mod tests {
    use acelab_abi::syscall::Syscall::{
        self, DomainCreate, HeapAlloc, HeapCreate, HeapFree, PartitionAttach, PartitionCreate,
        PartitionDetach, ThreadCreate,
    };

    use super::*;

    /// The calls that can meet each error, which therefore have it in the table.
    #[test]
    fn callers_are_told_what_the_table_says() {
        use MemoryError::*;
        let cases: [(MemoryError, SysError, &[Syscall]); 12] = [
            (
                NoPages,
                SysError::NoMemory,
                &[DomainCreate, PartitionCreate, ThreadCreate],
            ),
            (NoDomain, SysError::NoMemory, &[DomainCreate]),
            (Quota, SysError::NoMemory, &[PartitionAttach, HeapCreate]),
            (HeapFull, SysError::NoMemory, &[HeapAlloc]),
            (Attached, SysError::Busy, &[PartitionAttach]),
            (WritableAndExecutable, SysError::Busy, &[PartitionAttach]),
            (NotAttached, SysError::BadState, &[PartitionDetach]),
            (HasHeap, SysError::BadState, &[HeapCreate]),
            (NoHeap, SysError::BadState, &[HeapAlloc, HeapFree]),
            (NoUncachedView, SysError::InvalidValue, &[PartitionAttach]),
            (Invalid, SysError::InvalidValue, &[HeapAlloc, HeapFree]),
            (InUse, SysError::Busy, &[Syscall::ObjectClose]),
        ];
        for (error, answer, calls) in cases {
            assert_eq!(SysError::from(error), answer);
            for call in calls {
                assert!(call.info().errors.contains(&answer), "{call:?} {answer:?}");
            }
        }
    }
}
