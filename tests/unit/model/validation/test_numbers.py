"""Names, products, priors and factors: each rule, broken once."""

import pytest
from tests.planting import Planted, assert_reported, change, copy_of_three_states, faults_of

CASES = {
    "answers dated outside the calendar": Planted(
        "as_of: 2008-12\n  also", "as_of: 2009-12\n  also", "model.as_of", "outside the calendar"
    ),
    "further dates outside the calendar": Planted(
        "[2004-12]", "[2004-12, 1999-01]", "model.also_as_of.1", "outside the calendar"
    ),
    "calendar runs backwards": Planted(
        "start: 2001-01", "start: 2031-01", "model.start", "after the end"
    ),
    "a factor named as a state": Planted(
        "  ice_season:\n    title",
        "  hidden: {title: Twice, months: [1,1,1,1,1,1,1,1,1,1,1,1]}\n  ice_season:\n    title",
        "states.hidden",
        "taken by seasons.hidden; rename",
        at="  hidden:",
    ),
    "an entry named as a transition": Planted(
        "  already_hidden: {", "  arrest: {", "initial.arrest", "taken by transitions.arrest"
    ),
    "a way named as an output": Planted(
        "  over_the_border:\n    title",
        "  hidden_people: {title: Twice, article_position: 2, entered_by: departure,"
        " denominator: per person}\n  over_the_border:\n    title",
        "ways.hidden_people",
        "taken by an output",
    ),
    "unknown name in a hazard": Planted(
        "hazard: [recognition, yearly_shift]",
        "hazard: [recognitoin, yearly_shift]",
        "transitions.recognised.hazard",
        "is not a parameter or factor; did you mean 'recognition'?",
    ),
    "unknown name in odds": Planted(
        "[loss_at_border, border_policy]",
        "[loss_at_border, border_policy, moon]",
        "branches.crossing.outcomes.lost.odds",
        "'moon' is not a parameter",
    ),
    "a number in quotes": Planted(
        "hazard: 0.01", "hazard: '0.01'", "transitions.death_in_hiding.hazard", "without quotes"
    ),
    "negative hazard": Planted(
        "hazard: 0.01",
        "hazard: -0.01",
        "transitions.death_in_hiding.hazard.0",
        "is -0.01 but must be at least 0",
    ),
    "infinite hazard": Planted(
        "hazard: 0.01", "hazard: .inf", "transitions.death_in_hiding.hazard.0", "finite number"
    ),
    "hazard that is not a number": Planted(
        "hazard: 0.01", "hazard: .nan", "transitions.death_in_hiding.hazard.0", "finite number"
    ),
    "truth for a hazard": Planted(
        "hazard: 0.01",
        "hazard: [true]",
        "transitions.death_in_hiding.hazard.0",
        "must be a name or a number",
    ),
    "empty hazard": Planted(
        "hazard: 0.01", "hazard: []", "transitions.death_in_hiding.hazard", "is empty; give"
    ),
    "two feedbacks": Planted(
        "[arrest_hazard, by_sex, crowding]",
        "[arrest_hazard, by_sex, crowding, crowding]",
        "transitions.arrest.hazard",
        "holds 2 feedbacks",
    ),
    "feedback on the start": Planted(
        "persons: 50,",
        "persons: [50, crowding],",
        "initial.already_hidden.persons",
        "feedbacks act only on hazards, odds and entries",
    ),
    "factor within a factor": Planted(
        "factor: ice_ratio",
        "factor: [ice_ratio, border_policy]",
        "seasons.ice_season.windows.ice.factor",
        "multiply factors where they act",
    ),
    "contrast where no group is known": Planted(
        "capacity: places_in_refuge",
        "capacity: [places_in_refuge, by_sex]",
        "feedbacks.crowding.capacity",
        "no group is known",
    ),
    "normal prior in a product": Planted(
        "[arrest_hazard, by_sex, crowding]",
        "[arrest_hazard, by_sex, crowding, price_elasticity]",
        "transitions.arrest.hazard",
        "has a normal prior",
    ),
    "low above high": Planted(
        "{kind: lognormal, low: 200, high: 600}",
        "{kind: lognormal, low: 600, high: 200}",
        "parameters.departures.prior.low",
        "is 600, not below high 200",
    ),
    "low is high": Planted(
        "{kind: lognormal, low: 200, high: 600}",
        "{kind: lognormal, low: 200, high: 200}",
        "parameters.departures.prior.low",
        "not below",
    ),
    "lognormal from zero": Planted(
        "{kind: lognormal, low: 200, high: 600}",
        "{kind: lognormal, low: 0, high: 600}",
        "parameters.departures.prior.low",
        "a lognormal is above 0",
    ),
    "certain probability": Planted(
        "low: 0.02, high: 0.2}\n    assumed: Nobody",
        "low: 0.02, high: 1}\n    assumed: Nobody",
        "parameters.loss_at_border.prior.high",
        "between 0 and 1",
    ),
    "prior that is not a number": Planted(
        "low: 200, high: 600",
        "low: .nan, high: 600",
        "parameters.departures.prior.low",
        "finite number",
    ),
    "text for a number": Planted(
        "low: 200, high: 600",
        "low: many, high: 600",
        "parameters.departures.prior.low",
        "is 'many' but must be a number",
    ),
    "unknown kind of prior": Planted(
        "{kind: lognormal, low: 200, high: 600}",
        "{kind: lognormall, low: 200, high: 600}",
        "parameters.departures.prior.kind",
        "did you mean 'lognormal'?",
    ),
    "rests on nothing": Planted(
        "    evidence: [T02, T03]\n",
        "",
        "parameters.recognition",
        "rests on nothing",
        at="  recognition:",
    ),
    "evidence and assumed": Planted(
        "    evidence: [T02, T03]\n",
        "    evidence: [T02, T03]\n    assumed: So it seems.\n",
        "parameters.recognition.assumed",
        "only where no row",
        at="So it seems",
    ),
    "never used": Planted(
        "hazard: [recognition, yearly_shift]",
        "hazard: [0.5, yearly_shift]",
        "parameters.recognition",
        "is never used",
        at="  recognition:",
    ),
    "contrast by an unknown attribute": Planted(
        "by: position, values",
        "by: postion, values",
        "contrasts.by_position.by",
        "did you mean 'position'?",
    ),
    "contrast of an unknown value": Planted(
        "{soldier: 0.1}",
        "{soldiers: 0.1}",
        "contrasts.by_position.values.soldiers",
        "did you mean 'soldier'?",
    ),
    "eleven months": Planted(
        "    evidence: T04\n",
        "    evidence: T04\n  spring: {title: Spring, months: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}\n",
        "seasons.spring.months",
        "has 11 numbers; give twelve",
        at="spring",
    ),
    "no months at all": Planted(
        "    evidence: T04\n",
        "    evidence: T04\n  spring: {title: Spring}\n",
        "seasons.spring",
        "needs either `months`",
        at="spring",
    ),
    "months and windows": Planted(
        "    evidence: T04\n",
        "    evidence: T04\n    months: [1,1,1,1,1,1,1,1,1,1,1,1]\n",
        "seasons.ice_season",
        "give one of them",
        at="  ice_season:",
    ),
    "thirteenth month": Planted(
        "[12, 1, 2]", "[12, 13, 2]", "seasons.ice_season.windows.ice.months.1", "at most 12"
    ),
    "a month in two windows": Planted(
        "      ice: {months: [12, 1, 2], factor: ice_ratio}\n",
        "      ice: {months: [12, 1, 2], factor: ice_ratio}\n"
        "      low_water: {months: [2, 5], factor: 2}\n",
        "seasons.ice_season.windows.low_water.months",
        "already in window 'ice'",
        at="low_water",
    ),
    "overlapping eras": Planted(
        "to: 2003-12, factor: 1.2",
        "to: 2004-06, factor: 1.2",
        "policies.border_policy.eras.closed.from",
        "eras overlap; move",
        at="closed: {from: 2004",
    ),
    "eras out of order": Planted(
        "half_closed: {from: 2003-01, to: 2003-12,",
        "half_closed: {from: 2005-01, to: 2005-12,",
        "policies.border_policy.eras.closed.from",
        "order eras by date",
        at="closed: {from: 2004",
    ),
    "era that ends before it starts": Planted(
        "to: 2003-12, factor: 1.2",
        "to: 2002-12, factor: 1.2",
        "policies.border_policy.eras.half_closed.to",
        "before its `from`",
    ),
    "a date that is none": Planted(
        "to: 2003-12, factor: 1.2",
        "to: 2003-13, factor: 1.2",
        "policies.border_policy.eras.half_closed.to",
        "write it as 2004-01",
    ),
    "no eras": Planted(
        "contrasts:\n",
        "  other: {title: Other, eras: {}}\n\ncontrasts:\n",
        "policies.other.eras",
        "is empty; give at least one",
        at="Other",
    ),
    "knots out of order": Planted(
        "{2001: 1, 2005: opening_ratio}",
        "{2005: 1, 2001: opening_ratio}",
        "trends.opening.knots.2001",
        "order the knots",
    ),
    "knot of no year": Planted(
        "{2001: 1, 2005: opening_ratio}",
        "{early: 1, 2005: opening_ratio}",
        "trends.opening.knots.early",
        "must be a whole number",
    ),
    "innovations run backwards": Planted(
        "from: 2002, to: 2008",
        "from: 2008, to: 2002",
        "innovations.yearly_shift.from",
        "after `to` 2002",
    ),
    "innovations outside the calendar": Planted(
        "from: 2002, to: 2008",
        "from: 2002, to: 2012",
        "innovations.yearly_shift.to",
        "outside the calendar",
    ),
    "innovations by an unknown attribute": Planted(
        "by: sex, from", "by: age, from", "innovations.yearly_shift.by", "is not an attribute"
    ),
    "unknown driver": Planted(
        "driver: price",
        "driver: prize",
        "responses.price_response.driver",
        "is not a trend or covariate; did you mean 'price'?",
    ),
    "elasticity that is a probability": Planted(
        "{kind: normal, low: -1, high: 0}",
        "{kind: probability, low: 0.1, high: 0.2}",
        "responses.price_response.elasticity",
        "use a normal or lognormal prior",
        at="elasticity: price_elasticity",
    ),
    "feedback of an unknown state": Planted(
        "states: hidden\n",
        "states: [hidden, hiden]\n",
        "feedbacks.crowding.states",
        "did you mean 'hidden'?",
    ),
    "feedback of a state twice": Planted(
        "states: hidden\n",
        "states: [hidden, hidden]\n",
        "feedbacks.crowding.states",
        "stands twice",
    ),
    "feedback of nobody": Planted(
        "states: hidden\n", "states: []\n", "feedbacks.crowding.states", "at least one state"
    ),
    "feedback that matches by an unknown attribute": Planted(
        "states: hidden\n",
        "states: hidden\n    same: age\n",
        "feedbacks.crowding.same",
        "is not an attribute",
        at="same: age",
    ),
}


@pytest.mark.parametrize("planted", CASES.values(), ids=CASES.keys())
def test_fault_is_reported(tmp_path, planted):
    assert_reported(tmp_path, planted)


def test_elasticity_that_is_no_parameter_leaves_the_parameter_unused(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, "model.yaml", "elasticity: price_elasticity", "elasticity: by_sex")
    told = {fault.field: fault.message for fault in faults_of(folder)}
    assert "'by_sex' is not a parameter" in told.pop("responses.price_response.elasticity")
    assert "is never used" in told.pop("parameters.price_elasticity")
    assert not told


def test_innovations_by_an_attribute_that_a_group_lacks(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, "model.yaml", "{sex: male, position: soldier}", "{position: soldier}")
    (fault,) = faults_of(folder)
    assert fault.field == "innovations.yearly_shift.by"
    assert "group 'soldiers' has no 'sex'; give" in fault.message
