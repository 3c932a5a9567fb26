#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""What the SMMU costs a real guest: CPU time of QEMU for each read that fio does under Linux.

Machines without an SMMU, with it and strict invalidation, with it and lazy invalidation, each of ours and of stock; an
NVMe whose disk is null-co. In all of them fio does the same random reads, and they take turns of a tenth of a second:
all others stand still meanwhile. A turn's figure is what the clocks of QEMU's threads say, divided by the reads that
its NVMe has done; a boot's figure is the median of its turns. Where code and data come to lie in a guest makes some
percent, so all are started several times, and the result is the median of the boots. Without an SMMU ours and stock
are the same code: what they differ by is what cannot be measured here, and "off" is the mean of both. Before all that
some reads are traced: each must have gone through the SMMU.
"""
import argparse
import contextlib
import csv
import json
import os
import re
import shutil
import stat
import sys
import tempfile
import time
from collections import namedtuple
from operator import sub, truediv
from pathlib import Path
from statistics import mean, median

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests/qemu"), str(ROOT / "scripts/guest")]
from initramfs import Cpio  # noqa: E402
from machine import Machine, QmpError, linux  # noqa: E402

Case = namedtuple("Case", "name text kib depth")
CASES = [Case("one", "4 KiB, one at a time", 4, 1), Case("many", "4 KiB, 32 at a time", 4, 32),
         Case("large", "128 KiB, 8 at a time", 128, 8)]
CHECKED = 256            # reads that are traced
TURN = 0.1               # seconds

Mode = namedtuple("Mode", "machine words domain")   # the last: what Linux then says of the NVMe's IOMMU group
MODES = {"off": Mode("virt", "", "none"),
         "strict": Mode("virt,iommu=smmuv3", "iommu.strict=1", "DMA"),
         "lazy": Mode("virt,iommu=smmuv3", "iommu.strict=0", "DMA-FQ")}
TRACE = ["smmuv3_translate_*", "smmuv3_cmdq_opcode", "smmuv3_*_mmio"]
NVME_SID = 0x10   # 00:02.0
Clocks = namedtuple("Clocks", "total cpu main")   # ns; the guest's CPU, with the SMMU's registers; the devices' thread


def say(text):
    print(f"smmu3: {text}", flush=True)


@contextlib.contextmanager
def blamed(name, mode, machine):
    """What goes wrong in here is that machine's."""
    try:
        yield
    except (AssertionError, QmpError, OSError) as e:
        if isinstance(e, OSError) and machine.process.poll() is not None:
            e = f"QEMU has ended ({machine.process.returncode})"
        sys.exit(f"{machine.story()}\nsmmu3: error: {name}, {mode}: {e}")


def job_file(rounds, warm):
    """For fio. Before and after each job it stops the machine; a job lasts longer than all turns of it together."""
    text = ("[global]\nfilename=/dev/nvme0n1\nioengine=io_uring\ndirect=1\nrw=randread\nnorandommap\nthread\n"
            "stonewall\nexec_prerun=devmem $MARK 8 1\nexec_postrun=devmem $MARK 8 1\n"
            f"[check]\nbs=4k\nnumber_ios={CHECKED}\n")
    ms = round(1000 * (1 + warm + 2 * rounds * TURN))
    return text + "".join(f"[{case.name}]\nbs={case.kib}k\niodepth={case.depth}\ntime_based\nruntime={ms}ms\n"
                          for case in CASES)


def with_file(initrd, path, name, text):
    """That initramfs and one more file, as an archive behind it."""
    shutil.copyfile(initrd, path)
    with open(path, "ab") as out:
        cpio = Cpio(out)
        cpio.add(name, stat.S_IFREG | 0o644, text.encode())
        cpio.end()


