/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Configuration invalidation, IHI0070G.b 4.3. */
#include "internal.h"

static void tell_host(struct smmu3 *s, enum smmu3_sec_sid sec, uint8_t op, uint32_t first,
                      uint32_t last)
{
    struct smmu3_inval inv = { .sec_sid = sec, .config = true, .opcode = op,
                               .stream_first = first, .stream_last = last, .all_addr = true,
                               .addr_last = UINT64_MAX };

    if (s->host.invalidate) {
        s->host.invalidate(s->ctx, &inv);
    }
}

static bool vms_supported(const struct smmu3 *s, enum smmu3_sec_sid sec)
{
    return ID(s, IDR0, S1P) && ID(s, IDR0, S2P) && smmu3i_mpam_usable(s, sec) &&
           (sec == SMMU3_SEC_SID_NS || ID(s, S_IDR1, SEL2));
}

enum smmu3_reason smmu3i_cmd_cfgi(struct smmu3 *s, enum smmu3_sec_sid queue, const uint64_t cmd[2])
{
    enum smmu3_sec_sid sec = queue == SMMU3_SEC_SID_S && !CMD_GET(cmd, SSec) ? SMMU3_SEC_SID_NS
                                                                             : queue;
    unsigned op = (unsigned)CMD_GET(cmd, Opcode);
    uint32_t sid = (uint32_t)CMD_GET(cmd, StreamID), last = sid, span;

    switch (op) {
    case CMD_CFGI_STE: /* L1STDs are not cached: Leaf makes no difference */
        smmu3i_cfg_invalidate_ste(s, sec, sid, sid);
        break;
    case CMD_CFGI_STE_RANGE:
        span = (uint32_t)low_mask((unsigned)CMD_GET(cmd, Range) + 1);
        sid &= ~span;
        last = sid | span;
        smmu3i_cfg_invalidate_ste(s, sec, sid, last);
        break;
    case CMD_CFGI_CD: /* nor are L1CDs */
        smmu3i_cfg_invalidate_cd(s, sec, sid, (uint32_t)CMD_GET(cmd, SubstreamID));
        break;
    case CMD_CFGI_CD_ALL:
        smmu3i_cfg_invalidate_cd_all(s, sec, sid);
        break;
    case CMD_CFGI_VMS_PIDM: /* the map is cached with the STE, never by VMID */
        return vms_supported(s, sec) ? SMMU3_R_NONE : SMMU3_R_CMD_OPCODE;
    default:
        return SMMU3_R_CMD_OPCODE;
    }
    tell_host(s, sec, (uint8_t)op, sid, last);
    return SMMU3_R_NONE;
}
