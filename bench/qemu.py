#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""What DMA through the SMMU costs in QEMU: CPU time of its main thread, ours and stock in one run.

No guest: qtest drives an NVMe controller whose disk is null-co, which moves no data. A read of 2 MiB is 512 pages of
PRP list, hence 512 translations; what is left is the device model and the SMMU. Invalidations: one write of CMDQ_PROD
for a whole queue of commands. Each figure is the median of several samples, ours and stock taking turns.
"""
import argparse
import csv
import statistics
import struct
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests/qemu"))
from qtest import BAR0, ECAM, Qtest  # noqa: E402

SMMU = 0x09050000
CR0, CR0ACK, STRTAB_BASE, STRTAB_BASE_CFG = 0x20, 0x24, 0x80, 0x88
CMDQ_BASE, CMDQ_PROD, CMDQ_CONS, EVENTQ_BASE, EVENTQ_PROD = 0x90, 0x98, 0x9c, 0xa0, 0x100a8
SID = 0x18   # 00:03.0
CMDQ_LOG2 = 12

# Memory, 0x40000000 and up; all of it is mapped 1:1 at stage 2 and, for the NVMe's own queues, at stage 1.
MEM = 0x40000000
STRTAB, CD, S1_L1, S1_L2, S2_L1, EVENTQ = (MEM + 0x10000 * n for n in range(1, 7))
CMDQ = MEM + 0x80000
ASQ, ACQ, SQ, CQ = MEM + 0x200000, MEM + 0x201000, MEM + 0x210000, MEM + 0x240000
PRPS = MEM + 0x1000000   # a page of PRPs for each command of a batch
S1_L3 = MEM + 0x3000000  # pages of tables, one for 2 MiB
DATA = MEM + 0x8000000   # what all IOVAs end at
IOVA = 0x100000000       # 4 GiB: their own tables

BATCH = 256              # reads of 2 MiB under way at once
PAGES = BATCH * 512
S1_LEAF, S2_LEAF = 1 << 11 | 1 << 10 | 3 << 8 | 1 << 6, 1 << 10 | 3 << 8 | 3 << 6 | 0xf << 2


def cpu_ns(pid):
    """Of the main thread alone: that is where QEMU's NVMe works."""
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0])


