//! A target in memory: enough of the host's side of a DSP to boot and to
//! answer, with a firmware that does what the test tells it to.

use std::collections::{BTreeMap, VecDeque};
use std::time::{SystemTime, UNIX_EPOCH};

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::notification::Notification;
use acelab_abi::ipc4::pipeline::PipelineState;
use acelab_abi::ipc4::{
    BaseFwParam, GlobalType, ModuleType, Primary, Status, Target as For, layout,
};
use acelab_abi::manifest;
use acelab_abi::mtrace;
use acelab_abi::port::{PortId, PortMode, PortStatus};
use acelab_abi::regs::hda_host::output;
use acelab_abi::regs::{dmw, dspcs, fw_status, hfipc, host};
use acelab_abi::trace::{CoreCounters, Event, EventKind, Mode};
use acelab_lab::target::{
    CoreState, Launcher, Recording, Space, Stop, StopReason, Target, TargetError,
};

use crate::sound::{Sound, Wrong};

/// What the firmware of a fake does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firmware {
    /// Everything right: success for each request.
    Good,
    /// Another status than success.
    Status(Status),
    /// Never says FW_READY.
    Mute,
    /// Never replies.
    Hangs,
    /// Replies but never gives DONE.
    NoDone,
    /// Replies twice.
    TwoReplies,
    /// Replies with another type.
    WrongType,
    /// Logs an error that nobody caused.
    LogsError,
    /// Logs a line that is no line.
    Garbles,
    /// Reports an exception on core 0.
    Faults,
    /// Stops a user thread and tells of it.
    StopsThread,
    /// Stops a user thread and tells the host nothing.
    StopsSecretly,
    /// Accesses an address where there is nothing.
    WildAccess,
    /// Ends the run when asked for anything.
    Exits,
    /// Writes the host's time into its log.
    LeaksHostTime,
    /// Breaks the link when asked for anything.
    Dies,
    /// Plays a stream, and does something wrong with it.
    Plays(Wrong),
}

/// Starts fakes.
pub struct Fakes(pub Firmware);

impl Launcher for Fakes {
    fn launch(&self, cores: u8) -> Result<Box<dyn Target>, TargetError> {
        Ok(Box::new(Fake::new(self.0, cores)))
    }
}

/// Time from a request to what the firmware does about it.
const WORK: u64 = 10_000;

/// What the outbox holds after a LARGE_CONFIG_GET.
const LIST: [u32; 2] = [1, 7];
/// Where the host sees the outbox.
const OUTBOX: u32 = dmw::host_address(0) + acelab_abi::memory::PAGE_SIZE;

enum Action {
    Send(Primary, u32),
    Done,
    Ready,
    Exit,
    Die,
}

struct Fake {
    firmware: Firmware,
    cores: u8,
    now: u64,
    registers: BTreeMap<u32, u32>,
    memory: BTreeMap<u32, u8>,
    agenda: VecDeque<(u64, Action)>,
    events: Vec<Event>,
    dead: bool,
    sound: Sound,
}

impl Fake {
    fn new(firmware: Firmware, cores: u8) -> Self {
        let mut fake = Self {
            firmware,
            cores,
            now: 0,
            registers: BTreeMap::new(),
            memory: BTreeMap::new(),
            agenda: VecDeque::new(),
            events: Vec::new(),
            dead: false,
            sound: Sound::new(match firmware {
                Firmware::Plays(wrong) => wrong,
                _ => Wrong::Nothing,
            }),
        };
        let window = dmw::host_address(2);
        for core in CoreId::ALL.into_iter().take(usize::from(cores)) {
            let descriptor = core.index() as u32 * mtrace::DESCRIPTOR_BYTES;
            fake.set_word(window + descriptor + 4, mtrace::debug_log_type(core));
        }
        fake
    }

    fn set_word(&mut self, address: u32, word: u32) {
        self.memory.extend((address..).zip(word.to_le_bytes()));
    }

    fn word(&self, address: u32) -> u32 {
        u32::from_le_bytes(
            [0, 1, 2, 3].map(|i| self.memory.get(&(address + i)).copied().unwrap_or(0)),
        )
    }

    fn log(&mut self, text: &str) {
        let slot = dmw::host_address(2) + mtrace::slot_offset(0);
        let mut write = self.word(slot + mtrace::DSP_WRITE_PTR);
        for byte in format!("[{:5}.{:06}] {text}\n", 0, self.now / 1000).bytes() {
            self.memory.insert(slot + mtrace::DATA + write, byte);
            write = (write + 1) % mtrace::DATA_BYTES;
        }
        self.set_word(slot + mtrace::DSP_WRITE_PTR, write);
    }

    fn later(&mut self, action: Action) {
        self.agenda.push_back((self.now + WORK, action));
    }

