"""A headless Chromium from the system, without a network. Asked for by `make test-browser`."""

import json
import os
import shutil

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
def report(posterior, tmp_path_factory):
    """A report of the small fit, as a file."""
    from safepassage import api

    return api.report(posterior, tmp_path_factory.mktemp("report") / "report.html")


@pytest.fixture(scope="session")
def bare_report(posterior, tmp_path_factory):
    """A report of a model with no outlines, outputs, sliders, scenarios or channels."""
    from safepassage.reports.data.artifacts import artifacts_of, report_payloads
    from safepassage.reports.html import write_report
    from safepassage.results.comparison import WhatIfGrid

    no_answers = WhatIfGrid(draws=0, sliders={}, scenarios={})
    payloads = report_payloads(artifacts_of(posterior), no_answers)
    model = json.loads(payloads["model"])
    model |= {"outputs": {}, "sliders": [], "scenarios": [], "texts": {}}
    for way in model["ways"].values():
        way["path"] = []
    empty = {"outputs": {}, "flows": {}, "channels": {}, "compared": []}
    checks = {"tension": [], "contradictions": [], "answers": {}}
    path = tmp_path_factory.mktemp("bare") / "report.html"
    less = {"model": model, "region": {}, "series": empty, "checks": checks, "losses": {}}
    write_report({**payloads, **{name: json.dumps(v).encode() for name, v in less.items()}}, path)
    return path


@pytest.fixture
def open_report(browser, report):
    """Open a view of the report; the page keeps what it asked for and what went wrong."""
    contexts = []

    def open_view(view="", *, language="en", width=1280, extra="", scripts=True, file=None, **more):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts, offline=True, **more,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.requested, page.faults = [], []
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on(
            "console",
            lambda m: page.faults.append(m.text) if m.type in ("error", "warning") else None,
        )
        hash_ = f"#/{view}?lang={language}{extra}" if view else ""
        page.goto(f"{(file or report).as_uri()}{hash_}")
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_timeout(300)
        return page

    yield open_view
    for context in contexts:
        context.close()
