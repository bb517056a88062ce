//! Reading the list of steps: every step is read, so that all errors are told at once.

use acelab_abi::core_id::MAX_CORES;
use serde::de::DeserializeOwned;

use super::budget::Measure;
use super::diagnostic::{Diagnostic, HELP, line_of, suggest};
use super::library::{Corrupt, Load};
use super::loadable::unknown;
use super::memory_map::MemoryMap;
use super::register::Register;
use super::step::{
    Account, Boot, Codegen, Cores, Exit, Fault, Flood, Host, Ipc, Located, Log, Notification,
    Repeat, Ring, STEPS, Step, TestStep,
};
use super::stream::{Move, StreamStep};
use super::time::VirtualTime;
use super::yaml::{Kind, Node, decode};

/// Reads steps for a machine with `cores` cores; findings are collected.
pub(super) struct Reader<'a> {
    /// The file, for line numbers.
    pub text: &'a str,
    /// Cores of the machine.
    pub cores: u8,
    /// The streams of the case.
    pub streams: Vec<&'a str>,
    /// Numbers of the libraries of the case.
    pub libraries: Vec<u8>,
    /// Names of the figures measured so far.
    pub measures: Vec<String>,
    /// What was found wrong.
    pub findings: Vec<Diagnostic>,
}

/// The most rounds of a `repeat`.
const REPEAT_MAX: u32 = 100_000;

/// The most ticks of a `measure`.
const MEASURE_MAX: u32 = 100_000;

