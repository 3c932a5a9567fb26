/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * An SMMUv3 for `smmu3-conformance --backend=pipe`: what an author of an
 * emulator writes to have his own tested. Here it is libsmmu3 with a little
 * memory; put your registers, your memory and your master in place of those.
 * docs/CONFORMANCE.md has the protocol.
 *
 *   smmu3-conformance --backend=pipe --command='smmu3-example hafnium'
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dut.h"
#include "smmu3/smmu3.h"

/* ---- memory: 64 MB of each of two spaces, at the same addresses; above it nothing ---- */

#define RAM UINT64_C(0x40000000)
#define RAM_SIZE UINT64_C(0x04000000)
#define CAN (DUT_CAN_RESET | DUT_CAN_SECURE | DUT_CAN_ANY_SID | DUT_CAN_SSID | DUT_CAN_PRIV | \
             DUT_CAN_INSTR | DUT_CAN_NS_ATTR | DUT_CAN_HOLE | DUT_CAN_IRQ | DUT_CAN_SEE_OUT)

static uint8_t *ram[2];
static struct smmu3 *smmu;
static unsigned pulses[2][4];

static uint8_t *at(unsigned pas, uint64_t addr, size_t len)
{
    uint64_t o = addr - RAM;

    return pas < 2 && o < RAM_SIZE && len <= RAM_SIZE - o ? ram[pas] + o : NULL;
}

static enum smmu3_mem host_read(void *ctx, const struct smmu3_access *acc, void *buf, size_t size)
{
    uint8_t *p = at(acc->pas, acc->addr, size);

    (void)ctx;
    if (p) {
        memcpy(buf, p, size);
    }
    return p ? SMMU3_MEM_OK : SMMU3_MEM_ABORT;
}

static enum smmu3_mem host_write(void *ctx, const struct smmu3_access *acc, const void *buf,
                                 size_t size)
{
    uint8_t *p = at(acc->pas, acc->addr, size);

    (void)ctx;
    if (p) {
        memcpy(p, buf, size);
    }
    return p ? SMMU3_MEM_OK : SMMU3_MEM_ABORT;
}

/* For hardware updates of flags; single-threaded, so nothing comes between. */
static enum smmu3_mem host_cas64(void *ctx, const struct smmu3_access *acc, uint64_t expected,
                                 uint64_t desired, uint64_t *seen)
{
    enum smmu3_mem end = host_read(ctx, acc, seen, 8);

    return end == SMMU3_MEM_OK && *seen == expected ? host_write(ctx, acc, &desired, 8) : end;
}

static void host_irq(void *ctx, enum smmu3_sec_sid bank, enum smmu3_irq_kind irq)
{
    (void)ctx;
    pulses[bank][irq]++;
}

/* ---- the master: one DMA of 8 bytes ---- */

static void dma(const char *text)
{
    struct smmu3_request req = { 0 };
    struct smmu3_result res;
    unsigned sec, sid, ssid, flags, hold, mair, sh;
    uint64_t addr, data, got = 0;
    uint8_t *p;

    sscanf(text, "%x %x %x %x %" SCNx64 " %" SCNx64 " %x %x %x", &sec, &sid, &ssid, &flags, &addr,
           &data, &hold, &mair, &sh);
    req.sec_sid = sec ? SMMU3_SEC_SID_S : SMMU3_SEC_SID_NS;
    req.stream_id = sid;
    req.ssv = flags & DUT_DMA_SSV;
    req.substream_id = ssid;
    req.addr = addr;
    req.flags = (flags & DUT_DMA_WRITE ? SMMU3_REQ_WRITE : 0) |
                (flags & DUT_DMA_PRIV ? SMMU3_REQ_PRIV : 0) |
                (flags & DUT_DMA_INSTR ? SMMU3_REQ_INSTR : 0) |
                (flags & DUT_DMA_NS ? SMMU3_REQ_NS : 0);
    req.attr = SMMU3_ATTR_DEFAULT;
    if (smmu3_translate(smmu, &req, &res) != SMMU3_OK) {
        puts("error: the request is not one");
        return;
    }
    p = res.status == SMMU3_ST_OK ? at(res.pas, res.addr, 8) : NULL;
    if (p && flags & DUT_DMA_WRITE) {
        memcpy(p, &data, 8);
    } else if (p) {
        memcpy(&got, p, 8);
    }
    printf("%c %" PRIx64 " %" PRIx64 " %x 0 0\n", p || res.status == SMMU3_ST_RAZWI ? 'd' : 'a', got,
           res.addr, (unsigned)res.pas);
}

/* ---- requests ---- */

static void registers(char kind, const char *text)
{
    unsigned pas, offset, size;
    uint64_t v = 0;

    sscanf(text, "%x %x %x %" SCNx64, &pas, &offset, &size, &v);
    if (kind == 'w') {
        smmu3_mmio_write(smmu, offset, size, (enum smmu3_pas)pas, v);
    } else {
        smmu3_mmio_read(smmu, offset, size, (enum smmu3_pas)pas, &v);
    }
    printf("%" PRIx64 "\n", v);
}

static void memory(char kind, const char *text)
{
    unsigned pas, v;
    uint64_t addr;
    size_t len = 0;
    int used = 0;
    uint8_t *p;

    sscanf(text, "%x %" SCNx64 " %n", &pas, &addr, &used);
    text += used;
    len = kind == 's' ? strcspn(text, "\r\n") / 2 : strtoull(text, NULL, 16);
    p = at(pas, addr, len);
    if (!used || !p) {
        puts("error: there is no such memory");
    } else if (kind == 'm') {
        for (size_t i = 0; i < len; i++) {
            printf("%02x", p[i]);
        }
        puts("");
    } else {
        memset(p, 0, len);
        for (size_t i = 0; kind == 's' && i < len && sscanf(text + 2 * i, "%2x", &v) == 1; i++) {
            p[i] = (uint8_t)v;
        }
        puts("ok");
    }
}

int main(int argc, char **argv)
{
    static const struct smmu3_host host = { .read = host_read, .write = host_write,
                                            .cas64 = host_cas64, .irq = host_irq };
    static char line[16384];
    struct smmu3_config cfg;
    unsigned bank = 0, irq = 0;

    if (smmu3_config_profile(&cfg, argc > 1 ? argv[1] : "hafnium") ||
        smmu3_create(&cfg, &host, NULL, &smmu) || !(ram[0] = calloc(2, RAM_SIZE))) {
        return fputs("smmu3-example: it cannot be this SMMU\n", stderr), 2;
    }
    ram[1] = ram[0] + RAM_SIZE;
    while (fgets(line, sizeof(line), stdin)) {
        switch (line[0]) {
        case 's':
            if (!strncmp(line, "smmu3-conformance 1", 19)) {
                printf("name=example can=%x ram=0:40000000:4000000 ram=1:40000000:4000000 "
                       "hole=0:70000000 hole=1:70000000\n", CAN);
                break;
            } /* fall through */
        case 'm':
        case 'z':
            memory(line[0], line + 1);
            break;
        case 'r':
        case 'w':
            registers(line[0], line + 1);
            break;
        case 'd':
            dma(line + 1);
            break;
        case 'i':
            sscanf(line + 1, "%x %x", &bank, &irq);
            printf("%x\n", pulses[bank & 1][irq & 3]);
            pulses[bank & 1][irq & 3] = 0;
            break;
        case 'x':
            smmu3_reset(smmu); /* fall through */
        default:
            puts("ok");
        }
        fflush(stdout);
    }
    return 0;
}
