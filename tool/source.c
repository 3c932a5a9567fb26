/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Where the state of a machine comes from. Whatever it is, it ends as an
 * instance of the model in that state, and as memory that it reads.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source.h"

enum { OPT_QMP = 512, OPT_DEVICE, OPT_SNAPSHOT, OPT_ELF, OPT_REGISTERS, OPT_MEMORY, OPT_SECURE };

const char source_about[] =
    "A command that looks at a machine takes its registers from one of: a running QEMU (--qmp), a "
    "snapshot of the library (--snapshot), a file with registers (--registers); and its memory "
    "from "
    "the same QEMU, or from dumps (--elf, --memory, --secure-memory).\n\n"
    "--qmp: QEMU was started with -qmp unix:FILE,server=on,wait=off. It may be running or paused, "
    "and "
    "is not disturbed: nothing is recorded, changed or cached there. Secure memory is included. A "
    "QMP "
    "socket serves one client at a time.\n\n"
    "--registers: lines NAME VALUE (or OFFSET VALUE), with = or : between if you like, such as a "
    "driver prints; # begins a comment; or the 128 KB of the register window as bytes. ID "
    "registers "
    "that are not there are those of QEMU's virt machine. Features of them that the model does not "
    "have are taken away, with a remark.\n\n"
    "--elf: what QEMU's dump-guest-memory writes. It has Non-secure memory only; save the Secure "
    "one "
    "by pmemsave or firmware and give it with --secure-memory.";

const struct argp_option source_options[] = {
    { "qmp", OPT_QMP, "SOCKET", 0, "A running QEMU: the socket of its QMP, a file or HOST:PORT",
      20 },
    { "device", OPT_DEVICE, "PATH", 0, "The QOM path of its SMMU, if it has several", 20 },
    { "snapshot", OPT_SNAPSHOT, "FILE", 0, "Registers: what smmu3_save() wrote", 20 },
    { "registers", OPT_REGISTERS, "FILE", 0, "Registers: lines NAME VALUE, or the window's bytes",
      20 },
    { "elf", OPT_ELF, "FILE", 0, "Memory: an ELF dump, as of dump-guest-memory", 20 },
    { "memory", OPT_MEMORY, "FILE@ADDR", 0,
      "Memory: bytes at a Non-secure physical address; repeatable", 20 },
    { "secure-memory", OPT_SECURE, "FILE@ADDR", 0, "The same at a Secure physical address", 20 },
    { 0 }
};

#define MAX_FILES 64
static struct {
    const char *qmp, *device, *snapshot, *registers, *elf;
    struct { const char *file; enum smmu3_pas pas; } memory[MAX_FILES];
    size_t nmemory;
} opt;

bool source_option(int key, char *arg)
{
    switch (key) {
    case OPT_QMP:
        opt.qmp = arg;
        return true;
    case OPT_DEVICE:
        opt.device = arg;
        return true;
    case OPT_SNAPSHOT:
        opt.snapshot = arg;
        return true;
    case OPT_REGISTERS:
        opt.registers = arg;
        return true;
    case OPT_ELF:
        opt.elf = arg;
        return true;
    case OPT_MEMORY:
    case OPT_SECURE:
        if (opt.nmemory == MAX_FILES) {
            die("more than %d files of memory", MAX_FILES);
        }
        opt.memory[opt.nmemory].file = arg;
        opt.memory[opt.nmemory++].pas = key == OPT_MEMORY ? SMMU3_PAS_NS : SMMU3_PAS_S;
        return true;
    default:
        return false;
    }
}

/* ---- memory ---- */

static const struct region *find(const struct source *src, enum smmu3_pas pas, uint64_t addr,
                                 size_t size)
{
    for (size_t i = 0; i < src->nregions; i++) {
        const struct region *r = &src->regions[i];

        if (r->pas == pas && addr >= r->addr && r->len >= size &&
            addr - r->addr <= r->len - size) {
            return r;
        }
    }
    return NULL;
}

#define PAGE 4096u
#define BUCKETS 1024u
struct page {
    uint64_t key; /* address | PAS */
    struct page *next;
    bool there;
    uint8_t data[PAGE];
};