    fn request(&mut self, primary: Primary, extension: u32) {
        self.log(&format!(
            "<inf> ipc: rx\t: {:#x}|{extension:#x}",
            primary.word()
        ));
        let status = match self.firmware {
            Firmware::Status(status) => status,
            _ => Status::Success,
        };
        let reply = match self.firmware {
            Firmware::WrongType => Primary::new(primary.word() ^ 1 << 24).reply(status),
            _ => primary.reply(status),
        };
        match self.firmware {
            Firmware::Hangs => return,
            Firmware::Exits => return self.later(Action::Exit),
            Firmware::Dies => return self.later(Action::Die),
            Firmware::LeaksHostTime => {
                let leak = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default();
                self.log(&format!("<inf> leak: {}", leak.as_nanos()));
            }
            Firmware::Garbles => self.log("ore 1 init done"),
            Firmware::LogsError => self.log("<err> kernel: out of luck"),
            Firmware::Faults => {
                self.log("<err> os: ** FATAL EXCEPTION");
                self.log("<err> os: ** CPU 0 EXCCAUSE 28 (load prohibited)");
            }
            Firmware::StopsThread | Firmware::StopsSecretly => {
                self.log("<err> fault: ** USER FAULT thread \"bad\" core 0 ring 2: EXCCAUSE 28 (load prohibited)");
                self.log("<err> fault: **  PC 0xa0100000 VADDR 0x00000000");
            }
            Firmware::WildAccess => {
                let kind = EventKind::ReadOnlyRegister {
                    addr: 0x1234,
                    value: 1,
                };
                let time = Nanos(self.now);
                self.events.push(Event {
                    time,
                    core: CoreId::new(0),
                    mode: Mode::Kernel,
                    kind,
                });
            }
            _ => {}
        }
        let set_state = Primary::request(For::Global, GlobalType::SetPipelineState.code());
        if primary.kind() == set_state.kind() && primary.target() == For::Global {
            let state = layout::PPL_STATE.get(primary.word(), extension);
            let running = state == PipelineState::Running.code() && self.sound.is_running();
            self.sound.set_running(self.now, running);
        }
        let extension = self.outbox(primary, extension);
        self.later(Action::Send(reply, extension));
        if self.firmware == Firmware::TwoReplies {
            self.later(Action::Send(reply, extension));
        }
        if [Firmware::Faults, Firmware::StopsThread].contains(&self.firmware) {
            let fault = Notification::exception_caught(CoreId::PRIMARY);
            self.later(Action::Send(fault.primary, fault.extension));
        }
        if self.firmware != Firmware::NoDone {
            self.later(Action::Done);
        }
    }

    /// What is read by LARGE_CONFIG_GET is a list of one pipeline, number 7;
    /// of TEST it is a wrong hash and the right number of groups.
    fn outbox(&mut self, request: Primary, extension: u32) -> u32 {
        let large_get = Primary::request(For::Module, ModuleType::LargeConfigGet.code());
        if request.with_specific(0) != large_get {
            return extension;
        }
        let test = u32::from(BaseFwParam::Test.code());
        let modules = u32::from(BaseFwParam::ModulesInfo.code());
        let words = match layout::LARGE_PARAM.get(request.word(), extension) {
            param if param == test => vec![1, 7, acelab_codegen::GROUPS.len() as u32],
            param if param == modules => module_list(&["BASEFW", "COPIER", "GAIN"]),
            _ => LIST.to_vec(),
        };
        for (address, word) in (OUTBOX..).step_by(4).zip(&words) {
            self.set_word(address, *word);
        }
        let (mut primary, mut extension) = (request.word(), extension);
        assert!(layout::LARGE_SIZE.set(&mut primary, &mut extension, 4 * words.len() as u32));
        extension
    }

    /// Sound goes on up to now; a part of the host's buffer is done.
    fn part_done(&mut self) -> StopReason {
        if self.sound.advance(self.now) {
            StopReason::HostInterrupt {
                doorbell: false,
                done: false,
                streams: 1 << output(0),
            }
        } else {
            StopReason::Granted
        }
    }

    fn act(&mut self, action: Action) -> Result<StopReason, TargetError> {
        let interrupt = |doorbell, done| {
            Ok(StopReason::HostInterrupt {
                doorbell,
                done,
                streams: 0,
            })
        };
        match action {
            Action::Send(primary, extension) => {
                let tdr = hfipc::host_address(hfipc::Reg::Tdr);
                self.registers.insert(tdr, hfipc::BUSY | primary.word());
                self.registers
                    .insert(hfipc::host_address(hfipc::Reg::Tdd), extension);
                interrupt(true, false)
            }
            Action::Ready => {
                self.registers.insert(
                    fw_status::address(fw_status::Reg::Status),
                    fw_status::FW_ENTERED,
                );
                self.log("<inf> main: ready");
                self.act(Action::Send(Notification::fw_ready().primary, 0))
            }
            Action::Done => {
                let ida = hfipc::host_address(hfipc::Reg::Ida);
                self.registers.insert(ida, hfipc::DONE);
                interrupt(false, true)
            }
            Action::Exit => Ok(StopReason::Exit(7)),
            Action::Die => {
                self.dead = true;
                Err(TargetError::Gone(
                    "the other side closed the link".to_owned(),
                ))
            }
        }
    }
}

