"""Quantities, outputs, channels, ways, harms, mechanisms and the report: each rule, broken once."""

import pytest
from tests.planting import Planted, assert_reported, change, copy_of_three_states, faults_of

CASES = {
    "stock of an unknown state": Planted(
        "stock: hidden}", "stock: hiden}", "quantities.hidden_stock.stock", "did you mean 'hidden'?"
    ),
    "into an unknown state": Planted(
        "{title: Arrivals in safety, into: safe}",
        "{title: Arrivals in safety, into: save}",
        "quantities.arrivals.into",
        "did you mean 'safe'?",
    ),
    "flow of an unknown transition": Planted(
        "[crossing.across, crossing.lost]",
        "[crossing.across, crossing.lots]",
        "quantities.crossings.flow",
        "did you mean 'crossing.lost'?",
    ),
    "two contents": Planted(
        "stock: hidden}", "stock: hidden, into: safe}", "quantities.hidden_stock", "more than one"
    ),
    "no content": Planted(
        "{title: People in hiding, stock: hidden}",
        "{title: People in hiding}",
        "quantities.hidden_stock",
        "has none",
    ),
    "a share of nothing": Planted(
        "of: women_arriving, over: arrivals}",
        "of: women_arriving}",
        "quantities.women_share.over",
        "add 'over:'",
    ),
    "a share of an unknown quantity": Planted(
        "of: women_arriving, over",
        "of: woman_arriving, over",
        "quantities.women_share.of",
        "did you mean 'women_arriving'?",
    ),
    "a share of a share": Planted(
        "of: women_arriving, over: arrivals}",
        "of: women_share, over: arrivals}",
        "quantities.women_share.of",
        "is itself a share",
    ),
    "a share with groups": Planted(
        "over: arrivals}",
        "over: arrivals, groups: {sex: female}}",
        "quantities.women_share.groups",
        "does nothing",
    ),
    "output of an unknown quantity": Planted(
        "quantity: hidden_stock, unit",
        "quantity: hiden_stock, unit",
        "outputs.hidden_people.quantity",
        "did you mean 'hidden_stock'?",
    ),
    "output that ends outside the calendar": Planted(
        "per: year,",
        "per: year, until: 2012-01,",
        "outputs.hidden_people.until",
        "outside the calendar",
    ),
    "unknown period": Planted(
        "per: year,", "per: years,", "outputs.hidden_people.per", "did you mean 'year'?"
    ),
    "spread that is no parameter": Planted(
        "spread: arrivals_spread}",
        "spread: arrivals_spred}",
        "channels.arrivals_counted.reporting.spread",
        "did you mean 'arrivals_spread'?",
    ),
    "negative spread": Planted(
        "effective_n: 200}",
        "effective_n: 200, spread: -1}",
        "channels.women_among_arrivals.reporting.spread",
        "at least 0",
    ),
    "share without answers": Planted(
        ", effective_n: 200}",
        "}",
        "channels.women_among_arrivals.reporting.effective_n",
        "give one",
        at="reporting: {kind: share}",
    ),
    "count with answers": Planted(
        "spread: arrivals_spread}",
        "spread: arrivals_spread, effective_n: 3}",
        "channels.arrivals_counted.reporting.effective_n",
        "`kind: share` only",
    ),
    "split of what is reported": Planted(
        "{kind: count, spread: arrivals_spread}",
        "{kind: split, spread: arrivals_spread, reported: [release_share]}",
        "channels.arrivals_counted.reporting.reported",
        "cancels",
    ),
    "share that is revised": Planted(
        "effective_n: 200}",
        "effective_n: 200, revision: 0.1}",
        "channels.women_among_arrivals.reporting.revision",
        "remove it",
    ),
    "renamed column that no channel has": Planted(
        "columns: {value: share}",
        "columns: {value: share, until: note}",
        "channels.women_among_arrivals.columns.until",
        "is no column of a channel",
    ),
    "unknown kind of reporting": Planted(
        "{kind: count, spread",
        "{kind: counts, spread",
        "channels.arrivals_counted.reporting.kind",
        "did you mean 'count'?",
    ),
    "way entered by nothing": Planted(
        "    entered_by: departure\n",
        "    entered_by: []\n",
        "ways.over_the_border.entered_by",
        "name what counts",
    ),
    "way entered by something unknown": Planted(
        "    entered_by: departure\n",
        "    entered_by: departures\n",
        "ways.over_the_border.entered_by",
        "did you mean 'departure'?",
    ),
    "way with an unknown exposure": Planted(
        "exposure: price",
        "exposure: prices",
        "ways.over_the_border.exposure",
        "did you mean 'price'?",
    ),
    "way through an unknown place": Planted(
        "path: [homeland, border, refuge]",
        "path: [homeland, boarder, refuge]",
        "ways.over_the_border.path",
        "did you mean 'border'?",
    ),
    "two ways at one position": Planted(
        "harms:\n",
        "  another: {title: Another, article_position: 1, entered_by: departure,"
        " denominator: per person}\n\nharms:\n",
        "ways.another.article_position",
        "as in way 'over_the_border'",
        at="  another:",
    ),
    "payment for nothing": Planted(
        "when: crossing.across,", "when: [],", "payments.to_broker.when", "fall due"
    ),
    "payment for something unknown": Planted(
        "when: crossing.across,",
        "when: crossing.acros,",
        "payments.to_broker.when",
        "did you mean 'crossing.across'?",
    ),
    "a harm twice": Planted(
        "measure: ever_returned",
        "measure: dead",
        "harms.return.measure",
        "already weighed by harm 'death'",
        at="  return: {",
    ),
    "unknown measure": Planted(
        "measure: ever_returned",
        "measure: ever_return",
        "harms.return.measure",
        "did you mean 'ever_returned'?",
    ),
    "mechanism of an unknown way": Planted(
        "ways: over_the_border\n    remove",
        "ways: over_the_boarder\n    remove",
        "mechanisms.border_losses.ways",
        "did you mean 'over_the_border'?",
    ),
    "mechanism that removes the unknown": Planted(
        "remove: crossing.lost",
        "remove: crossing.loss",
        "mechanisms.border_losses.remove",
        "did you mean 'crossing.lost'?",
    ),
    "mechanism without its factor": Planted(
        "neutral: ice_ratio",
        "neutral: ice_ration",
        "mechanisms.ice_crossing.neutral",
        "did you mean 'ice_ratio'?",
    ),
    "mechanism that switches nothing off": Planted(
        "    neutral: ice_ratio\n",
        "",
        "mechanisms.ice_crossing",
        "switches nothing off",
        at="  ice_crossing:",
    ),
    "mechanism that shows nowhere": Planted(
        "shows_in: hidden_people",
        "shows_in: hiden_people",
        "mechanisms.ice_crossing.shows_in",
        "did you mean 'hidden_people'?",
    ),
    "mechanism that shows in an unknown measure": Planted(
        "shows_in: over_the_border.dead",
        "shows_in: over_the_border.death",
        "mechanisms.border_losses.shows_in",
        "choose among",
    ),
    "report of an unknown channel": Planted(
        "channels: [arrivals_counted, women",
        "channels: [arrivals_count, women",
        "report.channels",
        "did you mean 'arrivals_counted'?",
    ),
    "report of an unknown output": Planted(
        "  outputs: hidden_people",
        "  outputs: hiden_people",
        "report.outputs",
        "did you mean 'hidden_people'?",
    ),
    "report without its map": Planted(
        "  outputs: hidden_people",
        "  map_file: lands.geojson\n  outputs: hidden_people",
        "report.map_file",
        "is not a file of the folder",
    ),
    "place finer than half a degree": Planted(
        "latitude: 12}", "latitude: 12.25}", "places.refuge.latitude", "finer than half a degree"
    ),
    "place off the globe": Planted(
        "latitude: 12}",
        "latitude: 112}",
        "places.refuge.latitude",
        "at most 90",
        at="refuge: {title",
    ),
    "text with an address": Planted(
        "limits: [It is made up.]",
        "limits: [Ask at 12 Long Oak Street.]",
        "report.limits.0",
        "reads like",
    ),
    "header text with an address": Planted(
        "title: Three states\n", "title: Write to someone@example.org\n", "model.title", "e-mail"
    ),
}


@pytest.mark.parametrize("planted", CASES.values(), ids=CASES.keys())
def test_fault_is_reported(tmp_path, planted):
    assert_reported(tmp_path, planted)


def test_no_way_ends(tmp_path):
    folder = copy_of_three_states(tmp_path)
    back = "  unsafe: {from: safe, to: hidden, hazard: 1}\n"
    back += "  undead: {from: dead, to: hidden, hazard: 1}\n"
    change(folder, "model.yaml", "  release: {from", f"{back}  release: {{from")
    (fault,) = faults_of(folder)
    assert fault.field == "ways"
    assert "without an exit; let at least one end" in fault.message


def test_a_split_needs_a_spread(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, "model.yaml", "{kind: share, effective_n: 200}", "{kind: split}")
    told = {fault.field: fault.message for fault in faults_of(folder)}
    assert "above 0" in told["channels.women_among_arrivals.reporting.spread"]
    assert "is a share; use `kind: share`" in told["quantity"]
