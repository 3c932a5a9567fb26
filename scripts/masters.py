#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""The register tables of docs/MASTERS.md, from spec/master.def and spec/testengine.def.

masters.py [--check] ROOT: puts each table between its marks, or says which of them is not what the .def says.
"""
import re
import sys
from pathlib import Path

ROW = r'"([^"]*)"|([^,\s"]+)'


def rows(text, macro):
    """(register, arguments) of all MACRO(...), in order."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    for call in re.findall(rf"^{macro}\((.*)\)$", text, flags=re.M):
        # The meaning is the last argument and may hold commas and parentheses.
        words, meaning = re.match(r'(.*?),\s*"([^"]*)"$', call).groups()
        yield [w.strip() for w in words.split(",")] + [meaning]


def bits(lo, width):
    lo, width = int(lo), int(width)
    return f"[{lo}]" if width == 1 else f"[{lo + width - 1}:{lo}]"


def table(path, prefix):
    text = path.read_text(encoding="utf-8")
    out = "| offset | bits | register | access | reset | meaning |\n|---|---|---|---|---|---|\n"
    fields, values = {}, {}
    for reg, *rest in rows(text, f"{prefix}_FIELD"):
        fields.setdefault(reg, []).append(rest)
    for reg, *rest in rows(text, f"{prefix}_VALUE"):
        values.setdefault(reg, []).append(rest)
    for name, offset, size, access, _, reset, meaning in rows(text, f"{prefix}_REG"):
        out += f"| {int(offset, 0):#05x} | {size} | `{name}` | {access} | {int(reset, 0):#x} | {meaning} |\n"
        for field, lo, width, what in fields.get(name, []):
            out += f"| | {bits(lo, width)} | `{name}.{field}` | | | {what} |\n"
        for value, number, what in values.get(name, []):
            out += f"| | = {int(number, 0):#x} | `{value}` | | | {what} |\n"
    return out


def main():
    check = "--check" in sys.argv
    root = Path(sys.argv[-1])
    page = root / "docs/MASTERS.md"
    text = old = page.read_text(encoding="utf-8")
    for prefix in ("MASTER", "TESTENGINE"):
        name = f"{prefix.lower()}.def"
        mark = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.S)
        if len(mark.findall(text)) != 1:
            sys.exit(f"masters: docs/MASTERS.md has no place for spec/{name}")
        made = table(root / "spec" / name, prefix)
        text = mark.sub(lambda m, made=made: m[1] + made + m[2], text)
    if check and text != old:
        sys.exit("masters: the tables of docs/MASTERS.md are not what scripts/masters.py makes")
    if not check:
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