/// The reply to MODULES_INFO, in words.
fn module_list(names: &[&str]) -> Vec<u32> {
    let mut words = vec![names.len() as u32];
    for (number, name) in (0..).zip(names) {
        let mut entry = vec![0; manifest::MODULE_BYTES as usize / 4];
        entry[0] = number;
        let mut text = [0; 8];
        text[..name.len()].copy_from_slice(name.as_bytes());
        for (word, bytes) in entry[1..3].iter_mut().zip(text.chunks(4)) {
            *word = u32::from_le_bytes(bytes.try_into().expect("four bytes"));
        }
        words.extend(entry);
    }
    words
}

fn no_audio(what: impl std::fmt::Display) -> TargetError {
    TargetError::Refused(format!("the fake has no audio: {what}"))
}

impl Target for Fake {
    fn cores(&self) -> u8 {
        self.cores
    }

    fn resume(&mut self, until: Nanos) -> Result<Stop, TargetError> {
        let due = self
            .agenda
            .front()
            .map(|(time, _)| *time)
            .filter(|time| *time <= until.0);
        let part = self.sound.next_stop().filter(|part| *part <= until.0);
        let reason = match (due, part) {
            (due, Some(part)) if due.is_none_or(|due| part < due) => {
                self.now = part.max(self.now);
                self.part_done()
            }
            (Some(_), _) => {
                let (time, action) = self.agenda.pop_front().expect("it is due");
                self.now = time.max(self.now);
                self.act(action)?
            }
            (None, _) => {
                self.now = until.0;
                StopReason::Granted
            }
        };
        Ok(Stop {
            now: Nanos(self.now),
            reason,
        })
    }

    fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    fn read(&mut self, space: Space, address: u32, len: u32) -> Result<Vec<u8>, TargetError> {
        if space == Space::HostMemory {
            return Ok(self.sound.read(address, len));
        }
        Ok((address..address + len)
            .map(|at| self.memory.get(&at).copied().unwrap_or(0))
            .collect())
    }

    fn write(&mut self, space: Space, address: u32, bytes: &[u8]) -> Result<(), TargetError> {
        if space == Space::HostMemory {
            self.sound.write(address, bytes);
            return Ok(());
        }
        self.memory.extend((address..).zip(bytes.iter().copied()));
        Ok(())
    }

    fn read_register(&mut self, offset: u32) -> Result<u32, TargetError> {
        Ok(self.registers.get(&offset).copied().unwrap_or(0))
    }

    fn write_register(&mut self, offset: u32, value: u32) -> Result<(), TargetError> {
        let idr = hfipc::host_address(hfipc::Reg::Idr);
        let idd = hfipc::host_address(hfipc::Reg::Idd);
        let core0 = dspcs::control(CoreId::PRIMARY);
        self.registers.insert(offset, value);
        if offset == host::Reg::SubsystemControl.offset() {
            self.registers.insert(offset, value | host::SUBSYSTEM_CPA);
        } else if offset == host::Reg::PowerControl.offset() {
            self.registers
                .insert(host::Reg::PowerStatus.offset(), value);
        } else if offset == core0 {
            self.registers.insert(offset, value | dspcs::CPA);
            if self.firmware != Firmware::Mute {
                self.later(Action::Ready);
            }
        } else if offset == idr && value == hfipc::BUSY | host::PURGE_FW {
            self.later(Action::Done);
        } else if offset == idr {
            let extension = self.registers.get(&idd).copied().unwrap_or(0);
            self.request(Primary::new(value), extension);
        }
        Ok(())
    }

    fn read_bar0(&mut self, offset: u32) -> Result<u32, TargetError> {
        Ok(self.sound.read_bar0(offset))
    }

    fn write_bar0(&mut self, offset: u32, value: u32) -> Result<(), TargetError> {
        self.sound.write_bar0(offset, value);
        Ok(())
    }

    fn set_port(&mut self, _: PortId, _: PortMode) -> Result<(), TargetError> {
        Ok(())
    }

    fn queue_source(&mut self, port: PortId, _: &[u8]) -> Result<(), TargetError> {
        Err(no_audio(port))
    }

    fn drain_sink(&mut self, _: PortId) -> Result<Recording, TargetError> {
        self.sound.advance(self.now);
        Ok(self.sound.drain())
    }

    fn port_status(&mut self, _: PortId) -> Result<PortStatus, TargetError> {
        Ok(self.sound.status())
    }

    fn core_state(&mut self, core: CoreId) -> Result<CoreState, TargetError> {
        Ok(CoreState {
            core,
            run: "waiting".to_owned(),
            pc: 0xA003_1000,
            general: [0; 16],
            special: vec![("ps", 0x20)],
        })
    }

    fn counters(&mut self, _core: CoreId) -> Result<CoreCounters, TargetError> {
        Ok(CoreCounters::ZERO)
    }

    fn finish(self: Box<Self>) -> Result<Vec<Event>, TargetError> {
        if self.dead {
            Err(TargetError::Gone("dead".to_owned()))
        } else {
            Ok(self.events)
        }
    }

    fn diagnostics(&mut self) -> String {
        String::new()
    }
}
