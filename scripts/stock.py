#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""docs/CONFORMANCE-STOCK.md: what stock QEMU fails in the conformance suite, from its result and conformance/stock.def.

stock.py [--check] ROOT RESULT.json    writes the page, or says what is wrong with it
"""
import json
import re
import sys
from pathlib import Path

from coverage import def_args

HEAD = """# Stock QEMU in the conformance suite

Made by `make conformance-doc` from a run of `make conformance-stock`; do not edit. The SMMUv3 of stock QEMU
(Debian's 10.0), as it is, driven by its `edu` devices: Non-secure, unprivileged data accesses of 8 StreamIDs. Rows that need
more, or a feature that its ID registers do not have, are skipped; so this says nothing of what it does not claim.

**{passed} rows pass, {failed} fail, {skipped} are skipped.** Each rule of which rows fail, how many of those that ran,
the first of them, and what the model does; the causes are from reading and observing it.

| clause | rule | fail | for example | what it does |
|---|---|--:|---|---|
"""


def explanations(root):
    return [(re.compile(pattern), text)
            for pattern, text in def_args((root / "conformance/stock.def").read_text(), "STOCK")]


def cell(text):
    return text.replace("|", "\\|")


def main():
    check = "--check" in sys.argv
    root, result = map(Path, sys.argv[-2:])
    data = json.loads(result.read_text())
    rules = {r["id"]: r for r in data["rules"]}
    run, why = data["runs"][0], explanations(root)
    failing, ran, problems = {}, {}, []
    for row in run["rows"]:
        if row["outcome"] != "skip":
            ran[row["rule"]] = ran.get(row["rule"], 0) + 1
        if row["outcome"] == "fail":
            failing.setdefault(row["rule"], []).append(row)
    out = HEAD.format(**run["totals"])
    for rule, rows in failing.items():
        text = next((t for pattern, t in why if pattern.fullmatch(rule)), None)
        if text is None:
            problems.append(f"conformance/stock.def has nothing on {rule}: {rows[0]['case']}: {rows[0]['row']}: "
                            f"{rows[0]['failures'][0]}")
        out += (f"| {rules[rule]['clause']} | `{rule}`: {cell(rules[rule]['text'])} | {len(rows)} of {ran[rule]} | "
                f"{cell(rows[0]['row'])} | {cell(text or '')} |\n")
    page = root / "docs/CONFORMANCE-STOCK.md"
    if not check:
        page.write_text(out)
    elif not page.exists() or page.read_text() != out:
        problems.append("docs/CONFORMANCE-STOCK.md is not what stock QEMU does now: make conformance-doc")
    for p in problems:
        print("stock:", p)
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
