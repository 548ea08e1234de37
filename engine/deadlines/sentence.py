"""Read a deadline sentence. Its grammar is in docs/bpmn-profile.md; every refusal says what to write."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from typing import NoReturn

from engine.deadlines.bases import DUE
from engine.deadlines.deadline import Cycle, Deadline, Plain
from engine.deadlines.endings import endings
from engine.deadlines.errors import DeadlineError
from engine.deadlines.span import LONGEST, SHORTEST, SHORTEST_CYCLE, Span, Unit, iso_span, span_of
from engine.deadlines.vocabulary import (
    AFTER_WORDS,
    BEFORE_WORDS,
    FILLERS,
    KEYWORDS,
    NUMBER_WORDS,
    TOO_SHORT,
    UNITS,
    Token,
    meant_unit,
    tokens,
)

_EXAMPLE = "15 working days"
_LONGEST_TEXT = 300
_ONE_OF_MANY = re.compile(r"\b1 (working day|day|week|month|year|hour)s\b")
_UNIT_NAMES = "working days, days, weeks, months, years or hours"


@lru_cache(maxsize=1024)
def parse_deadline(text: str) -> Deadline:
    """Read a deadline: "2 working days after referral.completed_at". Raises DeadlineError."""
    counted, roll, by = endings(text)
    reader = _Reader(counted)
    if reader.next_word == "every":
        rest = text[reader.next.end :].strip()
        reader.fail("A deadline does not repeat; only a repeating timer says 'every'.", rest)
    deadline = reader.deadline()
    reader.end()
    return replace(deadline, text=text, roll=roll, by=by)


@lru_cache(maxsize=256)
def parse_cycle(text: str) -> Cycle:
    """Read a repeating timer: "every 20 working days", at least a day apart. Raises DeadlineError."""
    reader = _Reader(text)
    if reader.next_word != "every":
        reader.fail("A repeating timer starts with 'every'.", f"every {text.strip() or _EXAMPLE}")
    reader.take()
    begin = reader.next
    plain = reader.plain(amount=1)
    if plain.span is None or plain.base is not None:
        said = plain.span.said if plain.span else _EXAMPLE
        reader.fail(
            "A repeating timer counts from its last firing, not from a date.", f"every {said}", at=begin
        )
    if plain.span.rough_minutes < SHORTEST_CYCLE:
        reader.fail("A timer repeats at most once a day.", "every day", at=begin)
    reader.end()
    return Cycle(text, plain.span)


class _Reader:
    """A place in a sentence, and the rules of the grammar as methods."""

    def __init__(self, text: str) -> None:
        if len(text) > _LONGEST_TEXT:
            raise DeadlineError(
                f"A deadline has at most {_LONGEST_TEXT} characters.", _LONGEST_TEXT, _EXAMPLE
            )
        self._text = text
        self._tokens = list(tokens(text))
        self._place = 0

    @property
    def next(self) -> Token:
        """The piece that comes next."""
        return self._tokens[self._place]

    @property
    def next_word(self) -> str:
        """The word that comes next in lower case, "" for anything else."""
        return self.next.word

    @property
    def following_word(self) -> str:
        """The word after the next piece, "" for anything else."""
        return self._tokens[min(self._place + 1, len(self._tokens) - 1)].word

    def take(self) -> Token:
        """Step over the next piece and return it."""
        token = self.next
        self._place = min(self._place + 1, len(self._tokens) - 1)
        return token

    def fail(self, message: str, suggestion: str = "", *, at: Token | None = None) -> NoReturn:
        """Refuse the sentence at a piece (the next one, if none is given)."""
        tidy = _ONE_OF_MANY.sub(r"1 \1", " ".join(suggestion.split()))
        raise DeadlineError(message, (at or self.next).position, tidy or _EXAMPLE)

    def instead(self, new: str, *, words: int = 1) -> str:
        """The sentence with the next pieces replaced, or (with none) something put in before them."""
        begin = self.next.position
        last = self._tokens[min(self._place + words, len(self._tokens)) - 1]
        end = last.end if words else begin
        return self._with(new, begin, end)

    def deadline(self) -> Deadline:
        """Either plain [", at latest" plain], or "the earlier (later) of" plain "and" plain."""
        if self.next_word in {"the", "earlier", "later"}:
            return self._one_of_two()
        first = self.plain()
        if self.next.kind == "comma":
            before = self._text[: self.next.position]
            self.take()
            if self.next.kind == "end":
                self.fail("After a comma a deadline says 'at latest'.", before)
        elif self.next_word == "at":
            self.fail(
                "A comma belongs before 'at latest'.",
                f"{self._text[: self.next.position].rstrip()}, {self._text[self.next.position :]}",
            )
        else:
            return Deadline(self._text, first)
        if self.next_word != "at":
            self.fail("After a comma a deadline says 'at latest'.", self.instead("at latest", words=0))
        self.take()
        if self.next_word == "the":
            self.fail("A deadline says 'at latest'.", self.instead(""))
        self._expect("latest", "After a comma a deadline says 'at latest'.")
        return Deadline(self._text, first, self.plain(), at_latest=True)

    def _one_of_two(self) -> Deadline:
        if self.next_word != "the":
            self.fail(
                f"A choice of two starts with 'the {self.next_word} of'.",
                self.instead(f"the {self.next_word}"),
            )
        self.take()
        if self.next_word in {"latest", "last"}:
            self.fail("A choice of two starts with 'the later of'.", self.instead("later"))
        later = self.next_word == "later"
        if later:
            self.take()
        else:
            self._expect("earlier", "A choice of two starts with 'the earlier of' or 'the later of'.")
        self._expect("of", "A choice of two starts with 'the earlier of' or 'the later of'.")
        first = self.plain()
        self._expect("and", "Between the two deadlines stands 'and'.")
        return Deadline(self._text, first, self.plain(), later=later)

    def plain(self, amount: int | None = None) -> Plain:
        """An amount with its base, or "on" a base. `amount` is for a sentence that begins with the unit."""
        if self.next_word == "on":
            self.take()
            base, position = self._base("on")
            return Plain(None, base, position=position)
        span = self._span(amount)
        side = self.next_word
        if side in {"after", "before"}:
            self.take()
            base, position = self._base(side)
            return Plain(span, base, before=side == "before", position=position)
        self._check_side(side)
        return Plain(span)

    def _check_side(self, side: str) -> None:
        """Refuse what people write for "after" and "before", and a base without either."""
        for meant, words in (("after", AFTER_WORDS), ("before", BEFORE_WORDS)):
            if side in words:
                several = 2 if self.following_word in {"to", "of"} else 1
                self.fail(
                    f"A deadline counts after or before something, not '{self.next.text}' it.",
                    self.instead(meant, words=several),
                )
        if side and side not in KEYWORDS:
            self.fail(
                f"Does the count start after or before {self.next.text}?",
                self.instead(f"after {self.next.text}"),
            )

    def _span(self, amount: int | None) -> Span:
        begin = self.next
        if begin.kind == "iso":
            span = self._iso()
        elif begin.kind == "number" or (amount is not None and begin.word in {*UNITS, "working"}):
            number = self._number() if begin.kind == "number" else amount
            span = span_of(number or 0, self._unit())
        else:
            self._no_amount()
        self._check_length(span, begin)
        return span

    def _number(self) -> int:
        token = self.next
        if "." in token.text:
            self.fail("A deadline counts in whole numbers.", self.instead(str(int(float(token.text)) + 1)))
        if int(token.text) == 0:
            self.fail("A deadline counts at least 1; for the day itself say 'on'.", self.instead("1"))
        return int(self.take().text)

    def _iso(self) -> Span:
        token = self.next
        span = iso_span(token.text)
        if span is None:
            working_days = re.fullmatch(r"P(\d+)[Ww][Dd]", token.text)
            new = f"{working_days[1]} working days" if working_days else "P10D"
            self.fail(
                f"'{token.text}' is not a duration such as P10D, P6M or PT36H in whole numbers.",
                self.instead(new),
            )
        self.take()
        if self.next_word == "before":
            self.fail(
                "A duration in this form only counts after something.",
                f"{self._text[: token.position]}{span.said}{self._text[token.end :]}",
            )
        return span

    def _no_amount(self) -> NoReturn:
        """Say what is missing where a number should stand."""
        token = self.next
        if token.kind == "end":
            self.fail("A deadline needs an amount of time.", f"{self._text} {_EXAMPLE}")
        if token.word in NUMBER_WORDS:
            number = max(1, NUMBER_WORDS[token.word])
            self.fail("Write the number in digits.", self.instead(str(number)))
        if token.kind == "word" and ("." in token.text or (token.word == DUE and not self.following_word)):
            self.fail("A deadline on the day itself says 'on'.", self.instead(f"on {token.text}"))
        if iso_span(token.text.upper()):
            self.fail("A duration in this form is in capitals.", self.instead(token.text.upper()))
        if token.word in FILLERS:
            self.fail(f"A deadline starts with its amount, without '{token.text}'.", self.instead(""))
        if token.word in {"after", "before"}:
            self.fail(
                f"How long {token.word}? An amount is missing.", self.instead(f"{_EXAMPLE} {token.word}")
            )
        if token.word in {*UNITS, "working"}:
            self.fail("How many? A number is missing.", self.instead(f"5 {token.text}"))
        if token.kind == "date":
            self.fail(
                "A deadline counts from a variable that holds a date, not from a fixed date.",
                self.instead(_EXAMPLE),
            )
        if token.text == "-":
            self.fail("A deadline counts back with 'before', not with a minus sign.", self.instead(""))
        self.fail(
            f"A deadline starts with a number, not with '{token.text}'.",
            f"{self._text[: token.position]} {_EXAMPLE}",
        )

    def _unit(self) -> Unit:
        if self.next_word == "working" and self.following_word in {"day", "days"}:
            self.take()
            self.take()
            return Unit.WORKING_DAY
        if self.next_word not in UNITS:
            self._no_unit()
        return UNITS[self.take().word]

    def _no_unit(self) -> NoReturn:
        """Say what is missing, or what was meant, where a unit should stand."""
        word, following = self.next_word, self.following_word
        amount = self._tokens[self._place - 1]
        if word == "working" and following in {"hour", "hours"}:
            self.fail("Working hours cannot be counted.", self.instead("hours", words=2))
        if self.next.kind != "word" or word in KEYWORDS - {"working"}:
            self.fail(
                f"How many of what? A deadline counts {_UNIT_NAMES}.", self.instead(f"days {self.next.text}")
            )
        if word in TOO_SHORT:
            self.fail(
                "The shortest deadline is 1 hour.", self._with("1 hour", amount.position, self.next.end)
            )
        meant = meant_unit(word, following)
        if meant is None:
            self.fail(
                f"'{self.next.text}' cannot be counted; a deadline counts {_UNIT_NAMES}.",
                self._with(_EXAMPLE, amount.position, self.next.end),
            )
        self.fail(
            f"'{self.next.text}' is not a unit of a deadline; it counts {_UNIT_NAMES}.",
            self.instead(meant[0], words=meant[1]),
        )

    def _since(self, begin: Token, new: str) -> str:
        """The sentence with everything from a piece up to the next one replaced."""
        return self._with(new, begin.position, self.next.position)

    def _with(self, new: str, begin: int, end: int) -> str:
        return f"{self._text[:begin]} {new} {self._text[end:]}".replace(" ,", ",")

    def _check_length(self, span: Span, begin: Token) -> None:
        if span.rough_minutes > LONGEST:
            self.fail("A deadline is at most 5 years away.", self._since(begin, "5 years"), at=begin)
        if span.rough_minutes < SHORTEST:
            self.fail("The shortest deadline is 1 hour.", self._since(begin, "1 hour"), at=begin)

    def _base(self, side: str) -> tuple[str, int]:
        """The path of a variable, or "due"."""
        token = self.next
        if token.kind == "date":
            self.fail(
                "A deadline counts from a variable that holds a date, not from a fixed date.",
                self.instead(DUE),
            )
        if token.kind != "word" or token.word in KEYWORDS:
            missing = "On which day" if side == "on" else f"{side.capitalize()} what"
            # What is no name goes with all that follows; a keyword begins the rest of the sentence and stays.
            no_name = token.kind in {"other", "number", "iso"}
            self.fail(
                f"{missing}? Name a variable that holds a date, or 'due'.",
                f"{self._text[: token.position]} {DUE}" if no_name else self.instead(DUE, words=0),
            )
        self.take()
        return (DUE if token.word == DUE else token.text), token.position

    def _expect(self, word: str, message: str) -> None:
        if self.next_word != word:
            # A misspelt keyword is replaced; before anything else the missing one is put in.
            misspelt = bool(get_close_matches(self.next_word, (word,), 1, 0.6)) or self.next_word in {
                "or",
                "to",
            }
            self.fail(message, self.instead(word, words=1 if misspelt else 0))
        self.take()

    def end(self) -> None:
        """Refuse anything that is left."""
        if self.next.kind == "end":
            return
        before = self._text[: self.next.position].strip()
        if self.next_word in {"and", "or"}:
            rest = self._text[self.next.end :].strip()
            self.fail(
                "Of two deadlines the earlier counts, and the sentence says so.",
                f"the earlier of {before} and {rest}",
            )
        self.fail(f"'{self.next.text}' does not belong here.", before)