static struct page **bucket(struct source *src, uint64_t key)
{
    return &src->pages[(key >> 12 ^ key >> 22 ^ key << 6) % BUCKETS];
}

static bool unhex_bytes(const char *text, uint8_t *buf, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned v;

        if (sscanf(text + 2 * i, "%2x", &v) != 1) {
            return false;
        }
        buf[i] = (uint8_t)v;
    }
    return true;
}

static bool ask_memory(struct source *src, enum smmu3_pas pas, uint64_t addr, uint8_t *buf,
                       size_t size)
{
    char request[80], *answer;
    bool ok;

    snprintf(request, sizeof(request), "memory %u 0x%" PRIx64 " %zu", (unsigned)pas, addr, size);
    if (!source_ask(src, request, &answer, &src->why)) {
        return false;
    }
    ok = strlen(answer) == 2 * size && unhex_bytes(answer, buf, size);
    free(answer);
    return ok;
}

/* A page of a running machine as it was when this command first saw it: a walk
 * that comes again must not see another one. */
static struct page *live_page(struct source *src, enum smmu3_pas pas, uint64_t addr)
{
    uint64_t key = (addr & ~(uint64_t)(PAGE - 1)) | pas;
    struct page *more;

    if (!src->pages) {
        src->pages = calloc(BUCKETS, sizeof(*src->pages));
    }
    for (struct page *p = src->pages ? *bucket(src, key) : NULL; p; p = p->next) {
        if (p->key == key) {
            return p;
        }
    }
    more = src->pages ? malloc(sizeof(*more)) : NULL;
    if (!more) {
        return NULL;
    }
    more->next = *bucket(src, key);
    *bucket(src, key) = more;
    more->key = key;
    more->there = ask_memory(src, pas, key & ~(uint64_t)(PAGE - 1), more->data, PAGE);
    return more;
}

static bool live_read(struct source *src, enum smmu3_pas pas, uint64_t addr, uint8_t *buf,
                      size_t size)
{
    while (size) {
        size_t off = addr % PAGE, n = PAGE - off < size ? PAGE - off : size;
        const struct page *p = live_page(src, pas, addr);

        if (!p) {
            return false;
        }
        if (p->there) {
            memcpy(buf, p->data + off, n);
        } else if (!ask_memory(src, pas, addr, buf, n)) {
            return false; /* a page that is in part memory is asked for each time */
        }
        buf += n;
        addr += n;
        size -= n;
    }
    return true;
}

bool source_read(struct source *src, enum smmu3_pas pas, uint64_t addr, void *buf, size_t size)
{
    const struct region *r;

    if (src->qmp) {
        return live_read(src, pas, addr, buf, size);
    }
    r = find(src, pas, addr, size);
    if (!r && pas == SMMU3_PAS_S) {
        /* What is no Secure memory is Non-secure memory to a Secure access, too,
         * on machines without a controller in between. */
        r = find(src, SMMU3_PAS_NS, addr, size);
    }
    if (!r) {
        return false;
    }
    memcpy(buf, r->data + (addr - r->addr), size);
    return true;
}

enum smmu3_pas source_where(struct source *src, enum smmu3_pas pas, uint64_t addr)
{
    uint8_t a[8], b[8];

    if (pas != SMMU3_PAS_S) {
        return pas;
    }
    if (src->qmp) {
        /* Secure memory is what a Non-secure access does not reach. */
        return live_read(src, SMMU3_PAS_NS, addr & ~UINT64_C(7), a, 8) &&
                       live_read(src, SMMU3_PAS_S, addr & ~UINT64_C(7), b, 8)
                   ? SMMU3_PAS_NS : SMMU3_PAS_S;
    }
    return !find(src, SMMU3_PAS_S, addr, 1) && find(src, SMMU3_PAS_NS, addr, 1) ? SMMU3_PAS_NS
                                                                               : SMMU3_PAS_S;
}

/* ---- files ---- */

static bool map_file(struct source *src, const char *name, const void **data, size_t *len,
                     struct why *why)
{
    struct mapping *more = realloc(src->maps, (src->nmaps + 1) * sizeof(*more));
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    struct stat st;
    void *p;

