# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""The stacks, as `make stack-NAME` runs them: each checks itself, item by item, and ends with status 0 or not."""
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

import pytest
from gdb_remote import Gdb

ROOT = pathlib.Path(__file__).resolve().parents[2]
# How long each may take where nothing is cached and the machine is busy
STACKS = {"tfa-sel2": 900, "optee": 900, "nested": 1200, "acpi": 900, "kexec": 900, "xen": 1800}
OWN = ("BIOS", "BL32", "MANIFEST", "PARTITIONS", "SP_LAYOUT", "TEE", "BL33", "STAGE", "EDK2", "XEN", "KERNEL", "INITRD", "APPEND", "MACHINE", "ARGS", "TIME_LIMIT")


def run(name, qemu, timeout=900, **variables):
    env = {k: v for k, v in os.environ.items() if k not in OWN} | {"QEMU": str(qemu)}
    return subprocess.run([ROOT / "scripts/stack" / f"{name}.sh"], env=env | variables, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, check=False)


@pytest.mark.parametrize("name", STACKS)
def test_stack(name, qemu, ours):
    done = run(name, qemu, STACKS[name])
    assert done.returncode == 0, done.stdout
    assert "  ok    " in done.stdout and "FAIL" not in done.stdout
    assert f"stack-{name}: all of it ok" in done.stdout


@pytest.fixture
def tfa(qemu):
    """build/stack/tfa-sel2, where the images of that stack are; made here if its test has not run before."""
    made = ROOT / "build/stack/tfa-sel2"
    if not (made / "images/bl31.bin").exists() or not (made / "flash.bin").exists():
        done = run("tfa-sel2", qemu)
        assert done.returncode == 0, done.stdout
    return made


@pytest.mark.long
def test_nested_on_stage_2(qemu, ours):
    """An SMMU that offers stage 2 only: VFIO's domain is one of stage 2."""
    done = run("nested", qemu, STACKS["nested"], STAGE="2")
    assert done.returncode == 0, done.stdout
    assert "the host used stage 2 of the SMMU for it (stages on offer: 2)" in done.stdout


# What must be noticed: BL32's own verdict, without waiting for Linux.
@pytest.mark.parametrize("wrong, sentence, step", [
    (["-device", "edu,addr=02.0"], "copied 4096 bytes of Secure memory .*: NO", "s_ipa_copy"),
    (["-device", "edu,sec-sid=secure,addr=02.0", "-global", "arm-smmuv3.profile=qemu-virt"], r"S_IDR1\.SEL2 is 0", "smmu_init"),
    (["-device", "edu,sec-sid=secure,addr=9"], "no Secure StreamID .* addr= below 8", "device"),
    ([], "no edu device", "device"),
], ids=["a device that is not Secure", "no Secure stage 2", "beyond the Secure StreamIDs", "no device"])
def test_spmc_says_what_is_wrong(wrong, sentence, step, tfa, qemu, ours, tmp_path):
    log = tmp_path / "secure.log"
    with subprocess.Popen([qemu, "-M", "virt,secure=on,virtualization=on,gic-version=3,iommu=smmuv3", "-cpu", "max", "-m", "1G",
                           "-nic", "none", "-display", "none", "-monitor", "none", "-serial", "null", "-serial", f"file:{log}",
                           "-bios", tfa / "flash.bin", "-global", "arm-smmuv3.profile=hafnium", *wrong]) as machine:
        try:
            end = time.monotonic() + 60
            while "FW summary=" not in (text := log.read_text() if log.exists() else ""):
                assert machine.poll() is None and time.monotonic() < end, text
                time.sleep(0.1)
        finally:
            machine.kill()
    assert re.search(sentence, text)
    assert re.search(rf"^FW {step}=fail$", text, re.M)
    assert re.search(r"^FW summary=fail$", text, re.M)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def symbol(elf, name):
    lines = subprocess.run(["aarch64-linux-gnu-nm", elf], stdout=subprocess.PIPE, text=True, check=True).stdout
    return int(re.search(rf"^([0-9a-f]+) \w {name}$", lines, re.M)[1], 16)


