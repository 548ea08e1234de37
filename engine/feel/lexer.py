"""FEEL text into tokens. FEEL's names may hold spaces and symbols, so only a lexer that knows the names can
tell `due date - 1` from one name: it takes the longest known name at each place, and learns the names that
the text itself declares (context keys, loop variables, function parameters)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lark import Token
from lark.lexer import Lexer

from engine.feel.budget import LIMITS
from engine.feel.errors import FeelError, FeelLimit, place_of

KEYWORDS = frozenset(
    "for return if then else some every in satisfies and or between instance of function external "
    "true false null".split()
)
START = r"A-Za-z_?\u00B7\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF"
START += (
    r"\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
PART = START + r"0-9\u0300-\u036F\u203F-\u2040"
SIMPLE_NAME = re.compile(rf"[{START}][{PART}]*\Z")
_WORD = re.compile(rf"[{START}][{PART}]*")
_NAME_PIECE = re.compile(rf"[{PART}]+|[^\s]")
_SPACE = re.compile(
    r"(?:[\s\u0085\u00A0\u1680\u180E\u2000-\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF]|//[^\n]*|/\*.*?\*/)*",
    re.S,
)
_NUMBER = re.compile(r"(?:\d{1,400}(?:\.\d{1,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,6})?")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)
_LOOSE = rf"[{START}][{PART} \t\r\n\u00A0./\-'+*]{{0,200}}?"
_KEY = re.compile(rf"({_LOOSE})[ \t\r\n]*:")
_LOOP_NAME = re.compile(rf"({_LOOSE})[ \t\r\n]+in(?![{PART}])")
_PARAMETER = re.compile(rf"({_LOOSE})[ \t\r\n]*(?=[,:)])")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)", re.S)
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}
_SYMBOLS = {
    "..": "DOTS",
    "**": "POWER",
    "<=": "COMPARE",
    ">=": "COMPARE",
    "!=": "COMPARE",
    "->": "ARROW",
    "<": "LESS",
    ">": "MORE",
    "=": "COMPARE",
    "+": "PLUS",
    "-": "MINUS",
    "*": "TIMES",
    "/": "TIMES",
    ",": "COMMA",
    ".": "DOT",
    "(": "LPAR",
    ")": "RPAR",
    "[": "LSQB",
    "]": "RSQB",
    "{": "LBRACE",
    "}": "RBRACE",
    ":": "COLON",
    "@": "AT",
}
_OPENERS = {"LPAR", "LSQB", "LBRACE", "OPEN_LEFT"}
_CLOSERS = {"RPAR", "RSQB", "RBRACE", "OPEN_RIGHT"}
_ENDS_OPERAND = {
    "NAME",
    "NUMBER",
    "STRING",
    "RPAR",
    "RSQB",
    "RBRACE",
    "TRUE",
    "FALSE",
    "NULL",
    "OPEN_RIGHT",
    "TYPE",
}
_AFTER_RANGE = re.compile(
    rf"\Z|[,)\]}}=!<>*/.+]|(?:and|or|then|else|return|satisfies|instance|in)(?![{PART}])"
)


def normalise(name: str) -> str:
    """A name with each run of white space written as one space."""
    return " ".join(name.split())


@dataclass(slots=True)
class NameIndex:
    """Known names that are more than one word, found by the first word they start with."""

    by_first: dict[str, list[tuple[list[str], str]]] = field(default_factory=dict)

    def add(self, name: str) -> None:
        """Learn a name; simple names need no learning."""
        if SIMPLE_NAME.match(name) or not name.strip():
            return
        pieces = _NAME_PIECE.findall(name)
        entries = self.by_first.setdefault(pieces[0], [])
        if (pieces, name) not in entries:
            entries.append((pieces, name))
            entries.sort(key=lambda entry: -len(entry[0]))

    def longest(self, text: str, position: int, first: str) -> tuple[str, int] | None:
        """The longest known name at a position and where it ends, or nothing."""
        for pieces, name in self.by_first.get(first, ()):
            end = position + len(first)
            for piece in pieces[1:]:
                found = end if text.startswith(piece, end) else _skip_blank(text, end)
                if not text.startswith(piece, found) or (found == end and _joined(text, end, piece)):
                    break
                end = found + len(piece)
            else:
                if not _joined(text, end, text[end : end + 1]):
                    return name, end
        return None


def _skip_blank(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


_PART_ONE = re.compile(rf"[{PART}]")


def _joined(text: str, end: int, piece: str) -> bool:
    """Whether the character before `end` and the piece after it would read as one word."""
    return bool(piece and _PART_ONE.match(piece[0]) and _PART_ONE.match(text[end - 1]))


@dataclass(slots=True)
class Source:
    """A text to read, and the names known where it stands."""

    text: str
    names: Iterable[str] = ()
    unary: bool = False  # unary tests: `not(...)` around all of it negates the tests


class FeelLexer(Lexer):
    """The lexer lark calls; the words of the grammar are in engine.feel.grammar."""

    def __init__(self, lexer_conf: Any) -> None:
        del lexer_conf  # the tokens are ours, not lark's

    def lex(self, source: Any, parser_state: Any = None) -> Iterator[Token]:
        """Yield the tokens of a Source (lark hands it over untouched)."""
        return iter(tokens(source))


def tokens(source: Source) -> list[Token]:
    """All tokens of a text; raises FeelError at the first character that is not FEEL."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.text = source.text
        self.unary = source.unary
        self.names = NameIndex()
        for name in source.names:
            self.names.add(name)
        self.out: list[Token] = []
        self.open: list[list[Any]] = []  # [opening token type, a `..` was seen]
        self.loops = 0
        self.parameters = False
        self.position = 0

    def read(self) -> list[Token]:
        while True:
            match = _SPACE.match(self.text, self.position)
            self.position = match.end() if match else self.position
            if self.position >= len(self.text):
                break
            self._next()
        if self.unary:
            self._mark_negation()
        return self.out

    def _next(self) -> None:
        text, at = self.text, self.position
        previous = self.out[-1].type if self.out else ""
        if self._declared(previous):
            return
        if word := _WORD.match(text, at):
            self._word(word.group())
        elif number := _NUMBER.match(text, at):
            self._emit("NUMBER", number.group(), number.end())
        elif text[at] == '"':
            string = _STRING.match(text, at)
            if string is None:
                raise self._error("This text has no closing quotation mark", 'Put " at its end.')
            self._emit("STRING", unescape(string.group(1)), string.end())
        else:
            self._symbol(previous)

    def _declared(self, previous: str) -> bool:
        """Read a name where the text declares one: a key, a named argument, a loop variable, a parameter."""
        patterns: list[tuple[re.Pattern[str], str]] = []
        if previous in ("LBRACE", "COMMA", "LPAR", "LESS"):
            patterns.append((_KEY, "KEY"))
        if previous in ("FOR", "SOME", "EVERY") or (previous == "COMMA" and self.loops):
            patterns.append((_LOOP_NAME, "NAME"))
        if self.parameters and previous in ("LPAR", "COMMA"):
            patterns.append((_PARAMETER, "NAME"))
        for pattern, kind in patterns:
            match = pattern.match(self.text, self.position)
            if match and not (KEYWORDS & set(match.group(1).split()) and kind == "NAME"):
                name = normalise(match.group(1))
                self.names.add(name)
                self._emit(kind, name, match.end(1))
                return True
        return False

    def _word(self, word: str) -> None:
        previous = self.out[-1].type if self.out else ""
        known = self.names.longest(self.text, self.position, word)
        if known:
            self._emit("NAME", known[0], known[1])
            return
        if word[0] == "?" and len(word) > 1:
            word = "?"
        if word in KEYWORDS and previous != "DOT":
            kind = word.upper()
            self.loops += kind in ("FOR", "SOME", "EVERY")
            self.loops -= kind in ("RETURN", "SATISFIES") and self.loops > 0
            self._emit(kind, word, self.position + len(word))
            return
        if previous in ("NAME", "KEY"):
            first = self.out[-1]
            together = f"{first} {word}"
            raise self._error(
                f"“{together}” is not a known name",
                f"Use a name from the list, or put an operator between “{first}” and “{word}”.",
            )
        self._emit("NAME", word, self.position + len(word))

    def _symbol(self, previous: str) -> None:
        text, at = self.text, self.position
        symbol = text[at : at + 2] if text[at : at + 2] in _SYMBOLS else text[at]
        kind = _SYMBOLS.get(symbol)
        if kind is None:
            advice = 'Write texts in straight double quotes: "like this".' if symbol in "'“”‘’" else ""
            raise self._error(f"“{symbol}” is not part of FEEL", advice)
        if kind == "RSQB" and previous not in _ENDS_OPERAND and previous != "LSQB":
            kind = "OPEN_LEFT"
        elif kind == "LSQB" and self._closes_range(at + 1):
            kind = "OPEN_RIGHT"
        self._nest(kind)
        if kind == "LPAR" and previous == "FUNCTION":
            self.parameters = True
        elif kind == "RPAR":
            self.parameters = False
        self._emit(kind, symbol, at + len(symbol))

    def _closes_range(self, after: int) -> bool:
        if not self.open or not self.open[-1][1]:
            return False
        match = _SPACE.match(self.text, after)
        return bool(_AFTER_RANGE.match(self.text, match.end() if match else after))

    def _nest(self, kind: str) -> None:
        if kind in _OPENERS:
            self.open.append([kind, False])
            if len(self.open) > LIMITS.nesting:
                line, column = place_of(self.text, self.position)
                raise FeelLimit(
                    "Brackets are nested too deeply", line, column, "Split this into several decisions."
                )
        elif kind in _CLOSERS and self.open:
            self.open.pop()
        elif kind == "DOTS" and self.open:
            self.open[-1][1] = True

    def _mark_negation(self) -> None:
        """`not ( ... )` around whole unary tests becomes a token of its own."""
        out = self.out
        if len(out) < 4 or out[0] != "not" or out[1].type != "LPAR" or out[-1].type != "RPAR":
            return
        depth = 0
        for index, token in enumerate(out[1:], 1):
            depth += (token.type in _OPENERS) - (token.type in _CLOSERS)
            if depth == 0 and index < len(out) - 1:
                return
        out[0].type = "NOT"

    def _emit(self, kind: str, value: str, end: int) -> None:
        line, column = place_of(self.text, self.position)
        self.out.append(Token(kind, value, self.position, line, column, line, column, end))
        self.position = end

    def _error(self, message: str, suggestion: str) -> FeelError:
        line, column = place_of(self.text, self.position)
        return FeelError(message, line, column, suggestion)


def unescape(body: str) -> str:
    """The text that a FEEL string literal's body stands for."""
    if "\\" not in body:
        return body

    def one(match: re.Match[str]) -> str:
        code = match.group(1)
        if code[0] in "uU" and len(code) > 1:
            number = int(code[1:], 16)
            return chr(number) if number <= 0x10FFFF else match.group()
        return _PLAIN_ESCAPES.get(code, match.group())

    plain = _ESCAPE.sub(one, body)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # joins surrogate pairs
