//! Every message survives the wire, and nothing on the wire can hurt.

use std::io::{self, Read};

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::port::{PortId, PortMode, PortStatus, Running};
use acelab_abi::trace::{CoreCounters, EVENT_BYTES, Event, EventKind};
use acelab_hostlink::frame::{FrameReader, MAX_FRAME, Polled, split};
use acelab_hostlink::{
    CoreRegs, CoreRun, DecodeError, HostCauses, LinkError, MAX_TRANSFER, MachineInfo, Recording,
    Reply, Request, Space, Status, StopReason, Stopped,
};
use proptest::prelude::*;

fn space() -> impl Strategy<Value = Space> {
    prop::sample::select(Space::ALL)
}

fn core() -> impl Strategy<Value = CoreId> {
    prop::sample::select(&CoreId::ALL)
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..64)
}

fn port() -> impl Strategy<Value = PortId> {
    (0..PortId::COUNT as u8).prop_filter_map("no port", PortId::from_number)
}

fn mode() -> impl Strategy<Value = PortMode> {
    prop::sample::select(vec![PortMode::Open, PortMode::Loopback, PortMode::External])
}

fn recording() -> impl Strategy<Value = Recording> {
    (any::<u64>(), any::<u64>(), any::<u8>(), bytes()).prop_map(
        |(start, frame, frame_bytes, bytes)| Recording {
            start: Nanos(start),
            frame,
            frame_bytes,
            bytes,
        },
    )
}

fn running() -> impl Strategy<Value = Running> {
    (any::<[u64; 2]>(), any::<[u32; 2]>(), any::<[u8; 2]>()).prop_map(
        |([start, frames], [rate, per], [slots, bits])| Running {
            start: Nanos(start),
            rate,
            per,
            slots,
            bits,
            frames,
        },
    )
}

fn status() -> impl Strategy<Value = PortStatus> {
    let direction = || prop::option::of(running());
    (mode(), direction(), direction(), any::<[u32; 2]>()).prop_map(
        |(mode, output, input, [queued, recorded])| PortStatus {
            mode,
            output,
            input,
            queued,
            recorded,
        },
    )
}

fn request() -> impl Strategy<Value = Request> {
    prop_oneof![
        any::<u16>().prop_map(|version| Request::Hello { version }),
        any::<u64>().prop_map(|until| Request::Resume {
            until: Nanos(until)
        }),
        (space(), any::<u32>(), 0..=MAX_TRANSFER as u32)
            .prop_map(|(space, addr, len)| Request::ReadMem { space, addr, len }),
        (space(), any::<u32>(), bytes()).prop_map(|(space, addr, bytes)| Request::WriteMem {
            space,
            addr,
            bytes
        }),
        any::<u32>().prop_map(|addr| Request::ReadReg { addr }),
        (any::<u32>(), any::<u32>()).prop_map(|(addr, value)| Request::WriteReg { addr, value }),
        any::<u32>().prop_map(|addr| Request::ReadBar0 { addr }),
        (any::<u32>(), any::<u32>()).prop_map(|(addr, value)| Request::WriteBar0 { addr, value }),
        (port(), mode()).prop_map(|(port, mode)| Request::SetPort { port, mode }),
        (port(), bytes()).prop_map(|(port, bytes)| Request::QueueSource { port, bytes }),
        (port(), 0..=MAX_TRANSFER as u32).prop_map(|(port, len)| Request::DrainSink { port, len }),
        port().prop_map(|port| Request::PortStatus { port }),
        core().prop_map(|core| Request::CoreState { core }),
        core().prop_map(|core| Request::Counters { core }),
        Just(Request::Quit),
    ]
}

fn refusal() -> impl Strategy<Value = Status> {
    prop::sample::select(Status::ALL).prop_filter("no refusal", |status| *status != Status::Ok)
}

fn reason() -> impl Strategy<Value = StopReason> {
    prop_oneof![
        Just(StopReason::Granted),
        (any::<bool>(), any::<bool>(), 0..1_u32 << 20).prop_map(|(doorbell, done, streams)| {
            StopReason::HostInterrupt(HostCauses {
                doorbell,
                done,
                streams,
            })
        }),
        any::<u32>().prop_map(|code| StopReason::Exit { code }),
        Just(StopReason::Shutdown),
    ]
}

fn regs() -> impl Strategy<Value = CoreRegs> {
    let run = prop::sample::select(CoreRun::ALL);
    (core(), run, any::<[u32; 10]>(), any::<[u32; 16]>()).prop_map(|(core, run, words, ar)| {
        let [
            pc,
            ps,
            epc1,
            exccause,
            excvaddr,
            depc,
            vecbase,
            interrupt,
            intenable,
            ccount,
        ] = words;
        CoreRegs {
            core,
            run,
            pc,
            ps,
            epc1,
            exccause,
            excvaddr,
            depc,
            vecbase,
            interrupt,
            intenable,
            ccount,
            ar,
        }
    })
}

