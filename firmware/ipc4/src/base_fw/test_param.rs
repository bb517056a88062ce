//! TEST, the debug IPC; see [`acelab_abi::debug_ipc`].

use acelab_abi::core_id::CoreId;
use acelab_abi::debug_ipc::{ARGS, CORE, MAX_ARGS, MAX_RESULTS, TEST_ID, TestId};
use acelab_abi::ipc4::Status;

use crate::firmware::Firmware;
use crate::inbox::Inbox;
use crate::outbox::Outbox;

/// A test as the host asks for it. The core exists and is active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestRequest {
    /// What to test.
    pub id: TestId,
    /// Where.
    pub core: CoreId,
    /// Arguments; those the host did not send are 0.
    pub args: [u32; MAX_ARGS],
}

/// Words a test returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TestResult {
    words: [u32; MAX_RESULTS],
    len: usize,
}

impl TestResult {
    /// No words.
    pub const NONE: Self = Self {
        words: [0; MAX_RESULTS],
        len: 0,
    };

    /// A result of at most [`MAX_RESULTS`] words; more are dropped.
    #[must_use]
    pub fn new(words: &[u32]) -> Self {
        let mut result = Self::default();
        for (slot, word) in result.words.iter_mut().zip(words) {
            *slot = *word;
            result.len += 1;
        }
        result
    }

    /// The words.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        &self.words[..self.len]
    }
}

pub(super) fn set(size: u32, inbox: Inbox<'_>, firmware: &mut impl Firmware) -> Result<(), Status> {
    let test = parse(size, inbox, firmware)?;
    firmware.test_start(test)
}

pub(super) fn get(
    size: u32,
    inbox: Inbox<'_>,
    outbox: &mut Outbox<'_>,
    firmware: &mut impl Firmware,
) -> Result<(), Status> {
    let payload = inbox.first(size).ok_or(Status::InvalidConfigDataStruct)?;
    let test = parse(size, payload, firmware)?;
    let result = firmware.test_run(test)?;
    result
        .words()
        .iter()
        .try_for_each(|word| outbox.push(*word))
}

fn parse(size: u32, inbox: Inbox<'_>, firmware: &impl Firmware) -> Result<TestRequest, Status> {
    if (size as usize) < ARGS * 4 {
        return Err(Status::InvalidParam);
    }
    let word = |index| inbox.word(index).unwrap_or(0);
    let id = TestId::from_code(word(TEST_ID)).ok_or(Status::InvalidParam)?;
    let core = u8::try_from(word(CORE))
        .ok()
        .and_then(CoreId::new)
        .ok_or(Status::InvalidCoreId)?;
    // What disturbs a core may have to wait for it to come up.
    let cores = match id {
        TestId::Disturb => (1 << firmware.core_count()) - 1,
        _ => firmware.active_cores(),
    };
    if cores & core.bit() == 0 {
        return Err(Status::InvalidCoreId);
    }
    let args = core::array::from_fn(|index| word(ARGS + index));
    Ok(TestRequest { id, core, args })
}
