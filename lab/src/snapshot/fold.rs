//! Repetitions in a list of lines, told once.

/// The longest block that is recognised.
const BLOCK_MAX: usize = 24;

/// Lines with every block that is repeated three times or more written once,
/// between `× N` and an indentation.
pub fn fold(lines: &[String]) -> Vec<String> {
    let mut folded = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        match longest_repetition(&lines[at..]) {
            Some((block, times)) => {
                folded.push(format!("× {times}"));
                folded.extend(lines[at..at + block].iter().map(|line| format!("  {line}")));
                at += block * times;
            }
            None => {
                folded.push(lines[at].clone());
                at += 1;
            }
        }
    }
    folded
}

/// The block at the front that saves the most lines, and how often it stands there.
fn longest_repetition(lines: &[String]) -> Option<(usize, usize)> {
    (1..=BLOCK_MAX.min(lines.len() / 3))
        .map(|block| {
            let same = |chunk: &&[String]| *chunk == &lines[..block];
            (block, lines.chunks(block).take_while(same).count())
        })
        .filter(|(_, times)| *times >= 3)
        .max_by_key(|(block, times)| (block * (times - 1), std::cmp::Reverse(*block)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(lines: &[&str], expected: &[&str]) {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        assert_eq!(fold(&lines), expected);
    }

    #[test]
    fn blocks_are_told_once() {
        check(
            &["a", "b", "a", "b", "a", "b", "c"],
            &["× 3", "  a", "  b", "c"],
        );
        check(&["a", "a", "b"], &["a", "a", "b"]);
        check(&["x", "a", "a", "a", "a"], &["x", "× 4", "  a"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(choice in prop::collection::vec(0..3_u8, 0..60)) {
            let lines: Vec<String> = choice.iter().map(|c| c.to_string()).collect();
            let mut unfolded = Vec::new();
            let mut folded = fold(&lines).into_iter().peekable();
            while let Some(line) = folded.next() {
                match line.strip_prefix("× ") {
                    None => unfolded.push(line),
                    Some(times) => {
                        let mut block = Vec::new();
                        while let Some(inner) = folded.next_if(|line| line.starts_with("  ")) {
                            block.push(inner.trim_start().to_owned());
                        }
                        let times: usize = times.parse().expect("a count");
                        unfolded.extend(std::iter::repeat_n(block, times).flatten());
                    }
                }
            }
            prop_assert_eq!(unfolded, lines);
        }
    }
}
