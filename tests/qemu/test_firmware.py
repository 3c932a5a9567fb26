# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""The firmware and `make run`: the whole demonstration once, then machines that lack something."""
import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
QEMU = BUILD / "qemu-system-aarch64"
STOCK = BUILD / "qemu-stock-aarch64"
FIRMWARE = BUILD / "firmware" / "smmu3-fw.bin"
MACHINE = "virt,secure=on,virtualization=on,gic-version=3,iommu=smmuv3"
EDU = ("-device", "edu,sec-sid=secure,addr=02.0")

STEPS = """smmu_init stream_config secure_copy ns_write ns_read ns_bit unmapped_write unmapped_read read_only unmap
stream_off ns_reads_zero ns_writes_ignored summary""".split()


def run_script(**variables):
    """`make run` as a user without a terminal gets it, with the QEMU that is there; both outputs are in stdout."""
    own = ("BIOS", "KERNEL", "INITRD", "APPEND", "MACHINE", "ARGS")
    env = {k: v for k, v in os.environ.items() if k not in own} | {"QEMU": str(QEMU)}
    return subprocess.run([ROOT / "scripts" / "run.sh"], env=env | variables, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)


def boot(*args, qemu=QEMU, machine=MACHINE, semihosting=True):
    """The firmware without a kernel: exit status and console."""
    command = [qemu, "-M", machine, "-cpu", "max", "-m", "512M", "-display", "none", "-monitor", "none",
               "-serial", "stdio", "-no-reboot", "-nic", "none", "-bios", FIRMWARE, *args]
    if semihosting:
        command += ["-semihosting-config", "enable=on,target=native"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, text=True, capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout.replace("\r", "") + done.stderr


def steps(console):
    """The machine-readable lines, as {step: result}."""
    return dict(re.findall(r"^FW (\w+)=(\w+)$", console, re.M))


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    run = tmp_path_factory.mktemp("run")
    done = run_script(SMMU3_RUN=str(run))
    return done, (run / "console.log").read_text(errors="replace").replace("\r", "")


@pytest.fixture(scope="module", autouse=True)
def firmware():
    subprocess.run(["make", "-s", "-C", ROOT / "firmware", f"OUT={BUILD / 'firmware'}"], check=True, timeout=120)


def test_demonstration_passes(demonstration):
    done, _ = demonstration
    assert done.returncode == 0, done.stdout
    assert "FAIL" not in done.stdout


@pytest.mark.parametrize("step", STEPS)
def test_step(demonstration, step):
    assert steps(demonstration[1]).get(step) == "ok"


def test_no_other_step(demonstration):
    assert set(steps(demonstration[1])) == set(STEPS)


def test_events_name_stream_address_and_direction(demonstration):
    events = re.findall(r"S_EVENTQ: (\w+) \((\w+)\) StreamID (\w+), (\w+) of (\w+), stage 1", demonstration[1])
    assert events == [
        ("F_TRANSLATION", "0x10", "0x10", "write", "0xabc000"),
        ("F_TRANSLATION", "0x10", "0x10", "read", "0xabc000"),
        ("F_PERMISSION", "0x13", "0x10", "write", "0x402000"),
        ("F_TRANSLATION", "0x10", "0x10", "write", "0x401000"),
    ]


def test_linux_uses_both_disks(demonstration):
    console = demonstration[1]
    disks = re.findall(r"SMMU3 disk .*label=(\S+) .*domain=(\S+) .*wrote=(\w+) back=(\w+)", console)
    assert sorted(d[0] for d in disks) == ["smmu3-blk", "smmu3-nvme"]
    assert all(domain == "DMA" and wrote == back for _, domain, wrote, back in disks)
    assert "SMMU3 events n=0" in console
    assert "SMMU3 DONE ok" in console


def test_command_line_is_shown(demonstration):
    assert f"-M {MACHINE}" in demonstration[0].stdout
    assert "edu,sec-sid=secure" in demonstration[0].stdout


def test_without_kernel_it_ends_well():
    status, console = boot(*EDU)
    assert status == 0
    assert "given no kernel" in console
    assert steps(console)["summary"] == "ok"


def test_without_semihosting_it_powers_off():
    status, console = boot(*EDU, semihosting=False)
    assert status == 0
    assert steps(console)["summary"] == "ok"


def test_from_el1_too():
    """Without EL2 the Non-secure world is entered at EL1."""
    _, console = boot(*EDU, machine=MACHINE.replace("virtualization=on,", ""))
    assert "Non-secure world (EL1)" in console
    assert steps(console)["summary"] == "ok"


def test_device_that_is_not_secure_is_noticed():
    status, console = boot("-device", "edu,addr=02.0")
    assert status == 1
    assert steps(console)["secure_copy"] == "fail"
    assert "sec-sid=secure" in console


def test_no_device():
    status, console = boot()
    assert status == 0
    assert "no edu device" in console
    assert steps(console) == {"smmu_init": "ok", "edu": "absent", "ns_reads_zero": "ok", "ns_writes_ignored": "ok",
                              "summary": "ok"}


@pytest.mark.parametrize("profile", ["qemu-virt", "hafnium", "hafnium-rfc", "max"])
def test_every_profile(profile):
    status, console = boot(*EDU, "-global", f"arm-smmuv3.profile={profile}")
    assert status == 0
    assert steps(console) == dict.fromkeys(STEPS, "ok")


def test_device_beyond_the_secure_stream_ids():
    """Profile hafnium has 6 bits of Secure StreamID: PCI devices 0 to 7."""
    status, console = boot("-device", "edu,sec-sid=secure,addr=8", "-global", "arm-smmuv3.profile=hafnium")
    assert status == 0
    assert "has no Secure StreamID (there are 64): give it addr= below 8" in console


def test_no_smmu():
    status, console = boot(machine="virt,secure=on,virtualization=on,gic-version=3")
    assert status == 0
    assert "no SMMUv3 in this machine" in console


@pytest.mark.skipif(not STOCK.exists(), reason="no stock QEMU")
def test_smmu_without_secure_interface():
    status, console = boot(qemu=STOCK)
    assert status == 0
    assert "no Secure interface" in console


@pytest.mark.parametrize("machine", ["virt", "virt,virtualization=on"])
def test_must_start_at_el3(machine):
    status, console = boot(machine=machine)
    assert status == 1
    assert "add secure=on" in console


def test_needs_gicv3():
    status, console = boot(machine=MACHINE.replace("gic-version=3", "gic-version=2"))
    assert status == 1
    assert "add gic-version=3" in console


@pytest.mark.parametrize("name", ["BIOS", "KERNEL", "INITRD"])
def test_missing_file_is_named(name):
    done = run_script(**{name: "/no/such/file"})
    assert done.returncode == 1
    assert done.stdout == f"smmu3: error: {name}=/no/such/file: there is no such file\n"


def test_own_bios_gets_two_serial_ports(tmp_path):
    done = run_script(SMMU3_RUN=str(tmp_path), BIOS=str(FIRMWARE), ARGS="-device edu,sec-sid=secure,addr=02.0")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("-serial") == 2
    assert "[el3] smmu3 firmware" in done.stdout
