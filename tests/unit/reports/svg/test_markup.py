from safepassage.reports.svg.markup import Markup, coordinate, element, join


def test_text_and_attributes_are_escaped_and_markup_is_not():
    written = element("p", "<b>&", Markup("<i>x</i>"), title='"><script>')
    assert written == '<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;<i>x</i></p>'


def test_control_characters_are_dropped():
    assert join("a\x00b\x1bc") == "abc"


def test_attribute_names_and_absent_values():
    written = element("td", class_="x", data_label="y", id=None, hidden=True, open=False)
    assert written == '<td class="x" data-label="y" hidden></td>'


def test_coordinates_are_short_and_never_minus_zero():
    assert [coordinate(v) for v in (1.0, 1.2345, -0.001, 10.50)] == ["1", "1.23", "0", "10.5"]
