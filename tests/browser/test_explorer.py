"""The explorer in a real browser, on a real server with a small fit: seen, walked, measured."""

import json
from pathlib import Path

import pytest
from tests.serving import served

ROOT = Path(__file__).parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = [390, 1280, 1920]
LANGUAGES = ["en", "ko"]
WORDS = {
    one: json.loads((ROOT / "web/src/messages" / f"{one}.json").read_text()) for one in LANGUAGES
}
VIEWS = ["map", "ways", "lost", "danger", "time", "forecast", "whatif", "evidence", "method"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]

OVERLAPS = """() => {
  const found = [];
  for (const svg of document.querySelectorAll('main svg')) {
    const frame = svg.getBoundingClientRect();
    const boxes = [...svg.querySelectorAll('text')]
      .filter(t => t.textContent.trim()).map(t => [t.textContent, t.getBoundingClientRect()])
      .filter(([, r]) => r.width > 0);
    for (const [words, r] of boxes)
      if (r.left < frame.left - 1 || r.right > frame.right + 1) found.push([words, 'outside']);
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
      const [a, b] = [boxes[i][1], boxes[j][1]];
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 0.5 && down > 3) found.push([boxes[i][0], boxes[j][0]]);
    }
  }
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.textContent.trim() || e.closest('svg, .hidden, .scroll, option')) continue;
    const range = document.createRange(); range.selectNodeContents(node);
    for (const r of range.getClientRects())
      if (r.width > 1 && (r.right > innerWidth + 1 || r.left < -1))
        found.push([node.textContent.slice(0, 60), 'off the page']);
  }
  const leaves = [...document.querySelectorAll('main :is(b, span, small, strong)')].filter(
    e => !e.closest('svg, .hidden') && !e.children.length && e.textContent.trim()
      && e.checkVisibility());
  for (let i = 0; i < leaves.length; i++)
    for (let j = i + 1; j < Math.min(leaves.length, i + 12); j++) {
    for (const a of leaves[i].getClientRects()) for (const b of leaves[j].getClientRects()) {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 4) found.push([leaves[i].textContent, leaves[j].textContent]);
    }
  }
  return found;
}"""


@pytest.fixture(scope="session")
def address(posterior):
    """A server with the small fit."""
    from safepassage.reports.data.artifacts import store_artifacts
    from safepassage.server.app import create_app
    from safepassage.server.static import read_pages

    pages = read_pages()
    assert pages, "the page is not built: python tools/build_web.py"
    artifacts = store_artifacts(posterior)
    with served(create_app(artifacts, load=lambda: posterior, pages=pages)) as address:
        yield address


@pytest.fixture
def visit(browser, address):
    """Open a view; the page keeps what it asked for and what went wrong."""
    contexts = []

    def open_view(view, *, language="en", width=1280, extra="", **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.requested, page.faults = [], []
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on(
            "console",
            lambda m: page.faults.append(m.text) if m.type in ("error", "warning") else None,
        )
        page.goto(f"{address}/#/{view}?lang={language}{extra}")
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_load_state("networkidle")
        return page

    yield open_view
    for context in contexts:
        context.close()


def unfold(page):
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overlaps_or_scrolls_sideways_or_comes_from_elsewhere(
    visit, address, width, language
):
    for view in VIEWS:
        extra = "&sliders=arrests:0.5" if view == "whatif" else ""
        page = visit(view, language=language, width=width, extra=extra)
        if view == "whatif":
            page.get_by_role("heading", name=WORDS[language]["by_way"]).wait_for()
        for _ in range(2):
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert (view, wide) == (view, 0)
            assert (view, page.evaluate(OVERLAPS)) == (view, [])
            unfold(page)
        assert (view, page.faults) == (view, [])
        assert all(url.startswith((address, "data:")) for url in page.requested), page.requested
        page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, language, scheme):
    assert AXE.is_file(), "axe-core is not there: npm ci in web/"
    program = AXE.read_text(encoding="utf-8")
    for view in VIEWS:
        extra = "&sliders=arrests:0.5" if view == "whatif" else ""
        # The policy of the page forbids what a test puts in; so the test goes round it.
        page = visit(view, language=language, extra=extra, color_scheme=scheme, bypass_csp=True)
        if view == "whatif":
            page.get_by_role("heading", name=WORDS[language]["by_way"]).wait_for()
        unfold(page)
        page.wait_for_timeout(400)  # moving rows come to rest
        page.evaluate(program)
        found = page.evaluate(
            "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map("
            "v => [v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 120))]))",
            RULES,
        )
        assert (view, found) == (view, [])
        page.context.close()


