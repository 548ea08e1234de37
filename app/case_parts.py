"""The parts of a review as its pages show them. Each takes what the viewer may open; nothing more is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import request, url_for
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from app.pages.documents import lines_for
from app.paging import Listing, page_number
from app.requests import Visit
from engine import tasks
from engine.models import Base
from reviews.action_board import action_board
from reviews.calendar_files import is_invited
from reviews.disclosure_check.steps import is_signed
from reviews.feedback.reading import said_of
from reviews.files.commands import places_for
from reviews.files.kinds import MOST_OF_A_REVIEW, size_words
from reviews.files.reading import by_kind, bytes_kept, listed, removed
from reviews.impact.following import CHANNELS
from reviews.models import (
    Attendance,
    Briefing,
    Cascade,
    ChairNomination,
    Challenge,
    Disclosure,
    Discussion,
    FactCheck,
    FamilyView,
    File,
    ImpactCheck,
    Involvement,
    LearningPoint,
    Meeting,
    Parallel,
    Preparation,
    QaDecision,
    Recommendation,
    Redirect,
    Review,
    Screen,
    Summary,
    TrainingChange,
    TriageDecision,
)
from reviews.notice_log import Wanted, notice_log
from reviews.options import label
from reviews.permissions import may
from reviews.reopening import carried_on_by
from reviews.same_child import doubts_about
from reviews.settings import setting
from reviews.timeline import Entry, timeline
from reviews.writing.views import views_in_words

Facts = dict[str, Any]
Row = TypeVar("Row", bound=Base)
RULED = {
    "upheld": "The decision stands",
    "look_again": "It is decided again",
    "ask_qa_chair": "The chair of the QA sub-group is asked",
}
QUIET = frozenset({"decision.made", "service.performed", "task.opened"})  # for the audit log only


ON_A_PAGE = 50
# The documents that are made of a review, by the parts that list them; its Documents list every one.
MADE: dict[str, tuple[str, ...]] = {
    "agencies": ("agency_notice",),
    "meetings": ("agenda",),
    "learning": ("full_summary", "shareable_summary", "qa_paper"),
    "documents": (),
}


def read(at: Visit, part: str, opened: set[str]) -> Facts:
    """The facts of one part."""
    made = lines_for(at, *MADE[part], of_review=True) if part in MADE else []
    return {**_PARTS[part](at, opened), "made": made}


def overview(at: Visit, review: Review) -> Facts:
    """What the overview says beside where the review stands."""
    meeting = at.session.scalars(
        select(Meeting).where(Meeting.review == review.id).order_by(Meeting.number.desc()).limit(1)
    ).first()
    invited = meeting is not None and is_invited(at.session, meeting, review, at.viewer.acting)
    waits = meeting is not None and meeting.recorded_on is None and meeting.cancelled_on is None
    return {
        "meeting": meeting,
        "ground_rules": setting(at.session, "ground_rules"),
        "someone_to_talk_to": setting(at.session, "wellbeing_contact"),
        "for_my_calendar": invited and waits and not review.ended,
        "pack": lines_for(at, "agenda", of_review=True) if invited and waits else [],
        "themes": themes(at, review.themes),
        "nature": label(at.session, "nature", review.nature),
        "carries_on": review.carries_on if review.carries_on and at.sees(review.carries_on) else "",
        "carried_on_by": [row.ref for row in carried_on_by(at.session, review) if at.sees(row.ref)],
    }


def themes(at: Visit, codes: list[str]) -> list[str]:
    """Themes by name."""
    return [label(at.session, "themes", code) for code in codes]


def _all(at: Visit, model: type[Row], review: InstrumentedAttribute[Any], *order: Any) -> list[Row]:
    return list(at.session.scalars(select(model).where(review == at.review.id).order_by(*order)))


def _referral(at: Visit, opened: set[str]) -> Facts:
    facts: Facts = {
        "parallels": _all(at, Parallel, Parallel.review, Parallel.kind),
        "themes": themes(at, at.review.themes),
        "nature": label(at.session, "nature", at.review.nature),
        "plan_now": label(at.session, "plan_status", at.review.plan_status_now),
        "plan_then": label(at.session, "plan_status", at.review.plan_status_then),
        "decisions": _all(at, TriageDecision, TriageDecision.review, TriageDecision.decided_on),
        "redirects": _all(at, Redirect, Redirect.review, Redirect.sent_on),
        "outcome_words": lambda code: RULED.get(code) or label(at.session, "triage_outcome", code),
        **_files(at, "referral"),
    }
    if "triage" in opened:
        facts |= {
            "doubts": doubts_about(at.session, at.viewer, at.review),
            "screens": _all(at, Screen, Screen.review, Screen.checked_on),
            "discussions": _all(at, Discussion, Discussion.review, Discussion.held_on),
        }
    return facts


def _agencies(at: Visit, opened: set[str]) -> Facts:
    own = sorted(at.viewer.agencies)
    involved = _all(at, Involvement, Involvement.review, Involvement.agency)
    written = _all(at, Preparation, Preparation.review, Preparation.agency)
    checks = _all(at, FactCheck, FactCheck.review, FactCheck.checked_on)
    if "agencies" not in opened:
        involved = [row for row in involved if row.agency in own]
    if "preparations" not in opened:
        written = [row for row in written if row.agency in own]
        checks = [row for row in checks if row.agency in own]
    nominations = _all(at, ChairNomination, ChairNomination.review, ChairNomination.nominated_on)
    return {
        "involved": involved,
        "preparations": written,
        "checks": checks,
        "nominations": nominations if "triage" in opened else [],
        "only_own": "agencies" not in opened,
        "may_read_notes": may(at.session, at.viewer, "read_sealed_note", at.review),
        **_files(at, "preparation"),
    }


def _meetings(at: Visit, opened: set[str]) -> Facts:
    meetings = _all(at, Meeting, Meeting.review, Meeting.number)
    attendance: dict[Any, list[Attendance]] = {meeting.id: [] for meeting in meetings}
    for row in at.session.scalars(select(Attendance).where(Attendance.meeting.in_(attendance))):
        attendance[row.meeting].append(row)
    challenges = _all(at, Challenge, Challenge.review)
    arranges = may(at.session, at.viewer, "arrange_meeting", at.review)
    waits = [each for each in meetings if each.recorded_on is None and each.cancelled_on is None]
    planned = waits[-1] if waits and not at.review.ended else None
    return {
        "meetings": meetings,
        "attendance": attendance,
        "challenges": challenges,
        "arranges": arranges,
        "planned": planned,
    }


def _learning(at: Visit, opened: set[str]) -> Facts:
    latest = at.session.scalars(
        select(Summary).where(Summary.review == at.review.id).order_by(Summary.version.desc()).limit(1)
    ).first()
    papers = "documents" in opened  # the review's own team and the QA sub-group
    return {
        "points": _all(at, LearningPoint, LearningPoint.review, LearningPoint.number),
        "recommendations": [
            r
            for r in _all(at, Recommendation, Recommendation.review, Recommendation.number)
            if not r.retired_on
        ],
        "summary": latest,
        "signed": latest is not None and is_signed(latest),
        "family": _all(at, FamilyView, FamilyView.review) if papers else [],
        "qa": _all(at, QaDecision, QaDecision.review, QaDecision.meeting_on) if papers else [],
        "impact": _all(at, ImpactCheck, ImpactCheck.review, ImpactCheck.checked_on) if papers else [],
        "papers": papers,
        **_said(at),
        "views": views_in_words(at.session, at.review) if papers else [],
        "may_write_view": may(at.session, at.viewer, "write_agency_view", at.review),
        "theme_words": lambda codes: themes(at, codes),
    }


def _said(at: Visit) -> Facts:
    """What those who took part said, without names, as far as this person may read it."""
    reads = may(at.session, at.viewer, "read_feedback_words", at.review)
    sees = reads or may(at.session, at.viewer, "see_feedback", at.review)
    return {"said": said_of(at.session, at.review) if sees else [], "reads_words": reads}


def _actions(at: Visit, opened: set[str]) -> Facts:
    found = action_board(at.session, at.viewer, today=at.today, review=at.review.ref, open_only=False)
    at.names.need(card.owner for card in found)
    adopted = at.review.plan_adopted_on is not None and not at.review.ended
    return {
        "actions": found,
        "may_add": adopted and may(at.session, at.viewer, "add_action", at.review),
        "may_cancel": may(at.session, at.viewer, "cancel_action", at.review),
        **_files(at, "evidence"),
    }


def _sharing(at: Visit, opened: set[str]) -> Facts:
    team = "documents" in opened
    cascades = _all(at, Cascade, Cascade.review, Cascade.agency)
    asked = [row for row in tasks(at.session, business_keys=[at.review.ref]) if row.step == "cascade"]
    return {
        "briefings": _all(at, Briefing, Briefing.review),
        "shared_files": listed(at.session, at.viewer, at.review, File.shared_at.is_not(None)),
        "cascades": cascades if team else [row for row in cascades if row.agency in at.viewer.agencies],
        "cascade_due": {row.agency: row.due_on for row in asked},
        "channels": CHANNELS,
        "training": _all(at, TrainingChange, TrainingChange.review, TrainingChange.recorded_on),
        "disclosures": _disclosures(at) if team else [],
        **(_notices(at) if "timeline" in opened else {}),
    }


def _disclosures(at: Visit) -> list[Disclosure]:
    """What was shared; who looked at the identity or took the case away, only for those who see readers."""
    rows = _all(at, Disclosure, Disclosure.review, Disclosure.at.desc())
    at.names.need(row.by for row in rows)
    if may(at.session, at.viewer, "see_readers", at.review):
        return rows
    return [row for row in rows if row.what not in ("identity", "whole_case", "whole_case_with_identity")]


def _notices(at: Visit) -> Facts:
    """The notices about a review, for those who may see all of it."""
    page = page_number(request.args.get("page"))
    rows, total = notice_log(at.session, at.viewer, Wanted(about=at.review.ref), page=page)
    at.names.need(row.recipient for row in rows)
    path = url_for("reviews.part", ref=at.review.ref, section="sharing")
    may_open = may(at.session, at.viewer, "see_undelivered")
    return {"notices": Listing(rows, total, page, path, {}), "may_open_people": may_open}


def _documents(at: Visit, opened: set[str]) -> Facts:
    rows = listed(at.session, at.viewer, at.review)
    gone = removed(at.session, at.viewer, at.review)
    at.names.need(row.file.added_by for row in rows)
    at.names.need(row.file.removed_by for row in gone)
    kept = bytes_kept(at.session, at.review.id)
    return {
        "groups": by_kind(rows),
        "removed": gone,
        "may_destroy": may(at.session, at.viewer, "destroy_file", at.review),
        "room": f"{size_words(kept)} of {size_words(MOST_OF_A_REVIEW)} used" if kept else "",
        **_adds(at, "paper"),
    }


def _files(at: Visit, *kinds: str) -> Facts:
    """The files of some kinds, and whether this person may add one of them."""
    rows = listed(at.session, at.viewer, at.review, File.kind.in_(kinds))
    at.names.need(row.file.added_by for row in rows)
    return {"files": rows, **_adds(at, *kinds)}


def _adds(at: Visit, *kinds: str) -> Facts:
    places = places_for(at.session, at.viewer, at.review)
    return {"may_add_file": any(place.kind in kinds for place in places)}


def timeline_entries(at: Visit) -> list[Entry]:
    """What has happened in the review that the address names, the newest first, for who may know of it."""
    told = timeline(at.session, at.viewer, at.review, person=at.names.person, agency=at.names.agency)
    return [entry for entry in told if entry.kind not in QUIET]


def _timeline(at: Visit, opened: set[str]) -> Facts:
    shown, page = timeline_entries(at), page_number(request.args.get("page"))
    rows = shown[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    path = url_for("reviews.part", ref=at.review.ref, section="timeline")
    return {"list": Listing(rows, len(shown), page, path, {}, ON_A_PAGE)}


_PARTS: dict[str, Callable[[Visit, set[str]], Facts]] = {
    "referral": _referral,
    "agencies": _agencies,
    "meetings": _meetings,
    "learning": _learning,
    "actions": _actions,
    "sharing": _sharing,
    "documents": _documents,
    "timeline": _timeline,
}
