# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""A vhost-user disk for a real driver: nothing is read or written that the backend's TLB does not translate.

Each access holds the lock that an invalidation needs. So when QEMU has its answer to that, nobody uses what was invalidated.
"""
import contextlib
import mmap
import os
import select
import struct
import threading
import time

from vhost_user import (BACKEND_REQ, GET_CONFIG, GET_VRING_BASE, INVALIDATE, IOMMU_PLATFORM, MQ, PROTOCOL_FEATURES,
                        REPLY_ACK, SET_MEM_TABLE, UPDATE, VERSION_1, Backend)

SET_FEATURES, SET_VRING_NUM, SET_VRING_ADDR, SET_VRING_BASE, SET_VRING_KICK, SET_VRING_CALL = 2, 8, 9, 10, 12, 13
CONFIG, SEG_MAX, FLUSH = 1 << 9, 1 << 2, 1 << 9
READ, WRITE = 1, 2
IN, OUT, SYNC, GET_ID = 0, 1, 4, 8   # requests
OK, IOERR, UNSUPP = 0, 1, 2
NEXT = 1
SECTOR = 512


class Fault(Exception):
    """QEMU has no translation."""


class Disk(Backend):
    features = VERSION_1 | IOMMU_PLATFORM | PROTOCOL_FEATURES | SEG_MAX | FLUSH
    protocol_features = MQ | REPLY_ACK | BACKEND_REQ | CONFIG

    def __init__(self, path, image, serial):
        self.image, self.serial = os.open(image, os.O_RDWR), serial.encode()
        self.memory = []             # (user address, size, the mapping)
        self.tlb = []                # (iova, size, user address, permissions), newest first
        self.acked = self.base = self.size = 0
        self.call = self.ring = None
        self.faults = []             # (iova, READ or WRITE): QEMU had no translation for these
        self.served = {IN: 0, OUT: 0, SYNC: 0, GET_ID: 0}
        super().__init__(path)

    # What QEMU says

    def _answer(self, request, body, fds):
        number, value = struct.unpack("<II", body[:8].ljust(8, b"\0"))
        if request == GET_CONFIG:
            config = struct.pack("<QII", os.fstat(self.image).st_size // SECTOR, 0, 126)   # capacity, size_max, seg_max
            return body[:12] + config.ljust(len(body) - 12, b"\0")
        if request == GET_VRING_BASE:
            self._stop()
            return struct.pack("<II", 0, self.base)
        if request == SET_FEATURES:
            self.acked = number | value << 32
        elif request == SET_MEM_TABLE:
            self.memory = []
            for n, fd in enumerate(fds):
                _, size, user, offset = struct.unpack_from("<QQQQ", body, 8 + 32 * n)
                self.memory.append((user, size, memoryview(mmap.mmap(fd, size + offset))[offset:]))
                os.close(fd)
        elif request == SET_VRING_NUM:
            self.size = value
        elif request == SET_VRING_BASE:
            self.base = value
        elif request == SET_VRING_ADDR:
            self.descriptors, self.used, self.available = struct.unpack_from("<QQQ", body, 8)
        elif request == SET_VRING_CALL:
            self.call = fds[0] if fds else None
        elif request == SET_VRING_KICK:
            self._stop()
            quit, end = os.pipe()
            thread = threading.Thread(target=self._serve_ring, args=(fds[0], quit), daemon=True)
            self.ring = thread, end
            thread.start()
        return super()._answer(request, body, fds)

    def _iotlb(self, kind, iova, size, user, permissions):
        super()._iotlb(kind, iova, size, user, permissions)
        if kind == UPDATE:
            self.tlb.insert(0, (iova, size, user, permissions))
        elif kind == INVALIDATE:
            self.tlb = [e for e in self.tlb if e[0] + e[1] <= iova or iova + size <= e[0]]

    # Guest memory

    def _view(self, iova, size, need):
        """As much of it as one translation covers. The caller holds the lock, which only waiting gives up."""
        end = time.monotonic() + 5
        while True:
            for start, length, user, permissions in self.tlb:
                if start <= iova < start + length and permissions & need:
                    size = min(size, start + length - iova)
                    user += iova - start
                    for base, length, memory in self.memory:
                        if base <= user < base + length:
                            return memory[user - base:user - base + size]
            if time.monotonic() > end:
                self.faults.append((iova, need))
                raise Fault
            self.miss(iova, need == WRITE)
            self.changed.wait(1)

    def read(self, iova, size):
        data = b""
        with self.changed:
            while len(data) < size:
                data += self._view(iova + len(data), size - len(data), READ)
        return data

    def write(self, iova, data):
        with self.changed:
            while data:
                view = self._view(iova, len(data), WRITE)
                view[:] = data[:len(view)]
                iova, data = iova + len(view), data[len(view):]

    # The ring

    def _stop(self):
        if self.ring:
            thread, end = self.ring
            os.close(end)
            thread.join()
            self.ring = None

    def _serve_ring(self, kick, quit):
        with contextlib.suppress(Fault):   # in the ring itself: the device is broken then, and faults says so
            while quit not in (ready := select.select([kick, quit], [], [])[0]):
                if kick in ready:
                    os.read(kick, 8)
                self._run()
        os.close(quit)
        os.close(kick)

    def _run(self):
        done = False
        while self.base != struct.unpack("<H", self.read(self.available + 2, 2))[0]:
            head, = struct.unpack("<H", self.read(self.available + 4 + 2 * (self.base % self.size), 2))
            written = self._request(head)
            self.write(self.used + 4 + 8 * (self.base % self.size), struct.pack("<II", head, written))
            self.base = (self.base + 1) & 0xffff
            self.write(self.used + 2, struct.pack("<H", self.base))
            done = True
        if done and self.call is not None:
            os.write(self.call, struct.pack("<Q", 1))

    def _request(self, index):
        chain, flags = [], NEXT
        while flags & NEXT:
            address, size, flags, following = struct.unpack("<QIHH", self.read(self.descriptors + 16 * index, 16))
            chain.append((address, size))
            index = following
        (header, _), *data, (status, _) = chain
        kind, _, sector = struct.unpack("<IIQ", self.read(header, 16))
        try:
            written, result = self._transfer(kind, sector * SECTOR, data)
        except Fault:
            written, result = 0, IOERR
        self.write(status, bytes([result]))
        return written + 1

    def _transfer(self, kind, position, data):
        if kind not in self.served:
            return 0, UNSUPP
        self.served[kind] += 1
        written = 0
        for address, size in data:
            if kind == OUT:
                os.pwrite(self.image, self.read(address, size), position)
            else:
                self.write(address, os.pread(self.image, size, position) if kind == IN else self.serial.ljust(size, b"\0"))
                written += size
            position += size
        return written, OK

    def close(self):
        super().close()
        self._stop()
        os.close(self.image)
