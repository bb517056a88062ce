//! Pipelines and chains.

use acelab_abi::ipc4::Status;
use acelab_abi::ipc4::object::{Memory, ObjectHeader, PIPELINE_MEMORY, PipelineHead, put_memory};
use acelab_abi::ipc4::wire::Writer;
use acelab_audio::Error;
use std::vec::Vec;

use super::engine::{Core, command};
use crate::{Command, Phase};

const CREATE: u32 = 0x1100_0000;
const STATE: u32 = 0x1300_0000;
const HAS_PAYLOAD: u32 = 1 << 29;

#[test]
fn create_and_delete() {
    let core = Core::default();
    let answer = core.execute(CREATE | 0x12 << 16 | 3 << 11 | 5, 0);
    assert_eq!((answer.sequence, answer.status), (7, Status::Success));
    let answer = core.execute(0x1212_0000, 0x77);
    assert_eq!((answer.status, answer.extension), (Status::Success, 0x77));
    assert_eq!(core.calls(), ["create 18 priority 3", "delete 18"]);
}

#[test]
fn priorities_end_at_seven() {
    let core = Core::default();
    assert_eq!(core.execute(CREATE | 7 << 11, 0).status, Status::Success);
    assert_eq!(
        core.execute(CREATE | 8 << 11, 0).status,
        Status::InvalidParam
    );
    assert_eq!(core.calls().len(), 1);
}

/// A payload with these objects: id, words of data, last.
fn payload(head_words: u32, objects: &[(u16, u16, bool)]) -> Vec<u8> {
    let mut bytes = [0; 256];
    let mut writer = Writer::new(&mut bytes);
    writer
        .words(&[head_words | PipelineHead::HAS_OBJECTS, 0, 0])
        .unwrap();
    for (id, words, last) in objects {
        writer
            .u32(ObjectHeader::new(*id, *words, *last).word())
            .unwrap();
        writer.bytes(&[0; 64][..usize::from(*words) * 4]).unwrap();
    }
    let len = writer.len();
    bytes[..len].to_vec()
}

#[test]
fn a_pipeline_is_created_whatever_its_parameters_say() {
    for (bytes, line) in [
        (payload(3, &[]), "obj header overflow, 4 > 12"),
        (payload(5, &[(1, 3, true)]), "object size overflow"),
        (payload(6, &[(1, 2, true)]), "mem_data object does not fit"),
        (
            payload(4, &[(9, 0, true)]),
            "Unknown ext init object id 9 of 0 words",
        ),
        (payload(2, &[]), "Payload size too small"),
        (payload(1025, &[]), "Payload size too large"),
        (payload(0xFF_FFFF, &[]), "Payload size too large"),
    ] {
        let core = Core::with_inbox(&bytes);
        assert_eq!(core.execute(CREATE, HAS_PAYLOAD).status, Status::Success);
        assert_eq!(core.calls(), ["create 0 priority 0"]);
        assert!(core.logged(line), "{line}: {:?}", core.engine.log.borrow());
    }
}

#[test]
fn good_parameters_are_told() {
    let mut bytes = payload(7, &[]);
    bytes.resize(28, 0);
    let memory = Memory {
        domain_id: 1,
        stack_bytes: 4096,
        heap_bytes: 65536,
    };
    put_memory(
        &mut Writer::new(&mut bytes[12..]),
        PIPELINE_MEMORY as u16,
        &memory,
        true,
    )
    .unwrap();
    let core = Core::with_inbox(&bytes);
    assert_eq!(core.execute(CREATE, HAS_PAYLOAD).status, Status::Success);
    assert_eq!(
        core.engine.log.borrow()[..],
        ["<inf> pipeline 0: heap 65536 bytes"]
    );
}

#[test]
fn one_pipeline_is_prepared_and_triggered() {
    for (code, name) in [(2, "Reset"), (3, "Paused"), (4, "Running"), (5, "Eos")] {
        let core = Core::default();
        assert_eq!(
            core.execute(STATE | 9 << 16 | code, 0).status,
            Status::Success
        );
        let [prepare, trigger] = &core.calls()[..] else {
            panic!("two calls")
        };
        assert_eq!(*prepare, std::format!("prepare 9 {name}"));
        assert_eq!(*trigger, std::format!("trigger [9] {name}"));
    }
}

