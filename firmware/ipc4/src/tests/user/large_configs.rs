//! Parameters, short and large.

use acelab_abi::ipc4::Status;
use acelab_abi::ipc4::base_fw::{FINAL_BLOCK, INIT_BLOCK};
use acelab_audio::Error;
use std::vec;
use std::vec::Vec;

use super::engine::{Core, command};

const GET: u32 = 0x4302_0003;
const SET: u32 = 0x4402_0003;
const SINGLE: u32 = INIT_BLOCK | FINAL_BLOCK;

fn param(id: u32) -> u32 {
    id << 20
}

#[test]
fn short_parameters_are_in_the_message() {
    let core = Core::default();
    let answer = core.execute(0x4102_0003, 5 << 16);
    assert_eq!(
        (answer.status, answer.extension),
        (Status::Success, 5 << 16 | 0x1234)
    );
    assert_eq!(
        core.execute(0x4202_0003, 0x3000 << 16 | 1).status,
        Status::Success
    );
    assert_eq!(core.calls(), ["get 0x20003 5", "set 0x20003 12288 1"]);
}

#[test]
fn a_parameter_of_one_block() {
    let core = Core::with_inbox(&[1, 2, 3, 4, 5, 6]);
    let answer = core.execute(SET, SINGLE | param(9) | 5);
    assert_eq!(answer.status, Status::Success);
    assert_eq!(*core.engine.data.borrow(), [1, 2, 3, 4, 5]);
    let [call] = &core.calls()[..] else {
        panic!("one call")
    };
    assert!(call.starts_with("large set 0x20003 9"), "{call}");
}

#[test]
fn a_parameter_of_three_blocks() {
    let core = Core::default();
    let mut executor = core.executor();
    let blocks = [
        (INIT_BLOCK, 9000, 4096),
        (0, 4096, 4096),
        (FINAL_BLOCK, 8192, 808),
    ];
    for (flags, size, bytes) in blocks {
        let answer = executor.execute(&command(SET, flags | param(9) | size));
        assert_eq!(answer.status, Status::Success);
        assert_eq!(core.engine.data.borrow().len(), bytes);
    }
}

#[test]
fn a_block_that_fails_ends_the_transfer() {
    let mut core = Core::default();
    core.engine.refuse = Some((0, Error::LargeParameter));
    let mut executor = core.executor();
    let mut send = |extension| executor.execute(&command(SET, extension | param(9))).status;
    assert_eq!(send(INIT_BLOCK | 9000), Status::InvalidResourceId);
    assert_eq!(send(4096), Status::InvalidRequest);
    assert_eq!(send(INIT_BLOCK | 9000), Status::Success);
    // A block out of order ends it too.
    assert_eq!(send(8192), Status::InvalidRequest);
    assert_eq!(send(4096), Status::InvalidRequest);
}

#[test]
fn more_than_a_message_may_have() {
    let core = Core::default();
    for size in [4097, 0xF_FFFF] {
        let status = core.execute(SET, SINGLE | param(9) | size).status;
        assert_eq!(status, Status::InvalidConfigDataStruct);
    }
    assert_eq!(
        core.execute(SET, SINGLE | param(9) | 4096).status,
        Status::Success
    );
    assert_eq!(core.calls().len(), 1);
}

#[test]
fn what_is_read_is_in_the_reply_page() {
    let mut core = Core::default();
    core.engine.produce = vec![9, 8, 7, 6, 5];
    let answer = core.execute(GET, INIT_BLOCK | param(4) | 4096);
    assert_eq!((answer.status, answer.payload), (Status::Success, 5));
    assert_eq!(answer.extension, SINGLE | param(4) | 5);
    assert_eq!(core.reply_bytes(5), [9, 8, 7, 6, 5]);
}

#[test]
fn a_full_reply_is_not_final_unless_the_request_was() {
    let mut core = Core::default();
    core.engine.produce = vec![1; 4096];
    let answer = core.execute(GET, INIT_BLOCK | param(4) | 4096);
    assert_eq!(answer.extension, INIT_BLOCK | param(4) | 4096);
}

