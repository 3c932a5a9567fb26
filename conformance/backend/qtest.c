/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "qtest.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMEOUT_MS 30000
#define MAX_ARGS 64
#define LINE 65536 /* QMP's answers can be long */

/* Lines from one socket. */
struct lines {
    int fd;
    size_t len;   /* bytes read */
    size_t taken; /* of them */
    char buf[LINE];
};

#define MAX_PENDING 512 /* answers that QEMU may owe us: they must fit into the socket */
#define OUT 32768

struct qtest {
    pid_t pid;
    unsigned pending; /* answers to what we do not wait for */
    size_t out_len;
    char out[OUT];    /* not sent yet */
    bool broken;
    uint8_t *ram;
    uint64_t ram_size;
    unsigned raised[QTEST_IRQS];
    unsigned resets; /* that QMP told */
    struct lines test, qmp;
};

/* ---- the process ---- */

static void broke(struct qtest *q, const char *fmt, ...)
{
    va_list ap;

    if (q->broken) {
        return;
    }
    q->broken = true;
    fputs("smmu3-conformance: QEMU: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
}

static void run_child(const char *binary, const char *const *args, const int fd[3],
                      uint64_t ram_size)
{
    const char *argv[MAX_ARGS] = { binary };
    char ram[64], test[64], qmp[64];
    size_t n = 1;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(STDERR_FILENO, STDOUT_FILENO); /* ours is for the report */
    snprintf(test, sizeof(test), "socket,id=qtest,fd=%d", fd[0]);
    snprintf(qmp, sizeof(qmp), "socket,id=qmp,fd=%d", fd[1]);
    snprintf(ram, sizeof(ram), "/proc/self/fd/%d", fd[2]);
    const char *const mine[] = {
        "-nodefaults", "-display", "none", "-accel", "qtest", "-chardev", test, "-qtest",
        "chardev:qtest", "-qtest-log", "/dev/null", "-chardev", qmp, "-mon",
        "chardev=qmp,mode=control", NULL,
    };
    static char object[160];

    for (size_t i = 0; mine[i]; i++) {
        argv[n++] = mine[i];
    }
    snprintf(object, sizeof(object), "memory-backend-file,id=ram,share=on,size=%" PRIu64 ",mem-path=%s",
             ram_size, ram);
    argv[n++] = "-object";
    argv[n++] = object;
    for (size_t i = 0; args[i] && n < MAX_ARGS - 1; i++) {
        argv[n++] = args[i];
    }
    execv(binary, (char *const *)argv);
    fprintf(stderr, "smmu3-conformance: cannot run %s: %s\n", binary, strerror(errno));
    _exit(127);
}

static bool sockets(int pair[2])
{
    /* QEMU inherits its end; ours must not reach it. */
    return !socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
}

static bool spawn(struct qtest *q, const char *binary, const char *const *args)
{
    int test[2] = { -1, -1 }, qmp[2] = { -1, -1 };
    int ram = memfd_create("smmu3-conformance", 0);
    bool ok = ram >= 0 && !ftruncate(ram, (off_t)q->ram_size) && sockets(test) && sockets(qmp);

    if (ok) {
        q->ram = mmap(NULL, q->ram_size, PROT_READ | PROT_WRITE, MAP_SHARED, ram, 0);
        ok = q->ram != MAP_FAILED;
    }
    fflush(NULL);
    q->pid = ok ? fork() : -1;
    if (!q->pid) {
        close(test[0]);
        close(qmp[0]);
        run_child(binary, args, (int[]){ test[1], qmp[1], ram }, q->ram_size);
    }
    if (q->pid < 0) {
        broke(q, "cannot be started: %s", strerror(errno));
    }
    close(ram);
    close(test[1]);
    close(qmp[1]);
    q->test.fd = test[0];
    q->qmp.fd = qmp[0];
    return q->pid > 0;
}

/* ---- lines ---- */

static void say(struct qtest *q, struct lines *l, const char *text, size_t len)
{
    while (len && !q->broken) {
        ssize_t n = send(l->fd, text, len, MSG_NOSIGNAL);

        if (n < 0 && errno != EINTR) {
            broke(q, "has gone: %s", strerror(errno));
        } else if (n > 0) {
            text += n;
            len -= (size_t)n;
        }
    }
}

static bool more(struct qtest *q, struct lines *l)
{
    struct pollfd p = { .fd = l->fd, .events = POLLIN };
    int ready = poll(&p, 1, TIMEOUT_MS);
    ssize_t n = ready > 0 ? recv(l->fd, l->buf + l->len, sizeof(l->buf) - l->len, 0) : 0;

    if (!ready) {
        broke(q, "does not answer within %d s", TIMEOUT_MS / 1000);
    } else if (n <= 0) {
        broke(q, "has gone");
    } else {
        l->len += (size_t)n;
    }
    return !q->broken;
}

/* The next line without its end; valid until the next call. NULL: broken. */
static char *line(struct qtest *q, struct lines *l)
{
    char *end;

    if (q->broken) {
        return NULL;
    }
    memmove(l->buf, l->buf + l->taken, l->len - l->taken);
    l->len -= l->taken;
    l->taken = 0;
    while (!(end = memchr(l->buf, '\n', l->len))) {
        if (l->len == sizeof(l->buf)) {
            broke(q, "a line has more than %d characters", LINE);
        }
        if (q->broken || !more(q, l)) {
            return NULL;
        }
    }
    *end = 0;
    l->taken = (size_t)(end - l->buf) + 1;
    return l->buf;
}

/* ---- qtest ---- */

static void heard_irq(struct qtest *q, const char *text)
{
    unsigned n;

    if (sscanf(text, "IRQ raise %u", &n) == 1 && n < QTEST_IRQS) {
        q->raised[n]++;
    }
}

/* The answer to the oldest command that has none. NULL: broken. */
static const char *answer(struct qtest *q)
{
    char *text;

    while ((text = line(q, &q->test)) && !strncmp(text, "IRQ ", 4)) {
        heard_irq(q, text);
    }
    if (text && strncmp(text, "OK", 2)) {
        broke(q, "answers \"%s\"", text);
    }
    return q->broken ? NULL : text;
}

void qtest_sync(struct qtest *q)
{
    say(q, &q->test, q->out, q->out_len);
    q->out_len = 0;
    for (; q->pending && !q->broken; q->pending--) {
        answer(q);
    }
}

/* A command whose answer says nothing: it goes when something is waited for. */
static void tell(struct qtest *q, const char *fmt, ...)
{
    va_list ap;

    if (q->pending == MAX_PENDING) {
        qtest_sync(q);
    }
    va_start(ap, fmt);
    q->out_len += (size_t)vsnprintf(q->out + q->out_len, OUT - q->out_len, fmt, ap);
    va_end(ap);
    q->pending++;
}

/* One that has an answer: what follows OK, or "". */
static const char *ask(struct qtest *q, const char *fmt, ...)
{
    const char *text;
    va_list ap;

    if (q->pending > MAX_PENDING / 2) {
        qtest_sync(q);
    }
    va_start(ap, fmt);
    q->out_len += (size_t)vsnprintf(q->out + q->out_len, OUT - q->out_len, fmt, ap);
    va_end(ap);
    qtest_sync(q);
    text = answer(q);
    return text && text[2] ? text + 3 : "";
}

static char width(unsigned size)
{
    return size == 1 ? 'b' : size == 2 ? 'w' : size == 4 ? 'l' : 'q';
}

uint64_t qtest_read(struct qtest *q, uint64_t addr, unsigned size)
{
    return strtoull(ask(q, "read%c 0x%" PRIx64 "\n", width(size), addr), NULL, 0);
}

static unsigned digit(char c)
{
    return c >= 'a' ? (unsigned)(c - 'a') + 10 : (unsigned)(c - '0');
}

void qtest_read_bytes(struct qtest *q, uint64_t addr, uint8_t *buf, size_t len)
{
    const char *hex = ask(q, "read 0x%" PRIx64 " 0x%zx\n", addr, len);

    memset(buf, 0, len);
    for (size_t i = 0; strlen(hex) == 2 + 2 * len && i < len; i++) {
        buf[i] = (uint8_t)(digit(hex[2 + 2 * i]) << 4 | digit(hex[3 + 2 * i]));
    }
}

void qtest_write(struct qtest *q, uint64_t addr, unsigned size, uint64_t v)
{
    tell(q, "write%c 0x%" PRIx64 " 0x%" PRIx64 "\n", width(size), addr, v);
}

void qtest_clock_step(struct qtest *q, uint64_t ns)
{
    ask(q, "clock_step %" PRIu64 "\n", ns);
}

unsigned qtest_raised(struct qtest *q, unsigned input)
{
    unsigned n;

    /* An interrupt that a bottom half raises comes a round of the main loop later. */
    for (int i = 0; i < 2; i++) {
        qtest_clock_step(q, 1);
    }
    n = q->raised[input];
    q->raised[input] = 0;
    return n;
}

/* ---- QMP ---- */

/* The next message; events are noted. The caller frees it. NULL: broken. */
static json_t *qmp_next(struct qtest *q)
{
    char *text = line(q, &q->qmp);
    json_t *o = text ? json_loads(text, 0, NULL) : NULL;
    const char *event = json_string_value(json_object_get(o, "event"));

    if (text && (!o || json_object_get(o, "error"))) {
        broke(q, "says %s", text);
    }
    q->resets += event && !strcmp(event, "RESET");
    return o;
}

/* The answer's "return", which the caller frees. */
static json_t *qmp(struct qtest *q, const char *json)
{
    json_t *found = NULL;

    qtest_sync(q);
    say(q, &q->qmp, json, strlen(json));
    say(q, &q->qmp, "\n", 1);
    while (!q->broken && !found) {
        json_t *o = qmp_next(q);

        found = json_incref(json_object_get(o, "return"));
        json_decref(o);
    }
    return found;
}

void qtest_reset(struct qtest *q)
{
    unsigned before = q->resets;

    json_decref(qmp(q, "{\"execute\":\"system_reset\"}"));
    /* It comes before the answer or after it. */
    while (!q->broken && q->resets == before) {
        json_decref(qmp_next(q));
    }
    memset(q->raised, 0, sizeof(q->raised));
}

bool qtest_intercept(struct qtest *q, const char *type)
{
    json_t *list = qmp(q, "{\"execute\":\"qom-list\",\"arguments\":{\"path\":\"/machine/unattached\"}}");
    char want[64], path[128] = "";
    size_t i;
    json_t *o;

    snprintf(want, sizeof(want), "child<%s>", type);
    json_array_foreach(list, i, o) {
        const char *t = json_string_value(json_object_get(o, "type"));

        if (t && !strcmp(t, want)) {
            snprintf(path, sizeof(path), "/machine/unattached/%.80s",
                     json_string_value(json_object_get(o, "name")));
        }
    }
    json_decref(list);
    if (!path[0]) {
        broke(q, "the machine has no %s", type);
    } else {
        ask(q, "irq_intercept_in %s\n", path);
    }
    return !q->broken;
}

/* ---- life ---- */

struct qtest *qtest_start(const char *binary, const char *const *args, uint64_t ram_size)
{
    struct qtest *q = calloc(1, sizeof(*q));

    if (!q) {
        return NULL;
    }
    q->ram_size = ram_size;
    if (spawn(q, binary, args)) {
        json_decref(qmp(q, "{\"execute\":\"qmp_capabilities\"}"));
        qtest_clock_step(q, 1); /* the machine is there */
    }
    if (q->broken) {
        qtest_stop(q);
        return NULL;
    }
    return q;
}

void qtest_stop(struct qtest *q)
{
    if (q->pid > 0) {
        kill(q->pid, SIGKILL);
        waitpid(q->pid, NULL, 0);
        close(q->test.fd);
        close(q->qmp.fd);
    }
    if (q->ram && q->ram != MAP_FAILED) {
        munmap(q->ram, q->ram_size);
    }
    free(q);
}

bool qtest_broken(const struct qtest *q)
{
    return q->broken;
}

uint8_t *qtest_ram(struct qtest *q)
{
    return q->ram;
}
