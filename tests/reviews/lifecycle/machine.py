"""Everything that people, the worker and process owners do with cases, by chance and in any order.

Each rule does one thing as the product does it, and says what was acknowledged. After every rule the checker
of `roundtable doctor --deep` runs, and the rules of `looking.py`.
"""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

import engine
from engine import Actor, NotFound, StaleRevision
from engine.sweep import waiting_since
from reviews.commands import pause_review, resume_review, statutory_threshold, withdraw
from reviews.completing import send_in
from reviews.correcting_identity import correct_identity
from reviews.handing_over import give_back, hand_over_task, receivers, take_on
from reviews.models import TimeRequest
from reviews.studio.beginning import begin_case
from reviews.studio.playing import CannotBeDone, open_tasks
from reviews.task_answers import ask_for_longer
from reviews.time_requests import decide, waiting_requests
from tests.reviews.lifecycle.acting import Acting
from tests.reviews.lifecycle.changing import changed
from tests.reviews.lifecycle.looking import look
from tests.versions import put_into_use

REASON = "Something came up that could not wait."
OWNER = Actor("u_devon")
MOVED = ("learning_review", "action")  # the processes of which new versions come into use
picks = st.integers(0, 10_000)
# Ways at a gateway; where a step does not ask this, or does not offer it, its usual answers are given.
WAYS = (
    {},
    {"outcome": "accept"},
    {"outcome": "decline"},
    {"outcome": "redirect_scr"},
    {"outcome": "may_be_statutory"},
    {"outcome": "more_information"},
    {"outcome": "return"},
    {"outcome": "not_taken"},
    {"answer": "second_look"},
    {"answer": "decline"},
    {"another": "yes"},
)
WRONG: dict[str, dict[str, Any]] = {
    "no such choice": {"outcome": "no such way", "answer": "no such answer"},
    "another kind": {"outcome": ["accept", "decline"], "reason": {"a": 1}},
    "far too long": {"reason": "x" * 100_000, "date": "31 February 2026", "held_on": "tomorrow or so"},
}