#[test]
fn a_refused_reading_has_no_payload() {
    for (error, status) in [
        (Error::LargeParameter, 9),
        (Error::NoComponent, 9),
        (Error::ResponseTooBig, 122),
    ] {
        let mut core = Core::default();
        core.engine.refuse = Some((0, error));
        let answer = core.execute(GET, SINGLE | param(4) | 77);
        assert_eq!((answer.status.code(), answer.payload), (status, 0));
        assert_eq!(answer.extension, SINGLE | param(4) | 77);
    }
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

const VENDOR: u32 = 0xFF << 20;

#[test]
fn vendor_tuples_are_parameters() {
    let core = Core::with_inbox(&words(&[300, 4, 1, 301, 8, 2, 3]));
    assert_eq!(
        core.execute(SET, SINGLE | VENDOR | 28).status,
        Status::Success
    );
    let calls = core.calls();
    assert!(calls[0].starts_with("large set 0x20003 300"), "{calls:?}");
    assert!(calls[1].starts_with("large set 0x20003 301"), "{calls:?}");
    assert_eq!(*core.engine.data.borrow(), words(&[2, 3]));
}

#[test]
fn vendor_tuples_that_are_none_change_nothing() {
    for (tuples, bytes, status) in [
        (&[300, 4, 1, 301, 0][..], 20, Status::InvalidConfigDataLen),
        (&[300, 4, 1, 301, 8, 2], 24, Status::InvalidRequest),
        (&[300, u32::MAX, 1], 12, Status::InvalidRequest),
        (&[300], 4, Status::InvalidRequest),
        (&[300], 4097, Status::InvalidConfigDataStruct),
    ] {
        let core = Core::with_inbox(&words(tuples));
        assert_eq!(core.execute(SET, SINGLE | VENDOR | bytes).status, status);
        assert!(core.calls().is_empty());
    }
}

#[test]
fn a_vendor_tuple_in_blocks() {
    let core = Core::with_inbox(&words(&[300, 8992, 1]));
    let mut executor = core.executor();
    let blocks = [
        (INIT_BLOCK, 9000, 4088),
        (0, 4096, 4096),
        (FINAL_BLOCK, 8192, 808),
    ];
    for (flags, size, bytes) in blocks {
        let answer = executor.execute(&command(SET, flags | VENDOR | size));
        assert_eq!(answer.status, Status::Success);
        assert_eq!(core.engine.data.borrow().len(), bytes);
    }
    let last = core.calls().pop().expect("three calls");
    assert!(last.contains("300") && last.contains("8184"), "{last}");
}

#[test]
fn the_first_block_of_a_vendor_tuple_tells_its_size() {
    for (kind, length, status) in [
        (300, 8991, Status::InvalidRequest),
        (300, 0, Status::InvalidConfigDataLen),
        (300, u32::MAX, Status::InvalidRequest),
    ] {
        let core = Core::with_inbox(&words(&[kind, length]));
        assert_eq!(core.execute(SET, INIT_BLOCK | VENDOR | 9000).status, status);
        assert!(core.calls().is_empty());
    }
}

#[test]
fn vendor_parameters_are_read_by_a_list_of_types() {
    let mut core = Core::with_inbox(&words(&[300, 301]));
    core.engine.produce = vec![7; 4];
    let answer = core.execute(GET, SINGLE | VENDOR | 8);
    assert_eq!((answer.status, answer.payload), (Status::Success, 24));
    let expected = words(&[300, 4, 0x0707_0707, 301, 4, 0x0707_0707]);
    assert_eq!(core.reply_bytes(24), expected);
}

#[test]
fn lists_of_types_that_are_none() {
    let mut core = Core::default();
    for (bytes, status) in [
        (0, Status::InvalidConfigDataLen),
        (3, Status::InvalidRequest),
        (4097, Status::InvalidConfigDataStruct),
    ] {
        assert_eq!(core.execute(GET, SINGLE | VENDOR | bytes).status, status);
    }
    assert!(core.calls().is_empty());
    // Answers that do not all fit.
    core.engine.produce = vec![0; 2048];
    let status = core.execute(GET, SINGLE | VENDOR | 8).status;
    assert_eq!(status, Status::InvalidConfigDataStruct);
}

#[test]
fn schedulers_of_this_core() {
    let core = Core::default();
    let answer = core.execute(0x4300_0000, SINGLE | 12 << 20 | 4);
    assert_eq!((answer.status, answer.payload), (Status::Success, 44));
    let expected = words(&[2, 0, 2, 2, 0, 0, 0, 0, 1, 2, 0]);
    assert_eq!(core.reply_bytes(44), expected);
    let other = core.execute(0x4300_0000, SINGLE | 10 << 20 | 4);
    assert_eq!(other.status, Status::InvalidResourceId);
}