fn counters() -> impl Strategy<Value = Box<CoreCounters>> {
    any::<u64>().prop_map(|seed| {
        let mut counters = Box::new(CoreCounters::ZERO);
        for (value, word) in (seed / 2..).zip(counters.words_mut()) {
            *word = value;
        }
        counters
    })
}

fn event() -> impl Strategy<Value = Event> {
    let code = prop::sample::select(EventKind::CODES);
    (any::<[u8; EVENT_BYTES]>(), code).prop_filter_map("no event", |(mut bytes, code)| {
        bytes[8] %= 5;
        bytes[9] %= 4;
        bytes[10..12].copy_from_slice(&code.to_le_bytes());
        bytes[12..].iter_mut().for_each(|byte| *byte %= 2);
        bytes[20..].fill(0);
        Event::from_bytes(&bytes).ok()
    })
}

fn reply() -> impl Strategy<Value = Reply> {
    prop_oneof![
        (any::<u16>(), any::<u8>(), any::<u32>()).prop_map(|(version, cores, quantum)| {
            Reply::Hello {
                version,
                machine: MachineInfo { cores, quantum },
            }
        }),
        (any::<u64>(), reason()).prop_map(|(now, reason)| Reply::Stopped(Stopped {
            now: Nanos(now),
            reason
        })),
        bytes().prop_map(|bytes| Reply::Data(Ok(bytes))),
        refusal().prop_map(|status| Reply::Data(Err(status))),
        Just(Reply::Ack(Ok(()))),
        refusal().prop_map(|status| Reply::Ack(Err(status))),
        any::<u32>().prop_map(|value| Reply::Value(Ok(value))),
        refusal().prop_map(|status| Reply::Value(Err(status))),
        regs().prop_map(|regs| Reply::Core(Ok(regs))),
        refusal().prop_map(|status| Reply::Core(Err(status))),
        counters().prop_map(|counters| Reply::Counters(Ok(counters))),
        refusal().prop_map(|status| Reply::Counters(Err(status))),
        recording().prop_map(|recording| Reply::Recording(Ok(recording))),
        refusal().prop_map(|status| Reply::Recording(Err(status))),
        status().prop_map(|status| Reply::PortStatus(Ok(status))),
        refusal().prop_map(|status| Reply::PortStatus(Err(status))),
        prop::collection::vec(event(), 0..8).prop_map(Reply::Events),
    ]
}

/// A stream that hands out its bytes in given portions, an interrupted or
/// would-block read now and then, and ends.
struct Trickle {
    bytes: Vec<u8>,
    portions: Vec<u8>,
    turn: usize,
}

impl Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let portion = self.portions[self.turn % self.portions.len()];
        self.turn += 1;
        match portion {
            0 => Err(io::ErrorKind::Interrupted.into()),
            1 => Err(io::ErrorKind::WouldBlock.into()),
            _ => {
                let count = usize::from(portion - 1)
                    .min(self.bytes.len())
                    .min(buffer.len());
                buffer[..count].copy_from_slice(&self.bytes[..count]);
                self.bytes.drain(..count);
                Ok(count)
            }
        }
    }
}

/// All requests a stream holds and how it ends.
fn read_all(stream: Trickle) -> (Vec<Request>, LinkError) {
    let mut reader = FrameReader::new(stream);
    let mut requests = Vec::new();
    loop {
        assert!(reader.capacity() <= MAX_FRAME as usize + (64 << 10));
        match reader.poll() {
            Ok(Polled::Pending) => {}
            Ok(Polled::Frame(frame)) => match Request::decode(frame) {
                Ok(request) => requests.push(request),
                Err(error) => return (requests, error.into()),
            },
            Err(error) => return (requests, error),
        }
    }
}

/// Portions that always get on in the end.
fn portions() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0..40_u8, 1..8).prop_map(|mut portions| {
        portions.push(7);
        portions
    })
}

