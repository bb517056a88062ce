//! The lives of some streams: made, started, paused, stopped and deleted again
//! and again, each by its own clock, with wrong messages in between.

use acelab_abi::ipc4::base_fw::notification_mask;
use acelab_abi::ipc4::pipeline::PipelineState;
use acelab_abi::ipc4::{BaseFwParam, layout};

use super::mutate::mutated;
use super::queries::{get, named};
use super::words;
use crate::case::load_text;
use crate::case::message::{Message, put};
use crate::engine::random::Random;
use crate::stream::{Plan, Planned, set_state};

/// All streams of a flood.
pub(super) struct Lives {
    streams: Vec<Life>,
    cores: u8,
    /// Chain DMA that may be allocated: host and link stream.
    pub chains: Vec<(u32, u32)>,
}

/// One stream from its first message to its last, and where it is.
struct Life {
    messages: Vec<Message>,
    next: usize,
    /// What stops it, from whatever state, and deletes it.
    ending: Vec<Message>,
}

/// What the streams are made of; each also gets a random core.
const CHAINS: [(&str, &str); 10] = [
    ("playback: host0 > gain > ssp0", "s16le/48000/2"),
    ("capture: ssp0 > gain > host0", "s16le/48000/2"),
    ("playback: host1 > peakvol > copier > ssp1", "s32le/48000/2"),
    ("capture: ssp1 > host1", "s24le/48000/4"),
    ("playback: host2 > ssp2", "s16le/16000/1"),
    ("playback: host3 > gain | mixin > out", "s16le/48000/2"),
    ("playback: host4 > mixin > out", "s16le/48000/2"),
    ("capture: dmic > host2", "s32le/48000/2"),
    (
        "playback: \"host5 > src(48000, dp) > ssp4\"",
        "s16le/44100/2, port_format: s16le/48000/2",
    ),
    (
        "capture: \"ssp5 > src(32000) > updwmix(1) > host3\"",
        "s16le/32000/1, port_format: s16le/48000/2",
    ),
];

impl Lives {
    /// Streams on random cores.
    pub(super) fn new(random: &mut Random, cores: u8) -> Self {
        let mut text =
            format!("summary: a flood\nmachine: {{ cores: {cores} }}\nsteps: [boot]\nstreams:\n");
        // What is mixed shares a core with what it is mixed into.
        let shared = random.below(cores.into());
        for (index, (chain, format)) in CHAINS.iter().enumerate() {
            let core = if chain.ends_with("out") {
                shared
            } else {
                random.below(cores.into())
            };
            text.push_str(&format!(
                "  s{index}: {{ {chain}, core: {core}, format: {format} }}\n"
            ));
        }
        text.push_str(&format!(
            "  out: {{ playback: mixout > gain > ssp3, core: {shared} }}\n"
        ));
        let cases = load_text("flood/streams", &text).unwrap_or_default();
        let streams = cases.first().map(|case| Plan::of(&case.streams).streams);
        Self {
            streams: streams.iter().flatten().map(Life::of).collect(),
            cores,
            chains: Vec::new(),
        }
    }

    /// The same streams with each message as `change` makes it.
    pub(super) fn map_messages<E>(
        mut self,
        mut change: impl FnMut(&Message) -> Result<Message, E>,
    ) -> Result<Self, E> {
        for life in &mut self.streams {
            for message in life.messages.iter_mut().chain(&mut life.ending) {
                *message = change(message)?;
            }
        }
        Ok(self)
    }

    /// What ends all of them, in whatever state they are.
    pub(super) fn endings(&self) -> impl Iterator<Item = &Message> {
        self.streams.iter().flat_map(|life| &life.ending)
    }

    /// The next message: mostly what is due, at times out of order, changed,
    /// about something else, or no message at all.
    pub(super) fn message(&mut self, random: &mut Random) -> Message {
        match random.below(100) {
            0..62 => self.due(random),
            62..72 => self.out_of_order(random),
            72..83 => {
                let message = self.due(random);
                mutated(&message, random)
            }
            83..88 => {
                let message = self.out_of_order(random);
                mutated(&message, random)
            }
            88..91 => query(random),
            91..92 => events(random),
            92..95 => self.power(random),
            95..97 => self.chain(random),
            _ => loop {
                let message = words::message(random);
                if !words::may_end_the_run(&message) {
                    break message;
                }
            },
        }
    }

    fn life(&mut self, random: &mut Random) -> &mut Life {
        let index = random.below(self.streams.len() as u32) as usize;
        &mut self.streams[index]
    }

    fn due(&mut self, random: &mut Random) -> Message {
        self.life(random).step()
    }

    fn out_of_order(&mut self, random: &mut Random) -> Message {
        let life = self.life(random);
        let index = random.below(life.messages.len() as u32) as usize;
        life.messages[index].clone()
    }

