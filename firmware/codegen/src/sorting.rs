//! Sorting and searching in slices.

use crate::Group;
use crate::group::{Run, group};

fn unstable(run: &mut Run) {
    let Run { inputs, hash } = run;
    for length in [0, 1, 2, 3, 8, 20, 21, 50, 130] {
        let mut numbers = [0u32; 130];
        for number in &mut numbers[..length] {
            *number = inputs.below(90);
        }
        let numbers = &mut numbers[..length];
        numbers.sort_unstable();
        hash.put(numbers.is_sorted());
        for probe in 0..20 {
            hash.put(numbers.partition_point(|number| *number < probe * 5));
            hash.put(numbers.binary_search(&(probe * 7)).is_ok());
        }
        numbers.sort_unstable_by(|a, b| (b % 7, b).cmp(&(a % 7, a)));
        for number in numbers {
            hash.put(*number);
        }
    }
}

/// Records that are larger than a word, with keys of 64 bits.
fn records(run: &mut Run) {
    let Run { inputs, hash } = run;
    let mut records = [(0u64, 0u8, [0i16; 3]); 60];
    for record in &mut records {
        *record = (
            inputs.value(),
            inputs.value(),
            [inputs.value(), inputs.value(), inputs.value()],
        );
    }
    records.sort_unstable_by_key(|record| (record.0 as i64, record.1));
    records[10..50].reverse();
    records.rotate_left(17);
    records.select_nth_unstable_by_key(30, |record| record.2);
    hash.put(records[30].2[0]);
    records.sort_unstable();
    for (key, tag, samples) in records {
        hash.put(key);
        hash.put(tag);
        hash.put(samples[1]);
    }
}

fn insertion(run: &mut Run) {
    let Run { inputs, hash } = run;
    let mut sorted = [0i32; 80];
    for length in 0..sorted.len() {
        let value = inputs.value::<i32>();
        let at = sorted[..length].partition_point(|other| *other <= value);
        sorted.copy_within(at..length, at + 1);
        sorted[at] = value;
        hash.put(at);
    }
    for pair in sorted.windows(2) {
        hash.put(pair[0].abs_diff(pair[1]));
    }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("sorting/unstable", unstable),
    group!("sorting/records", records),
    group!("sorting/insertion", insertion),
];
