/*
 * The cores of the ace30 board: creation, reset, start, stall, inspection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "cpu.h"
#include "exec/exec-all.h"
#include "fpu/softfloat.h"
#include "hw/boards.h"
#include "hw/irq.h"
#include "target/xtensa/counters.h"
#include "qemu/timer.h"
#include "tcg/insn-start-words.h"

#include "ace30.h"

static XtensaCPU *cores[ACE30_MAX_CORES];

void ace30_cores_create(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        XtensaCPU *cpu = XTENSA_CPU(cpu_create(XTENSA_CPU_TYPE_NAME("ace30")));

        cpu->env.sregs[PRID] = ace30_prid(i);
        cpu->env.runstall = true;
        cpu_reset(CPU(cpu));
        cores[i] = cpu;
    }
}

/* By number of the interrupt: xtensa_get_extints() would count pins. */
void ace30_core_set_irq(uint32_t core, uint32_t interrupt, bool level)
{
    CPUXtensaState *env = &cores[core]->env;

    assert(interrupt < env->config->ninterrupt);
    qemu_set_irq(env->irq_inputs[interrupt], level);
}

/*
 * cpu_reset() covers the TLBs and a few registers. A core that comes back
 * from a power cycle must not show anything of its former life.
 */
static void core_reset(XtensaCPU *cpu)
{
    CPUState *cs = CPU(cpu);
    CPUXtensaState *env = &cpu->env;
    uint32_t prid = env->sregs[PRID];

    for (int i = 0; i < MAX_NDBREAK; i++) {
        if (env->cpu_watchpoint[i]) {
            cpu_watchpoint_remove_by_ref(cs, env->cpu_watchpoint[i]);
            env->cpu_watchpoint[i] = NULL;
        }
    }
    for (int i = 0; i < MAX_NIBREAK; i++) {
        if (env->cpu_breakpoint[i]) {
            cpu_breakpoint_remove_by_ref(cs, env->cpu_breakpoint[i]);
            env->cpu_breakpoint[i] = NULL;
        }
    }
    for (unsigned i = 0; i < env->config->nccompare; i++) {
        timer_del(env->ccompare[i].timer);
    }
    memset(env->regs, 0, sizeof(env->regs));
    memset(env->phys_regs, 0, sizeof(env->phys_regs));
    memset(env->sregs, 0, sizeof(env->sregs));
    memset(env->uregs, 0, sizeof(env->uregs));
    memset(env->fregs, 0, sizeof(env->fregs));
    env->windowbase_next = 0;
    env->autorefill_idx = 0;
    env->yield_needed = 0;
    set_float_exception_flags(0, &env->fp_status);
    set_float_rounding_mode(float_round_nearest_even, &env->fp_status);

    env->sregs[PRID] = prid;
    env->sregs[WINDOW_START] = 1;
    env->ccount_base = 0;
    env->time_base = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    /* Also drops a HALT request left from a stall, which would stop it again. */
    cpu_reset(cs);
    xtensa_count_mode(env);
}

void ace30_core_start(uint32_t index, uint32_t pc)
{
    XtensaCPU *cpu = cores[index];

    cpu->env.runstall = true;
    core_reset(cpu);
    cpu_set_pc(CPU(cpu), pc);
    xtensa_runstall(&cpu->env, false);
}

void ace30_core_stall(uint32_t index)
{
    CPUXtensaState *env = &cores[index]->env;

    for (unsigned i = 0; i < env->config->nccompare; i++) {
        timer_del(env->ccompare[i].timer);
    }
    xtensa_runstall(env, true);
}

uint32_t ace30_core_ps(uint32_t core)
{
    return cores[core]->env.sregs[PS];
}

/* The core that makes an access has its PC only in the translation's data. */
static uint32_t core_pc(CPUState *cs)
{
    uint64_t data[TARGET_INSN_START_WORDS];

    if (cs == current_cpu && cs->running && cs->mem_io_pc &&
        cpu_unwind_state_data(cs, cs->mem_io_pc, data)) {
        return data[0];
    }
    return cpu_env(cs)->pc;
}

void ace30_core_state(uint32_t core, Ace30CoreState *state)
{
    CPUState *cs = CPU(cores[core]);
    CPUXtensaState *env = cpu_env(cs);

    memcpy(state->ar, env->regs, sizeof(state->ar));
    state->pc = core_pc(cs);
    state->ps = env->sregs[PS];
    state->epc1 = env->sregs[EPC1];
    state->exccause = env->sregs[EXCCAUSE];
    state->excvaddr = env->sregs[EXCVADDR];
    state->depc = env->sregs[DEPC];
    state->vecbase = env->sregs[VECBASE];
    state->interrupt = env->sregs[INTSET];
    state->intenable = env->sregs[INTENABLE];
    state->ccount = env->ccount_base +
        clock_ns_to_ticks(cores[core]->clock,
                          qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) -
                          env->time_base);
    state->stalled = env->runstall;
    state->waiting = cs->halted && !env->runstall;
}

void ace30_core_counters(uint32_t core, XtensaCounters *counters)
{
    xtensa_counters(&cores[core]->env, counters);
}