impl Reader<'_> {
    /// Reads the list at `node`.
    pub fn steps(&mut self, node: &Node) -> Vec<Located> {
        let Kind::Sequence(items) = &node.kind else {
            let message = format!(
                "{} where a list of steps is expected{HELP}begin each step with `- `",
                node.describe()
            );
            self.findings
                .push(Diagnostic::new(message, node.span.clone()));
            return Vec::new();
        };
        if items.is_empty() {
            self.findings
                .push(Diagnostic::new("no steps", node.span.clone()));
        }
        items.iter().filter_map(|item| self.located(item)).collect()
    }

    fn located(&mut self, node: &Node) -> Option<Located> {
        let line = line_of(self.text, node.span.start);
        match self.step(node) {
            Ok(step) => Some(Located { line, step }),
            Err(finding) => {
                self.findings.push(finding);
                None
            }
        }
    }

    fn step(&mut self, node: &Node) -> Result<Step, Diagnostic> {
        let entries = node.entries();
        let (name, span, content) = match (&node.kind, entries) {
            (Kind::Scalar(scalar), _) => (scalar.text.as_str(), &node.span, None),
            (Kind::Mapping(_), [(key, value), ..]) => (key.text.as_str(), &key.span, Some(value)),
            _ => {
                let message = format!("{} where a step is expected", node.describe());
                return Err(Diagnostic::new(message, node.span.clone()));
            }
        };
        if !STEPS.contains(&name) {
            let mut help = suggest(name, &STEPS);
            if name == "expect" {
                help = "`expect` belongs to the `ipc` step above it, indented as deep as `ipc`"
                    .to_owned();
            }
            return Err(Diagnostic::new(
                format!("unknown step `{name}`{HELP}{help}"),
                span.clone(),
            ));
        }
        if let Some(content) = content.filter(|_| !["ipc", "ring", "repeat"].contains(&name)) {
            self.check_cores(content)?;
        }
        match (name, content) {
            ("boot", None) => Ok(Step::Boot(Boot::default())),
            ("power_off", None) => Ok(Step::PowerOff),
            ("exit", None) => Ok(Step::Exit(decode(&empty(node))?)),
            (_, None) => Err(Diagnostic::new(
                format!("`{name}` needs more{HELP}write `{}`", example(name)),
                span.clone(),
            )),
            ("ipc", _) => decode::<Ipc>(node).map(Step::Ipc),
            ("ring", _) => decode::<Ring>(node).map(Step::Ring),
            ("test", _) => decode::<TestStep>(node).map(Step::Test),
            (_, Some(content)) => {
                if let [_, (second, _), ..] = entries {
                    let message = format!(
                        "`{}` does not belong to the step `{name}`{HELP}begin a new step with `- `",
                        second.text
                    );
                    return Err(Diagnostic::new(message, second.span.clone()));
                }
                self.single(name, content)
            }
        }
    }

    fn single(&mut self, name: &str, content: &Node) -> Result<Step, Diagnostic> {
        fn read<T: DeserializeOwned>(node: &Node, make: fn(T) -> Step) -> Result<Step, Diagnostic> {
            decode(node).map(make)
        }
        match name {
            "boot" => read::<Boot>(content, Step::Boot),
            "run" => read::<VirtualTime>(content, Step::Run),
            "cores" => read::<Cores>(content, Step::Cores),
            "notification" => read::<Notification>(content, Step::Notification),
            "log" => read::<Log>(content, Step::Log),
            "host" => read::<Host>(content, Step::Host),
            "flood" => read::<Flood>(content, Step::Flood),
            "codegen" => read::<Codegen>(content, Step::Codegen),
            "exit" => read::<Exit>(content, Step::Exit),
            "fault" => read::<Fault>(content, Step::Fault),
            "account" => read::<Account>(content, Step::Account),
            "memory_map" => read::<MemoryMap>(content, Step::MemoryMap),
            "measure" => self.measure(content).map(Step::Measure),
            "register" => read::<Register>(content, Step::Register),
            "repeat" => self.repeat(content).map(Step::Repeat),
            "load" => self.load(content).map(Step::Load),
            "corrupt" => read::<Corrupt>(content, Step::Corrupt),
            _ => self.stream_step(name, content),
        }
    }

    fn stream_step(&self, name: &str, content: &Node) -> Result<Step, Diagnostic> {
        let what = Move::of(name).unwrap_or(Move::Start);
        let step = StreamStep::read(what, content)?;
        match step
            .streams
            .iter()
            .find(|stream| !self.streams.contains(&stream.as_str()))
        {
            None => Ok(Step::Streams(step)),
            Some(stream) => {
                let help = match self.streams[..] {
                    [] => "the case has no `streams`".to_owned(),
                    _ => suggest(stream, &self.streams),
                };
                let message = format!("unknown stream `{stream}`{HELP}{help}");
                Err(Diagnostic::new(message, content.span.clone()))
            }
        }
    }

    fn load(&self, node: &Node) -> Result<Load, Diagnostic> {
        // In two steps, so that a mistake in the long form is told in its own words.
        let load = match &node.kind {
            Kind::Mapping(_) => decode::<Load>(node)?,
            _ => Load::of(decode(node)?),
        };
        if self.libraries.contains(&load.library) {
            return Ok(load);
        }
        let place = node.get("library").unwrap_or(node).span.clone();
        Err(Diagnostic::new(unknown(load.library), place))
    }

    fn measure(&mut self, node: &Node) -> Result<Measure, Diagnostic> {
        let step: Measure = decode(node)?;
        if step.ticks == 0 || step.ticks > MEASURE_MAX {
            let node = node.get("ticks").unwrap_or(node);
            let message = format!("`ticks` is 1 to {MEASURE_MAX}");
            return Err(Diagnostic::new(message, node.span.clone()));
        }
        for (name, limits) in node.get("above").map_or(&[][..], Node::entries) {
            let known: Vec<&str> = self.measures.iter().map(String::as_str).collect();
            if !known.contains(&name.text.as_str()) {
                let help = match known[..] {
                    [] => "no step before has `measure: { name: … }`".to_owned(),
                    _ => suggest(&name.text, &known),
                };
                let message = format!("no figures with the name `{}`{HELP}{help}", name.text);
                return Err(Diagnostic::new(message, name.span.clone()));
            }
            let of = step.above.get(&name.text).into_iter().flatten();
            if let Some((metric, _)) = of.into_iter().find(|(metric, _)| !metric.is_per_tick()) {
                let what = metric.what();
                let message = format!("{what} have no mean of a tick{HELP}put them in `budget`");
                return Err(Diagnostic::new(message, limits.span.clone()));
            }
        }
        self.measures.extend(step.name.clone());
        Ok(step)
    }

    fn repeat(&mut self, node: &Node) -> Result<Repeat, Diagnostic> {
        if let Some((key, _)) = node
            .entries()
            .iter()
            .find(|(key, _)| !["times", "steps"].contains(&key.text.as_str()))
        {
            let message = format!(
                "unknown field `{}`{HELP}{}",
                key.text,
                suggest(&key.text, &["times", "steps"])
            );
            return Err(Diagnostic::new(message, key.span.clone()));
        }
        let missing = |name: &str| {
            Diagnostic::new(
                format!("`{name}` is missing{HELP}write `{}`", example("repeat")),
                node.span.clone(),
            )
        };
        let times_node = node.get("times").ok_or_else(|| missing("times"))?;
        let times: u32 = decode(times_node)?;
        if times == 0 || times > REPEAT_MAX {
            let message = format!("`times` is 1 to {REPEAT_MAX}");
            return Err(Diagnostic::new(message, times_node.span.clone()));
        }
        let steps = self.steps(node.get("steps").ok_or_else(|| missing("steps"))?);
        Ok(Repeat { times, steps })
    }

    /// Steps that name cores for the lab's own use may only name those of the
    /// machine. Message fields are free, since refusing a bad core is the firmware's task.
    fn check_cores(&self, content: &Node) -> Result<(), Diagnostic> {
        for (key, value) in content.entries() {
            match key.text.as_str() {
                "up" | "down" | "cores" => value
                    .items()
                    .iter()
                    .try_for_each(|core| self.check_core(core))?,
                "core" => self.check_core(value)?,
                _ => self.check_cores(value)?,
            }
        }
        Ok(())
    }

    fn check_core(&self, node: &Node) -> Result<(), Diagnostic> {
        let index = node.text().and_then(|text| text.parse::<u64>().ok());
        let Some(index) = index.filter(|index| *index >= u64::from(self.cores)) else {
            return Ok(());
        };
        let help = match self.cores {
            1 => format!("it has one core; set `machine: {{ cores: N }}`, up to {MAX_CORES}"),
            n => format!("it has cores 0 to {}", n - 1),
        };
        let message = format!("the case's machine has no core {index}{HELP}{help}");
        Err(Diagnostic::new(message, node.span.clone()))
    }
}

