//! One file, several cases: `matrix` names parameters, `${name}` uses them.

use sha2::{Digest, Sha256};

use super::diagnostic::{Diagnostic, suggest};
use super::yaml::{Key, Kind, Node, Scalar};

/// One choice of values for the parameters, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choice(Vec<(String, Node)>);

/// The most instances one file may describe.
const INSTANCES_MAX: usize = 1_024;

impl Choice {
    /// `[cores=5,mode=fast]`, or nothing without parameters.
    pub fn suffix(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let parts: Vec<_> = self
            .0
            .iter()
            .map(|(name, value)| format!("{name}={}", flat(value)))
            .collect();
        format!("[{}]", parts.join(","))
    }

    fn get(&self, name: &str) -> Option<&Node> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }
}

fn flat(node: &Node) -> String {
    match &node.kind {
        Kind::Scalar(scalar) => scalar.text.clone(),
        _ => node.items().iter().map(flat).collect::<Vec<_>>().join("+"),
    }
}

/// Every combination of the values under `matrix`; one empty choice without it.
pub fn choices(matrix: Option<&Node>) -> Result<Vec<Choice>, Vec<Diagnostic>> {
    let Some(matrix) = matrix else {
        return Ok(vec![Choice::default()]);
    };
    let Kind::Mapping(parameters) = &matrix.kind else {
        let message = format!(
            "{} where parameters are expected\nhelp: write `matrix: {{ cores: [1, 5] }}`",
            matrix.describe()
        );
        return Err(vec![Diagnostic::new(message, matrix.span.clone())]);
    };
    let mut all = vec![Choice::default()];
    for (name, values) in parameters {
        check_parameter(name, values)?;
        let mut next = Vec::with_capacity(all.len() * values.items().len());
        for choice in &all {
            for value in values.items() {
                let mut longer = choice.clone();
                longer.0.push((name.text.clone(), value.clone()));
                next.push(longer);
            }
        }
        if next.len() > INSTANCES_MAX {
            let message = format!("the matrix has more than {INSTANCES_MAX} combinations");
            return Err(vec![Diagnostic::new(message, matrix.span.clone())]);
        }
        all = next;
    }
    Ok(all)
}

fn check_parameter(name: &Key, values: &Node) -> Result<(), Vec<Diagnostic>> {
    if values.items().is_empty() {
        let message = format!(
            "`{}` has no values\nhelp: write `{}: [1, 2]`",
            name.text, name.text
        );
        return Err(vec![Diagnostic::new(message, name.span.clone())]);
    }
    if name.text.is_empty()
        || !name
            .text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_')
    {
        return Err(vec![Diagnostic::new(
            "a parameter's name has letters, digits and `_` only",
            name.span.clone(),
        )]);
    }
    let simple = |node: &Node| match &node.kind {
        Kind::Scalar(_) => true,
        Kind::Sequence(items) => items
            .iter()
            .all(|item| matches!(item.kind, Kind::Scalar(_))),
        Kind::Mapping(_) => false,
    };
    match values.items().iter().find(|value| !simple(value)) {
        Some(value) => Err(vec![Diagnostic::new(
            "a parameter's value is a single value or a flat list",
            value.span.clone(),
        )]),
        None => Ok(()),
    }
}

/// Which of `total` combinations are the `count` that run every time: a choice of the
/// seed's, the same everywhere.
pub fn sample(total: usize, count: usize, seed: u64) -> Vec<bool> {
    let rank = |index: &usize| {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        hash.update((*index as u64).to_le_bytes());
        hash.finalize()
    };
    let mut order: Vec<usize> = (0..total).collect();
    order.sort_by_cached_key(rank);
    let mut chosen = vec![false; total];
    for index in order.into_iter().take(count) {
        chosen[index] = true;
    }
    chosen
}

/// The document with every `${name}` replaced. A scalar that is only `${name}` becomes the
/// value with its type; inside other text the value is spelled out.
pub fn substitute(node: &Node, choice: &Choice, findings: &mut Vec<Diagnostic>) -> Node {
    let kind = match &node.kind {
        Kind::Sequence(items) => Kind::Sequence(
            items
                .iter()
                .map(|item| substitute(item, choice, findings))
                .collect(),
        ),
        Kind::Mapping(entries) => Kind::Mapping(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), substitute(value, choice, findings)))
                .collect(),
        ),
        Kind::Scalar(scalar) => return substitute_scalar(node, scalar, choice, findings),
    };
    Node {
        span: node.span.clone(),
        kind,
    }
}

fn substitute_scalar(
    node: &Node,
    scalar: &Scalar,
    choice: &Choice,
    findings: &mut Vec<Diagnostic>,
) -> Node {
    let mut text = String::with_capacity(scalar.text.len());
    let mut rest = scalar.text.as_str();
    while let Some(start) = rest.find("${") {
        text.push_str(&rest[..start]);
        let Some(end) = rest[start..].find('}').map(|at| start + at) else {
            findings.push(Diagnostic::new("`${` is not closed", node.span.clone()));
            return node.clone();
        };
        let name = &rest[start + 2..end];
        let Some(value) = choice.get(name) else {
            let known: Vec<_> = choice.0.iter().map(|(name, _)| name.as_str()).collect();
            let help = if known.is_empty() {
                "the case has no `matrix`".to_owned()
            } else {
                suggest(name, &known)
            };
            let message = format!("unknown matrix parameter `{name}`\nhelp: {help}");
            findings.push(Diagnostic::new(message, node.span.clone()));
            return node.clone();
        };
        if start == 0 && end + 1 == scalar.text.len() {
            return Node {
                span: node.span.clone(),
                kind: value.kind.clone(),
            };
        }
        text.push_str(&flat(value));
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    Node {
        span: node.span.clone(),
        kind: Kind::Scalar(Scalar {
            text,
            plain: scalar.plain,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_the_seeds_own() {
        let count = |chosen: &[bool]| chosen.iter().filter(|chosen| **chosen).count();
        let first = sample(256, 64, 1);
        assert_eq!(count(&first), 64);
        assert_eq!(first, sample(256, 64, 1));
        assert_ne!(first, sample(256, 64, 2));
        assert_eq!(count(&sample(5, 64, 1)), 5);
    }
}
