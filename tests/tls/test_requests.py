"""Requests over TLS are what they are without it."""

import json
import re
import socket
import ssl
import subprocess
import urllib.request

import pytest
from secure import TlsService, answers, until

VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}


@pytest.fixture(params=VERSIONS)
def version(request):
    return request.param


@pytest.mark.parametrize("io_threads", ["0", "2"])
def test_a_deposit_is_made_and_read_back(authority, tmp_path, version, io_threads):
    service = TlsService(tmp_path, authority, "--io-threads", io_threads).start()
    client = service.client(VERSIONS[version])
    body = {"amount": "12.50", "reference_id": "r1"}
    assert client.call("POST", "/wallets/usr_a/deposit", body)[0] == 200
    assert client.balance("usr_a") == "12.50"
    assert client.version() == version
    assert client.connection.sock.selected_alpn_protocol() == "http/1.1"
    short = version.removeprefix("TLSv")
    assert service.metric(f'coffer_tls_handshakes_total{{version="{short}"}}') >= 1
    assert service.stop() == 0
    assert service.verify().returncode == 0


def test_many_requests_in_a_record_and_one_in_many(service, version):
    service.start()
    with service.raw(VERSIONS[version]) as connection, connection.makefile("rb") as reader:
        deposits = [service.request("POST", "/wallets/usr_a/deposit",
                                    {"amount": "1", "reference_id": f"r{number}"})
                    for number in range(10)]
        connection.sendall(b"".join(deposits))
        assert [status for status, _ in answers(reader, 10)] == [200] * 10
        for byte in deposits[0]:
            connection.sendall(bytes([byte]))
        [(status, body)] = answers(reader, 1)
        assert status == 200 and body["data"]["transaction"]["reference_id"] == "r0"
        connection.sendall(service.request("GET", "/wallets/usr_a/balance"))
        assert answers(reader, 1)[0][1]["balance"] == "10.00"


@pytest.mark.parametrize("io_threads", ["0", "2"])
def test_long_bodies_both_ways(authority, tmp_path, version, io_threads):
    service = TlsService(tmp_path, authority, "--io-threads", io_threads).start()
    movements = [{"type": "deposit", "user_id": "usr_a", "amount": "0.01",
                  "reference_id": f"r{number}", "description": "d" * 900}
                 for number in range(1000)]
    body = {"movements": movements}
    assert 1_000_000 < len(json.dumps(body)) <= 1 << 20
    client = service.client(VERSIONS[version])
    status, answer = client.call("POST", "/wallets/batch", body)
    assert status == 200 and answer["data"]["succeeded"] == 1000
    assert len(json.dumps(answer)) > 1_000_000
    seen = set()
    for page in range(1, 11):
        path = f"/wallets/usr_a/transactions?page={page}&page_size=100"
        seen |= {row["reference_id"] for row in client.call("GET", path)[1]["items"]}
    assert seen == {movement["reference_id"] for movement in movements}


def test_as_a_newcomer_would(service):
    service.start()
    line = re.search(r"^curl.*?\n\n", service.said(), re.M | re.S)[0]
    line = line.replace(str(service.certificate_file), str(service.root_file))
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=30,
                          env={"TOKEN": service.token, "PATH": "/usr/bin:/bin"})
    assert json.loads(done.stdout)["data"]["wallet"]["balance"] == "100.00", done.stderr
    # Without the authority nobody is fooled, and nothing is sent.
    done = subprocess.run(["curl", "-s", f"https://127.0.0.1:{service.port}/livez"], timeout=30)
    assert done.returncode == 60
    until(lambda: service.failures("certificate_refused") == 1, "it is counted as such")


def test_plain_http_is_told_what_is_wrong(service):
    service.start()
    done = subprocess.run(["curl", "-s", f"http://127.0.0.1:{service.port}/livez"], timeout=30,
                          capture_output=True, text=True)
    assert "https" in done.stdout
    until(lambda: service.failures("plain_http") == 1, "it is counted")