def test_the_keyboard_alone_goes_everywhere(visit):
    page = visit("ways")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == WORDS["en"]["skip"]
    names = []
    for _ in range(12):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert [n for n in names if n == WORDS["en"]["nav_danger"]]
    page.get_by_role("link", name=WORDS["en"]["nav_danger"], exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=WORDS["en"]["danger_title"]).wait_for()
    slider = page.get_by_role("slider").first
    slider.focus()
    with page.expect_response("**/api/rank") as answered:
        page.keyboard.press("ArrowRight")
    assert answered.value.status == 200
    page.get_by_text(WORDS["en"]["weights_own"]).wait_for()
    assert "weights=55-50-50-50" in page.url
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def test_a_figure_opens_its_trace_and_escape_gives_the_focus_back(visit):
    page = visit("ways")
    card = page.get_by_role("article").first
    figure = card.get_by_role("button").first
    figure.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("heading", name=WORDS["en"]["trace_parameters"]).first.wait_for()
    assert dialog.get_by_role("listitem").count() >= 2
    assert "trace=" in page.url
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    page.wait_for_url(lambda url: "trace=" not in url)  # once the dialog has told that it closed
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"


def test_a_sent_address_shows_the_same(visit):
    page = visit("danger", extra="&weights=10-0-90-5&sex=female&as_of=2004-12")
    page.get_by_text(WORDS["en"]["weights_own"]).wait_for()
    values = [one.input_value() for one in page.get_by_role("slider").all()]
    assert values == ["10", "0", "90", "5"]
    picked = [one.input_value() for one in page.get_by_role("combobox").all()]
    assert picked == ["2004-12", "female"]


def test_the_language_changes_everything_and_stays_in_the_address(visit):
    page = visit("lost")
    page.get_by_role("link", name="한국어").click()
    page.get_by_role("heading", level=1, name=WORDS["ko"]["lost_title"]).wait_for()
    assert page.evaluate("document.documentElement.lang") == "ko"
    page.get_by_role("link", name=WORDS["ko"]["nav_method"]).click()
    page.get_by_role("heading", level=1, name=WORDS["ko"]["method_title"]).wait_for()
    assert "lang=ko" in page.url


def test_a_slider_gets_an_answer_with_interval_and_label(visit):
    page = visit("whatif")
    slider = page.get_by_role("slider").first
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.get_by_role("heading", name=WORDS["en"]["by_way"]).wait_for()
    assert "sliders=arrests%3A0.8" in page.url
    status = page.locator("p[role=status]").inner_text()
    assert "90% interval" in status and "runs" in status
    page.get_by_text(WORDS["en"]["as_table"]).first.click()
    table = page.get_by_role("table").first
    assert table.get_by_role("row").count() == 7
    page.get_by_role("button", name=WORDS["en"]["reset"]).click()
    page.get_by_text(WORDS["en"]["nothing_chosen"]).wait_for()


def test_a_scenario_of_harm_is_named_as_one(visit):
    page = visit("whatif")
    page.get_by_role("radio", name="Twice the arrests").check()
    page.get_by_text(WORDS["en"]["harm_note"]).wait_for()


def test_a_wrong_address_does_no_harm(visit):
    page = visit("nonsense", extra="&as_of=1900-01&way=../../x&weights=NaN&trace=zzz")
    page.get_by_role("dialog").get_by_role("alert").wait_for()
    page.keyboard.press("Escape")
    assert page.get_by_role("heading", level=1).is_visible()
    assert all("404" in fault for fault in page.faults)


def test_every_figure_has_a_name_and_the_same_as_a_table(visit):
    for view in ("lost", "danger", "time", "forecast"):
        page = visit(view)
        for image in page.locator("main svg[role=img]").all():
            assert len(image.get_attribute("aria-label")) > 10
        unfold(page)
        page.get_by_role("table").first.wait_for()
        assert page.get_by_role("table").first.get_by_role("row").count() > 2
        page.context.close()


def test_who_wants_no_motion_gets_none(visit):
    page = visit("danger", reduced_motion="reduce")
    moving = page.evaluate(
        "[...document.querySelectorAll('main *')].map(e => getComputedStyle(e))"
        ".filter(s => s.transitionDuration !== '0s' || s.animationName !== 'none').length"
    )
    assert moving == 0
    page = visit("danger", reduced_motion="no-preference")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('main g.row')).transitionDuration")
        == "0.35s"
    )


def test_a_server_that_is_gone_is_said(visit):
    page = visit("whatif")
    page.route("**/api/compare", lambda route: route.abort())
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowLeft")
    page.locator("p[role=status]", has_text="fetch").wait_for()
