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


def test_data_that_is_no_folder(tmp_path):
    (tmp_path / "book").write_text("a file\n")
    ended = serve(tmp_path / "book", "--dev")
    assert ended.returncode in (2, 3)
    assert str(tmp_path / "book") in ended.stderr
