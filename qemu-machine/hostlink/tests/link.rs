//! Client and server against each other over a socket pair.

use std::collections::VecDeque;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::port::{PortId, PortMode, PortStatus};
use acelab_abi::trace::{CoreCounters, Event, EventKind, Mode};
use acelab_hostlink::{
    Client, ClientError, CoreRegs, CoreRun, DecodeError, HostCauses, LinkError, MAX_TRANSFER,
    Machine, MachineInfo, Recording, Served, Server, Space, Status, StopReason, Stopped, VERSION,
};

const MEMORY: usize = 2 << 20;

/// A machine with memory from address 0 and one register; every register
/// write is an event.
struct Fake {
    memory: Vec<u8>,
    register: u32,
    events: VecDeque<Event>,
    mode: PortMode,
    queued: Vec<u8>,
}

fn mark(value: u32) -> Event {
    Event {
        time: Nanos(value.into()),
        core: None,
        mode: Mode::None,
        kind: EventKind::Mark { value },
    }
}

impl Fake {
    fn new() -> Self {
        Self {
            memory: vec![0; MEMORY],
            register: 0,
            events: VecDeque::new(),
            mode: PortMode::Open,
            queued: Vec::new(),
        }
    }

    fn range(&self, space: Space, addr: u32, len: usize) -> Result<std::ops::Range<usize>, Status> {
        let start = addr as usize;
        match space {
            Space::Bar4 | Space::Host => Err(Status::WindowClosed),
            Space::Dsp if start + len > self.memory.len() => Err(Status::OutOfRange),
            Space::Dsp => Ok(start..start + len),
        }
    }
}

impl Machine for Fake {
    fn info(&self) -> MachineInfo {
        MachineInfo {
            cores: 2,
            quantum: 500,
        }
    }

    fn read_mem(&mut self, space: Space, addr: u32, bytes: &mut [u8]) -> Result<(), Status> {
        let range = self.range(space, addr, bytes.len())?;
        bytes.copy_from_slice(&self.memory[range]);
        Ok(())
    }

    fn write_mem(&mut self, space: Space, addr: u32, bytes: &[u8]) -> Result<(), Status> {
        let range = self.range(space, addr, bytes.len())?;
        self.memory[range].copy_from_slice(bytes);
        Ok(())
    }

    fn read_reg(&mut self, addr: u32) -> Result<u32, Status> {
        if addr == 0 {
            Ok(self.register)
        } else {
            Err(Status::Unmapped)
        }
    }

    fn write_reg(&mut self, _: u32, value: u32) -> Result<(), Status> {
        self.register = value;
        self.events.push_back(mark(value));
        Ok(())
    }

    fn read_bar0(&mut self, addr: u32) -> Result<u32, Status> {
        Ok(!addr)
    }

    fn write_bar0(&mut self, addr: u32, value: u32) -> Result<(), Status> {
        self.events.push_back(mark(addr ^ value));
        Ok(())
    }

    fn set_port(&mut self, _: PortId, mode: PortMode) -> Result<(), Status> {
        self.mode = mode;
        Ok(())
    }

    /// What is queued is recorded at once.
    fn queue_source(&mut self, port: PortId, bytes: &[u8]) -> Result<(), Status> {
        if port == PortId::DMIC {
            return Err(Status::QueueFull);
        }
        self.queued.extend_from_slice(bytes);
        Ok(())
    }

    fn drain_sink(&mut self, port: PortId, len: usize) -> Result<Recording, Status> {
        if !port.has_output() {
            return Err(Status::NoSuchDirection);
        }
        let len = len.min(self.queued.len());
        Ok(Recording {
            start: Nanos(7),
            frame: 9,
            frame_bytes: 8,
            bytes: self.queued.drain(..len).collect(),
        })
    }

    fn port_status(&mut self, _: PortId) -> Result<PortStatus, Status> {
        Ok(PortStatus {
            mode: self.mode,
            recorded: self.queued.len() as u32,
            ..PortStatus::default()
        })
    }

    fn core_state(&mut self, core: CoreId) -> Result<CoreRegs, Status> {
        if core.get() >= 2 {
            return Err(Status::NoSuchCore);
        }
        Ok(CoreRegs {
            core,
            run: CoreRun::Waiting,
            pc: 0xA003_1000,
            ps: 0,
            epc1: 0,
            exccause: 0,
            excvaddr: 0,
            depc: 0,
            vecbase: 0xA003_0000,
            interrupt: 0,
            intenable: 0x10,
            ccount: 7,
            ar: std::array::from_fn(|index| index as u32),
        })
    }

    fn counters(&mut self, core: CoreId) -> Result<CoreCounters, Status> {
        if core.get() >= 2 {
            return Err(Status::NoSuchCore);
        }
        let mut counters = CoreCounters::ZERO;
        for (value, word) in (u64::from(core.get()) << 32..).zip(counters.words_mut()) {
            *word = value;
        }
        Ok(counters)
    }

    fn drain_events(&mut self, events: &mut Vec<Event>) {
        events.extend(self.events.drain(..));
    }
}

