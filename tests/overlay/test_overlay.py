"""api/overlay.zh.yaml: every operation in Chinese, and nothing that leads nowhere."""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import overlay  # noqa: E402

SPEC = overlay.load(ROOT / "api/openapi.yaml")
CHINESE = overlay.load(ROOT / "api/overlay.zh.yaml")
APPLIED = overlay.apply(SPEC, CHINESE)
METHODS = ("get", "put", "post", "delete", "patch")


def operations(description):
    for path, item in description["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def is_chinese(text):
    return bool(re.search(r"[\u4e00-\u9fff]", text))


def wanted(path, method, operation):
    lines = [f"  - target: $.paths['{path}'].{method}", "    update:",
             f"      summary: …  # {operation['summary']}"]
    if "description" in operation:
        lines.append(f"      description: …  # {operation['description']}")
    return "\n".join(lines)


@pytest.mark.parametrize("path,method", [found[:2] for found in operations(SPEC)])
def test_every_operation_has_a_chinese_summary(path, method):
    ours, english = APPLIED["paths"][path][method], SPEC["paths"][path][method]
    untold = [word for word in ("summary", "description")
              if word in english and not is_chinese(ours[word])]
    assert not untold, (f"no Chinese {' and '.join(untold)}: add to api/overlay.zh.yaml\n"
                        f"{wanted(path, method, english)}")


def test_every_tag_has_a_chinese_description():
    untold = [tag["name"] for tag in APPLIED["tags"] if not is_chinese(tag["description"])]
    assert not untold, f"add to api/overlay.zh.yaml a target $.tags[?@.name=='{untold[0]}']"


def test_nothing_in_the_overlay_leads_nowhere():
    assert (CHINESE["overlay"], CHINESE["extends"]) == ("1.0.0", "openapi.yaml")
    assert list(overlay.findings(SPEC, CHINESE)) == []


def without_words(node, inside=""):
    """The description without what is for people."""
    if isinstance(node, dict):
        return {key: without_words(value, key) for key, value in node.items()
                if inside == "properties" or key not in overlay.WORDS or isinstance(value, dict)}
    return [without_words(item) for item in node] if isinstance(node, list) else node


def test_it_changes_words_and_nothing_else():
    assert without_words(APPLIED) == without_words(SPEC)


def test_the_tool_prints_the_chinese_description():
    printed = subprocess.run([str(ROOT / "tools/overlay.py")], capture_output=True, text=True,
                             timeout=60, check=True)
    assert json.loads(printed.stdout) == json.loads(json.dumps(APPLIED, default=str))


@pytest.mark.parametrize("target,found", [
    ("$", 1), ("$.a.b", 1), ("$.a['b']", 1), ("$['a'].none", 0), ("$.list[1]", 1),
    ("$.list[7]", 0), ("$.list[*]", 3), ("$.a.*", 2), ("$.list[?@.name=='x']", 2),
    ("$.list[?@.name=='z']", 0), ("$.a.b.c", 0), ("$['/p/{q}'].get", 1)])
def test_targets(target, found):
    document = {"a": {"b": 1, "c": 2}, "/p/{q}": {"get": {}},
                "list": [{"name": "x"}, {"name": "y"}, {"name": "x"}]}
    assert len(overlay.find(document, target)) == found


@pytest.mark.parametrize("target", ["a.b", "$a", "$..a", "$.a[?@.b>1]", "$.a[", "$.a[?(@.b)]"])
def test_targets_that_are_not_understood(target):
    with pytest.raises(ValueError):
        overlay.steps_of(target)


def test_updates_merge_as_overlay_says():
    before = {"a": {"keep": 1, "text": "old", "list": [1]}}
    update = {"text": "new", "list": [2], "more": {"x": 1}}
    kept = copy.deepcopy(before)
    after = overlay.apply(before, {"actions": [{"target": "$.a", "update": update}]})
    assert after == {"a": {"keep": 1, "text": "new", "list": [1, 2], "more": {"x": 1}}}
    assert before == kept


def test_what_leads_nowhere_is_named():
    actions = [{"target": "$.none", "update": {"summary": "x"}},
               {"target": "$.to_come", "update": {"summary": "x"}, "x-later": True},
               {"target": "$.a", "update": {"b": {"c": {"description": "x"}}, "summary": "new"}}]
    said = list(overlay.findings({"a": {"b": {}}}, {"actions": actions}))
    assert said == ["the target $.none is not in the description",
                    "$.a.b.c is not in the description"]