class Guest(Machine):
    """One machine, which stands still but for its turns."""

    def __init__(self, binary, mode, guest, append):
        self.mode = MODES[mode]
        super().__init__(binary, "-M", self.mode.machine, "-accel", "tcg", "-nic", "none", "-action", "panic=pause",
                         "-blockdev", "null-co,node-name=null,size=1099511627776,read-zeroes=on",
                         "-device", "nvme,drive=null,serial=null,addr=02.0", "-device", "pvpanic-pci,addr=03.0",
                         *linux(guest, "nokaslr norandmaps smmu3.test=fio", self.mode.words, append),
                         trace=[] if mode == "off" else TRACE)
        self.qmp.sock.settimeout(300)   # for one job, on a busy machine
        self.cpu = self.qmp("query-cpus-fast")[0]["thread-id"]

    def run_to_mark(self, resume=True):
        if resume:
            self.qmp("cont")
        try:
            while line := self.qmp.file.readline():
                if json.loads(line).get("event") == "STOP":
                    return
        except TimeoutError:
            raise AssertionError("the guest has made no mark for 300 s") from None
        raise AssertionError(f"QEMU ended before the guest's next mark: {self.reports('problem')}")

    def clocks(self):
        tasks = Path(f"/proc/{self.process.pid}/task")
        ns = {int(t.name): int((t / "schedstat").read_text().split()[0]) for t in tasks.iterdir()}
        return Clocks(sum(ns.values()), ns[self.cpu], ns[self.process.pid])

    def pin(self):
        """All threads to one CPU: what a wake-up costs otherwise depends on what the other CPUs do."""
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), {max(os.sched_getaffinity(0))})

    def reads(self):
        (nvme,) = (device["stats"] for device in self.qmp("query-blockstats") if device.get("qdev"))
        assert nvme["failed_rd_operations"] == 0, "a read of the NVMe failed"
        return nvme["rd_operations"]

    def turn(self, seconds):
        """CPU time for a read while it runs so long, in µs."""
        reads, before = self.reads(), self.clocks()
        self.qmp("cont")
        time.sleep(seconds)
        self.qmp("stop")
        after, reads = self.clocks(), self.reads() - reads
        assert self.qmp("query-status")["status"] == "paused", "fio's job ended too early"
        assert reads, f"the NVMe has read nothing for {seconds} s"
        return Clocks(*((b - a) / reads / 1000 for a, b in zip(before, after)))

    def check(self):
        """At the mark before the first job, whose reads are traced. Returns what the SMMU did for each."""
        self.run_to_mark(resume=False)
        (fio,) = self.reports("fio")
        assert fio["domain"] == self.mode.domain, \
            f"Linux has put the NVMe into a domain {fio['domain']}, not {self.mode.domain}"
        reads, before = self.reads(), len(self.trace_lines())
        self.run_to_mark()
        reads = self.reads() - reads
        assert reads == CHECKED, f"{reads} reads arrived, not {CHECKED}"
        if self.mode.domain == "none":
            return "no SMMU"
        lines = self.trace_lines()[before:]
        accesses = [line for line in lines if line.startswith("smmuv3_translate_")]
        found = [re.search(r"_success .* sid=(0x[0-9a-f]+) iova=(0x[0-9a-f]+) translated=(0x[0-9a-f]+)", line)
                 for line in accesses]
        translated = [m for m in found if m and int(m[1], 16) == NVME_SID and m[2] != m[3]]
        # Of each read at least the command, the data and the completion
        assert len(translated) >= 3 * CHECKED and all(found), \
            f"for {CHECKED} reads {len(translated)} accesses were translated, {found.count(None)} were not"
        for pattern in TRACE:
            self.qmp("trace-event-set-state", name=pattern, enable=False)
        commands, registers = (sum(bool(re.match(r, line)) for line in lines) / CHECKED
                               for r in ("smmuv3_cmdq_opcode", "smmuv3_(read|write)_mmio"))
        return f"for a read of 4 KiB {len(found) / CHECKED:.1f} accesses are translated; {commands:.1f} commands, " \
               f"{registers:.1f} accesses to registers"

    def finish(self):
        """What fio says of its jobs, and Linux of the SMMU's events."""
        self.qmp("cont")
        self.wait_done()
        jobs = {r["name"]: r for r in self.reports("job")}
        assert set(jobs) == {"check", *(case.name for case in CASES)}, f"fio has reported of {', '.join(jobs)} only"
        for name, job in jobs.items():
            assert job["error"] == "0", f"fio's job {name} ended with error {job['error']}"
        assert jobs["check"]["kib"] == str(4 * CHECKED), f"fio has read {jobs['check']['kib']} KiB of {4 * CHECKED}"
        assert self.reports("events") == [{"n": "0"}], f"the SMMU recorded faults: {self.reports('events')}"


def measure(guests, rounds, warm):
    """{(qemu, mode, case): [Clocks of each round]}"""
    found = {}
    for case in CASES:
        for n in range(-1, rounds):
            for name, guest in guests.items():
                with blamed(*name, guest):
                    if n < 0:
                        guest.run_to_mark()
                    clocks = guest.turn(TURN if n >= 0 else warm)
                    if n >= 0:
                        found.setdefault((*name, case), []).append(clocks)
        # The rest of the job, in all of them at once: what is left is time, not work.
        for guest in guests.values():
            guest.qmp("cont")
        for name, guest in guests.items():
            with blamed(*name, guest):
                guest.run_to_mark(resume=False)
    return found


