"""Which questions are asked: FEEL over the answers so far. A hidden one is neither required nor kept."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.feel import FeelError, evaluate, variables
from forms.dates import PARTS, DateProblem, parse_date, parse_time
from forms.questions import Question
from forms.texts import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_TEXT_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')
_BARE_WORD = re.compile(r"(?<![\w.])[a-z]\w*(?!\w|\s*\()")
_UNEQUAL = re.compile(r'\s*([a-z][a-z0-9_]*)\s*!=\s*(?:"([^"\\]*)"|(true|false))\s*')
_NOT_EQUAL = re.compile(r'\s*not\(\s*([a-z][a-z0-9_]*)\s*=\s*(?:"([^"\\]*)"|(true|false))\s*\)\s*')
_TRUE_WORDS = frozenset({"true", "on", "yes", "1"})
_LONGEST_SOFT_TEXT = 10_000  # conditions look at choices and short facts, not at megabytes


class Asked(NamedTuple):
    """The questions that are asked, and the answers so far as the conditions see them."""

    questions: tuple[Question, ...]
    context: dict[str, Any]


def feel_of(condition: str) -> str:
    """The expression of a form-js condition, which is written with a leading `=`."""
    return condition.strip().removeprefix("=").strip()


@lru_cache(maxsize=2048)
def words_in(condition: str) -> frozenset[str]:
    """The words of a condition that can be an answer's key: not quoted, not after a dot, not called.

    FEEL has functions such as `mode`, and a question may have that key: without brackets it is the answer.
    """
    return frozenset(_BARE_WORD.findall(_TEXT_LITERAL.sub('""', condition)))


@lru_cache(maxsize=2048)
def names_read(condition: str) -> frozenset[str]:
    """The names that FEEL itself says a condition reads. Raises FeelError when it is not FEEL."""
    return frozenset(path.split(".")[0] for path in variables(condition))


@lru_cache(maxsize=2048)
def shown_only_for(condition: str) -> tuple[str, str] | None:
    """("key", "value") when the condition only says: hide unless `key` is `value`. It can be a reveal."""
    match = _UNEQUAL.fullmatch(condition) or _NOT_EQUAL.fullmatch(condition)
    return (match[1], match[2] if match[2] is not None else match[3]) if match else None


def hidden(hides: Iterable[str], context: Mapping[str, Any]) -> bool:
    """True when a condition is true. What cannot be worked out hides nothing: better asked than lost."""
    for condition in hides:
        try:
            if evaluate(condition, dict(context)) is True:
                return True
        except FeelError:
            continue
    return False


def asked(
    questions: Sequence[Question], raw: Mapping[str, Any], outer: Mapping[str, Any] | None = None
) -> Asked:
    """Go through the questions in order; a hidden one counts as unanswered for those after it.

    `outer` holds the answers around a row. Never raises, whatever `raw` holds.
    """
    context: dict[str, Any] = {**(outer or {}), **dict.fromkeys((q.key for q in questions), None)}
    needed = _needed(questions)
    shown = []
    for question in questions:
        if hidden(question.hides, context):
            continue
        shown.append(question)
        if question.key in needed:
            context[question.key] = soft_value(question, raw.get(question.key))
    return Asked(tuple(shown), context)


def soft_value(question: Question, raw: object) -> Any:
    """The answer as a condition sees it: typed where it can be read, null where it cannot. Never raises."""
    if question.kind == "dynamiclist":
        rows = raw[: question.max_rows] if isinstance(raw, list) else []
        return [_soft_row(question, row) for row in rows if isinstance(row, dict)]
    if question.kind == "checklist":
        return (
            [value for value in raw[:500] if isinstance(value, str)]
            if isinstance(raw, list)
            else _listed(raw)
        )
    if question.kind == "checkbox":
        return ticked(raw)
    if question.kind in ("date", "time"):
        return _soft_moment(question.kind, raw)
    return _soft_scalar(question, raw)


def ticked(raw: object) -> bool:
    """True for a box that was ticked: `true`, or what browsers send."""
    return raw is True or (isinstance(raw, str) and raw.strip().lower() in _TRUE_WORDS)


def is_empty(question: Question, raw: object) -> bool:
    """True when nothing was answered: nothing sent, only spaces, no box filled, only empty rows."""
    if question.kind == "checkbox":
        return not ticked(raw)
    if raw is None or isinstance(raw, str):
        return _blank_part(raw)
    if isinstance(raw, dict):
        return question.kind == "date" and all(_blank_part(raw.get(part)) for part in PARTS)
    if not isinstance(raw, list):
        return False
    if question.kind == "dynamiclist":
        return all(row_is_empty(question, row) for row in raw[: question.max_rows + 1])
    return all(_blank_part(value) for value in raw[:500])


def row_is_empty(question: Question, row: object) -> bool:
    """True for a row in which nothing was entered: it is dropped without a word."""
    if not isinstance(row, dict):
        return row is None
    return all(is_empty(inner, row.get(inner.key)) for inner in question.questions)


def _blank_part(part: object) -> bool:
    return part is None or (isinstance(part, str) and is_blank(part))


def _needed(questions: Sequence[Question]) -> set[str]:
    needed: set[str] = set()
    for question in questions:
        needed.update(name for condition in question.hides for name in words_in(condition))
        needed.update(bound for bound in (question.not_before, question.not_after) if bound)
        for inner in question.questions if question.items else ():
            needed.update(name for condition in inner.hides for name in words_in(condition))
            needed.update(bound for bound in (inner.not_before, inner.not_after) if bound)
    return needed


def _soft_row(question: Question, row: dict[str, Any]) -> dict[str, Any]:
    return {inner.key: soft_value(inner, row.get(inner.key)) for inner in question.questions}


def _listed(raw: object) -> list[str]:
    return [raw] if isinstance(raw, str) and raw else []


def _soft_moment(kind: str, raw: object) -> str | None:
    if kind == "time":
        time = parse_time(raw)
        return time.isoformat("minutes") if time else None
    try:
        return parse_date(raw).isoformat()
    except DateProblem:
        return None


def _soft_scalar(question: Question, raw: object) -> Any:
    if question.boolean and raw in (True, False, "true", "false"):
        return raw in (True, "true")
    if question.kind == "number":
        return _soft_number(raw)
    if not isinstance(raw, str) or len(raw) > _LONGEST_SOFT_TEXT:
        return None
    return raw.strip() or None


def _soft_number(raw: object) -> int | Decimal | None:
    text = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
    if not isinstance(text, str) or not re.fullmatch(r"\s*-?[0-9]{1,15}(\.[0-9]{1,6})?\s*", text):
        return None
    return Decimal(text.strip()) if "." in text else int(text)
