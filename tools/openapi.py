#!/usr/bin/python3
"""Turns api/openapi.yaml into the JSON that the service serves.

  tools/openapi.py OPENAPI_YAML ERRORS_YAML OUTPUT_CPP

The error table goes in as `x-errors`, by name, so that a problem's `type` leads to its row.
Run by the build; the output is never committed.
"""

import json
import sys
from pathlib import Path

import yaml

CHUNK = 8000  # compilers need not take longer literals


def document(openapi_path, errors_path):
    description = yaml.safe_load(Path(openapi_path).read_text(encoding="utf-8"))
    errors = yaml.safe_load(Path(errors_path).read_text(encoding="utf-8"))
    description["x-errors"] = {row.pop("name"): row for row in errors}
    return description


def as_cpp(text):
    delimiter = "coffer"
    assert f"){delimiter}\"" not in text
    chunks = [text[i:i + CHUNK] for i in range(0, len(text), CHUNK)]
    literals = "\n".join(f'    R"{delimiter}({chunk}){delimiter}"' for chunk in chunks)
    return ('#include "api/openapi.h"\n\n'
            "namespace coffer::api {\n\n"
            "std::string_view openapi_json() {\n"
            f"    static constexpr std::string_view text =\n{literals};\n"
            "    return text;\n"
            "}\n\n"
            "}  // namespace coffer::api\n")


def main():
    openapi_path, errors_path, output = sys.argv[1:]
    text = json.dumps(document(openapi_path, errors_path), ensure_ascii=False,
                      separators=(",", ":"))
    Path(output).parent.mkdir(parents=True, exist_ok=True)
    Path(output).write_text(as_cpp(text), encoding="utf-8")


if __name__ == "__main__":
    main()
