"""A walk through a model folder, cell by cell: load, look, simulate, trace, change.

Run it as a script, or cell by cell in an editor that knows `# %%`. It takes a few seconds. With
`--fit` it also estimates the model from its series (about half a minute more, the first time).

The earthquake, the region and every figure are invented. Nothing here describes a real event.
"""

# %% [markdown]
# Everything below needs one import. The engines know no country and no cause of flight: what is
# particular to this model is in the folder beside this script, and it is all data.

# %%
import dataclasses
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import safepassage as sp
from safepassage.results.simulation import Simulation

FOLDER = Path(__file__).resolve().parent


def heading(text: str) -> None:
    """Print the title of a part of the story."""
    print(f"\n{text}\n{'-' * len(text)}")


def value_at(run: Simulation, output: str, time: str) -> float:
    """One figure of an output; a single run has no interval, so the median is the figure."""
    return next(entry.median for entry in run.outputs[output] if entry.time == time)


def total(run: Simulation, output: str) -> float:
    """A yearly flow, summed over the whole calendar."""
    return sum(entry.median for entry in run.outputs[output])


# %% [markdown]
# ## 1. Load the folder
#
# `load` reads the declarations, the evidence and the observed series, and checks that they hold
# together. Were anything wrong, it would raise one error with every fault, file and line by line.
#
# The four outcomes have the same names in every model. Here `safe` is a lasting home, `limbo` any
# roof that does not last, and `returned` the old roof, which may fall in.

# %%
study = sp.load(FOLDER)
model = study.model

print(model.model.title)
heading("1. What is in the folder")
outcomes = Counter(state.outcome for state in model.states.values())
print(f"{len(model.states)} states, {len(model.groups)} groups, {len(model.parameters)} parameters")
print("how a person in each state is counted in the end:")
for outcome, count in outcomes.items():
    first = [state.title.lower() for state in model.states.values() if state.outcome == outcome][:2]
    print(f"  {count:2} {outcome:9} {', '.join(first)}{', ...' if count > 2 else ''}")
print("ways to a lasting home:")
for way in model.ways.values():
    print(f"  {way.title}, {way.denominator}")

# %% [markdown]
# ## 2. Look at one move
#
# People leave a state by competing hazards. A hazard is a product of numbers, parameters and
# factors, and nothing else. This one holds a parameter, a feedback (the longer the queue, the
# longer the wait), a season (frost), and a contrast between the groups (bad roads to the villages).

# %%
heading("2. How a repair crew comes")
move = model.transitions["crew_comes"]
print(f"from {move.source} to {move.to}, hazard per year = the product of")
for factor in move.hazard or ():
    for section in ("parameters", "feedbacks", "seasons", "contrasts"):
        if factor in (names := getattr(model, section)):
            print(f"  {factor:16} {section[:-1]}: {names[factor].title}")

# %% [markdown]
# ## 3. Simulate expected flows by month
#
# Nothing is fitted here: every parameter is at the middle of its prior. The engine moves the mean
# number of people. Nobody is made or lost, so those inside the system and those who have left it
# (to a lasting home, or dead) always add up to those who have entered it.

# %%
by_month = sp.simulate(study)

heading("3. Expected flows, month by month")
people = {entry.time: entry for entry in by_month.people}
print(f"{'end of':10}{'in tents':>12}{'without a home':>18}{'home, or dead':>18}{'entered':>12}")
for time in ("2041-10", "2041-12", "2042-06", "2042-12", "2043-12", "2044-12"):
    tents, now = value_at(by_month, "in_tents", time), people[time]
    print(f"{time:10}{tents:12,.0f}{now.inside:18,.0f}{now.left:18,.0f}{now.entered:12,.0f}")
gap = max(abs(now.entered - now.inside - now.left) for now in people.values())
print(f"people made or lost on the way, at most: {gap:.6f}")
found, died = total(by_month, "lasting_homes_found"), total(by_month, "deaths_by_year")
print(f"by the end of 2046: {found:,.0f} in a lasting home, {died:,.0f} dead")

