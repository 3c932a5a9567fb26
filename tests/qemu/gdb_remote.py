# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""As much of gdb's remote protocol as it takes to stop a machine at an address and to look at its memory."""
import socket
import time


class Gdb:
    """Connected to QEMU's stub (-gdb tcp:...); the machine stands still from then on."""

    def __init__(self, port, timeout=60):
        end = time.monotonic() + timeout
        while True:
            try:
                self.sock = socket.create_connection(("127.0.0.1", port), timeout)
                break
            except ConnectionRefusedError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def __call__(self, command):
        """Send one packet and return the answer's text. `c` answers when the machine stops."""
        self.sock.sendall(f"${command}#{sum(command.encode()) & 0xff:02x}".encode())
        data = b""
        while b"#" not in data or len(data) - data.index(b"#") < 3:
            more = self.sock.recv(65536)
            assert more, f"QEMU ended during {command}"
            data += more
        self.sock.sendall(b"+")
        return data[data.index(b"$") + 1:data.index(b"#")].decode()

    def run_to(self, address):
        assert self(f"Z0,{address:x},4") == "OK"
        assert self("c").startswith("T05")

    def word(self, address, size=4):
        """A little-endian value, read as the CPU that stands still would read it."""
        answer = self(f"m{address:x},{size:x}")
        assert len(answer) == 2 * size, f"{address:#x} cannot be read: {answer}"
        return int.from_bytes(bytes.fromhex(answer), "little")

    def close(self):
        self.sock.close()
