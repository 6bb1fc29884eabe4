#!/usr/bin/python3
"""Holds the source tree against src/layers.txt and the house limits. No list of exceptions.

  tools/layers.py [--root DIR]   check the tree; exit 1 and one line a finding if any
  tools/layers.py --self-test    plant every kind of violation in a temporary tree; find each
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

LINES_FAIL = 500
LINES_WARN = 400
COLUMNS_MAX = 100

# A pure layer may include these of the standard library, and no outside library at all.
PURE_HEADERS = set("""
    algorithm array bit bitset cctype charconv chrono climits compare concepts coroutine cstddef
    cstdint cstring deque functional initializer_list inttypes.h iosfwd iterator limits list map
    memory memory_resource new numeric optional ostream queue ranges set source_location span
    sstream stack stdexcept string string_view tuple type_traits typeinfo utility variant
    vector version
""".split())

# Words that a pure layer may not contain, outside comments and quoted text.
PURE_WORDS = {
    "floating point": r"\b(?:float|double|float_t|double_t|_Float\d+|__float128)\b"
                      r"|(?<![\w.'])\d[\d']*\.\d|(?<![\w.'])\d[\d']*(?:\.\d*)?[eE][-+]?\d+\b"
                      r"|\bstd::(?:pow|sqrt|floor|ceil|l?l?round|trunc|fabs|log|exp|sto[fd])\b",
    "clock": r"\b(?:system_clock|steady_clock|high_resolution_clock|utc_clock|tai_clock"
             r"|gps_clock|file_clock|clock_gettime|gettimeofday|localtime(?:_r)?"
             r"|gmtime(?:_r)?|mktime|strftime|zoned_time|current_zone)\b|\bstd::(?:time|clock)\b"
             r"|(?<![\w.>])(?:::)?time\s*\(\s*(?:nullptr|NULL|0|&)",
    "thread": r"\bstd::(?:jthread|thread|mutex|\w+_mutex|condition_variable\w*|atomic\w*|future"
              r"|shared_future|promise|packaged_task|async|lock_guard|unique_lock|scoped_lock"
              r"|shared_lock|latch|barrier|\w+_semaphore|once_flag|call_once|this_thread"
              r"|stop_token)\b"
              r"|\bthread_local\b|\bpthread_\w+|\bthis_thread\b",
    "file": r"\b(?:fopen|freopen|fread|fwrite|fdopen|fsync|fdatasync|pread|pwrite|mmap|FILE"
            r"|i?fstream|ofstream|basic_\w*fstream|filebuf|filesystem|file_descriptor|tmpfile)\b"
            r"|\bstd::(?:cout|cerr|clog|cin)\b|\b(?:printf|fprintf|puts|fputs)\s*\("
            r"|(?<!\w)::(?:open|openat|read|write|close|rename|unlink|truncate)\s*\(",
    "socket": r"\b(?:sockaddr\w*|sendto|recvfrom|recvmsg|sendmsg|epoll_\w+|getaddrinfo)\b"
              r"|\b(?:asio|beast)::"
              r"|\bsocket\b|(?<!\w)::(?:send|recv|bind|listen|accept4?|connect)\s*\(",
    "JSON": r"(?i:\b\w*json\w*\b)",
    "randomness": r"\b(?:random_device|mt19937(?:_64)?|minstd_rand0?|default_random_engine"
                  r"|uniform_\w+_distribution|getrandom|getentropy|RAND_bytes|drand48|arc4random)\b"
                  r"|\b(?:std::)?s?rand\s*\(",
    "hash order": r"\b(?:unordered_(?:multi)?(?:map|set)|(?:flat|node)_hash_(?:map|set)"
                  r"|std::hash)\b",
    "environment": r"\b(?:getenv|secure_getenv|setlocale)\b|\bstd::locale\b",
}
PURE_WORDS = {what: re.compile(pattern) for what, pattern in PURE_WORDS.items()}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
BESIDE = re.compile(r"_(test|bench|fuzz)\.cpp$")
CODE = {".h", ".hpp", ".inc", ".cpp", ".cc"}
TEXT = CODE | {".py", ".sh", ".cmake"}

# Comments and quoted text, replaced by blanks so that places stay right.
_TOKENS = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^()\\\s]{0,16})\(.*?\)(?P=d)"'
    r'|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.S)


def code_only(text):
    """The text with comments and literals blanked; #include lines are kept out as well."""
    blank = lambda match: re.sub(r"[^\n]", " ", match.group())
    return INCLUDE.sub(blank, _TOKENS.sub(blank, text))


