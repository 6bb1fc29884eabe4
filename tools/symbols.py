#!/usr/bin/python3
"""Looks into the compiled objects of the pure layers for what their sources may hide.

  tools/symbols.py build/release   no library of a `pure:` layer may refer to a symbol of the list
  tools/symbols.py --self-test     compile one violation of each kind; each must be found

The C++ wrappers are listed beside the C functions: an object that calls system_clock::now() names
only that, and clock_gettime stays inside libstdc++.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

DENIED = re.compile(r"""^(?:
      clock_gettime|clock_getres|clock_nanosleep|gettimeofday|time|clock|localtime(?:_r)?
    | gmtime(?:_r)?|mktime|strftime|nanosleep|usleep|sleep|timer_\w+
    | getrandom|getentropy|s?rand(?:_r|om|om_r)?|[dlmjen]rand48|arc4random\w*|RAND_\w+
    | open(?:64|at|at64)?|creat(?:64)?|f(?:d|re)?open(?:64)?|close|read|write
    | p(?:read|write)(?:64)?v?|readv|writev|fsync|fdatasync
    | f?truncate(?:64)?|rename(?:at2?)?|unlink(?:at)?|mmap(?:64)?
    | f?printf|puts|fputs|fwrite|fread|stat(?:64)?|fstat(?:64)?|__printf_chk|__fprintf_chk
    | socket|bind|listen|accept4?|connect|send(?:to|msg)?|recv(?:from|msg)?|epoll_\w+|poll|select
    | getaddrinfo|pthread_\w+|sem_\w+|fork|v?fork|execv\w*|system|getenv|secure_getenv|setlocale
    | std::chrono::.*::now\(\)(?:@.*)? | std::random_device::.* | std::thread::.* | std::jthread::.*
    | std::(?:__cxx11::|_V2::)*(?:filesystem|this_thread|condition_variable).*
    | std::_?_?(?:async|future|mutex).* | std::basic_[io]?f(?:stream|ilebuf).*
    | std::basic_filebuf.*
    | std::(?:cout|cerr|clog|cin|locale::locale\(char\ const\*\))
    | std::_Hash_bytes.* | std::__detail::_Prime_rehash_policy.*
    | absl::.* | simdjson::.* | fmt::.* | (?:EVP|SHA\d+|HMAC)_\w+
    )(?:@.*)?$""", re.X)


def undefined(path):
    """Symbols that the archive or object refers to and does not define, by their C++ names."""
    names = {"U": set(), "defined": set()}
    output = subprocess.run(["nm", "-C", path], check=True, capture_output=True, text=True).stdout
    for line in output.splitlines():
        match = re.match(r"^[0-9a-f ]{16} ([A-Za-z]) (.*)$", line)
        if match:
            names["U" if match[1] in "Uvw" else "defined"].add(match[2])
    return sorted(names["U"] - names["defined"])


def denied(path):
    return [name for name in undefined(path) if DENIED.match(name)]


def pure_layers():
    for line in (ROOT / "src" / "layers.txt").read_text().splitlines():
        if line.startswith("pure:"):
            return line.split("#")[0].split()[1:]
    sys.exit("src/layers.txt names no pure layers")


PLANTED = {
    "clock_gettime": "#include <ctime>\nint f() { timespec t; return clock_gettime(0, &t); }",
    "time": "#include <ctime>\nlong f() { return time(nullptr); }",
    "now()": "#include <chrono>\n"
             "long f() { return std::chrono::system_clock::now().time_since_epoch().count(); }",
    "random_device": "#include <random>\nunsigned f() { return std::random_device{}(); }",
    "rand": "#include <cstdlib>\nint f() { return rand(); }",
    "thread": "#include <thread>\nvoid f() { std::thread{[] {}}.join(); }",
    "open": '#include <fcntl.h>\nint f() { return open("x", 0); }',
    "write": '#include <unistd.h>\nlong f() { return write(1, "x", 1); }',
    "fsync": "#include <unistd.h>\nint f() { return fsync(1); }",
    "fstream": '#include <fstream>\nvoid f() { std::ofstream{"x"} << 1; }',
    "filesystem": '#include <filesystem>\nbool f() { return std::filesystem::exists("x"); }',
    "socket": "#include <sys/socket.h>\nint f() { return socket(1, 2, 3); }",
    "_Hash": "#include <string>\n#include <unordered_map>\n"
             "int f(std::unordered_map<std::string, int>& m) { return m[\"x\"]; }",
    "": "#include <map>\n#include <string>\n"
        "int f(std::map<std::string, int>& m) { return m[\"time\"]; }",
}


def self_test():
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "x.cpp", Path(folder) / "x.o"
        for expected, code in PLANTED.items():
            source.write_text(code + "\n")
            subprocess.run(["g++", "-std=c++20", "-O2", "-c", source, "-o", target], check=True)
            found = denied(target)
            if not (any(expected in name for name in found) if expected else not found):
                wrong += 1
                print(f"self-test: expected `{expected}`, found {found}")
    print(f"symbols: self-test, {len(PLANTED) - wrong} as expected, {wrong} not")
    return 1 if wrong else 0


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--self-test":
        return self_test()
    libraries, findings = 0, 0
    for layer in pure_layers():
        path = Path(sys.argv[1]) / "src" / f"libcoffer_{layer}.a"
        sources = [p for p in (ROOT / "src" / layer).rglob("*.cpp")
                   if not re.search(r"_(test|bench|fuzz)\.cpp$", p.name)]
        if not sources:
            continue  # nothing but headers so far, which have no objects of their own
        if not path.exists():
            sys.exit(f"no {path}: build it first")
        libraries += 1
        for name in denied(path):
            findings += 1
            print(f"pure layer `{layer}` refers to `{name}`")
    print(f"symbols: {libraries} libraries, {findings} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
