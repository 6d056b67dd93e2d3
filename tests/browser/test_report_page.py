"""What a reader sees of the report on a phone, a desk and paper."""

import pytest

WIDTHS = [360, 390, 768, 1024, 1280, 1920]

OVERLAPS = """() => {
  const found = [];
  for (const svg of document.querySelectorAll('svg')) {
    const boxes = [...svg.querySelectorAll('text')]
      .filter(t => t.textContent.trim())
      .map(t => [t.textContent, t.getBoundingClientRect()])
      .filter(([, r]) => r.width > 0);
    const frame = svg.getBoundingClientRect();
    for (const [words, r] of boxes) {
      if (r.left < frame.left - 1 || r.right > frame.right + 1
          || r.top < frame.top - 1 || r.bottom > frame.bottom + 1) found.push([words, 'outside']);
    }
    for (let i = 0; i < boxes.length; i++) {
      for (let j = i + 1; j < boxes.length; j++) {
        const [a, b] = [boxes[i][1], boxes[j][1]];
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        // Boxes of lines of text carry leading; letters meet only when they overlap by more.
        if (across > 0.5 && down > 3) found.push([boxes[i][0], boxes[j][0]]);
      }
    }
  }
  return found;
}"""

WORDS_BEYOND_CELLS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.textContent.trim()) continue;
    const cell = node.parentElement.closest('td, th, caption, p, li, figcaption, h2, h3, dd, dt');
    if (!cell || node.parentElement.closest('svg, .quiet')) continue;
    const head = node.parentElement.closest('thead');
    if (head && getComputedStyle(head).position === 'absolute') continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const words = range.getBoundingClientRect();
    const box = cell.getBoundingClientRect();
    if (words.width && box.width > 1 && getComputedStyle(cell).display !== 'inline'
        && words.right > box.right + 1.5) found.push(node.textContent);
  }
  return found;
}"""

HEADINGS_MEET_VALUES = """() => [...document.querySelectorAll('.cards td[data-label]')]
  .filter(td => getComputedStyle(td, '::before').content !== 'none'
          && getComputedStyle(td).display === 'grid'
          && getComputedStyle(td).whiteSpace !== 'normal')
  .map(td => td.dataset.label)"""

CLIPPED = """() => [...document.querySelectorAll('.scroll')]
  .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.getAttribute('aria-label'))"""


def unfold(page):
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_never_scrolls_sideways(open_report, width):
    page = open_report(width)
    for _ in range(2):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        unfold(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_overlaps(open_report, width):
    page = open_report(width)
    unfold(page)
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(WORDS_BEYOND_CELLS) == []
    assert page.evaluate(HEADINGS_MEET_VALUES) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_text_in_figures_is_large_enough_to_read(open_report, width):
    sizes = open_report(width).evaluate(
        "[...document.querySelectorAll('svg text')].map(t => t.getBoundingClientRect().height)"
        ".filter(h => h > 0)"
    )
    assert len(sizes) > 50 and min(sizes) >= 10


@pytest.mark.parametrize("width", [390, 1280])
def test_the_ranked_table_needs_no_scrolling_even_of_its_own(open_report, width):
    clipped = open_report(width).evaluate(CLIPPED)
    assert not [label for label in clipped if label.startswith("Ways ranked")]


def test_exactly_one_map_shows_at_any_width(open_report):
    for width in WIDTHS:
        assert open_report(width).locator("svg.map >> visible=true").count() == 1


def test_paper_shows_all_folded_tables_in_full(open_report):
    page = open_report(703)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(WORDS_BEYOND_CELLS) == []
    assert page.locator("#sources table.cards").bounding_box()["height"] > 500
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_paper_is_light_when_the_screen_is_dark(open_report):
    page = open_report(703, color_scheme="dark")
    ink = "getComputedStyle(document.body).color"
    on_screen = page.evaluate(ink)
    page.emulate_media(media="print", color_scheme="dark")
    assert on_screen == "rgb(233, 230, 224)" and page.evaluate(ink) == "rgb(29, 36, 48)"
    assert len(page.pdf(prefer_css_page_size=True)) > 10_000


def test_nothing_is_requested_but_the_file_and_nothing_fails(open_report, report):
    page = open_report(1280)
    unfold(page)
    page.wait_for_timeout(200)
    assert [url for url in page.requests if not url.startswith("data:")] == [report]
    assert page.faults == []


def test_the_page_reads_without_a_script(open_report):
    page = open_report(390, scripts=False)
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.get_by_role("table").first.is_visible()
    page.get_by_text("All 36 parameters").click()
    assert page.get_by_text("Prior above posterior").count() > 0
    assert page.locator("#parameters table").is_visible()


def test_a_link_to_evidence_opens_the_folded_row(open_report):
    page = open_report(1280)
    page.get_by_text("All 36 parameters").click()
    link = page.locator("#parameters a").first
    row = page.locator(link.get_attribute("href"))
    assert not row.is_visible()
    link.click()
    row.wait_for(state="visible")


@pytest.mark.parametrize("width", [390, 1280])
def test_tables_keep_their_meaning_for_a_screen_reader(open_report, width):
    page = open_report(width)
    table = page.get_by_role("table", name="Ways ranked by danger, as of December 2025").first
    assert table.get_by_role("row").count() == 11
    assert table.get_by_role("rowheader").count() == 10
    assert table.get_by_role("columnheader", name="Dead").count() == 1
    assert page.get_by_role("img", name="Map at country level").count() == 1


def test_colours_hold_in_the_dark_and_motion_stops_when_asked(open_report):
    page = open_report(1280, color_scheme="dark", reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 28)"
    behaviour = page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
    assert behaviour == "auto"
