//! Which type an unquoted value has: `serde_yaml` decides.

use serde_yaml::Value;

use super::node::Scalar;

/// A single value with its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolved {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(String),
}

/// Resolves `scalar` as `serde_yaml` would in a document of its own.
pub fn resolve(scalar: &Scalar) -> Resolved {
    if !scalar.plain || !may_be_special(&scalar.text) {
        return Resolved::Text(scalar.text.clone());
    }
    match serde_yaml::from_str::<Value>(&scalar.text) {
        Ok(Value::Null) => Resolved::Null,
        Ok(Value::Bool(value)) => Resolved::Bool(value),
        Ok(Value::Number(number)) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(value), ..) => Resolved::Unsigned(value),
            (_, Some(value), _) => Resolved::Signed(value),
            (.., Some(value)) => Resolved::Float(value),
            _ => Resolved::Text(scalar.text.clone()),
        },
        _ => Resolved::Text(scalar.text.clone()),
    }
}

/// Whether the text could be anything but text; spares most words a second parser run.
fn may_be_special(text: &str) -> bool {
    match text.bytes().next() {
        None => true,
        Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b'~') => true,
        Some(b't' | b'T' | b'f' | b'F' | b'n' | b'N') => text.len() <= 5,
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The inputs on which YAML crates disagree; the rules here are `serde_yaml`'s.
    #[test]
    fn plain_scalars_follow_serde_yaml() {
        let text = |t: &str| Resolved::Text(t.to_owned());
        for (input, expected) in [
            ("", Resolved::Null),
            ("~", Resolved::Null),
            ("null", Resolved::Null),
            ("true", Resolved::Bool(true)),
            ("no", text("no")),
            ("off", text("off")),
            ("1_000", text("1_000")),
            ("0x10", Resolved::Unsigned(16)),
            ("010", text("010")),
            ("-1", Resolved::Signed(-1)),
            ("1.5", Resolved::Float(1.5)),
            ("5 ms", text("5 ms")),
        ] {
            let scalar = Scalar {
                text: input.to_owned(),
                plain: true,
            };
            assert_eq!(resolve(&scalar), expected, "{input:?}");
        }
        let quoted = Scalar {
            text: "5".to_owned(),
            plain: false,
        };
        assert_eq!(resolve(&quoted), text("5"));
    }
}
