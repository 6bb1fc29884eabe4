#!/usr/bin/python3
"""Makes the page at /docs: our page, our description in Chinese and Swagger UI's files from npm, as
C++ for the layer `api`.

  tools/docs_page.py API_DOCS_FOLDER VENDORED_FOLDER OUTPUT_CPP

Run by every build and quick when nothing has changed. What npm fetched stays in VENDORED_FOLDER, by
the hash of the lock file, for all presets. Without npm or its registry the build goes on: then the
page says what is missing, and the next build after RETRY_SECONDS tries again. Nothing of it is
committed.
"""

import hashlib
import html
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import openapi
import overlay

PACKAGE = "swagger-ui-dist"
FROM_NPM = ["swagger-ui.css", "swagger-ui-bundle.js", "LICENSE", "NOTICE"]
OURS = ["page.css", "page.js"]
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".html": "text/html; charset=utf-8", ".json": "application/json",
         "": "text/plain; charset=utf-8"}
NPM_SECONDS_MAX = 120
RETRY_SECONDS = 600


def vendor(source, vendored):
    """The folder with the package's files, or the reason why there is none."""
    digest = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder = vendored / f"docs-{digest}"
    package = folder / "node_modules" / PACKAGE
    complete, failed = folder / "complete", folder / "failed"
    if complete.exists():
        return package, ""
    if failed.exists() and time.time() - failed.stat().st_mtime < RETRY_SECONDS:
        return None, failed.read_text(encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(source / name, folder / name)
    reason = fetch(folder)
    if not reason and all((package / name).is_file() for name in FROM_NPM):
        complete.touch()
        return package, ""
    reason = reason or f"{PACKAGE} lacks a file of {', '.join(FROM_NPM)}"
    failed.write_text(reason, encoding="utf-8")
    print(f"docs page: left out: {reason}", file=sys.stderr)
    return None, reason


def fetch(folder):
    if shutil.which("npm") is None:
        return "npm is not installed"
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error",
               "--fetch-retries=1", "--fetch-timeout=20000"]
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=NPM_SECONDS_MAX, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"npm ci: {type(error).__name__}"
    # The code only: npm's words name this machine's folders and its registry.
    return "" if done.returncode == 0 else f"npm ci ended with {done.returncode}"


def in_chinese(api, folder):
    """The description with api/overlay.zh.yaml over it, as a file that changes when it must."""
    sources = [api / "openapi.yaml", api / "errors.yaml", api / "overlay.zh.yaml",
               Path(overlay.__file__), Path(openapi.__file__)]
    made = folder / "openapi.zh.json"
    if not made.exists() or any(path.stat().st_mtime > made.stat().st_mtime for path in sources):
        document = overlay.apply(openapi.document(*sources[:2]), overlay.load(sources[2]))
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")),
                        encoding="utf-8")
    return made


def as_cpp(files):
    """incbin: a compiler would take seconds over two megabytes of literals."""
    lines = ['#include "api/docs_page.h"', "", "// Made by tools/docs_page.py.", ""]
    for number, (_, path, _) in enumerate(files):
        lines += ['__asm__(".pushsection .rodata\\n"',
                  f'        "coffer_docs_{number}: .incbin \\"{path}\\"\\n"',
                  f'        "coffer_docs_{number}_end: .byte 0\\n"',
                  '        ".popsection\\n");']
    lines += ["", "namespace {", 'extern "C" {']
    for number in range(len(files)):
        lines.append(f"extern const char coffer_docs_{number}[], coffer_docs_{number}_end[];")
    lines += ["}", "}  // namespace", "", "namespace coffer::api {", "",
              "std::span<const DocsFile> docs_files() {",
              "    static const DocsFile files[] = {"]
    for number, (name, path, content) in enumerate(files):
        tag = hashlib.sha256(content).hexdigest()[:16]
        text_type = TYPES[path.suffix if path.suffix in TYPES else ""]
        lines.append(f'        {{"{name}", "{text_type}", "\\"{tag}\\"",')
        lines.append(f"         {{coffer_docs_{number}, static_cast<std::size_t>("
                     f"coffer_docs_{number}_end - coffer_docs_{number})}}}},")
    return "\n".join([*lines, "    };", "    return files;", "}", "", "}  // namespace coffer::api",
                      ""])


def main():
    source, vendored, output = (Path(argument).resolve() for argument in sys.argv[1:])
    package, reason = vendor(source, vendored)
    if package:
        found = [("", source / "index.html")]
        found += [(name, source / name) for name in OURS]
        found += [(name, package / name) for name in FROM_NPM]
    else:
        page = output.parent / "missing.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        text = (source / "missing.html").read_text(encoding="utf-8")
        page.write_text(text.replace("@REASON@", html.escape(reason)), encoding="utf-8")
        found = [("", page)]
    found.append(("openapi.zh.json", in_chinese(source.parent, output.parent)))
    text = as_cpp([(name, path, path.read_bytes()) for name, path in found])
    if not output.exists() or output.read_text(encoding="utf-8") != text:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    os.umask(0o022)
    main()
