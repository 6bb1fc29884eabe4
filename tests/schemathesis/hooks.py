"""Runs inside Schemathesis: fresh keys, no invented cursors, what exceptions.toml leaves out."""

import atexit
import itertools
import json
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import schemathesis

ROWS = tomllib.loads((Path(__file__).parent / "exceptions.toml").read_text(encoding="utf-8"))
KEY = "Idempotency-Key"
NUMBERS = itertools.count(1)
TAKEN = Counter()  # how often each reason was one, for whoever reads the log
atexit.register(lambda: print(*(f"{n:6} {why}" for why, n in TAKEN.most_common()), sep="\n"))


def empty_query(case, response):
    del case
    return any(value == "" for _, value in
               parse_qsl(urlsplit(response.request.url).query, keep_blank_values=True))


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)


def path_parts(response):
    """As they were sent: a generated parameter may be encoded already."""
    return unquote(urlsplit(response.request.url).path).split("/")


def long_text(case, response):
    """A text of more bytes than the 128 characters that it may have."""
    parts = [path_parts(response), case.query, case.body]
    return any(len(text) <= 128 < len(text.encode("utf-8", "surrogatepass"))
               for part in parts for text in texts(part))


def control_in_path(case, response):
    del case
    return any(unicodedata.category(letter) == "Cc" for letter in "".join(path_parts(response)))


CONDITIONS = {function.__name__: function
              for function in (control_in_path, empty_query, long_text)}


def is_exception(row, failure, code, case, response):
    return (row["failure"] == type(failure).__name__ and row["code"] == code
            and row.get("operation", case.operation.label) == case.operation.label
            and ("only" not in row or CONDITIONS[row["only"]](case, response)))


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """False: not a failure."""
    del context
    try:
        code = json.loads(response.content).get("code")
    except (ValueError, AttributeError):
        code = None
    for row in ROWS["exception"]:
        if is_exception(row, failure, code, case, response):
            TAKEN[row["reason"]] += 1
            return False
    return True


@schemathesis.hook
def before_call(context, case, kwargs):
    """What would make every request the same refusal."""
    del context, kwargs
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive:
        return
    # The key of the example with other values is 422 from its second use on.
    if case.headers and KEY in case.headers:
        case.headers[KEY] = f"walk-{next(NUMBERS)}"
    # A cursor is signed: tests/api follows true ones. Nor may it stand beside `page`.
    if case.query:
        case.query.pop("cursor", None)
