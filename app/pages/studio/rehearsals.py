"""Rehearsal: what the next days would bring in a version or a draft, with a new case or a copy of one that
runs, and people who do what is chosen here; beside it the same in another version.

What is chosen is sent as a form, so that nothing of a case stands in an address. It all happens in memory:
nothing is stored and nothing is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.pages.studio.scenarios import new_page
from app.requests import Visit, note_reading
from engine import BundleRefused, NotFound, Refused, changes
from reviews.permissions import may, visible_reviews
from reviews.studio import KINDS
from reviews.studio import changes as verbs
from reviews.studio.beginning import spine_of
from reviews.studio.choosing import USUALLY_AFTER, Conduct, Does, StepToChoose, conduct_of, steps_to_choose
from reviews.studio.scenario_files import from_rehearsal
from reviews.studio.sides import Side, side_choices, side_of, usual_sides
from reviews.studio.trying import Look, Trial, looked_ahead
from reviews.studio.versions import ProcessPage, process_page

rehearsals = Blueprint("rehearsals", __name__, url_prefix="/studio/<process>/rehearsal")

DAYS = [{"value": str(days), "text": f"{days} days"} for days in (30, 90, 180, 365)]
DOES = {
    Does.AS_ALL: "As everybody, see above",
    Does.ANSWERS: "It is answered some working days after it opens",
    Does.LATE: "It is answered some working days late",
    Does.NEVER: "It is never answered",
}


@dataclass
class Asked:
    """What the page was asked: the version and what it is compared with, then what was typed, as it was."""

    page: ProcessPage
    side: Side | None
    against: Side | None
    steps: list[StepToChoose] = field(default_factory=list)
    days: str = "90"
    case: str = ""
    moved: bool = False
    people: str = "usual"
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def with_reviews(self) -> bool:
        """Whether cases of this process are reviews."""
        return spine_of(self.page.process) == "learning_review"

    def conduct(self, step: StepToChoose) -> Conduct:
        """What was chosen of a step. Raises Refused."""
        given = {each.key: self.typed.get(f"answer:{step.step}:{each.key}", "") for each in step.questions}
        known = {each.key: {choice.value for choice in each.choices} for each in step.questions}
        answers = {key: value for key, value in given.items() if value in known[key]}
        days = self.typed.get(f"days:{step.step}", "").strip()
        try:
            return conduct_of(self.typed.get(f"does:{step.step}", ""), days, answers, step.name)
        except Refused as no:
            raise Refused(str(no), about=f"days-{step.step}") from no

    def trial(self) -> Trial:
        """What is tried. Raises Refused."""
        return Trial(
            self.page.process,
            self.page.newest,
            days=int(self.days) if self.days.isascii() and self.days.isdecimal() else 0,
            case=self.case,
            moved=self.moved,
            everybody=self.people == "usual",
            chosen=self.chosen(),
        )

    def chosen(self) -> dict[str, Conduct]:
        """Everything that is other than everybody's. Raises Refused."""
        found = {step.step: self.conduct(step) for step in self.steps}
        return {step: each for step, each in found.items() if each != Conduct()}


@rehearsals.get("/")
def ask(at: Visit, process: str) -> ResponseReturnValue:
    """Choose what is rehearsed, and what people do."""
    return _page(at, _asked(at, process))


@rehearsals.post("/")
def look(at: Visit, process: str) -> ResponseReturnValue:
    """The timeline. What was chosen stays in the form above it."""
    asked = _asked(at, process)
    asked.typed = request.form.to_dict()
    asked.days = asked.typed.get("days", "")
    asked.case = asked.typed.get("case", "").strip().upper()[:20] if asked.with_reviews else ""
    asked.moved = bool(asked.typed.get("moved"))
    asked.people = "nobody" if asked.typed.get("people") == "nobody" else "usual"
    if asked.side is None:
        raise NotFound
    try:
        if request.form.get("keep"):
            return _kept(at, asked)
        return _page(at, asked, look=_look(at, asked, asked.side))
    except BundleRefused as refused:
        return _page(at, asked, findings=refused.findings), 422
    except NotFound:
        error = {"text": "There is no review at work with this reference.", "href": "#case"}
        return _page(at, asked, errors=[error]), 422
    except Refused as no:
        return _page(at, asked, errors=[{"text": str(no), "href": f"#{no.about or 'days'}"}]), 422


