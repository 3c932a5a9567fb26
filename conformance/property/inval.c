/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What the architecture asks for after an edit (IHI0070G.b 3.17, 3.21, 4.3,
 * 4.4; DDI0487 D8.14): many ways to invalidate enough, hardly ever more. The
 * low bits of `form` choose one; one that does not apply stands for the next.
 */
#include "world.h"

/* At most so many commands for one edit; more leaves take a wider form. */
#define MAX_CMDS 40u

struct cmds {
    struct smmu3t_cmd c[MAX_CMDS];
    unsigned n;
};

static void add(struct cmds *l, unsigned op, const struct smmu3t_tlbi *t)
{
    l->c[l->n++] = smmu3t_cmd_tlbi(op, t);
}

/* The group's VMID, with whatever in bits that VMW leaves out. */
static uint16_t vmid_of(struct world *w, const struct group *g)
{
    unsigned n = w->vmw[g->sec];
    uint16_t m = (uint16_t)(n && n <= 4 ? (1u << n) - 1 : 0);

    return (uint16_t)(g->vmid ^ (w->inval_noise & m));
}

enum by { BY_ALL, BY_ASID, BY_VA, BY_VAA };

/* The stage 1 command of a regime. EL3 has no ASIDs and no VAA. */
static unsigned opcode(const struct group *g, enum by by)
{
    static const uint8_t ops[4][4] = {
        [EL1] = { CMD_TLBI_NH_ALL, CMD_TLBI_NH_ASID, CMD_TLBI_NH_VA, CMD_TLBI_NH_VAA },
        [EL2] = { CMD_TLBI_EL2_ALL, 0, CMD_TLBI_EL2_VA, CMD_TLBI_EL2_VAA },
        [EL2_E2H] = { CMD_TLBI_EL2_ALL, CMD_TLBI_EL2_ASID, CMD_TLBI_EL2_VA, CMD_TLBI_EL2_VAA },
        [EL3] = { CMD_TLBI_EL3_ALL, 0, CMD_TLBI_EL3_VA, CMD_TLBI_EL3_VA },
    };
    unsigned op = ops[g->regime][by];

    return op && g->sec == DUT_S && (g->regime == EL2 || g->regime == EL2_E2H)
               ? op - CMD_TLBI_EL2_ALL + CMD_TLBI_S_EL2_ALL : op;
}

static bool has_asids(const struct group *g)
{
    return g->regime == EL1 || g->regime == EL2_E2H;
}

static bool has_stage2(const struct world *w, const struct group *g)
{
    return g->regime == EL1 && (g->sec == DUT_S ? w->caps->sel2 : w->caps->s2);
}

/* TG, NUM, SCALE of this many granules; false: no such numbers. */
static bool range_of(struct smmu3t_tlbi *t, unsigned gran, uint64_t units)
{
    unsigned scale = 0;

    while (units > 32 && !(units & 1)) {
        units >>= 1;
        scale++;
    }
    if (units > 32 || !units) {
        return false;
    }
    t->tg = gran == 12 ? 1 : gran == 14 ? 2 : 3;
    t->num = (uint8_t)(units - 1);
    t->scale = (uint8_t)scale;
    return true;
}

/* Reserved: TG with NUM, SCALE and TTL all 0; TTL 1 of 16K. */
static unsigned ttl_of(unsigned gran, unsigned level)
{
    return gran == 14 && level == 1 ? 0 : level;
}

/* By address, in one of three ways: each leaf, each with its level, a range. */
static bool by_address(struct world *w, const struct edit *e, unsigned op, unsigned asid,
                       unsigned way, struct cmds *l)
{
    unsigned gran = space_gran(e->g, e->space);
    uint64_t leaf = UINT64_C(1) << smmu3t_pgt_shift(gran, (int)e->level);
    struct smmu3t_tlbi t = { .vmid = vmid_of(w, e->g), .asid = (uint16_t)asid, .addr = e->input,
                             .leaf = !e->table };
    unsigned ttl = ttl_of(gran, e->level);

    if (way == 2) {
        if (!w->caps->ril || !range_of(&t, gran, e->size >> gran)) {
            return false;
        }
        t.ttl = (uint8_t)(e->table || w->inval_noise >> 41 & 1 ? 0 : ttl);
        if (!t.num && !t.scale) {
            t.ttl = (uint8_t)ttl;
        }
        if (!t.num && !t.scale && !t.ttl) {
            return false;
        }
        add(l, op, &t);
        return true;
    }
    if (l->n + e->entries > MAX_CMDS || (way == 1 && (!w->caps->ril || !ttl))) {
        return false;
    }
    for (unsigned i = 0; i < e->entries; i++) {
        /* Any address within the leaf will do. */
        t.addr = e->input + i * leaf;
        t.addr |= w->inval_noise >> 44 & 1 ? w->inval_noise << 12 & (leaf - 1) : 0;
        if (way == 1) {
            range_of(&t, gran, 1);
            t.ttl = (uint8_t)ttl;
            t.addr &= ~(leaf - 1); /* aligned to TTL: 4.4.1.1 */
        }
        add(l, op, &t);
    }
    return true;
}

