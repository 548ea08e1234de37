"""Two versions of a process, or a change and what it began from, side by side: the differences numbered in a
list, and with the same numbers on the two diagrams."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.requests import Visit
from engine import Mark, Pictures
from reviews.studio.differing import bundle_pictures
from reviews.studio.sides import Side, side_choices, side_of, usual_sides
from reviews.studio.versions import process_page

comparing = Blueprint("comparing", __name__, url_prefix="/studio/<process>/compare")

WHAT = {"added": "Added", "removed": "Removed", "changed": "Changed", "moved": "Moved only"}


@comparing.get("/")
def show(at: Visit, process: str) -> ResponseReturnValue:
    """The differences between two, on their diagrams and in words."""
    page = process_page(at.session, at.viewer, process)
    usual = usual_sides(page)
    asked = [request.args.get(name) or usual[place] for place, name in enumerate(("before", "after"))]
    if not all(asked):
        before = after = None
        found = Pictures("", "")
    else:
        before, after = (side_of(at.session, at.viewer, page, value) for value in asked)
        found = bundle_pictures(before.files, after.files)
    sides = [side for side in (before, after) if side is not None]
    facts: dict[str, Any] = {
        "page": page,
        "sides": sides,
        "choices": side_choices(page, tuple(sides)),
        "found": found,
        "marks": [mark for mark in found.marks if mark.what != "moved"],
        "moved": [mark for mark in found.marks if mark.what == "moved"],
        "what": WHAT,
        "pictures": _pictures(page.process, found, sides),
        "back": {"href": url_for("studio.show", process=process), "text": page.title},
    }
    return render_template("studio/compare.html", at=at, **facts)


def _pictures(process: str, found: Pictures, sides: list[Side]) -> list[dict[str, str]]:
    """The diagrams that can be drawn, each with its marks."""
    drawn = []
    both = zip(sides, (found.before, found.after), (found.shown_before, found.shown_after), strict=False)
    for place, (side, name, shown) in zip(("Before", "After"), both, strict=False):
        if name:
            marks = json.dumps(_marks(found, shown))
            title = f"{place}: {side.title}"
            drawn.append({"title": title, "url": _address(process, side, name), "marks": marks})
    return drawn


def _address(process: str, side: Side, name: str) -> str:
    if side.change is None:
        return url_for("studio.file", process=process, version=side.number, name=name)
    return url_for("studio_files.show", change_id=side.change, name=name) + "?as=file"


def _marks(found: Pictures, shown: frozenset[str]) -> dict[str, dict[str, Any]]:
    """What each element of one picture bears: a number that opens to its words, and on lines only their
    look, unless the number would stand nowhere."""
    marks: dict[str, dict[str, Any]] = {}
    for mark in found.marks:
        for line, what in mark.lines:
            if line in shown:
                marks[line] = {"state": what}
                if mark.element not in shown:
                    marks[line] |= _badge(mark, what)
        if mark.element in shown:
            marks[mark.element] = {"state": mark.what, **_badge(mark, mark.what)}
    return marks


def _badge(mark: Mark, what: str) -> dict[str, Any]:
    told = [each.sentence for each in mark.differences]
    return {"number": mark.number, "words": WHAT[what], "told": told or [f"{mark.name} was moved."]}
