"""`safepassage explore MODEL`, or the folder of a run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from safepassage import api
from safepassage.cli.options import Evidence, Model, Runs, Seed, WithEvidence
from safepassage.cli.posterior import artifacts_of, stored_artifacts
from safepassage.errors import Fault, InputError

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.reports.data.artifacts import ReportArtifacts
    from safepassage.study.loader import Study


@Parameter(name="*")
@dataclass(frozen=True)
class Options:
    """As of other commands on a model, without those that write an answer: a page is no answer."""

    seed: Seed = 1
    evidence: Evidence = ()
    runs: Runs = None

    @property
    def run_root(self) -> Path | None:
        """The folder of stored runs, where one is named."""
        return self.runs


DEFAULT = Options()


def explore(
    model: Model,
    /,
    *,
    port: Annotated[
        int | None,
        Parameter(validator=Number(gte=1, lte=65535), help="Port; by default any free one."),
    ] = None,
    host: Annotated[
        str, Parameter(help="Address to serve on; one that others can reach needs --token.")
    ] = "127.0.0.1",
    token: Annotated[
        str | None,
        Parameter(help="Secret that visitors must give: 16 letters and digits or more."),
    ] = None,
    browser: Annotated[bool, Parameter(help="Open the page in a browser.")] = True,
    options: Options = DEFAULT,
) -> None:
    """Explore the fit and what-ifs on a page served from this machine; needs no network."""
    from safepassage.server.run import bind, check_host, names_of, serve

    check_host(host, token)
    of_fit = WithEvidence(seed=options.seed, evidence=options.evidence, runs=options.runs)
    served = serve_model(model, of_fit)
    made = bind(host, port)
    from safepassage.server.app import create_app
    from safepassage.server.static import HOW_TO_BUILD, read_pages

    pages = read_pages()
    for note in (served.note, None if pages else HOW_TO_BUILD):
        if note:
            print(f"note: {note}", file=sys.stderr)

    app = create_app(
        served.artifacts,
        load=served.load,
        why_not=served.note or "",
        hosts=names_of(host),
        token=token,
        pages=pages,
    )
    name = f"[{host}]" if ":" in host else host
    address = f"http://{name}:{made.getsockname()[1]}/"
    opened = f"{address}?token={token}" if token else address

    def ready() -> None:
        title = served.artifacts.model["title"]
        print(f"{title}: {opened}  (Ctrl-C ends it)", file=sys.stderr, flush=True)

    with made:
        serve(app, made, browse=opened if browser and pages else None, ready=ready)


@dataclass(frozen=True)
class Served:
    """What is served, and how what-ifs load the fit."""

    artifacts: ReportArtifacts
    load: Callable[[], Posterior] | None
    note: str | None = None


def serve_model(model: str, options: WithEvidence) -> Served:
    """Of a model's folder or name its fit under these options; of a run's folder that run."""
    from safepassage.reports.data.run_folder import is_run_folder

    if is_run_folder(Path(model)):
        return _of_run(Path(model), options)
    study = api.load(model, evidence=options.evidence)

    def load() -> Posterior:
        return api.fit(study, seed=options.seed)

    return Served(_artifacts(study, model, options), load)


def _of_run(path: Path, options: WithEvidence) -> Served:
    """A run as it was stored; what-ifs where its model, evidence and sources are those of today."""
    from safepassage.inference.sampler.settings import Settings, fit_key
    from safepassage.reports.data.artifacts import beside_hash
    from safepassage.reports.data.run_folder import open_run
    from safepassage.study.bundled import bundled_models

    path = path.resolve()
    opened = open_run(path)
    name = str(opened.mark["model_id"]).replace("_", "-")
    made = opened.shown.model["provenance"]
    if name not in bundled_models():
        note = f"its model, {name}, is not a bundled one; for what-ifs, explore the model's folder"
        return Served(opened.shown, None, note)
    study = api.load(name, evidence=options.evidence)
    key, seed = opened.mark["key"], int(made["seed"])
    same = key == fit_key(study, Settings(), seed) and opened.beside == beside_hash(study)
    if not same:
        note = (
            f"it was made with other sources, evidence or settings than today's (version "
            f"{made['version']}) and is shown as it was stored; for what-ifs, fit again: "
            f"safepassage run {name}"
        )
        return Served(opened.shown, None, note)
    if path.name != key or not list(path.glob("draws_*.npz")):
        note = f"what-ifs need the run's whole folder under its own name, {key}"
        return Served(opened.shown, None, note)

    def load() -> Posterior:
        from safepassage.inference.fit import fit

        return fit(study, seed=seed, root=path.parent)

    return Served(opened.shown, load)


def _artifacts(study: Study, model: str, options: WithEvidence) -> ReportArtifacts:
    """What is stored of the fit; made first where it was not, fitted first where there is none."""
    finished, artifacts = stored_artifacts(study, options)
    if artifacts is not None:
        return artifacts
    if not finished:
        _offer(model, options)
    return artifacts_of(study, options)


def _offer(model: str, options: WithEvidence) -> None:
    """Offer to fit now.

    Raises:
        InputError: nobody is there to say yes, or they say no.
    """
    runs = f" --runs {options.runs}" if options.runs is not None else ""
    seed = f" --seed {options.seed}" if options.seed != 1 else ""
    own = "".join(f" --evidence {path}" for path in options.evidence)
    command = f"safepassage run {model}{own}{seed}{runs}"
    if sys.stdin.isatty() and sys.stderr.isatty():
        print(
            "There is no stored fit of this model, evidence and version. Fitting takes minutes "
            "and can be interrupted. Fit now? [Y/n] ",
            end="", file=sys.stderr, flush=True,
        )  # fmt: skip
        if sys.stdin.readline().strip().lower() in ("", "y", "yes"):
            return
    message = f"there is no stored fit of this model, evidence and version; run `{command}` first"
    raise InputError([Fault(str(Path(model)), 0, "explore", message)])
