//! Lines of the firmware's log.

use std::fmt;

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::log::Level;

/// A line as it was read, and its parts if it has the usual form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The core whose ring it came from.
    pub core: CoreId,
    /// When it was written, or read if it does not say.
    pub time: Nanos,
    /// The level; none if the line has not the usual form.
    pub level: Option<Level>,
    /// What follows the time stamp.
    pub text: String,
}

impl LogLine {
    /// Takes a line apart. Both time stamps in use are understood:
    /// `[    0.000123] <inf> ipc: …` and `[00:00:00.000,123] <inf> ipc: …`.
    pub fn parse(core: CoreId, read_at: Nanos, line: &str) -> Self {
        let whole = || Self {
            core,
            time: read_at,
            level: None,
            text: line.to_owned(),
        };
        let Some((stamp, rest)) = line
            .strip_prefix('[')
            .and_then(|rest| rest.split_once("] "))
        else {
            return whole();
        };
        let Some(time) = seconds(stamp).or_else(|| clock(stamp)) else {
            return whole();
        };
        let level = Level::ALL.into_iter().find(|level| {
            rest.strip_prefix('<')
                .and_then(|rest| rest.strip_prefix(level.tag()))
                .is_some_and(|rest| rest.starts_with('>'))
        });
        Self {
            core,
            time,
            level,
            text: rest.to_owned(),
        }
    }
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// `    0.000123`: seconds and microseconds.
fn seconds(stamp: &str) -> Option<Nanos> {
    let (whole, micros) = stamp.trim_start().split_once('.')?;
    if micros.len() != 6 {
        return None;
    }
    let micros = micros.parse::<u64>().ok()?;
    let whole = whole.parse::<u64>().ok()?;
    whole
        .checked_mul(1_000_000)?
        .checked_add(micros)
        .map(Nanos::from_micros)
}

/// `00:00:00.000,123`: hours, minutes, seconds, milliseconds, microseconds.
fn clock(stamp: &str) -> Option<Nanos> {
    let (clock, micros) = stamp.split_once(',')?;
    let (clock, millis) = clock.split_once('.')?;
    let mut seconds = 0_u64;
    for part in clock.split(':') {
        seconds = seconds.checked_mul(60)?.checked_add(part.parse().ok()?)?;
    }
    let millis: u64 = millis.parse().ok()?;
    let micros: u64 = micros.parse().ok()?;
    let total = seconds
        .checked_mul(1_000_000)?
        .checked_add(millis.checked_mul(1_000)?)?;
    total.checked_add(micros).map(Nanos::from_micros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(line: &str, micros: Option<u64>, level: Option<Level>, text: &str) {
        let parsed = LogLine::parse(CoreId::PRIMARY, Nanos(7), line);
        assert_eq!(
            parsed.time,
            micros.map_or(Nanos(7), Nanos::from_micros),
            "{line}"
        );
        assert_eq!(
            (parsed.level, parsed.text.as_str()),
            (level, text),
            "{line}"
        );
    }

    #[test]
    fn both_time_stamps_are_understood() {
        let text = "<inf> ipc: rx\t: 0x47000000|0x0";
        check(
            &format!("[    0.000123] {text}"),
            Some(123),
            Some(Level::Info),
            text,
        );
        check(
            &format!("[00:01:00.002,003] {text}"),
            Some(60_002_003),
            Some(Level::Info),
            text,
        );
        check("[    1.5] <err> a: b", None, None, "[    1.5] <err> a: b");
        check("*** Booting ***", None, None, "*** Booting ***");
        check("[    0.000001] no level", Some(1), None, "no level");
    }

    proptest! {
        #[test]
        fn any_line_is_a_line(line in "\\PC*") {
            LogLine::parse(CoreId::PRIMARY, Nanos(0), &line);
        }
    }
}
