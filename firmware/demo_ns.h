/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#ifndef FW_DEMO_NS_H
#define FW_DEMO_NS_H

#include "smmu.h"

/* Let the Non-secure world try to read and write the Secure interface (ns_stub.S), and look what came of it. */
void demo_nonsecure(struct smmu *s);

#endif
