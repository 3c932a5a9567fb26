# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Fixtures of the system tests.

SMMU3_QEMU=FILE tests another binary than build/qemu-system-aarch64. The stock one (build/qemu-stock-aarch64) must fail
where its model is wrong; what needs properties that only ours has is skipped there.
"""
import os
import subprocess
from pathlib import Path

import pytest
from machine import FileServer, Machine
from qtest import Qtest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def qemu():
    path = Path(os.environ.get("SMMU3_QEMU", ROOT / "build/qemu-system-aarch64"))
    if not os.access(path, os.X_OK):
        pytest.exit(f"{path} is missing: make qemu, or set SMMU3_QEMU", 2)
    return path


@pytest.fixture(scope="session")
def properties(qemu):
    """Names of the properties that this binary's arm-smmuv3 has."""
    machine = Machine(qemu, "-M", "none")
    try:
        return {p["name"] for p in machine.qmp("device-list-properties", typename="arm-smmuv3")}
    finally:
        machine.remove()


@pytest.fixture
def ours(properties):
    if "profile" not in properties:
        pytest.skip("needs the properties of our arm-smmuv3")


@pytest.fixture(scope="session")
def guests():
    """{suite: {kernel, initrd, version}} of Debian's two releases."""
    made = subprocess.run([ROOT / "scripts/guest.sh", "stable", "oldstable"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    if made.returncode:
        pytest.exit(f"scripts/guest.sh: {made.stderr.strip().splitlines()[-1]}", 2)
    found = {}
    for line in made.stdout.splitlines():
        key, value = line.split("=", 1)
        if key == "suite":
            guest = found[value] = {}
        guest[key] = value
    return found


def machines_of(kind, qemu, request):
    """Yields a function that makes machines of this kind; all of them end with the test."""
    machines = request.node.machines = []

    def make(*args, **options):
        machines.append(kind(qemu, *args, **options))
        return machines[-1]

    yield make
    for machine in machines:
        machine.remove()


@pytest.fixture
def start(qemu, request):
    """start(*args, trace=()) -> Machine"""
    yield from machines_of(Machine, qemu, request)


@pytest.fixture
def boot(qemu, request):
    """boot(*args) -> Qtest, a machine without a CPU"""
    yield from machines_of(Qtest, qemu, request)


@pytest.fixture
def server():
    server = FileServer()
    yield server
    server.close()


def pytest_configure(config):
    config.addinivalue_line("markers", "long: too long for `make test`; `make test-long` runs these")


def pytest_collection_modifyitems(config, items):
    """Tests marked long run only where SMMU3_LONG=1 asks for them; pytest counts the others as deselected."""
    if os.environ.get("SMMU3_LONG") == "1":
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows what its machines said last."""
    report = (yield).get_result()
    if call.when == "call" and report.failed:
        for n, machine in enumerate(getattr(item, "machines", []), 1):
            report.sections.append((f"machine {n}", machine.story()))
