//! SCHEDULERS_INFO of the executing core.

use acelab_abi::ipc4::base_fw::schedulers_info::{HEAD_WORDS, TASK_WORDS};
use acelab_abi::ipc4::pipeline::ProcessingDomain;
use acelab_abi::ipc4::wire::{Full, Writer};
use acelab_abi::ipc4::{BaseFwParam, Status, layout};
use acelab_audio::Domain;

use super::{Audio, Executor, Outcome, field, payload};
use crate::forward::Command;

impl<A: Audio> Executor<'_, A> {
    /// Both schedulers with as many tasks as they have. Tasks have no ids.
    pub(super) fn schedulers_info(&mut self, command: &Command) -> Outcome {
        if field(layout::LARGE_PARAM, command) != u32::from(BaseFwParam::SchedulersInfo.code()) {
            return Err(Status::InvalidResourceId);
        }
        let core = u32::from(self.audio.core().get());
        let mut page = payload::buffer(self.reply)?;
        let mut writer = Writer::new(&mut page);
        let schedulers = [
            (ProcessingDomain::LowLatency, self.audio.tasks(Domain::Ll)),
            (
                ProcessingDomain::DataProcessing,
                self.audio.tasks(Domain::Dp),
            ),
        ];
        write(&mut writer, core, &schedulers).map_err(|Full| Status::Failure)?;
        let len = writer.len();
        self.reply_payload(command, page.get(..len).unwrap_or_default())
    }
}

fn write(
    writer: &mut Writer<'_>,
    core: u32,
    schedulers: &[(ProcessingDomain, u32)],
) -> Result<(), Full> {
    writer.u32(schedulers.len() as u32)?;
    for (domain, tasks) in schedulers {
        let head: [u32; HEAD_WORDS] = [domain.code(), core, *tasks];
        writer.words(&head)?;
        for _ in 0..*tasks {
            writer.words(&[0; TASK_WORDS])?;
        }
    }
    Ok(())
}