/* Commands that name Non-secure EL2, stage 2 or all of the Non-secure side
 * mean that on the Secure queue, too; others are about the queue's own side. */
static void send(struct world *w, const struct group *g, const struct cmds *l)
{
    bool either = g->sec == DUT_NS && w->on[DUT_S];

    for (unsigned i = 0; i < l->n; i++) {
        unsigned op = (unsigned)(l->c[i].w[0] & 0xff);

        either &= op >= CMD_TLBI_EL2_ALL && op <= CMD_TLBI_NSNH_ALL;
    }
    if (l->n) {
        world_run(w, either && w->inval_noise >> 40 & 1 ? DUT_S : g->sec, l->c, l->n);
    }
}

/* ---- broadcasts ---- */

/* As enum smmu3_dvm_scope codes them. */
enum { DVM_ALL, DVM_VMALL, DVM_VMALLS12, DVM_ASID, DVM_VA, DVM_VAA, DVM_IPAS2 };

static void dvm(struct world *w, const struct group *g, unsigned scope, uint16_t asid,
                uint64_t addr, const struct smmu3t_tlbi *range)
{
    struct prop_dvm op = { .sec = g->sec, .regime = (uint8_t)g->regime, .scope = (uint8_t)scope,
                           .vmid = vmid_of(w, g), .asid = asid, .addr = addr };

    if (range) {
        op.tg = range->tg;
        op.num = range->num;
        op.scale = range->scale;
        op.ttl = range->ttl;
    }
    if (!has_stage2(w, g)) {
        op.vmid = 0;
    }
    say(w, "      broadcast: %s regime %u scope %u vmid %#x asid %#x addr %#llx tg %u num %u"
           " scale %u ttl %u\n", g->sec ? "Secure" : "Non-secure", op.regime, op.scope, op.vmid,
        op.asid, (unsigned long long)op.addr, op.tg, op.num, op.scale, op.ttl);
    w->dev->dvm(w->dev->ctx, &op);
}

/* Broadcasts with an ASID may pass by address spaces with ASET=1; without
 * ASIDs, those by address may: IHI0070G.b 3.17.3. */
static bool try_dvm(struct world *w, const struct edit *e, uint32_t form)
{
    const struct group *g = e->g;
    unsigned gran = space_gran(g, e->space);
    uint64_t leaf = UINT64_C(1) << smmu3t_pgt_shift(gran, (int)e->level);
    struct smmu3t_tlbi r = { 0 };
    bool s1 = e->space < NAS, ranged = false;
    /* What is global is everybody's. */
    bool aset = e->global ? g->aset : s1 && g->aset >> e->space & 1;
    unsigned scope;

    if (!w->caps->dvm) {
        return false;
    }
    if (s1) {
        static const uint8_t scopes[] = { DVM_VA, DVM_VAA, DVM_ASID, DVM_VMALL };

        scope = scopes[form & 3];
        if (g->regime != EL1 && scope == DVM_VMALL) {
            scope = DVM_ALL;
        }
        if ((g->regime == EL2 || g->regime == EL3) && scope != DVM_ALL) {
            scope = aset ? DVM_ALL : DVM_VA;
        }
        if ((scope == DVM_ASID && (e->global || aset)) || (scope == DVM_VA && aset)) {
            scope = g->regime == EL1 ? DVM_VMALL : DVM_ALL;
        }
    } else {
        scope = form & 1 ? DVM_VMALLS12 : DVM_IPAS2;
    }
    if (scope >= DVM_VA) {
        ranged = w->caps->ril && form & 4 && range_of(&r, gran, e->size >> gran);
        if (ranged && !r.num && !r.scale) {
            r.ttl = (uint8_t)ttl_of(gran, e->level);
            ranged = r.ttl;
        }
        if (!ranged && e->entries > MAX_CMDS) {
            scope = s1 ? (g->regime == EL1 ? DVM_VMALL : DVM_ALL) : DVM_VMALLS12;
        }
    }
    for (unsigned i = 0; i < (scope >= DVM_VA && !ranged ? e->entries : 1); i++) {
        dvm(w, g, scope, s1 ? g->asid[e->space] : 0, e->input + i * leaf, ranged ? &r : NULL);
    }
    if (scope == DVM_IPAS2 && g->combined) {
        dvm(w, g, DVM_VMALL, 0, 0, NULL);
    }
    return true;
}

