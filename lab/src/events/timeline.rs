//! One line per event: virtual time, core, mode, channel, text.

use std::fmt;

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::trace::{Channel, Event, EventKind, LineHead, Mode};

/// What a line is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Something the machine saw.
    Machine(EventKind),
    /// Something the host did or received.
    Host(String),
    /// A line of a core's own log.
    Log(String),
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The fixed columns.
    pub head: LineHead,
    /// What happened.
    pub content: Content,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.head)?;
        match &self.content {
            Content::Machine(kind) => kind.fmt(f),
            Content::Host(text) | Content::Log(text) => f.write_str(text),
        }
    }
}

/// Everything that happened in a run. Holds virtual time only: two runs of one
/// case have the same bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    lines: Vec<Line>,
}

impl Timeline {
    /// Adds what the machine saw.
    pub fn machine(&mut self, events: impl IntoIterator<Item = Event>) {
        self.lines.extend(events.into_iter().map(|event| Line {
            head: event.head(),
            content: Content::Machine(event.kind),
        }));
    }

    /// Adds what the host did or received at `time`.
    pub fn host(&mut self, time: Nanos, text: String) {
        let head = LineHead {
            time,
            core: None,
            mode: Mode::None,
            channel: Channel::Host,
        };
        self.lines.push(Line {
            head,
            content: Content::Host(text),
        });
    }

    /// Adds a line that `core` logged at `time`.
    pub fn log(&mut self, time: Nanos, core: CoreId, text: String) {
        let head = LineHead {
            time,
            core: Some(core),
            mode: Mode::None,
            channel: Channel::Log,
        };
        self.lines.push(Line {
            head,
            content: Content::Log(text),
        });
    }

    /// The lines in the order of virtual time; what happened at the same time
    /// stays in the order in which it was recorded.
    pub fn sorted(&self) -> Vec<&Line> {
        let mut lines: Vec<&Line> = self.lines.iter().collect();
        lines.sort_by_key(|line| line.head.time);
        lines
    }

    /// The lines in the order in which they were recorded.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The canonical text, one line per event, each with a line break.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.lines.len() * 64);
        for line in self.sorted() {
            text.push_str(&line.to_string());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_in_the_order_of_time_and_have_fixed_columns() {
        let mut timeline = Timeline::default();
        timeline.host(Nanos(20), "second".to_owned());
        timeline.log(Nanos(10), CoreId::PRIMARY, "first".to_owned());
        timeline.host(Nanos(20), "third".to_owned());
        let text = timeline.text();
        let starts =
            ["first", "second", "third"].map(|word| text.lines().find_map(|line| line.find(word)));
        assert!(
            starts[0].is_some() && starts.iter().all(|start| *start == starts[0]),
            "{text}"
        );
        let words: Vec<_> = text
            .lines()
            .filter_map(|line| line.rsplit(' ').next())
            .collect();
        assert_eq!(words, ["first", "second", "third"]);
    }
}
