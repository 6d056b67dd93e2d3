"""The application: stored data, ranks by own weights, traces, and what-ifs with progress."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from fastapi import FastAPI, Path, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException

from safepassage.errors import Fault, InputError, Refused
from safepassage.reports.data.artifacts import SERVED, Payload, ReportArtifacts
from safepassage.results.explorer import ExplorerData
from safepassage.results.ranking import RankedByWeights, RankingByWeights
from safepassage.results.trace import TraceAnswer
from safepassage.server.job_queue import Full, JobQueue, Ticket
from safepassage.server.middleware import LOOPBACK, Guards
from safepassage.server.requests import query_faults, what_if_job
from safepassage.server.schemas import CompareQuery, Faults, Health, RankQuery
from safepassage.server.static import HOW_TO_BUILD, Page, read_pages
from safepassage.version import __version__

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

SECONDS_TO_ANSWER = 120.0
"""In which the first word of a what-if must have come; the first of all loads the fit."""
SECONDS_BETWEEN_BEATS = 10.0
WRONG: dict[int | str, dict[str, Any]] = {
    code: {"model": Faults, "description": words}
    for code, words in {
        400: "wrong input", 401: "no token", 403: "refused, with the reason", 404: "not there",
        408: "too slow", 413: "too large", 422: "of another shape", 503: "too busy",
    }.items()
}  # fmt: skip


def create_app(
    artifacts: ReportArtifacts,
    *,
    load: Callable[[], Posterior] | None = None,
    why_not: str = "this run is shown without its fit",
    hosts: Sequence[str] = LOOPBACK,
    token: str | None = None,
    pages: Mapping[str, Page] | None = None,
) -> Guards:
    """The explorer as an ASGI application.

    Args:
        artifacts: what the run stores.
        load: loads the fit when the first what-if comes; no what-ifs without it.
        why_not: what is said to who asks one all the same.
        hosts: names by which the server may be called.
        token: what everybody must show, where it is given.
        pages: files of the page; those of the build unless given.
    """
    jobs = JobQueue(load) if load is not None else None

    @contextlib.asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        if jobs is not None:
            jobs.close()

    app = FastAPI(
        title="safepassage explorer", version=__version__, docs_url=None, redoc_url=None,
        openapi_url="/api/openapi.json", lifespan=life,
    )  # fmt: skip
    _errors(app)
    _stored(app, artifacts, jobs)
    _rank(app, artifacts)
    if jobs is not None:
        _what_if(app, artifacts, jobs)
    else:
        _no_what_if(app, why_not)
    _pages(app, read_pages() if pages is None else pages)
    return Guards(app, hosts, token)


def _errors(app: FastAPI) -> None:
    """Every error in one shape, none with a traceback."""

    @app.exception_handler(RequestValidationError)
    def of_another_shape(request: Request, error: RequestValidationError) -> Response:
        faults = [
            Fault("request", 0, ".".join(map(str, one["loc"][1:])) or "body", one["msg"])
            for one in error.errors()
        ]
        return faulty(422, faults)

    @app.exception_handler(HTTPException)
    def plain_http(request: Request, error: HTTPException) -> Response:
        answer = faulty(error.status_code, [Fault("request", 0, "", str(error.detail))])
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(Exception)
    def ours(request: Request, error: Exception) -> Response:
        return of_error(error)


def faulty(status: int, faults: Sequence[Fault]) -> JSONResponse:
    """The one shape of every error."""
    return JSONResponse({"faults": [dict(one.__dict__) for one in faults]}, status)


def of_error(error: BaseException) -> JSONResponse:
    """What went wrong in answering, as an answer."""
    if isinstance(error, Refused):
        return faulty(403, [Fault("request", 0, "", f"refused: {error}")])
    if isinstance(error, InputError):
        return faulty(400, error.faults)
    message = f"a defect of ours ({type(error).__name__}); the server goes on"
    return faulty(500, [Fault("server", 0, "", message)])


def _stored(app: FastAPI, artifacts: ReportArtifacts, jobs: JobQueue | None) -> None:
    @app.get("/api/health", response_model=Health)
    async def health() -> Health:
        """Whether the server is well, and whether a what-if would have to wait."""
        engine = jobs.state if jobs is not None else "none"
        return Health(
            status="ok", engine=engine, waiting=jobs.waiting if jobs else 0, version=__version__
        )

    for name in SERVED:

        def part(request: Request, payload: Payload = artifacts.payloads[name]) -> Response:
            return _sent(request, payload)

        app.add_api_route(
            f"/api/{name}",
            _async(part),
            response_class=JSONResponse,
            response_model=ExplorerData.model_fields[name].annotation,
            summary=f"Stored: {name}",
            operation_id=f"stored_{name}",
        )

    @app.get(
        "/api/trace/{answer}",
        response_model=TraceAnswer,
        responses={404: WRONG[404], 422: WRONG[422]},
    )
    async def trace(answer: Annotated[str, Path(max_length=80)]) -> Response:
        """Where an answer comes from: parameters, evidence rows, sources."""
        traced = artifacts.trace(answer)
        if traced is None:
            message = "nothing has that name; /api/model lists ways, outputs and channels"
            return faulty(404, [Fault("request", 0, "answer", message)])
        return JSONResponse(traced.to_dict())


def _async(function: Callable[..., Response]) -> Callable[..., Any]:
    """An endpoint that runs in the loop, for what only copies bytes."""

    async def endpoint(request: Request) -> Response:
        return function(request)

    return endpoint


def _sent(request: Request, payload: Payload) -> Response:
    headers = {"etag": payload.tag, "cache-control": "no-cache", "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == payload.tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(payload.packed, media_type="application/json", headers=headers)
    return Response(payload.text, media_type="application/json", headers=headers)


def _rank(app: FastAPI, artifacts: ReportArtifacts) -> None:
    from safepassage.analysis.ranking import acceptability, weightings

    model = artifacts.model
    harms, ways = list(model.harms), list(model.ways)
    positions = [way.article_position for way in model.ways.values()]

    @app.post(
        "/api/rank",
        response_model=RankingByWeights,
        responses={c: WRONG[c] for c in (400, 404, 408, 413, 422)},
    )
    async def rank(query: RankQuery) -> Response:
        """The ways ranked over the posterior by the reader's own weights of the harms."""
        faults = [
            Fault("request", 0, f"weights.{name}", f"no such harm; give one of {', '.join(harms)}")
            for name in query.weights
            if name not in harms
        ]
        if query.weights and not faults and sum(query.weights.values()) <= 0:
            faults = [Fault("request", 0, "weights", "all weights are 0; give one above 0")]
        if faults:
            return faulty(400, faults)
        scores = artifacts.scores.get(f"{query.as_of} {query.sex}")
        if scores is None:
            known = ", ".join(artifacts.scores)
            message = f"no ranking of that date and sex is stored; there are {known}"
            return faulty(404, [Fault("request", 0, "as_of", message)])
        weights = weightings(harms, query.weights, model.provenance.seed)
        ranks = acceptability(np.asarray(scores), weights, positions)
        rows = [
            RankedByWeights(id=way, **dict(row)) for way, row in zip(ways, ranks.ways, strict=True)
        ]
        rows.sort(key=lambda row: row.expected_rank.median or 0.0)
        answer = RankingByWeights(
            as_of=query.as_of, sex=query.sex, ways=tuple(rows), kendall_tau=ranks.kendall_tau
        )
        return JSONResponse(answer.to_dict())


