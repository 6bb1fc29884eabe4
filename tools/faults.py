#!/usr/bin/python3
"""Which rows of the catalogue of faults have a test: makes tests/faults.md.

  tools/faults.py              writes it, from tests/faults.txt and the tags in the tests
  tools/faults.py --check      exit 1 and one line a finding: the table is stale, a tag names no
                               row or stands before no test
  tools/faults.py --self-test  plants each of these in a temporary tree; finds each

A tag is a comment of its own, `// covers: A07, B02` or `# covers: A07`, before the test that it
speaks of; in a fuzz target it speaks of the target. It is a claim that the test fails when the
row's promise is broken: read the test before you write one.
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"([A-Z]\d\d) ([^|]+?)(?: \| (.+))?")
TAG = re.compile(r"\s*(?://|#) covers: (.+)")
TEST = re.compile(r"TEST(?:_[FP])?\((\w+), (\w+)\)|\s*def (\w+)\(")
BETWEEN = re.compile(r"\s*(?://|#|@|$)")  # what may stand between a tag and its test
HEAD = """# The catalogue of faults and its tests

Made by `tools/faults.py` from `faults.txt` and the `covers:` tags in the tests; `./dev test` says
when it is stale. A row counts as covered when a test fails if the service does not do there what it
promises. Where a row has none, its last column says why, if there is more to say than "not yet".

"""


class Rows:
    def __init__(self, text):
        self.sections, self.words, self.notes, self.findings = [], {}, {}, []
        for number, line in enumerate(text.splitlines(), 1):
            if line.startswith("## "):
                self.sections.append((line[3:], []))
            elif line.strip() and not line.startswith("#"):
                row = ROW.fullmatch(line)
                if not row or not self.sections or row[1] in self.words:
                    self.findings.append(f"tests/faults.txt:{number}: no row, or one twice")
                    continue
                self.sections[-1][1].append(row[1])
                self.words[row[1]], self.notes[row[1]] = row[2], row[3]


def sources(root):
    for top in ("src", "tests", "tools"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in (".cpp", ".py") and path.name != "faults.py":
                yield path


def test_behind(path, lines, at):
    """The name of the test that a tag in line `at` speaks of, or None."""
    if path.stem.endswith("_fuzz"):
        return f"fuzz {path.stem.removesuffix('_fuzz')}"
    for line in lines[at + 1:]:
        if found := TEST.match(line):
            return found[3] or f"{found[1]}.{found[2]}"
        if not BETWEEN.match(line):
            return None
    return None


def read_tags(root, rows):
    """Row to its tests, as (name, path), and what is wrong."""
    tests, findings = {}, []
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        lines = path.read_text(encoding="utf-8").splitlines()
        for at, line in enumerate(lines):
            tag = TAG.fullmatch(line)
            if not tag:
                continue
            test = test_behind(path, lines, at)
            if test is None:
                findings.append(f"{name}:{at + 1}: the tag stands before no test")
                continue
            for row in re.split(r",\s*", tag[1].strip()):
                if row not in rows.words:
                    findings.append(f"{name}:{at + 1}: {row} is no row of tests/faults.txt")
                else:
                    tests.setdefault(row, []).append((test, name))
    findings += [f"tests/faults.txt: {row} says why it has no test, and has one"
                 for row in sorted(tests) if rows.notes[row]]
    return tests, findings


def table(rows, tests):
    text = HEAD + f"**{len(tests)} of {len(rows.words)} rows have a test.**\n"
    for title, members in rows.sections:
        count = sum(row in tests for row in members)
        text += f"\n## {title} ({count} of {len(members)})\n\n| row | fault | tests |\n"
        text += "| --- | --- | --- |\n"
        for row in members:
            links = ", ".join(f"[{test}](../{path})" for test, path in tests.get(row, ()))
            text += f"| {row} | {rows.words[row]} | {links or rows.notes[row] or '–'} |\n"
    return text


def look(root):
    """The table as it should be, and what is wrong beside it."""
    rows = Rows((root / "tests" / "faults.txt").read_text(encoding="utf-8"))
    tests, findings = read_tags(root, rows)
    return table(rows, tests), rows.findings + findings


def check(root):
    wanted, findings = look(root)
    made = root / "tests" / "faults.md"
    if not made.exists() or made.read_text(encoding="utf-8") != wanted:
        findings.append("tests/faults.md is stale: run tools/faults.py")
    return findings


def self_test():
    good = "## A: all\nA01 one\nA02 two | no machine\n"
    test = "// covers: A01\nTEST(Suite, name) {}\n"
    planted = [(good, test, None), (good, "int x;\n", None),
               (good, "# covers: A01\n@mark\ndef test_it():\n", None),
               (good, test.replace("A01", "A01, A09"), "A09 is no row"),
               (good, test.replace("TEST", "int x;\nTEST"), "before no test"),
               (good, "// covers: A02\nTEST(Suite, name) {}\n", "has one"),
               (good + "A01 again\n", test, "twice"), (good + "A3 short\n", test, "no row"),
               (good, test + "stale", "stale")]
    failed = 0
    for rows, code, expected in planted:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name in ("src", "tests", "tools"):
                (root / name).mkdir()
            (root / "tests" / "faults.txt").write_text(rows)
            path = root / "tests" / ("a.py" if "def" in code else "a.cpp")
            path.write_text(code)
            (root / "tests" / "faults.md").write_text(look(root)[0] + code.partition("stale")[1])
            findings = check(root)
        if bool(findings) if expected is None else not any(expected in one for one in findings):
            failed += 1
            print(f"self-test: {code!r}: expected {expected!r}, found {findings}")
    print(f"faults: self-test, {len(planted) - failed} as expected, {failed} not")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if arguments.check:
        findings = check(ROOT)
    else:
        made, findings = look(ROOT)
        (ROOT / "tests" / "faults.md").write_text(made, encoding="utf-8")
        print(re.search(r"\*\*(.*)\*\*", made)[1])
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
