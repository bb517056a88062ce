//! Doing the steps of a case, one after the other.

use std::collections::BTreeMap;

use acelab_abi::clock::Nanos;
use acelab_abi::ipc4::notification::Notification;
use acelab_abi::trace::{EventKind, Peer};

use super::account::Words;
use super::random::Random;
use super::reply::differences;
use super::streams::Streams;
use crate::case::Case;
use crate::case::expect::ReplyExpectation;
use crate::case::message::Message;
use crate::case::step::{Located, Ring, Step};
use crate::events::{Content, Line};
use crate::host::{Again, Exchange, Host, HostError, Image};
use crate::library::Files;
use crate::measure::CoreTicks;
use crate::target::TargetError;
use crate::verdict::{ExpectedFaults, Failure, Tolerated};

/// Why no further step can be done.
pub(super) enum Halt {
    /// A step failed in a way that makes the next ones pointless.
    Failed,
    /// The target is of no use any more.
    Target(HostError),
}

/// A case under way.
pub(super) struct Runner<'a> {
    pub host: Host,
    pub image: &'a Image,
    pub case: &'a Case,
    pub streams: Streams,
    pub libraries: Files,
    pub random: Random,
    pub failures: Vec<Failure>,
    pub tolerated: Tolerated,
    /// Reports of stopped user threads that `fault` steps have claimed.
    pub faults: ExpectedFaults,
    /// What `measure` steps have counted, by their names.
    pub measured: BTreeMap<String, Vec<CoreTicks>>,
    /// The account that `account: remember` has kept.
    pub remembered: Option<Words>,
    /// The memory after the last boot, if the case looks at it again in the end.
    pub baseline: Option<Words>,
    /// Line of the step under way.
    line: usize,
    /// Messages before this one were already matched by a `notification` step.
    pub mail_seen: usize,
    /// Log lines before this one were already matched by a `log` step.
    pub log_seen: usize,
}

impl<'a> Runner<'a> {
    pub fn new(host: Host, case: &'a Case, image: &'a Image) -> Self {
        Self {
            host,
            image,
            case,
            streams: Streams::new(&case.streams),
            libraries: Files::default(),
            random: Random::new(case.seed),
            failures: Vec::new(),
            tolerated: Tolerated::default(),
            faults: ExpectedFaults::default(),
            measured: BTreeMap::new(),
            remembered: None,
            baseline: None,
            line: 0,
            mail_seen: 0,
            log_seen: 0,
        }
    }

    /// Does all steps of the case, and what belongs to its end.
    pub fn case(&mut self) -> Result<(), Halt> {
        self.steps(&self.case.steps)?;
        self.collect_playing()?;
        self.baseline_at_end()
    }

    /// Makes the firmware have the fault that the case must find.
    fn plant_fault(&mut self) -> Result<(), Halt> {
        let Some(plant) = &self.case.plant else {
            return Ok(());
        };
        let message = crate::case::test::plant(plant.fault.0);
        let result = self
            .host
            .request(&message, ReplyExpectation::default().within.0);
        let exchange = self.tried("plant", "a reply and DONE", result)?;
        match exchange.reply.primary.status_code() {
            Some(0) => Ok(()),
            status => {
                // Not a failure of the case, which might count as the fault being found.
                let reason = format!("the firmware plants no fault: status {status:?}");
                Err(Halt::Target(TargetError::Start(reason).into()))
            }
        }
    }

