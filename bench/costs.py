#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Instructions of the library's main paths, by valgrind: a slower path shows on any machine, busy or not.

costs.py BENCH COSTS            compare with the recorded ones; exit 1 if a path takes TOLERANCE more
costs.py BENCH COSTS --record   write them

Recorded with Debian 12's gcc 12 at -O2 on x86-64. Another compiler or machine makes other instructions of the same C:
there the comparison says nothing and is skipped (exit 77, which meson knows), as it is without valgrind.
"""
import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PATHS = {"hit": 4000, "hit-nested": 4000, "hit-streams": 4000, "miss": 1000, "miss-nested": 1000, "miss-filling": 1000,
         "queue": 1023, "tlbi-asid": 1023, "tlbi-va": 1023, "tlbi-range": 1023, "cfgi-ste": 1023}
TOLERANCE = 1.05
SKIPPED = 77


def run(bench, path, n):
    # meson's MALLOC_PERTURB_ would have half a gigabyte filled under valgrind, which takes minutes.
    env = {k: v for k, v in os.environ.items() if k != "MALLOC_PERTURB_"}
    with tempfile.TemporaryDirectory(prefix="smmu3-costs-") as tmp:
        out = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={tmp}/out", bench, path, str(n)],
                             capture_output=True, text=True, check=False, env=env)
    found = re.search(r"Collected : (\d+)", out.stderr)
    if out.returncode or not found:
        sys.exit(f"costs: valgrind of '{bench} {path}' failed:\n{out.stderr[-2000:]}")
    return int(found[1])


def measure(bench):
    """Of one operation: the difference of two runs, so that setting up does not count."""
    return {path: round((run(bench, path, 3 * n) - run(bench, path, n)) / (2 * n)) for path, n in PATHS.items()}


def compiler(bench):
    """What the program says it was compiled with (.comment)."""
    found = re.search(rb"GCC: \([^)]*\) (\d+)\.", Path(bench).read_bytes())
    return f"gcc {found[1].decode()}" if found else "another compiler"


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("bench")
    p.add_argument("costs", type=Path)
    p.add_argument("--record", action="store_true")
    args = p.parse_args()
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not installed")
        sys.exit(SKIPPED)
    here = f"{compiler(args.bench)} {platform.machine()}"
    if args.record:
        got = measure(args.bench)
        args.costs.write_text("".join([f"# instructions of one operation; {here}; make bench-costs writes this\n",
                                       f"compiler {here}\n", *(f"{k} {v}\n" for k, v in got.items())]), encoding="ascii")
        return
    lines = [line.split(maxsplit=1) for line in args.costs.read_text(encoding="ascii").splitlines()
             if not line.startswith("#")]
    recorded = {key: value.strip() for key, value in lines}
    if recorded.pop("compiler") != here:
        print(f"skipped: recorded with another compiler or machine than {here}")
        sys.exit(SKIPPED)
    got, bad = measure(args.bench), False
    for path, now in got.items():
        was = int(recorded[path])
        slow = now > was * TOLERANCE + 2
        bad |= slow
        note = "  SLOWER" if slow else "  faster: record it" if now < was / TOLERANCE - 2 else ""
        print(f"{path:14} {now:6} instructions, recorded {was}{note}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
