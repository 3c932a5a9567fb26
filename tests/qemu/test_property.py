# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Random legal programs on stock QEMU and on the library. docs/PROPERTY.md."""
import pathlib
import subprocess

BUILD = pathlib.Path(__file__).resolve().parents[2] / "build"


def run(*args):
    """Exit status and output of build/smmu3-property against stock QEMU."""
    done = subprocess.run([BUILD / "smmu3-property", "--stock", BUILD / "qemu-stock-aarch64", *args],
                          stdin=subprocess.DEVNULL, text=True, capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def test_stock_differs_in_known_ways_only():
    code, text = run("--runs", "25", "--seed", "67")
    assert code == 0 and "25 programs" in text, text


def test_a_known_defect_is_found():
    """So a difference that is not filtered would be."""
    code, text = run("--runs", "25", "--seed", "1", "--with", "CONCATENATION")
    assert code == 1 and "start level" in text, text
