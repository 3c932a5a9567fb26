# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""The conformance suite against both QEMUs over qtest, and the pages that are made of it. docs/CONFORMANCE.md."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUNNER, STOCK, OUT = (ROOT / "build" / name for name in ("smmu3-conformance", "qemu-stock-aarch64", "conformance"))
PROFILES = ("qemu-virt", "hafnium", "max")


def run(backend, binary, out, *args):
    """Exit status and the result, which is left in build/conformance."""
    OUT.mkdir(exist_ok=True)
    done = subprocess.run([RUNNER, "-b", backend, "-q", binary, "-f", "json", "-o", OUT / out, *args],
                          stderr=subprocess.PIPE, text=True, timeout=900, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, json.loads((OUT / out).read_text(encoding="utf-8"))


def page(script, *args):
    """One of scripts/, with the complaints it has."""
    done = subprocess.run([sys.executable, ROOT / "scripts" / script, "--check", *args], stdout=subprocess.PIPE,
                          text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def stock():
    if not os.access(STOCK, os.X_OK):
        pytest.skip("there is no build/qemu-stock-aarch64")
    return run("stock", STOCK, "stock.json")[1]


@pytest.mark.parametrize("profile", PROFILES)
def test_ours(qemu, ours, profile):
    status, result = run("qemu", qemu, f"qemu-{profile}.json", "-c", profile)
    (only,) = result["runs"]
    assert [r for r in only["rows"] if r["outcome"] == "fail"] == [] and status == 0 and only["whole"]
    assert only["totals"]["passed"] > 3000


def test_stock_is_as_published(stock):
    assert stock["runs"][0]["whole"]
    page("stock.py", ROOT, OUT / "stock.json")


def test_coverage_is_as_published(stock):
    results = [OUT / f"qemu-{profile}.json" for profile in PROFILES]
    if not all(r.exists() for r in results):
        pytest.skip("needs the results of test_ours")
    page("coverage.py", RUNNER, ROOT, "--ours", *results, "--stock", OUT / "stock.json")
