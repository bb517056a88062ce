//! The host's state and its handling of time.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::trace::CoreCounters;

use super::cost::Cost;
use super::hda::Hda;
use super::log::LogLine;
use super::mailbox::Mail;
use super::mtrace::Reader;
use super::ports::Ports;
use super::positions::Reading;
use crate::events::Timeline;
use crate::measure::CoreTicks;
use crate::target::{CoreState, Stop, StopReason, Target, TargetError};

/// Why the host could not go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// The target failed.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The guest ended the run.
    #[error("the guest ended the run with code {0}")]
    Exited(u32),
    /// Something did not happen in virtual time.
    #[error("{what} did not happen within {} of virtual time", crate::case::time::VirtualTime(*within))]
    Timeout {
        /// What was waited for.
        what: String,
        /// For how long.
        within: Nanos,
    },
    /// The case as a whole took too long in virtual time.
    #[error("the case's timeout of virtual time has passed")]
    CaseTimeout,
}

/// Why the host's waiting ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// The time asked for has passed.
    Elapsed,
    /// Messages arrived or were completed, or streams want to be served; the host has
    /// done its part.
    Mailbox,
}

/// What a finished run leaves behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Everything that happened.
    pub timeline: Timeline,
    /// The messages, in order.
    pub mail: Vec<Mail>,
    /// The firmware's log, in the order of reading.
    pub log: Vec<LogLine>,
    /// How often the firmware was started.
    pub boots: u32,
    /// Positions of gateways while streams ran.
    pub positions: Vec<Reading>,
    /// What each request cost, if the host was asked to meter them.
    pub costs: Vec<Cost>,
    /// What cores did in ticks, for each `measure` and core.
    pub measured: Vec<CoreTicks>,
    /// What each core did in the whole run, where the target still told in the end.
    pub counters: Vec<(CoreId, CoreCounters)>,
}

/// The host and the target it drives.
pub struct Host {
    pub(super) target: Box<dyn Target>,
    pub(super) now: Nanos,
    deadline: Nanos,
    pub(super) timeline: Timeline,
    /// Messages sent and received, in order.
    pub(super) mail: Vec<Mail>,
    /// Completions (DONE) of the host's own messages seen so far.
    pub(super) completions: u32,
    pub(super) reader: Reader,
    /// Lines read from the firmware's log, in the order of reading.
    pub(super) log: Vec<LogLine>,
    pub(super) read_log: bool,
    pub(super) boots: u32,
    pub(super) hda: Hda,
    pub(super) ports: Ports,
    /// What the firmware has told of its gateways.
    pub(super) positions: Vec<Reading>,
    /// What requests cost; `None` as long as nobody asks.
    pub(super) costs: Option<Vec<Cost>>,
    /// What cores did in ticks.
    pub measured: Vec<CoreTicks>,
}

impl Host {
    /// A host for a target that stands at time zero. Nothing it does takes
    /// longer than `timeout` of virtual time, all in all.
    pub fn new(target: Box<dyn Target>, timeout: Nanos) -> Self {
        let cores = target.cores();
        Self {
            target,
            now: Nanos::ZERO,
            deadline: timeout,
            timeline: Timeline::default(),
            mail: Vec::new(),
            completions: 0,
            reader: Reader::new(cores),
            log: Vec::new(),
            read_log: true,
            boots: 0,
            hda: Hda::default(),
            ports: Ports::default(),
            positions: Vec::new(),
            costs: None,
            measured: Vec::new(),
        }
    }

    /// From here on, notes what each request costs.
    pub fn meter_requests(&mut self) {
        self.costs = Some(Vec::new());
    }

    /// Virtual time.
    pub fn now(&self) -> Nanos {
        self.now
    }

    /// Everything that happened so far.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The messages sent and received so far.
    pub fn mail(&self) -> &[Mail] {
        &self.mail
    }

    /// The lines read from the firmware's log so far.
    pub fn log_lines(&self) -> &[LogLine] {
        &self.log
    }

    /// Direct access for what only debuggers do.
    pub fn target(&mut self) -> &mut dyn Target {
        self.target.as_mut()
    }

    /// Adds a line of its own to the event log.
    pub fn note(&mut self, text: impl Into<String>) {
        self.timeline.host(self.now, text.into());
    }

