#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Runs the smmu3 command as tests/golden/tool/*.t say and compares all it prints and its exit status.

In arguments {tmp} is a directory with the files of tool_machine.py. A file is a sequence of cases. A case begins with "$ ARGUMENTS"; lines "< TEXT" are its standard input; then come what
it prints: "| TEXT" on standard output, "! TEXT" on standard error; and "= STATUS". Text before the first case is about
the file. check_tool.py COMMAND [--update] [FILE...]
"""
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import tool_machine

GOLDEN = Path(__file__).resolve().parent / "golden/tool"


def cases(lines):
    """[(arguments, stdin, expected lines)] and the text before."""
    head, found = [], []
    for line in lines:
        if line.startswith("$ "):
            found.append((line[2:], [], []))
        elif not found:
            head.append(line)
        elif line.startswith("<"):
            found[-1][1].append(line[2:])
        elif line:
            found[-1][2].append(line)
    return head, found


def run(command, arguments, stdin, tmp):
    env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"COLUMNS": "80"}
    done = subprocess.run([command, *shlex.split(arguments.replace("{tmp}", tmp))], input="".join(s + "\n" for s in stdin), text=True,
                          capture_output=True, env=env, cwd=GOLDEN, timeout=60, check=False)
    said = [("| ", line) for line in done.stdout.splitlines()] + [("! ", line) for line in done.stderr.splitlines()]
    return [(mark + line.replace(tmp, "{tmp}")).rstrip() for mark, line in said] + [f"= {done.returncode}"]


def compare(command, files, update, tmp):
    bad = count = 0
    for file in files:
        head, found = cases(file.read_text().splitlines())
        out = list(head)
        for arguments, stdin, expected in found:
            got = run(command, arguments, stdin, tmp)
            out += [f"$ {arguments}", *[("< " + s).rstrip() for s in stdin], *got, ""]
            count += 1
            if got != expected and not update:
                bad += 1
                print(f"{file.name}: smmu3 {arguments}")
                print("\n".join(f"  - {s}" for s in expected if s not in got))
                print("\n".join(f"  + {s}" for s in got if s not in expected))
        if update:
            file.write_text("\n".join(out))
    return bad, count


def main():
    update = "--update" in sys.argv
    command, *names = [a for a in sys.argv[1:] if a != "--update"]
    files = [Path(n) for n in names] or sorted(GOLDEN.glob("*.t"))
    with tempfile.TemporaryDirectory() as tmp:
        tool_machine.write(tmp)
        bad, count = compare(os.path.abspath(command), files, update, tmp)
    print(f"{count} cases, {bad} differ")
    sys.exit(1 if bad or not count else 0)


if __name__ == "__main__":
    main()
