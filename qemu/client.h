/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bus masters that talk to the SMMU itself rather than through QEMU's memory
 * core, which has no room for a StreamID of one's choice, a SubstreamID, the
 * kind of an access or a stall. All of it runs under the BQL.
 */
#ifndef SMMU3_QEMU_CLIENT_H
#define SMMU3_QEMU_CLIENT_H

#include "device.h"

typedef struct SMMU3Client SMMU3Client;

/* One that has one access at a time under way: a channel of a DMA engine. */
struct SMMU3Client {
    /*
     * The access that was answered with SMMU3_ST_STALL or SMMU3_ST_BUSY goes
     * on. Only to be noted: the SMMU may be in the middle of a command.
     */
    void (*resume)(SMMU3Client *c);

    SMMU3State *smmu; /* that holds its access, NULL: none does */
    uint8_t verdict;  /* enum smmu3_resume, on the access that was held */
    bool waits;       /* for another's stall to end: SMMU3_ST_BUSY */
    QLIST_ENTRY(SMMU3Client) next_waiting;
};

/*
 * smmu3_translate() for a client that holds no access. Says SMMU3_ST_STALL or
 * SMMU3_ST_BUSY if it waits for resume() from now on, or did: c->smmu tells.
 * If it did, it is to ask again, and hears what became of its access.
 */
enum smmu3_status smmu3q_client_translate(SMMU3Client *c, SMMU3State *s,
                                          struct smmu3_request *req,
                                          struct smmu3_result *res);
/* The client gives its access up, if it holds any: no resume() any more. */
void smmu3q_client_cancel(SMMU3Client *c);

/*
 * The access itself, behind the SMMU. Memory only; a device is called if
 * device_id, by which an ITS knows who writes, is not SMMU3_NO_DEVICES.
 */
#define SMMU3_NO_DEVICES (-1)
bool smmu3q_memory_access(SMMU3State *s, const struct smmu3_result *res,
                          void *buf, size_t len, bool write, int device_id);
/* An MSI of a client that holds no access: a write of its stream. False: it
 * was aborted. */
bool smmu3q_client_msi(SMMU3Client *c, SMMU3State *s,
                       struct smmu3_request *req, uint32_t data);
/* A word for whatever is there, an interrupt controller above all. */
bool smmu3q_msi_write(SMMU3State *s, const struct smmu3_result *res,
                      uint32_t device_id, uint32_t data);
/* Does an access of a device's registers come from an SMMU, as its MSI? */
bool smmu3q_is_own_msi(MemTxAttrs attrs);

#endif
