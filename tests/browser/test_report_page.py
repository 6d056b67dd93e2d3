"""The report in a real browser, from a file and without a network: seen, walked, printed."""

import json

import pytest
from tests.browser.test_explorer import AXE, LANGUAGES, OVERLAPS, RULES, WIDTHS, WORDS, unfold

EN = WORDS["en"]
WHAT_IF = "whatif&sliders=arrests:0.5"
EVIDENCE = [f"evidence&part={part}" for part in ("fit", "checks", "parameters", "sources")]
VIEWS = ["map", "ways", "lost", "danger", "time", "forecast", WHAT_IF, *EVIDENCE, "method"]
LIMIT = 1_500_000


def view_of(open_report, view, **options):
    name, _, extra = view.partition("&")
    page = open_report(name, extra=f"&{extra}" if extra else "", **options)
    if view == WHAT_IF:
        page.get_by_role("heading", name=WORDS[options.get("language", "en")]["by_way"]).wait_for()
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overlaps_or_scrolls_sideways_or_comes_from_elsewhere(open_report, width, language):
    for view in VIEWS:
        page = view_of(open_report, view, language=language, width=width)
        for _ in range(2):
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert (view, wide) == (view, 0)
            assert (view, page.evaluate(OVERLAPS)) == (view, [])
            unfold(page)
        assert (view, page.faults) == (view, [])
        assert [url for url in page.requested if not url.startswith(("file:", "data:"))] == []
        assert len([url for url in page.requested if url.startswith("file:")]) == 1
        page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_report, scheme):
    assert AXE.is_file(), "axe-core is not there: npm ci in web/"
    program = AXE.read_text(encoding="utf-8")
    for view in VIEWS:
        # The policy of the page forbids what a test puts in; so the test goes round it.
        page = view_of(open_report, view, color_scheme=scheme, bypass_csp=True)
        unfold(page)
        page.wait_for_timeout(400)
        page.evaluate(program)
        found = page.evaluate(
            "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map("
            "v => [v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 120))]))",
            RULES,
        )
        assert (view, found) == (view, [])
        page.context.close()


def test_the_policy_allows_nothing_that_is_not_in_the_file(open_report):
    page = open_report("ways")
    said = page.evaluate(
        "() => Promise.all(['data:,x', 'https://example.org/'].map("
        "one => fetch(one).then(() => 'let through', () => 'refused')))"
    )
    assert said == ["refused", "refused"]
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.slipped = 1';"
        "document.body.append(s)"
    )
    assert page.evaluate("window.slipped") is None


def test_own_weights_are_ranked_in_the_file_as_the_explorer_would(open_report, posterior):
    import numpy as np

    from safepassage.analysis.ranking import acceptability, weightings
    from safepassage.reports.data.artifacts import artifacts_of, report_payloads, store_grid

    artifacts = artifacts_of(posterior)
    model = artifacts.model
    payloads = report_payloads(artifacts, store_grid(posterior))
    scores = json.loads(payloads["scores"])[f"{model.calendar.as_of} all"]
    harms = list(model.harms)
    weights = weightings(harms, {harms[0]: 100.0}, 1)
    ways = [*model.ways.values()]
    ranks = acceptability(np.array(scores), weights, [way.article_position for way in ways]).ways
    order = sorted(range(len(ways)), key=lambda i: ranks[i].expected_rank.median)
    expected = [ways[i].title for i in order]
    page = open_report("danger", extra="&weights=100" + "-0" * (len(harms) - 1))
    page.get_by_text(EN["weights_own_draws"].replace("{draws}", str(len(scores[0][0])))).wait_for()
    page.locator("summary", has_text=EN["as_table"]).first.click()
    rows = page.get_by_role("table").first.get_by_role("rowheader").all_inner_texts()
    assert rows == expected