def test_what_is_internal_stays_plain(authority, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = TlsService(tmp_path, authority, "--internal-listen", f"127.0.0.1:{port}").start()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as page:
        assert "coffer_tls_certificate_expires_timestamp_seconds 1" in page.read().decode()
    connection = service.client().connection
    connection.request("GET", "/metrics")
    assert connection.getresponse().status == 404


def s_client(service, *options):
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{service.port}", "-CAfile",
         str(service.root_file), *options],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
    return done.stdout + done.stderr


def test_what_is_weak_is_refused(authority, tmp_path):
    service = TlsService(tmp_path, authority)
    service.install(authority.issue(rsa_bits=2048))
    service.start()
    everything = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
    for old in ("-tls1", "-tls1_1"):
        assert "alert protocol version" in s_client(service, old, "-cipher", everything), old
    for weak in ("AES128-SHA", "AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA", "DHE-RSA-AES128-SHA",
                 "DHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-SHA384", "ADH-AES128-SHA",
                 "NULL-SHA256", "CAMELLIA128-SHA"):
        said = s_client(service, "-tls1_2", "-cipher", weak + ":@SECLEVEL=0")
        assert "alert handshake failure" in said, weak
    assert "no application protocol" in s_client(service, "-alpn", "h2")
    until(lambda: (service.failures("version"), service.failures("suite")) == (2, 9), "counts")
    for good in (["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"],
                 ["-tls1_2", "-cipher", "ECDHE-RSA-CHACHA20-POLY1305"], ["-tls1_3"],
                 ["-alpn", "h2,http/1.1"]):
        said = s_client(service, *good)
        assert "Verify return code: 0 (ok)" in said and "Compression: NONE" in said, good
        if "-tls1_2" in good:
            assert "Secure Renegotiation IS supported" in said  # the extension, RFC 5746


@pytest.mark.parametrize("io_threads", ["0", "2"])
def test_an_end_that_comes_with_a_request(authority, tmp_path, version, io_threads):
    """Request and close_notify in one segment, and no FIN: answered and ended, not left idle."""
    service = TlsService(tmp_path, authority, "--io-threads", io_threads).start()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = service.context(VERSIONS[version]).wrap_bio(incoming, outgoing,
                                                         server_hostname="localhost")
    # Far less than the minute after which an idle connection would be closed.
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as plain:
        while True:
            try:
                client.do_handshake()
                break
            except ssl.SSLWantReadError:
                plain.sendall(outgoing.read())
                incoming.write(plain.recv(1 << 16))
        client.write(service.request("GET", "/livez"))
        with pytest.raises(ssl.SSLWantReadError):
            client.unwrap()
        plain.sendall(outgoing.read())
        while received := plain.recv(1 << 16):
            incoming.write(received)
    assert client.read(1 << 16).startswith(b"HTTP/1.1 200 OK")


# covers: H01
@pytest.mark.slow
def test_half_a_handshake_does_not_last(service, version):
    service.start()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = service.context(VERSIONS[version]).wrap_bio(incoming, outgoing,
                                                         server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    hello = outgoing.read()
    silent = socket.create_connection(("127.0.0.1", service.port), timeout=20)
    half = socket.create_connection(("127.0.0.1", service.port), timeout=20)
    half.sendall(hello[:-1])
    unfinished = socket.create_connection(("127.0.0.1", service.port), timeout=20)
    unfinished.sendall(hello)
    assert unfinished.recv(1), "its hello was answered"
    # The timeout of recv is the test: without an end of the server's it would raise.
    assert silent.recv(1) == half.recv(1) == b""
    while unfinished.recv(1 << 16):
        pass
    client = service.client()
    assert client.call("GET", "/livez")[0] == 200
    until(lambda: service.failures("abandoned") == 3, "they are counted")