# %% [markdown]
# ## 4. The same by day
#
# A stay lasts at least one step, so steps of a month stretch the short ones: people leave the open
# air within two weeks or so. Whatever the step, a stock is looked at at the month's end, and there
# the difference is small; homes are found a little later. A model is fitted by month, and looked at
# by week or day where short stays matter.

# %%
by_day = sp.simulate(study, step="day")

heading("4. The same, day by day")
print(f"{'':40}{'by month':>12}{'by day':>12}")
for time in ("2041-10", "2041-11", "2041-12"):
    pair = [value_at(run, "in_the_open", time) for run in (by_month, by_day)]
    print(f"{'people in the open, ' + time:40}{pair[0]:12,.0f}{pair[1]:12,.0f}")
pair = [total(run, "lasting_homes_found") for run in (by_month, by_day)]
print(f"{'lasting homes by the end of 2046':40}{pair[0]:12,.0f}{pair[1]:12,.0f}")

# %% [markdown]
# ## 5. Trace a number
#
# Where does the number of lasting homes come from? From the output to its quantity, from there back
# to the hazards that lead into its states (through branches, which take no time, and fixed delays),
# to their parameters, and to the evidence that each rests on, or the sentence that says why it
# rests on none. (`sp.trace` does this for a fitted model, and says how much of the answer's doubt
# each parameter carries; see the last cell.)


# %%
def hazards_behind(place: str) -> Iterator[tuple[str, tuple[float | str, ...]]]:
    """Name and hazard of every transition that leads to a state or branch in the end."""
    for name, move in model.transitions.items():
        if move.to == place and move.hazard is not None:
            yield name, move.hazard
        elif move.to == place:
            yield from hazards_behind(move.source)
    for name, branch in model.branches.items():
        if any(outcome.to == place for outcome in branch.outcomes.values()):
            yield from hazards_behind(name)


heading("5. Where the lasting homes of 2043 come from")
output = model.outputs["lasting_homes_found"]
print(f"{output.title}, 2043: {value_at(by_month, 'lasting_homes_found', '2043'):,.0f}")
for place in model.quantities[output.quantity].into:
    moves = dict(hazards_behind(place))
    print(f"into {place}, by {', '.join(moves)}")
    factors = dict.fromkeys(factor for hazard in moves.values() for factor in hazard)
    for parameter in (model.parameters[name] for name in factors if name in model.parameters):
        prior = parameter.prior
        print(f"  {parameter.title}: {prior.low:g} to {prior.high:g} {parameter.unit}")
        if parameter.assumed:
            print(f"    assumed: {parameter.assumed}")
        for row in (study.evidence.rows[name] for name in parameter.evidence):
            print(f"    {row.id} [{row.grade}] {row.quantity}: {row.value:g}")
            print(f"    from: {row.source_title}, {row.source_year}")

# %% [markdown]
# ## 6. Change the declaration
#
# Declarations are frozen, so a change is a copy. Here the crews can serve twice as many people: the
# capacity of the feedback gets one more factor, 2. Nothing else changes, and the folder stays as
# it is. People find a lasting home sooner; in the end hardly more of them do.
#
# Only simulate such a copy. A fit is kept under the hash of its folder, so to fit a changed model
# change its folder, as the next cell does.

# %%
crews = model.feedbacks["crews_free"]
more = crews.model_copy(update={"capacity": (*crews.capacity, 2.0)})
changed = model.model_copy(update={"feedbacks": {**model.feedbacks, "crews_free": more}})
twice = sp.simulate(dataclasses.replace(study, model=changed))

