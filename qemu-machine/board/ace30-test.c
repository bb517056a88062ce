/*
 * Properties of the ace30 machine that exist for its own tests only: taking
 * one of the determinism patches away, and disturbing the vCPU thread.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/thread.h"
#include "hw/core/cpu.h"
#include "system/rr-policy.h"

#include "ace30.h"

/*
 * A stand-in for whatever kicks a vCPU, or keeps the main loop turning, at a
 * moment of the host's choice.
 */
static void *kicker(void *period_us)
{
    for (;;) {
        g_usleep(GPOINTER_TO_UINT(period_us));
        qemu_cpu_kick(first_cpu);
        qemu_notify_event();
    }
    return NULL;
}

void ace30_test_start_kicker(uint32_t period_us)
{
    static QemuThread thread;

    qemu_thread_create(&thread, "kicker", kicker, GUINT_TO_POINTER(period_us),
                       QEMU_THREAD_DETACHED);
}

/* Feature bits for a list such as "warp+quantum". */
unsigned ace30_test_parse_without(const char *list, Error **errp)
{
    static const struct {
        const char *name;
        RRFeature feature;
    } known[] = {
        { "warp", RR_WARP },
        { "quantum", RR_QUANTUM },
        { "whole-slices", RR_WHOLE_SLICES },
        { "parallel-time", RR_PARALLEL_TIME },
        { "plugin-index", RR_PLUGIN_INDEX },
        { "counters", RR_COUNTERS },
    };
    g_auto(GStrv) names = g_strsplit(list, "+", -1);
    unsigned features = 0;

    for (char **name = names; *name; name++) {
        size_t i;

        for (i = 0; i < ARRAY_SIZE(known); i++) {
            if (g_str_equal(*name, known[i].name)) {
                features |= known[i].feature;
                break;
            }
        }
        if (i == ARRAY_SIZE(known)) {
            error_setg(errp, "x-without: there is no patch '%s'", *name);
            return 0;
        }
    }
    return features;
}
