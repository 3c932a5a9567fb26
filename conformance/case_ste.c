/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* STE.V and Config: IHI0070G.b 5.2. */
#include "conf.h"

static void ste_config(struct conf *c)
{
    static const struct conf_event bad_ste = { .number = EVT_C_BAD_STE };

    for (unsigned sec = DUT_NS; sec < DUT_NUM_SEC; sec++) {
        const struct conf_need need[CONF_NEEDS] = { sec ? (struct conf_need)CAN(SECURE)
                                                        : (struct conf_need){ 0 },
                                                    sec ? (struct conf_need)NEED(S_IDR1, SECURE_IMPL, IS, 1)
                                                        : (struct conf_need){ 0 } };
        const char *who = sec ? "Secure " : "";

        for (unsigned config = 0; config < 4; config++) {
            if (conf_row(c, RULE_STE_CONFIG_ABORT, CONF_ILLEGAL, need, "%sConfig=%u", who, config)) {
                struct conf_stream st = { .sec = (enum dut_sec)sec };

                conf_start(c, st.sec);
                if (conf_stream(c, &st)) {
                    STE_PUT(st.ste.w, Config, config);
                    conf_stream_update(&st);
                    conf_aborts(c, &(struct dut_dma){ .sec_sid = st.sec, .stream_id = st.sid });
                }
            }
        }
        for (unsigned v = 0; v < 2; v++) {
            if (conf_row(c, RULE_STE_V, v ? CONF_LEGAL : CONF_ILLEGAL, need, "%sV=%u", who, v)) {
                struct conf_stream st = { .sec = (enum dut_sec)sec };
                struct dut_dma dma;
                uint64_t to;

                conf_start(c, st.sec);
                to = conf_target(c, sec ? DUT_PAS_S : DUT_PAS_NS);
                if (conf_stream(c, &st)) {
                    STE_PUT(st.ste.w, V, v);
                    conf_stream_update(&st);
                    dma = conf_access(&st, to, 0);
                    if (v) {
                        conf_reaches(c, &dma, sec ? DUT_PAS_S : DUT_PAS_NS, to);
                    } else {
                        conf_faults(c, &dma, &bad_ste);
                    }
                }
            }
        }
    }
}

const struct conf_case case_ste_config = { "ste/config", { { 0 } }, ste_config };