    if (!more) {
        return why_not(why, "out of memory");
    }
    src->maps = more;
    if (fd < 0 || fstat(fd, &st)) {
        why_not(why, "%s: %s", name, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    if (!S_ISREG(st.st_mode) || !st.st_size) {
        close(fd);
        return why_not(why, "%s: %s", name, st.st_size ? "not a file" : "is empty");
    }
    p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (p == MAP_FAILED) {
        return why_not(why, "%s: %s", name, strerror(errno));
    }
    src->maps[src->nmaps++] = (struct mapping){ p, (size_t)st.st_size };
    *data = p;
    *len = (size_t)st.st_size;
    return true;
}

static bool add_file(struct source *src, const char *spec, enum smmu3_pas pas, struct why *why)
{
    const char *at = strrchr(spec, '@');
    struct region r = { .pas = pas };
    const void *data;
    size_t len;
    char *name;
    bool ok;

    if (!at || !parse_u64(at + 1, UINT64_MAX, &r.addr)) {
        return why_not(why, "memory '%s': give FILE@ADDRESS, such as ram.bin@0x40000000", spec);
    }
    name = strndup(spec, (size_t)(at - spec));
    ok = name && map_file(src, name, &data, &len, why);
    free(name);
    if (!ok) {
        return false;
    }
    r.data = data;
    r.len = len;
    return source_add(src, &r, why);
}

static bool add_memory(struct source *src, struct why *why)
{
    const void *data;
    size_t len;

    if (opt.elf && (!map_file(src, opt.elf, &data, &len, why) ||
                    !elf_regions(src, opt.elf, data, len, why))) {
        return false;
    }
    for (size_t i = 0; i < opt.nmemory; i++) {
        if (!add_file(src, opt.memory[i].file, opt.memory[i].pas, why)) {
            return false;
        }
    }
    return true;
}

/* ---- the model ---- */

static enum smmu3_mem host_read(void *ctx, const struct smmu3_access *acc, void *buf, size_t size)
{
    return source_read(ctx, acc->pas, acc->addr, buf, size) ? SMMU3_MEM_OK : SMMU3_MEM_ABORT;
}

static enum smmu3_mem host_write(void *ctx, const struct smmu3_access *acc, const void *buf,
                                 size_t size)
{
    (void)ctx, (void)acc, (void)buf, (void)size;
    return SMMU3_MEM_ABORT; /* probes write nothing */
}

static enum smmu3_mem host_cas(void *ctx, const struct smmu3_access *acc, uint64_t expected,
                               uint64_t desired, uint64_t *seen)
{
    (void)ctx, (void)acc, (void)expected, (void)desired, (void)seen;
    return SMMU3_MEM_ABORT;
}

static void host_resume(void *ctx, void *cookie, enum smmu3_resume action)
{
    (void)ctx, (void)cookie, (void)action;
}

static bool make_model(struct source *src, struct why *why)
{
    static const struct smmu3_host host = {
        .read = host_read, .write = host_write, .cas64 = host_cas, .resume = host_resume,
    };
    char reason[256] = "";
    int err;

    src->cfg.tlb_entries = src->cfg.cfg_entries = SMMU3_CACHE_OFF;
    if (smmu3_config_check(&src->cfg, reason, sizeof(reason))) {
        return why_not(why, "no SMMU can be like this: %s", reason);
    }
    err = smmu3_create(&src->cfg, &host, src, &src->smmu);
    return err ? why_not(why, "%s", smmu3_strerror(err)) : true;
}

static bool load_snapshot(struct source *src, const char *name, const void *data, size_t len,
                          struct why *why)
{
    int err = smmu3_snapshot_config(data, len, &src->cfg);

    if (err) {
        return why_not(why, "%s: %s", name, smmu3_strerror(err));
    }
    if (!make_model(src, why)) {
        return false;
    }
    err = smmu3_load(src->smmu, data, len);
    return err ? why_not(why, "%s: %s", name, smmu3_strerror(err)) : true;
}

static bool load_registers(struct source *src, struct why *why)
{
    struct regvalue *regs = NULL;
    char *data = NULL, note[256] = "";
    size_t len, n;
    bool ok;

    if (!read_file(opt.registers, &data, &len, why)) {
        return false;
    }
    ok = regfile_parse(opt.registers, data, len, &regs, &n, why) &&
         regfile_config(regs, n, &src->cfg, note, sizeof(note), why) && make_model(src, why) &&
         regfile_load(src->smmu, regs, n, why);
    if (ok && note[0]) {
        fprintf(stderr, "smmu3: %s\n", note);
    }
    free(regs);
    free(data);
    return ok;
}

/* ---- a running QEMU ---- */

bool source_get(struct source *src, const char *property, char **value, struct why *why)
{
    json_t *r =
        qmp_command(src->qmp, "qom-get",
                    json_pack("{s:s, s:s}", "path", src->device, "property", property), why);

    if (!r) {
        return false;
    }
    *value = json_is_string(r) ? strdup(json_string_value(r)) : NULL;
    json_decref(r);
    return *value ? true : why_not(why, "QEMU: %s is not text", property);
}

bool source_ask(struct source *src, const char *request, char **answer, struct why *why)
{
    json_t *r = qmp_command(src->qmp, "qom-set",
                            json_pack("{s:s, s:s, s:s}", "path", src->device, "property", "request",
                                      "value", request), why);

    if (!r) {
        return false;
    }
    json_decref(r);
    return source_get(src, "answer", answer, why);
}

bool source_tlb(struct source *src, struct cached **tlb, size_t *n, struct why *why)
{
    char *text, *save = NULL;
    size_t lines = 0;

    if (!source_get(src, "tlb", &text, why)) {
        return false;
    }
    for (const char *p = text; *p; p++) {
        lines += *p == '\n';
    }
    *n = 0;
    *tlb = calloc(lines + 1, sizeof(**tlb));
    for (char *line = *tlb ? strtok_r(text, "\n", &save) : NULL; line && *n < lines;
         line = strtok_r(NULL, "\n", &save)) {
        struct cached *c = &(*tlb)[*n];

        *n += sscanf(line, "%u %u %u %7s 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64 " %u %u %u",
                     &c->sec, &c->vmid, &c->asid, c->kind, &c->input, &c->size, &c->output, &c->pas,
                     &c->perms[0], &c->perms[1]) == 10;
    }
    free(text);
    return *tlb ? true : why_not(why, "out of memory");
}

static bool load_live(struct source *src, struct why *why)
{
    char *text = NULL;
    uint8_t *blob;
    size_t len;
    bool ok;

    src->qmp = qmp_open(opt.qmp, why);
    if (!src->qmp) {
        return false;
    }
    src->device = opt.device ? strdup(opt.device) : qmp_find(src->qmp, why);
    if (!src->device || !source_get(src, "state", &text, why)) {
        return false;
    }
    len = strlen(text) / 2;
    blob = malloc(len + 1);
    ok = blob && unhex_bytes(text, blob, len);
    ok = ok ? load_snapshot(src, "QEMU's SMMU", blob, len, why)
            : why_not(why, "QEMU: state is not in hex");
    free(blob);
    free(text);
    return ok;
}

bool source_open(struct source *src, struct why *why)
{
    const void *data;
    size_t len;
    int given = !!opt.qmp + !!opt.snapshot + !!opt.registers;

    memset(src, 0, sizeof(*src));
    if (given != 1) {
        return why_not(why, given ? "give one of --qmp, --snapshot and --registers"
                                  : "whose state? Give --qmp, --snapshot or --registers; "
                                    "see smmu3-inputs(7)");
    }
    if (opt.qmp) {
        return load_live(src, why);
    }
    if (!add_memory(src, why)) {
        return false;
    }
    if (opt.registers) {
        return load_registers(src, why);
    }
    return map_file(src, opt.snapshot, &data, &len, why) &&
           load_snapshot(src, opt.snapshot, data, len, why);
}

void source_close(struct source *src)
{
    smmu3_destroy(src->smmu);
    for (size_t i = 0; i < src->nmaps; i++) {
        munmap(src->maps[i].p, src->maps[i].len);
    }
    free(src->maps);
    free(src->regions);
    for (size_t i = 0; src->pages && i < BUCKETS; i++) {
        for (struct page *p = src->pages[i], *next; p; p = next) {
            next = p->next;
            free(p);
        }
    }
    free(src->pages);
    free(src->device);
    qmp_close(src->qmp);
}
