"""The page at /docs: whole, from this host alone, and honest when Swagger UI could not be had."""

import html.parser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "api"))
sys.path.insert(0, str(ROOT / "tools"))
import overlay  # noqa: E402
from coffer_server import BINARY, Server  # noqa: E402


class Links(html.parser.HTMLParser):
    """Everything that the page loads or leads to."""

    def __init__(self, text):
        super().__init__()
        self.found, self.inline_scripts = [], 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.found += [attrs[name] for name in ("src", "href", "action") if name in attrs]
        self.inline_scripts += tag == "script" and "src" not in attrs


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("book")).start()
    yield server
    server.stop()


def get(server, path, **headers):
    with requests.Session() as session:
        session.trust_env = False
        return session.get(server.base + path, headers=headers, timeout=20)


def test_every_part_is_served_by_this_host(server):
    page = get(server, "/docs")
    assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    links = Links(page.text)
    assert links.inline_scripts == 0
    for link in links.found:
        assert not re.match(r"[a-z]*:?//", link), link
        if link.startswith("data:"):
            continue
        part = get(server, "/" + link)
        assert part.status_code == 200, link
        kind = {".css": "text/css", ".js": "text/javascript", ".json": "application/json",
                "": "text/html"}
        ending = os.path.splitext(link.partition("?")[0])[1]
        assert part.headers["Content-Type"].startswith(kind[ending]), link
    assert "openapi.json" in page.text


def test_the_description_in_chinese(server):
    """The same document, but for the words."""
    served = get(server, "/docs/openapi.zh.json")
    assert served.headers["Content-Type"].startswith("application/json")
    english = get(server, "/openapi.json").json()
    assert served.json() == overlay.apply(english, overlay.load(ROOT / "api/overlay.zh.yaml"))
    assert "docs/openapi.zh.json" in get(server, "/docs/page.js").text or "not in" in get(
        server, "/docs").text
    assert "钱包" in served.json()["paths"]["/wallets"]["post"]["summary"]


def test_our_parts_name_no_host(server):
    for path in ("/docs", "/docs/page.js", "/docs/page.css"):
        part = get(server, path)
        if part.status_code == 200:  # a build without Swagger UI has the page alone
            assert "//" not in re.sub(r"^//.*$|<!doctype.*", "", part.text, flags=re.M), path


def test_the_browser_is_told_to_ask_nobody_else(server):
    policy = get(server, "/docs").headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == "'self'"
    words = set(policy.replace(";", " ").split())
    assert not words & {"*", "http:", "https:", "'unsafe-eval'"}
    assert "'unsafe-inline'" not in rules["script-src"]


def test_browsers_may_keep_what_has_not_changed(server):
    page = get(server, "/docs")
    assert page.headers["Cache-Control"] == "no-cache"
    again = get(server, "/docs", **{"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304 and again.content == b""
    assert get(server, "/docs", **{"If-None-Match": '"other"'}).status_code == 200
    assert get(server, "/docs/nothing").status_code == 404
    assert get(server, "/docs/../livez").status_code == 200, "requests resolves it by itself"


def test_a_build_without_npm_says_what_is_missing(tmp_path):
    output = tmp_path / "docs_files.cpp"
    command = ["/usr/bin/python3", str(ROOT / "tools/docs_page.py"), str(ROOT / "api/docs"),
               str(tmp_path / "vendored"), str(output)]
    done = subprocess.run(command, env={"PATH": "/nowhere"}, capture_output=True, text=True,
                          timeout=60, check=True)
    assert "npm is not installed" in done.stderr
    page = re.search(r'incbin \\"(.*missing\.html)\\"', output.read_text())[1]
    text = Path(page).read_text()
    assert "npm is not installed" in text and 'href="openapi.json"' in text


def can_be_alone():
    return shutil.which("unshare") and subprocess.run(
        ["unshare", "-n", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed")
@pytest.mark.skipif(not can_be_alone(), reason="no right to make a network namespace")
def test_a_browser_without_a_network_draws_it(tmp_path):
    """Server and browser stand in a network of their own, which has nothing but loopback."""
    script = """
        ip link set lo up
        "$BINARY" serve --dev --data "$DATA/book" --listen 127.0.0.1:8080 >"$DATA/log" 2>&1 &
        server=$!
        for _ in $(seq 100); do
            grep -q 127.0.0.1:8080 "$DATA/log" && break; sleep 0.1
        done
        chromium --headless --no-sandbox --disable-gpu --user-data-dir="$DATA/chromium" \\
            --virtual-time-budget=10000 --enable-logging=stderr --dump-dom \\
            http://127.0.0.1:8080/docs 2>"$DATA/console"
        kill $server
    """
    drawn = subprocess.run(
        ["unshare", "-n", "bash", "-c", script], capture_output=True, text=True, timeout=120,
        env={**os.environ, "BINARY": BINARY, "DATA": str(tmp_path)}, check=False)
    if "not in this binary" in drawn.stdout:
        pytest.skip("this build could not have Swagger UI")
    assert "/wallets/transfer" in drawn.stdout and "opblock" in drawn.stdout, drawn.stderr
    console = (tmp_path / "console").read_text(errors="replace")
    assert "Content Security Policy" not in console
