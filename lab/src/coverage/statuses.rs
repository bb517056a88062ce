//! Which status of the protocol is answered in which case.

use std::fmt;

use acelab_abi::ipc4::Status;

use crate::case::Case;
use crate::case::step::{Located, Step};

/// Why this firmware never answers a status; `None` where a case must show that it does.
pub const fn reason(status: Status) -> Option<&'static str> {
    match status {
        Status::Success
        | Status::InvalidParam
        | Status::UnknownMessageType
        | Status::OutOfMemory
        | Status::Busy
        | Status::BadState
        | Status::Failure
        | Status::InvalidRequest
        | Status::InvalidResourceId
        | Status::InvalidResourceState
        | Status::Unavailable
        | Status::ModNotInitialized
        | Status::InvalidCoreId
        | Status::InvalidConfigParamId
        | Status::InvalidConfigDataLen
        | Status::InvalidConfigDataStruct
        | Status::PipelineStateNotSet
        | Status::InvalidChainStateTransition => None,
        Status::ResourceIdExists => Some("a pipeline that exists is answered with 9"),
        Status::InvalidManifest => Some(
            "the boot ROM starts no image whose manifest is damaged; the answer has a host test",
        ),
        Status::PowerTransitionFailed => {
            Some("a core that does not come up or go down is answered with 6")
        }
        Status::LoadAddressOutOfRange
        | Status::ModMgmtError
        | Status::ModLoadClFailed
        | Status::ModLoadInvalidHash => Some("whatever is wrong with a library is answered with 6"),
        Status::ModInstanceExists => {
            Some("whatever is wrong with INIT_INSTANCE is answered with 104")
        }
        Status::ModInvalidId
        | Status::ModInstInvalidId
        | Status::QueueInvalidId
        | Status::QueueDstInvalidId => {
            Some("a module or instance that does not exist is answered with 9, a pin with 12")
        }
        Status::ProbeDmaInjectionBufferTooSmall | Status::ProbeDmaExtractionBufferTooSmall => {
            Some("the probe writes into the stream and has no DMA of its own")
        }
        Status::GatewayNotInitialized
        | Status::GatewayNotExist
        | Status::GatewayStateNotSet
        | Status::GatewayNotAllocated => Some(
            "a gateway that is not to be had is answered with 104 or 7, one that does not \
             start with 164",
        ),
        Status::SclkAlreadyRunning
        | Status::MclkAlreadyRunning
        | Status::NoRunningSclk
        | Status::NoRunningMclk => Some("no message starts or stops the clocks of a port"),
    }
}

/// A status and the files of the cases that expect it.
#[derive(Debug)]
pub struct StatusRow {
    /// Which.
    pub status: Status,
    /// In their order, each once.
    pub cases: Vec<String>,
}

/// Every status of the protocol, set against the cases.
#[derive(Debug)]
pub struct Statuses {
    /// In the order of their codes.
    pub rows: Vec<StatusRow>,
}

impl Statuses {
    /// What these cases expect. A case whose firmware has a planted fault shows nothing.
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Self {
        let row = |status: &Status| StatusRow {
            status: *status,
            cases: Vec::new(),
        };
        let mut rows: Vec<StatusRow> = Status::ALL.iter().map(row).collect();
        for case in cases.into_iter().filter(|case| case.plant.is_none()) {
            let mut codes = Vec::new();
            expected(&case.steps, &mut codes);
            for row in &mut rows {
                let file = &case.id.file;
                if codes.contains(&row.status.code()) && !row.cases.contains(file) {
                    row.cases.push(file.clone());
                }
            }
        }
        Self { rows }
    }

    /// Those with neither a case nor a reason.
    pub fn missing(&self) -> impl Iterator<Item = Status> {
        let rows = self.rows.iter();
        rows.filter(|row| row.cases.is_empty() && reason(row.status).is_none())
            .map(|row| row.status)
    }
}

impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for StatusRow { status, cases } in &self.rows {
            write!(f, "{:<5} {}: ", status.code(), status.name())?;
            match (reason(*status), &cases[..]) {
                (Some(reason), []) => writeln!(f, "(not answered: {reason})")?,
                (None, []) => writeln!(f, "NO CASE")?,
                (_, [first]) => writeln!(f, "{first}")?,
                (_, [first, rest @ ..]) => writeln!(f, "{first} and {} more", rest.len())?,
            }
        }
        let answered = self.rows.iter().filter(|row| !row.cases.is_empty());
        write!(
            f,
            "{} of {} statuses are answered",
            answered.count(),
            self.rows.len()
        )
    }
}

/// The codes that steps expect. What a flood is answered is no expectation of the case.
fn expected(steps: &[Located], codes: &mut Vec<u32>) {
    for Located { step, .. } in steps {
        match step {
            Step::Ipc(step) => codes.push(step.expect.status.value),
            Step::Ring(step) => codes.push(step.expect.status.value),
            Step::Test(step) => codes.push(step.expect.status.value),
            Step::Load(step) => codes.push(step.expect.status.value),
            Step::Streams(step) => codes.push(step.status.value),
            Step::Repeat(repeat) => expected(&repeat.steps, codes),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::load_text;

    #[test]
    fn a_status_is_answered_where_a_step_expects_it() {
        let text = "summary: Some\nsteps:\n  - boot\n  - repeat:\n      times: 2\n      steps:\n        \
                    - ipc: { set_dx: { core_mask: 1, dx_mask: 1 } }\n          \
                    expect: { status: bad_state }\n";
        let plain = load_text("a/one", text).expect("a valid case");
        let table = Statuses::of(&plain);
        let cases = |table: &Statuses, status| {
            let row = table.rows.iter().find(|row| row.status == status);
            row.expect("a row").cases.clone()
        };
        assert_eq!(cases(&table, Status::BadState), ["a/one"]);
        assert!(cases(&table, Status::Busy).is_empty());
        assert!(table.missing().any(|status| status == Status::Busy));
        assert!(table.missing().all(|status| reason(status).is_none()));
        assert!(table.to_string().contains("4     BUSY: NO CASE"));
        let planted = format!(
            "firmware: debug\nplant: {{ fault: hy11_core_off_while_busy, shows: x }}\n{text}"
        );
        let planted = load_text("a/two", &planted).expect("a valid case");
        assert!(cases(&Statuses::of(&planted), Status::BadState).is_empty());
    }
}
