"""A key server with a certificate of the operator's own authority (`ca_file`)."""

import ssl

import pytest
from certificates import Authority
from conftest import Coffer, until
from test_key_server import ISSUER, Key, KeyServer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture
def start(authority, tmp_path):
    """A key server that shows `pair`, and a Coffer that trusts `trusted` with it."""
    servers = []

    def begin(pair, trusted):
        show(context := ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), pair)
        servers.append(server := KeyServer(context))
        server.context = context
        settings = f'[[issuer]]\nissuer = "{ISSUER}"\njwks_url = "{server.url}"\n'
        if trusted:
            (tmp_path / "ca.pem").write_text(trusted.root.certificate_pem())
            settings += f'ca_file = "{tmp_path}/ca.pem"\n'
        (tmp_path / "coffer.toml").write_text(settings)
        key = Key("one")
        server.publish(key)
        return server, key, Coffer(tmp_path / "book", "--config", str(tmp_path / "coffer.toml"))

    def show(context, pair):
        file = tmp_path / "server.pem"
        file.write_text(pair.key_pem() + pair.certificate_pem() +
                        authority.middle.certificate_pem())
        context.load_cert_chain(file)

    begin.show = show
    yield begin
    for server in servers:
        server.http.shutdown()


def test_it_is_trusted_by_its_own_authority(start, authority):
    _, key, coffer = start(authority.issue(), authority)
    assert coffer.deposit(key.token()).status_code == 200
    assert coffer.stop() == 0


@pytest.mark.parametrize("case", ["no authority", "another authority", "another host", "expired"])
def test_otherwise_it_is_not_asked(start, authority, case):
    pair = {"another host": authority.issue(host="other.example"),
            "expired": authority.issue(days=-2)}.get(case) or authority.issue()
    trusted = {"no authority": None, "another authority": Authority("other")}.get(case, authority)
    server, key, coffer = start(pair, trusted)
    until(lambda: coffer.metric("coffer_key_set_failures_total", ISSUER) >= 1, "it was tried")
    assert coffer.deposit(key.token()).status_code == 503
    assert server.paths == [], "not a word before its certificate is good"
    assert "certificate" in coffer.said()
    if case in ("another host", "expired"):
        start.show(server.context, authority.issue())
        until(lambda: coffer.deposit(key.token()).status_code == 200, "a good certificate counts")
    assert coffer.stop() == 0
