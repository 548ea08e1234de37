"""Measures of learning: what the QA sub-group returned, impact, themes, repeat recommendations, equality."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from uuid import UUID

from sqlalchemy import select

from reviews.measures.lines import Line, Window
from reviews.measures.reviewing import months_on
from reviews.models import ImpactCheck, LearningPoint, QaDecision, Recommendation, Review
from reviews.option_lists import words_of
from reviews.settings import setting

DECISIONS = {
    "accept": "Accepted",
    "accept_changes": "Accepted with changes",
    "return": "Returned to the chair",
    "raise": "Raised with the Board",
}
RATINGS = {
    "embedded": "Changed and sustained",
    "partial": "Some change",
    "none": "No evidence of change",
    "too_early": "Too early to say",
}
REPEATED_WITHIN, ALERT_WITHIN = 24, 12  # months
NOT_TOLD = "not told"


def returned(window: Window) -> list[Line]:
    """17. QA returned to the chair: % of decisions, under 20% (P13).

    Rows: `qa_decision` by `decided_on`. Why it was returned is read in the review.
    """
    query = (
        select(Review.ref, QaDecision.decided_on, QaDecision.outcome)
        .join(Review, Review.id == QaDecision.review)
        .where(QaDecision.decided_on.between(window.first, window.end), QaDecision.outcome.is_not(None))
    )
    return window.within(
        Line("returned", day, ref, group=DECISIONS[outcome], met=outcome == "return")
        for ref, day, outcome in window.session.execute(query)
        if day is not None and outcome is not None
    )


def impact(window: Window) -> list[Line]:
    """20. Impact: % changed and sustained, target 70%; % with evidence before and after, 100% (2.10, A15).

    Rows: `impact_check` by `rated_on`.
    """
    query = (
        select(Review.ref, ImpactCheck.rated_on, ImpactCheck.rating, ImpactCheck.baseline, ImpactCheck.result)
        .join(Review, Review.id == ImpactCheck.review)
        .where(ImpactCheck.rated_on.between(window.first, window.end))
    )
    lines = []
    for ref, day, rating, before, after in window.session.execute(query):
        if day is not None and rating:
            group = RATINGS.get(rating, rating)
            lines.append(Line("sustained", day, ref, group=group, met=rating == "embedded"))
            lines.append(Line("both", day, ref, met=bool(before.strip() and after.strip())))
    return window.within(lines)


def themes(window: Window) -> list[Line]:
    """21. Themes: learning points by theme, strength and development apart; alert at 3 in a year (I2, A13).

    Rows: `learning_point` by `recorded_on`, once for each of its themes. A theme has come back when the
    twelve months up to the window's end hold as many reviews with it as the setting "theme_alert" says.
    """
    names = words_of(window.session, "themes")
    since = months_on(window.end, -ALERT_WITHIN)
    query = (
        select(Review.ref, LearningPoint.recorded_on, LearningPoint.kind, LearningPoint.themes)
        .join(Review, Review.id == LearningPoint.review)
        .where(LearningPoint.recorded_on.between(min(window.first, since), window.end))
    )
    lines, reviews = [], defaultdict(set)
    for ref, day, kind, named in window.session.execute(query):
        for theme in dict.fromkeys(named):
            group = names.get(theme, theme)
            lines.append(Line("theme", day, ref, group=group, met=kind == "strength"))
            if day > since:
                reviews[group].add(ref)
    least = int(setting(window.session, "theme_alert"))
    repeated = [
        Line("repeated", window.end, what=group, value=len(where))
        for group, where in reviews.items()
        if len(where) >= least
    ]
    return window.within([*lines, *repeated])


def repeated(window: Window) -> list[Line]:
    """22. Recommendations to an agency on a theme it had one on in the 24 months before (2.10).

    Rows: `recommendation` that was not retired, by the day of `review.plan_adopted_on`; its themes, or where
    it names none those of the `learning_point` rows of its review that are to be developed.
    """
    query = (
        select(Review.ref, Review.id, Review.plan_adopted_on)
        .add_columns(Recommendation.number, Recommendation.agency, Recommendation.themes)
        .join(Review, Review.id == Recommendation.review)
        .where(Review.plan_adopted_on <= window.end, Recommendation.retired_on.is_(None))
    )
    developed = _to_develop(window)
    rows = [
        (day, ref, number, agency, set(named or developed[review]))
        for ref, review, day, number, agency, named in window.session.execute(query)
        if day is not None and agency
    ]
    lines = []
    for day, ref, number, agency, on in rows:
        since = months_on(day, -REPEATED_WITHIN)
        before = any(
            whose == agency and other != ref and since <= earlier < day and on & named
            for earlier, other, _, whose, named in rows
        )
        lines.append(Line("repeat", day, ref, f"Recommendation {number}", agency, met=before))
    return window.within(lines)


def _to_develop(window: Window) -> dict[UUID, set[str]]:
    query = select(LearningPoint.review, LearningPoint.themes).where(LearningPoint.kind == "development")
    found: dict[UUID, set[str]] = defaultdict(set)
    for review, named in window.session.execute(query):
        found[review].update(named)
    return found


def equality(window: Window) -> list[Line]:
    """25. Referrals by age band, ethnic group and disability (2.1, EqA 2010).

    Rows: `review` by `referred_on`; `age_band`, and of `characteristics` "ethnicity" as it was told and only
    whether a disability was. The share is of referrals in which both were told.
    """
    query = select(Review.ref, Review.referred_on, Review.age_band, Review.characteristics).where(
        Review.referred_on.between(window.first, window.end)
    )
    lines: list[Line] = []
    for ref, day, age, told in window.session.execute(query):
        if day is not None:
            lines += _of_child(ref, day, age, told)
    return window.within(lines)


def _of_child(ref: str, day: dt.date, age: str, told: dict[str, str]) -> list[Line]:
    ethnicity, disability = (str(told.get(name, "")).strip() for name in ("ethnicity", "disability"))
    return [
        Line("told", day, ref, met=bool(ethnicity and disability)),
        Line("age", day, ref, group=f"Age: {age or NOT_TOLD}"),
        Line("ethnicity", day, ref, group=f"Ethnic group: {ethnicity.casefold() or NOT_TOLD}"),
        Line("disability", day, ref, group=f"Disability: {'told' if disability else NOT_TOLD}"),
    ]