def boot(binaries, modes, files, append, first, *how):
    """One start of all machines, measured."""
    guests = {}
    try:
        both = [(name, mode) for mode in modes for name in binaries]
        for two in (both[i:i + 2] for i in range(0, len(both), 2)):   # Linux starts in two at a time
            guests.update({(name, mode): Guest(binaries[name], mode, files, append) for name, mode in two})
            for name, mode in two:
                with blamed(name, mode, guests[name, mode]):
                    did = guests[name, mode].check()
                    if first:
                        say(f"{name}, {mode}: {did}")
        for guest in guests.values():
            guest.pin()
        found = measure(guests, *how)
        for (name, mode), guest in guests.items():
            with blamed(name, mode, guest):
                guest.finish()
        return found
    finally:
        for guest in guests.values():
            guest.remove()


def report(boots, names, modes, path):
    rows = [("reads", "mode", "qemu", "us", "us-guest-cpu", "us-main-thread", "us-more-than-off", "deviation-of-that",
             "times-off", "times-stock")]
    both = "stock" in names

    def per_boot(name, mode, case, of=lambda clocks: clocks.total):
        return [median(map(of, found[name, mode, case])) for found in boots]

    def off(case):
        return list(map(mean, zip(*(per_boot(name, "off", case) for name in names))))

    print("  CPU time of QEMU for each read, µs; cpu: the guest's CPU and the SMMU's registers; main: devices and DMA\n"
          f"  {'':10}" + "".join(f"{name:^47}" for name in names) + "ours/stock" * both + "\n"
          f"  {'':10}" + f"{'all':>8}{'cpu':>8}{'main':>8}{'adds':>14}{'x off':>7}  " * len(names) +
          f"{'all':>5}{'adds':>6}" * both)
    for case in CASES:
        print(f"  {case.text}")
        for mode in modes:
            line, adds = f"    {mode:8}", {}
            if both:
                times_stock = median(map(truediv, *(per_boot(name, mode, case) for name in ("ours", "stock"))))
            for name in names:
                clocks = [median(per_boot(name, mode, case, lambda c, n=n: c[n])) for n in range(3)]
                more = list(map(sub, per_boot(name, mode, case), off(case)))
                adds[name] = median(more)
                deviation = median([abs(m - adds[name]) for m in more])
                times_off = median(map(truediv, per_boot(name, mode, case), off(case)))
                line += "".join(f"{c:8.1f}" for c in clocks)
                line += " " * 23 if mode == "off" else f"{adds[name]:8.1f} ±{deviation:4.1f}{times_off:7.2f}  "
                rows.append((case.text, mode, name, *(f"{v:.3f}" for v in (*clocks, adds[name], deviation, times_off)),
                             f"{times_stock:.3f}" if both and name == "ours" else ""))
            if both:
                line += f"{times_stock:5.2f}" + (f"{adds['ours'] / adds['stock']:6.2f}" if mode != "off" else "")
            print(line.rstrip())
    with open(path, "w", newline="", encoding="ascii") as f:
        csv.writer(f).writerows(rows)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("ours")
    p.add_argument("stock")
    p.add_argument("--kernel", required=True)
    p.add_argument("--initrd", required=True, help="of scripts/guest.sh, with fio")
    p.add_argument("--csv", required=True, help="the figures go to FILE, too", metavar="FILE")
    p.add_argument("--boots", type=int, default=5, help="of each machine (5)")
    p.add_argument("--rounds", type=int, default=8, help="of turns after each boot (8)")
    p.add_argument("--append", default="", help="more words for Linux's command line", metavar="WORDS")
    p.add_argument("--quick", action="store_true", help="only whether it works: ours, off and strict, two rounds")
    args = p.parse_args()
    if args.rounds < 1 or args.boots < 1:
        p.error("--boots, --rounds: at least 1")
    binaries, modes = {"ours": args.ours, "stock": args.stock}, list(MODES)
    boots, rounds, warm = args.boots, args.rounds, 0.5
    if args.quick:
        binaries, modes, boots, rounds, warm = {"ours": args.ours}, ["off", "strict"], 1, 2, 0.1
    start, found = time.monotonic(), []
    directory = Path(tempfile.mkdtemp(prefix="smmu3-"))
    try:
        with_file(args.initrd, directory / "initrd", "bench.fio", job_file(rounds, warm))
        files = {"kernel": args.kernel, "initrd": directory / "initrd"}
        for n in range(boots):
            found.append(boot(binaries, modes, files, args.append, n == 0, rounds, warm))
            say(f"boot {n + 1} of {boots}, {time.monotonic() - start:.0f} s: the traced reads were translated, "
                "fio reports no error, Linux no event of the SMMU")
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    report(found, list(binaries), modes, args.csv)


if __name__ == "__main__":
    main()
