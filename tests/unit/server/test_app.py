"""What the server answers, and that whatever is wrong with a request is said in one shape."""

import json
import socket
import threading
import time
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest

from safepassage.analysis.compare.interactive import LiveWhatIf, own_scenario
from safepassage.analysis.ranking import rank
from safepassage.analysis.trace import trace
from safepassage.server.app import SERVED


def events(text):
    """Names and contents of server-sent events."""
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def faults(answer):
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert list(body) == ["faults"] and body["faults"]
    for fault in body["faults"]:
        assert set(fault) == {"file", "line", "field", "message"} and fault["message"]
        assert "Traceback" not in fault["message"]
    return body["faults"]


def test_every_part_is_there_packed_and_tagged(client):
    for name in SERVED:
        answer = client.get(f"/api/{name}")
        assert answer.status_code == 200 and answer.headers["content-encoding"] == "gzip"
        again = client.get(f"/api/{name}", headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304 and not again.content
        plain = client.get(f"/api/{name}", headers={"accept-encoding": "identity"})
        assert plain.json() == answer.json()


def test_a_ranking_without_weights_is_the_one_that_rank_gives(client, posterior):
    answer = client.post("/api/rank", json={"as_of": posterior.study.model.model.as_of}).json()
    ours = {way.id: way for way in rank(posterior).ways}
    assert [way["id"] for way in answer["ways"]] == [*ours]
    for way in answer["ways"]:
        own = ours[way["id"]]
        assert way["expected_rank"] == pytest.approx(own.expected_rank.to_dict())
        assert way["rank_acceptability"] == pytest.approx(own.rank_acceptability)


def test_own_weights_are_those_that_count(client, posterior):
    as_of = posterior.study.model.model.as_of
    for harm in posterior.study.model.harms:
        weights = {harm: 3.0}
        answer = client.post("/api/rank", json={"as_of": as_of, "weights": weights}).json()
        ours = rank(posterior, weights=weights)
        expected = {way.id: way.expected_rank.to_dict() for way in ours.ways}
        assert {w["id"]: w["expected_rank"] for w in answer["ways"]} == expected
        assert answer["kendall_tau"] == pytest.approx(ours.kendall_tau.to_dict())


def test_a_trace_is_whole(client, posterior):
    way = next(iter(posterior.study.model.ways))
    answer = client.get(f"/api/trace/{way}").json()
    ours = trace(posterior, way)
    assert [p["name"] for p in answer["parameters"]] == [p.name for p in ours.parameters]
    assert [row["id"] for row in answer["evidence"]] == [row.id for row in ours.evidence]
    first = answer["parameters"][0]
    assert first["contraction"] == pytest.approx(ours.parameters[0].contraction, rel=1e-4)
    assert first["share"] == pytest.approx(ours.parameters[0].share, rel=1e-4)


def test_of_a_parameter_s_own_trace_the_share_is_null(client, posterior):
    name = next(iter(posterior.study.model.parameters))
    (own,) = client.get(f"/api/trace/{name}").json()["parameters"]
    assert own["name"] == name and own["share"] is None


def test_a_scenario_is_answered_first_in_the_middle_then_with_intervals(client, posterior):
    answer = client.post("/api/compare", json={"scenario": "fewer-arrests"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    sent = events(answer.text)
    assert sent[0][0] == "middle" and sent[-1][0] == "answer"
    assert [e[1]["done"] for e in sent if e[0] == "progress"] == [0, 1, 2]
    whole = sent[-1][1]["differences"]["safe"]
    assert whole["low"] < sent[0][1]["differences"]["safe"]["median"] < whole["high"]


def test_sliders_are_the_change_that_they_say(client, posterior):
    sent = events(client.post("/api/compare", json={"sliders": {"arrests": 0.5}}).text)
    live = LiveWhatIf(posterior)
    ours = live.middle(own_scenario({"arrests": 0.5}, live.listed.sliders))
    got = sent[0][1]["differences"]["returned"]["median"]
    assert got == pytest.approx(ours.differences.returned.median, rel=1e-4) and got < 0
    less = events(client.post("/api/compare", json={"sliders": {"arrests": 0.0}}).text)
    assert less[0][1]["differences"]["returned"]["median"] < got


def test_without_intervals_only_the_middle_comes(client):
    body = {"sliders": {"crowding": 0.6}, "intervals": False}
    assert [name for name, _ in events(client.post("/api/compare", json=body).text)] == ["middle"]


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        ("rank", {"as_of": "1950-01"}, 404, "as_of"),
        ("rank", {"as_of": "soon"}, 422, "as_of"),
        ("rank", {"as_of": "2008-12", "weights": {"money": -1.0}}, 422, "weights.money"),
        ("rank", {"as_of": "2008-12", "weights": {"money": 0.0}}, 400, "weights"),
        ("rank", {"as_of": "2008-12", "weights": {"pride": 1.0}}, 400, "weights.pride"),
        ("rank", {"as_of": "2008-12", "weights": {"money": "1"}}, 422, "weights.money"),
        ("rank", {"as_of": "2008-12", "file": "/etc/passwd"}, 422, "file"),
        ("rank", [], 422, "body"),
        ("compare", {}, 422, "body"),
        ("compare", {"scenario": "x", "sliders": {}}, 422, "body"),
        ("compare", {"scenario": "../../etc/passwd"}, 404, "scenario"),
        ("compare", {"scenario": "__import__('os')"}, 404, "scenario"),
        ("compare", {"sliders": {"nobody": 0.5}}, 404, "sliders.nobody"),
        ("compare", {"sliders": {"arrests": 1.5}}, 400, "sliders.arrests"),
        ("compare", {"sliders": {"arrests": -0.5}}, 422, "sliders.arrests"),
        ("compare", {"sliders": {"arrests": 1.0}}, 400, "sliders"),
    ],
)
def test_what_is_wrong_is_said_with_its_field(client, path, body, status, field):
    answer = client.post(f"/api/{path}", json=body)
    assert answer.status_code == status
    assert field in [fault["field"] for fault in faults(answer)]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_is_refused(client, number):
    kind = {"content-type": "application/json"}
    text = f'{{"as_of": "2008-12", "weights": {{"money": {number}}}}}'
    answer = client.post("/api/rank", content=text, headers=kind)
    assert answer.status_code == 422 and faults(answer)[0]["field"] == "weights.money"


def test_a_question_that_would_harm_is_refused_with_the_reason(client, posterior, artifacts):
    # A model's own file cannot hold one that is not marked; so the catalogue is asked of here.
    live = LiveWhatIf(posterior)
    requested = live.listed.scenarios["more-arrests"]
    unmarked = requested.scenario.model_copy(update={"comparison_of_harm": False})
    live.listed.scenarios["more-arrests"] = type(requested)(
        requested.name, unmarked, requested.file, 0
    )
    from tests.serving import served

    from safepassage.server import app as module
    from safepassage.server.job_queue import JobQueue

    class Ready(JobQueue):
        def _ready(self):
            return live

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "JobQueue", Ready)
        with served(module.create_app(artifacts, load=lambda: posterior)) as address:
            answer = httpx.post(f"{address}/api/compare", json={"scenario": "more-arrests"})
    assert answer.status_code == 403 and "caught" in faults(answer)[0]["message"]


