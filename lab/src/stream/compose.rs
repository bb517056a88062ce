//! Messages from their fields.

use acelab_abi::ipc4::layout::{self, Field};
use acelab_abi::ipc4::pipeline::{PipelineState, multi};
use acelab_abi::ipc4::{GlobalType, ModuleType, Primary, Target};

use super::plan::{Instance, Pipeline};
use crate::case::message::{Message, ModuleName, put, words};

fn global(kind: GlobalType, fields: &[(Field, u32)]) -> Message {
    message(Primary::request(Target::Global, kind.code()), fields)
}

fn module(kind: ModuleType, instance: &Instance, fields: &[(Field, u32)]) -> Message {
    let mut message = message(Primary::request(Target::Module, kind.code()), fields);
    put(&mut message, layout::INSTANCE, u32::from(instance.instance));
    name(&mut message, layout::MODULE, instance);
    message
}

fn message(header: Primary, fields: &[(Field, u32)]) -> Message {
    let mut message = Message {
        primary: header.word(),
        extension: 0,
        payload: Vec::new(),
        modules: Vec::new(),
    };
    for (field, value) in fields {
        put(&mut message, *field, *value);
    }
    message
}

fn name(message: &mut Message, field: Field, instance: &Instance) {
    message.modules.push(ModuleName {
        field,
        name: instance.module.clone(),
    });
}

/// CREATE_PIPELINE.
pub fn create_pipeline(pipeline: &Pipeline) -> Message {
    global(
        GlobalType::CreatePipeline,
        &[
            (layout::PPL_MEM_SIZE, 1),
            (layout::PPL_PRIORITY, u32::from(pipeline.priority)),
            (layout::PPL_ID, u32::from(pipeline.id)),
            (layout::PPL_CORE, u32::from(pipeline.core.get())),
        ],
    )
}

/// DELETE_PIPELINE.
pub fn delete_pipeline(pipeline: &Pipeline) -> Message {
    let id = u32::from(pipeline.id);
    global(GlobalType::DeletePipeline, &[(layout::PPL_ID, id)])
}

/// SET_PIPELINE_STATE for one pipeline, or for several with the list in the inbox.
pub fn set_state(ids: &[u8], state: PipelineState) -> Message {
    let state = (layout::PPL_STATE, state.code());
    if let &[id] = ids {
        let id = (layout::PPL_ID, u32::from(id));
        return global(GlobalType::SetPipelineState, &[state, id]);
    }
    let several = (layout::PPL_MULTI, 1);
    let mut message = global(GlobalType::SetPipelineState, &[state, several]);
    let count = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let mut list = vec![0; multi::FIRST];
    list[multi::COUNT] = count;
    list.extend(ids.iter().map(|id| u32::from(*id)));
    message.payload = words(&list);
    message
}

/// INIT_INSTANCE.
pub fn init_instance(instance: &Instance, pipeline: &Pipeline, payload: Vec<u8>) -> Message {
    let param_words = u32::try_from(payload.len() / 4).unwrap_or(u32::MAX);
    let mut message = module(
        ModuleType::InitInstance,
        instance,
        &[
            (layout::INIT_PARAM_WORDS, param_words),
            (layout::INIT_PPL, u32::from(pipeline.id)),
            (layout::INIT_CORE, u32::from(pipeline.core.get())),
            (
                layout::INIT_DOMAIN,
                u32::from(instance.component.data_processing()),
            ),
        ],
    );
    message.payload = payload;
    message
}

/// Queues at both ends of a binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queues {
    /// Output queue of the source.
    pub source: u8,
    /// Input queue of the sink.
    pub sink: u8,
}

/// BIND.
pub fn bind(source: &Instance, sink: &Instance, queues: Queues) -> Message {
    binding(ModuleType::Bind, source, sink, queues)
}

/// UNBIND.
pub fn unbind(source: &Instance, sink: &Instance, queues: Queues) -> Message {
    binding(ModuleType::Unbind, source, sink, queues)
}

fn binding(kind: ModuleType, source: &Instance, sink: &Instance, queues: Queues) -> Message {
    let fields = [
        (layout::BIND_DST_INSTANCE, u32::from(sink.instance)),
        (layout::BIND_DST_QUEUE, u32::from(queues.sink)),
        (layout::BIND_SRC_QUEUE, u32::from(queues.source)),
    ];
    let mut message = module(kind, source, &fields);
    name(&mut message, layout::BIND_DST_MODULE, sink);
    message
}
