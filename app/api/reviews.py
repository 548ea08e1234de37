"""Reviews: the list, one at a glance, where it is and what comes next, its timeline, actions and learning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import select

from app.api.actions import action_told
from app.api.calls import Calls
from app.api.cursors import Paged, cursor_at, place_after
from app.api.shapes import actions as action_shapes
from app.api.shapes import reviews as shapes
from app.api.tasks import named
from app.case_parts import timeline_entries
from app.here import Now, you_are_here
from app.outcome import next_told
from app.pages.reviews import ANY_TIME_VERBS
from app.requests import Visit
from app.states import GROUPS
from engine import NotFound
from reviews.action_board import action_board
from reviews.library import briefing_of
from reviews.models import LearningPoint, Recommendation
from reviews.options import label
from reviews.permissions import may, sections
from reviews.queries import ReviewRow, my_reviews, overview

reviews = Calls("reviews", "The reviews that I may see")


@reviews.reads("/reviews", query=shapes.ReviewQuery(), answer=shapes.ReviewPage(), example=shapes.REVIEWS)
def index(at: Visit, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Reviews

    Those that this person may know of, the newest reference first."""
    standings = GROUPS[asked["group"]][1] if asked["group"] else ()
    rows = my_reviews(
        at.session,
        at.viewer,
        text=asked["q"],
        standings=standings,
        agency=asked["agency"] or None,
        open_only=asked["open"],
    )
    rows = sorted(
        (row for row in rows if asked["standing"] in ("", row.standing)),
        key=lambda row: row.ref,
        reverse=True,
    )
    after, most = place_after(at, asked), asked["limit"]
    found = list(islice((row for row in rows if not after or row.ref < after[0]), most + 1))
    at.names.need(row.chair for row in found)
    more = len(found) > most
    return {
        "items": [review_told(at, row) for row in found[:most]],
        "next": cursor_at(at, asked, [found[most - 1].ref]) if more else None,
    }


@reviews.reads("/reviews/<ref>", answer=shapes.ReviewWhole(), example=shapes.WHOLE)
def show(at: Visit, ref: str) -> dict[str, Any]:
    """One review

    At a glance: where it stands, its dates, which parts this person may open and what they may do to it."""
    found, review = overview(at.session, at.viewer, at.review), at.review
    carries_on = review.carries_on if review.carries_on and at.sees(review.carries_on) else None
    return review_told(at, found.row) | {
        **{name: found.facts[name] for name in ("accepted_on", "met_on", "next_meeting", "plan_adopted_on")},
        **{name: found.facts[name] for name in ("closed_on", "held_since")},
        "nature": label(at.session, "nature", review.nature),
        "themes": _themes(at, review.themes),
        "sections": sorted(found.sections),
        "verbs": [verb for verb in ANY_TIME_VERBS if may(at.session, at.viewer, verb, review)],
        "carries_on": carries_on,
    }


@reviews.reads("/reviews/<ref>/position", answer=shapes.Position(), example=shapes.POSITION)
def position(at: Visit, ref: str) -> dict[str, Any]:
    """Where a review is

    Who it waits for and until when, what may come next and on which answer, in words and as data. What other
    agencies owe is counted and not named for an agency."""
    opened = sections(at.session, at.viewer, at.review)
    row, here = overview(at.session, at.viewer, at.review).row, you_are_here(at, at.review, opened)
    return {
        "ref": ref,
        "standing": row.standing,
        "standing_word": row.standing_word,
        "sentence": row.sentence,
        "now": [_now(each) for each in here.now],
        "waits": [next_told(each) for each in here.waits],
        "next": [{"what": each.what, "who": each.who, "when": each.when} for each in here.next],
        "beside": [_now(each) for each in here.beside],
        "others": here.hidden,
        "ended": here.ended,
    }


@reviews.reads("/reviews/<ref>/timeline", query=Paged(), answer=shapes.Timeline(), example=shapes.TIMELINE)
def timeline(at: Visit, asked: Mapping[str, Any], ref: str) -> dict[str, Any]:
    """What has happened in a review

    The newest first. It names steps, people and agencies, never what was written."""
    _opens(at, "timeline")
    entries = timeline_entries(at)
    after, most = place_after(at, asked), asked["limit"]
    begin = max(len(entries) - after[0], 0) if after else 0  # what is added comes before; the rest stays
    rows = entries[begin : begin + most]
    left = len(entries) - begin - len(rows)
    return {
        "items": [
            {"at": each.at, "by": each.by, "kind": each.kind, "words": each.words, "detail": each.detail}
            for each in rows
        ],
        "next": cursor_at(at, asked, [left]) if left > 0 else None,
    }


@reviews.reads("/reviews/<ref>/actions", answer=action_shapes.Actions(), example=action_shapes.OF_REVIEW)
def actions(at: Visit, ref: str) -> dict[str, Any]:
    """The actions of a review

    Open ones and those that are done, the earliest due first."""
    _opens(at, "actions")
    cards = action_board(at.session, at.viewer, today=at.today, review=ref, open_only=False)
    at.names.need(card.owner for card in cards)
    return {"items": [action_told(at, card) for card in cards]}


@reviews.reads("/reviews/<ref>/learning", answer=shapes.ReviewLearning(), example=shapes.LEARNING)
def learning(at: Visit, ref: str) -> dict[str, Any]:
    """What a review has learned

    Its learning points and recommendations; open once it has met."""
    _opens(at, "learning")
    points = at.session.scalars(
        select(LearningPoint).where(LearningPoint.review == at.review.id).order_by(LearningPoint.number)
    )
    recommended = at.session.scalars(
        select(Recommendation)
        .where(Recommendation.review == at.review.id, Recommendation.retired_on.is_(None))
        .order_by(Recommendation.number)
    )
    briefing = briefing_of(at.session, at.viewer, ref)
    return {
        "ref": ref,
        "points": [
            {
                "number": row.number,
                "kind": row.kind,
                "statement": row.statement,
                "why": row.why,
                "themes": _themes(at, row.themes),
            }
            for row in points
        ],
        "recommendations": [
            {
                "number": row.number,
                "text": row.text,
                "agency": row.agency,
                "themes": _themes(at, row.themes),
            }
            for row in recommended
        ],
        "briefing_published_on": briefing.briefing.published_on if briefing else None,
    }


def review_told(at: Visit, row: ReviewRow) -> dict[str, Any]:
    """A review as lists show it."""
    agency = {"id": row.referring_agency, "name": at.names.agency(row.referring_agency)}
    return {
        "ref": row.ref,
        "child": row.pseudonym,
        "title": row.title,
        "standing": row.standing,
        "standing_word": row.standing_word,
        "sentence": row.sentence,
        "referring_agency": agency,
        "chair": named(at, row.chair),
        "referred_on": row.referred_on,
        "next_due": row.next_due,
        "open_tasks": row.open_tasks,
        "restricted": row.restricted,
        "ended": row.ended,
    }


def _opens(at: Visit, section: str) -> None:
    """A part that this person may not open is as if it were not there, as on the pages."""
    if section not in sections(at.session, at.viewer, at.review):
        raise NotFound


def _themes(at: Visit, codes: Iterable[str]) -> list[str]:
    return [label(at.session, "themes", code) for code in codes]


def _now(told: Now) -> dict[str, Any]:
    return {
        "what": told.what,
        "who": list(told.who),
        "due_on": told.on,
        "due": told.due.words,
        "sum": told.sum,
    }