    /// Secondary cores go up or down; core 0 stays, or nobody would answer.
    fn power(&self, random: &mut Random) -> Message {
        let secondary = (1 << self.cores) - 2;
        let mask = random.word() & secondary;
        // More often up than down, so that streams get their chance.
        let on = random.word() | random.word() | random.word();
        Message::set_dx(mask, mask & on)
    }

    fn chain(&mut self, random: &mut Random) -> Message {
        let (host, link) = (random.below(12), random.below(12));
        self.chains.push((host, link));
        let mut message = chain_dma(host, link);
        for name in ["allocate", "enable", "scs"] {
            field(&mut message, name, random.below(2));
        }
        field(&mut message, "fifo_size", random.below(4_096));
        message
    }
}

impl Life {
    fn of(stream: &Planned) -> Self {
        let state = |state, beginning| set_state(&stream.order(state, beginning), state);
        let (paused, running) = (PipelineState::Paused, PipelineState::Running);
        let ending: Vec<Message> = [state(paused, false), state(PipelineState::Reset, false)]
            .into_iter()
            .chain(stream.teardown())
            .collect();
        let mut messages = stream.setup();
        messages.extend([state(paused, true), state(running, true)]);
        messages.extend([state(paused, false), state(running, true)]);
        messages.extend(ending.iter().cloned());
        Self {
            messages,
            next: 0,
            ending,
        }
    }

    fn step(&mut self) -> Message {
        let message = self.messages[self.next].clone();
        self.next = (self.next + 1) % self.messages.len();
        message
    }
}

fn query(random: &mut Random) -> Message {
    if random.below(2) == 0 {
        let all = BaseFwParam::ALL;
        return get(all[random.below(all.len() as u32) as usize]);
    }
    let mut message = named("get_pipeline_state");
    field(&mut message, "id", random.below(32));
    message
}

/// NOTIFICATION_MASK: the host wants to hear of xruns, mostly.
fn events(random: &mut Random) -> Message {
    let mut message = named("large_config_set");
    let enabled = random.word() | random.word() | random.word();
    let known = notification_mask::KNOWN;
    message.payload = crate::case::message::words(&[known, known & enabled]);
    let parameter = BaseFwParam::NotificationMask.code();
    for (name, value) in [
        ("param", u32::from(parameter)),
        ("size", message.payload.len() as u32),
        ("init", 1),
        ("final", 1),
    ] {
        field(&mut message, name, value);
    }
    message
}

/// CHAIN_DMA without a flag: what frees a chain.
pub(super) fn chain_dma(host: u32, link: u32) -> Message {
    let mut message = named("chain_dma");
    field(&mut message, "host_dma", host);
    field(&mut message, "link_dma", link);
    message
}

fn field(message: &mut Message, name: &str, value: u32) {
    let kind = layout::Message::of(acelab_abi::ipc4::Primary::new(message.primary));
    if let Some(field) = kind.and_then(|kind| kind.field(name)) {
        put(message, field, value);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use acelab_abi::ipc4::Primary;

    use super::*;

    #[test]
    fn a_flood_has_all_its_streams_whatever_the_cores() {
        for cores in 1..=5 {
            for seed in 0..20 {
                let lives = Lives::new(&mut Random::new(seed), cores);
                assert_eq!(lives.streams.len(), CHAINS.len() + 1);
            }
        }
    }

    #[test]
    fn a_flood_sends_every_kind_of_message_and_never_takes_core_0_down() {
        let mut random = Random::new(1);
        let mut lives = Lives::new(&mut random, 5);
        let mut kinds = BTreeSet::new();
        for _ in 0..20_000 {
            let message = lives.message(&mut random);
            let primary = Primary::new(message.primary);
            kinds.insert((primary.target().name(), primary.kind()));
            if words::may_end_the_run(&message) {
                assert_eq!(message.payload[0] & 1, 0, "core 0 is in the mask");
            }
        }
        for name in [
            "create_pipeline",
            "delete_pipeline",
            "set_pipeline_state",
            "init_instance",
            "bind",
            "unbind",
            "chain_dma",
            "set_dx",
        ] {
            let primary = named(name).primary;
            let primary = Primary::new(primary);
            assert!(
                kinds.contains(&(primary.target().name(), primary.kind())),
                "{name}"
            );
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_flood() {
        let flood = |seed| {
            let mut random = Random::new(seed);
            let mut lives = Lives::new(&mut random, 3);
            (0..500)
                .map(|_| lives.message(&mut random))
                .collect::<Vec<_>>()
        };
        assert_eq!(flood(3), flood(3));
        assert_ne!(flood(3), flood(4));
    }
}
