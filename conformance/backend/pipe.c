/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "pipe.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE 16384
#define CHUNK 4096u /* bytes of memory in a line */

struct pipe_dut {
    struct smmu3_dut dut;
    pid_t pid;
    FILE *io;
    bool broken;
    char name[64];
    char line[LINE];
};

static void broke(struct pipe_dut *p, const char *why)
{
    if (!p->broken) {
        fprintf(stderr, "smmu3-conformance: the DUT's program: %s\n", why);
    }
    p->broken = true;
}

/* A request and its answer, without the end of the line; "" if it is broken. */
static char *ask(struct pipe_dut *p, const char *fmt, ...)
{
    va_list ap;
    size_t n;

    p->line[0] = 0;
    if (p->broken) {
        return p->line;
    }
    va_start(ap, fmt);
    vfprintf(p->io, fmt, ap);
    va_end(ap);
    fputc('\n', p->io);
    if (fflush(p->io) || !fgets(p->line, sizeof(p->line), p->io)) {
        broke(p, "has gone");
        p->line[0] = 0;
    }
    n = strcspn(p->line, "\r\n");
    if (!p->broken && !p->line[n]) {
        broke(p, "answers with a line that is too long");
    }
    p->line[n] = 0;
    if (!strncmp(p->line, "error", 5)) {
        broke(p, p->line);
    }
    return p->line;
}

static uint64_t number(struct pipe_dut *p, const char *text)
{
    char *end;
    uint64_t v = strtoull(text, &end, 16);

    if (!p->broken && (end == text || *end)) {
        broke(p, "answers with something that is no number");
    }
    return v;
}

/* ---- the DUT ---- */

static uint64_t mmio_read(void *ctx, enum dut_pas pas, uint32_t offset, unsigned size)
{
    return number(ctx, ask(ctx, "r %x %x %x", (unsigned)pas, (unsigned)offset, size));
}

static void mmio_write(void *ctx, enum dut_pas pas, uint32_t offset, unsigned size, uint64_t v)
{
    ask(ctx, "w %x %x %x %" PRIx64, (unsigned)pas, (unsigned)offset, size, v);
}

static void mem_read(void *ctx, enum dut_pas pas, uint64_t addr, void *buf, size_t len)
{
    uint8_t *to = buf;

    memset(buf, 0, len);
    for (size_t n; len; addr += n, len -= n) {
        const char *hex;

        n = len < CHUNK ? len : CHUNK;
        hex = ask(ctx, "m %x %" PRIx64 " %zx", (unsigned)pas, addr, n);
        for (size_t i = 0; i < n; i++, hex += 2, to++) {
            unsigned v;

            if (sscanf(hex, "%2x", &v) != 1) {
                broke(ctx, "answers with too few bytes");
                return;
            }
            *to = (uint8_t)v;
        }
    }
}

static void mem_write(void *ctx, enum dut_pas pas, uint64_t addr, const void *buf, size_t len)
{
    const uint8_t *from = buf;
    char hex[2 * CHUNK + 1];

    for (size_t n; len; addr += n, len -= n) {
        n = len < CHUNK ? len : CHUNK;
        for (size_t i = 0; i < n; i++) {
            snprintf(hex + 2 * i, 3, "%02x", *from++);
        }
        ask(ctx, "s %x %" PRIx64 " %s", (unsigned)pas, addr, hex);
    }
}

static void mem_zero(void *ctx, enum dut_pas pas, uint64_t addr, size_t len)
{
    ask(ctx, "z %x %" PRIx64 " %zx", (unsigned)pas, addr, len);
}

/* "END DATA OUT_ADDR OUT_PAS OUT_MAIR OUT_SH"; END is a letter. */
static void take_result(struct pipe_dut *p, const char *text, struct dut_dma_result *res)
{
    static const char ends[] = "das"; /* done, aborted, stalled */
    unsigned pas, mair, sh;
    const char *end;
    char c;

    res->end = DUT_DMA_BROKEN;
    if (sscanf(text, "%c %" SCNx64 " %" SCNx64 " %x %x %x", &c, &res->data, &res->out_addr, &pas,
               &mair, &sh) != 6 ||
        !(end = strchr(ends, c))) {
        broke(p, "answers with something that is no result of a DMA");
        return;
    }
    res->end = (enum dut_dma_end)(end - ends);
    res->out_pas = (enum dut_pas)pas;
    res->out_mair = (uint8_t)mair;
    res->out_sh = (uint8_t)sh;
}

