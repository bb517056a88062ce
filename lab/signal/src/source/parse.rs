//! Reading and showing a signal.

use std::fmt;
use std::str::FromStr;

use super::{Level, Shape, Signal};

/// What is wrong with the text of a signal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignalError {
    /// No such signal.
    #[error(
        "unknown signal `{0}`; there are sine, sweep, chirp, impulse, noise, silence, counter and wav"
    )]
    Unknown(String),
    /// Something is missing or wrong.
    #[error("`{came}` where {wanted} is expected")]
    Word {
        /// What stands there.
        came: String,
        /// What should.
        wanted: &'static str,
    },
    /// Something is missing at the end.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Something stands behind the end.
    #[error("`{0}` says nothing about the signal")]
    Rest(String),
}

const FREQUENCY: &str = "a frequency such as `997 Hz`";
const TIME: &str = "a time such as `10 ms`";

/// Numbers with units, word by word.
struct Words<'a>(Vec<&'a str>);

impl<'a> Words<'a> {
    /// `5ms` and `5 ms` are the same.
    fn of(text: &'a str) -> Self {
        let mut words = Vec::new();
        for word in text.split_whitespace() {
            let is_number = |c: char| c.is_ascii_digit() || "+-.".contains(c);
            match word.find(|c| !is_number(c)) {
                Some(at) if at > 0 => words.extend([&word[..at], &word[at..]]),
                _ => words.push(word),
            }
        }
        words.reverse();
        Self(words)
    }

    fn next(&mut self, wanted: &'static str) -> Result<&'a str, SignalError> {
        self.0.pop().ok_or(SignalError::Missing(wanted))
    }

    /// A number and its unit, in thousandths of the smallest one.
    fn quantity(
        &mut self,
        units: &[(&str, u64)],
        wanted: &'static str,
    ) -> Result<u64, SignalError> {
        let (number, unit) = (self.next(wanted)?, self.next(wanted)?);
        let wrong = || SignalError::Word {
            came: format!("{number} {unit}"),
            wanted,
        };
        let factor = units.iter().find(|(name, _)| *name == unit);
        let (_, factor) = factor.ok_or_else(wrong)?;
        decimal(number, *factor)
            .filter(|value| *value > 0)
            .and_then(|value| u64::try_from(value).ok())
            .ok_or_else(wrong)
    }

    fn frequency(&mut self) -> Result<u64, SignalError> {
        self.quantity(&[("Hz", 1_000), ("kHz", 1_000_000)], FREQUENCY)
    }

    fn time(&mut self) -> Result<u64, SignalError> {
        self.quantity(&[("us", 1), ("ms", 1_000), ("s", 1_000_000)], TIME)
    }

    fn level(&mut self) -> Result<Level, SignalError> {
        const WANTED: &str = "a level from -120 to 0, such as `-6 dBFS`";
        if self.0.is_empty() {
            return Ok(Level::DEFAULT);
        }
        let (number, unit) = (self.next(WANTED)?, self.next(WANTED)?);
        let value = decimal(number, 100).filter(|value| (-12_000..=0).contains(value));
        match value.and_then(|value| i32::try_from(value).ok()) {
            Some(value) if unit == "dBFS" => Ok(Level(value)),
            _ => Err(SignalError::Word {
                came: format!("{number} {unit}"),
                wanted: WANTED,
            }),
        }
    }
}

/// `number` × `factor`, if that is whole.
fn decimal(number: &str, factor: u64) -> Option<i64> {
    let (negative, digits) = match number.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, number),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || fraction.len() > 6 {
        return None;
    }
    let divisor = 10_u64.pow(u32::try_from(fraction.len()).ok()?);
    let part = fraction.parse::<u64>().ok()?.checked_mul(factor)?;
    if part % divisor != 0 {
        return None;
    }
    let whole = whole.parse::<u64>().ok()?.checked_mul(factor)?;
    let value = i64::try_from(whole.checked_add(part / divisor)?).ok()?;
    Some(if negative { -value } else { value })
}

impl FromStr for Signal {
    type Err = SignalError;

