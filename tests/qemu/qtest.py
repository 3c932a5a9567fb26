# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""The machine without a CPU: QEMU's qtest protocol reads and writes memory and moves the clock.

Accesses have no attributes, so the SMMU sees them as Non-secure.
"""
import base64
import socket
import struct

from machine import Machine

ECAM, BAR0 = 0x3f000000, 0x10000000   # of virt with highmem-ecam=off


class Qtest(Machine):
    def __init__(self, binary, *args, machine="virt,iommu=smmuv3", **options):
        super().__init__(binary, "-M", f"{machine},highmem-ecam=off", "-cpu", "cortex-a57", "-m", "256M",
                         "-accel", "qtest", *args, **options)
        # The server's socket exists once the monitor answers: QEMU then has a machine.
        self.qmp("chardev-add", id="qtest", backend={"type": "socket", "data": {
            "addr": {"type": "unix", "data": {"path": f"{self.dir}/qtest"}}, "server": True, "wait": False}})
        self.qmp("object-add", qom_type="qtest", id="qtest", chardev="qtest", log="/dev/null")
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(f"{self.dir}/qtest")
        # Not one for both ways: writing to such a file drops what it has read ahead, interrupts for example.
        self.lines, self.file = self.sock.makefile("r", encoding="ascii"), self.sock.makefile("w", encoding="ascii")
        self.irqs = []   # (number, raised) of intercepted interrupts, in order

    def stop(self):
        if hasattr(self, "sock"):
            self.file.close()
            self.lines.close()
            self.sock.close()
        super().stop()

    def ask(self, *words):
        self.file.write(" ".join(f"{w:#x}" if isinstance(w, int) else w for w in words) + "\n")
        self.file.flush()
        while True:
            status, *rest = self.lines.readline().split()
            if status == "IRQ":
                self.irqs.append((int(rest[1]), rest[0] == "raise"))
            else:
                assert status == "OK", f"{words}: {status} {rest}"
                return rest[0] if rest else None

    def writels(self, pairs):
        """Many words, (address, value), without waiting for each."""
        self.file.write("".join(f"writel {address:#x} {value:#x}\n" for address, value in pairs))
        self.file.flush()
        done = 0
        while done < len(pairs):
            status, *rest = self.lines.readline().split()
            if status == "IRQ":
                self.irqs.append((int(rest[1]), rest[0] == "raise"))
            else:
                assert status == "OK", f"{status} {rest}"
                done += 1

    def readl(self, address):
        return int(self.ask("readl", address), 0)

    def readq(self, address):
        return int(self.ask("readq", address), 0)

    def writel(self, address, value):
        self.ask("writel", address, value)

    def writeq(self, address, value):
        self.ask("writeq", address, value)

    def read(self, address, size):
        return base64.b64decode(self.ask("b64read", address, size))

    def write(self, address, data):
        self.ask("b64write", address, len(data), base64.b64encode(data).decode())

    def words(self, address, *values):
        """Doublewords, little-endian."""
        self.write(address, struct.pack(f"<{len(values)}Q", *values))

    def clock_step(self, nanoseconds):
        self.ask("clock_step", nanoseconds)


class Edu:
    """QEMU's edu device in slot 2, driven without an OS. Its DMA addresses have 28 bits, its buffer is 4 KiB."""

    BUFFER = 0x40000
    READ, WRITE = 1, 3   # of memory
    ARGS = ("-device", "edu,addr=02.0,id=edu")
    SID = 0x10

    def __init__(self, qtest):
        self.qtest, self.config = qtest, ECAM + (2 << 15)
        qtest.writel(self.config + 0x10, BAR0)
        qtest.writel(self.config + 0x04, 0x0006)   # memory space, bus master

    def dma(self, source, destination, size, command):
        for offset, value in ((0x80, source), (0x88, destination), (0x90, size), (0x98, command)):
            self.qtest.writeq(BAR0 + offset, value)
        self.qtest.clock_step(200_000_000)   # it takes 100 ms
        assert self.qtest.readq(BAR0 + 0x98) & 1 == 0

    def load(self, address, size=4096):
        """Memory to the buffer."""
        self.dma(address, self.BUFFER, size, self.READ)

    def store(self, address, size=4096):
        """The buffer to memory."""
        self.dma(self.BUFFER, address, size, self.WRITE)

    def enable_msi(self, address, data):
        config, qtest = self.config, self.qtest
        capability = qtest.readl(config + 0x34) & 0xff
        while qtest.readl(config + capability) & 0xff != 0x05:
            capability = qtest.readl(config + capability) >> 8 & 0xff
            assert capability, "edu has no MSI capability"
        control = qtest.readl(config + capability)
        qtest.writel(config + capability + 4, address & 0xffffffff)
        qtest.writel(config + capability + 8, address >> 32)
        qtest.writel(config + capability + 12, data)
        qtest.writel(config + capability, control | 1 << 16)

    def interrupt(self):
        self.qtest.writel(BAR0 + 0x60, 1)
        self.qtest.writel(BAR0 + 0x64, 1)   # acknowledged


def slot_power(q, root, on):
    """What an OS does when a device is taken out of this port, or put in: Slot Control."""
    capability = q.readl(root + 0x34) & 0xff
    while q.readl(root + capability) & 0xff != 0x10:
        capability = q.readl(root + capability) >> 8 & 0xff
    control = root + capability + 0x18
    off = 1 << 10 | 3 << 8   # Power Controller Control, power indicator
    q.writel(control, q.readl(control) & 0xffff & ~off | (1 << 8 if on else off))
    q.clock_step(1_000_000)