/// Runs a machine that stops at the end of each grant with 40 000 events,
/// more than one frame holds.
fn machine(stream: UnixStream) -> Result<Served, LinkError> {
    let mut fake = Fake::new();
    let mut server = Server::new(stream);
    loop {
        match server.serve(&mut fake)? {
            Served::Waiting | Served::Answered => {}
            Served::Resume { until } => {
                fake.events.extend((0..40_000).map(mark));
                server.stopped(
                    Stopped {
                        now: until,
                        reason: StopReason::Granted,
                    },
                    &mut fake,
                )?;
            }
            Served::Quit => return Ok(Served::Quit),
        }
    }
}

fn connected() -> (Client, thread::JoinHandle<Result<Served, LinkError>>) {
    let (lab, theirs) = UnixStream::pair().expect("a socket pair");
    let machine = thread::spawn(|| machine(theirs));
    (Client::open(lab, None).expect("hello"), machine)
}

#[test]
fn a_whole_session() {
    let (mut client, machine) = connected();
    assert_eq!(
        client.machine(),
        MachineInfo {
            cores: 2,
            quantum: 500
        }
    );

    let image: Vec<u8> = (0..MAX_TRANSFER + 1001).map(|index| index as u8).collect();
    client.write_mem(Space::Dsp, 16, &image).expect("in range");
    assert_eq!(
        client
            .read_mem(Space::Dsp, 16, image.len())
            .expect("in range"),
        image
    );

    client.write_reg(0, 42).expect("exists");
    assert_eq!(client.read_reg(0).expect("exists"), 42);
    assert_eq!(client.take_events(), [mark(42)]);

    let core1 = CoreId::new(1).expect("exists");
    assert_eq!(client.core_state(core1).expect("exists").ar[15], 15);

    let counters = client.counters(core1).expect("exists");
    assert_eq!(counters.instructions[4], 0x1_0000_0004);

    let stopped = client.resume(Nanos(1000)).expect("runs");
    assert_eq!(
        stopped,
        Stopped {
            now: Nanos(1000),
            reason: StopReason::Granted
        }
    );
    let events = client.take_events();
    assert_eq!(events.len(), 40_000);
    assert!(
        events
            .iter()
            .enumerate()
            .all(|(index, event)| *event == mark(index as u32))
    );

    client.quit().expect("acknowledged");
    assert_eq!(
        machine.join().expect("no panic").expect("ends well"),
        Served::Quit
    );
}

#[test]
fn refusals_name_the_request_and_leave_the_link_alive() {
    let (mut client, _machine) = connected();
    let refused = client
        .read_mem(Space::Bar4, 0x18_0000, 4)
        .expect_err("closed");
    assert_eq!(
        refused.to_string(),
        "read bar4 0x00180000: the window is closed"
    );
    let refused = client
        .core_state(CoreId::new(4).expect("exists"))
        .expect_err("two cores only");
    assert_eq!(refused.to_string(), "state of core 4: no such core");
    let core4 = CoreId::new(4).expect("exists");
    let refused = client.counters(core4).expect_err("two cores only");
    assert_eq!(refused.to_string(), "counters of core 4: no such core");
    let refused = client.read_reg(4).expect_err("one register");
    assert!(matches!(
        refused,
        ClientError::Refused {
            status: Status::Unmapped,
            ..
        }
    ));
    assert_eq!(client.read_reg(0).expect("exists"), 0);
}

#[test]
fn a_lab_that_goes_ends_the_machine() {
    let (client, machine) = connected();
    drop(client);
    let end = machine.join().expect("no panic");
    assert!(matches!(end, Err(LinkError::PeerGone)), "{end:?}");
}

#[test]
fn a_machine_that_goes_is_noticed() {
    let (lab, theirs) = UnixStream::pair().expect("a socket pair");
    let machine = thread::spawn(move || {
        let mut fake = Fake::new();
        let mut server = Server::new(theirs);
        while !matches!(server.serve(&mut fake), Ok(Served::Resume { .. })) {}
    });
    let mut client = Client::open(lab, None).expect("hello");
    let gone = client.resume(Nanos(1)).expect_err("it died");
    assert!(gone.is_peer_gone(), "{gone:?}");
    machine.join().expect("no panic");
}

#[test]
fn a_silent_machine_trips_the_watchdog() {
    let (lab, _theirs) = UnixStream::pair().expect("a socket pair");
    let watchdog = Duration::from_millis(1);
    let silent = Client::open(lab, Some(watchdog)).expect_err("nobody answers");
    assert!(
        matches!(silent, ClientError::Watchdog(after) if after == watchdog),
        "{silent:?}"
    );
}

