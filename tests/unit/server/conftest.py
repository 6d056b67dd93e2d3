import httpx
import pytest
from tests.serving import served

from safepassage.reports.data.artifacts import store_artifacts
from safepassage.server.app import create_app
from safepassage.server.static import Page

PAGES = {"/": Page(b"<!doctype html>", b"", "text/html; charset=utf-8", lasting=False)}


@pytest.fixture(scope="session")
def artifacts(posterior):
    return store_artifacts(posterior)


@pytest.fixture(scope="session")
def app(artifacts, posterior):
    return create_app(artifacts, load=lambda: posterior, pages=PAGES)


@pytest.fixture(scope="session")
def address(app):
    with served(app) as address:
        yield address


@pytest.fixture
def client(address):
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client
