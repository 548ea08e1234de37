"""One marshmallow field per kind of question: what was sent becomes what is kept, or an error sentence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from marshmallow import ValidationError, fields, validate

from forms.conditions import ticked
from forms.dates import Bound, DateProblem, check_range, parse_date, parse_time
from forms.questions import Question, choices_of, lower_first
from forms.texts import UnkeepableText, tidy_text

Options = Mapping[str, Sequence[tuple[str, str]]]

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?")
_EMAIL = re.compile(r"[^@\s,;<>()\[\]]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")
_PHONE = re.compile(r"\+?[0-9()\s.-]{7,25}(\s?(x|ext\.?)\s?[0-9]{1,6})?", re.IGNORECASE)
_MOST_CHOICES = 500


@dataclass(frozen=True, slots=True)
class Setting:
    """What validation needs beside the answers: option lists, the date in London, answers already read."""

    options: Options
    today: dt.date
    names: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)


def field_for(question: Question, setting: Setting) -> fields.Field[Any]:
    """The marshmallow field of `question` (repeating lists are made in `forms.validation`)."""
    if question.kind in _PLAIN:
        return _plain_field(question)
    if question.kind == "date":
        return DateField(question, setting)
    allowed = frozenset(choice.value for choice in choices_of(question, setting.options))
    return ChoicesField(question, allowed) if question.kind == "checklist" else ChoiceField(question, allowed)


@lru_cache(maxsize=2000)
def _plain_field(question: Question) -> fields.Field[Any]:
    """A field that depends on its question alone. A schema copies it before it binds it."""
    return _PLAIN[question.kind](question)


def required_sentence(question: Question) -> str:
    """What to say when nothing was answered; the form's own words, or a plain default."""
    if question.required_message:
        return question.required_message
    verb = "Select" if question.kind in ("radio", "select", "checklist", "checkbox") else "Enter"
    return f"{verb} {lower_first(question.name)}"


class AnswerField(fields.Field[Any]):
    """A field that knows its question. Blanks never reach it: they are taken out before."""

    def __init__(self, question: Question, **keywords: Any) -> None:
        said: dict[str, Any] = {"required": required_sentence(question), "null": required_sentence(question)}
        super().__init__(required=question.required, error_messages=said, **keywords)
        self.question = question

    def refuse(self, sentence: str) -> ValidationError:
        """The error `sentence`, with `{name}` standing for the answer's name."""
        return ValidationError(sentence.replace("{name}", self.question.name))


class TextField(AnswerField):
    """One line or many: trimmed, NFC, never longer than asked for."""

    def __init__(self, question: Question) -> None:
        super().__init__(question, validate=_text_rules(question))

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            raise self.refuse("{name} must be text")
        most = self.question.max_length or 0
        if len(value) > 2 * most + 1000:  # far too long: say so before spending time on it
            raise self.refuse(f"{{name}} must be {most:,} characters or fewer")
        try:
            return tidy_text(value, lines=self.question.kind == "textarea")
        except UnkeepableText:
            raise self.refuse("{name} has a character that cannot be saved. Type the text again") from None


class NumberField(AnswerField):
    """A whole number, or a decimal kept as text so that no digit is lost."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int | str:
        typed = (
            ""
            if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal)
            else str(value)[:40]
        )
        text = re.sub(r"[,\s]", "", typed)
        if not _NUMBER.fullmatch(text):
            raise self.refuse("{name} must be a number, like 12")
        number = Decimal(text)
        self._check(number)
        if self.question.decimals == 0:
            return int(number)
        return str(number)

    def _check(self, number: Decimal) -> None:
        asked = self.question
        if number != round(number, asked.decimals):
            places = f"{asked.decimals} decimal place{'s' if asked.decimals > 1 else ''} or fewer"
            raise self.refuse(
                "{name} must be a whole number" if asked.decimals == 0 else f"{{name}} must have {places}"
            )
        low, high = asked.minimum, asked.maximum
        if low is not None and high is not None and not low <= number <= high:
            raise self.refuse(f"{{name}} must be between {low} and {high}")
        if low is not None and number < low:
            raise self.refuse(f"{{name}} must be {low} or more")
        if high is not None and number > high:
            raise self.refuse(f"{{name}} must be {high} or fewer")


class DateField(AnswerField):
    """A date, kept as YYYY-MM-DD."""

    def __init__(self, question: Question, setting: Setting) -> None:
        super().__init__(question)
        self.setting = setting

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        try:
            found = parse_date(value)
            check_range(found, earliest=self._bound("not_before"), latest=self._bound("not_after"))
        except DateProblem as problem:
            raise ValidationError(problem.about(self.question.name)) from None
        return found.isoformat()

    def _bound(self, side: str) -> Bound | None:
        wanted: str = getattr(self.question, side)
        if wanted == "today":
            return Bound(self.setting.today, today=True)
        if wanted[:1].isdigit():
            return Bound(dt.date.fromisoformat(wanted))
        other = self.setting.context.get(wanted) if wanted else None
        return (
            Bound(dt.date.fromisoformat(other), named=self.setting.names.get(wanted, wanted))
            if other
            else None
        )


class TimeField(AnswerField):
    """A time of day, kept as HH:MM."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        time = parse_time(value)
        if time is None:
            raise self.refuse("{name} must be a time, like 9:30am or 2pm")
        return time.isoformat("minutes")


