"""What the binary says of itself: its subcommands, and their options from --help."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("COFFER_BINARY", str(ROOT / "build/release/coffer"))


def help_of(*command):
    return subprocess.run([BINARY, *command, "--help"], capture_output=True, text=True, check=True,
                          timeout=30, env={"PATH": os.environ["PATH"]}).stdout


@pytest.fixture(scope="session")
def options():
    """Subcommand -> its long options; each with the line of the help that names it."""
    listed = help_of().partition("Subcommands:")[2]
    subcommands = re.findall(r"^  ([a-z][a-z-]*) ", listed, re.M)
    assert "serve" in subcommands
    return {name: {match[1]: match[0] for match in
                   re.finditer(r"^  (?:-[a-z],)?(--[a-z0-9-]+).*$", help_of(name), re.M)}
            for name in subcommands}
