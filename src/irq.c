/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Interrupts, IHI0070G.b 3.18: every source has a wire, which pulses, and an
 * MSI that is sent where one is supported and its address is not 0.
 */
#include "internal.h"

static bool has_msi(const struct smmu3 *s, enum smmu3_sec_sid sec)
{
    return sec == SMMU3_SEC_SID_S ? ID(s, S_IDR0, MSI) : ID(s, IDR0, MSI);
}

/* What an IRQ_CFG0 to 2, or a CMD_SYNC, says of an MSI. */
struct msi {
    uint64_t addr;
    uint32_t data;
    unsigned memattr, sh;
    uint32_t error; /* of GERROR, if the write is aborted */
};

static void send_msi(struct smmu3 *s, enum smmu3_sec_sid sec, const struct msi *m)
{
    struct smmu3_access acc = { .addr = m->addr & low_mask(s->oas), .pas = bank_pas(sec),
                                .kind = SMMU3_ACC_MSI, .sec_sid = sec,
                                .attr = smmu3i_attr_msi(m->memattr, m->sh) };
    uint8_t buf[4];

    /* The test for 0 is on the whole field: 4.7.3. */
    if (!has_msi(s, sec) || !m->addr) {
        return;
    }
    lock(&s->lock);
    acc.mpam = smmu3i_mpam_reg(s, sec, s->bank[sec].gmpam);
    unlock(&s->lock);
    store_le32(buf, m->data);
    if (s->host.write(s->ctx, &acc, buf, sizeof(buf)) != SMMU3_MEM_OK) {
        smmu3i_gerror_raise(s, sec, m->error);
    }
}

static void wire(struct smmu3 *s, enum smmu3_sec_sid sec, enum smmu3_irq_kind irq)
{
    if (s->host.irq) {
        s->host.irq(s->ctx, sec, irq);
    }
}

void smmu3i_irq_pulse(struct smmu3 *s, enum smmu3_sec_sid sec, enum smmu3_irq_kind irq)
{
    struct bank *b = &s->bank[sec];
    struct msi m = { .addr = 0 };
    uint32_t cfg2 = 0;

    lock(&s->lock);
    if (irq == SMMU3_IRQ_EVENTQ) {
        m = (struct msi){ .addr = b->eventq_irq_cfg0, .data = b->eventq_irq_cfg1,
                          .error = GERROR_MSI_EVENTQ_ABT };
        cfg2 = b->eventq_irq_cfg2;
    } else if (irq == SMMU3_IRQ_GERROR) {
        m = (struct msi){ .addr = b->gerror_irq_cfg0, .data = b->gerror_irq_cfg1,
                          .error = GERROR_MSI_GERROR_ABT };
        cfg2 = b->gerror_irq_cfg2;
    }
    unlock(&s->lock);
    m.memattr = cfg2 & 15;
    m.sh = cfg2 >> 4 & 3;
    send_msi(s, sec, &m);
    wire(s, sec, irq);
}

void smmu3i_irq_cmd_sync(struct smmu3 *s, enum smmu3_sec_sid sec, const uint64_t cmd[2])
{
    struct msi m = { .addr = CMD_GET(cmd, MSIAddress) << 2,
                     .data = (uint32_t)CMD_GET(cmd, MSIData),
                     .memattr = (unsigned)CMD_GET(cmd, MSIAttr),
                     .sh = (unsigned)CMD_GET(cmd, MSH), .error = GERROR_MSI_CMDQ_ABT };

    send_msi(s, sec, &m);
    wire(s, sec, SMMU3_IRQ_CMD_SYNC);
}
