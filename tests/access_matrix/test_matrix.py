"""Every operation of the description, asked by every kind of caller."""

import re
from dataclasses import replace

import house
import objects
import pytest
import rules
from callers import PLATFORM, callers, foreign_callers, refused_with

OPERATIONS = rules.operations()
BASES = [server["url"].rstrip("/") for server in rules.SPEC["servers"]]


def owner_of(line):
    owner = objects.Owner(line)
    owner.money()
    return owner


def request_for(operation, names):
    return objects.Request(operation, OPERATIONS[operation], names)


def status_of(answer, rule):
    if rule.each_at and answer.status == 200:
        return int(answer.at(rule.each_at))
    return answer.status


def documented(operation, answer):
    assert str(answer.status) in OPERATIONS[operation]["responses"], (
        f"{operation} answers {answer.status}, which api/openapi.yaml does not name")


def state(owner, request=None):
    """Everything that a caller who may not could have changed."""
    looks = [f"/wallets/{owner.user}{path}" for path in
             ("", "/balance", "/transactions", "/balance-history", "/freezes")]
    if "GET /wallets/{user_id}/withdrawals" in OPERATIONS:
        looks.append(f"/wallets/{owner.user}/withdrawals")
    if request is not None and f"GET {request.operation_path}" in OPERATIONS:
        looks.append(request.path)
    return [without_time(owner.line.ask("GET", path, None, house.operator())) for path in looks]


def without_time(answer):
    return answer.status, re.sub(r'"timestamp":"[^"]*"', "", answer.text)


def ids(operation):
    return operation.replace(" ", "-")


def check_refused(port, operation, rule):
    """Those who may not are told so in the right way, learn nothing and change nothing."""
    line = house.Line(port)
    owner = owner_of(line)
    request = request_for(operation, owner)
    before = state(owner, request)
    for caller in callers(rule, operation):
        if caller.may(rule):
            continue
        answer = request.ask(line, caller.headers(owner.user))
        status, wanted = status_of(answer, rule), refused_with(caller, rule)
        assert status == wanted or by_id(request, rule, wanted, status), (
            f"{operation} by {caller.name}: {answer.status}, not {wanted}\n{answer.text}")
        documented(operation, answer)
        if status == 401:
            assert answer.headers["WWW-Authenticate"].split()[0] == (
                "ApiKey" if rule.has("key") else "Bearer")
        assert "canary" not in answer.text
        # Nor is there another answer for what does not exist; the owner may know his own from it.
        if caller.name != "the owner":
            nobody = request_for(operation, objects.Missing(owner))
            missing = nobody.ask(line, caller.headers(owner.user))
            assert like(answer, request) == like(missing, nobody), (operation, caller.name)
    assert state(owner, request) == before, operation


def by_id(request, rule, wanted, status):
    """Whose a thing is that is named by its id alone can only be told by looking: then it is
    missing for those who may not know of it."""
    return status == 404 and rule.has("owner") and wanted == 403 and (
        request.user not in request.path + str(request.body))


def check_served(port, operation, rule):
    """Those who may are; not only are they not refused, their request makes sense."""
    line, served = house.Line(port), 0
    for caller in callers(rule, operation):
        if not caller.may(rule):
            continue
        owner = owner_of(line)
        request = request_for(operation, owner)
        answer = request.ask(line, caller.headers(owner.user))
        status = status_of(answer, rule)
        assert status < 400 or status == 409 or (status == 404 and rule.may_be_missing), (
            f"{operation} by {caller.name}: {answer.status}\n{request.body}\n{answer.text}")
        documented(operation, answer)
        served += 1
    assert served, f"{operation}: nobody may, says the line"


# covers: S01
@pytest.mark.parametrize("operation", OPERATIONS, ids=ids)
def test_who_may_not_is_refused_and_changes_nothing(port, operation):
    rule = rules.rule_of(operation)
    if not rule.has("everybody"):
        check_refused(port, operation, rule)


@pytest.mark.parametrize("operation", OPERATIONS, ids=ids)
def test_who_may_is_served(port, operation):
    check_served(port, operation, rules.rule_of(operation))


@pytest.mark.parametrize("kind,alone", [("deposit", "POST /wallets/{user_id}/deposit"),
                                        ("withdraw", "POST /wallets/{user_id}/withdraw"),
                                        ("transfer", "POST /wallets/transfer")])
def test_a_movement_of_a_batch_needs_what_it_needs_alone(port, kind, alone):
    line, rule = house.Line(port), rules.rule_of(alone)
    for caller in callers(rule, alone):
        if refused_with(caller, rule) == 401 and not caller.may(rule):
            continue  # the batch itself is refused, above
        owner = owner_of(line)
        names = ("from_user_id", "to_user_id") if kind == "transfer" else ("user_id",)
        movement = {name: owner.value(name, alone) for name in names}
        movement |= {"type": kind, "amount": "1"}
        answer = line.ask("POST", "/wallets/batch", {"movements": [movement]},
                          caller.headers(owner.user))
        status = answer.at("data.results.0.status")
        assert status == (200 if caller.may(rule) else 403), (caller.name, answer.text)


