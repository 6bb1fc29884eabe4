"""Health and metrics on an address of their own."""

import socket
import urllib.error
import urllib.request

import pytest
from service import Service


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture
def ports(tmp_path):
    internal = free_port()
    service = Service(tmp_path / "book", "--internal-listen", f"127.0.0.1:{internal}").start()
    yield service.port, internal
    service.stop()


def test_metrics_are_served_there_and_nowhere_else(ports):
    public, internal = ports
    status, page = get(internal, "/metrics")
    assert status == 200 and "coffer_wallets" in page
    assert get(public, "/metrics")[0] == 404


def test_health_is_served_on_both_and_the_api_on_one(ports):
    public, internal = ports
    for path in ("/livez", "/readyz", "/healthz"):
        assert get(public, path)[0] == get(internal, path)[0] == 200
    assert get(public, "/wallets/usr_a")[0] == 401
    assert get(internal, "/wallets/usr_a")[0] == 404
    assert get(public, "/internal/runtime")[0] == 404
    assert get(internal, "/internal/runtime")[0] == 401
