"""Answers as people read them: check answers, read-only submissions, facts beside questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from forms import Form, Page, Question, choices_of
from forms.conditions import row_is_empty, ticked
from forms.dates import DateProblem, long_date, parse_date, parse_time, spoken_time

Block = dict[str, Any]
Options = Mapping[str, Sequence[tuple[str, str]]]
NOT_PROVIDED = "Not provided"
KEPT_APART = "Kept apart"


def answer_sections(
    form: Form,
    answers: Mapping[str, Any],
    *,
    options: Options,
    change: Callable[[Page, str], str] | None = None,
    errors: Mapping[str, str] | None = None,
    prefill: Mapping[str, Any] | None = None,
    sent: bool = False,
) -> list[Block]:
    """Summary lists of all that was asked, one section per screen; raw and clean answers both do.

    `change(page, question key)` gives the address of a Change link (none without it). A question with an
    error carries its sentence. Hidden questions are left out; what was not answered reads "Not provided".
    Read-only facts come from the answers, or from `prefill`; those that nobody knows are left out. Of answers
    that were `sent`, those that say who a child is are no longer among them: they read "Kept apart".
    """
    shown = form.shown(answers)
    sections = []
    for page in form.pages_for(answers):
        links = (lambda key, page=page: change(page, key)) if change else None
        rows, cards = [], []
        for question in page.questions:
            answer = answers.get(question.key)
            if question.readonly and answer is None:
                answer = (prefill or {}).get(question.prefill)
            if question.key not in shown or (question.readonly and not text_of(question, answer, options)):
                continue
            if question.items:
                cards.append(_list_card(question, answer, options, links, errors or {}, sent=sent))
            else:
                rows.append(_row(question, answer, options, links, errors or {}, sent=sent))
        title = page.name if len(form.pages) > 1 else ""
        sections.append({"title": title, "rows": rows, "lists": cards})
    return sections


def text_of(question: Question, answer: Any, options: Options) -> list[str]:
    """An answer as lines of text; no line when there is none, or none that can be read."""
    if question.kind == "checkbox":
        return ["Yes"] if ticked(answer) else []
    if question.kind in ("radio", "select", "checklist"):
        return _labels(question, answer, options)
    if question.kind == "date":
        return _date_lines(answer)
    if question.kind == "time":
        time = parse_time(answer)
        return [spoken_time(time.isoformat("minutes"))] if time else []
    return _fact_lines(answer) if question.readonly else _lines(answer)


def as_text(raw: Any) -> str:
    """A raw answer as a text input shows it: "" for what is not text."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return str(raw) if isinstance(raw, str | int | float) else ""


def as_html(lines: Iterable[str]) -> Markup:
    """Escaped lines, one below the other."""
    return Markup("<br>").join(escape(line) for line in lines)


def _labels(question: Question, answer: Any, options: Options) -> list[str]:
    values = [as_text(value) for value in (answer if isinstance(answer, list) else [answer])]
    labels = {choice.value: choice.label for choice in choices_of(question, options)}
    return [labels.get(value, value) for value in values if value]


def _lines(answer: Any) -> list[str]:
    text = as_text(answer).strip()
    return text.split("\n") if text else []


def _fact_lines(answer: Any) -> list[str]:
    """A fact of the host's: it may be a date, or several things."""
    if isinstance(answer, list | tuple):
        return [line for part in answer for line in _lines(part)]
    lines = _lines(answer)
    if len(lines) == 1 and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", lines[0]):
        return _date_lines(lines[0])
    return lines


def _date_lines(answer: Any) -> list[str]:
    try:
        return [long_date(parse_date(answer))]
    except DateProblem:
        return []


def _row(
    question: Question,
    answer: Any,
    options: Options,
    link: Callable[[str], str] | None,
    errors: Mapping[str, str],
    *,
    sent: bool,
) -> Block:
    lines = text_of(question, answer, options)
    empty = KEPT_APART if sent and question.identity else NOT_PROVIDED
    value = {"html": as_html(lines)} if lines else {"text": empty}
    row: Block = {"key": {"text": question.name}, "value": value, "error": errors.get(question.key, "")}
    if link and not question.readonly:
        row["actions"] = {"items": [_change(link(question.key), question.name)]}
    return row


def _list_card(
    question: Question,
    answer: Any,
    options: Options,
    link: Callable[[str], str] | None,
    errors: Mapping[str, str],
    *,
    sent: bool,
) -> Block:
    rows = [row for row in answer if not row_is_empty(question, row)] if isinstance(answer, list) else []
    cards = [
        {
            "title": f"{question.row_title} {number}",
            "rows": [
                _row(inner, row.get(inner.key), options, None, {}, sent=sent) for inner in question.questions
            ],
        }
        for number, row in enumerate(rows, start=1)
        if isinstance(row, dict)
    ]
    sentences = [said for path, said in errors.items() if path.split("-")[0] == question.key]
    return {
        "title": question.name,
        "cards": cards,
        "empty": NOT_PROVIDED,
        "errors": sentences,
        "change": _change(link(question.key), question.name) if link else None,
    }


def _change(href: str, name: str) -> Block:
    return {"href": href, "text": "Change", "visuallyHiddenText": name[:1].lower() + name[1:]}


def parts_of_words(text: str) -> list[Block]:
    """Words as paragraphs and lists of (bold, text) runs: `**bold**`, lines that begin with `- `."""
    parts = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        if lines and all(line.startswith(("- ", "* ")) for line in lines):
            parts.append({"kind": "list", "lines": [_runs(line[2:]) for line in lines]})
        elif lines:
            parts.append({"kind": "paragraph", "lines": [_runs(line) for line in lines]})
    return parts


def _runs(line: str) -> list[tuple[bool, str]]:
    pieces = re.split(r"\*\*(.+?)\*\*", line)
    return [(place % 2 == 1, piece) for place, piece in enumerate(pieces) if piece]
