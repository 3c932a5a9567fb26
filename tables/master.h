/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * A driver for the DMA master of QEMU, smmu3-master and smmu3-master-pci:
 * spec/master.def, docs/MASTERS.md. One struct for each channel that is used.
 */
#ifndef SMMU3_TABLES_MASTER_H
#define SMMU3_TABLES_MASTER_H

#include "tables.h"

/* Offsets SMMU3T_M_reg, fields SMMU3T_M_reg_field_LO and _W, values
 * SMMU3T_M_reg_value. */
enum {
#define MASTER_REG(name, offset, bits, access, mask, reset, meaning) SMMU3T_M_##name = offset,
#define MASTER_FIELD(reg, name, lo, width, meaning) \
    SMMU3T_M_##reg##_##name##_LO = lo, SMMU3T_M_##reg##_##name##_W = width,
#define MASTER_VALUE(reg, name, value, meaning) SMMU3T_M_##reg##_##name = value,
#include "../spec/master.def"
    SMMU3T_MASTER_CHANNEL_SIZE = 0x1000
};
#define SMMU3T_MASTER_ID 0x334d4d53u

#define SMMU3T_MASTER_GET(word, reg, field) \
    ((uint32_t)(word) >> SMMU3T_M_##reg##_##field##_LO & \
     (uint32_t)field_mask(SMMU3T_M_##reg##_##field##_W))

struct smmu3t_master {
    /* Offsets are from the device's first register; write64 is not used. */
    const struct smmu3_mmio_ops *mmio;
    uint32_t channel;
    uint32_t polls;           /* of STATUS before ETIMEOUT; 0: 100000 */
    void (*relax)(void *ctx); /* between two polls, with mmio->ctx; may be NULL */
};

/* Attributes of reads, writes or the MSI: READ_ATTR. */
struct smmu3t_master_attr {
    bool priv, instr, ns;
    bool no_write;            /* of a Translation Request */
    bool typed;               /* mair and sh are given */
    uint8_t mair, sh;
};

/* What to do. Start from smmu3t_dma_init(). */
struct smmu3t_dma {
    uint8_t cmd;              /* SMMU3T_M_CMD_* */
    uint8_t sec;              /* SMMU3T_M_CTRL_OWN, _NON_SECURE, _SECURE */
    uint32_t sid;             /* all ones: its own */
    bool ssv;
    uint32_t ssid;
    struct smmu3t_master_attr read, write;
    bool can_stall, translated, go_on, random;
    bool direct;              /* past the SMMU: physical addresses */
    uint32_t seed;
    uint64_t src, dst;
    uint32_t size, count, repeat;
    int64_t stride;
    uint64_t data;            /* of WRITE */
    /* An MSI at the end. */
    bool msi;
    uint64_t msi_addr;
    uint32_t msi_data;
    struct smmu3t_master_attr msi_attr;
};

/* How it went. */
struct smmu3t_dma_result {
    uint8_t state;            /* SMMU3T_M_STATUS_IDLE to _REFUSED */
    uint8_t reason;           /* if REFUSED */
    uint8_t cause;            /* SMMU3T_M_FAIL_INFO_* of the first failure */
    bool fail_write;
    uint64_t fail_addr;
    uint64_t ok, failed, bytes; /* accesses, accesses, bytes */
    uint64_t data;            /* RDATA */
    uint32_t crc, stalls;
    uint8_t ats;              /* SMMU3T_M_ATS_* */
    /* The last transaction behind the SMMU, if out_valid. */
    bool out_valid, out_bypass, out_priv, out_instr, out_typed;
    uint8_t out_pas, out_mair, out_sh;
    uint64_t out_addr;
    uint32_t out_mpam;
};

/* Is a master there, of a version this driver knows? */
bool smmu3t_master_present(const struct smmu3t_master *m);
uint32_t smmu3t_master_read(const struct smmu3t_master *m, uint32_t reg);
uint64_t smmu3t_master_read64(const struct smmu3t_master *m, uint32_t reg);
void smmu3t_master_write(const struct smmu3t_master *m, uint32_t reg, uint32_t v);
void smmu3t_master_write64(const struct smmu3t_master *m, uint32_t reg, uint64_t v);

/* One access of 8 bytes, its own stream, unprivileged data. */
void smmu3t_dma_init(struct smmu3t_dma *d, uint8_t cmd);
/* Writes its registers and starts it. EBUSY: the channel runs. EINVAL: it was
 * refused, smmu3t_master_result() says why. */
int smmu3t_master_start(const struct smmu3t_master *m, const struct smmu3t_dma *d);
/* Until it has ended or is stalled by the SMMU. ETIMEOUT: it still runs. */
int smmu3t_master_wait(const struct smmu3t_master *m);
void smmu3t_master_result(const struct smmu3t_master *m, struct smmu3t_dma_result *r);
/* All three; the result is filled in unless EBUSY. */
int smmu3t_master_run(const struct smmu3t_master *m, const struct smmu3t_dma *d,
                      struct smmu3t_dma_result *r);
/* Ends what runs, if anything does. */
void smmu3t_master_stop(const struct smmu3t_master *m);
/* Makes size, count and stride of `bytes` contiguous ones: a multiple of 4096,
 * or less. EINVAL: neither, or 0, or more than 2^32-1 pages. */
int smmu3t_dma_length(struct smmu3t_dma *d, uint64_t bytes);
/* What FILL writes to an address, and VERIFY wants there. */
uint8_t smmu3t_master_pattern(uint32_t seed, uint64_t addr);

#endif
