"""One service for the whole matrix; its description is api/openapi.yaml, its rule who_may.txt."""

import re
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / "kill"):
    sys.path.insert(0, str(folder))
import house  # noqa: E402
from service import Service, run  # noqa: E402


@pytest.fixture(scope="session")
def port(tmp_path_factory):
    folder = tmp_path_factory.mktemp("matrix")
    known = run("serve", "--help").stdout
    service = Service(folder / "book", *house.write_settings(folder, known), dev=False)
    service.spawn()
    while not (said := re.search(r"http://127\.0\.0\.1:(\d+)", service.said())):
        assert service.process.poll() is None, service.said()
        time.sleep(0.01)
    yield int(said[1])
    assert service.stop() == 0, service.said()
    checked = run("verify", "--data", folder / "book")
    assert checked.returncode == 0, checked.stdout + checked.stderr
