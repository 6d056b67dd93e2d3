"""Everything that a report shows, as plain values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from safepassage.analysis.checks.published_estimates import compare_published
from safepassage.analysis.checks.tension import checks
from safepassage.analysis.losses import losses
from safepassage.analysis.ranking import rank
from safepassage.analysis.trace import evidence_rows

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior


def report_data(posterior: Posterior) -> dict[str, Any]:
    """The model's texts, the fit and its checks, rankings, losses, evidence rows, outlines."""
    return {**common_data(posterior), "checks": checks(posterior).to_dict()}


def common_data(posterior: Posterior) -> dict[str, Any]:
    """The same without the checks of the fit, which take the longest."""
    model = posterior.study.model
    answer = posterior.to_dict()
    sexes = list(dict.fromkeys(g["sex"] for g in model.groups.values() if "sex" in g))
    dates = [model.model.as_of, *model.model.also_as_of]
    rankings = [
        rank(posterior, as_of=date, sex=sex).to_dict() for date in dates for sex in (None, *sexes)
    ]
    provenance = answer["provenance"]
    short = provenance["model_hash"][:12]
    outlines = posterior.study.path / model.report.map_file
    return {
        "model": {
            "id": model.model.id,
            "title": model.model.title,
            "summary": model.model.summary,
            "ways": {k: w.model_dump(mode="json") for k, w in model.ways.items()},
            "places": {k: p.model_dump(mode="json") for k, p in model.places.items()},
            "harms": {k: h.model_dump(mode="json") for k, h in model.harms.items()},
            "quantities": {k: {"title": q.title} for k, q in model.quantities.items()},
            "outputs": {k: o.model_dump(mode="json") for k, o in model.outputs.items()},
            "channels": {k: c.model_dump(mode="json") for k, c in model.channels.items()},
            "report": model.report.model_dump(mode="json"),
        },
        "fit": answer,
        "rankings": rankings,
        "losses": {
            way: [one.to_dict() for one in steps] for way, steps in losses(posterior).items()
        },
        "compared": [one.to_dict() for one in compare_published(posterior)],
        "evidence": [row.to_dict() for row in evidence_rows(posterior, _used(posterior))],
        "region": json.loads(outlines.read_text(encoding="utf-8")) if outlines.is_file() else {},
        "citation": {
            "as_of": model.model.as_of,
            "version": provenance["version"],
            "hash": short,
            "text": (
                f"safepassage {provenance['version']}, model {model.model.id}, as of "
                f"{model.model.as_of}, model hash {short}, evidence hash "
                f"{provenance['evidence_hash'][:12]}, seed {provenance['seed']}."
            ),
        },
    }


def _used(posterior: Posterior) -> list[str]:
    """Ids of all rows that priors, channels, covariates and seasons rest on."""
    study = posterior.study
    ids = [i for p in study.model.parameters.values() for i in p.evidence]
    ids += [i for rows in study.observations.values() for o in rows for i in o.evidence]
    ids += [i for rows in study.covariate_evidence.values() for i in rows]
    ids += [i for s in study.model.seasons.values() for i in s.evidence]
    ids += [
        i for p in study.model.policies.values() for e in p.eras.values() for i in e.evidence
    ]  # fmt: skip
    return list(dict.fromkeys(ids))
