//! From parser events to a tree of nodes.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::node::{Key, Kind, Node, Scalar};
use crate::case::diagnostic::Diagnostic;

/// Nesting beyond this is refused, so that no recursion over a tree can run out of stack.
const DEPTH_MAX: usize = 32;

/// Reads one document. Syntax errors stop the reading; repeated keys and
/// constructs outside the case language are collected.
pub fn parse(text: &str) -> Result<Node, Vec<Diagnostic>> {
    let mut builder = Builder {
        offsets: Offsets::of(text),
        open: Vec::new(),
        root: None,
        findings: Vec::new(),
        documents: 0,
    };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => {
                if builder.event(event, span).is_err() {
                    return Err(builder.findings);
                }
            }
            Err(error) => {
                let at = builder.offsets.byte(error.marker().index());
                builder.findings.push(Diagnostic::new(
                    format!("not YAML: {}", error.info()),
                    at..at,
                ));
                return Err(builder.findings);
            }
        }
    }
    match builder.root {
        Some(root) if builder.findings.is_empty() => Ok(root),
        Some(_) => Err(builder.findings),
        None => Err(vec![Diagnostic::new(
            "the file is empty\nhelp: a case has at least `summary` and `steps`",
            0..0,
        )]),
    }
}

/// The document cannot be read further.
struct Stop;

enum Open {
    Sequence {
        start: usize,
        items: Vec<Node>,
    },
    Mapping {
        start: usize,
        entries: Vec<(Key, Node)>,
        key: Option<Key>,
    },
}

struct Builder {
    offsets: Offsets,
    open: Vec<Open>,
    root: Option<Node>,
    findings: Vec<Diagnostic>,
    documents: usize,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Stop> {
        let span = self.offsets.range(span);
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return self.stop("a second document\nhelp: one file is one case", span);
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.plain_yaml(anchor, tag.is_some(), &span)?;
                let scalar = Scalar {
                    text: text.into_owned(),
                    plain: style == ScalarStyle::Plain,
                };
                self.value(Node {
                    span,
                    kind: Kind::Scalar(scalar),
                })?;
            }
            Event::SequenceStart(anchor, tag) => {
                self.plain_yaml(anchor, tag.is_some(), &span)?;
                self.push(
                    Open::Sequence {
                        start: span.start,
                        items: Vec::new(),
                    },
                    span,
                )?;
            }
            Event::MappingStart(anchor, tag) => {
                self.plain_yaml(anchor, tag.is_some(), &span)?;
                let open = Open::Mapping {
                    start: span.start,
                    entries: Vec::new(),
                    key: None,
                };
                self.push(open, span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span.end)?,
            Event::Alias(_) => {
                return self.stop("aliases are not part of the case language", span);
            }
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Nothing => {}
        }
        Ok(())
    }

    fn plain_yaml(&mut self, anchor: usize, tagged: bool, span: &Range<usize>) -> Result<(), Stop> {
        match (anchor, tagged) {
            (0, false) => Ok(()),
            (0, true) => self.stop("tags are not part of the case language", span.clone()),
            _ => self.stop("anchors are not part of the case language", span.clone()),
        }
    }

    fn push(&mut self, open: Open, span: Range<usize>) -> Result<(), Stop> {
        if self.open.len() >= DEPTH_MAX {
            return self.stop(&format!("nested more than {DEPTH_MAX} deep"), span);
        }
        self.open.push(open);
        Ok(())
    }

    fn close(&mut self, end: usize) -> Result<(), Stop> {
        let node = match self.open.pop() {
            Some(Open::Sequence { start, items }) => {
                let end = items.last().map_or(end, |last| last.span.end.max(start));
                Node {
                    span: start..end,
                    kind: Kind::Sequence(items),
                }
            }
            Some(Open::Mapping { start, entries, .. }) => {
                let start = entries.first().map_or(start, |(key, _)| key.span.start);
                let end = entries
                    .last()
                    .map_or(end, |(_, last)| last.span.end.max(start));
                Node {
                    span: start..end,
                    kind: Kind::Mapping(entries),
                }
            }
            None => return Ok(()),
        };
        self.value(node)
    }

    fn value(&mut self, node: Node) -> Result<(), Stop> {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::Sequence { items, .. }) => items.push(node),
            Some(Open::Mapping { entries, key, .. }) => match key.take() {
                Some(name) => {
                    if entries.iter().any(|(known, _)| known.text == name.text) {
                        let message = format!("`{}` is given twice", name.text);
                        self.findings
                            .push(Diagnostic::new(message, name.span.clone()));
                    }
                    entries.push((name, node));
                }
                None => match node.kind {
                    Kind::Scalar(scalar) => {
                        *key = Some(Key {
                            text: scalar.text,
                            span: node.span,
                        })
                    }
                    _ => return self.stop("a key must be a word", node.span),
                },
            },
        }
        Ok(())
    }

    fn stop(&mut self, message: &str, span: Range<usize>) -> Result<(), Stop> {
        self.findings.push(Diagnostic::new(message, span));
        Err(Stop)
    }
}

/// Byte offsets by character index; the event parser counts characters.
struct Offsets(Vec<usize>);

impl Offsets {
    fn of(text: &str) -> Self {
        Self(
            text.char_indices()
                .map(|(at, _)| at)
                .chain([text.len()])
                .collect(),
        )
    }

    fn byte(&self, character: usize) -> usize {
        self.0[character.min(self.0.len() - 1)]
    }

    fn range(&self, span: Span) -> Range<usize> {
        let start = self.byte(span.start.index());
        start..self.byte(span.end.index()).max(start)
    }
}
