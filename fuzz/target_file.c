/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Fuzz target: files that a machine's state comes from: ELF dumps, registers, snapshots. */
#include <stdlib.h>
#include <string.h>

#include "../tool/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum smmu3_mem on_read(void *ctx, const struct smmu3_access *acc, void *buf, size_t size)
{
    (void)ctx, (void)acc, (void)buf, (void)size;
    return SMMU3_MEM_ABORT;
}

static enum smmu3_mem on_write(void *ctx, const struct smmu3_access *acc, const void *buf,
                               size_t size)
{
    (void)ctx, (void)acc, (void)buf, (void)size;
    return SMMU3_MEM_ABORT;
}

static enum smmu3_mem on_cas(void *ctx, const struct smmu3_access *acc, uint64_t expected,
                             uint64_t desired, uint64_t *seen)
{
    (void)ctx, (void)acc, (void)expected, (void)desired, (void)seen;
    return SMMU3_MEM_ABORT;
}

static void on_resume(void *ctx, void *cookie, enum smmu3_resume action)
{
    (void)ctx, (void)cookie, (void)action;
}

static struct smmu3 *make(const struct smmu3_config *cfg)
{
    static const struct smmu3_host host = {
        .read = on_read, .write = on_write, .cas64 = on_cas, .resume = on_resume,
    };
    struct smmu3 *s = NULL;

    return smmu3_create(cfg, &host, NULL, &s) ? NULL : s;
}

/* Each byte of each segment is there. */
static void elf(const uint8_t *data, size_t size)
{
    struct source src = { .smmu = NULL };
    struct why why;
    unsigned sum = 0;

    if (elf_regions(&src, "fuzz", data, size, &why)) {
        for (size_t i = 0; i < src.nregions; i++) {
            for (uint64_t k = 0; k < src.regions[i].len; k += 61) {
                sum += src.regions[i].data[k];
            }
            sum += src.regions[i].data[src.regions[i].len - 1];
        }
    }
    if (sum == 1) {
        putchar(' '); /* so that reading is not optimised away */
    }
    free(src.regions);
}

static void registers(const char *text, size_t size)
{
    struct regvalue *regs;
    struct smmu3_config cfg;
    struct smmu3 *s;
    char note[100];
    struct why why;
    size_t n;

    if (!regfile_parse("fuzz", text, size, &regs, &n, &why)) {
        return;
    }
    if (regfile_config(regs, n, &cfg, note, sizeof(note), &why)) {
        s = make(&cfg);
        if (!s) {
            abort(); /* it said that this is an SMMU */
        }
        regfile_load(s, regs, n, &why);
        smmu3_destroy(s);
    }
    free(regs);
}

static void snapshot(const uint8_t *data, size_t size)
{
    struct smmu3_config cfg;
    struct smmu3 *s;

    if (!smmu3_snapshot_config(data, size, &cfg) && !smmu3_config_check(&cfg, NULL, 0)) {
        s = make(&cfg);
        smmu3_load(s, data, size);
        smmu3_destroy(s);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    memcpy(text, data, size);
    text[size] = 0;
    elf(data, size);
    registers(text, size);
    snapshot(data, size);
    free(text);
    return 0;
}
