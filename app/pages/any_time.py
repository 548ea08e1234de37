"""What may happen to a review at any time: each asks for a reason, says what follows, and does one thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.identity import in_words
from app.page_forms import questions
from app.requests import Visit
from engine import NotFound, Refused
from reviews import commands
from reviews.agency_commands import add_agency
from reviews.correcting_identity import correct_identity
from reviews.models import Review
from reviews.options import options_for
from reviews.permissions import may
from reviews.reopening import reopen
from reviews.restricting import left_without, restrict_access
from reviews.settings import setting

any_time = Blueprint("any_time", __name__, url_prefix="/reviews/<ref>")
SHORTEST_REASON = 5


@dataclass(frozen=True)
class Change:
    """One thing that can be done at any time: its words, what it needs, and the command behind it."""

    verb: str
    title: str
    link: str
    words: str
    button: str
    done: str
    act: Callable[[Visit, str, Mapping[str, str]], None]
    choose: str = ""  # an option list to choose from, and what it is called
    choose_label: str = ""
    reason: bool = True
    reason_label: str = "Why?"
    grave: bool = False
    leaves: bool = False  # leads to My work: they no longer see the review, or have a step there
    then: str = ""  # where this leads; without it, back to the review
    warns: Callable[[Visit], str] = lambda at: ""
    when: Callable[[Review], bool] = lambda review: not review.ended


def _withdraw(at: Visit, ref: str, asked: Mapping[str, str]) -> None:
    commands.withdraw(at.session, at.viewer, ref, reason=asked["reason"])


def _reopen(at: Visit, ref: str, asked: Mapping[str, str]) -> None:
    reopen(at.session, at.viewer, ref, reason=asked["reason"])


def _restrict(at: Visit, ref: str, asked: Mapping[str, str]) -> None:
    named = [asked["chosen"]] if asked["chosen"] else []
    restrict_access(at.session, at.viewer, ref, reason=asked["reason"], names=named)


def _left_without(at: Visit) -> str:
    """Which open steps nobody could do, were nobody else named."""
    names = {at.viewer.person, *([at.review.chair] if at.review.chair else [])}
    rows = left_without(at.session, at.review, names)
    steps = dict.fromkeys(f"{row.name} ({at.names.role(row.role, row.agency)})" for row in rows)
    if not steps:
        return ""
    return f"Name somebody for these open steps too, or nobody can do them: {'; '.join(steps)}."


CHANGES: dict[str, Change] = {
    change.verb.replace("_", "-"): change
    for change in (
        Change(
            "statutory_threshold",
            "Hand over to the Serious Case Review sub-group",
            "A child has died or was seriously harmed: hand over",
            "Use this when it comes to light that a child has died or was seriously harmed, and abuse or "
            "neglect is known "
            "or suspected. The review stops now, and the sub-group takes over. This cannot be undone.",
            "Hand over now",
            "Handed over to the Serious Case Review sub-group.",
            lambda at, ref, asked: commands.statutory_threshold(
                at.session, at.viewer, ref, reason=asked["reason"]
            ),
            reason_label="What has come to light?",
            grave=True,
        ),
        Change(
            "pause",
            "Pause this review",
            "Pause this review",
            "All clocks stop: nobody is reminded and nothing becomes late. Those involved are told. You "
            "can resume at any time.",
            "Pause the review",
            "The review is paused.",
            lambda at, ref, asked: commands.pause_review(at.session, at.viewer, ref, reason=asked["reason"]),
            when=lambda review: not review.ended and review.held_since is None and review.state != "draft",
        ),
        Change(
            "resume",
            "Resume this review",
            "Resume this review",
            "The clocks run on with the time they had left. Those involved are told.",
            "Resume the review",
            "The review goes on.",
            lambda at, ref, asked: commands.resume_review(at.session, at.viewer, ref),
            reason=False,
            when=lambda review: not review.ended and review.held_since is not None,
        ),
        Change(
            "change_chair",
            "Change the chair",
            "Change the chair",
            "The new chair takes over every step that waits for the chair. Both are told.",
            "Change the chair",
            "The chair has changed.",
            lambda at, ref, asked: commands.change_chair(
                at.session, at.viewer, ref, to=asked["chosen"], reason=asked["reason"]
            ),
            choose="chairs",
            choose_label="Who takes over?",
            when=lambda review: not review.ended and review.chair is not None,
        ),
        Change(
            "add_agency",
            "Add an agency found later",
            "Add an agency found later",
            "The agency is told at once. Before the meeting it is asked to prepare like the others; after "
            "it, it joins them in checking the facts and passing the learning on.",
            "Add the agency",
            "The agency was added.",
            lambda at, ref, asked: add_agency(at.session, at.viewer, ref, agency=asked["chosen"]),
            choose="agencies",
            choose_label="Which agency?",
            reason=False,
            when=lambda review: not review.ended and review.accepted_on is not None,
        ),
        Change(
            "restrict_access",
            "Restrict who can open this review",
            "Restrict who can open this review",
            "Only people on its list can open it from now on, whatever their role. You and the chair are "
            "on it. "
            "Use it when a member of staff is involved, or somebody could be at risk.",
            "Restrict access",
            "Only people on its list can open this review now.",
            _restrict,
            choose="people",
            choose_label="Who else may open it? (optional)",
            then="review_access.show",
            warns=_left_without,
            when=lambda review: not review.restricted,
        ),
        Change(
            "declare_conflict",
            "Declare a conflict of interest",
            "Declare a conflict of interest",
            "Say so when you know the family, managed the case or the staff, or could be seen as partial. "
            "You can no longer open this review from then on, and the Head of Safeguarding and Learning "
            "is told.",
            "Declare and leave this review",
            "Thank you. Your conflict of interest is recorded, and you can no longer open that review.",
            lambda at, ref, asked: commands.declare_conflict(
                at.session, at.viewer, ref, reason=asked["reason"]
            ),
            reason_label="What is your connection?",
            leaves=True,
        ),
        Change(
            "withdraw",
            "Withdraw this review",
            "Withdraw this review",
            "The review ends here, and everybody involved is told. What was learned so far is kept. This "
            "cannot be undone.",
            "Withdraw the review",
            "The review is withdrawn.",
            _withdraw,
            grave=True,
        ),
        Change(
            "reopen",
            "Open this review again",
            "Open this review again",
            "This review stays as it is. A new one carries it on, under a reference of its own: it begins "
            "with a referral, filled in with what is known, which you check and send. Who referred and who "
            "chaired are told.",
            "Open it again",
            "The review is opened again. Its new referral is in your work, filled in with what is known.",
            _reopen,
            leaves=True,
            when=lambda review: review.ended,
        ),
    )
}


@any_time.get("/child-at-risk-now")
def child_at_risk(at: Visit, ref: str) -> ResponseReturnValue:
    """Where to report a child at risk now. Nothing is stored here: this is not how a concern is reported."""
    danger = setting(at.session, "immediate_danger")
    return render_template("pages/child_at_risk.html", at=at, review=at.review, danger=danger)


@any_time.get("/change/<change>")
def ask(at: Visit, ref: str, change: str) -> ResponseReturnValue:
    """What this would do, and why it is done."""
    return _page(at, CHANGES[change], {}, [])


@any_time.post("/change/<change>")
def do(at: Visit, ref: str, change: str) -> ResponseReturnValue:
    """Do it."""
    wanted = CHANGES[change]
    asked = {
        "reason": request.form.get("reason", "").strip()[:2000],
        "chosen": request.form.get("chosen", ""),
    }
    errors = _errors(at, wanted, asked)
    if errors:
        return _page(at, wanted, asked, errors), 422
    try:
        with at.session.begin_nested():
            wanted.act(at, ref, asked)
    except Refused as no:
        return _page(at, wanted, asked, [_at_field(wanted, no)]), 409
    flash(wanted.done)
    if wanted.then:
        return redirect(url_for(wanted.then, ref=ref), 303)
    return redirect(url_for("work.inbox") if wanted.leaves else url_for("reviews.show", ref=ref), 303)


@any_time.get("/identity")
def identity(at: Visit, ref: str) -> ResponseReturnValue:
    """Ask why somebody needs to know who the child is."""
    return _identity(at, [])


@any_time.post("/identity")
def show(at: Visit, ref: str) -> ResponseReturnValue:
    """Show who the child is, once, and keep who looked, when and why."""
    reason = request.form.get("reason", "").strip()[:500]
    if len(reason) < SHORTEST_REASON:
        errors = [{"text": "Enter why you need to know who the child is", "href": "#reason"}]
        return _identity(at, errors), 422
    told = commands.show_identity(at.session, at.viewer, ref, reason=reason)
    earlier = [(when, in_words(facts)) for when, facts in told.earlier]
    return _identity(at, [], shown=in_words(told.now), earlier=earlier)


@any_time.get("/identity/correct")
def ask_correction(at: Visit, ref: str) -> ResponseReturnValue:
    """What is right, and why; nothing of what is known is shown."""
    return questions("identity_correction", at).page("identity_correct", at, review=at.review)


@any_time.post("/identity/correct")
def correct(at: Visit, ref: str) -> ResponseReturnValue:
    """Keep it; what was known before stays sealed."""
    asked, checks = questions("identity_correction", at), list[bool]()

    def act(told: dict[str, Any]) -> None:
        remove, reason = list(told.get("remove") or []), told["reason"]
        checks.append(correct_identity(at.session, at.viewer, ref, told, remove=remove, reason=reason))

    if not asked.sent(at, act):
        return asked.page("identity_correct", at, review=at.review), 422
    doubt = "" if checks[0] else " The NHS number does not pass its check: please look at it again."
    flash(f"Who the child is was corrected.{doubt}")
    return redirect(url_for("reviews.show", ref=ref), 303)


@any_time.post("/sealed-notes/<agency>")
def sealed_note(at: Visit, ref: str, agency: str) -> ResponseReturnValue:
    """What an agency wrote that must not be discussed openly, once; who read it is kept."""
    note = commands.show_sealed_note(at.session, at.viewer, ref, agency=agency)
    return render_template("pages/sealed_note.html", at=at, review=at.review, agency=agency, note=note)


def _identity(at: Visit, errors: list[dict[str, str]], **shown: Any) -> str:
    facts = {"shown": None, "may_correct": may(at.session, at.viewer, "correct_identity", at.review), **shown}
    return render_template("pages/identity.html", at=at, review=at.review, errors=errors, **facts)


def open_changes(at: Visit, verbs: list[str]) -> list[dict[str, str]]:
    """Links to what this person may do to a review in its present state."""
    return [
        {"text": change.link, "href": url_for("any_time.ask", ref=at.review.ref, change=name)}
        for name, change in CHANGES.items()
        if change.verb in verbs and change.when(at.review)
    ]


def change_named(name: str) -> Change:
    """A change by the name in its address. Raises NotFound."""
    if name not in CHANGES:
        raise NotFound
    return CHANGES[name]


def _at_field(change: Change, no: Refused) -> dict[str, str]:
    """What a rule does not allow, at the question it is most likely about; at none where there is none."""
    field = "chosen" if change.choose else "reason" if change.reason else ""
    return {"text": str(no), "href": f"#{field}"} if field else {"text": str(no)}


def _choices(at: Visit, change: Change) -> list[tuple[str, str]]:
    return (
        options_for(at.session, [change.choose], on=at.today, review=at.review)[change.choose]
        if change.choose
        else []
    )


def _errors(at: Visit, change: Change, asked: Mapping[str, str]) -> list[dict[str, str]]:
    errors = []
    optional = "(optional)" in change.choose_label
    if (
        change.choose
        and not (optional and not asked["chosen"])
        and asked["chosen"] not in dict(_choices(at, change))
    ):
        errors.append({"text": "Select one from the list", "href": "#chosen"})
    if change.reason and len(asked["reason"]) < SHORTEST_REASON:
        errors.append({"text": "Enter a reason in a few words", "href": "#reason"})
    return errors


def _page(at: Visit, change: Change, asked: Mapping[str, Any], errors: list[dict[str, str]]) -> str:
    return render_template(
        "pages/any_time.html",
        at=at,
        review=at.review,
        change=change,
        asked=asked,
        errors=errors,
        choices=_choices(at, change),
        warning=change.warns(at),
    )
