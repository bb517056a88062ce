//! What lies between the words that the firmware's bench writes.

use acelab_abi::clock::{NANOS_PER_INSTRUCTION, Nanos, WallTicks};
use acelab_abi::kernel_bench::Operation;

/// The words of the debug port do not say what was measured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMarks {
    /// The rounds that were measured are not those that were asked for.
    #[error("{operation} was measured {measured} times, not {wanted} times")]
    Rounds {
        /// What.
        operation: Operation,
        /// Whole rounds.
        measured: usize,
        /// What was asked for.
        wanted: usize,
    },
    /// An operation ended before it began.
    #[error("{operation} ended at {end} ns, before it began")]
    Backwards {
        /// What.
        operation: Operation,
        /// When.
        end: u64,
    },
}

/// Instructions of each round of `operation`, in order, out of the words and their times.
pub fn spans(
    operation: Operation,
    marks: &[(Nanos, u32)],
    rounds: usize,
) -> Result<Vec<u64>, BadMarks> {
    let mut spans = Vec::new();
    let mut start = None;
    let mut marks = marks.iter();
    while let Some(&(time, word)) = marks.next() {
        if word == operation.start() {
            start = match operation {
                Operation::Timer => marks.next().and_then(|(_, low)| deadline(time, *low)),
                _ => Some(time),
            };
        } else if word == operation.end()
            && let Some(start) = start.take()
        {
            let span = time.0.checked_sub(start.0);
            let span = span.ok_or(BadMarks::Backwards {
                operation,
                end: time.0,
            })?;
            spans.push(span / NANOS_PER_INSTRUCTION);
        }
    }
    if spans.len() == rounds {
        Ok(spans)
    } else {
        Err(BadMarks::Rounds {
            operation,
            measured: spans.len(),
            wanted: rounds,
        })
    }
}

/// When the wall clock reads the first value after `time` with this lower word.
fn deadline(time: Nanos, low: u32) -> Option<Nanos> {
    let now = WallTicks::at(time);
    let ahead = low.wrapping_sub(now.low());
    WallTicks(now.0 + u64::from(ahead)).reached_at()
}

/// The middle one and the largest.
pub fn median_and_max(mut values: Vec<u64>) -> (u64, u64) {
    values.sort_unstable();
    let middle = values.get(values.len() / 2).copied().unwrap_or_default();
    (middle, values.last().copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: u64, word: u32) -> (Nanos, u32) {
        (Nanos(time), word)
    }

    #[test]
    fn rounds_are_pairs_of_the_operation_s_own_words() {
        let operation = Operation::Yield;
        let (start, end) = (operation.start(), operation.end());
        let marks = [
            at(5, end),
            at(10, start),
            at(50, Operation::Null.end()),
            at(110, end),
            at(120, end),
            at(200, start),
            at(260, end),
        ];
        assert_eq!(spans(operation, &marks, 2), Ok(vec![50, 30]));
        let wrong = spans(operation, &marks, 3).unwrap_err().to_string();
        assert_eq!(wrong, "YIELD was measured 2 times, not 3 times");
        let backwards = [at(10, start), at(8, end)];
        assert!(spans(operation, &backwards, 1).is_err());
    }

    #[test]
    fn a_timer_s_round_begins_at_its_deadline() {
        let operation = Operation::Timer;
        let before = WallTicks((1 << 32) - 2).reached_at().unwrap();
        let deadline = WallTicks((1 << 32) + 3);
        let due = deadline.reached_at().unwrap();
        let marks = [
            at(before.0, operation.start()),
            at(before.0 + 4, deadline.low()),
            at(due.0 + 600, operation.end()),
        ];
        assert_eq!(spans(operation, &marks, 1), Ok(vec![300]));
    }

    #[test]
    fn median_and_maximum_of_any_order() {
        assert_eq!(median_and_max(vec![5, 1, 9]), (5, 9));
        assert_eq!(median_and_max(vec![]), (0, 0));
    }
}
