"""Running scenarios: each in a database of its own in memory, with invented people (docs/scenarios.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from engine import BundleRefused, Finding, NotFound, Refused, local_date, tick, working_calendar
from engine.clock import at_local
from engine.rehearsal import MemoryDatabase, Nobody, TooMuchHappens, bundles_of, live
from engine.scenarios import (
    ANSWERS_FILE,
    SPAN,
    WAIVERS_FILE,
    Line,
    LineResult,
    Ran,
    Scenario,
    ScenarioResult,
    Waiver,
    Words,
    coverage_of,
    is_scenario,
    read_answers,
    read_scenario,
    read_waivers,
)
from reviews.studio.beginning import FACTS, spine_of
from reviews.studio.expecting import Scene
from reviews.studio.furnishing import MORNING, Files, invented_partnership, put_draft
from reviews.studio.happenings import happenings_of, let_happen
from reviews.studio.people_words import agency_of, people_of
from reviews.studio.playing import CannotBeDone, Letters, do_step, open_tasks
from reviews.studio.walking import AllAnswers, Roads, walk_to
from reviews.studio.wording import Unknown

CANNOT = (CannotBeDone, Refused, NotFound, Unknown, TooMuchHappens)


def run_scenarios(session: Session | None, process: str, files: Files) -> Ran:
    """Run every scenario of a bundle, with what they cover of its diagram.

    `session` reads the real database for the other processes in use; without one those shipped are taken.
    Raises BundleRefused for a bundle that could not be deployed, or that has no diagram.
    """
    made = invented_partnership(session)
    try:
        put_draft(made, process, files)
        with made.read() as reading:
            bundles = bundles_of(reading)
            happenings = frozenset(happenings_of(reading))
        if process not in bundles or bundles[process].drawn is None:
            raise BundleRefused([Finding(process, "", 0, "scenario", "There is no diagram.", "Draw one.")])
        steps = frozenset(
            task.id for bundle in bundles.values() if bundle.drawn for task in bundle.diagram.user_tasks()
        )
        facts = frozenset(FACTS.get(spine_of(process), ()))
        words = Words(steps, happenings, facts)
        usual, findings = usual_answers({name: bundle.files for name, bundle in bundles.items()}, words)
        waivers = _waivers(files, bundles[process].diagram, findings)
        results = _run_all(made, process, files, words, usual)
        return Ran(
            process,
            tuple(results),
            coverage_of(process, bundles[process].diagram, results, waivers),
            tuple(findings),
        )
    finally:
        made.dispose()


def usual_answers(
    bundles: Mapping[str, Mapping[str, str]], words: Words
) -> tuple[dict[str, dict[str, Any]], list[Finding]]:
    """The usual answers of every process together, and what is wrong with them."""
    found: dict[str, dict[str, Any]] = {}
    findings: list[Finding] = []
    for files in bundles.values():
        if ANSWERS_FILE in files:
            answers, wrong = read_answers(files[ANSWERS_FILE], ANSWERS_FILE, words)
            found.update(answers)
            findings.extend(wrong)
    return found, findings


def _waivers(files: Files, diagram: Any, findings: list[Finding]) -> list[Waiver]:
    if WAIVERS_FILE not in files:
        return []
    waivers, wrong = read_waivers(files[WAIVERS_FILE], WAIVERS_FILE, diagram)
    findings.extend(wrong)
    return waivers


def _run_all(
    made: MemoryDatabase, process: str, files: Files, words: Words, usual: AllAnswers
) -> list[ScenarioResult]:
    roads = Roads(made, process, usual)
    results = []
    try:
        for name in sorted(filter(is_scenario, files)):
            scenario, findings = read_scenario(files[name], name, words)
            if scenario is None:
                results.append(ScenarioResult(name, name, findings=tuple(findings)))
            else:
                results.append(_Run(scenario, process, roads, usual).result())
    finally:
        roads.close()
    return results


class _Run:
    """One scenario being played."""

    def __init__(self, scenario: Scenario, process: str, roads: Roads, usual: AllAnswers) -> None:
        self.scenario, self.process, self.roads = scenario, process, roads
        self.answers = {**usual}
        for step, told in scenario.given.answers.items():
            self.answers[step] = {**usual.get(step, {}), **told}
        self.letters = Letters()
        self.lines: list[LineResult] = []

    def result(self) -> ScenarioResult:
        """Play it to its end, or to the first line that cannot be done."""
        scenario = self.scenario
        try:
            made = self.roads.to(scenario.given)
        except CANNOT as fault:
            failed = LineResult(scenario.given.line, "given", held=False, seen=str(fault))
            return ScenarioResult(scenario.file, scenario.title, (failed,))
        try:
            if all(self._make(made, move) for move in scenario.when):
                self._expect(made, scenario.then, 0)
            passed = frozenset(made.passed.get(self.process, ()))
        finally:
            made.dispose()
        return ScenarioResult(scenario.file, scenario.title, tuple(self.lines), passed)

    def _make(self, made: MemoryDatabase, move: Line) -> bool:
        """Make a move, and look at what it should lead to; False when it cannot be made."""
        before = len(self.letters.kept)
        try:
            _MOVES[move.verb](self, made, move)
        except CANNOT as fault:
            self.lines.append(LineResult(move.number, move.words, held=False, seen=str(fault)))
            return False
        self.lines.append(LineResult(move.number, move.words, held=True))
        self._expect(made, move.then, before)
        return True

    def _expect(self, made: MemoryDatabase, lines: Iterable[Line], since: int) -> None:
        with made.read() as session:
            scene = Scene(session, self.process, self.letters.kept[since:])
            for line in lines:
                seen = scene.seen_instead(line)
                self.lines.append(LineResult(line.number, line.words, not seen, seen))

    def does(self, made: MemoryDatabase, move: Line) -> None:
        """Everybody who has a step does it; of one agency where one is named."""
        with made.write() as session:
            rows = [row for row in open_tasks(session) if row.step == move.what]
            if "agency" in move.more:
                agency = agency_of(session, move.more["agency"])
                rows = [row for row in rows if row.agency == agency]
            if not rows:
                known = ", ".join(sorted({row.step for row in open_tasks(session)})) or "nothing"
                raise CannotBeDone(f"{move.what} is not open there. Open is {known}.")
            by = people_of(session, move.more["as"]) if "as" in move.more else [""]
            answers = {**self.answers.get(str(move.what), {}), **move.more.get("answers", {})}
        for row in rows:
            with made.write() as session:
                _as_one_of(session, row, answers, by)
            tick(made, self.letters)

    def happens(self, made: MemoryDatabase, move: Line) -> None:
        """Something happens that may happen at any time."""
        with made.write() as session:
            let_happen(session, str(move.what), move.more.get("as"), move.more.get("facts") or {})
        tick(made, self.letters)

    def passes(self, made: MemoryDatabase, move: Line) -> None:
        """Time passes, and nobody does anything."""
        with made.read() as session:
            until = _goal(session, move.what, made.virtual.now())
        live(made, self.letters, until, Nobody())

    def reached(self, made: MemoryDatabase, move: Line) -> None:
        """Everybody does what is to be done, until a step is open."""
        told = move.more.get("answers", {})
        answers = {**self.answers}
        for step, more in told.items():
            answers[step] = {**answers.get(step, {}), **more}
        walk_to(made, str(move.what), answers, self.letters)


_MOVES = {"does": _Run.does, "happens": _Run.happens, "pass": _Run.passes, "reached": _Run.reached}


def _as_one_of(session: Session, row: Any, answers: Mapping[str, Any], people: Sequence[str]) -> None:
    """The first of these who may do the step does it."""
    fault: CannotBeDone | None = None
    for person in people:
        try:
            with session.begin_nested():
                do_step(session, row, answers, by=person)
            return
        except CannotBeDone as refused:
            fault = fault or refused
    raise fault or CannotBeDone(f"{row.step}: nobody holds that role.")


def _goal(session: Session, words: object, now: dt.datetime) -> dt.datetime:
    """The morning after a span ("5 working days", "6 months") or of a date. Raises Unknown."""
    today = local_date(now)
    found = SPAN.fullmatch(str(words).strip())
    if isinstance(words, dt.date):
        day = words
    elif found is None:
        raise Unknown(f'"{words}" is no span. Write "5 working days", "2 weeks", "6 months" or a date.')
    elif found[2] == "working day":
        day = working_calendar(session).add(today, int(found[1])).date
    elif found[2] == "month":
        month = today.month - 1 + int(found[1])
        day = today.replace(year=today.year + month // 12, month=month % 12 + 1, day=min(today.day, 28))
    else:
        day = today + dt.timedelta(days=int(found[1]) * (7 if found[2] == "week" else 1))
    goal = at_local(day, MORNING)
    if goal < now:
        raise Unknown(f"{words} is in the past.")
    return goal
