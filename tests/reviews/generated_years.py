"""Three years of a partnership, made by chance from a seed: rows of every kind that a measure reads."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine.audit_models import Event
from engine.models import Deadline, Extension, Pause, ProcessInstance, ProcessVersion, UserTask
from reviews.models import (
    Action,
    ActionExtension,
    Attendance,
    Briefing,
    Cascade,
    Evidence,
    FamilyView,
    FeedbackAnswer,
    FeedbackRound,
    ImpactCheck,
    Invitation,
    LateStep,
    LearningEvent,
    LearningPoint,
    Meeting,
    PolicyDocument,
    QaDecision,
    Recommendation,
    Redirect,
    Review,
    Summary,
    Term,
    TriageDecision,
    UndeliveredNotice,
)
from reviews.models.feedback import SCALE

TODAY = dt.date(2026, 11, 23)
AGENCIES = ("csc", "pol", "icb", "hou")
THEMES = ("neglect", "voice", "escalation")
OUTCOMES = ("accept", "accept", "accept", "defer", "single_agency", "decline", "more_info")
LADDER = ("recovery_plan", "escalation_decision", "written_assurance", "exception_report", "catch_up_plan")


def at_nine(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 9, tzinfo=dt.UTC)


class Maker:
    """Adds rows, days chosen by chance; nothing lies after today."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self.by, self.seed = session, Random(seed), seed
        version = ProcessVersion(
            process=f"p{seed}", number=1, checksum="-", files={}, deployed_by="t", deployed_at=at_nine(TODAY)
        )
        self.add(version)
        self.version = version.id

    def add(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row

    def likely(self, share: float) -> bool:
        return self.by.random() < share

    def later(self, day: dt.date, least: int, most: int) -> dt.date | None:
        found = day + dt.timedelta(days=self.by.randint(least, most))
        return found if found <= TODAY else None

    def instance(self, ref: str, process: str = "learning_review", status: str = "running") -> UUID:
        row = ProcessInstance(
            version_id=self.version,
            process=process,
            business_key=ref,
            status=status,
            state=b"-",
            started_at=at_nine(TODAY),
            started_by="t",
        )
        found: UUID = self.add(row).id
        return found

    def task(self, instance: UUID, ref: str, step: str, opened: dt.date, **facts: Any) -> UserTask:
        ended, status = facts.pop("ended", None), facts.pop("status", "completed")
        row = UserTask(
            instance_id=instance,
            token=str(uuid4()),
            process="any",
            version=1,
            step=step,
            name=step,
            role=facts.pop("role", "safeguarding_lead"),
            status=status if ended else "open",
            opened_at=at_nine(opened),
            completed_at=at_nine(ended) if ended else None,
            business_key=ref,
            **facts,
        )
        task: UserTask = self.add(row)
        return task

    def dated(self, task: UserTask, due: dt.date) -> Deadline:
        row = Deadline(
            task_id=task.id,
            instance_id=task.instance_id,
            rule="-",
            started_at=task.opened_at,
            due_on=due,
            counted_at=task.opened_at,
        )
        deadline: Deadline = self.add(row)
        return deadline


def years(session: Session, seed: int, reviews: int = 25) -> None:
    """Add three years' rows. Raises nothing: whatever comes out is allowed by the tables."""
    make = Maker(session, seed)
    for number in range(reviews):
        _review(make, f"MALR-{2020 + seed}-{number + 1:03d}")
    _year_round(make)


def _review(make: Maker, ref: str) -> None:
    referred = dt.date(2024, 1, 8) + dt.timedelta(days=make.by.randint(0, 1040))
    paused = make.likely(0.15)
    instance = make.instance(ref, status="paused" if paused else "running")
    told = {name: make.by.choice(("a", "b", "")) for name in ("ethnicity", "disability") if make.likely(0.7)}
    review: Review = make.add(
        Review(
            ref=ref,
            pseudonym="Child",
            state="awaiting_triage",
            referrer="u_csc",
            referring_agency=make.by.choice(AGENCIES),
            started_at=at_nine(referred),
            referred_on=referred,
            nature=make.by.choice(("poor_outcome", "good_practice", None)),
            age_band=make.by.choice(("under 1", "1 to 4", "")),
            characteristics=told,
            process_instance=instance,
            restricted=make.likely(0.1),
        )
    )
    _pauses(make, instance, referred, paused=paused)
    receipt = make.later(referred, 0, 6)
    if receipt and make.likely(0.8):
        sent = {"text": "referral_receipt", "to": "u_csc", "key": ref}
        make.add(Event(at=at_nine(receipt), actor="t", kind="notice.sent", business_key=ref, details=sent))
    _decided(make, review)
    if review.accepted_on:
        _held(make, review, instance)
    if make.likely(0.2):
        review.closed_on = make.later(referred, 1, 60)
    make.session.flush()


def _pauses(make: Maker, instance: UUID, referred: dt.date, *, paused: bool) -> None:
    begin = make.later(referred, 1, 80)
    end = make.later(begin, 1, 90) if begin else None
    if begin and end and make.likely(0.5):
        make.add(_pause(instance, begin, end))
    else:
        end = referred
    again = make.later(end, 1, 200)
    if paused and again:
        make.add(_pause(instance, again, None))


def _pause(instance: UUID, begin: dt.date, end: dt.date | None) -> Pause:
    return Pause(
        instance_id=instance,
        reason="-",
        paused_at=at_nine(begin),
        paused_by="t",
        resumed_at=at_nine(end) if end else None,
    )


def _decided(make: Maker, review: Review) -> None:
    day = review.referred_on
    assert day
    if make.likely(0.08):
        make.add(Redirect(review=review.id, sent_on=make.later(day, 1, 9) or day, reason="-"))
    for step in ("triage_decision", "triage_decision", "capacity_review", "capacity_review"):
        made = make.later(day, 1, 40)
        if made is None or make.likely(0.15):
            return
        outcome = make.by.choice(OUTCOMES if step == "triage_decision" else ("accept", "defer", "defer"))
        make.add(
            TriageDecision(review=review.id, step=step, outcome=outcome, decided_by="u_hosl", decided_on=made)
        )
        day = made + dt.timedelta(days=1)
        if outcome == "accept":
            review.accepted_on = made
        if outcome not in ("more_info", "defer"):
            return


def _held(make: Maker, review: Review, instance: UUID) -> None:
    accepted = review.accepted_on
    assert accepted
    for agency in AGENCIES:
        due = make.later(accepted, 5, 40)
        ended = make.later(accepted, 3, 60)
        status = "cancelled" if make.likely(0.2) else "completed"
        task = make.task(
            instance, review.ref, "agency_preparation", accepted, agency=agency, ended=ended, status=status
        )
        make.dated(task, due or TODAY + dt.timedelta(days=9))
    day: dt.date | None = accepted
    last: dt.date | None = None
    for number in (1, 2):
        day = make.later(day, 10, 70) if day else None
        if day is None or make.likely(0.2):
            break
        _meeting(make, review, number, day, another=number == 1 and make.likely(0.4))
        last = day
    if last is not None:
        _what_it_was_like(make, review, last)
    if day is None:
        return
    _written(make, review, day)


def _meeting(make: Maker, review: Review, number: int, day: dt.date, *, another: bool) -> None:
    recorded = day if make.likely(0.85) else None
    meeting = make.add(
        Meeting(review=review.id, number=number, held_on=day, recorded_on=recorded, another=another)
    )
    for agency in AGENCIES:
        if make.likely(0.8):
            make.add(Invitation(meeting=meeting.id, agency=agency, person=f"u_{agency}"))
        if make.likely(0.8):
            status = make.by.choice(("attended", "attended", "sent_deputy", "apologies", "did_not_attend"))
            make.add(
                Attendance(
                    meeting=meeting.id,
                    agency=agency,
                    status=status,
                    practitioners=make.by.randint(0, 2),
                    managers=make.by.randint(0, 2),
                )
            )
    for number_of_point in (1, 2):
        make.add(
            LearningPoint(
                review=review.id,
                number=number * 10 + number_of_point,
                kind=make.by.choice(("strength", "development")),
                themes=make.by.sample(THEMES, make.by.randint(0, 2)),
                agencies=[],
                recorded_on=day,
            )
        )


def _what_it_was_like(make: Maker, review: Review, day: dt.date) -> None:
    """By a chance of its own, so that the other rows of a seed stay what they are."""
    by = Random(f"{make.seed} {review.ref}")
    for moment, after in (("meeting", 1), ("shared", 60)):
        asked = day + dt.timedelta(days=after)
        closes = asked + dt.timedelta(days=28)
        if closes > TODAY:
            continue
        row = make.add(
            FeedbackRound(review=review.id, moment=moment, asked_on=asked, closes_on=closes, closed=True)
        )
        for people, most in (("practitioner", 9), ("family", 2)):
            for _ in range(by.randint(0, most)):
                safe, told = by.choice(SCALE), by.choice(SCALE)
                make.add(FeedbackAnswer(round=row.id, people=people, safe=safe, told=told))


def _written(make: Maker, review: Review, met: dt.date) -> None:
    if make.likely(0.8):
        kind = make.by.choice(("sought_given", "sought_declined", "not_sought"))
        make.add(FamilyView(review=review.id, decision=kind, recorded_by="u_chair", recorded_on=met))
    day: dt.date | None = met
    for version in (1, 2):
        day = make.later(day, 5, 50) if day else None
        if day is None:
            return
        cleared = make.later(day, 0, 9) if make.likely(0.7) else None
        make.add(
            Summary(
                review=review.id,
                version=version,
                child_voice=make.likely(0.7),
                written_by="u_chair",
                written_at=at_nine(day),
                cleared_by="u_office" if cleared else None,
                cleared_on=cleared,
            )
        )
    _adopted(make, review, day)


def _adopted(make: Maker, review: Review, written: dt.date | None) -> None:
    shown = make.later(written, 5, 120) if written else None
    if shown is None:
        return
    make.add(
        QaDecision(
            review=review.id,
            meeting_on=shown,
            presented_by="u_chair" if make.likely(0.9) else None,
            outcome=make.by.choice(("accept", "accept_changes", "return", "raise")),
            decided_on=shown,
        )
    )
    review.plan_adopted_on = shown
    for number, agency in enumerate(make.by.sample(AGENCIES, 2), start=1):
        make.add(
            Recommendation(
                review=review.id,
                number=number,
                agency=agency,
                themes=["neglect"] if make.likely(0.3) else [],
                retired_on=shown if make.likely(0.1) else None,
            )
        )
        _action(make, review, number, agency, shown)
        done = make.later(shown, 1, 60)
        asked = make.later(shown, 0, 20) or shown
        make.add(
            Cascade(
                review=review.id,
                agency=agency,
                asked_on=asked,
                reached=make.by.randint(0, 90),
                confirmed_on=done if done and done >= asked else None,
            )
        )
    published = make.later(shown, 1, 30)
    if published and make.likely(0.8):
        make.add(
            Briefing(review=review.id, title="-", published_by="u_office", published_on=published, themes=[])
        )
    rated = make.later(shown, 20, 200)
    if rated:
        make.add(
            ImpactCheck(
                review=review.id,
                baseline=make.by.choice(("before", " ")),
                result="after",
                checked_by="u_hosl",
                checked_on=rated,
                rating=make.by.choice(("embedded", "partial", "none")),
                rated_on=rated,
            )
        )


def _action(make: Maker, review: Review, number: int, agency: str, agreed: dt.date) -> None:
    first = agreed + dt.timedelta(days=make.by.randint(20, 120))
    given = make.later(agreed, 5, 90) if make.likely(0.4) else None
    due = first + dt.timedelta(days=30) if given else first
    end = make.by.choice(("open", "completed", "verified", "verified", "cancelled"))
    done = make.later(agreed, 10, 200)
    end = end if done else "open"
    instance = make.instance(review.ref, "action")
    action: Action = make.add(
        Action(
            ref=f"{review.ref}-A{number}",
            review=review.id,
            process_instance=instance,
            text="-",
            measure=make.by.choice(("counted", " ")),
            agency=agency,
            owner="u_police",
            status=end if end != "open" else "agreed",
            proposed_on=agreed,
            agreed_on=agreed if make.likely(0.9) else None,
            due=due,
            original_due=first,
            completed_on=done if end in ("completed", "verified") else None,
            verified_on=done if end == "verified" else None,
            verified_by="u_monitoring" if end == "verified" else None,
            cancelled_on=done if end == "cancelled" else None,
        )
    )
    if given:
        more = {"asked_by": "u_police", "asked_on": given, "old_due": first}
        make.add(
            ActionExtension(
                action=action.id, granted=True, new_due=due, decided_by="u_m", decided_on=given, **more
            )
        )
    if make.likely(0.7):
        make.add(Evidence(action=action.id, shows="-", given_by="u_police", given_on=done or agreed))
    if make.likely(0.6):
        _ladder(make, review, instance, agency, agreed)


def _ladder(make: Maker, review: Review, instance: UUID, agency: str, agreed: dt.date) -> None:
    step, opened = make.by.choice(LADDER), make.later(agreed, 1, 90)
    if opened is None:
        return
    if step == "catch_up_plan":
        late = make.task(instance, review.ref, "summary", agreed, agency=agency)
        deadline = make.dated(late, agreed)
        instance = make.instance(review.ref, "late_step")
        make.add(
            LateStep(review=review.id, task=late.id, process_instance=instance, due=agreed, begun_on=agreed)
        )
        make.add(
            Extension(
                deadline_id=deadline.id,
                old_due_on=agreed,
                new_due_on=agreed + dt.timedelta(days=make.by.randint(1, 40)),
                reason="-",
                approved_by="t",
                by="t",
                at=at_nine(opened),
            )
        )
    status = "cancelled" if make.likely(0.3) else "completed"
    ended = make.later(opened, 1, 15) if make.likely(0.8) else None
    make.task(instance, review.ref, step, opened, ended=ended, status=status)


def _year_round(make: Maker) -> None:
    for place in range(7):
        starts = dt.date(2024, 9, 1) + dt.timedelta(days=120 * place)
        name = f"t{make.seed}-{place}"
        make.add(Term(id=name, name=name, starts=starts, ends=starts + dt.timedelta(days=100)))
        held = make.later(starts, -20, 130)
        if held and make.likely(0.8):
            make.add(
                LearningEvent(
                    id=f"e-{name}",
                    term=name,
                    title="",
                    held_on=held,
                    status=make.by.choice(("held", "reported", "planned")),
                    places=make.by.choice((None, 40, 60)),
                    attended=make.by.randint(0, 60),
                    useful_percent=make.by.choice((None, 80)),
                )
            )
    for place, days in enumerate((-30, 0, 30)):
        due = TODAY + dt.timedelta(days=days)
        gone = TODAY if make.likely(0.3) else None
        make.add(
            PolicyDocument(
                id=f"pol{make.seed}-{place}", title="-", version="1", review_due=due, withdrawn_on=gone
            )
        )
        settled = at_nine(TODAY) if place else None
        make.add(
            UndeliveredNotice(
                notice=f"n{make.seed}-{place}",
                person="u_csc",
                about="MALR-1",
                failed_at=at_nine(TODAY),
                settled_at=settled,
            )
        )
    stuck = make.instance(f"STUCK-{make.seed}", "any", "stuck")
    for role in ("safeguarding_lead", "training_member"):
        make.task(stuck, f"STUCK-{make.seed}", "any", TODAY, role=role, agency="hou")