    /// Does the steps until the end or until one cannot be done.
    pub fn steps(&mut self, steps: &[Located]) -> Result<(), Halt> {
        for located in steps {
            self.line = located.line;
            self.step(&located.step)?;
        }
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Result<(), Halt> {
        match step {
            Step::Boot(boot) => {
                let result = match boot.purge {
                    true => self.host.boot(self.image, boot.within.0),
                    false => self.host.boot_kept(self.image, boot.within.0),
                };
                let ready = self.tried("boot", "FW_READY", result)?.primary;
                let with_libraries = ready == Notification::fw_ready_with_libraries().primary;
                if let Some(restored) = boot.restored.filter(|it| *it != with_libraries) {
                    let expected = format!("libraries restored: {restored}");
                    self.fail("FW_READY", expected, format!("{:#010x}", ready.word()));
                }
                self.mail_seen = 0;
                self.plant_fault()?;
                self.remember_baseline()
            }
            Step::PowerOff => {
                let result = self.host.power_off();
                self.tried("power_off", "the DSP without power", result)
            }
            Step::Ipc(step) => {
                let message = self.resolved(&step.ipc)?;
                self.exchange(&message, &step.expect).map(|_| ())
            }
            Step::Test(step) => self
                .exchange(&step.test.message(), &step.expect)
                .map(|_| ()),
            Step::Ring(step) => self.ring(step),
            Step::Run(time) => {
                let result = self.host.run(time.0);
                self.tried("run", "virtual time passes", result)
            }
            Step::Cores(step) => self.cores(step),
            Step::Repeat(step) => (0..step.times).try_for_each(|_| self.steps(&step.steps)),
            Step::Notification(step) => self.notification(step),
            Step::Log(step) => self.log(step),
            Step::Host(step) => {
                self.host.set_read_log(step.read_log);
                Ok(())
            }
            Step::Flood(step) => self.flood(step),
            Step::Codegen(step) => self.codegen(step),
            Step::Exit(step) => self.exit(step),
            Step::Fault(step) => self.fault(step),
            Step::Account(step) => self.account(*step),
            Step::MemoryMap(step) => self.memory_map(step),
            Step::Streams(step) => self.move_streams(step),
            Step::Measure(step) => self.measure(step),
            Step::Register(step) => self.register(step),
            Step::Load(step) => self.load(step),
            Step::Corrupt(step) => self.corrupt(step),
        }
    }

    /// Sends a request and compares its reply.
    pub fn exchange(
        &mut self,
        message: &Message,
        expect: &ReplyExpectation,
    ) -> Result<Exchange, Halt> {
        let start = self.host.now();
        let result = self.host.request(message, expect.within.0);
        self.completed(message, expect, start, result)
    }

    fn ring(&mut self, step: &Ring) -> Result<(), Halt> {
        let message = self.resolved(&step.ring)?;
        let start = self.host.now();
        let again = Again {
            times: step.again,
            every: step.every.0,
        };
        let result = self
            .host
            .request_ringing_again(&message, step.expect.within.0, again);
        self.completed(&message, &step.expect, start, result)?;
        let ignored = |line: &&Line| {
            let from_host = |kind: &EventKind| {
                matches!(
                    kind,
                    EventKind::IpcRingIgnored {
                        from: Peer::Host,
                        ..
                    }
                )
            };
            line.head.time >= start
                && matches!(&line.content, Content::Machine(kind) if from_host(kind))
        };
        let ignored = self.host.timeline().lines().iter().filter(ignored).count();
        if ignored != step.again as usize {
            let expected = format!("{} rings that the mailbox ignores", step.again);
            self.fail("ring", expected, format!("{ignored} ignored"));
        }
        Ok(())
    }

    fn completed(
        &mut self,
        message: &Message,
        expect: &ReplyExpectation,
        start: Nanos,
        result: Result<Exchange, HostError>,
    ) -> Result<Exchange, Halt> {
        let what = crate::host::decode::request(message);
        let log = self.host.read_firmware_log();
        if expect.status.value != 0 {
            self.tolerated.add(start, self.host.now());
        }
        let exchange = self.tried(&what, "a reply and DONE", result)?;
        self.tried(&what, "a readable log", log)?;
        for (part, expected, came) in differences(expect, message, &exchange.reply) {
            self.fail(format!("{part} of {what}"), expected, came);
        }
        Ok(exchange)
    }

    /// Notes a failure of the step under way; the case goes on.
    pub fn fail(
        &mut self,
        what: impl Into<String>,
        expected: impl Into<String>,
        came: impl Into<String>,
    ) {
        self.failures.push(Failure {
            line: Some(self.line),
            what: what.into(),
            expected: expected.into(),
            came: came.into(),
        });
    }

    /// Sorts what the host could not do into failures of the firmware and of the target.
    pub fn tried<T>(
        &mut self,
        what: &str,
        expected: &str,
        result: Result<T, HostError>,
    ) -> Result<T, Halt> {
        match result {
            Ok(value) => Ok(value),
            Err(HostError::Target(error)) if error.is_infrastructure() => {
                Err(Halt::Target(HostError::Target(error)))
            }
            Err(error) => {
                self.fail(what, expected, error.to_string());
                Err(Halt::Failed)
            }
        }
    }
}