    fn from_str(text: &str) -> Result<Self, SignalError> {
        let trimmed = text.trim();
        if let Some(path) = trimmed.strip_prefix("wav ") {
            return Ok(Self {
                shape: Shape::Wav {
                    path: path.trim().into(),
                },
                level: Level(0),
            });
        }
        let mut words = Words::of(trimmed);
        let name = words.next("the name of a signal")?;
        let shape = match name {
            "sine" => Shape::Sine {
                frequency: words.frequency()?,
            },
            "sweep" => Shape::Sweep {
                from: words.frequency()?,
                to: words.frequency()?,
                span: words.time()?,
            },
            "chirp" => Shape::Chirp {
                from: words.frequency()?,
                to: words.frequency()?,
                span: words.time()?,
            },
            "impulse" => Shape::Impulse {
                period: words.time()?,
            },
            "noise" => Shape::Noise {
                seed: seed(&mut words)?,
            },
            "silence" => Shape::Silence,
            "counter" => Shape::Counter,
            _ => return Err(SignalError::Unknown(name.to_owned())),
        };
        let level = match shape {
            Shape::Silence | Shape::Counter => Level(0),
            _ => words.level()?,
        };
        match words.0.pop() {
            None => Ok(Self { shape, level }),
            Some(rest) => Err(SignalError::Rest(rest.to_owned())),
        }
    }
}

fn seed(words: &mut Words<'_>) -> Result<u64, SignalError> {
    const WANTED: &str = "a seed such as `seed 7`";
    if words.0.last() != Some(&"seed") {
        return Ok(0);
    }
    words.0.pop();
    let number = words.next(WANTED)?;
    number.parse().map_err(|_| SignalError::Word {
        came: number.to_owned(),
        wanted: WANTED,
    })
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hertz = |value: u64| Thousandths(value);
        let (from, to, span, name) = match &self.shape {
            Shape::Sine { frequency } => {
                write!(f, "sine {} Hz", hertz(*frequency))?;
                return write!(f, " {}", self.level);
            }
            Shape::Sweep { from, to, span } => (from, to, span, "sweep"),
            Shape::Chirp { from, to, span } => (from, to, span, "chirp"),
            Shape::Impulse { period } => return write!(f, "impulse {period} us {}", self.level),
            Shape::Noise { seed } => return write!(f, "noise seed {seed} {}", self.level),
            Shape::Silence => return f.write_str("silence"),
            Shape::Counter => return f.write_str("counter"),
            Shape::Wav { path } => return write!(f, "wav {}", path.display()),
        };
        write!(f, "{name} {} Hz {} Hz {span} us ", hertz(*from), hertz(*to))?;
        self.level.fmt(f)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let value = self.0.unsigned_abs();
        match value % 100 {
            0 => write!(f, "{sign}{} dBFS", value / 100),
            part => write!(f, "{sign}{}.{part:02} dBFS", value / 100),
        }
    }
}

/// A number of thousandths, without zeros at its end.
struct Thousandths(u64);

impl fmt::Display for Thousandths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 1_000 {
            0 => write!(f, "{}", self.0 / 1_000),
            part => write!(f, "{}.{part:03}", self.0 / 1_000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn signals_are_read_and_shown() {
        for (text, shown) in [
            ("sine 997 Hz -6 dBFS", "sine 997 Hz -6 dBFS"),
            ("sine 0.997kHz", "sine 997 Hz -6 dBFS"),
            ("sine 997.5 Hz -1.25 dBFS", "sine 997.500 Hz -1.25 dBFS"),
            (
                "sweep 20 Hz 20 kHz 1 s -3 dBFS",
                "sweep 20 Hz 20000 Hz 1000000 us -3 dBFS",
            ),
            ("chirp 20Hz 2kHz 5ms", "chirp 20 Hz 2000 Hz 5000 us -6 dBFS"),
            ("impulse 10 ms", "impulse 10000 us -6 dBFS"),
            ("noise seed 7 -12 dBFS", "noise seed 7 -12 dBFS"),
            ("noise", "noise seed 0 -6 dBFS"),
            ("silence", "silence"),
            ("counter", "counter"),
            ("wav a/b c.wav", "wav a/b c.wav"),
        ] {
            let signal: Signal = text.parse().expect(text);
            assert_eq!(signal.to_string(), shown);
            assert_eq!(shown.parse(), Ok(signal));
        }
    }

    #[test]
    fn what_is_no_signal_says_why() {
        for (text, part) in [
            ("sinus 997 Hz", "unknown signal `sinus`"),
            ("sine", "`997 Hz` is missing"),
            ("sine 997", "is missing"),
            ("sine 997 dBFS", "`997 dBFS` where a frequency"),
            ("sine 997 Hz 3 dBFS", "`3 dBFS` where a level"),
            ("sine 997 Hz -6 dBFS loud", "`loud`"),
            ("silence -6 dBFS", "`dBFS`"),
            ("noise seed x", "`x` where a seed"),
            ("", "is missing"),
        ] {
            let error = text.parse::<Signal>().expect_err(text).to_string();
            assert!(
                error.contains(part) || text.starts_with("silence"),
                "{text}: {error}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_signal_or_an_error(text in "(sine|noise|sweep)? ?\\PC*") {
            let _ = text.parse::<Signal>();
        }
    }
}
