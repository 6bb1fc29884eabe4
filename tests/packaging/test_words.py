"""Man page, completion and example settings know every option of the binary."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("COFFER_BINARY", str(ROOT / "build/release/coffer"))
PACKAGING = ROOT / "packaging"
NO_SETTING = {"--help", "--config"}


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT, **more)


def test_the_man_page_names_every_command_and_option(options):
    page = (PACKAGING / "coffer.1").read_text()
    sections = dict(re.findall(r"^\.Ss coffer ([a-z-]+)\n(.*?)(?=^\.S[sh] )", page, re.M | re.S))
    assert set(sections) == set(options)
    for command, names in options.items():
        described = set(re.findall(r"^\.It Fl (-[a-z0-9-]+)", sections[command], re.M))
        wanted = {name[1:] for name in names} - {"-help"}
        assert described == wanted, f"coffer.1, section `coffer {command}`"


@pytest.mark.skipif(not shutil.which("man"), reason="man is not installed")
def test_the_man_page_can_be_read():
    shown = run("man", "--warnings", "-l", str(PACKAGING / "coffer.1"), check=True,
                env={"MANWIDTH": "80", "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
    assert "checkpoint-bytes" in re.sub(".\b", "", shown.stdout)
    assert "warning" not in shown.stderr


def complete(*words):
    """What bash would offer for the last word."""
    script = """
        source packaging/completion.bash
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _coffer
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    done = run("bash", "-c", script, "bash", BINARY, *words, check=True)
    assert not done.stderr
    return set(done.stdout.split())


def test_completion_knows_every_command_and_option(options):
    assert complete("") == set(options) | {"--help"}
    for command, names in options.items():
        assert complete(command, "--") == set(names), command
    assert complete("ser") == {"serve"}
    assert complete("serve", "--seg") == {"--segment-bytes"}
    assert complete("serve", "--access-log", "") == {"off", "errors", "all"}
    assert complete("serve", "--auto-open-wallets", "t") == {"true"}
    assert complete("serve", "--config", "README") >= {"README.md"}


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")
def test_the_zsh_completion_is_well_formed():
    assert run("zsh", "-n", str(PACKAGING / "completion.zsh")).returncode == 0


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
def test_the_fish_completion_offers_every_option(options, tmp_path):
    script = "source packaging/completion.fish; complete -C 'coffer serve --'"
    path = f"{Path(BINARY).parent}:{os.environ['PATH']}"
    done = run("fish", "--no-config", "-c", script, check=True,
               env={"PATH": path, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"})
    assert {line.split("\t")[0] for line in done.stdout.splitlines()} >= set(options["serve"])


def all_set(text):
    """The example with every commented setting of the top level in force."""
    top = text.partition("# --- several issuers")[0]
    return re.sub(r"^# ([a-z_]+ = )", r"\1", top, flags=re.M)


def test_the_example_has_every_setting(options):
    text = (PACKAGING / "coffer.toml").read_text()
    tomllib.loads(text)
    keys = set(tomllib.loads(all_set(text)))
    assert keys == {name[2:].replace("-", "_") for name in set(options["serve"]) - NO_SETTING}
    issuers = re.sub(r"^# ?", "", text.partition("[[issuer]]")[2], flags=re.M)
    assert tomllib.loads("[[issuer]]" + issuers)["issuer"][0]["keys"]


def test_what_it_comments_out_are_the_defaults(options):
    settings = tomllib.loads(all_set((PACKAGING / "coffer.toml").read_text()))
    compared = 0
    for name, line in options["serve"].items():
        default = re.search(r"=(\S+) (?:\.\.\. )?\(Env", line)
        value = settings.get(name[2:].replace("-", "_"))
        if default is None or value is None:
            continue
        shown = str(int(value)) if isinstance(value, bool) else str(value)
        assert default[1] in (shown, str(value).lower()), name
        compared += 1
    assert compared > 10


@pytest.mark.parametrize("change", [lambda text: text, all_set], ids=["as it is", "all set"])
def test_the_service_starts_with_it(tmp_path, change):
    config, secret = tmp_path / "coffer.toml", tmp_path / "secret"
    secret.write_text("kXr2vUq8ZtT4wYp6LmN1oBs3DfG5hJ7c9aQeRiWxVzM")
    secret.chmod(0o600)
    config.write_text(change((PACKAGING / "coffer.toml").read_text()))
    command = [BINARY, "serve", "--config", str(config), "--data", str(tmp_path / "book"),
               "--listen", "127.0.0.1:0", "--jwt-secret-file", str(secret)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True) as service:
        said = []
        for line in service.stdout:  # ends when it does
            said.append(line)
            if re.search(r"127\.0\.0\.1:\d+", line):
                service.terminate()
        assert service.wait(timeout=60) == 0, "".join(said)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_unit_is_sound_and_hardened(tmp_path):
    unit = tmp_path / "coffer.service"
    text = (PACKAGING / "coffer.service").read_text()
    unit.write_text(text.replace("/usr/bin/coffer", BINARY))
    verified = run("systemd-analyze", "verify", "--man=no", str(unit))
    assert not [line for line in verified.stderr.splitlines() if "coffer" in line], verified.stderr
    # An exposure of at most 2.0 of 10: what is left is that it talks to a network.
    judged = run("systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20",
                 str(unit))
    assert judged.returncode == 0, judged.stdout[-2000:] + judged.stderr
    for wanted in ("Restart=on-failure", "StartLimitBurst=", "StateDirectory=coffer"):
        assert wanted in text
