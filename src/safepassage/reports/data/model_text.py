"""A model's texts as the page shows them, and everything that a request may name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from safepassage.errors import Fault, InputError
from safepassage.evidence.do_no_harm import check_text
from safepassage.model.yaml.file import read_text
from safepassage.model.yaml.tree import read_yaml
from safepassage.results.explorer import (
    Calendar,
    ChannelText,
    Citation,
    ModelText,
    OutputText,
    Place,
    QuantityText,
    ReportText,
    RouteText,
    ScenarioText,
    SliderText,
)
from safepassage.results.ranking import Harm, Ranking
from safepassage.study.scenarios import catalogue

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.results.parts import Provenance


def model_text(posterior: Posterior, rankings: Sequence[Ranking]) -> ModelText:
    """The texts of a fitted model.

    Args:
        posterior: the posterior.
        rankings: those that are shown.

    Raises:
        InputError: a fault in the model's scenarios or in its texts in other languages.
    """
    study = posterior.study
    model, header, listed = study.model, study.model.model, catalogue(study)
    return ModelText(
        id=header.id,
        title=header.title,
        summary=header.summary,
        ways={k: RouteText(**w.model_dump()) for k, w in model.ways.items()},
        places={k: Place(**p.model_dump()) for k, p in model.places.items()},
        harms={k: Harm(**h.model_dump()) for k, h in model.harms.items()},
        quantities={k: QuantityText(title=q.title) for k, q in model.quantities.items()},
        outputs={k: OutputText(**o.model_dump()) for k, o in model.outputs.items()},
        channels={k: ChannelText(**c.model_dump()) for k, c in model.channels.items()},
        report=ReportText(**model.report.model_dump()),
        calendar=Calendar(start=header.start, end=header.end, as_of=header.as_of),
        dates=tuple(sorted({one.as_of for one in rankings})),
        sexes=tuple(dict.fromkeys(one.sex for one in rankings)),
        scenarios=tuple(
            ScenarioText(
                id=one.name,
                title=one.scenario.title,
                reason=one.scenario.reason,
                comparison_of_harm=one.scenario.comparison_of_harm,
                first_change=one.scenario.first_month,
            )
            for one in listed.scenarios.values()
        ),
        sliders=tuple(
            SliderText(
                id=name,
                title=slider.title,
                reason=slider.reason,
                start=slider.start,
                least=slider.least,
                most=slider.most,
            )
            for name, slider in listed.sliders.items()
        ),
        texts=read_texts(study.path),
        fit=posterior.verdict,
        provenance=posterior.provenance,
        citation=citation(header.id, header.as_of, posterior.provenance),
    )


def citation(model: str, as_of: str, provenance: Provenance) -> Citation:
    """How to cite a run."""
    short = provenance.model_hash[:12]
    return Citation(
        as_of=as_of,
        version=provenance.version,
        hash=short,
        text=(
            f"safepassage {provenance.version}, model {model}, as of {as_of}, model hash {short}, "
            f"evidence hash {provenance.evidence_hash[:12]}, seed {provenance.seed}."
        ),
    )


def read_texts(folder: Path) -> dict[str, dict[str, str]]:
    """The model's own texts in other languages, from `texts/LANGUAGE.yaml`: English to theirs.

    Raises:
        InputError: a file holds anything but texts by English text, or an address or the like.
    """
    languages: dict[str, dict[str, str]] = {}
    for path in sorted((folder / "texts").glob("*.yaml")):
        content = read_text(path)
        if isinstance(content, Fault):
            raise InputError([content])
        tree = read_yaml(content[0], str(path))
        plain = isinstance(tree.value, dict) and all(
            isinstance(part, str) for item in tree.value.items() for part in item
        )
        if tree.faults or not plain:
            message = "holds something else than texts; write 'English text: its translation' lines"
            raise InputError(tree.faults or [Fault(str(path), 1, "", message)])
        languages[path.stem] = tree.value
        harmful = [
            fault
            for english, text in tree.value.items()
            for fault in check_text(text, str(path), 0, english[:60])
        ]
        if harmful:
            raise InputError(harmful)
    return languages
