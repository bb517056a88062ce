//! Pipelines: create, delete, states; chains.

use acelab_abi::ipc4::layout;
use acelab_abi::ipc4::object::{
    self, HEAD_WORDS, Memory, ObjectError, PIPELINE_MEMORY, PipelineHead,
};
use acelab_abi::ipc4::pipeline::{self, MAX_PIPELINES, MAX_PRIORITY, multi};
use acelab_abi::ipc4::wire::Reader;
use acelab_abi::ipc4::{MAX_PAYLOAD_BYTES, Status};
use acelab_abi::log::Level;
use acelab_audio::{ChainRequest, PipelineConfig, PipelineId, PipelineState, StateRequest};

use super::{Audio, Done, Executor, Outcome, field, payload};
use crate::forward::Command;

impl<A: Audio> Executor<'_, A> {
    pub(super) fn create_pipeline(&mut self, command: &Command) -> Outcome {
        let id = id(command);
        let priority = field(layout::PPL_PRIORITY, command);
        let Some(priority) = u8::try_from(priority).ok().filter(|p| *p <= MAX_PRIORITY) else {
            self.error(format_args!("pipeline {id}: invalid priority {priority}"));
            return Err(Status::InvalidParam);
        };
        if field(layout::PPL_HAS_PAYLOAD, command) != 0 {
            self.pipeline_payload(id);
        }
        self.audio
            .create_pipeline(PipelineConfig { id, priority })
            .map_err(|error| self.refused(format_args!("pipeline {id}"), error))?;
        Ok(Done::NOTHING)
    }

    /// Looks at the parameters of a pipeline. All pipelines of a core share one
    /// heap, so there is nothing to reserve; parameters that are wrong are
    /// told, and the pipeline is created all the same.
    fn pipeline_payload(&self, id: PipelineId) {
        let head = PipelineHead(self.inbox.word(0).unwrap_or(0));
        let words = head.words();
        if (words as usize) < HEAD_WORDS {
            return self.error(format_args!(
                "pipeline {id}: Payload size too small: {words}"
            ));
        }
        if words > MAX_PAYLOAD_BYTES.min(self.inbox.bytes()) / 4 {
            return self.error(format_args!(
                "pipeline {id}: Payload size too large: {words}"
            ));
        }
        if !head.has_objects() {
            return;
        }
        let Ok(bytes) = payload::copy(self.inbox, words * 4) else {
            return self.error(format_args!("pipeline {id}: no memory for its payload"));
        };
        let mut reader = Reader::new(bytes.get(HEAD_WORDS * 4..).unwrap_or_default());
        let result = object::objects(&mut reader, |object| {
            let memory = Reader::new(object.data).get::<Memory>();
            match (object.id, memory) {
                (PIPELINE_MEMORY, Ok(memory)) => self.audio.log(
                    Level::Info,
                    format_args!("pipeline {id}: heap {} bytes", memory.heap_bytes),
                ),
                (PIPELINE_MEMORY, Err(_)) => {
                    self.error(format_args!("mem_data object does not fit"));
                }
                (other, _) => self.unknown_object(other, object.data.len() / 4),
            }
        });
        if let Err(error) = result {
            self.object_error(error, bytes.len());
        }
    }

    /// Says which object is not known.
    pub(super) fn unknown_object(&self, id: u32, words: usize) {
        self.audio.log(
            Level::Warning,
            format_args!("Unknown ext init object id {id} of {words} words"),
        );
    }

    /// Says why objects are ignored.
    pub(super) fn object_error(&self, error: ObjectError, size: usize) {
        match error {
            ObjectError::Header(at) => {
                self.error(format_args!("obj header overflow, {} > {size}", at + 4));
            }
            ObjectError::Data(at) => {
                self.error(format_args!(
                    "object size overflow behind byte {at} of {size}"
                ));
            }
        }
    }

    pub(super) fn delete_pipeline(&mut self, command: &Command) -> Outcome {
        let id = id(command);
        self.audio
            .delete_pipeline(id)
            .map_err(|error| self.refused(format_args!("pipeline {id}"), error))?;
        Ok(Done::NOTHING)
    }

    pub(super) fn set_pipeline_state(&mut self, command: &Command) -> Outcome {
        let to = self.requested_state(command)?;
        let mut ids = Ids::new();
        if field(layout::PPL_MULTI, command) == 0 {
            ids.add(id(command))?;
        } else {
            let count = self.inbox.word(multi::COUNT).unwrap_or(0);
            if count == 0 || count > multi::max(self.inbox.bytes()) {
                self.error(format_args!("invalid pipeline count {count}"));
                return Err(Status::InvalidParam);
            }
            for index in 0..count as usize {
                let id = self.inbox.word(multi::FIRST + index).unwrap_or(u32::MAX);
                ids.add(PipelineId::try_from(id).map_err(|_| Status::InvalidParam)?)?;
            }
        }
        for id in ids.as_slice() {
            self.prepare(*id, to)?;
        }
        self.trigger(ids.as_slice(), to)
    }

    /// First phase for one pipeline of a command for several cores.
    pub(super) fn prepare_one(&mut self, id: PipelineId, command: &Command) -> Outcome {
        let to = self.requested_state(command)?;
        self.prepare(id, to)
    }

    /// Second phase for one pipeline of a command for several cores.
    pub(super) fn trigger_one(&mut self, id: PipelineId, command: &Command) -> Outcome {
        let to = self.requested_state(command)?;
        self.trigger(&[id], to)
    }

    fn requested_state(&self, command: &Command) -> Result<StateRequest, Status> {
        let code = field(layout::PPL_STATE, command);
        StateRequest::from_code(code).ok_or_else(|| {
            self.error(format_args!("unsupported trigger cmd: {code}"));
            Status::InvalidRequest
        })
    }

    fn prepare(&mut self, id: PipelineId, to: StateRequest) -> Outcome {
        self.audio
            .prepare(id, to)
            .map_err(|error| self.refused(format_args!("pipeline {id} to {to:?}"), error))?;
        Ok(Done::NOTHING)
    }

    fn trigger(&mut self, ids: &[PipelineId], to: StateRequest) -> Outcome {
        self.audio
            .trigger(ids, to)
            .map_err(|error| self.refused(format_args!("pipelines {ids:?} to {to:?}"), error))?;
        Ok(Done::NOTHING)
    }

    /// The state is in the extension of the reply.
    pub(super) fn get_pipeline_state(&mut self, command: &Command) -> Outcome {
        let id = id(command);
        let state = self
            .audio
            .pipeline_state(id)
            .map_err(|error| self.refused(format_args!("pipeline {id}"), error))?;
        let state = match state {
            PipelineState::Init => pipeline::PipelineState::Uninitialized,
            PipelineState::Ready => pipeline::PipelineState::Reset,
            PipelineState::Paused => pipeline::PipelineState::Paused,
            PipelineState::Starting | PipelineState::Active => pipeline::PipelineState::Running,
        };
        Ok(Done::extension(state.code()))
    }

    pub(super) fn chain_dma(&mut self, command: &Command) -> Outcome {
        let request = ChainRequest {
            // Both fields have five bits.
            host: field(layout::CHAIN_HOST, command) as u8,
            link: field(layout::CHAIN_LINK, command) as u8,
            allocate: field(layout::CHAIN_ALLOCATE, command) != 0,
            enable: field(layout::CHAIN_ENABLE, command) != 0,
            short_samples: field(layout::CHAIN_SCS, command) != 0,
            fifo_bytes: field(layout::CHAIN_FIFO, command),
        };
        self.audio
            .chain_dma(request)
            .map_err(|error| self.refused(format_args!("chain {}", request.host), error))?;
        Ok(Done::NOTHING)
    }
}

/// Pipelines of one command in its order. An id that comes again is dropped:
/// the state has been asked for already.
struct Ids {
    ids: [PipelineId; MAX_PIPELINES],
    len: usize,
}

impl Ids {
    const fn new() -> Self {
        Self {
            ids: [0; MAX_PIPELINES],
            len: 0,
        }
    }

    fn as_slice(&self) -> &[PipelineId] {
        &self.ids[..self.len]
    }

    /// More different ids than there can be pipelines cannot all exist.
    fn add(&mut self, id: PipelineId) -> Result<(), Status> {
        if !self.as_slice().contains(&id) {
            let slot = self.ids.get_mut(self.len);
            *slot.ok_or(Status::InvalidResourceId)? = id;
            self.len += 1;
        }
        Ok(())
    }
}

fn id(command: &Command) -> PipelineId {
    // The field has eight bits.
    field(layout::PPL_ID, command) as PipelineId
}
