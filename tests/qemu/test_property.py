# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Random legal programs on QEMU, ours and stock, and on the library. docs/PROPERTY.md."""
import pathlib
import subprocess

import pytest

BUILD = pathlib.Path(__file__).resolve().parents[2] / "build"


def run(*args):
    """Exit status and output of build/smmu3-property."""
    done = subprocess.run([BUILD / "smmu3-property", *args], stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, timeout=240, check=False)
    return done.returncode, done.stdout + done.stderr


def test_stock_differs_in_known_ways_only():
    code, text = run("--stock", BUILD / "qemu-stock-aarch64", "--runs", "25", "--seed", "67")
    assert code == 0 and "25 programs" in text, text


def test_a_known_defect_is_found():
    """So a difference that is not filtered would be."""
    code, text = run("--stock", BUILD / "qemu-stock-aarch64", "--runs", "25", "--with", "CONCATENATION")
    assert code == 1 and "start level" in text, text


@pytest.mark.parametrize("profile, runs", [("qemu-virt", 30), ("max", 10), ("max:IDR0.HTTU=0,IDR5.DS=0", 10)])
def test_ours_is_as_the_library(profile, runs):
    code, text = run("--qemu", BUILD / "qemu-system-aarch64", "--config", profile, "--runs", str(runs))
    assert code == 0 and f"{runs} programs" in text, text
