/*
 * The contract between the C half of the ace30 board, which knows QEMU, and
 * its Rust half (src/ffi.rs), which knows the devices and the host link.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * All calls in both directions are made with the big QEMU lock held, by the
 * vCPU thread or by the main thread: before the cores run, and when the lab
 * hangs up. Addresses are physical.
 */
#ifndef HW_XTENSA_ACE30_H
#define HW_XTENSA_ACE30_H

#define ACE30_MAX_CORES 5
#define ACE30_NO_CORE   0xff

struct XtensaCounters;      /* target/xtensa/counters.h */

/* The registers of a core, as the lab may ask for them. */
typedef struct Ace30CoreState {
    uint32_t ar[16];
    uint32_t pc;
    uint32_t ps;
    uint32_t epc1;
    uint32_t exccause;
    uint32_t excvaddr;
    uint32_t depc;
    uint32_t vecbase;
    uint32_t interrupt;
    uint32_t intenable;
    uint32_t ccount;
    bool stalled;           /* held in reset or run-stalled */
    bool waiting;           /* in WAITI */
} Ace30CoreState;

/* What the Rust half asks of QEMU. */
typedef struct Ace30Ops {
    int64_t (*now_ns)(void);
    /* One-shot timer in virtual time, in place of any earlier setting. */
    void (*set_timer)(int64_t at_ns);
    void (*set_irq)(uint32_t core, uint32_t interrupt, bool level);
    /* Resets the core, lowers its interrupts, and lets it run from pc. */
    void (*start_core)(uint32_t core, uint32_t pc);
    void (*stall_core)(uint32_t core);
    void (*core_state)(uint32_t core, Ace30CoreState *state);
    void (*core_counters)(uint32_t core, struct XtensaCounters *counters);
    /* Copies from and to RAM; false if a byte of the range is not RAM. */
    bool (*ram_read)(uint32_t addr, void *data, uint32_t len);
    bool (*ram_write)(uint32_t addr, const void *data, uint32_t len);
    /* Whether a signal asked QEMU to end. */
    bool (*shutdown_requested)(void);
    /* Ends the process in an orderly way, or at once. */
    void (*quit)(int32_t code);
    void (*abort)(int32_t code);
} Ace30Ops;

typedef struct Ace30Config {
    uint32_t cores;
    uint32_t quantum;       /* instructions */
    uint32_t hostlink_fd;   /* owned by the Rust half from here on */
    bool plant_host_time;   /* test only: lets the host's clock into an event */
} Ace30Config;

typedef struct Ace30Region {
    const char *name;
    uint32_t base;
    uint32_t size;
    uint32_t alias;         /* base of the uncached alias */
} Ace30Region;

/* Who makes an access: the index of the core, and its PS. */
typedef struct Ace30Access {
    uint32_t core;
    uint32_t ps;
    uint32_t addr;
    uint32_t size;
} Ace30Access;

typedef struct Ace30Board Ace30Board;

/* RAM regions, and the range of the hardware registers. */
const Ace30Region *ace30_ram_regions(uint32_t *count);
const Ace30Region *ace30_register_region(void);
uint32_t ace30_prid(uint32_t core);

/* Does not return if the host link cannot be set up. */
Ace30Board *ace30_board_new(const Ace30Ops *ops, const Ace30Config *config);
/* False if nothing answers: the core gets a bus error. */
bool ace30_board_read(Ace30Board *board, const Ace30Access *access,
                      uint32_t *value);
bool ace30_board_write(Ace30Board *board, const Ace30Access *access,
                       uint32_t value);
/* A core accessed an address where there is nothing. */
void ace30_board_unmapped(Ace30Board *board, const Ace30Access *access,
                          bool is_write, uint32_t value);
void ace30_board_timer(Ace30Board *board);
/* The other end of the host link was closed while the cores ran. */
void ace30_board_hangup(Ace30Board *board);

/* ace30-cores.c */
void ace30_cores_create(uint32_t count);
void ace30_core_set_irq(uint32_t core, uint32_t interrupt, bool level);
void ace30_core_start(uint32_t core, uint32_t pc);
void ace30_core_stall(uint32_t core);
void ace30_core_state(uint32_t core, Ace30CoreState *state);
void ace30_core_counters(uint32_t core, struct XtensaCounters *counters);
uint32_t ace30_core_ps(uint32_t core);

/* ace30-memory.c */
void ace30_memory_map(Ace30Board *board);
bool ace30_ram_read(uint32_t addr, void *data, uint32_t len);
bool ace30_ram_write(uint32_t addr, const void *data, uint32_t len);

/* ace30-test.c */
void ace30_test_start_kicker(uint32_t period_us);
unsigned ace30_test_parse_without(const char *list, Error **errp);

#endif
