//! What a test looks at.

use core::panic::Location;

use acelab_user::{Deadline, Duration, ExitReason, SysError, Thread, log};

/// Something is not as it must be.
#[derive(Clone, Copy)]
pub struct Failure {
    place: &'static Location<'static>,
    expected: u64,
    got: u64,
}

/// Longest time a thread of a test may take to end.
const PATIENCE: Duration = Duration::from_millis(2000);

impl Failure {
    /// Two values differ that must not.
    #[track_caller]
    pub fn new(got: impl Into<u64>, expected: impl Into<u64>) -> Self {
        Self {
            place: Location::caller(),
            expected: expected.into(),
            got: got.into(),
        }
    }

    /// Tells of it in the log.
    pub fn report(self, who: &str) {
        let file = self.place.file();
        let file = file.rsplit('/').next().unwrap_or(file);
        log!(
            Error,
            "{who}: {file}:{}: expected {:#x}, got {:#x}",
            self.place.line(),
            self.expected,
            self.got
        );
    }

    /// As the exit code of a thread: never one that a good thread has.
    pub fn code(self) -> u32 {
        0xBAD0_0000 | self.place.line()
    }
}

/// An error of the kernel where none was expected, at the place of the `?`.
impl From<SysError> for Failure {
    #[track_caller]
    fn from(error: SysError) -> Self {
        Self::new(error.code(), SysError::Ok.code())
    }
}

/// Two values are the same.
#[track_caller]
pub fn same(got: impl Into<u64>, expected: impl Into<u64>) -> Result<(), Failure> {
    let (got, expected) = (got.into(), expected.into());
    if got == expected {
        return Ok(());
    }
    Err(Failure::new(got, expected))
}

/// Something is true.
#[track_caller]
pub fn holds(condition: bool) -> Result<(), Failure> {
    same(condition, true)
}

/// A value is not above a bound.
#[track_caller]
pub fn at_most(got: impl Into<u64>, most: impl Into<u64>) -> Result<(), Failure> {
    let (got, most) = (got.into(), most.into());
    if got <= most {
        return Ok(());
    }
    Err(Failure::new(got, most))
}

/// A value is not below a bound.
#[track_caller]
pub fn at_least(got: impl Into<u64>, least: impl Into<u64>) -> Result<(), Failure> {
    let (got, least) = (got.into(), least.into());
    if got >= least {
        return Ok(());
    }
    Err(Failure::new(got, least))
}

/// A call fails with this error.
#[track_caller]
pub fn fails<T>(result: Result<T, SysError>, expected: SysError) -> Result<(), Failure> {
    let got = match result {
        Ok(_) => SysError::Ok,
        Err(error) => error,
    };
    same(got.code(), expected.code())
}

/// A thread ends, by itself, with this code.
#[track_caller]
pub fn ends_with(thread: Thread, code: u32) -> Result<(), Failure> {
    ends_as(thread, ExitReason::Exited, code)
}

/// A thread ends so, with this value.
#[track_caller]
pub fn ends_as(thread: Thread, reason: ExitReason, value: u32) -> Result<(), Failure> {
    let exit = thread.join(Deadline::after(PATIENCE))?;
    let word = |reason: ExitReason, value: u32| u64::from(reason.code()) << 32 | u64::from(value);
    same(word(exit.reason, exit.value), word(reason, value))
}
