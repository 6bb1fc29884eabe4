#!/usr/bin/python3
"""Judges what llvm-cov counted: a table per layer, a list of what nothing reached, exit 1 below a
limit. Called by tools/coverage.py; tests/coverage.txt has the limits and the explained gaps.

  tools/coverage_report.py EXPORT.json   prints the table; the list goes beside it, uncovered.txt
  tools/coverage_report.py --self-test

What counts: each line with code, and each outcome of each condition as it is written: two for a
condition of if, while, for, ?:, && and ||, one for a case. What does not, anywhere:
- the failing side of ENSURE, everything inside its brackets, and `unreachable_value()`: they say
  what cannot happen, and a test of them would end the process that it is in;
- the way out of a switch over an enumeration that lists no such case: the compiler holds the list
  against the cases (-Wswitch);
- conditions that are constant (`while (true)`, `if constexpr`), and what the compiler writes
  (`= default`).

A fault that is only handed on (`if (!x) return x.error();`) is what an exception's edge would be
elsewhere. It is counted by itself, in the last column, and not among the decisions.
"""

import bisect
import fnmatch
import json
import re
import sys
from collections import defaultdict
from pathlib import Path

from layers import code_only

ROOT = Path(__file__).resolve().parent.parent
GAPS = ROOT / "tests" / "coverage.txt"
NOT_OURS = re.compile(r"_(test|bench|fuzz|fixture|cases|test_support)\.(cpp|h)$|/testing_\w+\.h$")


class Source:
    """The text of a file, and which parts of it are not counted."""

    def __init__(self, text):
        self.lines = text.splitlines()
        self.code = code_only(text).splitlines()
        self.whole = "\n".join(self.code)
        self.starts = [0]
        for line in self.code:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.ensured = [(match.start(), self.closing(match.end() - 1))
                        for match in re.finditer(r"\bENSURE\(", self.whole)]

    def closing(self, at, pair="()"):
        """Where the bracket at `at` closes."""
        depth = 0
        for place in range(at, len(self.whole)):
            depth += (self.whole[place] == pair[0]) - (self.whole[place] == pair[1])
            if depth == 0:
                return place
        return len(self.whole)

    def place(self, line, column):
        return self.starts[min(line, len(self.starts)) - 1] + column - 1

    def has_code(self, number):
        if number > len(self.code):
            return False
        code = self.code[number - 1].strip()
        return bool(re.search(r"\w", code)) and code not in ("else {", "} else {", "else") and \
            not code.startswith(("unreachable_value()", "using enum ", "namespace ")) and \
            not code.endswith("= default;")

    def outcomes(self, line, column, end_line, end_column):
        """Which outcomes of the condition at this place count: of ("true", "false")."""
        begin, end = self.place(line, column), self.place(end_line, end_column)
        if any(first <= begin <= last for first, last in self.ensured):
            return ()
        text = self.whole[begin:end].strip()
        if re.match(r"(case|default)\b", text):
            following = self.whole[end:end + 80].lstrip(": \n")
            return () if following.startswith("unreachable_value()") else ("true",)
        before = self.whole[:begin].rstrip()
        if before.endswith("switch ("):
            after = self.closing(len(before) - 1) + 1
            opened = self.whole.find("{", after)
            body = self.whole[opened:self.closing(opened, "{}")]
            # A label that is blank by now was a character.
            return ("true",) if re.search(r"\bcase\s*(:|\d)", body) else ()
        if text in ("true", "false") or before.endswith("constexpr ("):
            return ()
        if self.code[line - 1].rstrip().endswith("= default;"):
            return ()
        return ("false",) if self.hands_on(text, end) else ("true", "false")

    def hands_on(self, text, end):
        """Whether the condition that ends here does nothing but hand on a fault."""
        name = re.fullmatch(r"!\s*(\w+)", text)
        return bool(name) and bool(re.match(
            rf"\)\s*\{{?\s*return (std::move\()?{name[1]}(\.error\(\))?\)?;", self.whole[end:]))


