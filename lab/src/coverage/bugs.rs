//! Bugs that firmwares of this kind have had.

use super::{Item, item, left_out};

pub(super) const BUGS: [Item; 54] = [
    item(
        "B01",
        "the reply to a core's first command is sent before the command is done",
    ),
    item(
        "B02",
        "the core of a command indexes a table before it is checked",
    ),
    item("B03", "a pipeline on core 15"),
    item(
        "B04",
        "a system call believes the caller which core it is on",
    ),
    item(
        "B05",
        "a task's completion is signalled without the right to it",
    ),
    item("B06", "clocks of different units meet in one position"),
    item("B07", "a command waits for a wake-up that was lost"),
    item("B08", "the LL lock is taken again on the hot path"),
    item("B09", "what a core starts with is not initialised"),
    item(
        "B10",
        "a module as DP beside one as LL brings playback and capture down",
    ),
    left_out(
        "B11",
        "a compressed stream and an overlay fail to allocate",
        "there are no compressed streams; commands that memory does not suffice for are refused in B42 and T53",
    ),
    item(
        "B12",
        "the end-of-stream flag of a DP module was moved out of reach",
    ),
    left_out(
        "B13",
        "a module is created without its privileged part",
        "modules have no privileged part: creating one makes no system call but for memory",
    ),
    left_out(
        "B14",
        "cold code is executed in user mode",
        "all code is in one section, which every thread may execute",
    ),
    left_out(
        "B15",
        "execution from external memory faults at a switch of threads",
        "all code is in one section, which is mapped in every address space",
    ),
    item(
        "B16",
        "many pipelines on several cores make commands time out",
    ),
    item(
        "B17",
        "a core is switched off in the midst of many pipelines",
    ),
    item(
        "B18",
        "cores go up and down in a loop until a message is lost",
    ),
    item(
        "B19",
        "streams one after the other on core 1, then 0, 1 and 0 again",
    ),
    item(
        "B20",
        "a pipeline on core 2 is refused although the core was asked to come up",
    ),
    item("B21", "two cores answer, and one takes the other's reply"),
    item(
        "B22",
        "the wait for triggers is too short, or blocks the next command",
    ),
    item(
        "B23",
        "switching a core off takes longer than a driver waits",
    ),
    item("B24", "several running pipelines at a suspend"),
    item("B25", "two captures from one port"),
    item("B26", "start and stop of one stream are heard in another"),
    item(
        "B27",
        "the first task of a core is registered while its timer starts",
    ),
    item("B28", "secondary cores starve when core 0 masks its timer"),
    item(
        "B29",
        "the thread that handles commands wanders to another core",
    ),
    item(
        "B30",
        "chain DMA runs after it was freed, or is paused and released too often",
    ),
    item(
        "B31",
        "the kernel believes lists and boxes that user code can write",
    ),
    item(
        "B32",
        "triggers with a start delay lose the order of their pipelines",
    ),
    item("B33", "a task that was freed runs once more"),
    item(
        "B34",
        "the wait for a task's end runs out, and the task is freed all the same",
    ),
    item(
        "B35",
        "a timeout leaves its wake-up behind for the next command",
    ),
    item(
        "B36",
        "a state change that comes from another core is not counted",
    ),
    item(
        "B37",
        "an error in one of several pipelines leaves the others' completions behind",
    ),
    item(
        "B38",
        "a list of no pipelines, or with ids that no pipeline can have",
    ),
    item(
        "B39",
        "a module is created in a pipeline that does not exist",
    ),
    item("B40", "an unknown module is told apart by the wrong status"),
    item("B41", "a copier is reset twice"),
    item("B42", "a pipeline that could not be created keeps its slot"),
    item(
        "B43",
        "chain DMA that fails frees its memory into another heap",
    ),
    item("B44", "a library is loaded again under its id"),
    item(
        "B45",
        "a loaded module could not be mapped, and counts as mapped",
    ),
    item("B46", "a task is registered on a core without an LL thread"),
    item(
        "B47",
        "whether a module is DP is decided by its first instance",
    ),
    item("B48", "two cores ask for the properties of one port"),
    left_out(
        "B49",
        "features that need privileges are missing in silence",
        "no feature is compiled out of the user-mode build: both builds run the same code, and the same cases",
    ),
    item("B50", "a core is switched off under its pipelines"),
    item(
        "B51",
        "a running pipeline that may not be deleted is half destroyed",
    ),
    item("B52", "the partitions of a domain run out"),
    item("B53", "a core's power and its first command race"),
    item(
        "B54",
        "a command that another core still works on counts as done",
    ),
];
