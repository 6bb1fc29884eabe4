"""What is configured wrongly ends the start with 2 and words that say what to do."""

import pytest
from service import run

CASES = {
    "no-keys": ([], "nobody may sign tokens"),
    "unknown-option": (["--dev", "--sgment-bytes", "1"], "sgment-bytes"),
    "bad-number": (["--dev", "--segment-bytes", "many"], "segment-bytes"),
    "odd-segment": (["--dev", "--segment-bytes", "65537"], "segment-bytes"),
    "tiny-segment": (["--dev", "--segment-bytes", "4096"], "segment-bytes"),
    "bad-unit": (["--dev", "--units", "points:0"], "unit"),
    "unknown-currency": (["--dev", "--default-currency", "QQQ"], "QQQ"),
    "bad-address": (["--dev", "--listen", "nowhere"], "nowhere"),
    "dev-for-everybody": (["--dev", "--listen", "0.0.0.0:0"], "loopback"),
    "no-config": (["--dev", "--config", "/nonexistent/coffer.toml"], "coffer.toml"),
}


def serve(data, *options):
    listen = [] if "--listen" in options else ["--listen", "127.0.0.1:0"]
    return run("serve", "--data", data, *listen, *options)


# covers: U13
@pytest.mark.parametrize("options, words", CASES.values(), ids=CASES)
def test_options(tmp_path, options, words):
    ended = serve(tmp_path / "book", *options)
    assert ended.returncode == 2, (ended.returncode, ended.stderr)
    assert words in ended.stderr + ended.stdout


@pytest.mark.parametrize("content, mode, words", [
    (None, 0o600, "secret"),
    (b"short\n", 0o600, "32"),
    (b"", 0o600, "empty"),
    (b"0123456789abcdef0123456789abcdef0123456789abcdef\n", 0o644, "secret"),
], ids=["missing", "weak", "empty", "world-readable"])
# covers: B29, U12
def test_key_files(tmp_path, content, mode, words):
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_bytes(content)
        secret.chmod(mode)
    ended = serve(tmp_path / "book", "--jwt-secret-file", secret)
    assert ended.returncode == 2, (ended.returncode, ended.stderr)
    assert words in ended.stderr


@pytest.mark.parametrize("text, named", [
    ("segmant-bytes = 65536\n", "segmant-bytes"), ("segment-bytes = \n", "line 1"),
    ("[[issuer]]\n", "issuer"), ("segment-bytes = 'many'\n", "segment-bytes")])
# covers: U13
def test_configuration_files(tmp_path, text, named):
    config = tmp_path / "coffer.toml"
    config.write_text(text)
    ended = serve(tmp_path / "book", "--dev", "--config", config)
    assert ended.returncode == 2, (ended.returncode, ended.stderr)
    assert named in ended.stderr, ended.stderr


ISSUERS = {
    "no-table": ('issuer = "iam"', "[[issuer]]"),
    "one-table": ('[issuer]\nname = "iam"', "[[issuer]]"),
    "unknown": ('[[issuer]]\nsecert_file = "x"', "secert_file"),
    "no-text": ("[[issuer]]\nissuer = 7", "'issuer'"),
    "no-truth": ('[[issuer]]\nplatform = "yes"', "'platform'"),
    "no-truth-either": ("[[issuer]]\nrequire_at_jwt = 1", "'require_at_jwt'"),
    "no-name": ("[[issuer]]\nname = 1", "'name'"),
    "no-url": ("[[issuer]]\njwks_url = true", "'jwks_url'"),
    "no-discovery": ('[[issuer]]\ndiscovery = "on"', "'discovery'"),
    "no-authority": ("[[issuer]]\nca_file = 1", "'ca_file'"),
    "no-loopback": ('[[issuer]]\ninsecure_loopback = "no"', "'insecure_loopback'"),
    "no-secret": ("[[issuer]]\nsecret_file = 1", "'secret_file'"),
    "no-public-key": ("[[issuer]]\npublic_key_file = 1", "'public_key_file'"),
    "no-audience": ("[[issuer]]\naudiences = [[1]]", "'audiences'"),
    "no-tenant": ("[[issuer]]\ntenants = 1979-05-27", "tenants takes a list"),
    "nobody": ("[[issuer]]\ntenants = []", "would be nobody"),
    "no-algorithm": ('[[issuer]]\nalgorithms = ["RS256", "none"]', "'none' is none of"),
    "no-algorithms": ("[[issuer]]\nalgorithms = {}", "list of texts"),
    "key-without-file": ('[[issuer]]\n[[issuer.keys]]\nkid = "a"', "needs a file"),
    "key-with-number": ("[[issuer]]\n[[issuer.keys]]\nfile = 1", "texts only"),
    "key-with-more": ('[[issuer]]\n[[issuer.keys]]\nuse = "sig"', "not use"),
    "key-of-nothing": ('[[issuer]]\n[[issuer.keys]]\nalgorithm = "none"', "'none' is none of"),
    "keys-no-tables": ('[[issuer]]\nkeys = "x"', "'keys'"),
    "missing-file": ('[[issuer]]\nsecret_file = "/nonexistent/key"', "/nonexistent/key"),
    "missing-pem": ('[[issuer]]\npublic_key_file = "/nonexistent/pem"\nalgorithms = ["RS256"]',
                    "/nonexistent/pem"),
    "config-in-config": ('config = "other.toml"', "'config'"),
    "a-date": ("segment_bytes = 1979-05-27", "'segment_bytes' has no such value"),
    "lists-in-lists": ('units = [["POINTS:0"]]', "'units' has no such value"),
}


@pytest.mark.parametrize("text, words", ISSUERS.values(), ids=ISSUERS)
# covers: U13
def test_configured_issuers(tmp_path, text, words):
    config = tmp_path / "coffer.toml"
    config.write_text(text + "\n")
    ended = serve(tmp_path / "book", "--config", config)
    assert ended.returncode == 2, (ended.returncode, ended.stderr)
    assert words in ended.stderr, ended.stderr


def test_what_is_said_twice_counts_as_said_on_the_command_line(tmp_path):
    config = tmp_path / "coffer.toml"
    config.write_text('segment_bytes = 4096\nunits = []\ndefault_currency = "QQQ"\n')
    ended = serve(tmp_path / "book", "--dev", "--config", config, "--segment-bytes", "65536")
    assert ended.returncode == 2
    assert "QQQ" in ended.stderr and "segment" not in ended.stderr, ended.stderr


def test_data_that_is_no_folder(tmp_path):
    (tmp_path / "book").write_text("a file\n")
    ended = serve(tmp_path / "book", "--dev")
    assert ended.returncode in (2, 3)
    assert str(tmp_path / "book") in ended.stderr
