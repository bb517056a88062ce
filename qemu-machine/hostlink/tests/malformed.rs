//! Each way in which a message can be wrong has its own error.

use std::io::Write;
use std::os::unix::net::UnixStream;

use acelab_abi::trace::UnknownEvent;
use acelab_hostlink::frame::Frame;
use acelab_hostlink::{Client, DecodeError, MachineInfo, Reply, Request, Space};
use rstest::rstest;

fn bad(field: &'static str, value: u32) -> DecodeError {
    DecodeError::BadValue { field, value }
}

#[rstest]
#[case::magic(0x01, b"ACE2\x01\x00", DecodeError::BadMagic(*b"ACE2"))]
#[case::short_hello(0x01, b"ACE3\x01", DecodeError::Short { kind: 0x01 })]
#[case::long_resume(0x02, &[0; 9], DecodeError::Trailing { kind: 0x02, extra: 1 })]
#[case::space(0x03, &[3, 0, 0, 0, 0, 0, 0, 0, 0], bad("address space", 3))]
#[case::length(0x03, &[0, 0, 0, 0, 0, 1, 0, 8, 0], bad("transfer length", 0x8_0001))]
#[case::port(0x15, &[7], bad("port", 7))]
#[case::port_mode(0x12, &[0, 3], bad("port mode", 3))]
#[case::drain(0x14, &[0, 1, 0, 8, 0], bad("transfer length", 0x8_0001))]
#[case::core(0x07, &[5], bad("core", 5))]
#[case::quit_with_payload(0x08, &[0], DecodeError::Trailing { kind: 0x08, extra: 1 })]
#[case::a_reply(0x82, &[], DecodeError::UnknownKind(0x82))]
#[case::kind(0x00, &[], DecodeError::UnknownKind(0x00))]
fn requests(#[case] kind: u8, #[case] payload: &[u8], #[case] error: DecodeError) {
    assert_eq!(Request::decode(Frame { kind, payload }), Err(error));
}

#[rstest]
#[case::magic(0x81, b"ACE2\x01\x00\x01\x00\x00\x00\x00", DecodeError::BadMagic(*b"ACE2"))]
#[case::stop_reason(0x82, &[0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0], bad("stop reason", 4))]
#[case::grant_argument(0x82, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0], bad("stop argument", 7))]
#[case::causes(0x82, &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0x40, 0], bad("host interrupt cause", 0x40_0000))]
#[case::status(0x84, &[9], bad("status", 9))]
#[case::running(0x88, &[0, 0, 2], bad("running", 2))]
#[case::data_with_refusal(0x83, &[1, 0], DecodeError::Trailing { kind: 0x83, extra: 1 })]
#[case::refused_value(0x85, &[1, 9, 0, 0, 0], bad("refused value", 9))]
#[case::core_state(0x86, &[0, 0, 3], bad("core state", 3))]
#[case::half_an_event(0x90, &[0; 16], DecodeError::Trailing { kind: 0x90, extra: 16 })]
#[case::event(0x90, &[0; 32], DecodeError::UnknownEvent(UnknownEvent { code: 0 }))]
#[case::a_request(0x02, &[0; 8], DecodeError::UnknownKind(0x02))]
fn replies(#[case] kind: u8, #[case] payload: &[u8], #[case] error: DecodeError) {
    assert_eq!(Reply::decode(Frame { kind, payload }), Err(error));
}

#[test]
fn data_of_another_length_than_asked_for_is_refused() {
    let (lab, mut machine) = UnixStream::pair().expect("a socket pair");
    let mut bytes = Vec::new();
    Reply::hello(MachineInfo {
        cores: 1,
        quantum: 1,
    })
    .encode(&mut bytes);
    Reply::Data(Ok(vec![1, 2, 3])).encode(&mut bytes);
    machine.write_all(&bytes).expect("sent");
    machine.shutdown(std::net::Shutdown::Write).expect("open");
    let mut client = Client::open(lab, None).expect("hello");
    let short = client
        .read_mem(Space::Dsp, 0, 4)
        .expect_err("three bytes are not four");
    assert_eq!(
        short.to_string(),
        "the peer broke the protocol: Data instead of Data of the length asked for"
    );
}