def _what_if(app: FastAPI, artifacts: ReportArtifacts, jobs: JobQueue) -> None:
    @app.post("/api/engine", status_code=202, responses={503: WRONG[503]})
    async def engine() -> Response:
        """Load the fit and compile, so that the first what-if need not wait for it."""
        if jobs.state in ("cold", "failed"):
            try:
                jobs.submit(lambda live, emit: None)
            except Full:
                return _busy()
        return JSONResponse({"engine": jobs.state if jobs.state != "cold" else "warming"}, 202)

    @app.post(
        "/api/compare",
        responses={
            200: {"content": {"text/event-stream": {}}, "description": "events"},
            **{c: WRONG[c] for c in (400, 403, 404, 408, 413, 422, 503)},
        },
        response_class=StreamingResponse,
    )
    async def compare(query: CompareQuery, request: Request) -> Response:
        """A what-if as events: `middle` (at the median), `progress`, `answer`, or `fault`.

        It is given up when the connection is closed.
        """
        problem = query_faults(query, artifacts.model)
        if problem is not None:
            return faulty(problem[0], problem[1])
        try:
            ticket = jobs.submit(what_if_job(query))
        except Full:
            return _busy()
        events = ticket.stream()
        first = await _first(events, ticket, request)
        if first is None:
            message = f"no answer within {SECONDS_TO_ANSWER:g} s; try again"
            return faulty(503, [Fault("server", 0, "", message)])
        if first[0] == "error":
            await events.aclose()  # type: ignore[attr-defined]
            return of_error(first[1])
        return StreamingResponse(_stream(first, events), media_type="text/event-stream")


