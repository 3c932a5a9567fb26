/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The tables of this folder as enumerators: for each field F of a structure
 * its lowest bit (STE_F_LO) and its width (STE_F_W), for each command and
 * event its number (CMD_x, EVT_x). get_field()/put_field() work on a record
 * as an array of 64-bit words in host order. No field crosses a word.
 */
#ifndef SMMU3_SPEC_FIELDS_H
#define SMMU3_SPEC_FIELDS_H

#include <stdint.h>

enum {
#define STE_FIELD(n, lo, w) STE_##n##_LO = lo, STE_##n##_W = w,
#include "ste.def"
#undef STE_FIELD
#define CD_FIELD(n, lo, w) CD_##n##_LO = lo, CD_##n##_W = w,
#include "cd.def"
#undef CD_FIELD
#define PTE_FIELD(n, lo, w) PTE_##n##_LO = lo, PTE_##n##_W = w,
#include "pte.def"
#undef PTE_FIELD
#define CMD(n, op, clause) CMD_##n = op,
#define CMD_FIELD(n, lo, w) CMDF_##n##_LO = lo, CMDF_##n##_W = w,
#include "cmd.def"
#undef CMD
#undef CMD_FIELD
#define EVT(n, num, clause) EVT_##n = num,
#define EVT_FIELD(n, lo, w) EVTF_##n##_LO = lo, EVTF_##n##_W = w,
#include "evt.def"
#undef EVT
#undef EVT_FIELD
};

static inline uint64_t field_mask(unsigned width)
{
    return width >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << width) - 1;
}

static inline uint64_t get_field(const uint64_t *w, unsigned lo, unsigned width)
{
    return (w[lo / 64] >> (lo % 64)) & field_mask(width);
}

static inline void put_field(uint64_t *w, unsigned lo, unsigned width, uint64_t v)
{
    uint64_t m = field_mask(width) << (lo % 64);

    w[lo / 64] = (w[lo / 64] & ~m) | ((v << (lo % 64)) & m);
}

#define STE_GET(w, f) get_field(w, STE_##f##_LO, STE_##f##_W)
#define STE_PUT(w, f, v) put_field(w, STE_##f##_LO, STE_##f##_W, v)
#define CD_GET(w, f) get_field(w, CD_##f##_LO, CD_##f##_W)
#define CD_PUT(w, f, v) put_field(w, CD_##f##_LO, CD_##f##_W, v)
#define PTE_GET(d, f) get_field(&(d), PTE_##f##_LO, PTE_##f##_W)
#define PTE_PUT(d, f, v) put_field(&(d), PTE_##f##_LO, PTE_##f##_W, v)
#define CMD_GET(w, f) get_field(w, CMDF_##f##_LO, CMDF_##f##_W)
#define CMD_PUT(w, f, v) put_field(w, CMDF_##f##_LO, CMDF_##f##_W, v)
#define EVT_GET(w, f) get_field(w, EVTF_##f##_LO, EVTF_##f##_W)
#define EVT_PUT(w, f, v) put_field(w, EVTF_##f##_LO, EVTF_##f##_W, v)

#endif
