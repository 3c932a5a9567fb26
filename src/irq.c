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

static void send_msi(struct smmu3 *s, enum smmu3_sec_sid sec, uint64_t addr, uint32_t data,
                     uint32_t error)
{
    struct smmu3_access acc = { .addr = addr & low_mask(s->oas), .pas = bank_pas(sec),
                                .kind = SMMU3_ACC_MSI, .sec_sid = sec };
    uint8_t buf[4];

    if (!has_msi(s, sec) || !addr) {
        return;
    }
    lock(&s->lock);
    acc.mpam = smmu3i_mpam_reg(s, sec, s->bank[sec].gmpam);
    unlock(&s->lock);
    store_le32(buf, data);
    if (s->host.write(s->ctx, &acc, buf, sizeof(buf)) != SMMU3_MEM_OK) {
        smmu3i_gerror_raise(s, sec, error);
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
    struct bank b;

    lock(&s->lock);
    b = s->bank[sec];
    unlock(&s->lock);
    if (irq == SMMU3_IRQ_EVENTQ) {
        send_msi(s, sec, b.eventq_irq_cfg0, b.eventq_irq_cfg1, GERROR_MSI_EVENTQ_ABT);
    } else if (irq == SMMU3_IRQ_GERROR) {
        send_msi(s, sec, b.gerror_irq_cfg0, b.gerror_irq_cfg1, GERROR_MSI_GERROR_ABT);
    }
    wire(s, sec, irq);
}

void smmu3i_irq_cmd_sync(struct smmu3 *s, enum smmu3_sec_sid sec, uint64_t msi_addr, uint32_t data)
{
    send_msi(s, sec, msi_addr, data, GERROR_MSI_CMDQ_ABT);
    wire(s, sec, SMMU3_IRQ_CMD_SYNC);
}
