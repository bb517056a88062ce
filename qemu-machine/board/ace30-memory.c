/*
 * The memory map of the ace30 board. RAM is QEMU's; the hardware registers
 * and everything unmapped go to the Rust half.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "cpu.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "qemu/units.h"

#include "ace30.h"

/* Both regions that are forwarded begin at 0, so an offset is an address. */
static Ace30Access access_of(hwaddr addr, unsigned size)
{
    uint32_t core = current_cpu ? current_cpu->cpu_index : ACE30_NO_CORE;

    return (Ace30Access) {
        .core = core,
        .ps = current_cpu ? ace30_core_ps(core) : 0,
        .addr = addr,
        .size = size,
    };
}

static MemTxResult registers_read(void *opaque, hwaddr addr, uint64_t *data,
                                  unsigned size, MemTxAttrs attrs)
{
    Ace30Access access = access_of(addr, size);
    uint32_t value = 0;
    bool answered = !attrs.debug && ace30_board_read(opaque, &access, &value);

    *data = value;
    return answered ? MEMTX_OK : MEMTX_DECODE_ERROR;
}

static MemTxResult registers_write(void *opaque, hwaddr addr, uint64_t value,
                                   unsigned size, MemTxAttrs attrs)
{
    Ace30Access access = access_of(addr, size);
    bool answered = !attrs.debug && ace30_board_write(opaque, &access, value);

    return answered ? MEMTX_OK : MEMTX_DECODE_ERROR;
}

static MemTxResult nothing_read(void *opaque, hwaddr addr, uint64_t *data,
                                unsigned size, MemTxAttrs attrs)
{
    Ace30Access access = access_of(addr, size);

    *data = 0;
    if (!attrs.debug) {
        ace30_board_unmapped(opaque, &access, false, 0);
    }
    return MEMTX_DECODE_ERROR;
}

static MemTxResult nothing_write(void *opaque, hwaddr addr, uint64_t value,
                                 unsigned size, MemTxAttrs attrs)
{
    Ace30Access access = access_of(addr, size);

    if (!attrs.debug) {
        ace30_board_unmapped(opaque, &access, true, value);
    }
    return MEMTX_DECODE_ERROR;
}

#define UP_TO_A_WORD { .min_access_size = 1, .max_access_size = 4 }

static const MemoryRegionOps registers_ops = {
    .read_with_attrs = registers_read,
    .write_with_attrs = registers_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = UP_TO_A_WORD,
    .impl = UP_TO_A_WORD,
};

static const MemoryRegionOps nothing_ops = {
    .read_with_attrs = nothing_read,
    .write_with_attrs = nothing_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = UP_TO_A_WORD,
    .impl = UP_TO_A_WORD,
};

void ace30_memory_map(Ace30Board *board)
{
    static MemoryRegion nothing;
    static MemoryRegion hardware;
    MemoryRegion *system = get_system_memory();
    const Ace30Region *registers = ace30_register_region();
    uint32_t count;
    const Ace30Region *ram = ace30_ram_regions(&count);

    assert(registers->base == 0);
    memory_region_init_io(&nothing, NULL, &nothing_ops, board, "nothing",
                          4 * GiB);
    memory_region_add_subregion_overlap(system, 0, &nothing, -1);

    memory_region_init_io(&hardware, NULL, &registers_ops, board,
                          registers->name, registers->size);
    memory_region_add_subregion(system, registers->base, &hardware);

    for (uint32_t i = 0; i < count; i++, ram++) {
        MemoryRegion *cached = g_new0(MemoryRegion, 1);
        MemoryRegion *uncached = g_new0(MemoryRegion, 1);
        g_autofree char *alias = g_strdup_printf("%s-uncached", ram->name);

        memory_region_init_ram(cached, NULL, ram->name, ram->size,
                               &error_fatal);
        memory_region_add_subregion(system, ram->base, cached);
        memory_region_init_alias(uncached, NULL, alias, cached, 0, ram->size);
        memory_region_add_subregion(system, ram->alias, uncached);
    }
}

static bool is_ram(uint32_t addr, uint32_t len)
{
    uint32_t count;
    const Ace30Region *region = ace30_ram_regions(&count);

    for (uint32_t i = 0; i < count; i++, region++) {
        if (len <= region->size &&
            (addr - region->base <= region->size - len ||
             addr - region->alias <= region->size - len)) {
            return true;
        }
    }
    return false;
}

bool ace30_ram_read(uint32_t addr, void *data, uint32_t len)
{
    return is_ram(addr, len) &&
        address_space_read(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED,
                           data, len) == MEMTX_OK;
}

bool ace30_ram_write(uint32_t addr, const void *data, uint32_t len)
{
    return is_ram(addr, len) &&
        address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED,
                            data, len) == MEMTX_OK;
}

