#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""docs/FEATURES.md from spec/features.def, spec/id.def and spec/profile.def.

features.py [--check] ROOT: writes the page, or says what is wrong with it.
"""
import re
import sys
from pathlib import Path

HEAD = """# Features

Made by `scripts/features.py` from `spec/features.def`, `spec/id.def` and `spec/profile.def`; do not edit.
A feature is on where its ID field says so, and behaves as the architecture says for 0 where it is not.
The last columns are the field's value in each profile.

"""


def rows(path, macro):
    """Arguments of each MACRO(...) of a .def file, strings and words alike."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    for call in re.findall(rf"^{macro}\((.*?)\)$", text, flags=re.M | re.S):
        yield [(s if s else w) for s, w in re.findall(r'"([^"]*)"|([^,\s"]+)', call)]


def main():
    check = "--check" in sys.argv
    root = Path(sys.argv[-1])
    problems = []
    ids = {f"{r[0]}.{r[2]}": (r[1], int(r[3]), int(r[4]), int(r[6])) for r in rows(root / "spec/id.def", "ID_FIELD")}
    regs = ["idr0", "idr1", "idr3", "idr5", "iidr", "aidr", "s_idr0", "s_idr1", "s_idr3", "mpamidr", "s_mpamidr"]
    profiles = {r[0]: dict(zip(regs, (int(v, 0) for v in r[1:]))) for r in rows(root / "spec/profile.def", "PROFILE")}
    out = HEAD + "| feature | ID field | clause | src/ | tests/unit/ | in QEMU | " + " | ".join(profiles) + " |\n"
    out += "|---" * (6 + len(profiles)) + "|\n"
    for name, field, clause, files, tests, qemu in rows(root / "spec/features.def", "FEATURE"):
        values = ["" for _ in profiles]
        if field:
            if field not in ids:
                problems.append(f"{name}: no field {field} in spec/id.def")
                continue
            member, lo, width, top = ids[field]
            if top == 0:
                problems.append(f"{name}: {field} cannot be anything but 0")
            values = [str(p[member] >> lo & (1 << width) - 1) for p in profiles.values()]
        for kind, names in (("src/{}.c", files), ("tests/unit/test_{}.c", tests)):
            problems += [f"{name}: there is no {kind.format(n)}" for n in names.split()
                         if not (root / kind.format(n)).exists()]
        out += "| " + " | ".join([name, f"`{field}`" if field else "", clause, files.replace(" ", ", "),
                                  tests.replace(" ", ", "), qemu] + values) + " |\n"
    page = root / "docs/FEATURES.md"
    if check and (not page.exists() or page.read_text() != out):
        problems.append("docs/FEATURES.md is not what scripts/features.py makes")
    if not check:
        page.write_text(out)
    for p in problems:
        print("features:", p, file=sys.stderr)
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
