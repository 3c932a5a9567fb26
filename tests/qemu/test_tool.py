# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""The smmu3 command asks running machines: one without a CPU, and Linux with a device that faults."""
import json
import os
import re
import socket
import subprocess
import threading
from pathlib import Path

import pytest
from machine import EDU, VIRT, linux
from qtest import Edu
from test_qtest import FIRST, PAGES, READ_ONLY, S1_L3, UNMAPPED, Smmu, boot   # noqa: F401

pytestmark = pytest.mark.usefixtures("ours")
TOOL = Path(os.environ.get("SMMU3_TOOL", Path(__file__).resolve().parents[2] / "build/smmu3"))


def smmu3(*args, stdin="", status=0):
    """What the command prints, parsed if it was asked for JSON."""
    done = subprocess.run([TOOL, *map(str, args)], input=stdin, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == status, f"{args}: {done.returncode} {done.stdout} {done.stderr}"
    if status == 2:
        assert done.stderr.startswith("smmu3: ") and done.stderr.count("\n") == 1
        return done.stderr
    assert not done.stderr
    return json.loads(done.stdout) if "--json" in args else done.stdout


@pytest.fixture
def sockets(tmp_path_factory):
    """Options for a monitor of its own (each serves one client), and the command's for it."""
    path = tmp_path_factory.mktemp("q", numbered=True) / "s"
    assert len(str(path)) < 107
    return ("-qmp", f"unix:{path},server=on,wait=off"), f"--qmp={path}"


@pytest.fixture
def live(boot, sockets):   # noqa: F811
    """A machine whose SMMU maps three pages for edu, and the option to ask it."""
    q = boot(*sockets[0])
    return q, Edu(q), Smmu(q, "s1"), sockets[1]


def test_explain(live):
    _, edu, smmu, qmp = live
    answer = smmu3("explain", "--json", qmp, "00:02.0", FIRST + 0x10)
    assert [s["kind"] for s in answer["steps"]] == ["registers", "STE", "CD", "access"] + ["descriptor"] * 3 + ["output"]
    assert answer["result"]["address"] == hex(PAGES[FIRST] + 0x10)
    assert not answer["stale"]
    answer = smmu3("explain", "--json", qmp, "--write", Edu.SID, READ_ONLY, status=1)
    assert answer["result"]["failed"]["name"] == "S1_PERM"
    text = smmu3("explain", qmp, Edu.SID, UNMAPPED, status=1)
    assert "a stage 1 descriptor is invalid (S1_DESC_INVALID, IHI0070G.b 7.3.13)" in text
    # Nothing of that left a trace.
    assert smmu.events() == []
    edu.load(UNMAPPED)
    assert len(smmu.events()) == 1


def test_a_missing_invalidation(live):
    q, edu, _, qmp = live
    edu.load(FIRST)
    q.words(S1_L3 + 8 * (FIRST >> 12 & 0x1ff), 0)
    answer = smmu3("explain", "--json", qmp, Edu.SID, FIRST, status=1)
    assert answer["stale"]
    assert answer["device"]["address"] == hex(PAGES[FIRST])


def test_paused(live):
    q, _, _, qmp = live
    q.qmp("stop")
    assert "ok: 0x41000000" in smmu3("walk", qmp, Edu.SID, FIRST)
    assert q.qmp("query-status")["status"] == "paused"


def test_events_are_kept(live):
    q, edu, _, _ = live
    path = q.qmp.find("arm-smmuv3")
    for _ in range(3):
        edu.load(UNMAPPED)
    events = q.qmp("qom-get", path=path, property="events").splitlines()
    assert len(events) == 3
    assert re.match(rf"3 \d+ 0 0x10 - {UNMAPPED:#x} 0x0 1 S1_DESC_INVALID 1 \d+ 0x0000001000000010 ", events[2])


def test_show(live):
    _, edu, _, qmp = live
    edu.load(UNMAPPED)
    answer = smmu3("show", "--json", qmp)
    assert answer["registers"]["CR0"] == "0xd"
    assert answer["statistics"]["tlb-misses"] > 0
    # Hits are counted from the first look on.
    edu.load(FIRST)
    edu.load(FIRST)
    assert smmu3("show", "--json", qmp)["statistics"]["tlb-hits"] > 0
    assert [(e["reason"], e["address"]) for e in answer["events"]] == [("S1_DESC_INVALID", hex(UNMAPPED))]


def test_dump_and_lint(live):
    q, edu, smmu, qmp = live
    bank = smmu3("dump", "--json", qmp)["banks"][0]
    assert [s["stream"] for s in bank["streams"]] == [hex(Edu.SID)]
    ranges = bank["streams"][0]["contexts"][0]["ranges"]
    assert {r["first"]: r["output"] for r in ranges} == {hex(iova): hex(page) for iova, page in PAGES.items()}
    assert smmu3("lint", qmp) == "nothing found\n"
    edu.load(FIRST)
    smmu.map(FIRST, 0x41055000, "rw", "s1")   # and no invalidation
    findings = smmu3("lint", "--json", qmp, status=1)["findings"]
    assert [f["check"] for f in findings] == ["stale-translation"] * 2   # the entry, and what it answers
    q.words(S1_L3 + 8 * (FIRST >> 12 & 0x1ff), 0)   # a page that is no more
    findings = smmu3("lint", "--json", qmp, status=1)["findings"]
    assert "the TLB holds 0x100000 -> 0x41000000" in findings[0]["text"]
    assert [(e["input"], e["asid"]) for e in smmu3("show", "--json", qmp, "tlb")["tlb"]] == [("0x100000", 1)]
    smmu.command(0x11, 0, 1 << 48)   # TLBI_NH_ASID
    assert smmu3("lint", qmp) == "nothing found\n"
    assert smmu3("show", "--json", qmp, "tlb")["tlb"] == []


def test_record(boot, tmp_path):   # noqa: F811
    q = boot("-global", f"arm-smmuv3.record={tmp_path}/run")
    edu, smmu = Edu(q), Smmu(q, "s1")
    edu.load(FIRST)
    edu.load(UNMAPPED)
    assert len(smmu.events()) == 1
    edu.store(READ_ONLY)
    smmu.command(0x30)
    edu.load(FIRST)
    q.qmp("system_reset")
    q.qmp("quit")
    q.process.wait(30)
    answer = smmu3("replay", "--json", tmp_path / "run")
    assert not answer["differs"] and answer["compared"] > 100
    statistics = smmu3("trace", "--statistics", "--json", tmp_path / "run")["statistics"]
    assert statistics["faults-by-stream"] == {"Non-secure 0x10 S1_DESC_INVALID": 1, "Non-secure 0x10 S1_PERM": 1}
    assert statistics["events-acknowledged"] == 1
    assert json.loads(smmu3("trace", "--format=chrome", tmp_path / "run"))["traceEvents"]


def test_record_nowhere(qemu, tmp_path):
    done = subprocess.run([qemu, "-M", "virt,iommu=smmuv3", "-nodefaults", "-display", "none", "-S",
                           "-global", f"arm-smmuv3.record={tmp_path}/no/such"], capture_output=True, text=True,
                          timeout=30, check=False)
    assert done.returncode == 1 and "record=" in done.stderr and "No such file" in done.stderr


def test_trace_log(boot, tmp_path):   # noqa: F811
    """QEMU's own log of what the driver did comes out the same."""
    q = boot(trace=["smmuv3_*"])
    Smmu(q, "s1")
    assert not smmu3("replay", "--json", q.trace_file)["differs"]


def test_dump_guest_memory(live, tmp_path):
    """What QEMU's dump and the registers kept say later is what the machine says."""
    q, _, _, qmp = live
    (tmp_path / "registers").write_text(smmu3("show", qmp, "registers"))
    q.qmp("dump-guest-memory", paging=False, protocol=f"file:{tmp_path}/dump", begin=0x40000000, length=0x100000)
    files = f"--registers={tmp_path}/registers", f"--elf={tmp_path}/dump"
    assert smmu3("dump", *files) == smmu3("dump", qmp)


def test_record_firmware(qemu, tmp_path):
    """The whole Secure demonstration comes out the same when it is run again."""
    root = Path(__file__).resolve().parents[2]
    subprocess.run(["make", "-s", "-C", root / "firmware", f"OUT={root / 'build/firmware'}"], check=True, timeout=300)
    subprocess.run([qemu, "-M", "virt,secure=on,virtualization=on,gic-version=3,iommu=smmuv3", "-cpu", "max", "-m", "512M",
                    "-nodefaults", "-display", "none", "-serial", "null", "-no-reboot",
                    "-bios", root / "build/firmware/smmu3-fw.bin", "-semihosting-config", "enable=on,target=native",
                    "-device", "edu,sec-sid=secure,addr=02.0", "-global", f"arm-smmuv3.record={tmp_path}/run"],
                   check=True, timeout=120)
    answer = smmu3("replay", "--json", tmp_path / "run")
    assert not answer["differs"] and answer["compared"] > 1000
    statistics = smmu3("trace", "--statistics", "--json", tmp_path / "run")["statistics"]
    assert statistics["faults-by-stream"]["Secure 0x10 S1_PERM"] == 1


def test_no_qemu_there(tmp_path):
    assert "No such file" in smmu3("walk", f"--qmp={tmp_path}/none", 0, 0, status=2)
    assert "has room for 107 characters" in smmu3("walk", f"--qmp={'x' * 200}", 0, 0, status=2)
    (tmp_path / "file").touch()
    assert "Connection refused" in smmu3("walk", f"--qmp={tmp_path}/file", 0, 0, status=2)


@pytest.mark.parametrize("says, complaint", [
    (b"hello\n", "is no QEMU"), (b"", "QEMU has gone"), (b'{"QMP": {}}\n', "QEMU has gone"), (b"{}\n", "is no QEMU"),
    (b'{"QMP": {}}\n{"return": {}}\n{"return": []}\n{"return": [7]}\n{"return": {"a": 1}}\n', "has no arm-smmuv3"),
])
def test_strange_servers(tmp_path, says, complaint):
    """Whatever answers there, it is one clear line."""
    def serve():
        with server.accept()[0] as connection:
            connection.sendall(says)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass

    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "s"))
    server.listen()
    threading.Thread(target=serve, daemon=True).start()
    assert complaint in smmu3("show", f"--qmp={tmp_path}/s", status=2)


def test_linux(start, guests, sockets):
    """From the lines that Linux prints to the reason, while it runs."""
    machine = start(*VIRT, *EDU, *sockets[0], *linux(guests["stable"], "smmu3.test=edu"))
    machine.wait_for(r"event 0x10 received:(.*\n){5}")
    machine.qmp("stop")
    text = smmu3("explain", sockets[1], "--from-event", stdin=machine.text(), status=1)
    assert "the event: F_TRANSLATION: StreamID 0x10 (PCI 00:02.0): unprivileged data write to 0xab000" in text
    assert "a stage 1 descriptor is invalid" in text
    machine.qmp("cont")
    machine.wait_done()
