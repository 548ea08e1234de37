"""The regular expressions of XPath 3.1 (which FEEL's matches, replace and split name), read into a small
program.

Python's own engine is not used: its backtracking has no budget, and its dialect differs. The program is a
list of instructions `(operation, a, b)`; engine.feel.matching runs it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

Instruction = tuple[str, object, object]
Test = Callable[[str], bool]

_LONGEST = 2_000  # instructions
_MOST_REPEATS = 500
_DEEPEST = 40
_SPECIAL = {"n": "\n", "r": "\r", "t": "\t"}
_QUOTED = frozenset("\\|.-^?*+{}()[]$/")
_BLOCKS = {
    "BasicLatin": (0, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "Greek": (0x370, 0x3FF),
    "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "Devanagari": (0x900, 0x97F),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
}
_CATEGORIES = frozenset(
    "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po Z Zs Zl Zp "
    "S Sm Sc Sk So C Cc Cf Co Cn".split()
)


class PatternError(Exception):
    """A pattern or flag that is not one of XPath's; FEEL makes it null."""


@dataclass(slots=True)
class Program:
    """A compiled pattern: its instructions, the number of groups, and of slots the machine needs."""

    code: list[Instruction] = field(default_factory=list)
    groups: int = 0
    slots: int = 0
    flags: str = ""


@lru_cache(maxsize=256)
def compiled(pattern: str, flags: str) -> Program:
    """The program of a pattern with XPath's flags (s m i x q); raises PatternError for what is none."""
    if not set(flags) <= set("smixq"):
        raise PatternError
    if len(pattern) > 1_000:
        raise PatternError
    return _Compiler(pattern, flags).program()


def _whitespace_removed(pattern: str) -> str:
    """The pattern under the x flag: white space outside of character classes goes."""
    out, depth, escaped = [], 0, False
    for character in pattern:
        if not escaped:
            depth += (character == "[") - (character == "]" and depth > 0)
        if depth or character not in " \t\n\r":
            out.append(character)
            escaped = character == "\\" and not escaped
    return "".join(out)