/* ---- edits of tables ---- */

static bool try_stage1(struct world *w, const struct edit *e, unsigned kind, struct cmds *l)
{
    static const struct smmu3t_tlbi none;
    struct group *g = e->g;
    struct smmu3t_tlbi t = { .vmid = vmid_of(w, g), .asid = g->asid[e->space] };

    switch (kind) {
    case 0:
    case 1:
    case 2:
        return by_address(w, e, opcode(g, BY_VA), g->asid[e->space], kind, l);
    case 3:
    case 4:
    case 5:
        return by_address(w, e, opcode(g, BY_VAA), 0, kind - 3, l);
    case 6:
        if (!has_asids(g) || e->global) {
            return false;
        }
        add(l, opcode(g, BY_ASID), &t);
        return true;
    case 7:
        add(l, opcode(g, BY_ALL), &t);
        return true;
    case 8:
        if (!has_stage2(w, g)) {
            return false;
        }
        add(l, g->sec == DUT_S ? CMD_TLBI_S_S12_VMALL : CMD_TLBI_S12_VMALL, &t);
        return true;
    case 9:
        if (g->regime != EL1 || (g->sec == DUT_S && !w->caps->sel2)) {
            return false;
        }
        add(l, g->sec == DUT_S ? CMD_TLBI_SNH_ALL : CMD_TLBI_NSNH_ALL, &none);
        return true;
    default:
        return false;
    }
}

/*
 * Combined entries of both stages: those that came through [ipa, +size), by
 * the VAs that lead there. False: they are too many to name.
 */
static bool add_vas(struct world *w, const struct edit *e, struct cmds *l)
{
    struct group *g = e->g;

    for (unsigned as = 0; as < NAS; as++) {
        for (unsigned k = 0; k < NSLOTS && g->space[as].there; k++) {
            const struct slot *s = slot_of(g, as, k);
            uint64_t size = slot_size(g, as, k), first, last, step;
            bool ns = s->attr & 4 && g->sec == DUT_S;

            if (!slot_there(g, as, k) || !s->mapped || ns != (e->space == NAS + 1)) {
                continue;
            }
            first = s->oa > e->input ? s->oa : e->input;
            last = s->oa + size < e->input + e->size ? s->oa + size : e->input + e->size;
            step = UINT64_C(1) << (g->gran1 < g->gran2 ? g->gran1 : g->gran2);
            for (uint64_t a = first; a < last; a += step) {
                struct smmu3t_tlbi t = { .vmid = vmid_of(w, g), .asid = g->asid[as], .leaf = true,
                                         .addr = slot_input(g, as, k) + (a - s->oa) };

                if (l->n == MAX_CMDS) {
                    return false;
                }
                add(l, w->inval_noise >> 42 & 1 ? CMD_TLBI_NH_VA : CMD_TLBI_NH_VAA, &t);
            }
        }
    }
    return true;
}

static bool try_stage2(struct world *w, const struct edit *e, unsigned kind, struct cmds *l)
{
    struct group *g = e->g;
    bool secure = g->sec == DUT_S;
    struct smmu3t_tlbi t = { .vmid = vmid_of(w, g) };

    if (kind == 6) {
        add(l, secure ? CMD_TLBI_S_S12_VMALL : CMD_TLBI_S12_VMALL, &t);
        return true;
    }
    if (kind == 7) {
        add(l, secure ? CMD_TLBI_SNH_ALL : CMD_TLBI_NSNH_ALL, &t);
        return true;
    }
    if (!by_address(w, e, secure ? CMD_TLBI_S_S2_IPA : CMD_TLBI_S2_IPA, 0, kind % 3, l)) {
        return false;
    }
    if (g->combined) {
        unsigned before = l->n;

        if (kind >= 3 && !e->table) {
            if (add_vas(w, e, l)) {
                return true;
            }
            l->n = before;
        }
        if (l->n == MAX_CMDS) {
            return false;
        }
        add(l, CMD_TLBI_NH_ALL, &t);
    }
    return true;
}

