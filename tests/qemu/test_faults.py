# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""What QEMU's memory core makes of an access that faults, and what is told of it."""
import re
import time

import pytest
from events import F_TRANSLATION, Event
from qtest import Edu
from test_qtest import CD, FIRST, PAGES, SECOND, UNMAPPED, Smmu, boot, data   # noqa: F401

pytestmark = pytest.mark.usefixtures("ours")
READ, WRITE = (Event(F_TRANSLATION, Edu.SID, UNMAPPED, rnw=rnw) for rnw in (1, 0))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 8, 13, 64, 4093])
@pytest.mark.parametrize("offset", [0, 1, 2, 3, 6])
def test_any_size_and_alignment_is_one_access(boot, size, offset):   # noqa: F811
    q = boot()
    edu, smmu = Edu(q), Smmu(q, "s1")
    size = min(size, 4096 - offset)
    edu.load(UNMAPPED + offset, size)
    assert smmu.events() == [Event(F_TRANSLATION, Edu.SID, UNMAPPED + offset, rnw=1)]
    edu.store(UNMAPPED + offset, size)
    assert smmu.events() == [Event(F_TRANSLATION, Edu.SID, UNMAPPED + offset, rnw=0)]


@pytest.mark.parametrize("size", [4, 13, 4096])
def test_terminated_without_abort(boot, size):   # noqa: F811
    """CD.A=0: reads are zero and writes go nowhere, and that is one event, too."""
    q = boot("-global", "arm-smmuv3.idr0=0x0944101b")   # TERM_MODEL 0
    edu, smmu = Edu(q), Smmu(q, "s1")
    q.writeq(CD, q.readq(CD) & ~(1 << 46))
    smmu.command(0x05, 1, Edu.SID << 32)   # CFGI_CD
    q.write(PAGES[FIRST], data(1))
    edu.load(FIRST)
    edu.load(UNMAPPED, size)
    edu.store(SECOND)
    assert q.read(PAGES[SECOND], 4096) == bytes(size) + data(1)[size:]
    assert smmu.events() == [READ]
    edu.store(UNMAPPED, size)
    assert smmu.events() == [WRITE]


def test_the_same_place_again_is_another_access(boot):   # noqa: F811
    """Also where nobody looked at the queue meanwhile."""
    q = boot()
    edu, smmu = Edu(q), Smmu(q, "s1")
    for _ in range(3):
        edu.load(UNMAPPED, 256)
    edu.store(UNMAPPED, 256)
    assert smmu.events() == [READ, READ, READ, WRITE]


def test_log(boot):   # noqa: F811
    """One line for each kind of fault, with the reason; how many there were of it, and the last."""
    q = boot("-d", "guest_errors", trace=["smmuv3_*_event", "smmuv3_translate_abort"])
    edu, _ = Edu(q), Smmu(q, "s1")
    for page in range(3):
        edu.load(UNMAPPED + 0x2000 * page)
    edu.store(UNMAPPED + 8)
    lines = q.trace_lines("^arm-smmuv3: ")
    assert len(lines) == 3
    assert re.fullmatch(r"arm-smmuv3: Non-secure StreamID 0x10 \(00:02.0\): read of 0x103000 aborted at stage 1: "
                        r"F_TRANSLATION: .* \(S1_DESC_INVALID, IHI0070G.b 7.3.13\)", lines[0])
    assert lines[1] == "arm-smmuv3: StreamID 0x10: 2 more of these, the last read of 0x107000"
    assert "write to 0x103008" in lines[2]
    edu.store(UNMAPPED + 16)
    end = time.monotonic() + 20
    while len(q.trace_lines("^arm-smmuv3: ")) < 4 and time.monotonic() < end:
        time.sleep(0.1)
    assert q.trace_lines("^arm-smmuv3: ")[3] == "arm-smmuv3: StreamID 0x10: 1 more of these, the last write to 0x103010"
    records = q.trace_lines("^smmuv3_(record|propagate)_event ")   # the name before QEMU 11, and since
    assert len(records) == 5
    assert "F_TRANSLATION (S1_DESC_INVALID, Non-secure) sid=0x10" in records[0]
    assert len(q.trace_lines("^smmuv3_translate_abort ")) == 5
