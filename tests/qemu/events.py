# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Event records (IHI0070G.b 7.3), decoded by hand: from Linux's console, or from a queue in memory."""
import re
from dataclasses import dataclass

F_TRANSLATION = 0x10
CLASS_IN = 2


@dataclass(frozen=True)
class Event:
    type: int
    sid: int
    address: int
    ssv: int = 0
    stall: int = 0
    pnu: int = 0
    ind: int = 0
    rnw: int = 0
    s2: int = 0
    klass: int = CLASS_IN
    ipa: int = 0


def decode(words):
    """Four doublewords of a record of type F_UUT, F_TRANSLATION, F_ADDR_SIZE, F_ACCESS or F_PERMISSION."""
    w0, w1, w2, w3 = words
    return Event(type=w0 & 0xff, ssv=w0 >> 11 & 1, sid=w0 >> 32, stall=w1 >> 31 & 1, pnu=w1 >> 33 & 1,
                 ind=w1 >> 34 & 1, rnw=w1 >> 35 & 1, s2=w1 >> 39 & 1, klass=w1 >> 40 & 3, address=w2,
                 ipa=w3 & 0xffffffffff000)


def in_console(text):
    """Events that Linux printed: a line with the number, then four with the raw doublewords. (It prints at most ten
    in five seconds.)"""
    events, words = [], None
    for line in text.splitlines():
        if re.search(r"arm-smmu-v3 .*event 0x[0-9a-f]+ received", line):
            words = []
        elif words is not None and (match := re.search(r"arm-smmu-v3 .*\t(0x[0-9a-f]{16})$", line)):
            words.append(int(match[1], 16))
            if len(words) == 4:
                events.append(decode(words))
                words = None
    return events


def complaints(text):
    """What a driver or a kernel says when something is wrong that no event tells."""
    pattern = (r"arm-smmu-v3 .*(global error|CMD_SYNC timeout|aborted|failed|CERROR|unexpected)|"
               r"WARNING:|BUG:|Oops|I/O error")
    return [line for line in text.splitlines() if re.search(pattern, line)]
