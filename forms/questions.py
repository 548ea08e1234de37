"""What a form is made of: questions, groups of questions and read-only words. Plain frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose: what is kept, and what people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Words:
    """Read-only text. `prefill` names a text of the host's that replaces it."""

    text: str
    page: str = ""
    hides: tuple[str, ...] = ()
    prefill: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A heading over a set of questions; it has no answer of its own."""

    label: str
    items: tuple[Item, ...]
    hint: str = ""
    page: str = ""
    hides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `kind` is the form-js type, with `date` and `time` for its datetime.

    `hides` are FEEL conditions, its own and those of the groups around it: any that is true hides it.
    `short_label` names the answer in error sentences and on the check-answers page.
    """

    kind: str
    key: str
    label: str
    short_label: str = ""
    hint: str = ""
    required: bool = False
    required_message: str = ""
    min_length: int | None = None
    max_length: int | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    decimals: int = 0
    pattern: str = ""
    pattern_message: str = ""
    input_format: str = ""
    not_before: str = ""
    not_after: str = ""
    choices: tuple[Choice, ...] = ()
    options: str = ""
    exclusive: str = ""
    max_choices: int | None = None
    boolean: bool = False
    default: str | bool | None = None
    readonly: bool = False
    prefill: str = ""
    variable: bool = False
    identity: bool = False
    character_count: bool = False
    shareable_of: str = ""  # the question of which this is the version to share
    page: str = ""
    clause: str = ""
    hides: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    row_title: str = ""
    min_rows: int = 0
    max_rows: int = 0
    start_rows: int = 0
    unique: str = ""

    @property
    def name(self) -> str:
        """The words for this answer: the short label where there is one."""
        return self.short_label or self.label

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions of one row; empty unless this is a repeating list."""
        return tuple(questions(self.items))


Item = Question | Group | Words


@dataclass(frozen=True, slots=True)
class Page:
    """The questions asked on one screen. `slug` is its name in an address."""

    name: str
    slug: str
    items: tuple[Item, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question of this screen, in order; groups are opened, rows are not."""
        return tuple(questions(self.items))


def questions(items: Iterable[Item]) -> Iterator[Question]:
    """Every question in `items` in order, with groups opened; those inside rows are left to their list."""
    for item in items:
        if isinstance(item, Question):
            yield item
        elif isinstance(item, Group):
            yield from questions(item.items)


def lower_first(words: str) -> str:
    """`words` fit for the middle of a sentence: "Date of the talk" -> "date of the talk", "QA date" stays."""
    if len(words) > 1 and words[1].isupper():
        return words
    return words[:1].lower() + words[1:]


def choices_of(question: Question, options: Mapping[str, Sequence[tuple[str, str]]]) -> tuple[Choice, ...]:
    """What may be chosen: the form's own values, or the host's list. Raises KeyError for a list not given."""
    if question.options:
        return tuple(Choice(str(value), str(label)) for value, label in options[question.options])
    return question.choices
