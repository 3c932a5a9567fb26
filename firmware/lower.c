/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "dt.h"
#include "lower.h"
#include "options.h"
#include "power.h"
#include "print.h"
#include "suite.h"

void lower_main(unsigned int el)
{
    uart_init();
    if (!dt_init()) {
        power_exit(1);
    }
    if (!option("suite")) {
        print("[el%u] this firmware must start at EL3: add secure=on to -M virt. (Only the conformance suite runs at EL%u: "
              "-fw_cfg name=opt/org.smmu3/options,string=suite)\n", el, el);
        power_exit(1);
    }
    print("\n[el%u] smmu3 firmware at EL%u: no Secure state\n", el, el);
    power_exit(suite_run(false));
}

void lower_trap(uint64_t kind, uint64_t elr, uint64_t esr, uint64_t far)
{
    print("\n[el%u] unexpected exception, vector %lu: ESR 0x%lx (EC 0x%02lx) ELR 0x%lx FAR 0x%lx\nFW exception=fail\n",
          power_el(), kind, esr, FIELD(esr, 26, 6), elr, far);
    power_exit(1);
}
