//! Power of the subsystem, of the cores' domains, and of the cores.
//!
//! Three switches stand between a core and its first instruction: the
//! subsystem (HFDSSCS, by the host), the core's domain (HFPWRCTL2 by the host
//! for core 0, DFPWRCTL2 by the DSP for any core), and SPA in the core's
//! control word. Each follows its request after a delay. Source: the sequences
//! of `soc_start_core` and `soc_adsp_halt_cpu` in Zephyr's
//! `ace/multiprocessing.c` and of `mtl_dsp_pre_fw_run` in Linux'
//! `sound/soc/sof/intel/mtl.c`.
//!
//! Unverified: all delays; that SPA acts on its edges only; that a domain
//! keeps its power while its core is active; that SPA without power is
//! ignored.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::trace::{EventKind, PowerRefusal, Switch};

use crate::access::Origin;
use crate::effect::{Effect, Effects};

/// From a domain's request to its new state (unverified).
pub const GATE_DELAY: Nanos = Nanos::from_micros(20);
/// From SPA to CPA (unverified).
pub const ACTIVE_DELAY: Nanos = Nanos::from_micros(10);
/// From HFDSSCS.SPA to CPA (unverified).
pub const SUBSYSTEM_DELAY: Nanos = Nanos::from_micros(50);

/// A state that follows its request after a delay.
#[derive(Clone, Copy, Debug, Default)]
struct Delayed {
    on: bool,
    change_at: Option<Nanos>,
}

impl Delayed {
    /// Heads for `on`, from `now`. A request for the present state takes back
    /// a change that is under way.
    fn request(&mut self, on: bool, now: Nanos, delay: Nanos) {
        if self.on == on {
            self.change_at = None;
        } else if self.change_at.is_none() {
            self.change_at = Some(now.saturating_add(delay));
        }
    }

    /// Completes the change that is due at `now`.
    fn step(&mut self, now: Nanos) -> bool {
        let due = self.change_at.is_some_and(|at| at <= now);
        if due {
            self.change_at = None;
            self.on = !self.on;
        }
        due
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Core {
    /// The DSP's request in DFPWRCTL2.
    keep_powered: bool,
    domain: Delayed,
    /// SPA as it was written.
    requested: bool,
    active: Delayed,
}

/// What a step of time did that others have to act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PowerStep {
    /// The core has become active: the boot ROM runs on it.
    Activated(CoreId),
    /// The subsystem has lost power.
    SubsystemOff,
}

#[derive(Debug)]
pub(crate) struct Power {
    /// Cores the part has.
    count: usize,
    subsystem_requested: bool,
    subsystem: Delayed,
    /// The host's request for core 0's domain.
    host_keeps_powered: bool,
    cores: [Core; MAX_CORES],
}

impl Power {
    pub(crate) fn new(count: usize) -> Self {
        Self {
            count,
            subsystem_requested: false,
            subsystem: Delayed::default(),
            host_keeps_powered: false,
            cores: [Core::default(); MAX_CORES],
        }
    }

    /// Whether the part has this core.
    pub(crate) const fn exists(&self, core: CoreId) -> bool {
        core.index() < self.count
    }

    pub(crate) const fn is_active(&self, core: CoreId) -> bool {
        self.cores[core.index()].active.on
    }

    /// SPA as it was written.
    pub(crate) const fn is_requested(&self, core: CoreId) -> bool {
        self.cores[core.index()].requested
    }

    pub(crate) const fn is_powered(&self, core: CoreId) -> bool {
        self.cores[core.index()].domain.on
    }

    pub(crate) const fn subsystem(&self) -> (bool, bool) {
        (self.subsystem_requested, self.subsystem.on)
    }

    pub(crate) const fn host_keeps_powered(&self) -> bool {
        self.host_keeps_powered
    }

    /// DFPWRCTL2.
    pub(crate) fn kept_powered(&self) -> u16 {
        self.mask(|core| core.keep_powered)
    }

    /// DFPWRSTS2.
    pub(crate) fn powered(&self) -> u16 {
        self.mask(|core| core.domain.on)
    }

    fn mask(&self, test: impl Fn(&Core) -> bool) -> u16 {
        let cores = self.cores.iter().enumerate();
        cores.fold(0, |mask, (index, core)| {
            mask | u16::from(test(core)) << index
        })
    }

    /// HFDSSCS.SPA.
    pub(crate) fn request_subsystem(&mut self, on: bool, now: Nanos) {
        self.subsystem_requested = on;
        self.subsystem.request(on, now, SUBSYSTEM_DELAY);
    }

