"""Dates of small forms: three boxes on the page, one date out, or what is wrong in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from forms.dates import PARTS, DateProblem, parse_date

Error = dict[str, str]


def read_date(form: Mapping[str, str], name: str, called: str) -> tuple[dt.date | None, list[Error]]:
    """The date typed into the boxes of `name`; without one, the error that says why."""
    typed = {part: form.get(f"{name}-{part}", "") for part in PARTS}
    if not any(each.strip() for each in typed.values()):
        return None, [{"text": f"Enter {called[:1].lower()}{called[1:]}", "href": f"#{name}-day"}]
    try:
        return parse_date(typed), []
    except DateProblem as problem:
        part = problem.parts[0] if problem.parts else "day"
        return None, [{"text": problem.about(called), "href": f"#{name}-{part}"}]


def read_optional(form: Mapping[str, str], name: str, called: str) -> tuple[dt.date | None, list[Error]]:
    """The same for a date that may be left out."""
    if not any(form.get(f"{name}-{part}", "").strip() for part in PARTS):
        return None, []
    return read_date(form, name, called)


def boxes(
    name: str,
    legend: str,
    asked: Mapping[str, str],
    errors: list[Error],
    *,
    hint: str = "",
    on: dt.date | None = None,
) -> dict[str, Any]:
    """What govukDateInput needs: what was typed, else the date that is kept."""
    kept = {"day": str(on.day), "month": str(on.month), "year": str(on.year)} if on else {}
    wrong = [each for each in errors if each["href"].startswith(f"#{name}-")]
    fault = " govuk-input--error" if wrong else ""
    return {
        "id": name,
        "namePrefix": name,
        "fieldset": {"legend": {"text": legend, "classes": "govuk-fieldset__legend--s"}},
        "hint": {"text": hint} if hint else None,
        "errorMessage": {"text": wrong[0]["text"]} if wrong else None,
        "items": [
            {
                "name": part,
                "id": f"{name}-{part}",
                "classes": f"govuk-input--width-{4 if part == 'year' else 2}{fault}",
                "value": asked.get(f"{name}-{part}", "") if asked else kept.get(part, ""),
            }
            for part in PARTS
        ],
    }
