/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Fuzz target: structures and tables. */
#include "stage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = { data, size };
    struct stage *st = stage_new();

    scene_build(st, &in);
    ops_run(st, &in, OPS_TABLE | OPS_DMA);
    stage_free(st);
    return 0;
}
