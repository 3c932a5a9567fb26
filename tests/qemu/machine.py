# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""One QEMU process, seen from outside: its console, its monitor (QMP), its trace, its end."""
import contextlib
import hashlib
import json
import random
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

MIB = 1 << 20
BOOT_TIMEOUT = 120   # seconds for a whole guest; it takes about 8 where nothing else runs


class QmpError(Exception):
    """What QEMU answered instead of doing it."""


class Qmp:
    def __init__(self, path, timeout=30):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(timeout)
        self.sock.connect(str(path))
        self.file = self.sock.makefile("rw", encoding="utf-8")
        json.loads(self.file.readline())   # the greeting
        self("qmp_capabilities")

    def __call__(self, command, **arguments):
        """Names of arguments have '_' for '-'."""
        arguments = {name.replace("_", "-"): value for name, value in arguments.items()}
        self.file.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.file.flush()
        while line := self.file.readline():
            answer = json.loads(line)
            if "error" in answer:
                raise QmpError(answer["error"]["desc"])
            if "return" in answer:
                return answer["return"]
        raise QmpError(f"QEMU ended during {command}")

    def monitor(self, line):
        return self("human-monitor-command", command_line=line)

    def job(self, command, job_id, timeout=60, **arguments):
        """Run a command that starts a job, until the job is over."""
        self(command, job_id=job_id, **arguments)
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            job = next(j for j in self("query-jobs") if j["id"] == job_id)
            if job["status"] == "concluded":
                self("job-dismiss", id=job_id)
                if "error" in job:
                    raise QmpError(f"{command}: {job['error']}")
                return
            time.sleep(0.05)
        raise QmpError(f"{command} takes longer than {timeout} s")

    def find(self, type_name, path="/machine/unattached"):
        """The QOM path of a device that a board made."""
        return next(f"{path}/{o['name']}" for o in self("qom-list", path=path) if o["type"] == f"child<{type_name}>")

    def close(self):
        with contextlib.suppress(OSError):   # QEMU may have gone first
            self.file.close()
        self.sock.close()


class Machine:
    """A QEMU process with its console in a file. Everything that waits has a limit and says what it saw."""

    def __init__(self, binary, *args, trace=()):
        # Not pytest's directory: a socket's path has room for 107 characters.
        self.dir = Path(tempfile.mkdtemp(prefix="smmu3-"))
        self.console, self.trace_file, self.stderr = (self.dir / n for n in ("console", "trace", "stderr"))
        self.args = [str(binary), "-nodefaults", "-display", "none",
                     "-serial", f"file:{self.console}", "-qmp", f"unix:{self.dir}/qmp,server=on,wait=off",
                     *map(str, args)]
        for pattern in trace:
            self.args += ["-trace", pattern]
        if trace:
            self.args += ["-D", str(self.trace_file)]
        self.console.touch()
        with open(self.stderr, "wb") as err:
            self.process = subprocess.Popen(self.args, stdin=subprocess.DEVNULL, stdout=err, stderr=err)
        self._qmp = None

    def stop(self):
        if self._qmp:
            self._qmp.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def remove(self):
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)

    # What it said

    def text(self):
        return self.console.read_text(encoding="utf-8", errors="replace").replace("\r", "")

    def errors(self):
        """What QEMU itself printed."""
        return self.stderr.read_text(encoding="utf-8", errors="replace")

    def trace_lines(self, pattern=""):
        lines = self.trace_file.read_text(encoding="utf-8").splitlines() if self.trace_file.exists() else []
        return [line for line in lines if re.search(pattern, line)]

    def reports(self, what):
        """The guest's lines "SMMU3 WHAT key=value ...", as dictionaries."""
        found = re.findall(rf"SMMU3 {what}\b(.*)", self.text())
        return [dict(word.split("=", 1) for word in rest.split() if "=" in word) for rest in found]

    def story(self):
        """For whoever has to find out why a test failed."""
        console = self.text().splitlines()[-25:]
        return "\n".join([f"$ {' '.join(self.args)}", self.errors()[-2000:], *console])

    # Waiting

    def wait_for(self, pattern, timeout=BOOT_TIMEOUT):
        end = time.monotonic() + timeout
        while True:
            dead = self.process.poll() is not None   # asked before reading: what it wrote last counts
            if match := re.search(pattern, self.text()):
                return match
            assert not dead, f"QEMU ended ({self.process.returncode}) before the console showed {pattern!r}"
            assert time.monotonic() < end, f"the console did not show {pattern!r} within {timeout} s"
            time.sleep(0.05)

    def wait_exit(self, timeout=BOOT_TIMEOUT):
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.stop()
            raise AssertionError(f"QEMU was still running after {timeout} s") from None

    def wait_done(self, timeout=BOOT_TIMEOUT):
        """Until the guest has run its steps and powered off; all of them went well."""
        result = self.wait_for(r"SMMU3 DONE (\w+)|Kernel panic|not syncing", timeout)
        assert result[1] == "ok", f"the guest ended with {result[0]}: {self.reports('problem')}"
        assert self.wait_exit(30) == 0

    @property
    def qmp(self):
        if not self._qmp:
            end = time.monotonic() + 30
            while True:
                with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                    self._qmp = Qmp(self.dir / "qmp")
                    break
                assert self.process.poll() is None, f"QEMU ended: {self.errors()}"
                assert time.monotonic() < end, "QEMU has opened no monitor within 30 s"
                time.sleep(0.02)
        return self._qmp


