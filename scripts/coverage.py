#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""docs/COVERAGE.md: which rule of the architecture is tested by how many rows, and how each SMMU does.

coverage.py [--rows | --check] RUNNER ROOT [--ours FILE...] [--stock FILE]
    RUNNER is smmu3-conformance. It is run on the library in all configurations; every row has to pass, every rule to
    have a row that ran in each form it needs, every ID field to have been seen low and high.
    --rows          only that; the page is not looked at
    --check         says what is wrong with the page instead of writing it
    --ours, --stock results of the QEMUs (--format=json); without them the page keeps what it says of those
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HEAD = """# Coverage

Made by `make conformance-doc`; do not edit. One line for each rule that the conformance suite tests: the clause of
IHI 0070 G.b, how many rows test it kept (*legal*) and broken (*illegal*), and what became of them on the library
(in all of `smmu3-conformance --list-configs`), on our QEMU (profiles `qemu-virt`, `hafnium`, `max`) and on stock
QEMU. `-`: no row of it could run there; [CONFORMANCE.md](CONFORMANCE.md) says how to find out why.
What stock fails is explained in [CONFORMANCE-STOCK.md](CONFORMANCE-STOCK.md).
"""
TABLE = ("\n| clause | rule | legal | illegal | library | our QEMU | stock |\n|---|---|--:|--:|---|---|---|\n")
# Fields in which a second value changes nothing that a row could need.
FREE = {"IDR1.PRIQS"}


def def_args(text, macro):
    """Arguments of each MACRO(...), strings and words alike; strings that follow each other are one."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    for call in re.findall(rf"^{macro}\(((?:[^\"()]|\"(?:[^\"\\]|\\.)*\")*)\)", text, flags=re.M):
        call = re.sub(r'"\s*"', "", call)
        yield [s if s else w for s, w in re.findall(r'"([^"]*)"|([^,\s"]+)', call)]


def rooms(root):
    """[(title, [rule id])], one for each rules_*.def in the order of rules.def."""
    conf = root / "conformance"
    for name in re.findall(r'^#include "(rules_\w+\.def)"', (conf / "rules.def").read_text(), flags=re.M):
        text = (conf / name).read_text()
        title = re.sub(r"\s*\n \*\s*", " ", re.findall(r"/\*\s*(.*?)\s*\*/", text, flags=re.S)[1]).strip(" *")
        yield title, [args[0] for args in def_args(text, "RULE")]


def run_library(runner):
    """All configurations, on as many processors as there are; the result is as that of one run."""
    listed = subprocess.run([runner, "--list-configs"], stdout=subprocess.PIPE, text=True, check=True).stdout
    configs = [line for line in listed.splitlines() if not line.startswith(" ")]
    jobs = min(4, os.cpu_count() or 1)
    with tempfile.TemporaryDirectory() as where:
        parts = [(Path(where) / str(n), configs[n::jobs]) for n in range(jobs)]
        running = [subprocess.Popen([runner, "-f", "json", "-o", out, *(a for c in part for a in ("-c", c))])
                   for out, part in parts]
        for process in running:
            if process.wait() not in (0, 1):
                sys.exit(f"coverage: {runner} ended with {process.returncode}")
        results = [json.loads(out.read_text()) for out, _ in parts]
    runs = {run["config"]: run for result in results for run in result["runs"]}
    return {**results[0], "runs": [runs[c] for c in configs]}


def by_rule(results):
    """{rule: {(case, row, form): {outcomes}}} over all runs: what a row tests can depend on the configuration."""
    found = {}
    for result in results:
        for run in result["runs"]:
            for row in run["rows"]:
                key = row["case"], row["row"], row["form"]
                found.setdefault(row["rule"], {}).setdefault(key, set()).add(row["outcome"])
    return found


def ran(rows, form):
    return sum(1 for key, outcomes in rows.items() if key[2] in (form, "both") and outcomes - {"skip"})


def verdict(rows):
    """What became of a rule's rows on one SMMU."""
    done = [outcomes for outcomes in rows.values() if outcomes - {"skip"}]
    failed = sum("fail" in outcomes for outcomes in done)
    if not done:
        return "-"
    return f"{failed} of {len(done)} fail" if failed else f"{len(done)} pass"


