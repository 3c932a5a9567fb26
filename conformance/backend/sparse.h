/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Memory of any address in any address space; pages come with the first write.
 * One access at a time: any thread may make it. */
#ifndef SMMU3_CONFORMANCE_SPARSE_H
#define SMMU3_CONFORMANCE_SPARSE_H

#include <stddef.h>
#include <stdint.h>

struct sparse;

/* NULL: no memory. */
struct sparse *sparse_new(void);
void sparse_free(struct sparse *s);
/* What was never written reads as zeros. */
void sparse_read(struct sparse *s, unsigned pas, uint64_t addr, void *buf, size_t len);
/* Ends the process when the host is out of memory. */
void sparse_write(struct sparse *s, unsigned pas, uint64_t addr, const void *buf, size_t len);
void sparse_zero(struct sparse *s, unsigned pas, uint64_t addr, size_t len);

#endif
