/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Migration. The library's snapshot is the state of the SMMU; this wraps it up
 * for QEMU, together with the Security states of devices, which may have
 * changed since the command line. The name is not that of QEMU's own model: a
 * stream of the one is refused by the other instead of misread.
 */
#include "qemu/osdep.h"
#include "device.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/error-report.h"

/* More than any snapshot is: no allocation of what a broken stream asks. */
#define MAX_BYTES (1u << 20)

static void drop_buffers(SMMU3State *s)
{
    g_clear_pointer(&s->snapshot, g_free);
    g_clear_pointer(&s->sec_sids, g_free);
}

static int pre_save(void *opaque)
{
    SMMU3State *s = opaque;
    int err;

    drop_buffers(s);
    s->snapshot_size = smmu3_save_size(s->lib);
    s->snapshot = g_malloc(s->snapshot_size);
    err = smmu3_save(s->lib, s->snapshot, s->snapshot_size);
    if (err) {
        error_report(TYPE_ARM_SMMUV3 ": cannot be saved: %s",
                     smmu3_strerror(err));
        return -EINVAL;
    }
    s->sec_sids = smmu3q_sec_sid_save();
    s->sec_sids_size = strlen(s->sec_sids) + 1;
    return 0;
}

static SMMU3Q_POST_SAVE_RESULT post_save(void *opaque)
{
    drop_buffers(opaque);
    return SMMU3Q_POST_SAVE_DONE;
}

static int pre_load(void *opaque)
{
    drop_buffers(opaque);
    return 0;
}

static bool sizes_are_sane(void *opaque, int version_id)
{
    SMMU3State *s = opaque;

    return s->snapshot_size > 0 && s->snapshot_size <= MAX_BYTES &&
           s->sec_sids_size > 0 && s->sec_sids_size <= MAX_BYTES;
}

static int post_load(void *opaque, int version_id)
{
    SMMU3State *s = opaque;
    Error *error = NULL;
    int err = smmu3_load(s->lib, s->snapshot, s->snapshot_size);

    if (err == SMMU3_EMISMATCH) {
        error_report(TYPE_ARM_SMMUV3 ": ID registers differ: start the "
                     "destination with the same " TYPE_ARM_SMMUV3
                     " properties");
    } else if (err) {
        error_report(TYPE_ARM_SMMUV3 ": cannot be loaded: %s",
                     smmu3_strerror(err));
    } else if (s->sec_sids[s->sec_sids_size - 1] ||
               !smmu3q_sec_sid_load(s->sec_sids, &error)) {
        err = SMMU3_EFORMAT;
        if (error) {
            error_report_err(error);
        } else {
            error_report(TYPE_ARM_SMMUV3 ": the list of sec-sid is broken");
        }
    }
    drop_buffers(s);
    if (s->record) {
        smmu3q_record_state(s);
    }
    smmu3q_new_epoch(s);
    smmu3q_unmap_all(s);
    return err ? -EINVAL : 0;
}

const VMStateDescription smmu3q_vmstate = {
    .name = "libsmmu3",
    .version_id = 1,
    .minimum_version_id = 1,
    .priority = MIG_PRI_IOMMU,
    .pre_save = pre_save,
    .post_save = post_save,
    .pre_load = pre_load,
    .post_load = post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(snapshot_size, SMMU3State),
        VMSTATE_UINT32(sec_sids_size, SMMU3State),
        VMSTATE_VALIDATE("sizes of the SMMU's state", sizes_are_sane),
        VMSTATE_VBUFFER_ALLOC_UINT32(snapshot, SMMU3State, 1, NULL,
                                     snapshot_size),
        VMSTATE_VBUFFER_ALLOC_UINT32(sec_sids, SMMU3State, 1, NULL,
                                     sec_sids_size),
        VMSTATE_END_OF_LIST()
    }
};
