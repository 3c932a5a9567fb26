/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include <string.h>

#include "cpu.h"
#include "check.h"
#include "demo_ns.h"
#include "platform.h"
#include "print.h"
#include "trap.h"

extern const char ns_stub[], ns_stub_end[];

/* Where the stub leaves what it read */
enum { IDR1_ = 1, S_IDR1_, S_CR0ACK_, S_STRTAB_BASE_, S_CMDQ_PROD_ };

void demo_nonsecure(struct smmu *s)
{
    uint32_t cr0ack = smmu_s_cr0ack(s);
    uint64_t strtab = smmu_s_strtab_base(s);
    uint32_t prod = smmu_s_cmdq_prod(s);
    const uint64_t *seen = stub_answer;
    bool ok;

    memcpy((void *)NS_STUB_BASE, ns_stub, (size_t)(ns_stub_end - ns_stub));
    dsb();
    isb();
    lower_call(NS_STUB_BASE, cpu_lower_spsr(), s->base);

    ok = seen[IDR1_] == s->idr1 && !seen[S_IDR1_] && !seen[S_CR0ACK_] && !seen[S_STRTAB_BASE_] && !seen[S_CMDQ_PROD_];
    print("[secure] the Non-secure world (EL%u) reads IDR1 0x%lx, but S_IDR1 0x%lx, S_CR0ACK 0x%lx, S_STRTAB_BASE 0x%lx: %s\n",
          cpu_lower_el(), seen[IDR1_], seen[S_IDR1_], seen[S_CR0ACK_], seen[S_STRTAB_BASE_],
          ok ? "Secure registers read as zero" : "NOT all zero");
    check("ns_reads_zero", ok);

    ok = smmu_s_cr0ack(s) == cr0ack && smmu_s_strtab_base(s) == strtab && smmu_s_cmdq_prod(s) == prod;
    print("[secure] it wrote S_CR0, S_STRTAB_BASE and S_CMDQ_PROD: %s (S_CR0ACK 0x%x, S_STRTAB_BASE 0x%lx, S_CMDQ_PROD "
          "0x%x)\n", ok ? "ignored" : "NOT ignored", smmu_s_cr0ack(s), smmu_s_strtab_base(s), smmu_s_cmdq_prod(s));
    check("ns_writes_ignored", ok);
}
