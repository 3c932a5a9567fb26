/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "sparse.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE UINT64_C(4096)
#define FIRST_SLOTS 1024u

struct page {
    uint64_t key; /* address | pas */
    uint8_t *data;
};

struct sparse {
    struct page *slot; /* open addressing, at most half full */
    size_t slots, used;
    atomic_flag busy;
};

static void *must(void *p)
{
    if (!p) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    return p;
}

struct sparse *sparse_new(void)
{
    struct sparse *s = calloc(1, sizeof(*s));

    if (s) {
        s->slots = FIRST_SLOTS;
        atomic_flag_clear(&s->busy);
        s->slot = must(calloc(s->slots, sizeof(*s->slot)));
    }
    return s;
}

void sparse_free(struct sparse *s)
{
    for (size_t i = 0; s && i < s->slots; i++) {
        free(s->slot[i].data);
    }
    if (s) {
        free(s->slot);
    }
    free(s);
}

static struct page *find(struct page *slot, size_t slots, uint64_t key)
{
    size_t i = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (slots - 1);

    while (slot[i].data && slot[i].key != key) {
        i = (i + 1) & (slots - 1);
    }
    return &slot[i];
}

static void grow(struct sparse *s)
{
    struct page *slot = must(calloc(s->slots * 2, sizeof(*slot)));

    for (size_t i = 0; i < s->slots; i++) {
        if (s->slot[i].data) {
            *find(slot, s->slots * 2, s->slot[i].key) = s->slot[i];
        }
    }
    free(s->slot);
    s->slot = slot;
    s->slots *= 2;
}

static void lock(struct sparse *s)
{
    while (atomic_flag_test_and_set_explicit(&s->busy, memory_order_acquire)) {
    }
}

static void unlock(struct sparse *s)
{
    atomic_flag_clear_explicit(&s->busy, memory_order_release);
}

static uint8_t *page(struct sparse *s, unsigned pas, uint64_t addr, int make)
{
    struct page *p = find(s->slot, s->slots, (addr & ~(PAGE - 1)) | pas);

    if (!p->data && make) {
        p->key = (addr & ~(PAGE - 1)) | pas;
        p->data = must(calloc(1, PAGE));
        if (++s->used * 2 > s->slots) {
            uint8_t *data = p->data;

            grow(s);
            return data;
        }
    }
    return p->data;
}

static size_t piece(uint64_t addr, size_t len)
{
    size_t n = (size_t)(PAGE - addr % PAGE);

    return n < len ? n : len;
}

void sparse_read(struct sparse *s, unsigned pas, uint64_t addr, void *buf, size_t len)
{
    uint8_t *to = buf;

    lock(s);
    for (size_t n; len; addr += n, to += n, len -= n) {
        const uint8_t *p = page(s, pas, addr, 0);

        n = piece(addr, len);
        if (p) {
            memcpy(to, p + addr % PAGE, n);
        } else {
            memset(to, 0, n);
        }
    }
    unlock(s);
}

void sparse_write(struct sparse *s, unsigned pas, uint64_t addr, const void *buf, size_t len)
{
    const uint8_t *from = buf;

    lock(s);
    for (size_t n; len; addr += n, from += n, len -= n) {
        n = piece(addr, len);
        memcpy(page(s, pas, addr, 1) + addr % PAGE, from, n);
    }
    unlock(s);
}

void sparse_zero(struct sparse *s, unsigned pas, uint64_t addr, size_t len)
{
    lock(s);
    for (size_t n; len; addr += n, len -= n) {
        uint8_t *p = page(s, pas, addr, 0);

        n = piece(addr, len);
        if (p) {
            memset(p + addr % PAGE, 0, n);
        }
    }
    unlock(s);
}
