# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""A device that goes where nothing is mapped: Linux prints what the SMMU recorded.

QEMU's core repeats a faulting access every four bytes, so 4 KiB would make 1024 events; here one access makes one.
"""
import re

import pytest
from events import F_TRANSLATION, Event, complaints, in_console
from machine import EDU, VIRT, linux

SID = 0x10   # 00:02.0


def run(start, guest, step, registers=()):
    machine = start(*VIRT, *EDU, *registers, *linux(guest, f"smmu3.test={step}"))
    machine.wait_done()
    assert complaints(machine.text()) == []
    return machine


@pytest.mark.parametrize("suite", ["stable", "oldstable"])
def test_unmapped(suite, start, guests):
    machine = run(start, guests[suite], "edu")
    assert [r["domain"] for r in machine.reports("edu")] == ["DMA"] * 3
    _, write, read, _ = re.split(r"SMMU3 edu .*", machine.text())
    assert in_console(write) == [Event(F_TRANSLATION, SID, 0xab000, rnw=0)]
    assert in_console(read) == [Event(F_TRANSLATION, SID, 0xcd000, rnw=1)]
    assert machine.reports("events") == [{"n": "2"}]


def test_unmapped_at_stage_2(start, guests, ours):
    machine = run(start, guests["stable"], "edu", ["-global", "arm-smmuv3.stage=2"])
    assert in_console(machine.text()) == [
        Event(F_TRANSLATION, SID, 0xab000, rnw=0, s2=1, ipa=0xab000),
        Event(F_TRANSLATION, SID, 0xcd000, rnw=1, s2=1, ipa=0xcd000),
    ]


@pytest.mark.parametrize("suite", ["stable", "oldstable"])
def test_unmapped_again(suite, start, guests):
    """Pages that a user program maps through VFIO are copied; once one is unmapped it cannot be reached."""
    machine = run(start, guests[suite], "vfio")
    assert machine.reports("vfio") == [{"mapped": "copied", "unmapped": "untouched"}]
    assert in_console(machine.text()) == [Event(F_TRANSLATION, SID, 0x200000, rnw=0)]