#[test]
fn states_that_nobody_can_ask_for() {
    for code in [0, 1, 6, 7, 8, 9, 0xFFFF] {
        let core = Core::default();
        let status = core.execute(STATE | code, 0).status;
        assert_eq!(status, Status::InvalidRequest, "state {code}");
        assert!(core.logged("unsupported trigger cmd"));
        assert!(core.calls().is_empty());
    }
}

fn list(ids: &[u32]) -> Vec<u8> {
    let words = core::iter::once(ids.len() as u32).chain(ids.iter().copied());
    words.flat_map(u32::to_le_bytes).collect()
}

#[test]
fn several_pipelines_are_prepared_then_triggered_together() {
    let core = Core::with_inbox(&list(&[3, 1, 3]));
    assert_eq!(core.execute(STATE | 4, 1).status, Status::Success);
    let expected = [
        "prepare 3 Running",
        "prepare 1 Running",
        "trigger [3, 1] Running",
    ];
    assert_eq!(core.calls(), expected);
}

#[test]
fn the_first_refusal_ends_the_command() {
    let mut core = Core::with_inbox(&list(&[3, 1]));
    core.engine.refuse = Some((1, Error::Prepare));
    assert_eq!(core.execute(STATE | 4, 1).status, Status::InvalidRequest);
    assert_eq!(core.calls(), ["prepare 3 Running", "prepare 1 Running"]);
}

#[test]
fn a_list_that_the_host_has_spoilt_meanwhile_is_refused() {
    let core = Core::default();
    assert_eq!(core.execute(STATE | 4, 1).status, Status::InvalidParam);
    core.put(&list(&[1, 256]));
    assert_eq!(core.execute(STATE | 4, 1).status, Status::InvalidParam);
    core.put(&2048u32.to_le_bytes());
    assert_eq!(core.execute(STATE | 4, 1).status, Status::InvalidParam);
    let many: Vec<u32> = (0..33).collect();
    core.put(&list(&many));
    assert_eq!(core.execute(STATE | 4, 1).status, Status::InvalidResourceId);
    assert!(core.calls().is_empty());
}

#[test]
fn phases_concern_their_pipeline_only() {
    let core = Core::with_inbox(&list(&[3, 1]));
    for phase in [Phase::Prepare(3), Phase::Trigger(3)] {
        let command = Command {
            phase,
            ..command(STATE | 4, 1)
        };
        assert_eq!(core.executor().execute(&command).status, Status::Success);
    }
    assert_eq!(core.calls(), ["prepare 3 Running", "trigger [3] Running"]);
}

#[test]
fn the_state_is_in_the_extension() {
    let core = Core::default();
    let answer = core.execute(0x1405_0000, 0);
    assert_eq!((answer.status, answer.extension), (Status::Success, 3));
    assert_eq!(core.calls(), ["state 5"]);
}

#[test]
fn a_chain_has_all_its_fields() {
    let core = Core::default();
    assert_eq!(core.execute(0x0E05_0903, 0x12_3456).status, Status::Success);
    let [call] = &core.calls()[..] else {
        panic!("one call")
    };
    for part in [
        "host: 3",
        "link: 9",
        "allocate: true",
        "enable: false",
        "short_samples: true",
        "fifo_bytes: 1193046",
    ] {
        assert!(call.contains(part), "{part}: {call}");
    }
}

#[test]
fn refusals_have_the_status_of_the_table() {
    for (error, status) in [
        (Error::NoPipeline, Status::InvalidResourceId),
        (Error::PipelineActive, Status::InvalidResourceState),
        (Error::Transition, Status::InvalidRequest),
        (Error::Trigger, Status::PipelineStateNotSet),
        (Error::TriggerLate, Status::Failure),
        (Error::EndpointGone, Status::InvalidResourceId),
        (Error::ChainTransition, Status::InvalidChainStateTransition),
    ] {
        let mut core = Core::default();
        core.engine.refuse = Some((0, error));
        assert_eq!(core.execute(STATE | 4, 0).status, status, "{error:?}");
        assert_eq!(core.engine.log.borrow().len(), 1);
    }
}
