//! What threads may reach, found out by walking page tables as the MMU does,
//! and the copies that the kernel makes for them.

use acelab_abi::memory::{PAGE_SIZE, USER_WINDOW, is_uncached, to_uncached};

use super::domain::{Domain, user_index};
use super::pointer::{BadPointer, PointerFault, UserBytes, UserPointer};
use super::pte::{Mapping, Pte};
use super::rights::{Access, Ring};
use super::{KernelTable, Memory, WIRED};
use crate::ids::DomainId;
use crate::port::{CacheOperation, Port};

/// Whose view of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Space {
    /// A thread of ring 0: text, read-only data, the kernel's own data and
    /// stacks, the windows, the library store, and the pool. Not the user window, because which
    /// domain is mapped there is an accident; not hardware registers, and not
    /// page tables.
    Kernel,
    /// A thread of a domain, in ring 0 too: what is mapped in it, and text and
    /// read-only data.
    Domain(DomainId),
}

impl Memory {
    /// What is mapped at an address, for everybody who has the ring for it.
    #[must_use]
    pub fn mapping(&self, port: &impl Port, space: Space, va: u32) -> Option<Mapping> {
        if let Some(area) = WIRED.iter().find(|area| area.va.contains(va, 1)) {
            return Some(Mapping {
                pa: va & !(PAGE_SIZE - 1),
                ring: area.ring,
                rights: area.rights,
            });
        }
        let word = if let Some((table, index)) = KernelTable::of(va) {
            port.read_entry(self.tables.of(table), index)
        } else if let (Space::Domain(id), Some(index)) = (space, user_index(va)) {
            port.read_entry(self.page_table(id)?, index)
        } else {
            return None;
        };
        Pte::from_word(word).mapping()
    }

    /// Whether a thread may start at an address.
    #[must_use]
    pub fn may_execute(&self, port: &impl Port, space: Space, address: u32) -> bool {
        self.allowed(port, space, address)
            .is_some_and(|mapping| mapping.rights.executable())
    }

    /// Judges a claim.
    ///
    /// # Errors
    /// When any byte of it is not the thread's to access so.
    pub fn check(
        &self,
        port: &impl Port,
        space: Space,
        claim: UserBytes,
        access: Access,
    ) -> Result<(), BadPointer> {
        for (address, _) in pieces(claim) {
            self.kernel_address(port, space, address, access)?;
        }
        Ok(())
    }

