//! Which pipelines and instances the streams of a case become, and the messages that
//! make, move and delete them. Numbers are given in the order of the file, so that a
//! case can name them in messages of its own.

use std::collections::BTreeMap;

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::node_id::NodeId;
use acelab_abi::ipc4::pipeline::PipelineState;
use acelab_signal::Format;

use super::compose::{self, Queues};
use super::formats::{Hop, hops};
use super::payload;
use crate::case::message::Message;
use crate::case::stream::{Component, Direction, Stream};

/// A pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pipeline {
    /// Its number.
    pub id: u8,
    /// Its core.
    pub core: CoreId,
    /// Its priority.
    pub priority: u8,
}

/// An instance of a module.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// Name of the module in the firmware's list.
    pub module: String,
    /// Number of the instance.
    pub instance: u8,
    /// Which of the stream's pipelines it is in.
    pub pipeline: usize,
    /// What it was made of.
    pub component: Component,
    /// Formats at both sides.
    pub hop: Hop,
}

/// A stream with its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The stream.
    pub stream: Stream,
    /// Its pipelines from the source to the sink.
    pub pipelines: Vec<Pipeline>,
    /// Its instances from the source to the sink.
    pub instances: Vec<Instance>,
    /// The component of another stream that takes what comes out, and its queue.
    pub into: Option<(Instance, u8)>,
    /// What it puts out at its end.
    pub output: Format,
    looped: bool,
}

/// All streams of a case with their numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// The streams, in the order of the file.
    pub streams: Vec<Planned>,
}

impl Component {
    /// The name of its module in the firmware's list, with the id of its library behind `@`
    /// where it is of one.
    pub fn module_name(&self) -> String {
        match self {
            Self::Host(_) | Self::Port(_) => "COPIER".to_owned(),
            Self::Module(module) => match module.library {
                None => module.name.clone(),
                Some(library) => format!("{}@{library}", module.name),
            },
        }
    }

    /// Whether its own thread runs it.
    pub fn data_processing(&self) -> bool {
        matches!(self, Self::Module(module) if module.data_processing)
    }
}

impl Plan {
    /// Gives numbers to what the streams consist of.
    pub fn of(streams: &[Stream]) -> Self {
        let mut numbers = Numbers::default();
        let mut plan = Self::default();
        for stream in streams {
            let own = stream.port();
            let looped =
                |other: &Stream| own.is_some() && other.loopback.is_some() && other.port() == own;
            let feeding = streams
                .iter()
                .find(|other| other.chain.into.as_ref() == Some(&stream.name));
            let mixed = feeding.map(|other| {
                let hops = hops(other, None);
                hops[hops.len() - 1].output
            });
            plan.streams.push(planned(
                stream,
                mixed,
                streams.iter().any(looped),
                &mut numbers,
            ));
        }
        let mut queues: BTreeMap<String, u8> = BTreeMap::new();
        for index in 0..plan.streams.len() {
            let Some(name) = plan.streams[index].stream.chain.into.clone() else {
                continue;
            };
            let queue = queues.entry(name.clone()).or_default();
            let sink = plan
                .get(&name)
                .and_then(|sink| sink.instances.first().cloned());
            plan.streams[index].into = sink.map(|sink| (sink, *queue));
            *queue += 1;
        }
        plan
    }

    /// The stream with this name.
    pub fn get(&self, name: &str) -> Option<&Planned> {
        self.streams
            .iter()
            .find(|planned| planned.stream.name == name)
    }
}

#[derive(Default)]
struct Numbers {
    pipelines: u8,
    instances: BTreeMap<String, u8>,
}

fn next(number: &mut u8) -> u8 {
    let now = *number;
    *number = number.saturating_add(1);
    now
}

fn planned(stream: &Stream, mixed: Option<Format>, looped: bool, numbers: &mut Numbers) -> Planned {
    let hops = hops(stream, mixed);
    let mut pipelines = Vec::new();
    let mut instances: Vec<Instance> = Vec::new();
    for components in &stream.chain.pipelines {
        pipelines.push(Pipeline {
            id: next(&mut numbers.pipelines),
            core: stream.core.0,
            priority: stream.priority,
        });
        for component in components {
            let module = component.module_name();
            let instance = next(numbers.instances.entry(module.clone()).or_default());
            instances.push(Instance {
                module,
                instance,
                pipeline: pipelines.len() - 1,
                component: component.clone(),
                hop: hops[instances.len()],
            });
        }
    }
    Planned {
        stream: stream.clone(),
        pipelines,
        instances,
        into: None,
        output: hops[hops.len() - 1].output,
        looped,
    }
}

const FIRST_QUEUES: Queues = Queues { source: 0, sink: 0 };

impl Planned {
    /// The messages that make the stream: pipelines, instances, bindings.
    pub fn setup(&self) -> Vec<Message> {
        let mut messages: Vec<Message> = self
            .pipelines
            .iter()
            .map(compose::create_pipeline)
            .collect();
        messages.extend(self.instances.iter().map(|instance| {
            let payload = payload::of(&instance.component, &self.stream, instance.hop, self.looped);
            let pipeline = &self.pipelines[instance.pipeline];
            compose::init_instance(instance, pipeline, payload)
        }));
        let pairs = self.instances.iter().zip(self.instances.iter().skip(1));
        messages.extend(pairs.map(|(source, sink)| compose::bind(source, sink, FIRST_QUEUES)));
        if let (Some(source), Some((sink, queue))) = (self.instances.last(), &self.into) {
            messages.push(compose::bind(
                source,
                sink,
                Queues {
                    source: 0,
                    sink: *queue,
                },
            ));
        }
        messages
    }

    /// The messages that delete it: bindings between pipelines, then pipelines, which
    /// take along what is in them.
    pub fn teardown(&self) -> Vec<Message> {
        let mut messages = Vec::new();
        if let (Some(source), Some((sink, queue))) = (self.instances.last(), &self.into) {
            messages.push(compose::unbind(
                source,
                sink,
                Queues {
                    source: 0,
                    sink: *queue,
                },
            ));
        }
        let pairs = self.instances.iter().zip(self.instances.iter().skip(1));
        let between = pairs.filter(|(source, sink)| source.pipeline != sink.pipeline);
        messages.extend(between.map(|(source, sink)| compose::unbind(source, sink, FIRST_QUEUES)));
        messages.extend(self.pipelines.iter().map(compose::delete_pipeline));
        messages
    }

    /// The pipelines in the order in which they are moved to `state`: the sink first
    /// when they begin, the source first when they end.
    pub fn order(&self, state: PipelineState, beginning: bool) -> Vec<u8> {
        let ids = self.pipelines.iter().map(|pipeline| pipeline.id);
        if state == PipelineState::Running || beginning {
            ids.rev().collect()
        } else {
            ids.collect()
        }
    }

    /// What comes in at its source.
    pub fn input(&self) -> Format {
        self.instances[0].hop.input
    }

    /// The gateway at its port, if it has one.
    pub fn port_node(&self) -> Option<NodeId> {
        Some(payload::port_node(&self.stream, self.stream.port()?))
    }

    /// What the gateway at its port moves.
    pub fn port_format(&self) -> Format {
        match self.stream.direction {
            Direction::Playback => self.output,
            Direction::Capture => self.input(),
        }
    }

    /// Whether it goes from the host to a port.
    pub fn is_playback(&self) -> bool {
        self.stream.direction == Direction::Playback
    }
}

/// SET_PIPELINE_STATE for these pipelines.
pub fn set_state(ids: &[u8], state: PipelineState) -> Message {
    compose::set_state(ids, state)
}