def _no_what_if(app: FastAPI, why_not: str) -> None:
    """Every what-if is refused, with the reason."""

    @app.post("/api/engine", responses={403: WRONG[403]})
    @app.post("/api/compare", responses={403: WRONG[403]})
    async def refused() -> Response:
        return of_error(Refused(f"what-ifs are not answered here: {why_not}"))


async def _first(
    events: AsyncIterator[tuple[str, Any]], ticket: Ticket, request: Request
) -> tuple[str, Any] | None:
    """The first event; None where it does not come in time, or where nobody waits for it."""
    waiting = asyncio.ensure_future(anext(events, None))  # type: ignore[arg-type]
    try:
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            while not waiting.done():
                await asyncio.wait({waiting}, timeout=0.2)
                if not waiting.done() and await request.is_disconnected():
                    break
    except TimeoutError:
        pass
    if not waiting.done():
        ticket.gone.set()
        waiting.cancel()
        return None
    return waiting.result()


async def _stream(
    first: tuple[str, Any], events: AsyncIterator[tuple[str, Any]]
) -> AsyncIterator[bytes]:
    """Events as the browser reads them, with a beat while nothing comes."""
    yield _event(*first)
    coming = asyncio.ensure_future(anext(events, None))  # type: ignore[arg-type]
    try:
        while True:
            done, _ = await asyncio.wait({coming}, timeout=SECONDS_BETWEEN_BEATS)
            if not done:
                yield b": still at it\n\n"
                continue
            event = coming.result()
            if event is None:
                return
            yield _event(*event)
            coming = asyncio.ensure_future(anext(events, None))  # type: ignore[arg-type]
    finally:
        coming.cancel()
        with contextlib.suppress(BaseException):
            await coming
        await events.aclose()  # type: ignore[attr-defined]


def _event(name: str, content: Any) -> bytes:
    if name == "error":
        name, content = "fault", json.loads(bytes(of_error(content).body))
    text = json.dumps(content, ensure_ascii=False, allow_nan=False)
    return f"event: {name}\ndata: {text}\n\n".encode()


def _busy() -> Response:
    answer = faulty(503, [Fault("server", 0, "", "many questions wait already; try again shortly")])
    answer.headers["retry-after"] = "2"
    return answer


def _pages(app: FastAPI, pages: Mapping[str, Page]) -> None:
    @app.get("/{path:path}", include_in_schema=False)
    async def page(path: str, request: Request) -> Response:
        found = pages.get(f"/{path}")
        if found is None:
            message = HOW_TO_BUILD if not pages and path == "" else "there is nothing here"
            return faulty(404, [Fault("request", 0, "address", message)])
        lasting = "public, max-age=31536000, immutable" if found.lasting else "no-cache"
        headers = {"cache-control": lasting, "vary": "accept-encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(found.packed, media_type=found.kind, headers=headers)
        return Response(found.content, media_type=found.kind, headers=headers)
