"""A form as templates draw it: plain structures for the macros of `templates/forms/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

from app.form_answers import as_html, as_text, parts_of_words, text_of
from forms import Choice, Form, Group, Item, Page, Question, Words, choices_of
from forms.conditions import asked, hidden, shown_only_for, ticked
from forms.dates import PARTS, DateProblem, parse_date, parts_of

Block = dict[str, Any]
Options = Mapping[str, Sequence[tuple[str, str]]]

REVEALED = frozenset({"textfield", "textarea", "number", "date", "time", "select", "checkbox"})
MANY_CHOICES = 8  # in a row, longer checklists fold away


@dataclass(frozen=True)
class FormView:
    """One screen. `errors` goes to the layout's error summary; `blocks` to the macro `questions`."""

    title: str
    caption: str
    intro: str
    blocks: list[Block]
    errors: list[dict[str, str]]
    has_rows: bool

    @property
    def wide(self) -> bool:
        """Whether two versions stand side by side."""
        return any(block["kind"] == "pair" for block in self.blocks)


@dataclass
class Drawing:
    """What every part of a screen needs while it is put together."""

    options: Options
    errors: Mapping[str, str]
    prefill: Mapping[str, Any]
    context: Mapping[str, Any]
    anchors: dict[str, str] = field(default_factory=dict)


def view_form(
    form: Form,
    answers: Mapping[str, Any],
    *,
    options: Options,
    errors: Mapping[str, str] | None = None,
    prefill: Mapping[str, Any] | None = None,
    page: Page | None = None,
) -> FormView:
    """The screen `page` of a form (all of it without), with raw `answers` and `errors` by question path.

    Errors of questions on other screens are listed without a link: send people there, or show check answers.
    """
    drawing = Drawing(options, errors or {}, prefill or {}, form.context(answers, prefill))
    blocks = blocks_of(page.items if page else form.items, answers, drawing)
    listed = [_summary_line(path, sentence, drawing) for path, sentence in drawing.errors.items()]
    several = page is not None and len(form.pages) > 1
    return FormView(
        title=page.name if page and several else form.title,
        caption=form.title if several else "",
        intro=form.intro if not several or page is form.pages[0] else "",
        blocks=blocks,
        errors=listed,
        has_rows=any(question.items for question in (page or form).questions),
    )


def blocks_of(
    items: Iterable[Item],
    answers: Mapping[str, Any],
    drawing: Drawing,
    *,
    prefix: str = "",
    around: tuple[str, ...] = (),
) -> list[Block]:
    """The blocks of some items. What depends on one answer of a radio before it goes below that answer."""
    blocks: list[Block] = []
    radios: dict[str, Block] = {}
    placed: dict[str, Block] = {}
    for item in items:
        below = _reveals_at(item, radios, around)
        if below is not None:
            below.extend(_block(item, answers, drawing, prefix))
        elif not hidden(item.hides, drawing.context):
            made = _block(item, answers, drawing, prefix)
            if isinstance(item, Question) and item.kind == "radio" and made[0]["kind"] == "radios":
                radios[item.key] = made[0]
            if isinstance(item, Question) and item.shareable_of in placed:
                _beside(placed[item.shareable_of], made)
                continue
            _append(blocks, made)
            if isinstance(item, Question) and made:
                placed[item.key] = blocks[-1]
    return blocks


def _beside(full: Block, shareable: list[Block]) -> None:
    """Put the version to share beside the full one."""
    alone = dict(full)
    full.clear()
    full.update(kind="pair", full=[alone], shareable=shareable)


def _reveals_at(item: Item, radios: Mapping[str, Block], around: tuple[str, ...]) -> list[Block] | None:
    """The list below a radio's choice where this item belongs, or None when it stands by itself."""
    own = [condition for condition in item.hides if condition not in around]
    fits = isinstance(item, Words) or (
        isinstance(item, Question) and item.kind in REVEALED and not item.readonly
    )
    only_for = shown_only_for(own[0]) if fits and len(own) == 1 else None
    if only_for is None or only_for[0] not in radios:
        return None
    reveals: dict[str, list[Block]] = radios[only_for[0]]["reveals"]
    if only_for[1] in reveals:
        radios[only_for[0]]["params"]["classes"] = (
            ""  # choices side by side have no room for a question below
        )
    return reveals.get(only_for[1])