class TickField(AnswerField):
    """A statement that was confirmed, or not."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        return ticked(value)


class ChoiceField(AnswerField):
    """One of the choices; true or false where the form says `boolean`."""

    def __init__(self, question: Question, allowed: frozenset[str]) -> None:
        super().__init__(question)
        self.allowed = allowed

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str | bool:
        if self.question.boolean and isinstance(value, bool):
            return value
        if not isinstance(value, str) or value not in self.allowed:
            raise ValidationError(not_a_choice(self.question))
        return value == "true" if self.question.boolean else value


class ChoicesField(AnswerField):
    """Some of the choices, each once, in the order of the list that was sent."""

    def __init__(self, question: Question, allowed: frozenset[str]) -> None:
        super().__init__(question)
        self.allowed = allowed

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[str]:
        sent = [value] if isinstance(value, str) else value
        if (
            not isinstance(sent, list)
            or len(sent) > _MOST_CHOICES
            or not all(isinstance(v, str) for v in sent)
        ):
            raise ValidationError(not_a_choice(self.question))
        chosen = list(dict.fromkeys(v for v in sent if v))
        if not self.allowed.issuperset(chosen):
            raise ValidationError(not_a_choice(self.question))
        alone, most = self.question.exclusive, self.question.max_choices
        if alone and alone in chosen and len(chosen) > 1:
            raise self.refuse("For {name}, select the ones that apply or the last answer, not both")
        if most is not None and len(chosen) > most:
            raise self.refuse(f"For {{name}}, select {most} or fewer")
        return chosen


_PLAIN: dict[str, Callable[[Question], AnswerField]] = {
    "textfield": TextField,
    "textarea": TextField,
    "number": NumberField,
    "time": TimeField,
    "checkbox": TickField,
}


def not_a_choice(question: Question) -> str:
    """What to say when the answer is not in the list: the form's own words where they begin with "Select"."""
    sentence = required_sentence(question)
    return sentence if sentence.startswith("Select") else f"Select an answer for {lower_first(question.name)}"


def _text_rules(question: Question) -> list[Any]:
    name, rules = question.name, []
    if question.max_length is not None:
        most = f"{name} must be {question.max_length:,} characters or fewer"
        rules.append(validate.Length(max=question.max_length, error=most))
    if question.min_length is not None:
        least = f"{name} must be {question.min_length:,} characters or more"
        rules.append(validate.Length(min=question.min_length, error=least))
    if question.input_format == "email":
        rules.append(_matches(_EMAIL, "Enter an email address in the correct format, like name@example.com"))
    if question.input_format == "phone":
        rules.append(_matches(_PHONE, "Enter a phone number, like 01632 960 001"))
    if question.pattern:
        wrong = question.pattern_message or f"{name} is not in the format asked for"
        rules.append(_matches(re.compile(question.pattern), wrong))
    return rules


def _matches(pattern: re.Pattern[str], sentence: str) -> Any:
    # marshmallow's Regexp matches the start only; the whole answer has to fit.
    def check(value: str) -> None:
        if not pattern.fullmatch(value):
            raise ValidationError(sentence)

    return check