def _look(at: Visit, asked: Asked, side: Side) -> Look:
    if asked.case and not at.sees(asked.case):
        raise NotFound
    trial = asked.trial()
    if asked.case:
        note_reading(at, asked.case, part="rehearsal")
    return looked_ahead(at.session, trial, side, asked.against)


def _kept(at: Visit, asked: Asked) -> ResponseReturnValue:
    """A new scenario of the change that was rehearsed, with what it showed; it is not saved yet."""
    row = _open_change(at, asked)
    if row is None or asked.side is None or asked.case:
        raise NotFound
    text = from_rehearsal(at.session, asked.trial(), asked.side)
    return new_page(at, row, {"name": "", "text": text}, [], recorded=True)


def _open_change(at: Visit, asked: Asked) -> changes.ChangeRow | None:
    """The change that is rehearsed, where this person may add a scenario to it."""
    if asked.side is None or asked.side.change is None or not may(at.session, at.viewer, verbs.EDIT):
        return None
    row = verbs.change_of(at.session, at.viewer, asked.side.change)
    return row if row.status in ("editing", "returned") else None


def _asked(at: Visit, process: str) -> Asked:
    """What the address names: the version (the one in use, or a draft of a new process), and another."""
    page = process_page(at.session, at.viewer, process)
    of, against = request.args.get("of") or usual_sides(page)[1], request.args.get("against", "")
    side = side_of(at.session, at.viewer, page, of) if of else None
    other = side_of(at.session, at.viewer, page, against) if against and against != of else None
    files = [each.files for each in (side, other) if each is not None]
    return Asked(page, side, other, steps_to_choose(at.session, files))


def _page(at: Visit, asked: Asked, *, look: Look | None = None, **facts: Any) -> str:
    sides = tuple(side for side in (asked.side, asked.against) if side is not None)
    told = _told(asked) if look else []
    refs = [row.ref for row in at.session.scalars(visible_reviews(at.viewer)) if not row.ended]
    back = {"href": url_for("studio.show", process=asked.page.process), "text": asked.page.title}
    if asked.side is not None and asked.side.change is not None:
        place = url_for("studio_changes.show", change_id=asked.side.change)
        back = {"href": place, "text": "The change"}
    return render_template(
        "studio/rehearsal.html",
        at=at,
        page=asked.page,
        asked=asked,
        sides=sides,
        choices=side_choices(asked.page, sides),
        refs=sorted(refs) if asked.with_reviews else [],
        spans=DAYS,
        does=DOES,
        usually=USUALLY_AFTER,
        kinds=KINDS,
        look=look,
        told=told,
        keeps=look is not None and _open_change(at, asked) is not None,
        back=back,
        **facts,
    )


def _told(asked: Asked) -> list[str]:
    """What was chosen, in words: to read beside the timeline, also on paper."""
    everybody = asked.people == "usual"
    lines = [
        f"A copy of {asked.case}, {'moved to this version' if asked.moved else 'in its own version'}."
        if asked.case
        else "A new case that begins now.",
        f"Everybody gives the usual answers {USUALLY_AFTER} working days after a step opens."
        if everybody
        else "Nobody does anything.",
    ]
    for step in asked.steps:
        conduct = asked.conduct(step)
        if conduct != Conduct():
            lines.append(f"{step.name}: {_conduct_words(step, conduct)}.")
    return lines


def _conduct_words(step: StepToChoose, conduct: Conduct) -> str:
    days = f"{conduct.days} working day{'' if conduct.days == 1 else 's'}"
    words = {
        Does.AS_ALL: "",
        Does.ANSWERS: f"answered {days} after it opens",
        Does.LATE: f"answered {days} late",
        Does.NEVER: "never answered",
    }[conduct.does]
    labels = {
        each.key: f"{each.label} {choice.label}"
        for each in step.questions
        for choice in each.choices
        if conduct.answers.get(each.key) == choice.value and conduct.does is not Does.NEVER
    }
    return "; ".join(filter(None, [words, *labels.values()]))