heading("6. Twice the repair crews")
print(f"{'':40}{'as it is':>12}{'twice':>12}")
pair = [value_at(run, "crew_queue", "2042-Q4") for run in (by_month, twice)]
print(f"{'waiting for a crew, last quarter of 2042':40}{pair[0]:12,.0f}{pair[1]:12,.0f}")
for year in ("2042", "2043", "2046"):
    pair = [
        sum(e.median for e in run.outputs["lasting_homes_found"] if e.time <= year)
        for run in (by_month, twice)
    ]
    print(f"{'lasting homes by the end of ' + year:40}{pair[0]:12,.0f}{pair[1]:12,.0f}")

# %% [markdown]
# ## 7. Change the folder
#
# The same with files: copy the folder, edit the text, load it. This way goes through every check,
# and can be fitted. First a change that makes sense (rent aid is paid to the end), then a slip.

# %%
heading("7. Rent aid to the end, and a slip of the pen")
with tempfile.TemporaryDirectory() as made:
    copy = Path(made) / "model"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    declared = (copy / "model.yaml").read_text(encoding="utf-8")
    longer = declared.replace("to: 2044-06", "to: 2046-12")
    (copy / "model.yaml").write_text(longer, encoding="utf-8")
    aided = sp.simulate(copy)
    (copy / "model.yaml").write_text(declared.replace("to: dead", "to: daed", 1), encoding="utf-8")
    try:
        sp.check(copy)
    except sp.InputError as error:
        faults = error.faults

pair = [value_at(run, "renting", "2045-Q4") for run in (by_month, aided)]
print(f"{'in rented rooms, last quarter of 2045':40}{pair[0]:12,.0f}{pair[1]:12,.0f}")
for fault in faults:
    print(f"model.yaml:{fault.line}: {fault.field}\n  {fault.message}")

# %% [markdown]
# ## 8. Whole people, and chance
#
# The engine so far moved means: 0.3 of a person, on average. `counts` moves whole people and lets
# chance decide, as often as asked. Every draw is named after what it decides, so the same seed
# gives the same numbers anywhere, and two versions of a model share their luck: their difference
# is theirs and not chance's. `individuals` follows one person after another, where it matters who
# travels with whom.


# %%
def drawn(folder_or_model: sp.Study, engine: str, **how: int) -> Simulation:
    """Replicates of whole people, kept in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as kept:
        return sp.simulate(folder_or_model, engine=engine, out=kept, **how)


heading("8. Chance")
many = drawn(study, "counts", replicates=200)
few = [drawn(study, engine, replicates=20) for engine in ("counts", "individuals")]
print(f"{'in 2043':28}{'mean flow':>12}{'200 replicates (90 %)':>28}")
for name in ("lasting_homes_found", "deaths_by_year"):
    row = next(r for r in many.outputs[name] if r.time == "2043")
    between = f"{row.median:,.0f} [{row.low:,.0f} to {row.high:,.0f}]"
    print(f"{name.replace('_', ' '):28}{value_at(by_month, name, '2043'):12,.1f}{between:>28}")
for engine, run in zip(("counts", "individuals"), few, strict=True):
    print(f"homes in 2043, 20 replicates of {engine}: "
          f"{value_at(run, 'lasting_homes_found', '2043'):,.0f}")  # fmt: skip

# %% [markdown]
# ## 9. Learn from the series
#
# `fit` finds every combination of parameters that agrees with the published series (here drawn from
# the model itself). Then `rank` orders the ways by danger, and `trace` takes a number apart.

# %%
if "--fit" in sys.argv:
    posterior = sp.fit(study)
    heading("9. What the series teach")
    verdict = posterior.verdict
    print(f"converged: {verdict.converged}, largest R-hat {verdict.max_rhat}")
    for way in sp.rank(posterior).ways:
        safe, months = way.outcomes.safe.median, way.months_to_safety.median
        print(f"  {way.title}: {safe:.0%} home, after {months:.0f} months")
    print()
    print(sp.trace(posterior, "lasting_homes_found"))
