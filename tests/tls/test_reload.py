"""SIGHUP: a new certificate without a restart, and nothing worse than the old one."""

import re
import signal

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from secure import TlsService, until
from service import Service, run


def test_new_connections_see_the_new_certificate(authority, service):
    service.start()
    old = service.client()
    assert old.call("POST", "/wallets/usr_a/deposit", {"amount": "1"})[0] == 200
    shown = old.connection.sock
    assert old.certificate() == service.pair.der()

    other = service.install(authority.issue(rsa_bits=2048))
    assert "127.0.0.1 (RSA 2048) and expires on" in service.reload()
    young = service.client()
    assert young.call("POST", "/wallets/usr_a/deposit", {"amount": "1"})[0] == 200
    assert young.certificate() == other.der()
    assert old.call("POST", "/wallets/usr_a/deposit", {"amount": "1"})[0] == 200
    assert old.connection.sock is shown, "the old connection went on"
    assert young.balance("usr_a") == "3.00"
    assert service.metric("coffer_tls_reloads_total") == 1
    expires = other.certificate.not_valid_after.timestamp()
    assert service.metric("coffer_tls_certificate_expires_timestamp_seconds") == expires
    assert service.stop() == 0


def break_key(service, authority):
    service.key_file.write_text(authority.issue().key_pem())
    return "key.pem: is not the key of the certificate"


def lose_key(service, _authority):
    service.key_file.unlink()
    return "key.pem: cannot be opened"


def open_key(service, _authority):
    service.key_file.chmod(0o640)
    return "key.pem: others than its owner may use it; run: chmod 600"


def encrypt_key(service, _authority):
    service.key_file.write_text(service.pair.key_pem(BestAvailableEncryption(b"word")))
    return "key.pem: is encrypted"


def cut_certificate(service, _authority):
    text = service.certificate_file.read_text()
    service.certificate_file.write_text(text[:len(text) // 4])
    return "chain.pem: certificate 1 cannot be read"


def cut_chain(service, _authority):
    text = service.certificate_file.read_text()
    service.certificate_file.write_text(text[:-100])
    return "chain.pem: certificate 2 cannot be read"


def empty_certificate(service, _authority):
    service.certificate_file.write_text("")
    return "chain.pem: is empty"


def turn_chain(service, authority):
    service.certificate_file.write_text(authority.middle.certificate_pem() +
                                        service.pair.certificate_pem())
    return "chain.pem: the server's own certificate must stand first"


BREAKAGES = [break_key, lose_key, open_key, encrypt_key, cut_certificate, cut_chain,
             empty_certificate, turn_chain]


# covers: R10
def test_broken_files_change_nothing(authority, service):
    service.start()
    for number, damage in enumerate(BREAKAGES, 1):
        words = damage(service, authority)
        said = service.reload()
        assert words in said and '"level":"error"' in said, said
        assert "PRIVATE KEY-----" not in said
        client = service.client()
        assert client.call("GET", "/livez")[0] == 200
        assert client.certificate() == service.pair.der(), damage.__name__
        assert service.metric("coffer_tls_reload_failures_total") == number
        service.install(service.pair)
    assert "was read again" in service.reload()
    assert service.stop() == 0


@pytest.mark.parametrize("damage", [break_key, lose_key, open_key, encrypt_key, turn_chain])
def test_a_start_with_them_is_refused(authority, service, damage):
    words = damage(service, authority)
    ended = run("serve", "--dev", "--data", service.data, "--listen", "127.0.0.1:0",
                *service.options)
    assert ended.returncode == 2 and words in ended.stderr + ended.stdout, ended.stderr


@pytest.mark.parametrize("given", ["--tls-certificate-file", "--tls-key-file"])
def test_one_of_the_two_is_not_enough(service, given):
    ended = run("serve", "--dev", "--data", service.data, "--listen", "127.0.0.1:0", given,
                service.certificate_file)
    assert ended.returncode == 2 and "give both, or neither" in ended.stderr + ended.stdout


@pytest.mark.parametrize("days, words", [(-2, r"the certificate expired on \d{4}-\d\d-\d\dT"),
                                         (9, r"the certificate expires on .*, in 9 days")])
def test_a_certificate_at_its_end_is_shown_with_a_warning(authority, service, days, words):
    service.install(authority.issue(days=days))
    service.start()
    assert re.search(words, service.said())
    assert '"level":"warning"' in service.said()
    fresh = service.install(authority.issue())
    assert "expired" not in service.reload()
    assert service.client().call("GET", "/livez")[0] == 200
    assert service.stop() == 0
    assert fresh is not service.pair


def test_hangup_without_tls(authority, tmp_path):
    """A trial ends with its terminal; a service does not."""
    # Under nohup it would be ignored, by the service as well.
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        trial = Service(tmp_path / "trial").start()
    finally:
        signal.signal(signal.SIGHUP, before)
    assert trial.end(signal.SIGHUP) == -signal.SIGHUP
    secret = tmp_path / "secret"
    secret.write_text("kXr2vUq8ZtT4wYp6LmN1oBs3DfG5hJ7c9aQeRiWxVzM")
    secret.chmod(0o600)
    config = tmp_path / "coffer.toml"
    config.write_text(f'jwt_secret_file = "{secret}"\n')
    service = Service(tmp_path / "book", "--config", str(config), dev=False).spawn()
    until(lambda: "serves http://" in service.said(), "the start")
    service.process.send_signal(signal.SIGHUP)
    until(lambda: "nothing to read again" in service.said(), "word of the reload")
    assert service.stop() == 0


def test_a_configuration_file_can_say_it(authority, tmp_path):
    service = TlsService(tmp_path, authority)
    config = tmp_path / "coffer.toml"
    config.write_text(f'tls_certificate_file = "{service.certificate_file}"\n'
                      f'tls_key_file = "{service.key_file}"\n')
    service.options = ["--config", str(config)]
    service.start()
    assert "serves https://127.0.0.1:" in service.said()
    assert service.client().call("GET", "/livez")[0] == 200