class Rules:
    """What layers.txt says."""

    def __init__(self, path):
        self.used, self.pure, self.adapters, self.findings = {}, [], [], []
        for number, line in enumerate(path.read_text().splitlines(), 1):
            line = line.split("#")[0].strip()
            if not line:
                continue
            name, colon, rest = line.partition(":")
            names = rest.split()
            where = f"src/layers.txt:{number}"
            if not colon:
                self.findings.append(f"{where}: not `layer: used used ...`")
            elif name in ("pure", "adapters"):
                setattr(self, name, names)
            elif name in self.used:
                self.findings.append(f"{where}: `{name}` is named twice")
            else:
                above = list(self.used)
                names = above if names == ["*"] else names
                for missing in (n for n in names if n not in above):
                    self.findings.append(f"{where}: `{name}` uses `{missing}`, not above it")
                self.used[name] = set(names)
        last = list(self.used)[-1:] if self.used else []
        for name in self.pure + self.adapters:
            if name not in self.used:
                self.findings.append(f"src/layers.txt: `{name}` is not a layer")
        for name in self.adapters:
            for other in self.used.get(name, set()) & set(self.adapters):
                self.findings.append(f"src/layers.txt: adapter `{name}` uses adapter `{other}`")
        for name, used in self.used.items():
            both = sorted(used & set(self.adapters))
            stores = [n for n in both if n.startswith("store_")]
            if stores and [name] != last:
                self.findings.append(f"src/layers.txt: `{name}` knows the adapter `{stores[0]}`")


def check_limits(path, text, findings, warnings):
    lines = text.splitlines()
    if len(lines) > LINES_FAIL:
        findings.append(f"{path}: {len(lines)} lines, the limit is {LINES_FAIL}")
    elif len(lines) > LINES_WARN:
        warnings.append(f"{path}: {len(lines)} lines, look for a seam ({LINES_FAIL} is the limit)")
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX:
            findings.append(f"{path}:{number}: {len(line)} columns, the limit is {COLUMNS_MAX}")


def check_includes(path, layer, text, rules, findings):
    may_use = rules.used[layer] | {layer}
    for match in INCLUDE.finditer(_blank_comments(text)):
        quote, target = match.groups()
        number = text.count("\n", 0, match.start(2)) + 1
        folder = target.split("/")[0]
        where = f"{path}:{number}"
        if quote == "<" and not ("/" in target and folder in rules.used):
            if layer in rules.pure and not BESIDE.search(path) and target not in PURE_HEADERS:
                findings.append(f"{where}: pure layer `{layer}` may not include <{target}>")
        elif "/" not in target or folder in (".", ".."):
            findings.append(f'{where}: write "{layer}/...", from the root src/, not "{target}"')
        elif folder not in rules.used:
            findings.append(f'{where}: "{target}" is in no layer')
        elif folder in rules.adapters and layer in rules.adapters and folder != layer:
            findings.append(f'{where}: adapter `{layer}` includes adapter "{target}"')
        elif folder not in may_use:
            findings.append(f'{where}: `{layer}` may not use "{target}" (see src/layers.txt)')


def _blank_comments(text):
    return re.sub(r"^[ \t]*//[^\n]*|/\*.*?\*/",
                  lambda match: re.sub(r"[^\n]", " ", match.group()), text, flags=re.S | re.M)


