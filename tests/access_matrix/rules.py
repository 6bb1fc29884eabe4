"""Reads who_may.txt and the operations of the description."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
TABLE = HERE / "who_may.txt"
SPEC = yaml.safe_load((HERE.parents[1] / "api/openapi.yaml").read_text(encoding="utf-8"))
METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
PERMISSIONS = ("wallet:read", "wallet:deposit", "wallet:withdraw", "wallet:transfer",
               "wallet:freeze", "wallet:refund", "wallet:admin")
ALONE = {"token", "key", "everybody"}  # no other word may stand beside one of these
WORDS = {"owner", "platform", *ALONE, *PERMISSIONS}


@dataclass(frozen=True)
class Rule:
    """One line: the words of those who may, and the two remarks."""
    who: frozenset
    may_be_missing: bool = False
    each_at: str = ""

    def has(self, word):
        return word in self.who

    def allows_permission(self, permission):
        named = self.who & set(PERMISSIONS)
        return permission in named or (permission == "wallet:admin" and bool(named))

    def allows_admin(self):
        return bool(self.who & set(PERMISSIONS))


def resolve(node):
    while "$ref" in node:
        parts = node["$ref"].removeprefix("#/").split("/")
        node = SPEC
        for part in parts:
            node = node[part]
    return node


def operations():
    """All of the description, and those that the table names once more with another kind of id."""
    found = described()
    now, later = read_table(TABLE.read_text(encoding="utf-8"))
    for line in [*now, *later]:
        twins = [name for name in found if line not in found and shape(name) == shape(line)]
        if twins:
            found[line] = with_names_of(line, found[twins[0]], twins[0])
    return found


def shape(operation):
    return re.sub(r"{\w+}", "{}", operation)


def with_names_of(line, description, twin):
    """`.../{withdrawal_id}/cancel` is what the description calls `.../{transaction_id}/cancel`."""
    names = dict(zip(re.findall(r"{(\w+)}", twin), re.findall(r"{(\w+)}", line)))
    parameters = [{**parameter, "name": names.get(parameter["name"], parameter["name"])}
                  for parameter in map(resolve, description["parameters"])]
    return {**description, "parameters": parameters}


def described():
    """{"GET /wallets": its description}, with the parameters that stand at the path."""
    found = {}
    for path, item in SPEC["paths"].items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method in item:
                own = item[method].get("parameters", [])
                found[f"{method.upper()} {path}"] = {**item[method], "parameters": own + shared}
    return found


def parse_line(line):
    """("POST /wallets", Rule), or ValueError with what is wrong."""
    line, remarks = re.sub(r"\(.*?\)", "", line), re.findall(r"\((.*?)\)", line)
    method, path, *who = line.split()
    unknown = set(who) - WORDS
    if not who or unknown:
        raise ValueError(f"'{line}': whose word is enough? {sorted(WORDS)}, not {sorted(unknown)}")
    if len(who) > 1 and ALONE & set(who):
        raise ValueError(f"'{line}': {sorted(ALONE & set(who))} stands alone")
    if "platform" in who and "{tenant_id}" not in path:
        raise ValueError(f"'{line}': the path names no tenant to cross into")
    rule = {"who": frozenset(who)}
    for remark in remarks:
        if remark == "may be missing":
            rule["may_be_missing"] = True
        elif remark.startswith("each at "):
            rule["each_at"] = remark.removeprefix("each at ")
        else:
            raise ValueError(f"'{line}': no such remark: ({remark})")
    return f"{method} {path}", Rule(**rule)


def read_table(text):
    """(the rules of what is served, the rules of what will be)."""
    now, later = {}, {}
    into = now
    for line in text.splitlines():
        line = line.partition("#")[0].strip()
        if line == "[later]":
            into = later
        elif line:
            operation, rule = parse_line(line)
            if operation in now or operation in later:
                raise ValueError(f"'{operation}' stands twice")
            into[operation] = rule
    return now, later


def rule_of(operation):
    """The line for it; an assertion that says which line to add when there is none."""
    now, later = read_table(TABLE.read_text(encoding="utf-8"))
    rule = now.get(operation) or later.get(operation)
    guess = "key" if " /internal" in operation else (
        "wallet:admin" if " /admin" in operation else "owner wallet:read")
    assert rule, (f"who may '{operation}'? Add a line to tests/access_matrix/who_may.txt, such as\n"
                  f"    {operation.replace(' ', '   ', 1)}   {guess}")
    return rule