void inval_edit(struct world *w, const struct edit *e, uint32_t form)
{
    bool s1 = e->space < NAS;
    unsigned kinds = s1 ? 12 : 9;

    for (unsigned i = 0;; i++) {
        unsigned kind = (form + i) % kinds;
        struct cmds l = { .n = 0 };

        if (s1 ? kind >= 10 : kind == 8) {
            if (try_dvm(w, e, form >> 8)) {
                return;
            }
        } else if (s1 ? try_stage1(w, e, kind, &l) : try_stage2(w, e, kind, &l)) {
            send(w, e->g, &l);
            return;
        }
    }
}

void inval_slot(struct world *w, struct group *g, unsigned space, unsigned slot, uint32_t form)
{
    struct edit e = { .g = g, .space = space, .input = slot_input(g, space, slot),
                      .size = slot_size(g, space, slot), .entries = slot_entries(g, space, slot),
                      .level = slot_level(slot),
                      .global = slot_kind(slot) == SLOT_GLOBAL && !g->ns_global && !g->not_global };

    if (slot_kind(slot) != SLOT_GLOBAL || e.global) {
        /* A global page is every ASID's: VA forms name any of them. */
        inval_edit(w, &e, form);
        return;
    }
    /* In all address spaces at once, and yet each one's own: 3.17. */
    for (e.space = 0; e.space < NAS; e.space++) {
        if (g->space[e.space].there) {
            inval_edit(w, &e, form);
        }
    }
}

/* What is left of an ASID that nobody uses any more. */
void inval_asid(struct world *w, struct group *g, uint16_t asid, uint32_t form)
{
    struct smmu3t_tlbi t = { .vmid = vmid_of(w, g), .asid = asid };
    struct cmds l = { .n = 0 };

    if (w->caps->dvm && form & 4 && !g->aset && has_asids(g)) {
        dvm(w, g, DVM_ASID, asid, 0, NULL);
        return;
    }
    add(&l, opcode(g, form & 3 && has_asids(g) ? BY_ASID : BY_ALL), &t);
    send(w, g, &l);
}

/* All of a group's translations. */
void inval_group(struct world *w, struct group *g, uint32_t form)
{
    struct smmu3t_tlbi t = { .vmid = vmid_of(w, g) };
    struct cmds l = { .n = 0 };
    bool both = has_stage2(w, g) && (g->s2 || form & 1);

    if (w->caps->dvm && form & 2) {
        dvm(w, g, g->regime != EL1 ? DVM_ALL : g->s2 ? DVM_VMALLS12 : DVM_VMALL, 0, 0, NULL);
        return;
    }
    if (both) {
        add(&l, g->sec == DUT_S ? CMD_TLBI_S_S12_VMALL : CMD_TLBI_S12_VMALL, &t);
    } else {
        add(&l, opcode(g, BY_ALL), &t);
    }
    send(w, g, &l);
}

/* ---- configuration ---- */

static bool ssec(const struct stream *s)
{
    return s->sec == DUT_S;
}

/* The Secure queue reaches Non-secure structures with SSec=0. */
static enum dut_sec cfgi_queue(struct world *w, const struct stream *s)
{
    return s->sec == DUT_NS && w->on[DUT_S] && w->inval_noise >> 43 & 1 ? DUT_S : s->sec;
}

void inval_ste(struct world *w, const struct stream *s, bool l1, uint32_t form)
{
    struct smmu3t_cmd c;

    switch (form % 5) {
    case 0:
        c = smmu3t_cmd_cfgi_all(ssec(s));
        break;
    case 1:
        c = smmu3t_cmd_cfgi_ste_range(s->sid | (uint32_t)(form >> 8 & 3), 1 + (form >> 10 & 7),
                                      ssec(s));
        break;
    default:
        c = smmu3t_cmd_cfgi_ste(s->sid, !l1 && form & 256, ssec(s));
        break;
    }
    world_run(w, cfgi_queue(w, s), &c, 1);
}

