"""What has changed from one text of a form to another, in words: questions, their wording, answers,
conditions and screens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from forms.questions import Choice, Group, Item, Question, Words
from forms.reading import NotAForm, items_of, read_json

# What a part of a question is called, where it is told with its old and its new text.
PARTS = {
    "short_label": "the short name of the answer to {}",
    "hint": "the hint of {}",
    "required_message": "what is said when {} is left empty",
    "min_length": "the least length of the answer to {}",
    "max_length": "the greatest length of the answer to {}",
    "minimum": "the least answer to {}",
    "maximum": "the greatest answer to {}",
    "decimals": "the decimal places of {}",
    "pattern": "the pattern that the answer to {} must have",
    "pattern_message": "what is said when the answer to {} has another pattern",
    "input_format": "the format of {}",
    "not_before": "the earliest date for {}",
    "not_after": "the latest date for {}",
    "options": "the list that {} offers",
    "exclusive": "the answer to {} that excludes the others",
    "max_choices": "how many answers to {} may be chosen",
    "default": "the answer that {} begins with",
    "prefill": "what {} is filled with",
    "clause": "the policy clause behind {}",
    "page": "the screen that begins with {}",
    "row_title": "what a row of {} is called",
    "min_rows": "the fewest rows of {}",
    "max_rows": "the most rows of {}",
    "start_rows": "the rows that {} begins with",
    "unique": "what may not occur twice in {}",
    "shareable_of": "the question of which {} is the version to share",
}
YES_NO = {
    "required": ("{} must be answered now.", "{} may be left empty now."),
    "readonly": ("{} is only shown now; nobody can change it.", "{} can be changed now."),
    "variable": (
        "The process may decide by the answer to {} now.",
        "The process can no longer decide by the answer to {}.",
    ),
    "identity": (
        "The answer to {} is kept apart now, with who the child is.",
        "The answer to {} is no longer kept apart with who the child is.",
    ),
    "character_count": ("{} shows how many characters are left now.", "{} no longer shows what is left."),
    "boolean": ("{} is a yes or no now.", "{} is no longer a plain yes or no."),
}


@dataclass(frozen=True)
class FormDifference:
    """What has changed: at which question ("" for the form), of which kind, in a sentence, with both
    texts."""

    question: str
    kind: str
    sentence: str
    before: str = ""
    after: str = ""


def form_differences(old: str, new: str) -> list[FormDifference]:
    """What has changed between two texts of one form, in the new one's order. An empty text is a form that is
    not there. Raises nothing: a form that cannot be read is said to be so."""
    if old == new:
        return []
    if not old or not new:
        kind = "removed" if old else "added"
        return [FormDifference("", f"form_{kind}", f"The form was {kind}.", old, new)]
    try:
        before, after = _Parts(old), _Parts(new)
    except (NotAForm, AttributeError, KeyError, TypeError, ValueError):
        sentence = "The form cannot be read, so what has changed in it cannot be said."
        return [FormDifference("", "unreadable", sentence, old, new)]
    return [*_whole(before, after), *_questions(before, after), *_words(before, after)]


class _Parts:
    """A form taken apart: its head, its questions by path, and its read-only words."""

    def __init__(self, text: str) -> None:
        document = read_json(text)
        properties = document.get("properties") or {}
        self.title, self.intro = str(properties.get("title", "")), str(properties.get("intro", ""))
        self.together = bool(properties.get("together"))
        self.questions: dict[str, Question] = {}
        self.words: list[str] = []
        self.groups: list[tuple[str, str]] = []
        self._take(items_of(document["components"]), "")

    def _take(self, items: tuple[Item, ...], prefix: str) -> None:
        for item in items:
            if isinstance(item, Words):
                self.words.append(f"{item.text}{_condition(item.hides)}")
            elif isinstance(item, Group):
                self.groups.append((item.label, f"{item.hint}{_condition(item.hides)}{item.page}"))
                self._take(item.items, prefix)
            else:
                self.questions[f"{prefix}{item.key}"] = item
                self._take(item.items, f"{prefix}{item.key}.")


def _whole(old: _Parts, new: _Parts) -> Iterator[FormDifference]:
    if old.title != new.title:
        sentence = f"The form is now headed “{new.title}”; before, “{old.title}”."
        yield FormDifference("", "title", sentence, old.title, new.title)
    if old.intro != new.intro:
        yield FormDifference(
            "", "intro", "The words before the questions have changed.", old.intro, new.intro
        )
    if old.together != new.together:
        now = "Several people can write its parts now." if new.together else "One person writes it now."
        yield FormDifference("", "together", now)


def _questions(old: _Parts, new: _Parts) -> Iterator[FormDifference]:
    for path, question in new.questions.items():
        was = old.questions.get(path)
        if was is None:
            needed = ", which must be answered" if question.required else ""
            condition = f"; it is asked unless {_shown(question.hides)}" if question.hides else ""
            sentence = f"{_it(question)} was added{needed}{condition}."
            yield FormDifference(path, "added", sentence, "", question.label)
        elif was != question:
            yield from _changed(path, was, question)
    for path, question in old.questions.items():
        if path not in new.questions:
            yield FormDifference(path, "removed", f"{_it(question)} was removed.", question.label, "")
    before = [path for path in old.questions if path in new.questions]
    after = [path for path in new.questions if path in old.questions]
    for path in _moved(before, after):
        place = list(new.questions).index(path)
        where = f"after “{list(new.questions.values())[place - 1].label}”" if place else "first"
        yield FormDifference(path, "moved", f"{_it(new.questions[path])} is now asked {where}.")


def _moved(before: list[str], after: list[str]) -> list[str]:
    """The questions taken out of their order: as few as explain the new one."""
    left, found = list(before), []
    for path in after:
        if left and left[0] == path:
            left.pop(0)
        elif len(left) > 1 and left[1] == path:  # the one before it went further down
            found.append(left.pop(0))
            left.pop(0)
        elif path in left:
            found.append(path)
            left.remove(path)
    return found


def _changed(path: str, was: Question, now: Question) -> Iterator[FormDifference]:
    it = f"the question “{now.label}”"
    if was.label != now.label:
        sentence = f"The question “{was.label}” now reads “{now.label}”."
        yield FormDifference(path, "reworded", sentence, was.label, now.label)
    if was.kind != now.kind:
        sentence = f"{_it(now)} is now answered in another way ({now.kind}; before, {was.kind})."
        yield FormDifference(path, "kind", sentence, was.kind, now.kind)
    for name, (yes, no) in YES_NO.items():
        if getattr(was, name) != getattr(now, name):
            words = (yes if getattr(now, name) else no).format(it)
            yield FormDifference(path, name, _first(words))
    if was.hides != now.hides:
        before, after = _shown(was.hides), _shown(now.hides)
        when = f"is now asked unless {after}" if after else "is now always asked"
        sentence = f"{_it(now)} {when}; before, {'unless ' + before if before else 'always'}."
        yield FormDifference(path, "condition", sentence, before, after)
    yield from _choices(path, was.choices, now.choices, it)
    for name, words in PARTS.items():
        before, after = _text(getattr(was, name)), _text(getattr(now, name))
        if before != after:
            sentence = f"{_first(words.format(it))} is now {_said(after)}; before, {_said(before)}."
            yield FormDifference(path, name, sentence, before, after)


def _choices(
    path: str, was: tuple[Choice, ...], now: tuple[Choice, ...], it: str
) -> Iterator[FormDifference]:
    before, after = ({each.value: each.label for each in choices} for choices in (was, now))
    for value, label in after.items():
        if value not in before:
            yield FormDifference(path, "option_added", f"{_first(it)} now offers “{label}”.", "", label)
        elif before[value] != label:
            sentence = f"In {it}, the answer “{before[value]}” now reads “{label}”."
            yield FormDifference(path, "option_reworded", sentence, before[value], label)
    for value, label in before.items():
        if value not in after:
            sentence = f"{_first(it)} no longer offers “{label}”."
            yield FormDifference(path, "option_removed", sentence, label, "")
    kept = [value for value in after if value in before]
    if kept != [value for value in before if value in after]:
        yield FormDifference(path, "options_moved", f"The answers of {it} stand in another order.")


def _words(old: _Parts, new: _Parts) -> Iterator[FormDifference]:
    """Headings and read-only words, which have no name of their own."""
    for before, after in _pairs(old.words, new.words):
        verb = "added" if not before else "removed" if not after else "changed"
        sentence = f"Words between the questions were {verb}: “{(after or before)[:80]}”."
        yield FormDifference("", f"words_{verb}", sentence, before, after)
    before_groups = [f"{label}\n{more}" for label, more in old.groups]
    after_groups = [f"{label}\n{more}" for label, more in new.groups]
    for before, after in _pairs(before_groups, after_groups):
        verb = "added" if not before else "removed" if not after else "changed"
        heading = (after or before).split("\n")[0]
        yield FormDifference("", f"group_{verb}", f"The heading “{heading}” was {verb}.", before, after)


def _pairs(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """What differs between two lists of texts, in pairs as far as they reach."""
    gone = [each for each in old if each not in new]
    came = [each for each in new if each not in old]
    for place in range(max(len(gone), len(came))):
        yield gone[place] if place < len(gone) else "", came[place] if place < len(came) else ""


def _condition(hides: tuple[str, ...]) -> str:
    return f" (unless {_shown(hides)})" if hides else ""


def _shown(hides: tuple[str, ...]) -> str:
    return " or ".join(f"“{each.lstrip('=').strip()}”" for each in hides)


def _it(question: Question) -> str:
    return f"The question “{question.label}”"


def _text(value: object) -> str:
    return "" if value is None or value is False else str(value)


def _said(text: str) -> str:
    return f"“{text}”" if text else "not set"


def _first(words: str) -> str:
    return words[:1].upper() + words[1:]
