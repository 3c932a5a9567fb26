/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* What others take, measured in the same run. */
#include "bench.h"

/* ---- the floor ---- */

static struct {
    uint64_t tag, out;
} *ways;
static unsigned floor_sets;

static void op_floor(unsigned n, unsigned pages)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < n; i++) {
        uint64_t va = rand32() & (pages - 1);
        unsigned set = (unsigned)(va & (floor_sets - 1)) * 4;

        for (unsigned w = 0; w < 4; w++) {
            if (ways[set + w].tag == va + 1) {
                sum += ways[set + w].out;
                break;
            }
        }
    }
    sink = sum;
}

double floor_hit(unsigned pages)
{
    double t;

    floor_sets = pages;
    ways = calloc((size_t)floor_sets * 4, sizeof(*ways));
    CHECK(ways);
    for (unsigned p = 0; p < pages; p++) {
        ways[p * 4 + p % 4].tag = p + 1;
        ways[p * 4 + p % 4].out = p;
    }
    t = measure(op_floor, 2000000, pages);
    free(ways);
    return t;
}

struct line {
    uint64_t w[8];
};
static struct line *first_line, *second_line;

static void op_two_lines(unsigned n, unsigned streams)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < n; i++) {
        uint32_t key = rand32() ^ (uint32_t)(sum >> 63); /* which is 0 */

        sum += second_line[first_line[key & (streams - 1)].w[0]].w[0];
    }
    sink = sum;
}

double floor_two_lines(unsigned streams)
{
    double t;

    first_line = calloc(streams, sizeof(*first_line));
    second_line = calloc(streams, sizeof(*second_line));
    CHECK(first_line && second_line);
    for (unsigned i = 0; i < streams; i++) {
        first_line[i].w[0] = (i * 0x9e3779b1u) & (streams - 1);
        second_line[i].w[0] = i;
    }
    t = measure(op_two_lines, 500000, streams);
    free(first_line);
    free(second_line);
    return t;
}

/* ---- a hash table of heap entries ---- */

#ifdef HAVE_GLIB
#include <glib.h>

struct key {
    uint64_t page;
    uint16_t asid, vmid;
    uint8_t gran, level;
};
struct entry {
    uint64_t page, out;
    uint16_t asid, vmid;
    uint8_t shift, perms;
};
static GHashTable *hash;

static guint key_hash(gconstpointer p)
{
    const struct key *k = p;
    uint64_t h = k->page ^ (uint64_t)k->asid << 48 ^ (uint64_t)k->vmid << 40 ^ k->level;

    h *= UINT64_C(0xd6e8feb86659fd93);
    return (guint)(h >> 32);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    const struct key *x = a, *y = b;

    return x->page == y->page && x->asid == y->asid && x->vmid == y->vmid &&
           x->gran == y->gran && x->level == y->level;
}

static void hash_fill(unsigned entries)
{
    hash = g_hash_table_new_full(key_hash, key_equal, g_free, g_free);
    for (unsigned p = 0; p < entries; p++) {
        struct key *k = g_new0(struct key, 1);
        struct entry *e = g_new0(struct entry, 1);

        *k = (struct key){ .page = (uint64_t)p << 12, .asid = 1, .gran = 12, .level = 3 };
        *e = (struct entry){ .page = k->page, .out = k->page, .asid = 1, .shift = 12 };
        g_hash_table_insert(hash, k, e);
    }
}

/* A translation of level 3 is found after those of levels 0 to 2 were not. */
static void op_hash(unsigned n, unsigned pages)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < n; i++) {
        uint64_t va = (uint64_t)(rand32() & (pages - 1)) << 12;
        struct entry *e = NULL;

        for (unsigned level = 0; level <= 3 && !e; level++) {
            unsigned shift = 12 + 9 * (3 - level);
            struct key k = { .page = va >> shift << shift, .asid = 1, .gran = 12,
                             .level = (uint8_t)level };

            e = g_hash_table_lookup(hash, &k);
        }
        CHECK(e);
        sum += e->out;
    }
    sink = sum;
}

double hash_hit(unsigned pages)
{
    double t;

    hash_fill(pages);
    t = measure(op_hash, 300000, pages);
    g_hash_table_destroy(hash);
    return t;
}

static gboolean of_asid(gpointer key, gpointer value, gpointer asid)
{
    (void)value;
    return ((struct key *)key)->asid == *(uint16_t *)asid;
}

static gboolean in_range(gpointer key, gpointer value, gpointer first)
{
    const struct entry *e = value;

    (void)key;
    return e->asid == 0xff00 && (e->page - *(uint64_t *)first) >> 21 == 0;
}

static void op_hash_invalidate(unsigned n, unsigned kind)
{
    uint64_t first = UINT64_C(0x7fff0000000);
    uint16_t asid = 0xff00;

    for (unsigned i = 0; i < n; i++) {
        sink = kind == HASH_ASID ? g_hash_table_foreach_remove(hash, of_asid, &asid)
                                 : g_hash_table_foreach_remove(hash, in_range, &first);
    }
}

double hash_invalidate(unsigned entries, enum hash_inval kind)
{
    double t;

    hash_fill(entries);
    t = measure(op_hash_invalidate, entries > 65536 ? 2 : 200, kind);
    g_hash_table_destroy(hash);
    return t;
}
#else
double hash_hit(unsigned pages)
{
    (void)pages;
    return 0;
}

double hash_invalidate(unsigned entries, enum hash_inval kind)
{
    (void)entries, (void)kind;
    return 0;
}
#endif
