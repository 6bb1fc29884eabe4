"""One PostgreSQL server for all, a database for each module, and services on it."""

import importlib.util
import itertools
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "api"))
from server import MISSING, PostgresServer, programs  # noqa: E402
from coffer_server import Server  # noqa: E402

# tests/api's client and fixtures under another name: both folders have a conftest.
API = importlib.util.spec_from_file_location(
    "api_conftest", Path(__file__).resolve().parents[1] / "api" / "conftest.py")
api_conftest = importlib.util.module_from_spec(API)
API.loader.exec_module(api_conftest)
Client = api_conftest.Client
admin, client_of, user = api_conftest.admin, api_conftest.client_of, api_conftest.user
DATABASES = itertools.count(1)


@pytest.fixture(scope="session")
def postgres():
    if programs() is None:
        pytest.skip(MISSING)
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def database(postgres):
    """The URL of an empty database."""
    name = f"book_{next(DATABASES)}"
    postgres.sql(f"create database {name} owner coffer")
    return postgres.url.replace("/coffer?", f"/{name}?")


@pytest.fixture(scope="module")
def server(tmp_path_factory, database):
    service = Server(tmp_path_factory.mktemp("keys"), "--store", database).start()
    yield service
    if service.process.poll() is None:
        assert service.stop() == 0, "SIGTERM ends with 0"
    assert not list(service.data.glob("*.seg*")), "the folder holds keys only"
