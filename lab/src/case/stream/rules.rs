//! What makes a description of streams one that can be played.

use std::ops::Range;

use acelab_abi::ipc4::pipeline::MAX_PRIORITY;
use acelab_abi::regs::hda::Gateway;
use acelab_signal::{Level, Sample, Shape, Signal};

use super::module::is_name;
use super::{Component, Direction, Stream, StreamForm};
use crate::case::core::Core;
use crate::case::diagnostic::{Diagnostic, HELP};
use crate::case::time::VirtualTime;
use crate::case::yaml::{Kind, Node, decode};

/// The streams under `node`, in the order of the file.
pub fn streams(node: &Node, cores: u8, findings: &mut Vec<Diagnostic>) -> Vec<Stream> {
    if !matches!(node.kind, Kind::Mapping(_)) {
        let message = format!(
            "{} where streams are expected{HELP}write `streams: {{ first: {{ playback: host0 > gain > ssp0 }} }}`",
            node.describe()
        );
        findings.push(Diagnostic::new(message, node.span.clone()));
        return Vec::new();
    }
    let mut streams: Vec<Stream> = Vec::new();
    for (key, value) in node.entries() {
        if !is_name(&key.text) {
            findings.push(Diagnostic::new(
                "a stream's name has small letters, digits and `_` only, a letter first",
                key.span.clone(),
            ));
            continue;
        }
        let stream = decode::<StreamForm>(value)
            .and_then(|form| stream(&key.text, form, value))
            .and_then(|stream| {
                on_machine(&stream, cores, value)?;
                alone(&stream, &streams, value)?;
                Ok(stream)
            });
        match stream {
            Ok(stream) => streams.push(stream),
            Err(finding) => findings.push(finding),
        }
    }
    for ((_, value), stream) in node.entries().iter().zip(&streams) {
        if streams.len() == node.entries().len() {
            findings.extend(references(stream, &streams, value).err());
        }
    }
    streams
}

/// The place of a field's value, or of the whole stream.
fn place(node: &Node, field: &str) -> Range<usize> {
    node.get(field).unwrap_or(node).span.clone()
}

fn stream(name: &str, form: StreamForm, node: &Node) -> Result<Stream, Diagnostic> {
    let (direction, chain, field) = match (form.playback, form.capture) {
        (Some(chain), None) => (Direction::Playback, chain.0, "playback"),
        (None, Some(chain)) => (Direction::Capture, chain.0, "capture"),
        _ => {
            let message = format!(
                "a stream has either `playback` or `capture`{HELP}write `playback: host0 > gain > ssp0`"
            );
            return Err(Diagnostic::new(message, node.span.clone()));
        }
    };
    if let Some(priority) = form.priority.filter(|priority| *priority > MAX_PRIORITY) {
        let message = format!("{priority} is no priority{HELP}there are 0 to {MAX_PRIORITY}");
        return Err(Diagnostic::new(message, place(node, "priority")));
    }
    let default_signal = Signal {
        shape: Shape::Sine { frequency: 997_000 },
        level: Level::DEFAULT,
    };
    let stream = Stream {
        name: name.to_owned(),
        direction,
        chain,
        core: form
            .core
            .unwrap_or(Core(acelab_abi::core_id::CoreId::PRIMARY)),
        priority: form.priority.unwrap_or(0),
        format: form.format.map_or(DEFAULT_FORMAT, |text| text.0),
        internal: form.internal.map_or(Sample::S32, |text| text.0.0),
        port_format: form.port_format.map(|text| text.0),
        signal: form.signal.map_or(default_signal, |text| text.0),
        loopback: form.loopback,
        start_delay: form.start_delay.unwrap_or(0),
        buffer: form.buffer.unwrap_or(VirtualTime::from_millis(20)),
    };
    ends(&stream).map_err(|message| Diagnostic::new(message, place(node, field)))?;
    if stream.loopback.is_some() && direction == Direction::Playback {
        let message = format!("`loopback` belongs to the capture stream that hears{HELP}move it");
        return Err(Diagnostic::new(message, place(node, "loopback")));
    }
    Ok(stream)
}

const DEFAULT_FORMAT: acelab_signal::Format = acelab_signal::Format {
    sample: Sample::S16,
    rate: 48_000,
    channels: 2,
};