class Lifecycle(Acting):
    """Everything that happens to the cases of a world."""

    # What people do with steps.

    @rule(process=st.sampled_from(["learning_review", "learning_review", "case_suggestion"]))
    def start(self, process: str) -> None:
        """Somebody refers a case, or suggests one."""
        with self.change() as change, self.database.write() as session:
            key = begin_case(session, process, {})
            started = engine.instances(session, key)
            assert started
            change.traces += [("instance.started", row.id) for row in started]

    @rule(pick=picks, way=st.sampled_from(WAYS))
    def complete(self, pick: int, way: dict[str, Any]) -> None:
        """Somebody who may sends in a step, on one way or another."""
        self.complete_one(pick, way)

    @rule(pick=picks, steps=st.integers(2, 8))
    def go_on(self, pick: int, steps: int) -> None:
        """People do several steps of one review, each as usual."""
        with self.database.read() as session:
            keys = sorted({row.business_key for row in open_tasks(session)})
        for number in range(steps if keys else 0):
            self.complete_one(number, {}, keys[pick % len(keys)])

    @rule(pick=picks, wrong=st.sampled_from(sorted(WRONG)))
    def wrong_values(self, pick: int, wrong: str) -> None:
        """What is sent in is not right: nothing changes, and it is said question by question."""
        with self.change() as change:
            found = self.somebody(pick)
            if found is None:
                return
            task, person = found
            with self.database.write() as session:
                outcome = send_in(session, task.id, self.viewer(session, person), WRONG[wrong])
            if outcome.completion is not None:  # a step that needs nothing
                change.done[task.id] = person
            else:
                assert outcome.errors or outcome.refusal
                change.leaves_the_run = True

    @rule(pick=picks, same=st.booleans())
    def two_at_once(self, pick: int, same: bool) -> None:
        """Two people, or one person twice, send in the same step at the same moment: one is taken."""
        with self.change() as change:
            found = self.somebody(pick)
            if found is None:
                return
            task, person = found
            with self.database.read() as session:
                able = [each for each in receivers(session, task, self.today) if each != person]
            others = [person] if same or not able or task.assignee else able[:1]
            with ThreadPoolExecutor(2) as both:
                came = list(both.map(lambda who: self.race(task, who), [person, *others]))
            taken = [who for who in came if who]
            assert len(taken) <= 1, f"{task.step} was taken {len(taken)} times"
            change.done.update(dict.fromkeys([task.id] if taken else [], taken[0] if taken else ""))
            change.leaves_the_run = not taken

    @rule(pick=picks)
    def twice_under_one_key(self, pick: int) -> None:
        """The network swallowed the answer, and the same is sent again under its key."""
        with self.change() as change:
            found = self.somebody(pick)
            if found is None:
                return
            task, person = found
            answers: list[Any] = []
            for _ in range(2):
                try:
                    with self.database.write() as session:
                        raw = self.raw(session, task, person, {}) if not answers else answers[0][0]
                        viewer = self.viewer(session, person)
                        answers.append((raw, send_in(session, task.id, viewer, raw, key=f"again-{task.id}")))
                except (CannotBeDone, NotFound):  # done, it may be closed to the person who did it
                    break
            came = [outcome.completion for _, outcome in answers]
            if came and came[0] is not None:
                change.done[task.id] = person
                told = {(tuple(each.next), each.ended) for each in came if each is not None}
                assert len(told) == 1, "the same request has two answers"
            else:
                change.leaves_the_run = True

    @rule(pick=picks, closed=st.booleans(), text=st.text(max_size=40))
    def draft(self, pick: int, closed: bool, text: str) -> None:
        """Somebody types; what they typed in another window is not lost to it."""
        with self.change(leaves_the_run=True):
            known = [
                task for task, step in sorted(self.seen.steps.items()) if closed or step.status == "open"
            ]
            if not known:
                return
            task, by = known[pick % len(known)], Actor("u_morgan")
            with self.database.write() as session:
                row = engine.draft(session, task, by=by)
                before = row.revision if row else 0
                after = engine.save_draft(session, task, {"text": text}, by=by, revision=before)
            assert after == before + 1
            try:
                with self.database.write() as session:
                    engine.save_draft(session, task, {"text": "of another window"}, by=by, revision=before)
                raise AssertionError("a draft was written over by an older one")
            except StaleRevision as stale:
                assert stale.current == after
            with self.database.read() as session:
                kept = engine.draft(session, task, by=by)
                assert kept is not None
                assert kept.answers == {"text": text}

    @rule(pick=picks)
    def claim(self, pick: int) -> None:
        """Somebody takes on a step, or gives back the one they took on."""
        with self.change() as change:
            found = self.somebody(pick)
            if found is None:
                return
            task, person = found
            with self.database.write() as session:
                viewer = self.viewer(session, person)
                if task.assignee == person:
                    give_back(session, viewer, task)
                    change.traces.append(("task.released", task.id))
                else:
                    take_on(session, viewer, task)
                    change.traces.append(("task.claimed", task.id))
            change.leaves_the_run = True

    @rule(pick=picks, other=picks)
    def hand_over(self, pick: int, other: int) -> None:
        """The office hands a step to somebody who could do it."""
        with self.change(leaves_the_run=True) as change:
            found = self.somebody(pick)
            if found is None:
                return
            task, _ = found
            with self.database.read() as session:
                able = receivers(session, task, self.today)
            with self.refusals(change), self.database.write() as session:
                to = able[other % len(able)] if able else "u_audit"
                hand_over_task(session, self.viewer(session, "u_morgan"), task.id, to=to, reason=REASON)
                change.traces.append(("task.assigned", task.id))

    @rule(pick=picks, days=st.integers(-3, 60))
    def ask_for_time(self, pick: int, days: int) -> None:
        """Somebody asks for more time; nothing moves by that."""
        with self.change(leaves_the_run=True) as change:
            found = self.somebody(pick)
            if found is None:
                return
            task, person = found
            until = (task.due_on or self.today) + dt.timedelta(days=days)
            with self.refusals(change), self.database.write() as session:
                ask_for_longer(session, self.viewer(session, person), task.id, until=until, reason=REASON)

    @rule(agreed=st.booleans(), third=st.booleans(), days=st.integers(-3, 60))
    def extend(self, agreed: bool, third: bool, days: int) -> None:
        """The office, or the chair of Monitoring, decides about more time that somebody asked for."""
        with self.change() as change, self.refusals(change), self.database.write() as session:
            viewer = self.viewer(session, "u_kit" if third else "u_morgan")
            asked = [row for row in waiting_requests(session, viewer) if row.kind == "step"]
            if not asked:
                return
            until = self.today + dt.timedelta(days=days)
            decide(session, viewer, asked[0].id, agreed=agreed, until=until, reason=REASON)
            if agreed:
                change.traces.append(("deadline.extended", session.get_one(TimeRequest, asked[0].id).task))
            change.leaves_the_run = not agreed

    # What happens to a whole review.

    @rule(pick=picks)
    def pause_or_resume(self, pick: int) -> None:
        """The office stops the clocks of a review, or lets them run on."""
        with self.change() as change:
            ref, held = self.a_review(pick)
            with self.database.read() as session:
                at_work = [row.id for row in engine.instances(session, ref) if row.status == "running"]
                waiting = [row.id for row in engine.instances(session, ref) if row.status == "paused"]
            command = resume_review if held else pause_review
            with self.refusals(change), self.database.write() as session:
                command(session, self.viewer(session, "u_morgan"), ref, reason=REASON)
                kind, cases = ("instance.resumed", waiting) if held else ("instance.paused", at_work)
                change.traces += [(kind, case) for case in cases]

    @rule(pick=picks, statutory=st.booleans())
    def withdraw_or_redirect(self, pick: int, statutory: bool) -> None:
        """A review is withdrawn, or handed over to the statutory route."""
        with self.change() as change:
            ref, _ = self.a_review(pick)
            command = statutory_threshold if statutory else withdraw
            with self.refusals(change), self.database.write() as session:
                command(session, self.viewer(session, "u_morgan"), ref, reason=REASON)
                spine = next(
                    row for row in engine.instances(session, ref) if row.process == "learning_review"
                )
                change.traces.append(("message.received", spine.id))

    @rule(pick=picks, street=st.integers(1, 99))
    def correct(self, pick: int, street: int) -> None:
        """The office corrects where the child lives."""
        with self.change(leaves_the_run=True) as change:
            ref, _ = self.a_review(pick)
            with self.refusals(change), self.database.write() as session:
                told = {"address": f"{street} Gooseberry Passage"}
                correct_identity(
                    session, self.viewer(session, "u_morgan"), ref, told, remove=[], reason=REASON
                )

    # What time, and the owners of the process, do.

    @rule(days=st.sampled_from([0, 1, 3, 10, 30]))
    def time_passes(self, days: int) -> None:
        """Days pass, and the worker looks; then nothing is left that is due."""
        with self.change() as change:
            self.clock.advance(dt.timedelta(days=days))
            report = engine.tick(self.database, self.post)
            assert report.failed == []
            with self.database.read() as session:
                assert waiting_since(session) is None, "something is still due after the worker has looked"
            assert [key for key, times in self.post.offered.items() if times > 1] == []
            assert change.done == {}

    @rule(process=st.sampled_from(MOVED))
    def deploy(self, process: str) -> None:
        """A new version of a process comes into use."""
        self._deploy(process)

    def _deploy(self, process: str) -> None:
        with self.change(leaves_the_run=True), self.database.write() as session:
            newest = engine.newest_version(session, process)
            assert newest is not None
            put_into_use(session, changed(process, newest.files, newest.number), process)

    @rule(process=st.sampled_from(MOVED), only_one=st.booleans(), back=st.booleans())
    def migrate(self, process: str, only_one: bool, back: bool) -> None:
        """The running cases, or one of them, are moved to the newest version; each as it was foreseen."""
        with self.database.read() as session:
            newest = engine.newest_version(session, process)
            assert newest is not None
            waits = engine.cases_to_move(session, newest)
        if not waits:
            self._deploy(process)
        with self.change(moved=True):
            with self.database.write() as session:
                version = engine.newest_version(session, process)
                assert version is not None
                cases = engine.cases_to_move(session, version)[: 1 if only_one else None]
                if not cases:
                    return
                foreseen = {case.id: engine.preview(session, case, version, {}).can for case in cases}
                batch = engine.start_migration(session, version, {}, by=OWNER, reason=REASON, only=foreseen)
            *_, last = engine.do_all(self.database, batch.id)
            assert last.waiting == 0
            with self.database.read() as session:
                moved = {
                    row.instance_id: row.status == "moved" for row, _ in engine.cases_of(session, batch.id)
                }
            assert moved == foreseen
            self.batches.append((batch, self.seen))
        if back:
            self._undo()

    @rule()
    def undo(self) -> None:
        """The last move is taken back, for the cases in which nothing has happened since."""
        if self.batches:
            self._undo()

    def _undo(self) -> None:
        with self.change(moved=True) as change:
            batch, was = self.batches.pop()
            with self.refusals(change), self.database.write() as session:
                engine.undo_migration(session, session.merge(batch, load=False), by=OWNER)
            list(engine.do_all(self.database, batch.id))
            with self.database.read() as session:
                rows = [row for row, _ in engine.cases_of(session, batch.id)]
                now = look(session)
            for case in (row.instance_id for row in rows if row.status == "undone"):
                assert now.of(case) == was.of(case), "a case that was brought back is not what it was"