def lies(operation, rule):
    """Lines that say too much or too little; what the service does must contradict each."""
    others = {frozenset({word}) for word in rules.WORDS - {"everybody"}}
    if not rule.who & rules.ALONE:
        words = rules.WORDS - rules.ALONE - {"wallet:admin"}
        others |= {rule.who ^ {word} for word in words}
    if "{tenant_id}" not in operation:
        others = {who - {"platform"} for who in others}
    return [replace(rule, who=who) for who in others - {rule.who, frozenset()}]


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATIONS, ids=ids)
def test_a_line_that_lies_is_found(port, operation):
    truth = rules.rule_of(operation)
    for lie in () if truth.has("everybody") else lies(operation, truth):
        with pytest.raises(AssertionError):
            check_refused(port, operation, lie)
            check_served(port, operation, lie)
            pytest.fail(f"{operation}: nothing contradicts {sorted(lie.who)}")


# covers: S06
@pytest.mark.parametrize("operation", OPERATIONS, ids=ids)
def test_another_tenants_is_like_missing(port, operation):
    rule, line = rules.rule_of(operation), house.Line(port)
    if rule.has("everybody"):
        return
    for name, headers_of in foreign_callers():
        if name == PLATFORM and rule.has("platform"):
            continue  # crosses: he is among callers()
        owner = owner_of(line)
        request = request_for(operation, owner)
        nobody = request_for(operation, objects.Missing(owner))
        before = state(owner, request)
        theirs = request.ask(line, headers_of(request.user))
        missing = nobody.ask(line, headers_of(nobody.user))
        assert like(theirs, request) == like(missing, nobody), f"{operation} by {name}"
        documented(operation, theirs)
        if names_what_one_tenant_has(operation):
            assert theirs.status in (401, 403, 404), f"{operation} by {name}: {theirs.text}"
        assert "canary" not in theirs.text and house.TENANT not in theirs.text.replace(
            request.user, ""), f"{operation} by {name}: {theirs.text}"
        assert state(owner, request) == before, f"{operation} by {name}"


def names_what_one_tenant_has(operation):
    """Users may have the same name in two tenants; ids and tenants cannot."""
    named = set(re.findall(r"{(\w+)}", operation)) - {"user_id", "file", "code"}
    return bool(named)


def like(answer, request):
    """What must not differ: all of it but the time, the names that were asked with, and new ids."""
    text = answer.text.replace(f'"{request.user}"', '"USER"')
    text = re.sub(r"\b([a-z]{3})_[0-9A-HJKMNP-TV-Z]{26}\b", r"\1_ID", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "TIME", text)
    headers = {name.lower(): value for name, value in answer.headers.items()
               if name.lower() not in ("date", "content-length", "etag")}
    return answer.status, text, headers


@pytest.mark.parametrize("operation", OPERATIONS, ids=ids)
def test_the_other_bases_are_no_way_around(port, operation):
    rule, line = rules.rule_of(operation), house.Line(port)
    request = request_for(operation, owner_of(line))
    here = request.ask(line, {})
    for base in filter(None, BASES):
        there = line.ask(request.method, base + request.path, request.body, {})
        alone = rule.has("everybody") or rule.has("key")
        if alone:
            assert (there.status, there.body["code"]) == (404, 61060001), (operation, base)
        else:
            assert like(there, request) == like(here, request), (operation, base)


def test_a_super_admin_does_not_choose_his_tenant(port):
    """Crossing needs an issuer with `platform = true`; and is not served yet even then."""
    line = house.Line(port)
    owner = owner_of(line)
    before = state(owner)
    for issuer in ("iam", "platform"):
        headers = house.bearer("usr_operator", house.OTHER_TENANT, issuer, roles=["super_admin"],
                               entry_plane="platform")
        answer = line.ask("POST", f"/wallets/{owner.user}/deposit", {"amount": "1"},
                          {**headers, "X-Tenant-ID": house.TENANT})
        assert answer.status == 400, answer.text
    assert state(owner) == before


def test_the_table_says_nothing_about_what_is_gone():
    now, later = rules.read_table(rules.TABLE.read_text(encoding="utf-8"))
    gone = sorted(set(now) - set(OPERATIONS))
    assert not gone, f"who_may.txt has lines for what is not served: {gone}"
    assert len(later) < len(now) + len(later)


def test_a_missing_line_is_named(monkeypatch):
    monkeypatch.setattr(rules, "read_table", lambda _text: ({}, {}))
    with pytest.raises(AssertionError, match=r"POST +/admin/new +wallet:admin"):
        rules.rule_of("POST /admin/new")