void inval_cd(struct world *w, const struct stream *s, unsigned ssid, uint32_t form)
{
    struct smmu3t_cmd c;

    switch (form % 6) {
    case 0:
        inval_ste(w, s, false, form >> 4);
        return;
    case 1:
        c = smmu3t_cmd_cfgi_cd_all(s->sid, ssec(s));
        break;
    default:
        /* The table's first CD of a leaf may have been made with its L1CD. */
        c = smmu3t_cmd_cfgi_cd(s->sid, ssid, false, ssec(s));
        break;
    }
    world_run(w, cfgi_queue(w, s), &c, 1);
}

void inval_everything(struct world *w, enum dut_sec sec)
{
    static const struct smmu3t_tlbi none;
    struct smmu3t_cmd c[4];
    unsigned n = 0;

    c[n++] = smmu3t_cmd_cfgi_all(sec == DUT_S);
    if (sec == DUT_NS) {
        c[n++] = smmu3t_cmd_tlbi(CMD_TLBI_NSNH_ALL, &none);
        if (w->caps->hyp) {
            c[n++] = smmu3t_cmd_tlbi(CMD_TLBI_EL2_ALL, &none);
        }
    } else {
        c[n++] = smmu3t_cmd_tlbi(w->caps->sel2 ? CMD_TLBI_SNH_ALL : CMD_TLBI_NH_ALL, &none);
        c[n++] = smmu3t_cmd_tlbi(CMD_TLBI_EL3_ALL, &none);
        if (w->caps->sel2) {
            c[n++] = smmu3t_cmd_tlbi(CMD_TLBI_S_EL2_ALL, &none);
        }
    }
    world_run(w, sec, c, n);
}

/* Only while no interface translates: 6.3.62. */
static void inval_init(struct world *w)
{
    const struct smmu3t_bank *b = &w->bank[DUT_S];

    world_enable(w, DUT_NS, false);
    world_enable(w, DUT_S, false);
    w->dut->mmio_write(w->dut->ctx, DUT_PAS_S, SMMU3T_S_INIT, 4, 1);
    for (unsigned n = 1000; n && smmu3t_bank_read(b, SMMU3T_S_INIT - SMMU3T_SECURE) & 1; n--) {
    }
    world_enable(w, DUT_S, true);
    world_enable(w, DUT_NS, true);
    say(w, "      S_INIT.INV_ALL\n");
}

void inval_state(struct world *w, enum dut_sec sec, uint32_t form)
{
    if (form % 3 == 1 && w->on[DUT_S]) {
        inval_init(w);
    } else if (form % 3 == 2 && w->caps->snapshot) {
        say(w, "      saved and loaded\n");
        w->dev->snapshot(w->dev->ctx);
    } else {
        inval_everything(w, sec);
    }
}

/* Of somebody, somewhere: nothing has changed, so nothing may. */
void inval_noise(struct world *w, const uint32_t a[PROP_ARGS])
{
    static const uint8_t ops[] = { CMD_TLBI_NH_VA, CMD_TLBI_NH_VAA, CMD_TLBI_NH_ASID,
                                   CMD_TLBI_NH_ALL, CMD_TLBI_EL2_VA, CMD_TLBI_S2_IPA,
                                   CMD_TLBI_S12_VMALL, CMD_CFGI_CD, CMD_CFGI_STE };
    enum dut_sec sec = (enum dut_sec)(a[0] % DUT_NUM_SEC);
    unsigned op = ops[a[1] % PROP_COUNT(ops)];
    struct smmu3t_tlbi t = { .vmid = (uint16_t)(a[2] & 0xf), .asid = (uint16_t)(a[2] >> 4 & 0xf),
                             .addr = (uint64_t)a[3] << 12, .leaf = a[4] & 1 };
    struct smmu3t_cmd c;
    bool stage2 = op == CMD_TLBI_S2_IPA || op == CMD_TLBI_S12_VMALL;

    if (!w->on[sec] || (stage2 && !w->caps->s2) || (!stage2 && !w->caps->s1) ||
        (op == CMD_TLBI_EL2_VA && !w->caps->hyp)) {
        return;
    }
    c = op == CMD_CFGI_CD ? smmu3t_cmd_cfgi_cd(a[2] & 0xff, a[3] & 3, a[4] & 1, sec == DUT_S)
        : op == CMD_CFGI_STE ? smmu3t_cmd_cfgi_ste(a[2] & 0xff, a[4] & 1, sec == DUT_S)
                             : smmu3t_cmd_tlbi(op, &t);
    world_run(w, sec, &c, 1);
}
