# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""The other end of a vhost-user device: it serves no request, but keeps a TLB as vhost does, and asks QEMU to fill it."""
import array
import contextlib
import socket
import struct
import threading
import time

GET_FEATURES, GET_VRING_BASE, GET_PROTOCOL_FEATURES, GET_QUEUE_NUM, GET_CONFIG = 1, 11, 15, 17, 24
SET_MEM_TABLE, SET_BACKEND_REQ_FD, IOTLB_MSG = 5, 21, 22
BACKEND_IOTLB_MSG = 1
MISS, UPDATE, INVALIDATE = 1, 2, 3
REPLY, NEED_REPLY = 1 << 2, 1 << 3

VERSION_1, IOMMU_PLATFORM, PROTOCOL_FEATURES = 1 << 32, 1 << 33, 1 << 30
MQ, REPLY_ACK, BACKEND_REQ = 1 << 0, 1 << 3, 1 << 5


class Backend:
    features = VERSION_1 | IOMMU_PLATFORM | PROTOCOL_FEATURES
    protocol_features = MQ | REPLY_ACK | BACKEND_REQ

    def __init__(self, path):
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(path))
        self.server.listen(1)
        self.regions = []        # (guest address, size, user address)
        self.messages = []       # (UPDATE or INVALIDATE, iova, size, guest address or None, permissions)
        self.changed = threading.Condition()
        self.requests = None     # our channel to QEMU
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError, EOFError):
            self.socket = self.server.accept()[0]
            while True:
                self._message()

    def _message(self):
        fds = array.array("i")
        head, ancillary, _, _ = self.socket.recvmsg(12, socket.CMSG_SPACE(16 * fds.itemsize))
        if len(head) < 12:
            raise EOFError
        for level, kind, value in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                fds.frombytes(value[:len(value) - len(value) % fds.itemsize])
        request, flags, size = struct.unpack("<III", head)
        body = b""
        while len(body) < size:
            body += self.socket.recv(size - len(body))
        reply = self._answer(request, body, fds)
        if reply is None and flags & NEED_REPLY:
            reply = struct.pack("<Q", 0)
        if reply is not None:
            self.socket.sendall(struct.pack("<III", request, 1 | REPLY, len(reply)) + reply)

    def _answer(self, request, body, fds):
        if request == GET_FEATURES:
            return struct.pack("<Q", self.features)
        if request == GET_PROTOCOL_FEATURES:
            return struct.pack("<Q", self.protocol_features)
        if request == GET_QUEUE_NUM:
            return struct.pack("<Q", 1)
        if request == GET_VRING_BASE:
            return body
        if request == SET_MEM_TABLE:
            count = struct.unpack_from("<I", body)[0]
            self.regions = [struct.unpack_from("<QQQQ", body, 8 + 32 * i)[:3] for i in range(count)]
        elif request == SET_BACKEND_REQ_FD:
            self.requests = socket.socket(fileno=fds[0])
        elif request == IOTLB_MSG:
            iova, size, user, permissions, kind = struct.unpack_from("<QQQBB", body)
            with self.changed:
                self._iotlb(kind, iova, size, user, permissions)
                self.changed.notify_all()
        return None

    def _iotlb(self, kind, iova, size, user, permissions):
        guest = next((g + user - u for g, s, u in self.regions if u <= user < u + s), None)
        self.messages.append((kind, iova, size, guest if kind == UPDATE else None, permissions))

    def miss(self, iova, write=False):
        """Ask for a translation; QEMU's answer, if there is one, comes as an UPDATE."""
        body = struct.pack("<QQQBB6x", iova, 0, 0, 2 if write else 1, MISS)
        self.requests.sendall(struct.pack("<III", BACKEND_IOTLB_MSG, 1, len(body)) + body)

    def take(self, at_least=0, timeout=5):
        """The messages since the last call; waits until there are so many."""
        with self.changed:
            end = time.monotonic() + timeout
            while len(self.messages) < at_least and time.monotonic() < end:
                self.changed.wait(0.1)
            taken, self.messages = self.messages, []
        assert len(taken) >= at_least, f"{len(taken)} messages instead of {at_least}"
        return taken

    def close(self):
        for s in (self.server, getattr(self, "socket", None), self.requests):
            if s:
                s.close()