fn empty(node: &Node) -> Node {
    Node {
        span: node.span.clone(),
        kind: Kind::Mapping(Vec::new()),
    }
}

/// A correct use of a step, for help texts.
fn example(name: &str) -> &'static str {
    match name {
        "ipc" => "ipc: { large_config_get: { param: fw_config } }",
        "run" => "run: 5 ms",
        "cores" => "cores: { up: [1] }",
        "repeat" => "repeat: { times: 10, steps: [ ... ] }",
        "notification" => "notification: { type: fw_ready }",
        "log" => "log: { contains: \"rx\", within: 5 ms }",
        "host" => "host: { read_log: false }",
        "ring" => "ring: { large_config_get: { param: fw_config } }",
        "flood" => "flood: { messages: 1000 }",
        "test" => "test: { exception: { core: 0, kind: illegal } }",
        "codegen" => "codegen: { groups: all }",
        "fault" => "fault: { thread: victim, core: 0 }",
        "account" => "account: remember",
        "memory_map" => "memory_map: { audio: [[1]] }",
        "load" => "load: 1",
        "corrupt" => "corrupt: { library: 1, field: \"header.pages\" }",
        "register" => "register: { name: \"pipeline[0].start\", value: none }",
        "measure" => "measure: { ticks: 200, budget: { syscalls_per_tick: 6 } }",
        "start" => "start: [first, second]",
        _ if Move::of(name).is_some() => "stop: first",
        _ => "boot",
    }
}
