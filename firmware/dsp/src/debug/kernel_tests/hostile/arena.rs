//! The domains of a hostile thread and of its neighbours, and how the thread is
//! let loose.

use acelab_abi::core_id::CoreId;
use acelab_abi::memory::PAGE_SIZE;
use acelab_user::{AnyObject, Builder, Deadline, Domain, Entry, Owned, SysError, rights};

use super::super::Env;
use super::super::check::{Failure, same};
use super::super::sandbox::{Child, launch};
use super::end::End;
use super::page::Page;
use super::place::{Access, Address};

/// Name of hostile threads.
pub const NAME: &str = "hostile";
/// Their priority: below the test and below the neighbours that tick.
const PRIORITY: u32 = 20;
/// How long one may take to end.
const PATIENCE_MILLIS: u32 = 20;
/// Pages of code.
const CODE_PAGES: u32 = 5;

/// Registers of a hostile thread when it begins.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// First instruction.
    pub target: u32,
    /// a1, if it is not to be that of its stack.
    pub stack: Option<u32>,
    /// a2 to a7.
    pub registers: [Address; 6],
}

impl Call {
    /// All registers 0.
    pub const fn at(target: u32) -> Self {
        Self {
            target,
            stack: None,
            registers: [Address::Fixed(0); 6],
        }
    }

    /// With a2 to a7 as given, and 0.
    pub fn with<const N: usize>(mut self, registers: [Address; N]) -> Self {
        self.registers[..N].copy_from_slice(&registers);
        self
    }

    /// System call `number`.
    pub fn system(number: u32, args: [Address; 5]) -> Self {
        unsafe extern "C" {
            safe static acelab_syscall_raw: u8;
        }
        let mut call = Self::at((&raw const acelab_syscall_raw).addr() as u32).with(args);
        call.registers[5] = Address::Fixed(number);
        call
    }
}

/// Two domains and their pages.
pub struct Arena {
    core: CoreId,
    domain: Owned<Domain>,
    other: Owned<Domain>,
    /// Through which the test and the hostile thread talk.
    block: Page,
    data: Page,
    foreign: Page,
    constants: Page,
    code: Page,
}

impl Arena {
    /// Everything mapped, no thread.
    pub fn new(env: &Env) -> Result<Self, Failure> {
        let domain = Domain::create()?;
        let other = Domain::create()?;
        let block = Page::attached(1, *domain, rights::WRITE | rights::UNCACHED)?;
        let data = Page::attached(1, *domain, rights::WRITE)?;
        let foreign = Page::attached(1, *other, rights::WRITE)?;
        other.attach(foreign.partition(), rights::WRITE | rights::UNCACHED)?;
        // What is not the thread's own begins where its data ends.
        same(foreign.user(), data.user() + PAGE_SIZE)?;
        let constants = Page::attached(1, *domain, rights::READ)?;
        let code = Page::attached(CODE_PAGES, *domain, rights::EXECUTE)?;
        for index in 0..16 {
            foreign.set(index, 0x0F0E_0000 + index as u32);
        }
        Ok(Self {
            core: env.core,
            domain,
            other,
            block,
            data,
            foreign,
            constants,
            code,
        })
    }

    /// The core of the hostile thread.
    pub fn core(&self) -> CoreId {
        self.core
    }

    /// Its domain.
    pub fn domain(&self) -> Domain {
        *self.domain
    }

    /// The domain of its neighbours.
    pub fn other(&self) -> Domain {
        *self.other
    }

    /// What it reads and writes past the cache.
    pub fn block(&self) -> &Page {
        &self.block
    }

    /// What it reads and writes.
    pub fn data(&self) -> &Page {
        &self.data
    }

    /// What only the neighbours have.
    pub fn foreign(&self) -> &Page {
        &self.foreign
    }

    /// What it reads.
    pub fn constants(&self) -> &Page {
        &self.constants
    }

    /// What it executes.
    pub fn code(&self) -> &Page {
        &self.code
    }

    /// Changes what it executes.
    pub fn load_code(&self, words: impl Iterator<Item = u32>) -> Result<(), SysError> {
        self.domain.detach(self.code.partition())?;
        for (index, word) in words.enumerate() {
            self.code.set(index, word);
        }
        self.domain.attach(self.code.partition(), rights::EXECUTE)
    }

    /// A hostile thread that runs `entry`, and may spawn: what is refused to it
    /// is not refused for want of that.
    pub fn builder(&self, entry: Entry, arg: u32) -> Builder {
        self.plain_builder(entry, arg).spawner()
    }

    /// A hostile thread that may not spawn.
    pub fn plain_builder(&self, entry: Entry, arg: u32) -> Builder {
        Builder::new(NAME, entry)
            .arg(arg)
            .core(self.core)
            .domain(self.domain())
            .priority(PRIORITY)
    }

    /// Lets a hostile thread loose and waits for its end.
    pub fn run(&self, call: &Call, objects: &[AnyObject]) -> Result<End, Failure> {
        self.run_for(PATIENCE_MILLIS, call, objects)
    }

    /// The same; it is aborted after so much time.
    pub fn run_for(&self, millis: u32, call: &Call, objects: &[AnyObject]) -> Result<End, Failure> {
        let thread = self.launch(call, objects)?;
        match thread.join(Deadline::after_millis(millis)) {
            Ok(exit) => Ok(exit.into()),
            Err(SysError::Timeout) => {
                thread.abort()?;
                Ok(thread.join(Deadline::after_millis(millis))?.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Lets a hostile thread loose.
    pub fn launch(&self, call: &Call, objects: &[AnyObject]) -> Result<Child, Failure> {
        unsafe extern "C" {
            safe fn hostile_enter(block: u32) -> u32;
        }
        self.set_registers(call);
        let builder = self.builder(hostile_enter, self.block.user_uncached());
        Ok(launch(&builder, objects)?)
    }

    /// Leaves the registers where `hostile_enter` takes them from.
    fn set_registers(&self, call: &Call) {
        let mut flags = 0;
        self.block.set(0, call.target);
        self.block.set(1, call.stack.unwrap_or(0));
        if call.stack.is_some() {
            flags |= 1 << 5;
        }
        for (index, register) in call.registers.iter().enumerate() {
            let word = match *register {
                Address::Fixed(word) => word,
                Address::OfStack(offset) => {
                    flags |= 1 << index;
                    offset as u32
                }
            };
            self.block.set(2 + index, word);
        }
        self.block.set(8, flags);
    }
}

/// Whether an exception is the one that such an access has where it is not
/// permitted.
pub const fn is_refusal(access: Access, cause: u32) -> bool {
    match access {
        Access::Load => matches!(cause, 24 | 26 | 28),
        Access::Store => matches!(cause, 24 | 26 | 29),
        Access::Fetch => matches!(cause, 16 | 18 | 20),
    }
}