class Disk:
    """A raw image: 8 MiB of known data for the guest to read, 8 MiB of zeros for it to write."""

    def __init__(self, directory, label):
        self.label, self.path = label, Path(directory) / f"{label}.img"
        with open(self.path, "wb") as f:
            f.write(random.Random(label).randbytes(8 * MIB) + bytes(8 * MIB))

    def md5(self, start_mib, size_mib):
        with open(self.path, "rb") as f:
            f.seek(start_mib * MIB)
            return hashlib.md5(f.read(size_mib * MIB)).hexdigest()

    def matches(self, report):
        """Does the host see what the guest reported: the same data read, and what it wrote?"""
        assert report["read"] == self.md5(0, 8), f"{self.label}: the guest read other data than the image holds"
        assert report["wrote"] == report["back"], f"{self.label}: the guest read back other data than it wrote"
        assert report["wrote"] == self.md5(8, 4), f"{self.label}: the image holds other data than the guest wrote"


class FileServer:
    """Two ports of the host's loopback, for guests: `get` sends a file, `put` takes one and answers its md5."""

    def __init__(self, size=2 * MIB):
        self.data = random.Random("net").randbytes(size)
        self.md5 = hashlib.md5(self.data).hexdigest()
        self.received = []
        self.sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        self.ports = ",".join(str(s.getsockname()[1]) for s in self.sockets)
        for sock, serve in zip(self.sockets, (self._get, self._put)):
            threading.Thread(target=self._loop, args=(sock, serve), daemon=True).start()

    def _loop(self, sock, serve):
        with contextlib.suppress(OSError):   # close() ends it
            while True:
                with contextlib.closing(sock.accept()[0]) as connection:
                    connection.settimeout(60)
                    serve(connection)

    def _get(self, connection):
        connection.sendall(self.data)

    def _put(self, connection):
        md5 = hashlib.md5()
        while data := connection.recv(65536):
            md5.update(data)
        self.received.append(md5.hexdigest())
        connection.sendall(md5.hexdigest().encode())

    def close(self):
        for sock in self.sockets:
            sock.close()


# Command lines

VIRT = ("-M", "virt,iommu=smmuv3,gic-version=3", "-accel", "tcg")

# virtio behind the SMMU. Packed rings, because QEMU's core splits no access to a ring at a page boundary when the
# pages are not neighbours in memory (address_space_write_continue_cached, 10.0.13 and 10.2.2, any IOMMU): an 8-byte
# element of a split ring with 1024 entries lies across one, and half of it lands in a stranger's page.
VIRTIO = "iommu_platform=on,disable-legacy=on,packed=on"


def linux(guest, *words, cpu="cortex-a57"):
    """Arguments that boot a guest of scripts/guest.sh; `words` go to its command line."""
    return ["-cpu", cpu, "-m", "512M", "-no-reboot", "-kernel", guest["kernel"], "-initrd", guest["initrd"],
            "-append", " ".join(["console=ttyAMA0", "panic=-1", *words])]


def drive(kind, disk, node=None):
    """Arguments for a disk: kind is blk, nvme or ahci. `node` overrides the -blockdev."""
    node = node or f"driver=raw,node-name={disk.label},file.driver=file,file.filename={disk.path},file.locking=off"
    device = {
        "blk": [f"virtio-blk-pci,drive={disk.label},serial={disk.label},{VIRTIO}"],
        "nvme": [f"nvme,drive={disk.label},serial={disk.label}"],
        "ahci": ["ich9-ahci,id=ahci", f"ide-hd,bus=ahci.0,drive={disk.label},model={disk.label}"],
    }[kind]
    return ["-blockdev", node] + [arg for d in device for arg in ("-device", d)]


def nic(model, number):
    """Arguments for a NIC in a network of its own: 10.0.NUMBER.0/24, which the guest reads from the MAC address."""
    options = f",{VIRTIO}" if model.startswith("virtio") else ""
    return ["-netdev", f"user,id=net{number},net=10.0.{number}.0/24",
            "-device", f"{model},netdev=net{number},mac=52:54:00:00:00:{number:02x},romfile={options}"]


EDU = ("-device", "edu,addr=02.0,id=edu")   # StreamID 0x10


def migrate(source, target):
    uri = f"unix:{target.dir}/migration"
    target.qmp("migrate-incoming", uri=uri)
    source.qmp("migrate", uri=uri)
    end = time.monotonic() + 30
    while target.qmp("query-status")["status"] == "inmigrate":
        assert time.monotonic() < end, "the migration does not end"
        time.sleep(0.02)
    assert source.qmp("query-migrate")["status"] == "completed"
