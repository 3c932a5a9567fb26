/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "ffa.h"

/* Function IDs, DEN0077A 4.1 (SMC32) */
#define FFA_ERROR 0x84000060u
#define FFA_MSG_WAIT 0x8400006bu
#define FFA_MSG_SEND_DIRECT_REQ 0x8400006fu
#define FFA_MSG_SEND_DIRECT_RESP 0x84000070u

#define NOT_SUPPORTED 0xffffffffu       /* -1, as 32 bits */
#define ABORTED 0xfffffff8u             /* -8 */
#define VERSION_1_1 0x00010001u
#define SUCCESS 0u

/* Framework messages between dispatcher and SPMC: bit 31 of w2, and a number. */
#define FRAMEWORK BIT(31)
#define MESSAGE_MASK 0xffu
#define MSG_PSCI_REQUEST 0u
#define MSG_PSCI_RESPONSE 2u
#define MSG_VERSION_REQUEST 8u
#define MSG_VERSION_RESPONSE 9u

static void answer(struct ffa_args *a, uint32_t type, uint32_t value)
{
    uint64_t ids = a->x[1];

    *a = (struct ffa_args){{FFA_MSG_SEND_DIRECT_RESP, (ids & 0xffff) << 16 | FIELD(ids, 16, 16), FRAMEWORK | type, value}};
}

static void refuse(struct ffa_args *a)
{
    *a = (struct ffa_args){{FFA_ERROR, 0, NOT_SUPPORTED}};
}

void ffa_serve(void)
{
    struct ffa_args a = {{FFA_MSG_WAIT}};

    for (;;) {
        ffa_call(&a);
        if ((uint32_t)a.x[0] != FFA_MSG_SEND_DIRECT_REQ || !(a.x[2] & FRAMEWORK)) {
            refuse(&a);
            continue;
        }
        switch (a.x[2] & MESSAGE_MASK) {
        case MSG_PSCI_REQUEST:
            answer(&a, MSG_PSCI_RESPONSE, SUCCESS);
            break;
        case MSG_VERSION_REQUEST:
            answer(&a, MSG_VERSION_RESPONSE, VERSION_1_1);
            break;
        default:
            refuse(&a);
        }
    }
}

void ffa_fail(void)
{
    struct ffa_args a = {{FFA_ERROR, 0, ABORTED}};

    for (;;) {
        ffa_call(&a);
        refuse(&a);
    }
}
