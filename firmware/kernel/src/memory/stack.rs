//! Stacks of threads.

use acelab_abi::memory::PAGE_SIZE;
use acelab_abi::syscall::guard::BLOCK_WORDS;

use super::page::PageRun;
use super::rights::Rights;
use super::{KernelRights, Memory, MemoryError, Placement, Taker};
use crate::ids::DomainId;
use crate::port::Port;

/// The stack of a thread and the guard page below it. The value is the
/// ownership: [`Memory::free_stack`] consumes it.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a stack that is dropped is lost"]
pub struct Stack {
    /// The guard page, then the stack.
    run: PageRun,
    domain: Option<DomainId>,
}

impl Stack {
    /// The first address of the guard page, which nobody who runs on the stack
    /// can reach.
    #[must_use]
    pub const fn guard(&self) -> u32 {
        let address = self.run.address();
        match self.domain {
            Some(_) => address.user().get(),
            None => address.get(),
        }
    }

    /// The lowest address of the stack.
    #[must_use]
    pub const fn bottom(&self) -> u32 {
        self.guard() + PAGE_SIZE
    }

    /// The address after the stack: the first stack pointer.
    #[must_use]
    pub const fn top(&self) -> u32 {
        self.guard() + self.run.size()
    }

    /// The block at the top, by which a thread knows itself, as the kernel sees
    /// it.
    #[must_use]
    pub const fn block(&self) -> u32 {
        self.run.address().get() + self.run.size() - 4 * BLOCK_WORDS as u32
    }

    /// The domain it is mapped in; `None` for that of a thread without one.
    #[must_use]
    pub const fn domain(&self) -> Option<DomainId> {
        self.domain
    }
}

impl Memory {
    /// Takes zeroed pages for a stack: of a user thread of a domain, mapped
    /// there, or of a kernel thread.
    ///
    /// # Errors
    /// [`MemoryError::Unfinished`]; [`MemoryError::Invalid`] for no pages, [`MemoryError::Quota`],
    /// [`MemoryError::NoPages`], [`MemoryError::BadDomain`].
    pub fn allocate_stack(
        &mut self,
        port: &mut impl Port,
        domain: Option<DomainId>,
        pages: usize,
        taker: Taker,
    ) -> Result<Stack, MemoryError> {
        if pages == 0 {
            return Err(MemoryError::Invalid);
        }
        let pages = pages.saturating_add(1);
        self.charge_stack(domain, pages, taker)?;
        match self.take_pages(port, pages, Placement::High, taker) {
            Ok(run) => {
                let stack = Stack { run, domain };
                self.map_stack(port, &stack);
                port.shoot_down();
                Ok(stack)
            }
            Err(error) => {
                self.release_stack(domain, pages);
                Err(error)
            }
        }
    }

    /// Moves the stack of a thread that has not started to another domain.
    ///
    /// # Errors
    /// [`MemoryError::Quota`], [`MemoryError::BadDomain`]; the stack is where it
    /// was then.
    pub fn move_stack(
        &mut self,
        port: &mut impl Port,
        stack: &mut Stack,
        domain: DomainId,
    ) -> Result<(), MemoryError> {
        let pages = stack.run.pages().count();
        self.charge_stack(Some(domain), pages, Taker::User)?;
        self.unmap_stack(port, stack);
        self.release_stack(stack.domain, pages);
        stack.domain = Some(domain);
        self.map_stack(port, stack);
        port.shoot_down();
        Ok(())
    }

    /// Gives a stack back that no thread runs on any more.
    pub fn free_stack(&mut self, port: &mut impl Port, stack: Stack) {
        self.unmap_stack(port, &stack);
        port.shoot_down();
        self.release_stack(stack.domain, stack.run.pages().count());
        self.give_pages_back(stack.run);
    }

    fn map_stack(&self, port: &mut impl Port, stack: &Stack) {
        let (guard, rest) = stack.run.pages().split_first();
        match stack.domain {
            Some(id) => self.map(port, id, rest, Rights::ReadWrite),
            None => self.set_kernel_rights(port, guard, KernelRights::Guard),
        }
    }

    fn unmap_stack(&self, port: &mut impl Port, stack: &Stack) {
        let (guard, rest) = stack.run.pages().split_first();
        match stack.domain {
            Some(id) => self.unmap(port, id, rest, Rights::ReadWrite),
            None => self.set_kernel_rights(port, guard, KernelRights::ReadWrite),
        }
    }

    fn charge_stack(
        &mut self,
        domain: Option<DomainId>,
        pages: usize,
        taker: Taker,
    ) -> Result<(), MemoryError> {
        if let Some(id) = domain {
            self.domain(id)?;
            let domain = &mut self.domains[id.index()];
            domain.quota.charge(pages, taker)?;
            domain.stacks += 1;
        }
        Ok(())
    }

    fn release_stack(&mut self, domain: Option<DomainId>, pages: usize) {
        if let Some(id) = domain {
            let domain = &mut self.domains[id.index()];
            domain.quota.release(pages);
            domain.stacks -= 1;
        }
    }
}
