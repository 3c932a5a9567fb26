# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""The conformance suite on bare metal: the firmware at each Exception level, with each profile."""
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
QEMU = BUILD / "qemu-system-aarch64"
STOCK = BUILD / "qemu-stock-aarch64"
FIRMWARE = BUILD / "firmware" / "smmu3-fw.bin"
SPI = 200
MASTER = "smmu3-master,sid=0,num-sids=0x100000"
MACHINES = {
    "EL3": ("virt,secure=on,virtualization=on,gic-version=3,iommu=smmuv3", "any"),
    "EL3 without EL2": ("virt,secure=on,gic-version=3,iommu=smmuv3", "any"),
    "EL2": ("virt,virtualization=on,gic-version=3,iommu=smmuv3", "off"),
    "EL1": ("virt,gic-version=3,iommu=smmuv3", "off"),
}


@pytest.fixture(scope="module", autouse=True)
def firmware():
    subprocess.run(["make", "-s", "-C", ROOT / "firmware", f"OUT={BUILD / 'firmware'}"], check=True, timeout=120)


def boot(options, *args, qemu=QEMU, machine=MACHINES["EL3"][0], cpu="max"):
    """Exit status and console of a machine whose firmware gets these options by fw_cfg."""
    command = [qemu, "-M", machine, "-cpu", cpu, "-m", "512M", "-display", "none", "-monitor", "none", "-serial", "stdio",
               "-no-reboot", "-nic", "none", "-bios", FIRMWARE, "-semihosting-config", "enable=on,target=native", *args]
    if options:
        command += ["-fw_cfg", f"name=opt/org.smmu3/options,string={options}"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, text=True, capture_output=True, timeout=240, check=False)
    return done.returncode, done.stdout.replace("\r", "") + done.stderr


@pytest.mark.parametrize("profile", ["qemu-virt", "hafnium", "max"])
@pytest.mark.parametrize("level", MACHINES)
def test_suite_passes(level, profile):
    machine, secure = MACHINES[level]
    state = f"secure-spi={SPI}" if secure == "any" else "secure-impl=off"
    status, console = boot(f"suite secure-spi={SPI}", "-device", f"{MASTER},secure={secure}",
                           "-global", f"arm-smmuv3.profile={profile}", "-global", f"arm-smmuv3.{state}",
                           machine=machine)
    plan = re.search(r"^1\.\.(\d+)$", console, re.M)
    points = re.findall(r"^(ok|not ok) (\d+) - (\S+)(.*)$", console, re.M)
    assert status == 0, console
    assert plan and len(points) == int(plan[1]) > 0
    assert [int(p[1]) for p in points] == list(range(1, len(points) + 1))
    assert f"from {level[:3]}" in console
    # Passing must not mean that all was skipped; with Secure state much more runs.
    rows = int(re.search(r"rows: (\d+) passed, 0 failed", console)[1])
    assert rows > (3000 if level.startswith("EL3") else 2000)


def test_options_by_semihosting():
    status, console = boot(None, "-semihosting-config", "enable=on,target=native,arg=suite,arg=filter=ste/",
                           "-device", f"{MASTER},secure=any")
    assert status == 0, console
    assert set(re.findall(r"^ok \d+ - (\w+)/", console, re.M)) == {"ste"}


def test_failure_is_an_exit_status():
    """An SMMU whose Secure interrupts do not arrive where the suite is told to look."""
    status, console = boot("suite filter=cmd secure-spi=210", "-device", f"{MASTER},secure=any",
                           "-global", f"arm-smmuv3.secure-spi={SPI}")
    assert status == 1, console
    assert re.search(r"^not ok \d+ - cmd/sync", console, re.M)
    assert re.search(r"^# FAIL cmd/sync: .*expected 0x1, got 0x0\n#   IHI0070G.b 4\.7\.3: ", console, re.M)


def test_no_master():
    status, console = boot("suite")
    assert status == 2
    assert "add -device smmu3-master" in console


def test_no_smmu():
    status, console = boot("suite", machine="virt,secure=on,gic-version=3")
    assert status == 2
    assert "add iommu=smmuv3" in console


def test_no_such_case():
    status, console = boot("suite filter=nonsense", "-device", f"{MASTER},secure=any")
    assert status == 2
    assert 'no case has "nonsense" in its name' in console


def test_list():
    status, console = boot("suite list")
    assert status == 0
    assert "# ste/" in console and "# cmd/" in console


def test_other_cpu():
    status, console = boot("suite filter=ste", "-device", f"{MASTER},secure=off", machine=MACHINES["EL2"][0],
                           cpu="cortex-a57")
    assert status == 0, console


def test_stock_has_no_master():
    """The stock machine runs the image as far as it goes."""
    status, console = boot("suite", qemu=STOCK, machine=MACHINES["EL2"][0])
    assert status == 2
    assert "no DMA master" in console
