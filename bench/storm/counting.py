"""Looks at a database and its witnesses after a storm, and counts what is missing and what is there twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.storm.witness import lines
from bench.storm.world import LAST_RUNG, RUNGS, SECRET, STEPS, World
from engine import verify_log
from engine.audit_models import Event
from engine.invariants import broken_invariants
from engine.models import Idempotency, Outbox, ProcessInstance, Submission, Timer, UserTask

REPLIED = "reply"


@dataclass
class Tally:
    """What a storm did and left. `problems` are sentences; a storm without any has passed."""

    storm: str
    database: str
    harm: str = "kills"  # what is done to it, and how often
    times: int = 0
    due: int = 0
    lost: int = 0
    doubled: int = 0
    half_done: int = 0
    promise: str = ""
    seconds: float = 0.0
    processor: float = 0.0  # seconds of it, of ours and of the processes that ended; none of PostgreSQL's
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def once(self, what: str, expected: Iterable[Hashable], found: Iterable[Hashable]) -> None:
        """Each of `expected` is found exactly once, and nothing else."""
        should, counts = set(expected), Counter(found)
        self.due += len(should)
        lost = sum(each not in counts for each in should)
        doubled = sum(number - 1 for number in counts.values())
        strange = sum(each not in should for each in counts)
        self.lost += lost
        self.doubled += doubled
        if lost or doubled or strange:
            self.problems.append(f"{what}: {lost} lost, {doubled} doubled, {strange} that nobody asked for")

    def none(self, what: str, number: int) -> None:
        """Nothing of this kind is there."""
        if number:
            self.problems.append(f"{what}: {number}")

    def half(self, what: str, found: Iterable[str]) -> None:
        """Nothing is half done: `found` are sentences that say what is."""
        sentences = list(found)
        self.half_done += len(sentences)
        if sentences:
            self.problems.append(f"{what}: {'; '.join(sentences[:3])}")


def what_does_not_agree(session: Session) -> list[str]:
    """What `roundtable doctor --deep` says of the stored facts: the invariants of every case, and the audit
    log."""
    verdict = verify_log(session.connection(), SECRET)
    return [*broken_invariants(session), *(finding.sentence for finding in verdict.findings)]


def count_effects(tally: Tally, session: Session, world: World, *, bound: int) -> None:
    """Time limits, reminders, messages and letters: each effect exactly once, each letter at least once.

    `bound` is how many letters may have left twice: one for each process that was killed or lost its
    database between sending and saying so.
    """
    _time_limits(tally, session, world)
    _reminders(tally, session, world)
    _messages(tally, session, world)
    _letters(tally, session, world, bound)
    _answers(tally, session, world)
    stuck = session.scalars(select(ProcessInstance.fault).where(ProcessInstance.status == "stuck")).all()
    tally.none(f"stuck cases {sorted(set(stuck), key=str)[:3]}", len(stuck))
    tally.half("after the storm", what_does_not_agree(session))


def _time_limits(tally: Tally, session: Session, world: World) -> None:
    limits = [(case, step) for case in world.cases for step in STEPS]
    opened = select(UserTask.instance_id, UserTask.step).where(UserTask.step.in_(STEPS))
    tally.once("escalations opened", limits, map(tuple, session.execute(opened)))
    due = tally.due
    fired = select(Event.instance_id, Event.subject).where(Event.kind == "timer.fired")
    elements = [(case, element) for case in world.cases for element in ("late_1", "late_2")]
    tally.once("time limits in the audit log", elements, map(tuple, session.execute(fired)))
    tally.due = due  # the same thing seen from another side is not another thing that was due
    query = select(func.count()).select_from(Timer).where(Timer.status != "fired")
    tally.none("timers that have not fired", session.scalar(query) or 0)


def _reminders(tally: Tally, session: Session, world: World) -> None:
    tasks = session.execute(
        select(UserTask.id, UserTask.assignee, UserTask.business_key).where(UserTask.step == "work")
    ).all()
    expected = [
        (task, late, person if who == "assignee" else f"manager-of-{key}")
        for task, person, key in tasks
        for late, who, _, _ in (*RUNGS, LAST_RUNG)
    ]
    events = session.execute(select(Event.task_id, Event.details).where(Event.kind == "chase.sent"))
    found = [(task, details["working_days_late"], details["to"]) for task, details in events]
    tally.once("reminders", expected, found)
    told = {(person, task) for _, person, about in lines(world.letters) for task in about.split(",") if task}
    missing = {(person, str(task)) for task, _, person in expected} - told
    tally.none("reminders that no letter names", len(missing))


def _messages(tally: Tally, session: Session, world: World) -> None:
    received = select(Event.instance_id).where(Event.kind == "message.received")
    tally.once("messages between cases", world.cases, session.scalars(received))
    due = tally.due
    opened = select(UserTask.instance_id).where(UserTask.step == REPLIED)
    tally.once("steps that a message opened", world.cases, session.scalars(opened))
    tally.due = due
    unheard = select(func.count()).where(Outbox.kind == "message", Outbox.fault.is_not(None))
    tally.none("messages that nobody heard", session.scalar(unheard) or 0)


def _letters(tally: Tally, session: Session, world: World, bound: int) -> None:
    receipts = (
        select(Outbox.about)
        .where(Outbox.kind == "mail")
        .where(Outbox.payload["text"].as_string() == "receipt")
    )
    keys = [f"CASE-{number}" for number in range(len(world.cases))]
    due = tally.due
    tally.once("receipts", keys, session.scalars(receipts))
    tally.due = due
    unsent = select(func.count()).select_from(Outbox).where(Outbox.status != "sent")
    tally.none("letters and messages not marked as sent", session.scalar(unsent) or 0)
    queued = set(session.scalars(select(Outbox.key).where(Outbox.kind == "mail")))
    delivered = Counter(line[0] for line in lines(world.letters))
    tally.due += len(queued)
    lost = len(queued - delivered.keys())
    tally.lost += lost
    tally.none("letters that never left", lost)
    tally.none("letters under a key that nobody queued", len(delivered.keys() - queued))
    twice = delivered.total() - len(delivered)
    tally.notes.append(f"{twice} letters left twice, under the same key")
    if twice > bound:
        tally.problems.append(f"letters that left twice: {twice}, explained are {bound}")


def _answers(tally: Tally, session: Session, world: World) -> None:
    """What somebody was told is done, is done: once, by them."""
    done = {row.task_id: row.by for row in session.scalars(select(Submission))}
    known = set(session.scalars(select(Idempotency.key)))
    told = {(key, task, person) for key, task, person in lines(world.acknowledged)}
    by_task = {str(task): person for task, person in done.items()}
    missing = [each for each in told if each[0] not in known or by_task.get(each[1]) != each[2]]
    tally.lost += len(missing)
    tally.none("acknowledged answers that are missing", len(missing))
    events = Counter(session.scalars(select(Event.task_id).where(Event.kind == "task.completed")))
    twice = sum(number > 1 for number in events.values())
    tally.doubled += twice
    tally.none("steps completed twice", twice)
    tally.notes.append(f"{len(told)} answers acknowledged, {len(done)} stored")