def _append(blocks: list[Block], made: list[Block]) -> None:
    """Facts that follow one another are one list."""
    for block in made:
        if block["kind"] == "facts" and blocks and blocks[-1]["kind"] == "facts":
            blocks[-1]["rows"] += block["rows"]
        else:
            blocks.append(block)


def _block(item: Item, answers: Mapping[str, Any], drawing: Drawing, prefix: str) -> list[Block]:
    if isinstance(item, Words):
        return [
            {"kind": "words", "parts": parts_of_words(str(drawing.prefill.get(item.prefill) or item.text))}
        ]
    if isinstance(item, Group):
        inner = blocks_of(item.items, answers, drawing, prefix=prefix, around=item.hides)
        return [{"kind": "group", "label": item.label, "hint": item.hint, "blocks": inner}] if inner else []
    if item.readonly:
        shown = text_of(item, drawing.prefill.get(item.prefill), drawing.options)
        return [{"kind": "facts", "rows": [_fact(item.label, shown)]}] if shown else []
    if item.items:
        return [_rows(item, answers.get(item.key), drawing)]
    return [_question(item, prefix + item.key, answers.get(item.key), drawing, in_row=bool(prefix))]


def _question(question: Question, name: str, raw: Any, drawing: Drawing, *, in_row: bool) -> Block:
    drawing.anchors[name] = name
    if question.kind in ("radio", "checklist", "select"):
        return _choosing(question, name, raw, drawing, in_row=in_row)
    if question.kind == "date":
        return _date(question, name, raw, drawing)
    if question.kind == "checkbox":
        return _tick(question, name, raw, drawing)
    params = _common(question, name, drawing) | {"id": name, "label": _label(question)}
    if question.kind == "textarea":
        # The components indent what is inside them: line breaks as references stay as they were typed.
        value = escape(as_text(raw)).replace("\n", Markup("&#10;"))
        rows = 3 if (question.max_length or 0) <= 500 else 5 if (question.max_length or 0) <= 2000 else 8
        params |= {"value": value, "rows": rows}
        if question.character_count:
            return {"kind": "character_count", "params": params | {"maxlength": question.max_length}}
        return {"kind": "textarea", "params": params}
    return {"kind": "input", "params": params | {"value": as_text(raw)} | _input_type(question)}


def _input_type(question: Question) -> Block:
    if question.kind == "number":
        mode = "numeric" if question.decimals == 0 else "decimal"
        return {"inputmode": mode, "spellcheck": False, "classes": "govuk-input--width-5"}
    if question.kind == "time":
        return {"classes": "govuk-input--width-5"}
    if question.input_format == "email":
        return {"type": "email", "autocomplete": "email", "spellcheck": False}
    if question.input_format == "phone":
        return {"type": "tel", "autocomplete": "tel", "classes": "govuk-input--width-20"}
    return {"classes": "govuk-input--width-20"} if (question.max_length or 0) <= 60 else {}


def _choosing(question: Question, name: str, raw: Any, drawing: Drawing, *, in_row: bool) -> Block:
    choices = choices_of(question, drawing.options)
    items = [_item(question, choice) for choice in choices]
    params = _common(question, name, drawing)
    if question.kind == "select":
        items.insert(0, {"value": "", "text": "Choose one"})
        return {
            "kind": "select",
            "params": params | _labelled(question, name, items) | {"value": as_text(raw)},
        }
    params |= {"idPrefix": name, "items": items, "fieldset": {"legend": _legend(question)}}
    if question.kind == "radio":
        small = len(items) == 2 and all(len(item["text"]) < 12 for item in items)
        params |= {"value": as_text(raw), "classes": "govuk-radios--inline" if small else ""}
        return {"kind": "radios", "params": params, "reveals": {choice.value: [] for choice in choices}}
    chosen = [as_text(value) for value in raw] if isinstance(raw, list) else [as_text(raw)] if raw else []
    block = {"kind": "checkboxes", "params": params | {"values": chosen}}
    if in_row and len(items) > MANY_CHOICES:
        summary = (
            f"{question.label}: {len(chosen)} selected" if chosen else f"Select {question.label.lower()}"
        )
        return {"kind": "details", "summary": summary, "open": name in drawing.errors, "blocks": [block]}
    return block


