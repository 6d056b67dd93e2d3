"""`safepassage explore MODEL`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from safepassage import verbs
from safepassage.cli.fitting import kept_shown, shown_of
from safepassage.cli.options import ON_MODEL, Model, WithEvidence
from safepassage.cli.progress import Progress
from safepassage.model.faults import Fault, InputError

if TYPE_CHECKING:
    from safepassage.evidence.folder import Loaded
    from safepassage.inference import Fitted
    from safepassage.server.shown import Shown


def explore(
    model: Model,
    /,
    *,
    port: Annotated[
        int | None,
        Parameter(
            validator=Number(gte=1, lte=65535), help="Port; a free one is found unless given."
        ),
    ] = None,
    host: Annotated[
        str, Parameter(help="Address to serve on; one that others can reach needs --token.")
    ] = "127.0.0.1",
    token: Annotated[
        str | None, Parameter(help="What everybody must show: 16 letters and digits or more.")
    ] = None,
    browser: Annotated[bool, Parameter(help="Open the page in a browser.")] = True,
    options: WithEvidence = ON_MODEL,
) -> None:
    """Open a page on this machine that shows the fit, and answers what-ifs; needs no network."""
    from safepassage.server.serving import bind, check_host, names_of, serve

    check_host(host, token)
    loaded = verbs.load(model, evidence=options.evidence)
    shown = _shown(loaded, model, options)
    made = bind(host, port)
    from safepassage.server.app import create_app
    from safepassage.server.pages import HOW_TO_BUILD, read_pages

    pages = read_pages()
    if not pages:
        print(f"note: {HOW_TO_BUILD}", file=sys.stderr)

    def load() -> Fitted:
        return verbs.fit(loaded, seed=options.seed, out=options.out)

    app = create_app(shown, load=load, hosts=names_of(host), token=token, pages=pages)
    name = f"[{host}]" if ":" in host else host
    address = f"http://{name}:{made.getsockname()[1]}/"
    opened = f"{address}?token={token}" if token else address

    def ready() -> None:
        print(
            f"{loaded.model.model.title}: {opened}  (Ctrl-C ends it)", file=sys.stderr, flush=True
        )

    with made:
        serve(app, made, browse=opened if browser and pages else None, ready=ready)


def _shown(loaded: Loaded, model: str, options: WithEvidence) -> Shown:
    """What was kept of the fit; made first where it was not, fitted first where there is none."""
    finished, shown = kept_shown(loaded, options)
    if shown is not None:
        return shown
    if not finished:
        _offer(model, options)
    with Progress() as progress:
        return shown_of(loaded, options, progress)


def _offer(model: str, options: WithEvidence) -> None:
    """Offer to fit now.

    Raises:
        InputError: nobody is there to say yes, or they say no.
    """
    out = f" --out {options.out}" if options.out is not None else ""
    seed = f" --seed {options.seed}" if options.seed != 1 else ""
    own = "".join(f" --evidence {path}" for path in options.evidence)
    command = f"safepassage run {model}{own}{seed}{out}"
    if sys.stdin.isatty() and sys.stderr.isatty():
        print(
            "There is no fit of this model, evidence and version yet. It takes minutes and can be "
            "interrupted. Fit now? [Y/n] ",
            end="", file=sys.stderr, flush=True,
        )  # fmt: skip
        if sys.stdin.readline().strip().lower() in ("", "y", "yes"):
            return
    message = f"there is no fit of this model, evidence and version yet; run `{command}` first"
    raise InputError([Fault(str(Path(model)), 0, "explore", message)])
