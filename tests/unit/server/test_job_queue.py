"""One worker, a queue that is full at some point, and work that ends when nobody listens."""

import asyncio
import threading

import pytest

from safepassage.server.job_queue import WAITING, Full, JobQueue


class Quick:
    """A fit that answers nothing, at once."""

    def __init__(self, *_):
        pass

    def warm(self):
        pass


@pytest.fixture
def jobs(monkeypatch):
    monkeypatch.setattr("safepassage.analysis.compare.interactive.LiveWhatIf", Quick)
    queue = JobQueue(lambda: None)
    yield queue
    queue.close()


def test_nothing_is_loaded_before_somebody_asks():
    def never():
        raise AssertionError

    assert JobQueue(never).state == "cold"


def test_a_queue_that_is_full_turns_away_and_recovers(jobs):
    gate = threading.Event()

    async def run():
        tickets = [jobs.submit(lambda live, emit: gate.wait(10)) for _ in range(WAITING)]
        with pytest.raises(Full):
            jobs.submit(lambda live, emit: None)
        gate.set()
        for ticket in tickets:
            assert [event async for event in ticket.stream()] == []
        assert jobs.waiting == 0
        done = jobs.submit(lambda live, emit: emit("ok", 1))
        assert [event async for event in done.stream()] == [("ok", 1)]

    asyncio.run(run())


def test_work_stops_at_its_next_word_when_nobody_listens(jobs):
    said = []
    started, go_on = threading.Event(), threading.Event()

    def job(live, emit):
        emit("first", 1)
        started.set()
        go_on.wait(10)
        said.append("before")
        emit("second", 2)
        said.append("after")

    async def run():
        ticket = jobs.submit(job)
        events = ticket.stream()
        assert await anext(events) == ("first", 1)
        await events.aclose()
        go_on.set()
        while jobs.waiting:
            await asyncio.sleep(0.01)

    asyncio.run(run())
    assert said == ["before"]


def test_a_defect_is_reported_and_the_next_question_is_answered(jobs):
    def broken(live, emit):
        raise ZeroDivisionError

    async def run():
        events = [event async for event in jobs.submit(broken).stream()]
        assert events[0][0] == "error" and isinstance(events[0][1], ZeroDivisionError)
        after = jobs.submit(lambda live, emit: emit("ok", 1))
        assert [event async for event in after.stream()] == [("ok", 1)]

    asyncio.run(run())


def test_a_fit_that_cannot_be_loaded_is_tried_again(monkeypatch):
    monkeypatch.setattr("safepassage.analysis.compare.interactive.LiveWhatIf", Quick)
    tries = []

    def load():
        tries.append(1)
        if len(tries) == 1:
            raise OSError("the disk is away")

    jobs = JobQueue(load)

    async def run():
        first = [event async for event in jobs.submit(lambda live, emit: None).stream()]
        assert first[0][0] == "error" and jobs.state == "failed"
        assert [e async for e in jobs.submit(lambda live, emit: None).stream()] == []
        assert jobs.state == "warm"

    asyncio.run(run())
    jobs.close()