def test_published_command_line(tfa, qemu, ours, tmp_path):
    """`make run BIOS=bl1.bin` as docs/FIRMWARE.md has it: loose images, MTE, two serial ports, traces, and a debugger that
    stops in the Secure world and reads Secure registers there."""
    port, trace, out = free_port(), tmp_path / "trace", tmp_path / "out"
    env = {k: v for k, v in os.environ.items() if k not in OWN} | {
        "QEMU": str(qemu), "SMMU3_RUN": str(tmp_path), "BIOS": str(tfa / "images/bl1.bin"),
        "MACHINE": "virt,secure=on,mte=on,gic-version=3,virtualization=true,iommu=smmuv3",
        "ARGS": "-global arm-smmuv3.profile=hafnium -device edu,sec-sid=secure,addr=02.0 "
                f"-trace smmuv3* -D {trace} -S -gdb tcp:127.0.0.1:{port}"}
    with open(out, "wb") as f, subprocess.Popen([ROOT / "scripts/run.sh"], env=env, stdin=subprocess.DEVNULL, stdout=f,
                                                stderr=f, start_new_session=True) as machine:
        try:
            gdb = Gdb(port)
            gdb.run_to(symbol(ROOT / "build/firmware/smmu3-spmc.elf", "streams_run"))
            s_cr0, s_cr0ack, s_idr1 = (gdb.word(0x09050000 + offset) for offset in (0x8020, 0x8024, 0x8004))
            assert (s_cr0, s_cr0ack, s_idr1) == (0xd, 0xd, 0xa0000006)
            assert gdb.word(0x09058080, 8) & 0xffffff000000 == 0x0e000000   # S_STRTAB_BASE: in Secure RAM
            gdb("D")   # detach: it runs on
            gdb.close()
            end = time.monotonic() + 120
            while "FW summary=" not in (text := out.read_text(errors="replace")):
                assert machine.poll() is None and time.monotonic() < end, text
                time.sleep(0.2)
        finally:
            os.killpg(machine.pid, signal.SIGKILL)
    assert "[uart1] FW summary=ok" in text
    assert "NOTICE:  BL31: v" in text
    assert "smmuv3_write_mmio" in trace.read_text() and "smmuv3_fault " in trace.read_text()


@pytest.mark.parametrize("stack, variables, message", [
    ("tfa-sel2", {"BL32": "/no/such/file"}, "BL32=/no/such/file: there is no such file"),
    ("tfa-sel2", {"BL32": "/etc/hostname"}, "BL32=/etc/hostname needs MANIFEST=FILE.dts"),
    ("tfa-sel2", {"MANIFEST": "/etc/hostname"}, "MANIFEST, PARTITIONS and SP_LAYOUT belong to a BL32 of yours"),
    ("tfa-sel2", {"APPEND": "x"}, "INITRD and APPEND need a KERNEL"),
    ("tfa-sel2", {"QEMU": "/no/such/qemu"}, "QEMU=/no/such/qemu: there is no such program"),
    ("nested", {"STAGE": "3"}, "STAGE=3: say 1 or 2, or nothing for both"),
    ("nested", {"KERNEL": "/no/such/file"}, "KERNEL=/no/such/file: there is no such file"),
    ("kexec", {"KERNEL": "/no/such/file"}, "KERNEL=/no/such/file: there is no such file"),
    ("acpi", {"EDK2": "/no/such/file"}, "EDK2=/no/such/file: there is no such file"),
    ("xen", {"XEN": "/no/such/file"}, "XEN=/no/such/file: there is no such file"),
    ("optee", {"TEE": "/no/such/place"}, "TEE=/no/such/place: there is no such directory"),
    ("optee", {"TEE": "/etc"}, "TEE=/etc has no tee-header_v2.bin"),
    ("optee", {"BL33": "/no/such/file"}, "BL33=/no/such/file: there is no such file"),
])
def test_bad_input_is_one_line(stack, variables, message, qemu):
    done = run(stack, **{"qemu": qemu, "QEMU": str(qemu), **variables})
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith(f"smmu3: error: {message}")
