# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""bench/guest.py works, and measures nothing that did not go through the SMMU. Its figures are nobody's test."""
import csv
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def bench(path, *args):
    return subprocess.run([ROOT / "bench/guest.sh", "--quick", "--csv", path, *args], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)


def test_guest(tmp_path):
    done = bench(tmp_path / "figures")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = list(csv.DictReader((tmp_path / "figures").read_text(encoding="ascii").splitlines()))
    assert [(r["mode"], r["qemu"]) for r in rows] == [("off", "ours"), ("strict", "ours")] * 3
    assert len({r["reads"] for r in rows}) == 3
    assert all(float(r[name]) > 0 for r in rows for name in ("us", "us-guest-cpu", "us-main-thread", "times-off"))


def test_guest_that_bypasses(tmp_path):
    done = bench(tmp_path / "figures", "--append", "iommu.passthrough=1")
    assert done.returncode == 1
    assert "error: ours, strict: Linux has put the NVMe into a domain identity, not DMA" in done.stderr
    assert not (tmp_path / "figures").exists()