proptest! {
    #[test]
    fn requests_survive_any_split(
        requests in prop::collection::vec(request(), 0..8),
        portions in portions(),
    ) {
        let mut bytes = Vec::new();
        requests.iter().for_each(|request| request.encode(&mut bytes));
        let (read, end) = read_all(Trickle { bytes, portions, turn: 0 });
        prop_assert_eq!(read, requests);
        prop_assert!(matches!(end, LinkError::PeerGone));
    }

    #[test]
    fn replies_survive(reply in reply()) {
        let mut bytes = Vec::new();
        reply.encode(&mut bytes);
        let (frame, taken) = split(&bytes).expect("a frame").expect("whole");
        prop_assert_eq!(taken, bytes.len());
        prop_assert_eq!(Reply::decode(frame).expect("a reply"), reply);
    }

    #[test]
    fn any_bytes_end_in_an_error_and_never_in_a_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..256),
        portions in portions(),
    ) {
        let (_, end) = read_all(Trickle { bytes, portions, turn: 0 });
        prop_assert!(matches!(end, LinkError::PeerGone | LinkError::Decode(_)));
    }

    #[test]
    fn any_payload_is_a_message_with_that_wire_form_or_an_error(
        kind in prop_oneof![1..9_u8, 0x81..0x91_u8, any::<u8>()],
        payload in prop::collection::vec(prop_oneof![0..8_u8, any::<u8>()], 0..90),
    ) {
        let mut bytes = Vec::new();
        acelab_hostlink::frame::encode(&mut bytes, kind, |out| out.extend(&payload));
        let (frame, _) = split(&bytes).expect("a frame").expect("whole");
        let mut again = Vec::new();
        if let Ok(request) = Request::decode(frame) {
            request.encode(&mut again);
            prop_assert_eq!(&again, &bytes);
        }
        again.clear();
        if let Ok(reply) = Reply::decode(frame) {
            reply.encode(&mut again);
            prop_assert_eq!(&again, &bytes);
        }
    }

    #[test]
    fn a_truncated_message_is_no_message(request in request(), reply in reply(), cut in 1..8_usize) {
        let mut bytes = Vec::new();
        request.encode(&mut bytes);
        let (_, end) = read_all(Trickle {
            bytes: bytes[..bytes.len().saturating_sub(cut)].to_vec(),
            portions: vec![200],
            turn: 0,
        });
        prop_assert!(matches!(end, LinkError::PeerGone));
        bytes.clear();
        reply.encode(&mut bytes);
        bytes.truncate(bytes.len().saturating_sub(cut));
        prop_assert!(matches!(split(&bytes), Ok(None)));
    }
}

#[test]
fn limits_are_checked_before_anything_is_allocated() {
    let too_long = (MAX_FRAME + 1).to_le_bytes();
    let limit = DecodeError::TooLong {
        len: MAX_FRAME + 1,
        limit: MAX_FRAME,
    };
    assert_eq!(split(&too_long), Err(limit));
    assert_eq!(split(&[0; 4]), Err(DecodeError::Empty));

    let mut bytes = Vec::new();
    let len = MAX_TRANSFER as u32 + 1;
    Request::ReadMem {
        space: Space::Dsp,
        addr: 0,
        len,
    }
    .encode(&mut bytes);
    let (frame, _) = split(&bytes).expect("a frame").expect("whole");
    let refused = DecodeError::BadValue {
        field: "transfer length",
        value: len,
    };
    assert_eq!(Request::decode(frame), Err(refused));
}

#[test]
fn the_largest_messages_fit_a_frame() {
    let mut bytes = Vec::new();
    Request::WriteMem {
        space: Space::Bar4,
        addr: 0,
        bytes: vec![0xA5; MAX_TRANSFER],
    }
    .encode(&mut bytes);
    Reply::Data(Ok(vec![0x5A; MAX_TRANSFER])).encode(&mut bytes);
    assert!(Reply::MAX_EVENTS * EVENT_BYTES < MAX_FRAME as usize);
}

#[test]
fn the_bytes_are_those_of_the_protocol_page() {
    let encoded = |request: Request| {
        let mut bytes = Vec::new();
        request.encode(&mut bytes);
        bytes
    };
    assert_eq!(
        encoded(Request::Hello { version: 1 }),
        [7, 0, 0, 0, 0x01, b'A', b'C', b'E', b'3', 1, 0]
    );
    assert_eq!(
        encoded(Request::Resume {
            until: Nanos(0x0102)
        }),
        [9, 0, 0, 0, 0x02, 2, 1, 0, 0, 0, 0, 0, 0]
    );
    assert_eq!(
        encoded(Request::WriteReg {
            addr: 0x7_3210,
            value: 0x8100_0000
        }),
        [9, 0, 0, 0, 0x06, 0x10, 0x32, 0x07, 0, 0, 0, 0, 0x81]
    );
    let mut stopped = Vec::new();
    let causes = HostCauses {
        doorbell: true,
        ..HostCauses::default()
    };
    Reply::Stopped(Stopped {
        now: Nanos(3),
        reason: StopReason::HostInterrupt(causes),
    })
    .encode(&mut stopped);
    assert_eq!(
        stopped,
        [14, 0, 0, 0, 0x82, 3, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0]
    );
}