def check_words(path, layer, text, findings):
    code = code_only(text)
    for what, pattern in PURE_WORDS.items():
        for match in pattern.finditer(code):
            number = code.count("\n", 0, match.start()) + 1
            word = " ".join(match.group().split())
            findings.append(f"{path}:{number}: pure layer `{layer}` names `{word}` ({what})")


def check_tree(root):
    """Returns the number of files looked at, the findings and the warnings."""
    rules = Rules(root / "src" / "layers.txt")
    findings, warnings, count = list(rules.findings), [], 0
    for folder in sorted(p for p in (root / "src").iterdir() if p.is_dir()):
        if folder.name not in rules.used:
            findings.append(f"src/{folder.name}: a folder that is no layer of src/layers.txt")
    for top in ("src", "tests", "bench", "tools", "cmake"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in TEXT or not file.is_file():
                continue
            count += 1
            path = file.relative_to(root).as_posix()
            text = file.read_text(encoding="utf-8")
            check_limits(path, text, findings, warnings)
            parts = path.split("/")
            if top != "src" or file.suffix not in CODE:
                continue
            if len(parts) < 3:
                findings.append(f"{path}: code outside a layer")
            elif parts[1] in rules.used:
                check_includes(path, parts[1], text, rules, findings)
                if parts[1] in rules.pure and not BESIDE.search(path):
                    check_words(path, parts[1], text, findings)
    return count, findings, warnings


# --- self-test -----------------------------------------------------------------------------------

LAYERS = """base:
os: base
money: base
ledger: base money
engine: base os money ledger
store_embedded: base engine
http: base os
app: *
pure: money ledger
adapters: store_embedded http
"""

# path, text, what the finding must contain (None: must be found clean)
PLANTED = [
    ("src/money/a.h", '#include "base/x.h"\n#include <vector>\n#include <chrono>\n', None),
    ("src/money/a.h", "// a double posting, by the clock\nint json_depth;\n", "JSON"),
    ("src/money/a.h", "// a double entry of 1.5\nstd::chrono::sys_days d; int x{1'000};\n", None),
    ("src/money/a.h", 'auto t = R"(double 1.5)"; auto u = "std::thread"; char c = \'"\';\n', None),
    ("src/money/a_test.cpp", '#include <gtest/gtest.h>\ndouble d = 1.5;\n', None),
    ("src/app/a.cpp", '#include "http/x.h"\n#include "store_embedded/y.h"\n', None),
    ("src/engine/a.cpp", "std::unordered_map<int, double> m; std::mutex mutex;\n", None),
    ("src/money/a.h", '#include "ledger/x.h"\n', "may not use"),
    ("src/base/a.h", '#include "money/x.h"\n', "may not use"),
    ("src/engine/a.cpp", '#include <http/x.h>\n', "may not use"),
    ("src/engine/a_test.cpp", '  #  include "http/x.h"\n', "may not use"),
    ("src/http/a.cpp", '#include "store_embedded/x.h"\n', "includes adapter"),
    ("src/store_embedded/a.cpp", '#include "http/x.h"\n', "includes adapter"),
    ("src/money/a.h", '#include "a2.h"\n', "from the root"),
    ("src/money/a.h", '#include "../base/x.h"\n', "from the root"),
    ("src/money/a.h", '#include "util/x.h"\n', "in no layer"),
    ("src/util/a.h", "int x;\n", "no layer"),
    ("src/stray.cpp", "int x;\n", "outside a layer"),
    ("src/money/a.h", "#include <thread>\n", "may not include"),
    ("src/money/a.h", "#include <openssl/evp.h>\n", "may not include"),
    ("src/money/a.h", "#include <unordered_map>\n", "may not include"),
    ("src/money/a.h", "#include <cmath>\n", "may not include"),
    ("src/money/a.h", "double rate;\n", "floating point"),
    ("src/money/a.h", "long\nfloat rate;\n", "floating point"),
    ("src/money/a.h", "auto rate = 1.5;\n", "floating point"),
    ("src/money/a.h", "auto rate = 1e9;\n", "floating point"),
    ("src/money/a.h", "auto n = std::chrono::system_clock::now();\n", "clock"),
    ("src/money/a.h", "auto n = std::chrono::steady_clock::now();\n", "clock"),
    ("src/money/a.h", "auto n = time(nullptr);\n", "clock"),
    ("src/ledger/a.cpp", "std::thread t;\n", "thread"),
    ("src/ledger/a.cpp", "std::mutex m;\n", "thread"),
    ("src/ledger/a.cpp", "std::shared_mutex m;\n", "thread"),
    ("src/ledger/a.cpp", "std::atomic<int> m;\n", "thread"),
    ("src/ledger/a.cpp", "thread_local int m;\n", "thread"),
    ("src/ledger/a.cpp", 'auto f = fopen("x", "r");\n', "file"),
    ("src/ledger/a.cpp", "std::ofstream f;\n", "file"),
    ("src/ledger/a.cpp", "std::filesystem::path f;\n", "file"),
    ("src/ledger/a.cpp", 'int f = ::open("x", 0);\n', "file"),
    ("src/ledger/a.cpp", "std::cout << 1;\n", "file"),
    ("src/ledger/a.cpp", "int s = socket(1, 2, 3);\n", "socket"),
    ("src/ledger/a.cpp", "simdjson::ondemand::parser p;\n", "JSON"),
    ("src/ledger/a.cpp", "std::string to_json();\n", "JSON"),
    ("src/ledger/a.cpp", "std::random_device r;\n", "randomness"),
    ("src/ledger/a.cpp", "int r = rand();\n", "randomness"),
    ("src/ledger/a.cpp", "std::unordered_map<int, int> m;\n", "hash order"),
    ("src/ledger/a.cpp", "absl::flat_hash_map<int, int> m;\n", "hash order"),
    ("src/ledger/a.cpp", 'auto e = getenv("X");\n', "environment"),
    ("src/base/a.cpp", "int x;\n" * 500, None),
    ("src/base/a.cpp", "int x;\n" * 501, "lines, the limit"),
    ("src/base/a.cpp", "//" + "x" * 98 + "\n", None),
    ("src/base/a.cpp", "//" + "ü" * 98 + "\n", None),
    ("src/base/a.cpp", "//" + "x" * 99 + "\n", "columns"),
    ("tests/a_test.cpp", "//" + "x" * 99 + "\n", "columns"),
    ("src/layers.txt", LAYERS.replace("money: base", "money: base ledger"), "not above it"),
    ("src/layers.txt", LAYERS.replace("http: base os", "http: store_embedded"), "uses adapter"),
    ("src/layers.txt", LAYERS.replace("app: *", "http: base\napp: *"), "named twice"),
    ("src/layers.txt", LAYERS.replace("pure: money", "pure: coins"), "not a layer"),
    ("src/layers.txt", LAYERS.replace("app: *", "api: store_embedded\napp: *"), "the adapter"),
]


def self_test():
    passed, failed = 0, 0
    for path, text, expected in PLANTED:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "src").mkdir()
            (root / "src" / "layers.txt").write_text(LAYERS)
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            findings = check_tree(root)[1]
        good = not findings if expected is None else any(expected in f for f in findings)
        passed, failed = passed + good, failed + (not good)
        if not good:
            print(f"self-test: {path} {text[:60]!r}: expected {expected!r}, found {findings}")
    print(f"layers: self-test, {passed} as expected, {failed} not")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    count, findings, warnings = check_tree(arguments.root)
    for warning in warnings:
        print(f"warning: {warning}")
    for finding in findings:
        print(finding)
    print(f"layers: {count} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
