"""Decision replay: what a changed table would have decided for the cases that really came.

What a decision was made of is kept with it (`engine.decisions_made`). For decisions older than that, and for
a value that the table of then did not read, the values are taken from the answers that had been sent in by
then; a value that nobody was asked for cannot be known, and such a case is said to be impossible to replay
rather than guessed. Nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.audit_models import Event
from engine.bundles import bundle_of, names_of
from engine.clock import ZONE
from engine.decisions import DecisionError, DecisionModel
from engine.decisions import load as load_decisions
from engine.decisions_made import DecisionMade, told_of
from engine.errors import Refused
from engine.feel import to_json
from engine.models import ProcessInstance, Submission

Questions = Callable[[str, str], set[str]]
"""The names of the questions that a step's form asks, of the step and the form's text: what may be missing
because nobody answered it."""


@dataclass(frozen=True)
class Replayed:
    """One past decision: what it was made of (path -> value), what was decided, what would be.

    `missing` names what cannot be known (then nothing would be decided); `fault` is why the new table gives
    no answer. `rules` are the new table's rules that were met, by number.
    """

    business_key: str
    at: datetime
    inputs: dict[str, Any]
    was: Any
    would_be: Any = None
    rules: tuple[int, ...] = ()
    kept: bool = True
    missing: tuple[str, ...] = ()
    fault: str = ""

    @property
    def possible(self) -> bool:
        """Whether it is known what both tables say."""
        return not self.missing

    @property
    def changed(self) -> bool:
        """Whether the new table says something else, or no longer anything."""
        return self.possible and (bool(self.fault) or self.was != self.would_be)


@dataclass(frozen=True)
class Replay:
    """All past decisions by one table, the changed ones first, then the newest; `labels` names the inputs."""

    decision: str
    labels: dict[str, str]
    cases: list[Replayed]

    @property
    def changed(self) -> list[Replayed]:
        """Those that would be decided otherwise."""
        return [case for case in self.cases if case.changed]

    @property
    def impossible(self) -> list[Replayed]:
        """Those for which not all is known that the new table asks."""
        return [case for case in self.cases if not case.possible]


@dataclass(frozen=True)
class _Past:
    """A past decision before it is replayed."""

    instance: ProcessInstance
    at: datetime
    inputs: dict[str, Any] | None = None
    was: Any = None


def replay(
    session: Session,
    process: str,
    decision: str,
    text: str,
    *,
    questions: Questions,
    left_out: Select[str] | None = None,
) -> Replay:
    """Every past decision of a process by the table `decision`, with what the table in `text` would decide.

    `left_out` selects the business keys of cases that do not count. Raises Refused for a file that cannot be
    read or holds no such decision.
    """
    tables = _read(text, decision)
    labels = tables.reads()
    past = [*_kept(session, process, decision, left_out), *_older(session, process, decision, left_out)]
    cases = [_replayed(session, each, decision, tables, labels, questions) for each in past]
    cases.sort(key=lambda case: case.at, reverse=True)
    cases.sort(key=lambda case: (not case.changed, not case.possible))
    return Replay(decision, labels, cases)


def _read(text: str, decision: str) -> DecisionModel:
    try:
        tables = load_decisions(text.encode(), "table.dmn")
    except DecisionError as fault:
        raise Refused(f"This is not a decision table that can be read: {fault.sentence}.") from fault
    if decision not in names_of(tables):
        raise Refused(f"This file holds no decision “{decision}”.")
    return tables


def _kept(session: Session, process: str, decision: str, left_out: Select[str] | None) -> Iterator[_Past]:
    query = (
        select(DecisionMade, ProcessInstance)
        .join(ProcessInstance, ProcessInstance.id == DecisionMade.instance_id)
        .where(DecisionMade.process == process, DecisionMade.decision == decision)
    )
    if left_out is not None:
        query = query.where(ProcessInstance.business_key.not_in(left_out))
    for row, instance in session.execute(query):
        yield _Past(instance, row.at, *told_of(session, row))


def _older(session: Session, process: str, decision: str, left_out: Select[str] | None) -> Iterator[_Past]:
    """Decisions that the audit log tells of, from before they were kept."""
    query = (
        select(Event, ProcessInstance)
        .join(ProcessInstance, ProcessInstance.id == Event.instance_id)
        .where(Event.kind == "decision.made", ProcessInstance.process == process)
    )
    if left_out is not None:
        query = query.where(ProcessInstance.business_key.not_in(left_out))
    for event, instance in session.execute(query):
        if event.details.get("decision") == decision and not event.details.get("kept"):
            yield _Past(instance, event.at)


def _replayed(
    session: Session,
    past: _Past,
    decision: str,
    tables: DecisionModel,
    labels: Mapping[str, str],
    questions: Questions,
) -> Replayed:
    old = bundle_of(session, past.instance.version_id).decision(decision) if past.inputs is None else None
    wanted = dict.fromkeys([*labels, *(old.reads() if old else ())])
    known: Mapping[str, Any] = past.inputs or {}
    missing: tuple[str, ...] = tuple(wanted)
    if past.inputs is not None:
        missing = tuple(path for path in wanted if not _is_known(known, path, {}))
    if missing:
        answers, unasked = _answers(session, past, questions)
        known = _over(answers, known)
        missing = tuple(path for path in wanted if not _is_known(known, path, unasked))
    made = Replayed(
        past.instance.business_key,
        past.at,
        {path: _value(known, path) for path in labels},
        past.was,
        kept=old is None,
        missing=missing,
    )
    if missing:
        return made
    was = _decide(old, decision, known, past.at)[0] if old else past.was
    would_be, rules, fault = _decide(tables, decision, known, past.at)
    return replace(made, was=was, would_be=would_be, rules=rules, fault=fault)


def _decide(
    tables: DecisionModel, decision: str, known: Mapping[str, Any], at: datetime
) -> tuple[Any, tuple[int, ...], str]:
    """What a table says, as of the moment of the decision; the rules met; or why it says nothing."""
    try:
        value, met = tables.explain(decision, known, now=at.astimezone(ZONE))
    except DecisionError as fault:
        return None, (), fault.sentence
    return to_json(value), tuple(number for rules in met.values() for number in rules), ""


def _answers(
    session: Session, past: _Past, questions: Questions
) -> tuple[dict[str, dict[str, Any]], dict[str, set[str]]]:
    """The answers sent in by the moment of a decision, by step; and each step's questions left unanswered."""
    query = select(Submission).where(Submission.instance_id == past.instance.id, Submission.at <= past.at)
    files = bundle_of(session, past.instance.version_id).files
    found: dict[str, dict[str, Any]] = {}
    unasked: dict[str, set[str]] = {}
    for sent in session.scalars(query.order_by(Submission.at)):
        found[sent.step] = dict(sent.answers)
        form = files.get(f"{sent.step}.form", "")
        unasked[sent.step] = (questions(sent.step, form) if form else set()) - set(sent.answers)
    return found, unasked


def _over(answers: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Variables: what was kept with the decision, over what was sent in before it."""
    merged: dict[str, Any] = dict(answers)
    for name, value in kept.items():
        both = isinstance(value, dict) and isinstance(merged.get(name), dict)
        merged[name] = {**merged[name], **value} if both else value
    return merged


def _is_known(known: Mapping[str, Any], path: str, unasked: Mapping[str, set[str]]) -> bool:
    """Whether a path has a value, or is an answer that was asked for and not given."""
    step, _, rest = path.partition(".")
    if rest and rest.split(".")[0] in unasked.get(step, ()):
        return True
    source: Any = known
    for name in path.split("."):
        if source is None:
            return True  # what is inside nothing is nothing
        if not isinstance(source, Mapping) or name not in source:
            return False
        source = source[name]
    return True


def _value(known: Mapping[str, Any], path: str) -> Any:
    source: Any = known
    for name in path.split("."):
        source = source.get(name) if isinstance(source, Mapping) else None
    return source
