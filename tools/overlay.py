#!/usr/bin/python3
"""Applies an OpenAPI Overlay 1.0 to a description.

  tools/overlay.py [OPENAPI_YAML [OVERLAY_YAML]]   the result as JSON; none: our Chinese description

Of JSONPath (RFC 9535) targets may have names (`.a`, `['a']`), indexes (`[0]`), the wildcard and the
filter that picks an item of a list by one text of it: `[?@.name=='x']`.
"""

import copy
import json
import re
import sys
from pathlib import Path

import yaml

API = Path(__file__).resolve().parent.parent / "api"
WORDS = ("summary", "description")  # what an overlay may add; all else must be there already
STEP = re.compile(r"""\.(?P<name>[A-Za-z_][\w-]*) | \['(?P<quoted>[^']*)'\] | \[(?P<index>\d+)\]
                      | (?P<all>\.\*|\[\*\])
                      | \[\?\s*@\.(?P<key>\w+)\s*==\s*'(?P<value>[^']*)'\]""",
                  re.VERBOSE)


def load(path):
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(Path(path).read_text(encoding="utf-8"), Loader=loader)


def steps_of(target):
    """ValueError when the target is not of the subset."""
    if not target.startswith("$"):
        raise ValueError(f"a target begins with $: {target}")
    at, steps = 1, []
    while at < len(target):
        step = STEP.match(target, at)
        if not step:
            raise ValueError(f"cannot read {target} from '{target[at:]}' on")
        steps.append(step)
        at = step.end()
    return steps


def children(node, step):
    name = step["name"] if step["name"] is not None else step["quoted"]
    if name is not None:
        return [node[name]] if isinstance(node, dict) and name in node else []
    if step["index"] is not None:
        index = int(step["index"])
        return [node[index]] if isinstance(node, list) and index < len(node) else []
    values = node if isinstance(node, list) else node.values() if isinstance(node, dict) else []
    if step["all"]:
        return list(values)
    return [value for value in values
            if isinstance(value, dict) and value.get(step["key"]) == step["value"]]


def find(document, target):
    """The nodes that the target selects."""
    nodes = [document]
    for step in steps_of(target):
        nodes = [child for node in nodes for child in children(node, step)]
    return nodes


def merge(node, update):
    for key, value in update.items():
        old = node.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merge(old, value)
        elif isinstance(old, list) and isinstance(value, list):
            old.extend(copy.deepcopy(value))
        else:
            node[key] = copy.deepcopy(value)


def apply(document, overlay):
    """A new description; the given one stays. `remove` is not for us, who only translate."""
    document = copy.deepcopy(document)
    for action in overlay["actions"]:
        for node in find(document, action["target"]):
            merge(node, action["update"])
    return document


def strangers(node, update, path):
    """The places of `update` that the node does not have."""
    for key, value in update.items():
        here = f"{path}.{key}"
        if isinstance(value, dict) and isinstance(node.get(key), dict):
            yield from strangers(node[key], value, here)
        elif key not in WORDS and key not in node:
            yield here


def findings(document, overlay):
    """What in the overlay leads nowhere, one text each. What is `x-later` may do so: its target is
    to come."""
    for action in overlay["actions"]:
        nodes = find(document, action["target"])
        if not nodes and not action.get("x-later"):
            yield f"the target {action['target']} is not in the description"
        for node in nodes:
            for place in strangers(node, action["update"], action["target"]):
                yield f"{place} is not in the description"


def main():
    paths = [Path(argument) for argument in sys.argv[1:]]
    openapi, overlay = paths + [API / "openapi.yaml", API / "overlay.zh.yaml"][len(paths):]
    json.dump(apply(load(openapi), load(overlay)), sys.stdout, ensure_ascii=False, indent=1)
    print()


if __name__ == "__main__":
    main()