class _Compiler:
    def __init__(self, pattern: str, flags: str) -> None:
        self.quoted = "q" in flags
        self.text = _whitespace_removed(pattern) if "x" in flags and not self.quoted else pattern
        self.flags = flags
        self.fold = "i" in flags
        self.at = 0
        self.depth = 0
        self.out = Program(flags=flags)
        self.closed: set[int] = set()

    def program(self) -> Program:
        code: list[Instruction]
        if self.quoted:
            code = [self.literal(character) for character in self.text]
        else:
            code = self.alternatives()
            if self.at < len(self.text):
                raise PatternError
        self.out.code = self.checked([("save", 0, None), *code, ("save", 1, None), ("match", None, None)])
        self.out.slots += 2 * (self.out.groups + 1)  # loops' marks stand behind the groups'
        return self.out

    def checked(self, code: list[Instruction]) -> list[Instruction]:
        if len(code) > _LONGEST:
            raise PatternError
        return code

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        character = self.peek()
        if not character:
            raise PatternError
        self.at += 1
        return character

    def alternatives(self) -> list[Instruction]:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise PatternError
        code = self.sequence()
        while self.peek() == "|":
            self.at += 1
            other = self.sequence()
            code = self.checked([("split", 1, len(code) + 2), *code, ("jump", len(other) + 1, None), *other])
        self.depth -= 1
        return code

    def sequence(self) -> list[Instruction]:
        code: list[Instruction] = []
        while self.peek() and self.peek() not in "|)":
            code = self.checked(code + self.repeated(self.atom()))
        return code

    def atom(self) -> list[Instruction]:
        character = self.take()
        if character == "(":
            return self.group()
        if character == "[":
            return [("test", self.folded(self.character_class()), None)]
        if character == ".":
            return [("test", _anything if "s" in self.flags else _no_line_end, None)]
        if character in "^$":
            return [("start" if character == "^" else "end", None, None)]
        if character == "\\":
            if self.peek().isdigit():
                return [self.back_reference()]
            found = self.escape()
            return [self.literal(found) if isinstance(found, str) else ("test", found, None)]
        if character in "?*+{}]":
            raise PatternError
        return [self.literal(character)]

    def literal(self, character: str) -> Instruction:
        if self.fold:
            return ("test", self.folded(lambda c: c == character), None)
        return ("char", character, None)

    def folded(self, test: Test) -> Test:
        """A test that takes a character in any case, under the i flag."""
        if not self.fold:
            return test
        return lambda c: any(test(variant) for variant in _variants(c))

    def group(self) -> list[Instruction]:
        if self.text.startswith("?:", self.at):
            self.at += 2
            code = self.alternatives()
        elif self.peek() == "?":
            raise PatternError
        else:
            self.out.groups += 1
            number = self.out.groups
            code = [("save", 2 * number, None), *self.alternatives(), ("save", 2 * number + 1, None)]
            self.closed.add(number)
        if self.take() != ")":
            raise PatternError
        return code

    def back_reference(self) -> Instruction:
        number = int(self.take())
        while self.peek().isdigit() and number * 10 + int(self.peek()) in self.closed:
            number = number * 10 + int(self.take())
        if number not in self.closed:
            raise PatternError
        return ("back", number, None)

    def repeated(self, atom: list[Instruction]) -> list[Instruction]:
        sign = self.peek()
        if not sign or sign not in "?*+{":
            return atom
        self.at += 1
        low, high = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(sign) or self.counts()
        lazy = self.peek() == "?"
        self.at += lazy
        code: list[Instruction] = []
        for _ in range(low):
            code = self.checked(code + atom)
        if high is None:
            return self.checked(code + self.star(atom, lazy))
        optional: list[Instruction] = []
        for _ in range(high - low):
            body = atom + optional
            optional = self.checked([_split(1, len(body) + 1, lazy), *body])
        return self.checked(code + optional)

    def star(self, atom: list[Instruction], lazy: bool) -> list[Instruction]:
        """Any number of times; a round that takes nothing ends the loop."""
        slot = self.out.slots
        self.out.slots += 1
        body: list[Instruction] = [("mark", slot, None), *atom, ("moved", slot, None)]
        return [_split(1, len(body) + 2, lazy), *body, ("jump", -len(body) - 1, None)]

    def counts(self) -> tuple[int, int | None]:
        low = self.number()
        high: int | None = low
        if self.peek() == ",":
            self.at += 1
            high = self.number() if self.peek().isdigit() else None
        if self.take() != "}" or (high is not None and high < low):
            raise PatternError
        return low, high

    def number(self) -> int:
        start = self.at
        while self.peek().isascii() and self.peek().isdigit() and self.at - start < 6:
            self.at += 1
        if start == self.at or int(self.text[start : self.at]) > _MOST_REPEATS:
            raise PatternError
        return int(self.text[start : self.at])

    def escape(self) -> str | Test:
        """What stands after a backslash: a character, or a class of them."""
        code = self.take()
        if code in _SPECIAL:
            return _SPECIAL[code]
        if code in _QUOTED:
            return code
        if code in "pP":
            test = self.property()
            return test if code == "p" else (lambda c: not test(c))
        base = _CLASSES.get(code.lower())
        if base is None:
            raise PatternError
        return base if code.islower() else (lambda c: not base(c))

    def property(self) -> Test:
        if self.take() != "{":
            raise PatternError
        end = self.text.find("}", self.at)
        name = self.text[self.at : end] if end > 0 else ""
        self.at = end + 1
        if name[:2] == "Is" and name[2:] in _BLOCKS:
            first, last = _BLOCKS[name[2:]]
            return lambda c: first <= ord(c) <= last
        if name not in _CATEGORIES:
            raise PatternError
        return lambda c: unicodedata.category(c).startswith(name)

    def character_class(self) -> Test:
        """What stands in square brackets, after the opening one."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise PatternError
        negated = self.peek() == "^"
        self.at += negated
        tests: list[Test] = []
        without: Test | None = None
        while self.peek() != "]" or not tests:
            if self.text.startswith("-[", self.at) and tests:
                self.at += 2
                without = self.character_class()
                break
            tests.append(self.class_part())
        if self.take() != "]":
            raise PatternError
        self.depth -= 1
        fold = self.folded
        if without is None and not negated:
            return lambda c: any(test(c) for test in tests)
        chosen = fold(lambda c: any(test(c) for test in tests))
        left_out = fold(without) if without else _nothing
        return lambda c: chosen(c) != negated and not left_out(c)

    def class_part(self) -> Test:
        first = self.class_character()
        if not isinstance(first, str):
            return first
        if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", "[", ""):
            self.at += 1
            last = self.class_character()
            if not isinstance(last, str) or last < first:
                raise PatternError
            return lambda c: first <= c <= last
        return lambda c: c == first

    def class_character(self) -> str | Test:
        character = self.take()
        if character in "[]":
            raise PatternError
        return self.escape() if character == "\\" else character


def _split(first: int, second: int, lazy: bool) -> Instruction:
    return ("split", second, first) if lazy else ("split", first, second)


def _variants(character: str) -> set[str]:
    found = {character, character.lower(), character.upper(), character.upper().lower()}
    return {one for one in found if len(one) == 1}


def _anything(_: str) -> bool:
    return True


def _nothing(_: str) -> bool:
    return False


def _no_line_end(character: str) -> bool:
    return character not in "\n\r"


_CLASSES: dict[str, Test] = {
    "s": lambda c: c in " \t\n\r",
    "d": lambda c: unicodedata.category(c) == "Nd",
    "w": lambda c: unicodedata.category(c)[0] not in "PZC",
    "i": lambda c: c.isalpha() or c in "_:",
    "c": lambda c: c.isalnum() or c in "_:.-·",
}
