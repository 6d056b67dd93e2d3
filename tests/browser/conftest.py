"""A headless Chromium from the system, without a network. Asked for by `make test-browser`."""

import json
import os
import shutil
from pathlib import Path

import pytest

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_ignore_collect(collection_path, config):
    """These tests run only when their folder is named, so that others need no browser."""
    return None if any("browser" in str(argument) for argument in config.args) else True


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chrome")
    assert program, "no Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    """Address of a report made from the mock bundle."""
    from safepassage.views.report import write_report

    data = Path(__file__).parents[1] / "data" / "report_bundle.json"
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(json.loads(data.read_text(encoding="utf-8")), path)
    return path.as_uri()


@pytest.fixture
def open_report(browser, report):
    """Open the report at a width; the page keeps the list of all requests it made."""
    contexts = []

    def open_page(width, *, scripts=True, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.requests = []
        page.on("request", lambda request: page.requests.append(request.url))
        page.faults = []
        page.on("console", lambda m: page.faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.goto(report)
        return page

    yield open_page
    for context in contexts:
        context.close()
