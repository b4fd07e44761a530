"""The order in which a job is forgotten, and the proof."""

from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from trainstop.app.forget import Forgotten, forget, look
from trainstop.ports.archive import LeaseTakenError
from trainstop.ports.forgetting import Trace


@dataclass
class FakeMemory:
    """A place: traces by job, and those that cannot be removed."""

    name: str
    traces: dict[str, list[Trace]]
    log: list[str]
    stuck: int = 0
    known: list[frozenset[str]] = field(default_factory=list)

    def find(self, job, incident_ids):
        self.log.append(f"find {self.name}")
        self.known.append(frozenset(incident_ids))
        return list(self.traces.get(job, []))

    def remove(self, job, traces):
        self.log.append(f"remove {self.name}")
        self.traces[job] = list(traces)[: self.stuck]


@dataclass
class FakeLease:
    log: list[str]
    taken: bool = False

    @contextmanager
    def held(self):
        if self.taken:
            raise LeaseTakenError("taken until noon")
        self.log.append("take")
        yield
        self.log.append("give back")


def places(log, stuck=0):
    rows = [Trace("table/1", incident_ids=frozenset({"1"})), Trace("table/2", incident_ids=frozenset({"2"}))]
    return [
        FakeMemory("rows", {"bert-1": rows}, log),
        FakeMemory("nothing", {}, log),
        FakeMemory("items", {"bert-1": [Trace("incident#1")], "bert-10": [Trace("incident#9")]}, log, stuck),
    ]


def ignore(_):
    pass


def test_what_knows_the_incidents_is_looked_at_first_and_goes_last():
    log = []
    memories = places(log)
    done = forget("bert-1", memories, FakeLease(log), ignore)
    looked = ["find rows", "find nothing", "find items"]
    assert log == ["take", *looked, "remove items", "remove rows", *looked, "give back"]
    assert done == [Forgotten("rows", 2, 0), Forgotten("nothing", 0, 0), Forgotten("items", 1, 0)]
    assert memories[2].traces["bert-10"] == [Trace("incident#9")]


def test_the_proof_knows_the_incidents_though_their_rows_are_gone():
    memories = places([])
    forget("bert-1", memories, FakeLease([]), ignore)
    assert memories[0].known == [frozenset(), frozenset({"1", "2"})]
    assert memories[2].known == [frozenset({"1", "2"})] * 2


def test_what_could_not_be_removed_is_left_and_said():
    *_, items = forget("bert-1", places([], stuck=1), FakeLease([]), ignore)
    assert (items.found, items.removed, items.left) == (1, 0, 1)


def test_nothing_is_looked_at_while_compaction_is_at_it():
    log = []
    with pytest.raises(LeaseTakenError):
        forget("bert-1", places(log), FakeLease(log, taken=True), ignore)
    assert log == []


def test_looking_alone_removes_nothing():
    log, said = [], []
    found = look("bert-1", places(log), said.append)
    assert [len(each.traces) for each in found] == [2, 0, 1]
    assert (said, any("remove" in entry for entry in log)) == (["rows", "nothing", "items"], False)