    /// Copies what a thread points to, once; answers the part of `into` that
    /// holds it.
    ///
    /// # Errors
    /// When the thread may not read all of it; `into` is as it was then.
    ///
    /// # Panics
    /// When `into` is shorter than the claim: the caller has not checked the
    /// length.
    pub fn read<'a>(
        &self,
        port: &impl Port,
        space: Space,
        claim: UserBytes,
        into: &'a mut [u8],
    ) -> Result<&'a [u8], BadPointer> {
        let (into, _) = into.split_at_mut(claim.len() as usize);
        self.check(port, space, claim, Access::Read)?;
        let mut rest = &mut *into;
        for (address, len) in pieces(claim) {
            let from = self.kernel_address(port, space, address, Access::Read)?;
            let (piece, next) = rest.split_at_mut(len as usize);
            port.read(from, piece);
            rest = next;
        }
        Ok(into)
    }

    /// Copies the words that a thread points to, once.
    ///
    /// # Errors
    /// When the thread may not read all of them.
    pub fn read_words<const N: usize>(
        &self,
        port: &impl Port,
        space: Space,
        claim: UserPointer<N>,
    ) -> Result<[u32; N], BadPointer> {
        let mut words = [0; N];
        self.read_all(port, space, claim.bytes(), &mut words)?;
        Ok(words)
    }

    /// For every number of words.
    fn read_all(
        &self,
        port: &impl Port,
        space: Space,
        claim: UserBytes,
        words: &mut [u32],
    ) -> Result<(), BadPointer> {
        self.check(port, space, claim, Access::Read)?;
        let mut rest = words;
        for (address, len) in pieces(claim) {
            let from = self.kernel_address(port, space, address, Access::Read)?;
            let (piece, next) = rest.split_at_mut(len as usize / 4);
            port.read_words(from, piece);
            rest = next;
        }
        Ok(())
    }

    /// Copies to the front of what a thread points to.
    ///
    /// # Errors
    /// When the thread may not write all of its claim, however much there is to
    /// copy; nothing is written then.
    ///
    /// # Panics
    /// When `from` is longer than the claim: the caller has not checked the
    /// length.
    pub fn write(
        &self,
        port: &mut impl Port,
        space: Space,
        claim: UserBytes,
        from: &[u8],
    ) -> Result<(), BadPointer> {
        assert!(from.len() <= claim.len() as usize, "longer than the claim");
        self.check(port, space, claim, Access::Write)?;
        let mut rest = from;
        for (address, len) in pieces(claim.first(from.len() as u32)) {
            let to = self.kernel_address(port, space, address, Access::Write)?;
            let (piece, next) = rest.split_at(len as usize);
            port.write(to, piece);
            rest = next;
        }
        Ok(())
    }

    /// Copies words to where a thread points to.
    ///
    /// # Errors
    /// When the thread may not write all of them; nothing is written then.
    pub fn write_words<const N: usize>(
        &self,
        port: &mut impl Port,
        space: Space,
        claim: UserPointer<N>,
        words: &[u32; N],
    ) -> Result<(), BadPointer> {
        self.write_all(port, space, claim.bytes(), words)
    }

    /// For every number of words.
    fn write_all(
        &self,
        port: &mut impl Port,
        space: Space,
        claim: UserBytes,
        words: &[u32],
    ) -> Result<(), BadPointer> {
        self.check(port, space, claim, Access::Write)?;
        let mut rest = words;
        for (address, len) in pieces(claim) {
            let to = self.kernel_address(port, space, address, Access::Write)?;
            let (piece, next) = rest.split_at(len as usize / 4);
            port.write_words(to, piece);
            rest = next;
        }
        Ok(())
    }

    /// Has the cache do something for what a thread may write, where the kernel
    /// sees it. What it sees past the cache needs nothing.
    ///
    /// # Errors
    /// When the thread may not write all of it.
    pub fn cache(
        &self,
        port: &mut impl Port,
        space: Space,
        claim: UserBytes,
        operation: CacheOperation,
    ) -> Result<(), BadPointer> {
        for (address, len) in pieces(claim) {
            let at = self.kernel_address(port, space, address, Access::Write)?;
            if !is_uncached(at) {
                port.cache(at, len, operation);
            }
        }
        Ok(())
    }

    /// The mapping at an address, if the threads of the space have the ring for
    /// it.
    fn allowed(&self, port: &impl Port, space: Space, va: u32) -> Option<Mapping> {
        self.mapping(port, space, va).filter(|mapping| match space {
            Space::Kernel => mapping.ring != Ring::Domain && !self.is_page_table(mapping.pa),
            Space::Domain(_) => mapping.ring != Ring::Kernel,
        })
    }

    pub(super) fn is_page_table(&self, pa: u32) -> bool {
        let mut domains = self.domains.iter().filter_map(Domain::table);
        [self.tables.cached, self.tables.uncached].contains(&pa) || domains.any(|table| table == pa)
    }

    /// Where the kernel finds the byte that a thread may access at an address:
    /// through the same view as the thread, so that both see the same bytes.
    pub(crate) fn kernel_address(
        &self,
        port: &impl Port,
        space: Space,
        address: u32,
        access: Access,
    ) -> Result<u32, BadPointer> {
        let mapping = self
            .allowed(port, space, address)
            .filter(|mapping| access == Access::Read || mapping.rights.writable())
            .ok_or(BadPointer {
                address,
                fault: PointerFault::Forbidden(access),
            })?;
        if !USER_WINDOW.contains(address, 1) {
            return Ok(address);
        }
        let at = mapping.pa + address % PAGE_SIZE;
        Ok(if mapping.rights.uncached() {
            to_uncached(at)
        } else {
            at
        })
    }
}

/// The parts of a claim that lie in one page each: address and length.
fn pieces(claim: UserBytes) -> impl Iterator<Item = (u32, u32)> {
    let mut address = claim.address();
    let mut left = claim.len();
    core::iter::from_fn(move || {
        if left == 0 {
            return None;
        }
        let len = left.min(PAGE_SIZE - address % PAGE_SIZE);
        let piece = (address, len);
        // After the last byte of the address space nothing is left.
        address = address.wrapping_add(len);
        left -= len;
        Some(piece)
    })
}