    /// HFPWRCTL2: the host's vote for core 0's domain.
    pub(crate) fn host_keep_powered(&mut self, on: bool, now: Nanos) {
        self.host_keeps_powered = on;
        self.follow_domain(CoreId::PRIMARY, now);
    }

    /// DFPWRCTL2: the DSP's votes.
    pub(crate) fn keep_powered(&mut self, mask: u16, now: Nanos) {
        for core in CoreId::ALL.into_iter().take(self.count) {
            self.cores[core.index()].keep_powered = u32::from(mask) & core.bit() != 0;
            self.follow_domain(core, now);
        }
    }

    /// Heads the core's domain for what is asked of it; it is not cut from
    /// under an active core.
    fn follow_domain(&mut self, core: CoreId, now: Nanos) {
        let host = core.is_primary() && self.host_keeps_powered;
        let state = &mut self.cores[core.index()];
        let in_use = state.active.on || state.active.change_at.is_some();
        state
            .domain
            .request(state.keep_powered || host || in_use, now, GATE_DELAY);
    }

    /// SPA of a core.
    pub(crate) fn request_active(
        &mut self,
        core: CoreId,
        on: bool,
        origin: &Origin,
        fx: &mut Effects,
    ) {
        let refusal = self.refusal(core);
        let state = &mut self.cores[core.index()];
        if std::mem::replace(&mut state.requested, on) == on {
            return;
        }
        if on && let Some(reason) = refusal {
            fx.event(
                origin,
                EventKind::PowerRefused {
                    target: core.get(),
                    reason,
                },
            );
            return;
        }
        state.active.request(on, origin.now, ACTIVE_DELAY);
        self.follow_domain(core, origin.now);
    }

    fn refusal(&self, core: CoreId) -> Option<PowerRefusal> {
        if !self.exists(core) {
            Some(PowerRefusal::NoSuchCore)
        } else if !self.subsystem.on {
            Some(PowerRefusal::SubsystemOff)
        } else if !self.is_powered(core) {
            Some(PowerRefusal::Gated)
        } else {
            None
        }
    }

    /// When the next change is due.
    pub(crate) fn next_deadline(&self) -> Option<Nanos> {
        let cores = self
            .cores
            .iter()
            .flat_map(|core| [core.domain, core.active]);
        cores
            .chain([self.subsystem])
            .filter_map(|delayed| delayed.change_at)
            .min()
    }

    /// Does one change that is due at `origin.now`, if there is any. The order
    /// among changes of the same moment is fixed.
    pub(crate) fn step(&mut self, origin: &Origin, fx: &mut Effects) -> Option<PowerStep> {
        if self.subsystem.step(origin.now) {
            let power = Switch::from(self.subsystem.on);
            fx.event(origin, EventKind::SubsystemPower { power });
            if !self.subsystem.on {
                self.stop_all(origin, fx);
                return Some(PowerStep::SubsystemOff);
            }
        }
        for core in CoreId::ALL {
            if self.cores[core.index()].domain.step(origin.now) {
                let power = Switch::from(self.is_powered(core));
                fx.event(
                    origin,
                    EventKind::CoreGate {
                        target: core,
                        power,
                    },
                );
            }
            if self.cores[core.index()].active.step(origin.now) {
                let active = self.is_active(core);
                fx.event(
                    origin,
                    EventKind::CoreActive {
                        target: core,
                        active: Switch::from(active),
                    },
                );
                if active {
                    return Some(PowerStep::Activated(core));
                }
                stall(core, origin, fx);
                self.follow_domain(core, origin.now);
            }
        }
        None
    }

    /// What the loss of the subsystem does to the cores. The host's requests
    /// are its own and stay.
    fn stop_all(&mut self, origin: &Origin, fx: &mut Effects) {
        for core in CoreId::ALL {
            if self.is_active(core) {
                fx.event(
                    origin,
                    EventKind::CoreActive {
                        target: core,
                        active: Switch::Off,
                    },
                );
                stall(core, origin, fx);
            }
            let domain = self.cores[core.index()].domain;
            self.cores[core.index()] = Core {
                domain,
                ..Core::default()
            };
            self.follow_domain(core, origin.now);
        }
    }
}

fn stall(core: CoreId, origin: &Origin, fx: &mut Effects) {
    fx.event(origin, EventKind::CoreStall { target: core });
    fx.push(Effect::StallCore { core });
}