def old_verdicts(page):
    """{rule: (ours, stock)} that the page has now."""
    found = {}
    for line in page.read_text().splitlines() if page.exists() else []:
        cells = [c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 7 and cells[1].startswith("`"):
            found[cells[1].split("`")[1]] = (cells[5], cells[6])
    return found


def check_rows(library, rules):
    problems = []
    for run in library["runs"]:
        seen = set()
        for row in run["rows"]:
            name = f"{row['case']}: {row['row']}"
            if name in seen:
                problems.append(f"two rows are called \"{name}\"")
            seen.add(name)
            if row["outcome"] == "fail":
                problems.append(f"FAIL {run['config']} {name} ({rules[row['rule']]['clause']}: "
                                f"{rules[row['rule']]['text']}): " + "; ".join(row["failures"]))
    return list(dict.fromkeys(problems))


def not_there(root, library):
    """(rule, form) of rows that need an ID field that the library always has at 0."""
    never = {f"{reg}.{field}" for reg, _, field, *_, high in def_args((root / "spec/id.def").read_text(), "ID_FIELD")
             if high == "0"}
    return {(row["rule"], row["form"]) for run in library["runs"] for row in run["rows"]
            if row["outcome"] == "skip" and any(row["why"].startswith(f"needs {field} ") for field in never)}


def check_forms(root, found, rules, library):
    excused = not_there(root, library)
    for rule in rules.values():
        needed = ("legal", "illegal") if rule["forms"] == "both" else (rule["forms"],)
        for form in needed:
            if not ran(found.get(rule["id"], {}), form) and (rule["id"], form) not in excused:
                yield f"rule {rule['id']} has no {form} row that ran in any configuration of the library"


def check_fields(root, library):
    for reg, _, field, lo, width, low, high in def_args((root / "spec/id.def").read_text(), "ID_FIELD"):
        name, seen = f"{reg}.{field}", set()
        for run in library["runs"]:
            if reg in run["ids"]:
                seen.add(int(run["ids"][reg], 0) >> int(lo) & (1 << int(width)) - 1)
        if seen and low != high and name not in FREE and (int(low) not in seen or len(seen) < 2):
            yield f"{name}: no configuration of conformance/backend/configs.def has it {low}, or all have"


def page_text(root, rules, library, ours, stock, old):
    out = HEAD
    for title, ids in rooms(root):
        out += f"\n## {title}\n{TABLE}"
        for rule in ids:
            rows = library.get(rule, {})
            counts = [str(ran(rows, form) or "") for form in ("legal", "illegal")]
            before = old.get(rule, ("-", "-"))
            cells = [rules[rule]["clause"], f"`{rule}`: {rules[rule]['text']}".replace("|", "\\|"), *counts,
                     "pass" if verdict(rows).endswith("pass") else verdict(rows),
                     verdict(ours.get(rule, {})) if ours is not None else before[0],
                     verdict(stock.get(rule, {})) if stock is not None else before[1]]
            out += "| " + " | ".join(cells) + " |\n"
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("runner")
    parser.add_argument("root", type=Path)
    parser.add_argument("--ours", nargs="+", type=Path)
    parser.add_argument("--stock", nargs="+", type=Path)
    args = parser.parse_args()

    def load(files):
        return by_rule(json.loads(f.read_text()) for f in files) if files else None

    library = run_library(args.runner)
    rules = {r["id"]: r for r in library["rules"]}
    found = by_rule([library])
    if set(rules) != {rule for _, ids in rooms(args.root) for rule in ids}:
        sys.exit(f"coverage: {args.runner} has other rules than conformance/rules.def: make lib")
    page = args.root / "docs/COVERAGE.md"
    problems = check_rows(library, rules)
    problems += check_forms(args.root, found, rules, library)
    problems += check_fields(args.root, library)
    text = page_text(args.root, rules, found, load(args.ours), load(args.stock), old_verdicts(page))
    if args.rows:
        pass
    elif not args.check:
        page.write_text(text)
    elif not page.exists() or page.read_text() != text:
        problems.append("docs/COVERAGE.md is not current: make conformance-doc")
    for p in problems[:40]:
        print("coverage:", p)
    if len(problems) > 40:
        print(f"coverage: and {len(problems) - 40} more")
    totals = [sum(run["totals"][k] for run in library["runs"]) for k in ("passed", "failed", "skipped")]
    print(f"coverage: {len(rules)} rules, {sum(len(rows) for rows in found.values())} rows; in {len(library['runs'])} "
          f"configurations {totals[0]} passed, {totals[1]} failed, {totals[2]} skipped")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