#[test]
fn another_version_is_named_on_both_sides() {
    let (mut lab, theirs) = UnixStream::pair().expect("a socket pair");
    let machine = thread::spawn(|| machine(theirs));
    let mut hello = Vec::new();
    acelab_hostlink::Request::Hello { version: 9 }.encode(&mut hello);
    lab.write_all(&hello).expect("sent");
    lab.shutdown(std::net::Shutdown::Write).expect("open");
    let end = machine.join().expect("no panic");
    assert!(
        matches!(
            end,
            Err(LinkError::Version {
                theirs: 9,
                ours: VERSION
            })
        ),
        "{end:?}"
    );

    let (lab, mut theirs) = UnixStream::pair().expect("a socket pair");
    let mut hello = Vec::new();
    let machine = MachineInfo {
        cores: 1,
        quantum: 1,
    };
    acelab_hostlink::Reply::Hello {
        version: 9,
        machine,
    }
    .encode(&mut hello);
    theirs.write_all(&hello).expect("sent");
    let other = Client::open(lab, None).expect_err("another version");
    assert!(
        matches!(
            other,
            ClientError::Link(LinkError::Version {
                theirs: 9,
                ours: VERSION
            })
        ),
        "{other:?}"
    );
}

#[test]
fn requests_before_hello_and_a_second_hello_are_refused() {
    for requests in [
        vec![acelab_hostlink::Request::Quit],
        vec![
            acelab_hostlink::Request::Hello { version: VERSION },
            acelab_hostlink::Request::Hello { version: VERSION },
        ],
    ] {
        let (mut lab, theirs) = UnixStream::pair().expect("a socket pair");
        let machine = thread::spawn(|| machine(theirs));
        let mut bytes = Vec::new();
        for request in &requests {
            request.encode(&mut bytes);
        }
        lab.write_all(&bytes).expect("sent");
        let end = machine.join().expect("no panic");
        assert!(matches!(end, Err(LinkError::Unexpected { .. })), "{end:?}");
    }
}

#[test]
fn an_answer_of_the_wrong_kind_is_a_broken_protocol() {
    let (lab, mut theirs) = UnixStream::pair().expect("a socket pair");
    let mut bytes = Vec::new();
    acelab_hostlink::Reply::hello(MachineInfo {
        cores: 1,
        quantum: 1,
    })
    .encode(&mut bytes);
    acelab_hostlink::Reply::Value(Ok(1)).encode(&mut bytes);
    theirs.write_all(&bytes).expect("sent");
    let mut client = Client::open(lab, None).expect("hello");
    let wrong = client.resume(Nanos(1)).expect_err("a value is no stop");
    assert_eq!(
        wrong.to_string(),
        "the peer broke the protocol: Value instead of Stopped"
    );
}

#[test]
fn a_frame_beyond_the_limit_is_refused_before_it_is_read() {
    let (mut lab, theirs) = UnixStream::pair().expect("a socket pair");
    let machine = thread::spawn(|| machine(theirs));
    lab.write_all(&u32::MAX.to_le_bytes()).expect("sent");
    lab.shutdown(std::net::Shutdown::Write).expect("open");
    let end = machine.join().expect("no panic");
    assert!(
        matches!(
            end,
            Err(LinkError::Decode(DecodeError::TooLong {
                len: u32::MAX,
                ..
            }))
        ),
        "{end:?}"
    );
}

#[test]
fn stops_say_why() {
    let causes = HostCauses {
        doorbell: true,
        done: true,
        streams: 0x801,
    };
    assert_eq!(
        StopReason::HostInterrupt(causes).to_string(),
        "host interrupt: doorbell, done, streams 0x801"
    );
    assert_eq!(StopReason::Exit { code: 3 }.to_string(), "exit 3");
}

#[test]
fn what_is_queued_for_a_port_can_be_long_and_arrives_whole() {
    let (mut client, _machine) = connected();
    let ssp1 = PortId::ssp(1).expect("exists");
    let long: Vec<u8> = (0..MAX_TRANSFER as u32 + 4)
        .map(|byte| byte as u8)
        .collect();
    client.set_port(ssp1, PortMode::External).expect("answers");
    client.queue_source(ssp1, &long).expect("answers");
    let status = client.port_status(ssp1).expect("answers");
    assert_eq!(status.mode, PortMode::External);
    assert_eq!(status.recorded as usize, long.len());
    let first = client.drain_sink(ssp1).expect("answers");
    assert_eq!(
        (first.start, first.frame, first.frame_bytes),
        (Nanos(7), 9, 8)
    );
    let second = client.drain_sink(ssp1).expect("answers");
    assert_eq!([first.bytes, second.bytes].concat(), long);
    assert_eq!(client.drain_sink(ssp1).expect("answers").bytes, []);
    assert_eq!(client.read_bar0(0x20).expect("answers"), !0x20);
    client.write_bar0(1, 2).expect("answers");
    assert_eq!(client.take_events(), [mark(3)]);

    let full = client.queue_source(PortId::DMIC, &[0; 4]);
    assert!(matches!(
        full,
        Err(ClientError::Refused {
            status: Status::QueueFull,
            ..
        })
    ));
    let none = client.drain_sink(PortId::DMIC);
    assert!(matches!(
        none,
        Err(ClientError::Refused {
            status: Status::NoSuchDirection,
            ..
        })
    ));
}