    /// Whether the host reads the log from here on.
    pub fn set_read_log(&mut self, read: bool) {
        self.note(format!("read-log={}", if read { "on" } else { "off" }));
        self.read_log = read;
    }

    /// Lets virtual time pass up to `until`, or up to the next thing in the
    /// mailbox, which is then handled.
    pub fn pause_until(&mut self, until: Nanos) -> Result<Pause, HostError> {
        if self.now >= self.deadline {
            return Err(HostError::CaseTimeout);
        }
        let stop = self.resume(until.min(self.deadline))?;
        match stop.reason {
            StopReason::Granted => Ok(Pause::Elapsed),
            StopReason::HostInterrupt {
                doorbell,
                done,
                streams,
            } => {
                if done {
                    self.acknowledge_completion()?;
                }
                if doorbell {
                    self.take_message()?;
                }
                if streams != 0 {
                    self.hda_completed(streams)?;
                    self.feed_ports()?;
                    self.read_positions()?;
                }
                Ok(Pause::Mailbox)
            }
            StopReason::Exit(code) => Err(HostError::Exited(code)),
            StopReason::Shutdown => {
                Err(TargetError::Gone("it was asked to shut down".to_owned()).into())
            }
        }
    }

    /// Lets a span of virtual time pass, serving the mailbox on the way.
    pub fn run(&mut self, span: Nanos) -> Result<(), HostError> {
        self.pass_until(self.now.saturating_add(span))?;
        self.read_firmware_log()
    }

    /// Lets virtual time pass up to `end`, serving the mailbox on the way.
    pub fn pass_until(&mut self, end: Nanos) -> Result<(), HostError> {
        while self.now < end {
            self.pause_until(end)?;
        }
        Ok(())
    }

    /// Waits until `condition` gives something. It is asked again whenever the
    /// mailbox was served and after each `step` of virtual time.
    pub fn wait_for<T>(
        &mut self,
        what: &str,
        within: Nanos,
        step: Nanos,
        mut condition: impl FnMut(&mut Self) -> Result<Option<T>, HostError>,
    ) -> Result<T, HostError> {
        let end = self.now.saturating_add(within);
        loop {
            if let Some(found) = condition(self)? {
                return Ok(found);
            }
            if self.now >= end {
                return Err(HostError::Timeout {
                    what: what.to_owned(),
                    within,
                });
            }
            let next = self.now.saturating_add(step).min(end);
            self.pause_until(next)?;
        }
    }

    /// The registers of every core, as far as the target still tells.
    pub fn core_states(&mut self) -> Vec<CoreState> {
        let cores = self.target.cores();
        let cores = CoreId::ALL.into_iter().take(usize::from(cores));
        cores
            .filter_map(|core| self.target.core_state(core).ok())
            .collect()
    }

    /// What every core has done so far, as far as the target still tells.
    fn counters(&mut self) -> Vec<(CoreId, CoreCounters)> {
        let cores = usize::from(self.target.cores());
        let cores = CoreId::ALL.into_iter().take(cores);
        cores
            .filter_map(|core| Some((core, self.target.counters(core).ok()?)))
            .collect()
    }

    /// What the target said outside the link.
    pub fn diagnostics(&mut self) -> String {
        self.target.diagnostics()
    }

    /// Ends the run: reads what is left of the log and stops the target.
    pub fn finish(mut self) -> (Record, Result<(), HostError>) {
        let read = self.read_firmware_log();
        let counters = self.counters();
        let result = match self.target.finish() {
            Ok(events) => {
                self.timeline.machine(events);
                read
            }
            Err(error) => Err(error.into()),
        };
        let record = Record {
            timeline: self.timeline,
            mail: self.mail,
            log: self.log,
            boots: self.boots,
            positions: self.positions,
            costs: self.costs.unwrap_or_default(),
            measured: self.measured,
            counters,
        };
        (record, result)
    }

    /// Lets a broken target go.
    pub fn abandon(self) -> Record {
        Record {
            timeline: self.timeline,
            mail: self.mail,
            log: self.log,
            boots: self.boots,
            positions: self.positions,
            costs: self.costs.unwrap_or_default(),
            measured: self.measured,
            counters: Vec::new(),
        }
    }

    fn resume(&mut self, until: Nanos) -> Result<Stop, HostError> {
        let stop = self.target.resume(until);
        self.timeline.machine(self.target.take_events());
        let stop = stop?;
        self.now = stop.now;
        Ok(stop)
    }
}
