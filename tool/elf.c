/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* ELF memory dumps: each loadable segment is memory at its physical address. */
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>

#include "source.h"

bool source_add(struct source *src, const struct region *r, struct why *why)
{
    struct region *more = realloc(src->regions, (src->nregions + 1) * sizeof(*more));

    if (!more) {
        return why_not(why, "out of memory");
    }
    src->regions = more;
    src->regions[src->nregions++] = *r;
    return true;
}

static bool add_segments(struct source *src, Elf *elf, const char *name, const uint8_t *data,
                         size_t len, struct why *why)
{
    size_t n, found = 0;

    if (elf_kind(elf) != ELF_K_ELF || elf_getphdrnum(elf, &n)) {
        return why_not(why, "%s: not an ELF file", name);
    }
    for (size_t i = 0; i < n; i++) {
        GElf_Phdr ph;

        if (!gelf_getphdr(elf, (int)i, &ph)) {
            return why_not(why, "%s: truncated: program header %zu is missing", name, i);
        }
        if (ph.p_type != PT_LOAD || !ph.p_filesz) {
            continue;
        }
        if (ph.p_offset > len || ph.p_filesz > len - ph.p_offset) {
            return why_not(why, "%s: truncated: the memory at 0x%llx is missing", name,
                           (unsigned long long)ph.p_paddr);
        }
        if (!source_add(src, &(struct region){ .pas = SMMU3_PAS_NS, .addr = ph.p_paddr,
                                               .len = ph.p_filesz, .data = data + ph.p_offset },
                        why)) {
            return false;
        }
        found++;
    }
    return found ? true : why_not(why, "%s: there is no memory in it", name);
}

bool elf_regions(struct source *src, const char *name, const void *data, size_t len,
                 struct why *why)
{
    Elf *elf;
    bool ok;

    elf_version(EV_CURRENT);
    elf = elf_memory((char *)(uintptr_t)data, len);
    if (!elf) {
        return why_not(why, "%s: not an ELF file", name);
    }
    ok = add_segments(src, elf, name, data, len, why);
    elf_end(elf);
    return ok;
}
