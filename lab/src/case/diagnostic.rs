//! What is wrong with a case file, shown as rustc shows it.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// One finding in a case file. Spans are byte ranges of the file's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, as one sentence without a full stop.
    pub message: String,
    /// Where; empty ranges are widened to one character when shown.
    pub span: Range<usize>,
    /// What to do about it.
    pub help: Option<String>,
}

/// What separates the message from the advice in errors that travel through serde.
pub(crate) const HELP: &str = "\nhelp: ";

impl Diagnostic {
    /// A finding at `span`; a `\nhelp: ` inside `message` starts the advice.
    pub fn new(message: impl AsRef<str>, span: Range<usize>) -> Self {
        let (message, help) = match message.as_ref().split_once(HELP) {
            Some((message, help)) => (message, Some(help.to_owned())),
            None => (message.as_ref(), None),
        };
        Self {
            message: message.to_owned(),
            span,
            help,
        }
    }

    /// The 1-based line the finding starts on.
    pub fn line(&self, text: &str) -> usize {
        line_of(text, self.span.start)
    }

    /// The finding with its source line, a caret and the help, for people.
    pub fn render(&self, path: &str, text: &str, colour: bool) -> String {
        let renderer = if colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let mut group = Level::ERROR.primary_title(&self.message).element(
            Snippet::source(text)
                .path(path)
                .annotation(AnnotationKind::Primary.span(visible(text, &self.span))),
        );
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group])
    }
}

/// The 1-based line of byte `offset` of `text`.
pub fn line_of(text: &str, offset: usize) -> usize {
    text.bytes()
        .take(offset)
        .filter(|&byte| byte == b'\n')
        .count()
        + 1
}

/// The part of `span` on its first line, at least one character wide unless the text has ended.
/// A caret under forty lines of a mapping helps nobody.
fn visible(text: &str, span: &Range<usize>) -> Range<usize> {
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let mut end = span.end.clamp(start, line_end);
    if end == start {
        end = text[start..]
            .chars()
            .next()
            .map_or(start, |first| start + first.len_utf8());
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// The candidate closest to `word`, if one is close enough to be what was meant.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + word.len().max(candidate.len()) / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Advice for an unknown name: the closest known one, or all of them.
pub fn suggest(word: &str, candidates: &[&str]) -> String {
    match did_you_mean(word, candidates.iter().copied()) {
        Some(close) => format!("did you mean `{close}`?"),
        None if candidates.is_empty() => "nothing is expected here".to_owned(),
        None => {
            let list: Vec<_> = candidates.iter().map(|name| format!("`{name}`")).collect();
            format!("expected one of {}", list.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_close_name_is_suggested_and_a_far_one_is_not() {
        assert_eq!(did_you_mean("bot", ["boot", "run"]), Some("boot"));
        assert_eq!(did_you_mean("reapet", ["repeat", "run"]), Some("repeat"));
        assert_eq!(did_you_mean("zebra", ["boot", "run"]), None);
    }

    #[test]
    fn a_span_is_clipped_to_its_first_line_and_to_characters() {
        assert_eq!(visible("ab\ncd", &(0..5)), 0..2);
        assert_eq!(visible("aé", &(2..2)), 1..3);
        assert_eq!(visible("a", &(7..9)), 1..1);
    }
}