class File:
    """What was reached of one file: line -> count, and the outcomes that nothing took."""

    def __init__(self, path, source, data):
        self.path, self.source = path, source
        self.lines = {number: count for number, count in line_counts(data["segments"])
                      if source.has_code(number)}
        counted = defaultdict(lambda: [0, 0])
        for line, column, end_line, end_column, taken, not_taken, *_ in data["branches"]:
            counted[line, column, end_line, end_column][0] += taken
            counted[line, column, end_line, end_column][1] += not_taken
        self.outcomes = 0
        self.handed_on = [0, 0]  # faults: taken, places
        self.missed = defaultdict(list)  # line -> [(column, outcome)]
        for place, counts in sorted(counted.items()):
            wanted = source.outcomes(*place)
            if wanted == ("false",):
                self.handed_on[0] += counts[0] > 0
                self.handed_on[1] += 1
            self.outcomes += len(wanted)
            for outcome, count in zip(("true", "false"), counts):
                if outcome in wanted and count == 0:
                    self.missed[place[0]].append((place[1], outcome))

    def gaps(self):
        """The lines at which something is missing."""
        return sorted({number for number, count in self.lines.items() if count == 0} |
                      set(self.missed))

    def explained_from(self, number):
        """What an explanation at this line explains: the line, and what follows it unreached."""
        yield number
        code = sorted(self.lines)
        for following in code[bisect.bisect_right(code, number):]:
            if self.lines[following] != 0:
                return
            yield following

    def figures(self, explained=frozenset()):
        """Lines reached, lines, outcomes taken, outcomes, faults handed on, places that would;
        what is explained is left out."""
        lines = [count for number, count in self.lines.items()
                 if count > 0 or number not in explained]
        missed = sum(len(m) for number, m in self.missed.items())
        left_out = sum(len(m) for number, m in self.missed.items() if number in explained)
        return [sum(count > 0 for count in lines), len(lines),
                self.outcomes - missed, self.outcomes - left_out, *self.handed_on]


def line_counts(segments):
    """The count of each line, from llvm-cov's segments, as llvm's LineCoverageStats does it."""
    by_line = defaultdict(list)
    for segment in segments:
        by_line[segment[0]].append(segment)
    wrapped = None
    for number in range(segments[0][0], segments[-1][0] + 1) if segments else ():
        here = by_line.get(number, [])
        begun = [s for s in here if s[4] and s[3] and not s[5]]
        skipped = here and here[0][4] and not here[0][3]
        if not skipped and ((wrapped and wrapped[3]) or begun):
            yield number, max([wrapped[2] if wrapped else 0, *(s[2] for s in begun)])
        if here:
            wrapped = here[-1]