def test_the_keyboard_moves_one_slider_at_a_time_over_its_places(open_report):
    page = open_report("whatif")
    page.locator("p.ahead").wait_for()
    slider = page.get_by_role("slider").first
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_role("heading", name=EN["by_way"]).wait_for()
    assert "sliders=arrests%3A0.75" in page.url
    assert "runs" in page.locator("p[role=status]").inner_text()
    page.get_by_role("slider").nth(1).focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    assert "arrests" not in page.url
    page.get_by_role("radio").first.check()
    page.get_by_role("heading", name=EN["by_way"]).wait_for()
    assert "scenario=" in page.url


def test_the_keyboard_alone_opens_a_view_and_a_trace(open_report):
    page = open_report("ways")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == EN["skip"]
    page.get_by_role("link", name=EN["nav_evidence"], exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=EN["evidence_title"]).wait_for()
    page.get_by_role("link", name=EN["nav_ways"], exact=True).click()
    page.locator("dl.outcomes button").first.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("heading", level=3).first.wait_for()
    assert dialog.get_by_role("listitem").count() > 2
    page.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_a_row_of_evidence_is_found_from_what_rests_on_it(open_report):
    page = open_report("evidence", extra="&part=parameters")
    link = page.locator(".items li a").first
    name = link.inner_text()
    link.click()
    row = page.locator("li:focus")
    row.wait_for()
    assert name in row.inner_text()
    page.get_by_role("searchbox").fill("no such words anywhere")
    page.get_by_text("0 of ").wait_for()


def test_evidence_has_all_that_is_known_of_the_fit(open_report, posterior):
    answer = posterior.to_dict()
    page = open_report("evidence")
    page.get_by_role("heading", name=EN["fit_channels"]).wait_for()
    named = page.get_by_role("table", name=EN["fit_channels"]).get_by_role("rowheader")
    assert named.count() == len(answer["channels"])
    page.get_by_role("link", name=EN["part_parameters"], exact=True).click()
    page.locator(".items li").first.wait_for()
    assert page.locator(".items li").count() == len(answer["parameters"])
    page.get_by_role("link", name=EN["part_checks"], exact=True).click()
    page.get_by_role("heading", name=EN["depend_title"]).wait_for()


def test_a_wrong_address_does_no_harm(open_report):
    page = open_report("nonsense", extra="&as_of=1900-01&way=../../x&weights=NaN&trace=zzz")
    page.get_by_role("dialog").get_by_role("alert").wait_for()
    page.keyboard.press("Escape")
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.faults == []


def test_a_model_with_little_in_it_still_makes_a_report(open_report, bare_report):
    for view in ("", "ways", "danger", "lost", *EVIDENCE, "method"):
        page = view_of(open_report, view, file=bare_report)
        assert (view, page.faults) == (view, [])
        names = page.locator("header nav a").all_inner_texts()
        assert EN["nav_map"] not in names and EN["nav_whatif"] not in names
        assert EN["nav_forecast"] not in names and EN["nav_danger"] in names
        page.context.close()


def test_without_a_script_the_ranking_is_a_table(open_report):
    page = open_report(scripts=False, width=390)
    assert page.get_by_role("table").get_by_role("row").count() == 5
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("view", ["ways", "danger", WHAT_IF, "evidence&part=fit"])
def test_paper_has_the_view_with_its_tables_and_no_controls(open_report, view):
    page = view_of(open_report, view, color_scheme="dark", width=703)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")
    page.wait_for_timeout(200)
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(OVERLAPS) == []
    for role in ("slider", "combobox", "radio", "button"):
        drawn = [one for one in page.locator("main").get_by_role(role).all() if one.is_visible()]
        # A figure that opens its trace is read on paper as a figure.
        assert [one for one in drawn if role != "button"] == []
    assert page.locator("main :is(table, dl)").first.is_visible()
    assert not page.locator("header nav").is_visible()
    assert len(page.pdf(prefer_css_page_size=True)) > 10_000
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("main details[open]").count() <= 1


def test_the_file_is_small(report):
    size = report.stat().st_size
    data = sum(len(part) for part in report.read_text(encoding="utf-8").split("piece-")[1:])
    assert size < LIMIT
    # Of the largest model's data there are 0.8 MB; the page itself must leave room for them.
    assert size - data < 400_000, json.dumps({"size": size, "data": data})
