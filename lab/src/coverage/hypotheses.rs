//! What may lie behind a stream that fails when another one ends.

use super::{Item, item};

pub(super) const HYPOTHESES: [Item; 11] = [
    item(
        "HY1",
        "the LL thread lacks the right to signal the end of a task",
    ),
    item(
        "HY2",
        "a task is freed while it is still linked, and the other stream's ticks run it",
    ),
    item(
        "HY3",
        "two streams share one completion: one's stop answers the other's command",
    ),
    item(
        "HY4",
        "the LL lock is held for a whole teardown, and the other stream misses ticks",
    ),
    item(
        "HY5",
        "the end of a stream on one core stops the timer of another core",
    ),
    item(
        "HY6",
        "the end of a stream is counted in the list of the wrong core",
    ),
    item(
        "HY7",
        "the end of one channel takes the right to another channel away",
    ),
    item(
        "HY8",
        "the first instance of a loaded module takes its partitions along",
    ),
    item(
        "HY9",
        "a delete that takes longer than the IPC timeout leaves its completion behind",
    ),
    item(
        "HY10",
        "a mixin is unbound from a mixout that another stream keeps running",
    ),
    item(
        "HY11",
        "a core is switched off while one of its streams still runs",
    ),
];