class Gaps:
    """tests/coverage.txt: groups of files, limits, and gaps with their reasons."""

    def __init__(self, text):
        self.groups, self.limits, self.explained, self.wrong = {}, {}, [], []
        reason = ""
        for number, line in enumerate(text.splitlines(), 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            word, _, rest = line.partition(" ")
            if word == "group":
                name, _, patterns = rest.partition(":")
                self.groups.setdefault(name.strip(), []).extend(patterns.split())
            elif word == "limit":
                name, lines, decisions = rest.split()
                self.limits[name] = (float(lines), float(decisions))
            elif word == "because":
                reason = rest
            elif " | " in line and reason:
                path, _, code = line.partition(" | ")
                self.explained.append((path.strip(), squeeze(code)))
            else:
                self.wrong.append(f"tests/coverage.txt:{number}: not understood")


def squeeze(text):
    return " ".join(text.split())


def explained_lines(files, gaps):
    """Path -> lines that are explained; and explanations that fit nothing, or nothing missing."""
    lines, stale, reached = defaultdict(set), [], []
    for path, code in gaps.explained:
        file = files.get(path)
        places = [] if file is None else \
            [number for number, line in enumerate(file.source.lines, 1) if squeeze(line) == code]
        if not places:
            stale.append(f"{path}: no such line: {code}")
            continue
        missing = set(file.gaps()).intersection(places)
        if not missing:
            reached.append(f"{path}:{places[0]}: reached by now: {code}")
        for number in missing:
            lines[path].update(file.explained_from(number))
    return lines, stale, reached


def layer_order():
    lines = (ROOT / "src" / "layers.txt").read_text().splitlines()
    return [line.split(":")[0] for line in lines if re.match(r"\w+:", line)]


def percent(part, whole):
    return 100.0 * part / whole if whole else 100.0


def rows_of(files, gaps, explained):
    """(name, figures as they are, figures with the explained gaps left out)"""
    sums = {name: [[0] * 6, [0] * 6] for name in [*layer_order(), *gaps.groups, "all"]}
    for path, file in files.items():
        names = [path.split("/")[1], "all"]
        names += [name for name, patterns in gaps.groups.items()
                  if any(fnmatch.fnmatch(path, pattern) for pattern in patterns)]
        for name in names:
            row = sums.get(name)
            if row is None:
                continue
            row[0] = [a + b for a, b in zip(row[0], file.figures())]
            row[1] = [a + b for a, b in zip(row[1], file.figures(explained.get(path, ())))]
    return [(name, *row) for name, row in sums.items() if row[0][1]]


def print_table(rows, gaps):
    print(f"{'':<16} {'lines':>17} {'decisions':>17}   without explained gaps   handed on")
    failed = []
    for name, plain, judged in rows:
        lines, decisions = percent(*judged[:2]), percent(*judged[2:4])
        limit = gaps.limits.get(name)
        below = limit and (lines < limit[0] or decisions < limit[1])
        if below:
            failed.append(f"{name}: below its limit of {limit[0]:g} % and {limit[1]:g} %")
        print(f"{name:<16} {percent(*plain[:2]):6.1f} % of {plain[1]:5}"
              f" {percent(*plain[2:4]):6.1f} % of {plain[3]:5}"
              f"   {lines:8.1f} % {decisions:8.1f} %   {plain[4]:4} of {plain[5]:4}"
              f"{'  BELOW ITS LIMIT' if below else ''}")
    return failed


def list_of(files, explained):
    for path, file in sorted(files.items()):
        for number in file.gaps():
            said = "explained" if number in explained.get(path, ()) else "MISSING"
            what = "never reached" if file.lines.get(number) == 0 else \
                "never " + ", ".join(f"{outcome} at {column}"
                                     for column, outcome in file.missed[number])
            yield f"{path}:{number}: {said}: {what}: {squeeze(file.source.lines[number - 1])}"


def read_export(path):
    files = {}
    for data in json.loads(Path(path).read_text())["data"][0]["files"]:
        match = re.search(r"(?:^|/)(src/[^.].*)$", data["filename"])
        name = match[1] if match else ""
        if name and not NOT_OURS.search(name) and (ROOT / name).exists():
            source = Source((ROOT / name).read_text())
            last = max([segment[0] for segment in data["segments"]], default=0)
            if last > len(source.lines):
                sys.exit(f"{name} has changed since it was built: run ./dev coverage again")
            files[name] = File(name, source, data)
    return files


def judge(export):
    gaps = Gaps(GAPS.read_text())
    files = read_export(export)
    explained, stale, reached = explained_lines(files, gaps)
    rows = rows_of(files, gaps, explained)
    failed = print_table(rows, gaps)
    names = {name for name, *_ in rows}
    failed += [f"{name}: a limit for nothing" for name in gaps.limits if name not in names]
    out = Path(export).with_name("uncovered.txt")
    out.write_text("".join(line + "\n" for line in list_of(files, explained)))
    print(f"what is missing, line by line: {out}")
    for line in reached:
        print("note: " + line)
    failed += gaps.wrong + stale
    for line in failed:
        print("FAIL: " + line)
    return 1 if failed else 0


# --- self-test -----------------------------------------------------------------------------------

SAMPLE = """\
int f(E e, int a) {
    ENSURE(a > 0 && a < 9);
    switch (e) {
        case E::x: return 1;
        case E::y: return 2;
    }
    unreachable_value();
    while (true) {
        if (a > 1 && a < 3) {
            return 1;
            return 2;
        }
    }
}
"""


def self_test():
    source = Source(SAMPLE)
    expected = [((2, 12, 2, 17), ()), ((3, 13, 3, 14), ()), ((4, 9, 4, 18), ("true",)),
                ((8, 12, 8, 16), ()), ((9, 13, 9, 18), ("true", "false"))]
    wrong = [f"{place}: {source.outcomes(*place)}" for place, outcomes in expected
             if source.outcomes(*place) != outcomes]
    literal = Source("    switch (c) {\n        case 'x': return 1;\n    }\n")
    wrong += [] if literal.outcomes(1, 13, 1, 14) == ("true",) else ["a switch over characters"]
    handing = Source("    if (const auto x = f(); !x) return x.error();\n    if (!y) return 1;\n")
    wrong += [] if handing.outcomes(1, 29, 1, 31) == ("false",) else ["a fault handed on"]
    wrong += [] if handing.outcomes(2, 9, 2, 11) == ("true", "false") else ["a fault not handed on"]
    # Lines 10 and 11 were never reached, `a < 3` was never true.
    data = {"segments": [[1, 19, 5, True, True, False], [9, 29, 0, True, True, False],
                         [12, 10, 5, True, False, False], [14, 2, 0, False, False, False]],
            "branches": [[9, 13, 9, 18, 3, 2, 0, 0, 4], [9, 22, 9, 27, 0, 3, 0, 0, 4]]}
    file = File("src/x/y.cpp", source, data)
    wrong += [] if file.gaps() == [9, 10, 11] else [f"gaps {file.gaps()}"]
    wrong += [] if file.figures() == [7, 9, 3, 4, 0, 0] else [f"figures {file.figures()}"]
    gaps = Gaps("because of it\nsrc/x/y.cpp | if (a > 1  && a < 3) {\nsrc/x/y.cpp | gone();\n"
                "src/x/y.cpp | while (true) {\nrubbish\n")
    explained, stale, reached = explained_lines({"src/x/y.cpp": file}, gaps)
    wrong += [] if explained["src/x/y.cpp"] == {9, 10, 11} else [f"explained {explained}"]
    figures = file.figures(explained["src/x/y.cpp"])
    wrong += [] if figures == [7, 7, 3, 3, 0, 0] else [f"explained figures {figures}"]
    counts = len(stale), len(reached), len(gaps.wrong)
    wrong += [] if counts == (1, 1, 1) else [f"stale, reached, wrong: {counts}"]
    print("\n".join(wrong) or "coverage: what is planted is found")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(self_test() if sys.argv[1:] == ["--self-test"] else judge(sys.argv[1]))
