/*
 * The ace30 machine: properties, start-up checks, clock and process.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <glib-unix.h>
#include <sys/prctl.h>
#include "qapi/error.h"
#include "cpu.h"
#include "hw/boards.h"
#include "qemu/error-report.h"
#include "qemu/seqlock.h"
#include "qemu/timer.h"
#include "qom/object.h"
#include "system/cpu-timers.h"
#include "system/cpu-timers-internal.h"
#include "system/rr-policy.h"
#include "system/runstate.h"

#include "ace30.h"

#define TYPE_ACE30_MACHINE MACHINE_TYPE_NAME("ace30")
OBJECT_DECLARE_SIMPLE_TYPE(Ace30MachineState, ACE30_MACHINE)

/* Skew between cores against cost: 2 us of virtual time. */
#define DEFAULT_QUANTUM 1000

#define NO_FD UINT32_MAX

#define NANOS_PER_INSTRUCTION 2

struct Ace30MachineState {
    MachineState parent;

    uint32_t cores;
    uint32_t quantum;
    uint32_t hostlink_fd;
    char *without;
    uint32_t kick;          /* microseconds; 0: never */
    uint8_t plant_host_time;
};

static Ace30Board *board;
static QEMUTimer *board_timer;

/*
 * A page-table walk may hit an unmapped address in the middle of a block of
 * code, where QEMU refuses to tell the time. The time of the end of the block
 * is as repeatable, and near enough for an event.
 */
static int64_t now_ns(void)
{
    CPUState *cs = current_cpu;
    int64_t now;

    if (!cs || !cs->running || cs->neg.can_do_io) {
        return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    }
    cs->neg.can_do_io = true;
    now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    cs->neg.can_do_io = false;
    return now;
}

static void set_timer(int64_t at_ns)
{
    timer_mod(board_timer, at_ns);
}

static bool shutdown_requested(void)
{
    return qemu_shutdown_requested_get() != SHUTDOWN_CAUSE_NONE;
}

static void quit(int32_t code)
{
    exit(code);
}

static void abort_now(int32_t code)
{
    _exit(code);
}

static const Ace30Ops ops = {
    .now_ns = now_ns,
    .set_timer = set_timer,
    .set_irq = ace30_core_set_irq,
    .start_core = ace30_core_start,
    .stall_core = ace30_core_stall,
    .core_state = ace30_core_state,
    .core_counters = ace30_core_counters,
    .ram_read = ace30_ram_read,
    .ram_write = ace30_ram_write,
    .shutdown_requested = shutdown_requested,
    .quit = quit,
    .abort = abort_now,
};

static void on_board_timer(void *opaque)
{
    ace30_board_timer(board);
}

/*
 * While the machine stands, its Rust half notices by itself that the lab is
 * gone; while the cores run, nobody reads from the link.
 */
static gboolean on_hangup(gint fd, GIOCondition condition, gpointer unused)
{
    ace30_board_hangup(board);
    return G_SOURCE_REMOVE;
}

/* Any other way of keeping time would make runs depend on the host. */
static void require_repeatable_time(void)
{
    if (icount_enabled() != ICOUNT_PRECISE ||
        icount_to_ns(1) != NANOS_PER_INSTRUCTION ||
        timers_state.icount_warp_timer) {
        error_report("ace30 runs only with -icount shift=1,sleep=off");
        exit(EXIT_FAILURE);
    }
}

static void require_valid_properties(const Ace30MachineState *s)
{
    struct stat link;

    if (s->cores < 1 || s->cores > ACE30_MAX_CORES) {
        error_report("ace30: cores=%u is not within 1..%u", s->cores,
                     ACE30_MAX_CORES);
        exit(EXIT_FAILURE);
    }
    if (s->quantum < 1) {
        error_report("ace30: quantum must be at least 1 instruction");
        exit(EXIT_FAILURE);
    }
    if (s->hostlink_fd == NO_FD) {
        error_report("ace30: hostlink-fd is missing: the number of an inherited "
                     "descriptor of a connected Unix socket");
        exit(EXIT_FAILURE);
    }
    if (fstat(s->hostlink_fd, &link) < 0 || !S_ISSOCK(link.st_mode)) {
        error_report("ace30: hostlink-fd=%u is not a socket", s->hostlink_fd);
        exit(EXIT_FAILURE);
    }
}

static void ace30_init(MachineState *machine)
{
    Ace30MachineState *s = ACE30_MACHINE(machine);

    require_repeatable_time();
    require_valid_properties(s);

    /* A lab that is killed takes its machine with it. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);

    rr_policy.quantum = s->quantum;
    rr_policy.features = RR_WARP | RR_QUANTUM | RR_WHOLE_SLICES |
                         RR_PARALLEL_TIME | RR_PLUGIN_INDEX | RR_COUNTERS;
    if (s->without) {
        rr_policy.features &= ~ace30_test_parse_without(s->without,
                                                        &error_fatal);
    }

    ace30_cores_create(s->cores);
    board_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, on_board_timer, NULL);
    board = ace30_board_new(&ops, &(Ace30Config) {
        .cores = s->cores,
        .quantum = s->quantum,
        .hostlink_fd = s->hostlink_fd,
        .plant_host_time = s->plant_host_time,
    });
    ace30_memory_map(board);
    g_unix_fd_add(s->hostlink_fd, G_IO_HUP, on_hangup, NULL);
    if (s->kick) {
        ace30_test_start_kicker(s->kick);
    }
}

static void set_without(Object *obj, const char *value, Error **errp)
{
    Ace30MachineState *s = ACE30_MACHINE(obj);

    g_free(s->without);
    s->without = g_strdup(value);
}

static void ace30_instance_init(Object *obj)
{
    Ace30MachineState *s = ACE30_MACHINE(obj);
    const ObjectPropertyFlags rw = OBJ_PROP_FLAG_READWRITE;

    s->cores = ACE30_MAX_CORES;
    s->quantum = DEFAULT_QUANTUM;
    s->hostlink_fd = NO_FD;
    object_property_add_uint32_ptr(obj, "cores", &s->cores, rw);
    object_property_add_uint32_ptr(obj, "quantum", &s->quantum, rw);
    object_property_add_uint32_ptr(obj, "hostlink-fd", &s->hostlink_fd, rw);
    object_property_add_str(obj, "x-without", NULL, set_without);
    object_property_add_uint32_ptr(obj, "x-kick", &s->kick, rw);
    object_property_add_uint8_ptr(obj, "x-plant-host-time",
                                  &s->plant_host_time, rw);
}

static void ace30_class_init(ObjectClass *oc, void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);

    mc->desc = "ACE 3.0 class audio DSP, driven over a host link";
    mc->init = ace30_init;
    mc->max_cpus = ACE30_MAX_CORES;
    mc->no_serial = 1;
    mc->no_parallel = 1;
    mc->no_floppy = 1;
    mc->no_cdrom = 1;
    mc->default_cpu_type = XTENSA_CPU_TYPE_NAME("ace30");
}

static const TypeInfo ace30_machine_type = {
    .name = TYPE_ACE30_MACHINE,
    .parent = TYPE_MACHINE,
    .instance_size = sizeof(Ace30MachineState),
    .instance_init = ace30_instance_init,
    .class_init = ace30_class_init,
};

static void ace30_register_types(void)
{
    type_register_static(&ace30_machine_type);
}

type_init(ace30_register_types)