/// The right things at both ends, and nowhere else.
fn ends(stream: &Stream) -> Result<(), String> {
    let components: Vec<&Component> = stream.chain.components().collect();
    let is_end = |component: &&&Component| !matches!(component, Component::Module(_));
    let is_module = |component: Option<&&Component>, wanted: &str| matches!(component, Some(Component::Module(module)) if module.name == wanted);
    let (first, last) = (components.first(), components.last());
    let expected = match stream.direction {
        Direction::Playback => {
            let from = matches!(first, Some(Component::Host(_)))
                || is_module(first, "MIXOUT")
                || is_module(first, "TONE");
            let to = matches!(last, Some(Component::Port(port)) if port.has_output())
                && stream.chain.into.is_none();
            let mixed = is_module(last, "MIXIN") && stream.chain.into.is_some();
            (!from || !(to || mixed)).then_some(
                "playback goes from a host stream to a port, as `host0 > gain > ssp0`, or into a stream that begins with `mixout`, as `host0 > mixin > out`",
            )
        }
        Direction::Capture => {
            let good = matches!(first, Some(Component::Port(_)))
                && matches!(last, Some(Component::Host(_)))
                && stream.chain.into.is_none();
            (!good).then_some("capture goes from a port to a host stream, as `ssp0 > gain > host0`")
        }
    };
    if let Some(expected) = expected {
        return Err(format!(
            "the chain does not begin or end right{HELP}{expected}"
        ));
    }
    let mut inner = components.iter().skip(1).rev().skip(1);
    if let Some(end) = inner.find(is_end) {
        return Err(format!("`{end}` stands in the middle of the chain"));
    }
    let block = match stream.direction {
        Direction::Playback => Gateway::HostOut,
        Direction::Capture => Gateway::HostIn,
    };
    match stream.host().filter(|index| *index >= block.streams()) {
        Some(index) => Err(format!(
            "there is no `host{index}` in this direction{HELP}there are host0 to host{}",
            block.streams() - 1
        )),
        None => Ok(()),
    }
}

fn on_machine(stream: &Stream, cores: u8, node: &Node) -> Result<(), Diagnostic> {
    let core = stream.core.0;
    if core.get() < cores {
        return Ok(());
    }
    let message = format!(
        "the case's machine has no core {core}{HELP}set `machine: {{ cores: {} }}`",
        core.get() + 1
    );
    Err(Diagnostic::new(message, place(node, "core")))
}

/// No other stream has the same end.
fn alone(stream: &Stream, others: &[Stream], node: &Node) -> Result<(), Diagnostic> {
    let field = match stream.direction {
        Direction::Playback => "playback",
        Direction::Capture => "capture",
    };
    let same = |end: fn(&Stream) -> Option<String>| {
        let own = end(stream)?;
        let mut others = others
            .iter()
            .filter(|other| other.direction == stream.direction);
        let other = others.find(|other| end(other).as_ref() == Some(&own))?;
        Some(format!("`{own}` is already used by `{}`", other.name))
    };
    let host = same(|stream| stream.host().map(|index| format!("host{index}")));
    let port = same(|stream| stream.port().map(|port| port.to_string()));
    match host.or(port) {
        Some(message) => Err(Diagnostic::new(message, place(node, field))),
        None => Ok(()),
    }
}

/// What a stream says of others is so.
fn references(stream: &Stream, all: &[Stream], node: &Node) -> Result<(), Diagnostic> {
    let find = |name: &str| all.iter().find(|other| other.name == name);
    if let Some(name) = &stream.chain.into {
        let mixes = |other: &Stream| {
            let first = other.chain.components().next();
            matches!(first, Some(Component::Module(module)) if module.name == "MIXOUT")
        };
        if !find(name).is_some_and(mixes) {
            let names: Vec<&str> = all
                .iter()
                .filter(|other| mixes(other))
                .map(|other| other.name.as_str())
                .collect();
            let help = crate::case::diagnostic::suggest(name, &names);
            let message = format!(
                "`{name}` is neither a component nor a stream that begins with `mixout`{HELP}{help}"
            );
            return Err(Diagnostic::new(message, place(node, "playback")));
        }
        if find(name).is_some_and(|other| other.core != stream.core) {
            let message = format!("`{name}` runs on another core; streams are mixed on one");
            return Err(Diagnostic::new(message, place(node, "core")));
        }
    }
    if let Some(name) = &stream.loopback {
        let heard = find(name).filter(|other| other.direction == Direction::Playback);
        if heard.is_none_or(|other| other.port() != stream.port()) {
            let message = format!("`{name}` is no playback stream on the same port");
            return Err(Diagnostic::new(message, place(node, "loopback")));
        }
    }
    Ok(())
}
