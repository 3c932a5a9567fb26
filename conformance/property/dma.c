/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Accesses of the master, and what there is to see of them. */
#include "world.h"

#define WRITTEN UINT64_C(0x5a5a000000000000)
#define AT UINT64_C(0x10)             /* in each page: where DMAs go */

/* The address of a slot as this stream sees it. */
static uint64_t address(struct world *w, const struct stream *s, uint32_t slot, uint32_t page)
{
    const struct group *g = s->group < 0 ? NULL : &w->group[s->group];
    unsigned space = s->s1 ? 0 : NAS;
    uint64_t size, sub;

    /* What is not translated goes where memory is. */
    if (!g || (w->off && !w->caps->big)) {
        return w->frames[s->sec] + slot % NSLOTS * UINT64_C(0x10000) + AT;
    }
    slot %= NSLOTS;
    if (!slot_there(g, space, slot)) {
        slot = 0;
    }
    size = slot_size(g, space, slot);
    sub = page & 7;
    sub = sub == 6 ? size / 2 : sub == 7 ? size - 4096 : sub << 12;
    sub = (sub & (size - 1) & ~UINT64_C(0xfff)) + AT;
    sub += slot_input(g, space, slot);
    /* A tag where one is ignored: CD.TBI. */
    if (s->s1 && g->style >> 2 & 1 && page & 8 && !(w->caps->defects >> DEFECT_TAGGED & 1)) {
        sub ^= UINT64_C(0x5a) << 56;
    }
    return sub;
}

/* Which memory it is, and where in it. */
static uint64_t tag(enum dut_sec sec, uint64_t addr)
{
    return addr | (uint64_t)sec << 60;
}

void tag_frames(struct world *w, enum dut_sec sec)
{
    for (uint64_t a = w->frames[sec] + AT; a < w->frames[sec] + FRAMES_SIZE; a += 4096) {
        if (world_read64(w, sec, a) != tag(sec, a)) {
            world_write64(w, sec, a, tag(sec, a));
        }
    }
}

/* Where the data of the last write went; 0: nowhere. Puts the tag back. */
static uint64_t find_written(struct world *w, uint64_t data)
{
    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        for (uint64_t o = AT; w->on[sec] && o < FRAMES_SIZE; o += 4096) {
            uint64_t a = w->frames[sec] + o;

            if (world_read64(w, (enum dut_sec)sec, a) == data) {
                world_write64(w, (enum dut_sec)sec, a, tag((enum dut_sec)sec, a));
                return tag((enum dut_sec)sec, a);
            }
        }
    }
    return 0;
}

/* What there is to see of a DMA's end. */
static void look(struct world *w, const struct dut_dma *dma, const struct dut_dma_result *res)
{
    uint64_t out;

    if (!w->caps->blind) {
        observe(w, OBS_END, 0, res->end);
    }
    if (w->caps->see_out) {
        if (res->end == DUT_DMA_DONE) {
            observe(w, OBS_OUT, 0, res->out_addr);
            observe(w, OBS_PAS, 0, res->out_pas);
        }
    } else {
        out = dma->flags & DUT_DMA_WRITE ? find_written(w, dma->data)
              : res->end == DUT_DMA_DONE ? res->data : 0;
        say(w, "      it is %#llx\n", (unsigned long long)out);
        observe(w, OBS_OUT, 0, out);
    }
    if (res->end == DUT_DMA_DONE && w->caps->see_attr) {
        observe(w, OBS_ATTR, 0, (uint64_t)res->out_mair << 8 | res->out_sh);
    }
}

static uint32_t flags_of(const struct prop_caps *c, const struct stream *s, uint32_t flags)
{
    uint32_t f = flags & DUT_DMA_WRITE;

    if (c->priv) {
        f |= flags & DUT_DMA_PRIV;
    }
    if (c->instr && !(f & DUT_DMA_WRITE)) {
        f |= flags & DUT_DMA_INSTR;
    }
    /* Bypass must stay in the memory that its address is in. */
    if (c->ns_attr && s->sec == DUT_S && (c->big || (s->s2 && !s->s1))) {
        f |= flags & DUT_DMA_NS;
    }
    return f | (c->see_attr ? DUT_DMA_ATTR : 0);
}

void step_dma(struct world *w, const uint32_t a[PROP_ARGS])
{
    const struct stream *s = &w->stream[a[0] % NSTREAMS];
    struct dut_dma_result res = { .end = DUT_DMA_BROKEN };
    struct dut_dma dma;

    if (!s->there || !w->on[s->sec]) {
        return;
    }
    dma = (struct dut_dma){ .sec_sid = s->sec, .stream_id = s->sid,
                            .flags = flags_of(w->caps, s, a[4]),
                            .addr = address(w, s, a[2], a[3]), .data = ++w->written, .mair = 0xff };
    if (a[1] % 5 && w->caps->ssid) {
        dma.flags |= DUT_DMA_SSV;
        dma.substream_id = a[1] % 5;
    }
    w->dut->dma(w->dut->ctx, &dma, &res);
    say(w, "      %s%s%s%s%s stream %#x", s->sec ? "Secure " : "",
        dma.flags & DUT_DMA_WRITE ? "write" : "read", dma.flags & DUT_DMA_PRIV ? " priv" : "",
        dma.flags & DUT_DMA_INSTR ? " instr" : "", dma.flags & DUT_DMA_NS ? " ns" : "",
        s->sid);
    if (dma.flags & DUT_DMA_SSV) {
        say(w, ".%u", dma.substream_id);
    }
    say(w, " %#llx: end %d out %#llx space %d\n", (unsigned long long)dma.addr, res.end,
        (unsigned long long)res.out_addr, res.out_pas);
    if (res.end == DUT_DMA_BROKEN) {
        broken(w, "a DMA went wrong");
        return;
    }
    look(w, &dma, &res);
    world_events(w);
}
