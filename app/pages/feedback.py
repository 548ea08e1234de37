"""What it was like to take part: asked of those who did, by name or by a link that works once; and links to
hand on. What an answer says is never shown beside anybody (`reviews.feedback`).
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions, questions
from app.requests import Visit, house
from reviews.feedback import giving
from reviews.feedback.links import family_round, family_said, make_link, to_pass_on
from reviews.feedback.reading import WHEN, WHO, words_over_all

feedback = Blueprint("feedback", __name__, url_prefix="/feedback")
FORMS = {"practitioner": "feedback", "family": "feedback_family"}


@feedback.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """What waits for one's own answer, and the links that one can hand on."""
    return _index(at)


@feedback.get("/<uuid:round_id>/answer")
def ask(at: Visit, round_id: UUID) -> ResponseReturnValue:
    """The questions, for somebody who is asked by name."""
    asked = giving.own_asked(at.session, at.viewer, round_id)
    return _page(at, questions(FORMS[asked.people], at), asked)


@feedback.post("/<uuid:round_id>/answer")
def answer(at: Visit, round_id: UUID) -> ResponseReturnValue:
    """Keep the answer, apart from who gave it."""
    asked = giving.own_asked(at.session, at.viewer, round_id)
    form = questions(FORMS[asked.people], at)
    if not form.sent(at, lambda told: giving.give_own(at.session, at.viewer, round_id, told)):
        return _page(at, form, asked), 422
    return redirect(url_for(".thanks"), 303)


@feedback.get("/link/<token>")
def ask_by_link(at: Visit, token: str) -> ResponseReturnValue:
    """The questions, for whoever has a link. Nobody is signed in here."""
    asked = giving.asked_by_link(at.session, token)
    return _page(at, questions(FORMS[asked.people], at), asked)


@feedback.post("/link/<token>")
def answer_by_link(at: Visit, token: str) -> ResponseReturnValue:
    """Keep the answer; the link has done its work."""
    asked = giving.asked_by_link(at.session, token)
    form = questions(FORMS[asked.people], at)
    if not form.sent(at, lambda told: giving.give_by_link(at.session, token, told)):
        return _page(at, form, asked), 422
    return redirect(url_for(".thanks"), 303)


@feedback.get("/thanks")
def thanks(at: Visit) -> ResponseReturnValue:
    """That it was kept, and what becomes of it."""
    return render_template("pages/feedback_thanks.html", at=at)


@feedback.post("/<uuid:round_id>/link")
def link(at: Visit, round_id: UUID) -> ResponseReturnValue:
    """Make one link, and show it this once."""
    agency = request.form.get("agency", "")[:60]
    token = make_link(at.session, at.viewer, round_id, agency)
    return _index(at, house().config.base_url + url_for(".ask_by_link", token=token))


@feedback.get("/<uuid:round_id>/family")
def ask_family(at: Visit, round_id: UUID) -> ResponseReturnValue:
    """The questions, for whoever speaks with the family and writes down what they say."""
    return _family(at, questions("feedback_family", at), round_id)


@feedback.post("/<uuid:round_id>/family")
def answer_family(at: Visit, round_id: UUID) -> ResponseReturnValue:
    """Keep what somebody of the family said."""
    form = questions("feedback_family", at)
    if not form.sent(at, lambda told: family_said(at.session, at.viewer, round_id, told)):
        return _family(at, form, round_id), 422
    flash("What they said is kept, without a name.")
    return redirect(url_for(".index"), 303)


@feedback.get("/words")
def words(at: Visit) -> ResponseReturnValue:
    """What was said in words about all reviews, for the chair of the QA sub-group."""
    said = {WHO[people]: words_over_all(at.session, people) for people in WHO}
    return render_template("pages/feedback_words.html", at=at, said=said)


def _index(at: Visit, address: str = "") -> str:
    return render_template(
        "pages/feedback.html",
        at=at,
        asked=giving.asked_of(at.session, at.viewer),
        to_pass_on=to_pass_on(at.session, at.viewer),
        address=address,
        when=WHEN,
    )


def _page(at: Visit, form: Questions, asked: giving.Asked) -> str:
    return form.page("feedback_answer", at, asked=asked, when=WHEN[asked.moment])


def _family(at: Visit, form: Questions, round_id: UUID) -> str:
    found = family_round(at.session, at.viewer, round_id)
    return form.page("feedback_family", at, ref=found.ref, when=WHEN[found.round.moment])