static void dma(void *ctx, const struct dut_dma *d, struct dut_dma_result *res)
{
    take_result(ctx, ask(ctx, "d %x %x %x %x %" PRIx64 " %" PRIx64 " %x %x %x",
                         (unsigned)d->sec_sid, (unsigned)d->stream_id, (unsigned)d->substream_id,
                         (unsigned)d->flags, d->addr, d->data, d->hold, d->mair, d->sh), res);
}

static void dma_poll(void *ctx, unsigned hold, struct dut_dma_result *res)
{
    take_result(ctx, ask(ctx, "p %x", hold), res);
}

static unsigned irqs(void *ctx, enum dut_sec bank, enum dut_irq irq)
{
    return (unsigned)number(ctx, ask(ctx, "i %x %x", (unsigned)bank, (unsigned)irq));
}

static void reset(void *ctx)
{
    ask(ctx, "x");
}

static void step(void *ctx)
{
    ask(ctx, "t");
}

static bool is_broken(void *ctx)
{
    return ((struct pipe_dut *)ctx)->broken;
}

/* ---- life ---- */

/* One word of the program's introduction. */
static bool introduce(struct pipe_dut *p, const char *word)
{
    struct smmu3_dut *d = &p->dut;
    unsigned pas;
    uint64_t a, b;

    if (sscanf(word, "name=%63s", p->name) == 1) {
        d->name = p->name;
    } else if (sscanf(word, "can=%" SCNx32, &d->can) == 1 ||
               sscanf(word, "bits=%u", &d->dma_bits) == 1 ||
               sscanf(word, "holds=%u", &d->holds) == 1) {
        return true;
    } else if (sscanf(word, "ram=%x:%" SCNx64 ":%" SCNx64, &pas, &a, &b) == 3 &&
               pas < DUT_NUM_PAS) {
        d->ram[pas].base = a;
        d->ram[pas].size = b;
    } else if (sscanf(word, "hole=%x:%" SCNx64, &pas, &a) == 2 && pas < DUT_NUM_PAS) {
        d->hole[pas] = a;
    } else {
        return false;
    }
    return true;
}

static void greet(struct pipe_dut *p)
{
    char *rest = ask(p, "smmu3-conformance 1"), *word;

    while ((word = strsep(&rest, " "))) {
        if (*word && !introduce(p, word)) {
            fprintf(stderr, "smmu3-conformance: in the program's first line: \"%s\"\n", word);
            broke(p, "does not speak version 1 of the protocol");
        }
    }
    if (!p->broken && (!(p->dut.can & DUT_CAN_ANY_SID) || !p->dut.ram[DUT_PAS_NS].size)) {
        broke(p, "has no RAM, or a master without DUT_CAN_ANY_SID");
    }
}

static bool spawn(struct pipe_dut *p, const char *command)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) {
        return false;
    }
    signal(SIGPIPE, SIG_IGN);
    fflush(NULL);
    p->pid = fork();
    if (!p->pid) {
        dup2(pair[1], STDIN_FILENO);
        dup2(pair[1], STDOUT_FILENO);
        close(pair[0]);
        close(pair[1]);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    close(pair[1]);
    p->io = fdopen(pair[0], "r+");
    return p->pid > 0 && p->io;
}

struct smmu3_dut *pipe_dut_new(const char *command)
{
    struct pipe_dut *p = calloc(1, sizeof(*p));

    if (!p) {
        return NULL;
    }
    p->dut = (struct smmu3_dut){
        .name = "the program", .ctx = p, .dma_bits = 64, .holds = 1, .mmio_read = mmio_read,
        .mmio_write = mmio_write, .mem_read = mem_read, .mem_write = mem_write,
        .mem_zero = mem_zero, .dma = dma, .dma_poll = dma_poll, .irqs = irqs, .reset = reset,
        .step = step, .broken = is_broken,
    };
    if (!spawn(p, command)) {
        broke(p, "cannot be started");
    } else {
        greet(p);
    }
    if (p->broken) {
        pipe_dut_free(&p->dut);
        return NULL;
    }
    return &p->dut;
}

void pipe_dut_free(struct smmu3_dut *dut)
{
    struct pipe_dut *p = dut->ctx;

    if (p->io) {
        fclose(p->io); /* its standard input ends, and so does it */
    }
    if (p->pid > 0) {
        waitpid(p->pid, NULL, 0);
    }
    free(p);
}
