//! Scenarios.

use super::{Item, item, left_out};

pub(super) const SCENARIOS: [Item; 53] = [
    item(
        "T01",
        "the firmware boots and says FW_READY once, with no error in its log",
    ),
    item(
        "T02",
        "the base firmware answers the queries that a driver sends after boot",
    ),
    item("T03", "unknown types of messages get their status"),
    item("T04", "one playback on core 0 from start to teardown"),
    item(
        "T05",
        "one playback on core 1, with the core powered up and down",
    ),
    item("T06", "a pipeline is created on a core that is off"),
    item("T07", "a pipeline is created on a core that does not exist"),
    item(
        "T08",
        "the first command for a core that has just come up, without any delay",
    ),
    item(
        "T09",
        "two streams on one core, the first ends, the other plays on",
    ),
    item(
        "T10",
        "two streams on two cores, the first ends, the other plays on",
    ),
    item(
        "T12",
        "two streams on core 1, the first ends, then the second",
    ),
    item(
        "T14",
        "a hundred rounds of start, stop and teardown leave nothing behind",
    ),
    item("T16", "fifty rounds of pause and resume at random times"),
    item("T18", "chain DMA with flags and states that do not fit"),
    item(
        "T19",
        "a playback of two pipelines, started and stopped by one message in order",
    ),
    item(
        "T20",
        "one message starts pipelines of two cores: all prepared before one runs",
    ),
    item(
        "T21",
        "one message for several pipelines, some of which do not exist",
    ),
    item("T22", "state changes that the state machine does not have"),
    item(
        "T24",
        "a running pipeline is deleted: refused, and it plays on",
    ),
    item(
        "T25",
        "LL tasks are made, run, cancelled, freed, in every order",
    ),
    item(
        "T26",
        "LL tasks run by priority, and in the order of their start within one",
    ),
    item(
        "T27",
        "an LL task is scheduled after it was freed, or twice",
    ),
    item(
        "T28",
        "no task runs while a command holds the LL lock; what was missed is made up",
    ),
    item("T30", "modules on different cores are bound"),
    item("T31", "two DP modules are bound to each other"),
    item(
        "T32",
        "a command that outlasts the IPC timeout, and the next one at once",
    ),
    item("T33", "a thousand queries during a playback"),
    item("T34", "the host rings again before the firmware is done"),
    item(
        "T35",
        "user code executes privileged instructions and reaches for the kernel",
    ),
    item(
        "T36",
        "system calls with pointers that the caller may not use",
    ),
    item(
        "T37",
        "DMA is configured with addresses and sizes that are not the caller's",
    ),
    left_out(
        "T38",
        "a module reads constants from a cold section",
        "the image has one section of constants, which every thread may read",
    ),
    item("T39", "a library is loaded"),
    item("T40", "a library that is broken is loaded"),
    item("T41", "a loaded module plays, is deleted, and again"),
    item(
        "T43",
        "one kind of module runs as LL on one core and as DP on another",
    ),
    item("T44", "a loaded module depends on another"),
    item("T45", "secondary cores go up and down two hundred times"),
    item(
        "T47",
        "the DSP is suspended and starts again, with streams before and after",
    ),
    item(
        "T48",
        "the positions of a pipeline in the firmware registers, from create to reset",
    ),
    item(
        "T49",
        "a second of playback sends no notification of a position",
    ),
    item(
        "T50",
        "as many pipelines as there can be, several times, leave no slot taken",
    ),
    item(
        "T52",
        "what exists already is created again; a DMA channel is claimed twice",
    ),
    item(
        "T53",
        "module payloads that are too short, too long, or say nonsense",
    ),
    item(
        "T55",
        "the channel map changes a hundred times during a playback",
    ),
    item("T56", "a volume ramp reaches its target in its time"),
    item(
        "T57",
        "the host stops feeding: an xrun, from which a restart recovers",
    ),
    item(
        "T59",
        "all ports play and record at once, and end in random order",
    ),
    item(
        "T60",
        "system calls of a tick, with no, one and two streams",
    ),
    item("T61", "the log overflows while nobody reads it"),
    item(
        "T62",
        "threads have their names, and a build without names runs as well",
    ),
    item("T64", "random words with random payloads"),
    item("T65", "more loaded modules than there are partitions"),
];