def test_too_much_is_turned_away_before_it_is_read(address):
    """A client that announces 100 MB has its answer without sending them."""
    where = urlsplit(address)
    head = (
        f"POST /api/rank HTTP/1.1\r\nhost: {where.netloc}\r\n"
        "content-type: application/json\r\ncontent-length: 104857600\r\n\r\n"
    )
    with socket.create_connection((where.hostname, where.port), timeout=10) as link:
        link.sendall(head.encode())
        assert link.recv(65536).startswith(b"HTTP/1.1 413")


def test_too_much_without_a_length_is_turned_away_too(client):
    def endless():
        for _ in range(400):
            yield b" " * 1024

    answer = client.post("/api/rank", content=endless())
    assert answer.status_code == 413 and faults(answer)


def test_a_nest_of_brackets_is_no_traceback(client):
    kind = {"content-type": "application/json"}
    answer = client.post("/api/rank", content="[" * 60000, headers=kind)
    assert answer.status_code in (400, 422) and faults(answer)


def test_paths_are_looked_up_and_never_opened(address):
    where = urlsplit(address)
    for path in ("/../../../etc/passwd", "/assets/%2e%2e/%2e%2e/pyproject.toml", "//etc/passwd"):
        with socket.create_connection((where.hostname, where.port), timeout=10) as link:
            link.sendall(f"GET {path} HTTP/1.0\r\nhost: {where.netloc}\r\n\r\n".encode())
            assert b"404" in link.recv(65536).splitlines()[0]


def test_every_answer_carries_the_headers_that_protect(client):
    for path in ("/", "/api/health", "/api/nothing", "/nothing"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers
        assert not [name for name in headers if name.startswith("access-control")]


def test_other_names_and_other_pages_are_turned_away(client):
    answer = client.get("/api/health", headers={"host": "somewhere.example"})
    assert answer.status_code == 400 and faults(answer)
    requested = {"origin": "http://somewhere.example"}
    answer = client.post("/api/rank", json={"as_of": "2008-12"}, headers=requested)
    assert answer.status_code == 403 and faults(answer)
    same = {"origin": str(client.base_url).rstrip("/")}
    assert client.post("/api/rank", json={"as_of": "2008-12"}, headers=same).status_code == 200


def test_two_who_ask_at_once_both_get_their_own_answer(address):
    found = {}

    def ask(value):
        body = {"sliders": {"arrests": value}}
        found[value] = events(httpx.post(f"{address}/api/compare", json=body, timeout=60).text)

    threads = [threading.Thread(target=ask, args=(v,)) for v in (0.1, 0.4, 0.7, 0.9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    returned = [found[v][-1][1]["differences"]["returned"]["median"] for v in (0.1, 0.4, 0.7, 0.9)]
    assert np.all(np.diff(returned) > 0)


def test_a_client_that_leaves_stops_its_question_and_nobody_else(client, address):
    body = {"scenario": "fewer-arrests"}
    with (
        httpx.Client(base_url=address, timeout=60) as leaving,
        leaving.stream("POST", "/api/compare", json=body) as stream,
    ):
        next(stream.iter_raw())
    for _ in range(100):
        if client.get("/api/health").json()["waiting"] == 0:
            break
        time.sleep(0.1)
    assert client.get("/api/health").json() == {
        "status": "ok", "engine": "warm", "waiting": 0,
        "version": client.get("/api/health").json()["version"],
    }  # fmt: skip
    assert events(client.post("/api/compare", json=body).text)[-1][0] == "answer"