class Nvme:
    """As much of a driver as a benchmark needs: one queue, reads, no interrupts."""

    DEPTH = 1024

    def __init__(self, qtest, addresses=lambda a: a):
        self.q, config = qtest, ECAM + (3 << 15)
        qtest.writel(config + 0x10, BAR0)
        qtest.writel(config + 0x14, 0)
        qtest.writel(config + 0x04, 0x0006)
        self.tail, self.done, self.admin_tail = 0, 0, 0
        qtest.writel(BAR0 + 0x24, 63 << 16 | 63)   # AQA
        qtest.writeq(BAR0 + 0x28, addresses(ASQ))
        qtest.writeq(BAR0 + 0x30, addresses(ACQ))
        qtest.writel(BAR0 + 0x14, 4 << 20 | 6 << 16 | 1)   # CC: 64 and 16 bytes an entry, on
        assert qtest.readl(BAR0 + 0x1c) & 3 == 1, "the NVMe controller does not become ready"
        self.admin(0x05, addresses(CQ), (self.DEPTH - 1) << 16 | 1, 1)
        self.admin(0x01, addresses(SQ), (self.DEPTH - 1) << 16 | 1, 1 << 16 | 1)

    def admin(self, opcode, prp, dw10, dw11):
        self.q.write(ASQ + 64 * self.admin_tail, struct.pack("<IIQQQQIIQQ", opcode, 0, 0, 0, prp, 0,
                    dw10, dw11, 0, 0))
        self.admin_tail += 1
        self.q.writel(BAR0 + 0x1000, self.admin_tail)
        for _ in range(1000):
            status = self.q.readl(ACQ + 16 * (self.admin_tail - 1) + 12) >> 16
            if status & 1:
                assert status >> 1 == 0, f"admin command {opcode:#x} failed: {status >> 1:#x}"
                return
        raise AssertionError(f"admin command {opcode:#x} does not end")

    def queue(self, entries):
        for entry in entries:
            self.q.write(SQ + 64 * self.tail, entry)
            self.tail = (self.tail + 1) % self.DEPTH

    def ring(self):
        self.q.writel(BAR0 + 0x1008, self.tail)

    def wait(self, n):
        """Until n more have ended; looks seldom, because that costs the same thread."""
        last = self.done + n - 1
        phase = 1 - (last // self.DEPTH) % 2
        end = time.monotonic() + 60
        while self.q.readl(CQ + 16 * (last % self.DEPTH) + 12) >> 16 & 1 != phase:
            assert time.monotonic() < end, "reads do not end"
            time.sleep(0.01)
        status = self.q.readl(CQ + 16 * (last % self.DEPTH) + 12) >> 17
        assert status == 0, f"a read failed: {status:#x}"
        self.done += n
        self.q.writel(BAR0 + 0x100c, self.done % self.DEPTH)


class Machine(Qtest):
    """mode: none (no SMMU), disabled, bypass, s1, nested."""

    def __init__(self, binary, mode, block=False):
        machine = "virt" if mode == "none" else "virt,iommu=smmuv3"
        stage = ["-global", "arm-smmuv3.stage=nested"] if mode == "nested" else []
        super().__init__(binary, "-blockdev", "null-co,node-name=null,size=1099511627776,read-zeroes=off", "-device",
                         "nvme,drive=null,serial=smmu3,addr=03.0,mdts=9", *stage, machine=machine)
        self.mode, self.block, self.produced, self.mapped = mode, block, 0, 0
        if mode not in ("none", "disabled"):
            self.smmu()
        self.nvme = Nvme(self)

    # The SMMU

    def smmu(self):
        translated = self.mode in ("s1", "nested")
        config = {"bypass": 0b100, "s1": 0b101, "nested": 0b111}[self.mode]
        s2 = 7 | 25 << 32 | 1 << 38 | 1 << 40 | 1 << 42 | 3 << 44 | 4 << 48 | 1 << 51 | 1 << 58
        nested = self.mode == "nested"
        self.words(STRTAB + 64 * SID, 1 | config << 1 | (CD if translated else 0), 1 << 2 | 1 << 4 | 3 << 6 | 1 << 44,
                   s2 if nested else 0, S2_L1 if nested else 0)
        self.words(CD, 16 | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 30 | 1 << 31 | 4 << 32 | 1 << 41 | 7 << 45 | 1 << 48,
                   S1_L1, 0, 0xff)
        # Stage 1: four levels. The NVMe's queues and PRP lists by blocks of 1 GiB and 2 MiB, data by pages.
        l0, l1 = S1_L1, S1_L1 + 0x1000
        self.words(l0, l1 | 3)
        self.words(l1 + 8, MEM | S1_LEAF | 1)                      # 1 GiB at 1 GiB
        for i in range(4):
            self.words(l1 + 8 * (4 + i), S1_L2 + 0x1000 * i | 3)   # 4 GiB and up
        # Stage 2: all of memory in blocks of 2 MiB
        self.words(S2_L1 + 8, S2_L1 + 0x1000 | 3)
        self.words(S2_L1 + 0x1000, *(MEM + 0x200000 * i | S2_LEAF | 1 for i in range(512)))
        for offset, value in ((STRTAB_BASE, STRTAB), (CMDQ_BASE, CMDQ | CMDQ_LOG2), (EVENTQ_BASE, EVENTQ | 7)):
            self.writeq(SMMU + offset, value)
        self.writel(SMMU + STRTAB_BASE_CFG, 8)
        for cr0 in (0x8, 0xc, 0xd):
            self.writel(SMMU + CR0, cr0)
            assert self.readl(SMMU + CR0ACK) == cr0, "the SMMU does not become enabled"

    def map(self, pages):
        """So many pages from IOVA on; all of them of the same 2 MiB of memory."""
        if self.mode not in ("s1", "nested") or pages <= self.mapped:
            return
        leaves = [DATA + 0x1000 * i | S1_LEAF | 3 for i in range(512)]
        for n in range(self.mapped // 512, (pages + 511) // 512):
            if self.block:
                self.words(S1_L2 + 8 * n, DATA | S1_LEAF | 1)
                continue
            self.words(S1_L3 + 0x1000 * n, *leaves)
            self.words(S1_L2 + 8 * n, S1_L3 + 0x1000 * n | 3)
        self.mapped = pages

    def commands(self, words):
        """CPU ns for each of a queue full of this command."""
        n = (1 << CMDQ_LOG2) - 1
        ring = struct.pack("<QQ", *words) * (1 << CMDQ_LOG2)
        for at in range(0, len(ring), 0x4000):
            self.write(CMDQ + at, ring[at:at + 0x4000])
        self.produced = (self.produced + n) % (2 << CMDQ_LOG2)
        start = cpu_ns(self.process.pid)
        self.writel(SMMU + CMDQ_PROD, self.produced)
        spent = cpu_ns(self.process.pid) - start
        assert self.readl(SMMU + CMDQ_CONS) == self.produced, "the commands were not consumed"
        return spent / n

    # DMA

    def prepare(self, pages):
        """Submission entries of a batch of reads that walk over so many pages, in order."""
        self.map(pages)
        base = IOVA if self.mode in ("s1", "nested") else DATA
        span = pages if self.mode in ("s1", "nested") else min(pages, 512)
        self.at = 0

        def batch():
            entries = []
            for n in range(BATCH):
                addresses = [base + 0x1000 * ((self.at + i) % span) for i in range(512)]
                self.at = (self.at + 512) % span
                if span > 512 or self.fresh:
                    self.words(PRPS + 0x1000 * n, *addresses[1:])
                entries.append(struct.pack("<IIQQQQQIIQ", 2 | n << 16, 1, 0, 0, addresses[0], PRPS + 0x1000 * n, 0,
                                           4095, 0, 0))
            self.fresh = False
            return entries
        self.fresh = True
        return batch

    def dma(self, batch):
        """CPU ns for a page, over one batch."""
        self.nvme.queue(batch())
        start = cpu_ns(self.process.pid)
        self.nvme.ring()
        self.nvme.wait(BATCH)
        return (cpu_ns(self.process.pid) - start) / PAGES

    def check(self):
        if self.mode not in ("none", "disabled"):
            assert self.readl(SMMU + EVENTQ_PROD) == 0, "the SMMU recorded a fault"


def interleaved(machines, sample, n, warm=1):
    """Medians of n samples each, the machines taking turns; the first ones only warm up."""
    got = {name: [] for name in machines}
    for i in range(warm + n):
        for name, machine in machines.items():
            value = sample(machine)
            if i >= warm:
                got[name].append(value)
    return {name: statistics.median(values) for name, values in got.items()}


class Report:
    def __init__(self, path):
        self.file = open(path, "w", newline="", encoding="ascii") if path else None
        self.csv = csv.writer(self.file) if path else None
        self.row("what", "pages", "ours", "stock", "budget", head=True)

    def row(self, what, size, ours, stock, budget="", head=False):
        if self.csv:
            fmt = (lambda v: v) if head else (lambda v: f"{v:.1f}" if isinstance(v, float) else v)
            self.csv.writerow([what, size, fmt(ours), fmt(stock), budget])
            self.file.flush()
        if head:
            print(f"  {'':44} {'pages':>8} {'ours':>8} {'stock':>8} {'ratio':>6}  budget")
        else:
            print(f"  {what:44} {size:>8} {ours:8.1f} {stock:8.1f} {ours / stock:6.2f}  {budget}", flush=True)


def measure_dma(binaries, samples, report, largest):
    cases = [("no SMMU", "none", [512], False, ""), ("SMMU there, SMMUEN=0", "disabled", [512], False, ""),
             ("STE bypass", "bypass", [512], False, ""), ("stage 1, one block of 2 MiB", "s1", [512], True, ""),
             ("stage 1", "s1", [1, 128, 512, 4096, 32768, 262144, 1048576], False, 95),
             ("nested", "nested", [1, 128, 512, 4096, 32768, 262144], False, 95)]
    for what, mode, sizes, block, budget in cases:
        machines = {name: Machine(path, mode, block) for name, path in binaries.items()}
        try:
            for pages in [s for s in sizes if s <= largest]:
                batches = {m: m.prepare(pages) for m in machines.values()}
                # Cold pages are seen once: the warm-up goes over all of them.
                got = interleaved(machines, lambda m: m.dma(batches[m]), samples if pages <= 4096 else 3,  # noqa: B023
                                  max(1, pages // PAGES))
                wanted = budget if pages <= 128 or not budget else {"s1": 200, "nested": 400}[mode]
                report.row(what, pages, got["ours"], got["stock"], wanted)
            for machine in machines.values():
                machine.check()
        finally:
            for machine in machines.values():
                machine.remove()


COMMANDS = [
    ("CMD_SYNC", (0x46, 0)),
    ("CMD_CFGI_STE of another stream", (0x03 | 0x77 << 32, 1)),
    ("CMD_TLBI_NH_VA with TTL and TG", (0x12 | 1 << 48, 0x7000000000 | 1 << 10 | 3 << 8 | 1)),
    ("CMD_TLBI_NH_VA", (0x12 | 1 << 48, 0x7000000000 | 1)),
    ("CMD_TLBI_NH_VA, 512 pages", (0x12 | 1 << 48 | 31 << 12 | 4 << 20, 0x7000000000 | 1 << 10 | 3 << 8 | 1)),
    ("CMD_TLBI_NH_ASID", (0x11 | 2 << 48, 0)),
]


def measure_commands(binaries, samples, report):
    for mode in ("s1", "nested"):
        machines = {name: Machine(path, mode) for name, path in binaries.items()}
        try:
            for machine in machines.values():
                batch = machine.prepare(200)   # so many translations are there
                machine.dma(batch)
            for what, words in COMMANDS:
                got = interleaved(machines, lambda m: m.commands(words), samples)  # noqa: B023
                report.row(f"{what} ({mode})", 200, got["ours"], got["stock"],
                           round(got["stock"] / 10) if "TLBI" in what else "")
        finally:
            for machine in machines.values():
                machine.remove()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("ours")
    p.add_argument("stock")
    p.add_argument("--csv", help="also write the figures to FILE", metavar="FILE")
    p.add_argument("--samples", type=int, default=7, help="of each figure (7)")
    p.add_argument("--largest", type=int, default=1048576, help="pages of the largest working set (1048576)")
    p.add_argument("--only", choices=["dma", "commands"])
    args = p.parse_args()
    binaries = {"ours": args.ours, "stock": args.stock}
    report = Report(args.csv)
    if args.only != "commands":
        measure_dma(binaries, args.samples, report, args.largest)
    if args.only != "dma":
        measure_commands(binaries, args.samples, report)


if __name__ == "__main__":
    main()
