/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Programs: made at random, as text, and what two devices can both do. */
#include <stdlib.h>
#include <string.h>

#include "world.h"

static const struct {
    const char *name, *arg[PROP_ARGS];
} names[PROP_NUM_OPS] = {
#define STEP(name, a0, a1, a2, a3, a4, a5) { #name, { #a0, #a1, #a2, #a3, #a4, #a5 } },
#include "step.def"
#undef STEP
};

uint64_t prop_random(struct prop_rng *r)
{
    uint64_t z = r->s += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint32_t prop_below(struct prop_rng *r, uint32_t n)
{
    return (uint32_t)(prop_random(r) >> 32) % n;
}

/* ---- made at random ---- */

/* Where the program is, as far as it knows without running. */
struct maker {
    struct prop_rng r;
    struct prop_program *p;
    unsigned room;
    int group[NSTREAMS], as[NSTREAMS][NSSIDS];
    bool s1[NSTREAMS], s2[NSTREAMS];
    /* What this program is about: few things, so that they meet. */
    unsigned focus_stream[3], focus_slot[4];
};

static struct prop_step *put(struct maker *m, unsigned op)
{
    struct prop_step *s;

    if (m->p->n == m->room) {
        m->room = m->room ? 2 * m->room : 64;
        m->p->step = realloc(m->p->step, m->room * sizeof(*m->p->step));
        if (!m->p->step) {
            fputs("out of memory\n", stderr);
            exit(2);
        }
    }
    s = &m->p->step[m->p->n++];
    memset(s, 0, sizeof(*s));
    s->op = (uint8_t)op;
    return s;
}

static void put5(struct maker *m, unsigned op, const uint32_t a[PROP_ARGS])
{
    memcpy(put(m, op)->arg, a, sizeof(m->p->step->arg));
}

static uint32_t any(struct maker *m, uint32_t n)
{
    return prop_below(&m->r, n);
}

static uint32_t form(struct maker *m)
{
    return (uint32_t)(prop_random(&m->r) >> 44);
}

static unsigned stream(struct maker *m)
{
    return any(m, 4) ? m->focus_stream[any(m, 3)] : any(m, NSTREAMS);
}

static unsigned slot(struct maker *m)
{
    return any(m, 4) ? m->focus_slot[any(m, 4)] : any(m, NSLOTS);
}

static uint32_t attr(struct maker *m)
{
    static const uint16_t some[] = { 0, 0, 0, 1, 2, 4, 8, 16, 24, 25, 64, 129, 193, 256, 5, 12 };

    return some[any(m, PROP_COUNT(some))];
}

static void make_attach(struct maker *m, unsigned st)
{
    unsigned half = st < NSTREAMS / 2 ? 0 : 5;
    uint32_t g = half + any(m, 5), mode = any(m, 4) != 0, as = any(m, NAS);
    const uint32_t a[PROP_ARGS] = { st, g, mode, as, form(m) };

    put5(m, PROP_attach, a);
    m->group[st] = (int)g;
    for (unsigned k = 0; k < NSSIDS; k++) {
        m->as[st][k] = (int)((as + k) % NAS);
    }
    m->s2[st] = g == 2 || g == 3 || g == 6 || g == 7;
    m->s1[st] = !m->s2[st] || mode;
}

static void make_dma(struct maker *m, unsigned st, unsigned sl)
{
    const uint32_t a[PROP_ARGS] = { st, any(m, 3) ? 0 : any(m, 5), sl, any(m, 16),
                                    any(m, 2) ? any(m, 16) : any(m, 2) };

    put5(m, PROP_dma, a);
}

/* The space whose slots this stream's addresses are. */
static unsigned space_of(struct maker *m, unsigned st)
{
    if (!m->s1[st] || (m->s2[st] && any(m, 3) == 0)) {
        return NAS + (m->group[st] >= 5 && any(m, 4) == 0);
    }
    return (unsigned)m->as[st][0];
}

static void make_edit(struct maker *m, unsigned st, unsigned sl)
{
    uint32_t g = (uint32_t)m->group[st], sp = space_of(m, st);
    uint32_t target = any(m, 12) | any(m, 8) << 8;

    switch (any(m, 13)) {
    case 12:
        sl = sl < 6 ? sl : 5;
        sl = any(m, 2) ? sl * 6 + any(m, 6) : any(m, sl + 1) * 6 + sl; /* from it, or to it */
        put5(m, PROP_strip, (uint32_t[PROP_ARGS]){ g, sp, sl / 6, sl % 6, form(m) });
        break;
    case 0:
    case 1:
        put5(m, PROP_unmap, (uint32_t[PROP_ARGS]){ g, sp, sl, form(m) });
        break;
    case 2:
    case 3:
        put5(m, PROP_remap, (uint32_t[PROP_ARGS]){ g, sp, sl, target, attr(m), form(m) });
        break;
    case 4:
        put5(m, PROP_protect, (uint32_t[PROP_ARGS]){ g, sp, sl, attr(m), form(m) });
        break;
    case 5:
        put5(m, PROP_age, (uint32_t[PROP_ARGS]){ g, sp, sl, form(m) });
        break;
    case 6:
        put5(m, any(m, 2) ? PROP_relax : PROP_touch, (uint32_t[PROP_ARGS]){ g, sp, sl });
        break;
    case 7:
        put5(m, PROP_unlink, (uint32_t[PROP_ARGS]){ g, sp, form(m) });
        break;
    case 8:
        put5(m, PROP_link, (uint32_t[PROP_ARGS]){ g, sp });
        break;
    case 9:
        put5(m, PROP_split, (uint32_t[PROP_ARGS]){ g, sp, 8 + any(m, 2), form(m) });
        break;
    case 10:
        put5(m, PROP_poke, (uint32_t[PROP_ARGS]){ g, sp, 8 + any(m, 2), any(m, 8), form(m) });
        break;
    default:
        put5(m, PROP_look, (uint32_t[PROP_ARGS]){ g, sp, sl });
        break;
    }
}

static void make_config(struct maker *m, unsigned st)
{
    uint32_t g = m->group[st] < 0 ? any(m, NGROUPS) : (uint32_t)m->group[st];
    uint32_t sec = st >= NSTREAMS / 2, as = any(m, 5), k = any(m, NSSIDS);

    switch (any(m, 16)) {
    case 0:
    case 1:
    case 2:
        make_attach(m, st);
        break;
    case 3:
        put5(m, PROP_detach, (uint32_t[PROP_ARGS]){ st, any(m, 4), form(m) });
        break;
    case 4:
    case 5:
    case 6:
        put5(m, PROP_cd, (uint32_t[PROP_ARGS]){ st, k, as, form(m) });
        m->as[st][k] = as < NAS ? (int)as : m->as[st][k];
        break;
    case 7:
        put5(m, PROP_renumber, (uint32_t[PROP_ARGS]){ g, any(m, NAS), any(m, 4), form(m) });
        break;
    case 8:
        put5(m, PROP_revmid, (uint32_t[PROP_ARGS]){ g, any(m, 8), form(m) });
        break;
    case 9:
        put5(m, PROP_restyle, (uint32_t[PROP_ARGS]){ g, any(m, 256), form(m) });
        break;
    case 10:
        put5(m, PROP_override, (uint32_t[PROP_ARGS]){ st, any(m, 64), form(m) });
        break;
    case 11:
        put5(m, any(m, 2) ? PROP_e2h : PROP_vmw, (uint32_t[PROP_ARGS]){ sec, any(m, 7), any(m, 3) });
        break;
    case 12:
        if (any(m, 2)) {
            put5(m, PROP_sif, (uint32_t[PROP_ARGS]){ any(m, 2) });
        } else {
            put5(m, PROP_smmuen, (uint32_t[PROP_ARGS]){ sec, any(m, 2), st, slot(m) });
        }
        break;
    case 13:
        put5(m, any(m, 3) ? PROP_upheaval : any(m, 2) ? PROP_flush : PROP_snapshot,
             (uint32_t[PROP_ARGS]){ sec, any(m, 12) });
        break;
    case 14:
        put5(m, PROP_l2move, (uint32_t[PROP_ARGS]){ st, form(m) });
        break;
    default:
        put5(m, PROP_noise, (uint32_t[PROP_ARGS]){ sec, any(m, 16), any(m, 256), any(m, 1 << 20),
                                                   any(m, 2) });
        break;
    }
}

/* Maps what the stream is about, in each stage. */
static void make_map(struct maker *m, unsigned st, unsigned sl)
{
    uint32_t g = (uint32_t)m->group[st];
    uint32_t target = any(m, 12) | any(m, 8) << 8;

    if (m->s1[st]) {
        put5(m, PROP_map, (uint32_t[PROP_ARGS]){ g, (uint32_t)m->as[st][any(m, NSSIDS)], sl, target,
                                                 attr(m) });
    }
    if (m->s2[st]) {
        put5(m, PROP_map, (uint32_t[PROP_ARGS]){ g, NAS + (g >= 5 && any(m, 3) == 0),
                                                 m->s1[st] ? target % 11 : sl, any(m, 16),
                                                 attr(m) });
    }
}

/* What is cached, changes, and is used again, mostly in the same way. */
static void make_triple(struct maker *m, unsigned st, unsigned sl)
{
    uint32_t before[PROP_ARGS];

    make_dma(m, st, sl);
    memcpy(before, m->p->step[m->p->n - 1].arg, sizeof(before));
    if (any(m, 3) == 0) {
        make_dma(m, stream(m), slot(m));
    }
    if (any(m, 4)) {
        make_edit(m, st, sl);
    } else {
        make_config(m, st);
    }
    if (any(m, 4)) {
        put5(m, PROP_dma, before);
    } else {
        make_dma(m, st, sl);
    }
}

void prop_generate(struct prop_program *p, uint64_t seed, unsigned steps,
                   const struct prop_caps *caps)
{
    struct maker m = { .r = { seed }, .p = p };

    *p = (struct prop_program){ .shape = (uint32_t)prop_random(&m.r) };
    for (unsigned i = 0; i < 3; i++) {
        m.focus_stream[i] = any(&m, caps->secure ? NSTREAMS : NSTREAMS / 2);
    }
    for (unsigned i = 0; i < 4; i++) {
        m.focus_slot[i] = any(&m, NSLOTS);
    }
    for (unsigned i = 0; i < NSTREAMS; i++) {
        m.group[i] = -1;
    }
    while (p->n < steps) {
        unsigned st = stream(&m), sl = slot(&m);

        if (m.group[st] < 0) {
            make_attach(&m, st);
            make_map(&m, st, sl);
            make_map(&m, st, slot(&m));
            continue;
        }
        switch (any(&m, 8)) {
        case 0:
            make_map(&m, st, sl);
            break;
        case 1:
            make_config(&m, st);
            break;
        case 2:
        case 3:
            make_dma(&m, st, sl);
            break;
        default:
            make_triple(&m, st, sl);
            break;
        }
    }
}

void prop_free(struct prop_program *p)
{
    free(p->step);
    *p = (struct prop_program){ 0 };
}

/* ---- as text ---- */

void prop_print_step(FILE *f, const struct prop_step *s)
{
    fputs(names[s->op].name, f);
    for (unsigned k = 0; k < PROP_ARGS; k++) {
        if (names[s->op].arg[k][0] != '_') {
            fprintf(f, " %s=%u", names[s->op].arg[k], s->arg[k]);
        }
    }
    fputc('\n', f);
}

void prop_print(FILE *f, const struct prop_program *p)
{
    fprintf(f, "shape %#x\n", p->shape);
    for (unsigned i = 0; i < p->n; i++) {
        prop_print_step(f, &p->step[i]);
    }
}

static bool parse_step(char *text, struct prop_step *s)
{
    char *save = NULL, *word = strtok_r(text, " \n", &save);
    unsigned op;

    for (op = 0; op < PROP_NUM_OPS && (!word || strcmp(word, names[op].name)); op++) {
    }
    if (op == PROP_NUM_OPS) {
        return false;
    }
    *s = (struct prop_step){ .op = (uint8_t)op };
    while ((word = strtok_r(NULL, " \n", &save))) {
        char *eq = strchr(word, '=');
        unsigned k;

        if (!eq) {
            return false;
        }
        *eq = 0;
        for (k = 0; k < PROP_ARGS && strcmp(names[op].arg[k], word); k++) {
        }
        if (k == PROP_ARGS) {
            return false;
        }
        s->arg[k] = (uint32_t)strtoul(eq + 1, NULL, 0);
    }
    return true;
}

bool prop_parse(FILE *f, struct prop_program *p, unsigned *line)
{
    struct maker m = { .p = p };
    char text[256];

    *p = (struct prop_program){ 0 };
    for (*line = 1; fgets(text, sizeof(text), f); ++*line) {
        struct prop_step s;

        if (text[0] == '#' || text[0] == '\n') {
            continue;
        }
        if (!strncmp(text, "shape ", 6)) {
            p->shape = (uint32_t)strtoul(text + 6, NULL, 0);
        } else if (parse_step(text, &s)) {
            put5(&m, s.op, s.arg);
        } else {
            return false;
        }
    }
    return true;
}

/* ---- what two devices can both do ---- */

const struct prop_defect_info prop_defects[PROP_NUM_DEFECTS] = {
#define DEFECT(name, clause, text) { #name, clause, text },
#include "defect.def"
#undef DEFECT
};

static unsigned less(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static uint32_t id(const struct prop_device *d, uint32_t offset, enum dut_pas pas)
{
    return (uint32_t)d->dut->mmio_read(d->dut->ctx, pas, offset, 4);
}

static void one_caps(struct prop_caps *c, const struct prop_device *d)
{
    static const uint8_t oas[] = { 32, 36, 40, 42, 44, 48, 52, 56 };
    uint32_t r0 = id(d, 0, DUT_PAS_NS), r1 = id(d, 4, DUT_PAS_NS), r3 = id(d, 0xc, DUT_PAS_NS);
    uint32_t r5 = id(d, 0x14, DUT_PAS_NS), can = d->dut->can, s1 = 0;

    if (can & DUT_CAN_SECURE) {
        s1 = id(d, 0x8004, DUT_PAS_S);
    }
    *c = (struct prop_caps){
        .s1 = r0 >> 1 & 1, .s2 = r0 & 1, .secure = s1 >> 31, .sel2 = s1 >> 29 & 1,
        .hyp = r0 >> 9 & 1, .asid16 = r0 >> 12 & 1, .vmid16 = r0 >> 18 & 1, .vmw = r0 >> 17 & 1,
        .ril = r3 >> 10 & 1, .st2l = (r0 >> 27 & 3) == 1, .cd2l = r0 >> 19 & 1, .ds = r5 >> 7 & 1,
        .btm = r0 >> 5 & 1, .ovr = r1 >> 26 & 1, .had = r3 >> 2 & 1, .ours = d->ours,
        .see_out = can & DUT_CAN_SEE_OUT, .see_attr = can & DUT_CAN_SEE_ATTR,
        .big = can & DUT_CAN_BIG_ADDR, .be_only = (r0 >> 21 & 3) == 3,
        .le_only = (r0 >> 21 & 3) == 2, .httu = r0 >> 6 & 3, .bbml = r3 >> 11 & 3,
        .stall = r0 >> 24 & 3, .cmdq_log2 = r1 >> 21 & 31, .evtq_log2 = r1 >> 16 & 31,
        .ssid_bits = r1 >> 6 & 31, .sid_bits = r1 & 63,
        .s_sid_bits = s1 & 63, .oas = oas[r5 & 7], .grans = r5 >> 4 & 7,
        .max_bits = r5 >> 10 & 1 ? 52 : 48, .term = r0 >> 26 & 1, .stt = r3 >> 9 & 1,
        .snapshot = d->snapshot, .ssid = can & DUT_CAN_SSID, .priv = can & DUT_CAN_PRIV,
        .instr = can & DUT_CAN_INSTR, .ns_attr = can & DUT_CAN_NS_ATTR, .wxn = d->ours,
    };
    c->dvm = c->btm && d->dvm;
    c->blind = d->dut->blind;
    c->defects = d->defects;
    for (unsigned i = 0; i < DUT_NUM_SEC; i++) {
        c->ram[i].base = d->dut->ram[i].base;
        c->ram[i].size = d->dut->ram[i].size;
        if (!(can & DUT_CAN_ANY_SID)) {
            c->num_sids[i] = d->dut->num_sids[i];
            c->sid[i] = d->dut->sid[i];
        }
    }
}

void prop_caps_of(struct prop_caps *caps, const struct prop_device *a, const struct prop_device *b)
{
    struct prop_caps x, y;

    one_caps(&x, a);
    one_caps(&y, b);
    *caps = x;
#define BOTH(f) caps->f = x.f && y.f
    BOTH(s1), BOTH(s2), BOTH(secure), BOTH(sel2), BOTH(hyp), BOTH(asid16), BOTH(vmid16);
    BOTH(vmw), BOTH(ril), BOTH(st2l), BOTH(cd2l), BOTH(ds), BOTH(dvm), BOTH(ovr), BOTH(had);
    BOTH(ours), BOTH(see_out), BOTH(see_attr), BOTH(big), BOTH(snapshot), BOTH(ssid);
    BOTH(priv), BOTH(instr), BOTH(ns_attr), BOTH(wxn), BOTH(stt);
#undef BOTH
#define LESS(f) caps->f = less(x.f, y.f)
    LESS(httu), LESS(bbml), LESS(ssid_bits), LESS(sid_bits), LESS(s_sid_bits), LESS(oas);
    LESS(max_bits), LESS(cmdq_log2), LESS(evtq_log2);
#undef LESS
    caps->be_only = x.be_only || y.be_only;
    caps->le_only = x.le_only || y.le_only || x.stall != y.stall;
    caps->term = x.term || y.term;
    caps->grans = x.grans & y.grans;
    caps->blind = x.blind || y.blind;
    caps->defects = x.defects | y.defects;
    for (unsigned i = 0; i < DUT_NUM_SEC; i++) {
        if (y.num_sids[i]) {
            caps->num_sids[i] = y.num_sids[i];
            caps->sid[i] = y.sid[i];
        }
        if (!y.big) { /* the other has memory there as well */
            caps->ram[i] = y.ram[i];
        }
    }
}
