/*
 * The ace30 core: an LX7 on the in-tree de233_fpu instruction table, with
 * MULUH and MULSH added and two groups of instructions taken away.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "cpu.h"
#include "gdbstub/helpers.h"
#include "qemu/host-utils.h"

#include "core-ace30/core-isa.h"
#include "overlay_tool.h"

#define xtensa_modules xtensa_modules_ace30
#include "core-de233_fpu/xtensa-modules.c.inc"

#define ACE30_CLOCK_KHZ 500000

/*
 * The translator knows MULUH and MULSH, only the table does not. The table is
 * copied and extended here at start-up, so that it need not be edited.
 *
 * Both are RRR format: op0 = 0 (QRST), op1 = 2 (RST2), op2 = 10 or 11.
 */
enum {
    OPCODE_MULUH = ARRAY_SIZE(opcodes),
    OPCODE_MULSH,
    ACE30_NUM_OPCODES,
};

#define RRR_MASK       0xff000f
#define MULUH_ENCODING 0xa20000
#define MULSH_ENCODING 0xb20000

static void encode_muluh(xtensa_insnbuf slotbuf)
{
    slotbuf[0] = MULUH_ENCODING;
}

static void encode_mulsh(xtensa_insnbuf slotbuf)
{
    slotbuf[0] = MULSH_ENCODING;
}

static xtensa_opcode_encode_fn muluh_encode_fns[] = { encode_muluh, 0, 0 };
static xtensa_opcode_encode_fn mulsh_encode_fns[] = { encode_mulsh, 0, 0 };

/* MAC16 has a major opcode of its own. */
#define OP0_MASK  0xf
#define OP0_MAC16 0x4

/*
 * The core has no MAC16 and no exported state, and the translator asks no
 * option about their instructions. Left in the table, their registers would be
 * state that every thread can write and no firmware saves.
 */
static int decode_without_shared_state(const xtensa_insnbuf insn)
{
    int opcode;

    if ((insn[0] & OP0_MASK) == OP0_MAC16) {
        return XTENSA_UNDEFINED;
    }
    opcode = Slot_inst_decode(insn);
    switch (opcode) {
    case OPCODE_READ_IMPWIRE:
    case OPCODE_SETB_EXPSTATE:
    case OPCODE_CLRB_EXPSTATE:
    case OPCODE_WRMSK_EXPSTATE:
    case OPCODE_RUR_EXPSTATE:
    case OPCODE_WUR_EXPSTATE:
        return XTENSA_UNDEFINED;
    default:
        return opcode;
    }
}

static int decode_ace30(const xtensa_insnbuf insn)
{
    switch (insn[0] & RRR_MASK) {
    case MULUH_ENCODING:
        return OPCODE_MULUH;
    case MULSH_ENCODING:
        return OPCODE_MULSH;
    default:
        return decode_without_shared_state(insn);
    }
}

static void extend_instruction_table(void)
{
    static xtensa_opcode_internal extended[ACE30_NUM_OPCODES];

    memcpy(extended, opcodes, sizeof(opcodes));
    extended[OPCODE_MULUH] = (xtensa_opcode_internal){
        "muluh", ICLASS_xt_mul32, 0, muluh_encode_fns, 0, 0
    };
    extended[OPCODE_MULSH] = (xtensa_opcode_internal){
        "mulsh", ICLASS_xt_mul32, 0, mulsh_encode_fns, 0, 0
    };
    xtensa_modules_ace30.opcodes = extended;
    xtensa_modules_ace30.num_opcodes = ACE30_NUM_OPCODES;
    slots[0].opcode_decode_fn = decode_ace30;
}

static XtensaConfig ace30 __attribute__((unused)) = {
    .name = "ace30",
    .gdb_regmap = {
        .reg = {
#include "core-de233_fpu/gdb-config.c.inc"
        }
    },
    .isa_internal = &xtensa_modules_ace30,
    .clock_freq_khz = ACE30_CLOCK_KHZ,
    .opcode_translators = (const XtensaOpcodeTranslators *[]){
        &xtensa_core_opcodes,
        &xtensa_fpu_opcodes,
        NULL,
    },
    DEFAULT_SECTIONS
};

static void __attribute__((constructor)) prepare_ace30(void)
{
    extend_instruction_table();
}

REGISTER_CORE(ace30)
