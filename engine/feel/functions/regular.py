"""Built-in functions on texts that take a pattern: matches, replace, split (DMN 1.5, 10.3.4.3)."""

from __future__ import annotations

from engine.feel.functions.registry import builtin
from engine.feel.interpreter_type import Interpreter
from engine.feel.matching import search
from engine.feel.patterns import PatternError, Program, compiled
from engine.feel.values import Value


def _program(pattern: str, flags: str | None) -> Program | None:
    try:
        return compiled(pattern, flags or "")
    except PatternError:
        return None


@builtin("matches", "input: string, pattern: string, flags?: string|null")
def _matches(interpreter: Interpreter, text: str, pattern: str, flags: str | None) -> Value:
    program = _program(pattern, flags)
    return None if program is None else search(program, text, 0, interpreter.budget) is not None


@builtin("replace", "input: string, pattern: string, replacement: string, flags?: string|null")
def _replace(interpreter: Interpreter, text: str, pattern: str, replacement: str, flags: str | None) -> Value:
    program = _program(pattern, flags)
    if program is None:
        return None
    if search(program, "", 0, interpreter.budget) is not None:
        return None  # XPath: a pattern that matches nothing at all is an error
    template = [("text", replacement)] if "q" in (flags or "") else _template(replacement, program.groups)
    if template is None:
        return None
    out: list[str] = []
    position = length = 0
    while (found := search(program, text, position, interpreter.budget)) is not None:
        begin, end = found[0] or 0, found[1] or 0
        piece = text[position:begin] + _filled(template, text, found)
        length += len(piece)
        interpreter.budget.text(length if length > interpreter.budget.limits.string else len(piece))
        out.append(piece)
        if end == begin:
            return None
        position = end
    interpreter.budget.text(length + len(text) - position)
    return "".join(out) + text[position:]


def _template(replacement: str, groups: int) -> list[tuple[str, str]] | None:
    """A replacement as texts and group numbers; nothing when it is none."""
    out: list[tuple[str, str]] = []
    at = 0
    while at < len(replacement):
        character = replacement[at]
        following = replacement[at + 1 : at + 2]
        if character == "\\":
            if following not in ("\\", "$") or not following:
                return None
            out.append(("text", following))
            at += 2
        elif character == "$":
            if not (following.isascii() and following.isdigit()):
                return None
            end = at + 2
            while replacement[end : end + 1].isdigit() and int(replacement[at + 1 : end + 1]) <= groups:
                end += 1
            out.append(("group", replacement[at + 1 : end]))
            at = end
        else:
            out.append(("text", character))
            at += 1
    return out


def _filled(template: list[tuple[str, str]], text: str, found: list[int | None]) -> str:
    out = []
    for kind, part in template:
        if kind == "text":
            out.append(part)
        elif 2 * int(part) < len(found):
            out.append(text[found[2 * int(part)] or 0 : found[2 * int(part) + 1] or 0])
    return "".join(out)


@builtin("split", "string: string, delimiter: string")
def _split(interpreter: Interpreter, text: str, delimiter: str) -> Value:
    program = _program(delimiter, "")
    if program is None or search(program, "", 0, interpreter.budget) is not None:
        return None
    parts: list[Value] = []
    position = 0
    while (found := search(program, text, position, interpreter.budget)) is not None:
        begin, end = found[0] or 0, found[1] or 0
        if end == begin:
            return None
        interpreter.budget.items(1)
        parts.append(text[position:begin])
        position = end
    parts.append(text[position:])
    interpreter.budget.text(len(text))
    return parts
