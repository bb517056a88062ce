//! SET_PIPELINE_STATE: one pipeline, several of one core, several of several.

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::pipeline::{MAX_PIPELINES, multi};
use acelab_abi::ipc4::{Status, layout};
use acelab_abi::log::Level;
use acelab_audio::PipelineId;

use crate::firmware::Firmware;
use crate::forward::Phase;
use crate::global::field;
use crate::handler::{Outcome, Request};
use crate::inbox::Inbox;
use crate::router::Router;

/// Pipelines of one command with their cores, in its order. An id that comes
/// again is dropped: the state has been asked for already.
struct List {
    entries: [(PipelineId, CoreId); MAX_PIPELINES],
    len: usize,
}

impl List {
    const fn new() -> Self {
        Self {
            entries: [(0, CoreId::PRIMARY); MAX_PIPELINES],
            len: 0,
        }
    }

    fn entries(&self) -> &[(PipelineId, CoreId)] {
        &self.entries[..self.len]
    }

    /// The core, if all pipelines are on one.
    fn common_core(&self) -> Option<CoreId> {
        let (_, core) = self.entries().first()?;
        self.entries()
            .iter()
            .all(|(_, other)| other == core)
            .then_some(*core)
    }

    /// Adds an existing pipeline, of which there are at most as many as there
    /// are entries.
    fn add(&mut self, id: PipelineId, core: CoreId) {
        if self.entries().iter().any(|(known, _)| *known == id) {
            return;
        }
        if let Some(entry) = self.entries.get_mut(self.len) {
            *entry = (id, core);
            self.len += 1;
        }
    }
}

/// All ids are looked up before anything changes. Pipelines of one core go
/// there in one command; otherwise each is prepared on its core, in order, then
/// each is triggered, in order. The first error ends it: what was done stays.
pub(crate) fn set(
    request: Request,
    inbox: Inbox<'_>,
    router: &mut Router,
    firmware: &mut impl Firmware,
) -> Outcome {
    let list = if field(layout::PPL_MULTI, request) == 0 {
        let mut list = List::new();
        let id = field(layout::PPL_ID, request);
        let (id, core) = look_up(id, router, firmware)?;
        list.add(id, core);
        list
    } else {
        read_list(inbox, router, firmware)?
    };
    if let Some(core) = list.common_core() {
        return router.send(core, request, Phase::Whole, firmware);
    }
    for (_, core) in list.entries() {
        router.refuse_late(*core, firmware)?;
    }
    for (id, core) in list.entries() {
        router.send(*core, request, Phase::Prepare(*id), firmware)?;
    }
    for (id, core) in list.entries() {
        router.send(*core, request, Phase::Trigger(*id), firmware)?;
    }
    Ok(None)
}

fn read_list(
    inbox: Inbox<'_>,
    router: &Router,
    firmware: &mut impl Firmware,
) -> Result<List, Status> {
    let count = inbox.word(multi::COUNT).unwrap_or(0);
    if count == 0 || count > multi::max(inbox.bytes()) {
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("invalid pipeline count {count}"),
        );
        return Err(Status::InvalidParam);
    }
    let mut list = List::new();
    for index in 0..count as usize {
        let id = inbox
            .word(multi::FIRST + index)
            .ok_or(Status::InvalidParam)?;
        let (id, core) = look_up(id, router, firmware)?;
        list.add(id, core);
    }
    Ok(list)
}

fn look_up(
    id: u32,
    router: &Router,
    firmware: &mut impl Firmware,
) -> Result<(PipelineId, CoreId), Status> {
    let Ok(short) = PipelineId::try_from(id) else {
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("invalid pipeline id {id:#x}"),
        );
        return Err(Status::InvalidParam);
    };
    let Some(core) = router.pipeline(short) else {
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("pipeline {id} does not exist"),
        );
        return Err(Status::InvalidResourceId);
    };
    Ok((short, core))
}