def _item(question: Question, choice: Choice) -> Block:
    item: Block = {"value": choice.value, "text": choice.label}
    if choice.value == question.exclusive:
        item["behaviour"] = "exclusive"
    return item


def _labelled(question: Question, name: str, items: list[Block]) -> Block:
    return {"id": name, "label": _label(question), "items": items}


def _date(question: Question, name: str, raw: Any, drawing: Drawing) -> Block:
    typed = parts_of(raw)
    wrong: tuple[str, ...] = PARTS if name in drawing.errors else ()
    if wrong and any(typed):
        try:
            parse_date(raw)
        except DateProblem as problem:
            wrong = problem.parts
    drawing.anchors[name] = f"{name}-{wrong[0] if wrong else PARTS[0]}"
    boxes = [
        {
            "name": part,
            "value": "" if value == "?" else value,
            "classes": ("govuk-input--width-4" if part == "year" else "govuk-input--width-2")
            + (" govuk-input--error" if part in wrong else ""),
        }
        for part, value in zip(PARTS, typed, strict=True)
    ]
    params = _common(question, name, drawing)
    return {
        "kind": "date",
        "params": params
        | {"id": name, "namePrefix": name, "items": boxes, "fieldset": {"legend": _legend(question)}},
    }


def _tick(question: Question, name: str, raw: Any, drawing: Drawing) -> Block:
    items = [{"value": "true", "text": question.label}]
    values = ["true"] if ticked(raw) else []
    return {
        "kind": "checkboxes",
        "params": _common(question, name, drawing) | {"idPrefix": name, "items": items, "values": values},
    }


def _rows(question: Question, raw: Any, drawing: Drawing) -> Block:
    sent = (
        [row if isinstance(row, dict) else {} for row in raw[: question.max_rows]]
        if isinstance(raw, list)
        else []
    )
    shown = sent or [{} for _ in range(question.start_rows)]
    shown += [{} for _ in range(question.min_rows - len(shown))]
    rows = [_row(question, number, row, len(shown), drawing) for number, row in enumerate(shown, start=1)]
    add = f"add-{question.key}"
    first = question.questions[0]
    drawing.anchors[question.key] = drawing.anchors.get(f"{question.key}-1-{first.key}", add)
    title = _lower(question.row_title)
    return {
        "kind": "rows",
        "name": question.key,
        "label": question.label + ("" if question.min_rows else " (optional)"),
        "hint": question.hint,
        "error": drawing.errors.get(question.key, ""),
        "rows": rows,
        "add": {
            "id": add,
            "name": f"add:{question.key}",
            "text": f"Add another {title}" if rows else f"Add {_one(title)}",
        }
        if len(rows) < question.max_rows
        else None,
    }


def _row(question: Question, number: int, row: Mapping[str, Any], of: int, drawing: Drawing) -> Block:
    context = asked(question.questions, row, drawing.context).context
    inner = Drawing(drawing.options, drawing.errors, drawing.prefill, context, drawing.anchors)
    title = f"{question.row_title} {number}"
    remove = {"name": f"remove:{question.key}:{number}", "text": "Remove", "hidden": f" {_lower(title)}"}
    return {
        "title": title,
        "blocks": blocks_of(question.items, row, inner, prefix=f"{question.key}-{number}-"),
        "remove": remove if of > question.min_rows else None,
    }


def _common(question: Question, name: str, drawing: Drawing) -> Block:
    params: Block = {"name": name}
    if question.hint:
        params["hint"] = {"text": question.hint}
    if name in drawing.errors:
        params["errorMessage"] = {"text": drawing.errors[name]}
    return params


def _label(question: Question) -> Block:
    return {"text": _asked(question), "classes": "govuk-label--s"}


def _legend(question: Question) -> Block:
    return {"text": _asked(question), "classes": "govuk-fieldset__legend--s"}


def _asked(question: Question) -> str:
    return question.label if question.required else f"{question.label} (optional)"


def _fact(label: str, lines: Sequence[str]) -> Block:
    return {"key": {"text": label}, "value": {"html": as_html(lines)}}


def _summary_line(path: str, sentence: str, drawing: Drawing) -> dict[str, str]:
    anchor = drawing.anchors.get(path)
    return {"text": sentence, "href": f"#{anchor}"} if anchor else {"text": sentence}


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def _one(title: str) -> str:
    return f"{'an' if title[:1] in 'aeiou' else 'a'} {title}"
