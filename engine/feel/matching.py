"""Runs the programs of engine.feel.patterns over a text: a backtracking machine with its own stack and a
budget."""

from __future__ import annotations

from typing import Any

from engine.feel.budget import Budget
from engine.feel.patterns import Program

_A_STEP = 16  # instructions counted as one step of the budget


def search(program: Program, text: str, start: int, budget: Budget) -> list[int | None] | None:
    """The first match at or after a position: start and end of the whole and of each group; nothing without
    one."""
    for position in range(start, len(text) + 1):
        found = _match(program, text, position, budget)
        if found is not None:
            return found[: 2 * (program.groups + 1)]
    return None


def _match(program: Program, text: str, position: int, budget: Budget) -> list[int | None] | None:
    code = program.code
    marks = 2 * (program.groups + 1)
    slots: list[int | None] = [None] * (program.slots)
    # What to try next: (place, position), or (-1 - slot, old value) to undo a slot on the way back.
    stack: list[tuple[int, int | None]] = [(0, position)]
    count = 0
    while stack:
        place, value = stack.pop()
        if place < 0:
            slots[-1 - place] = value
            continue
        at = value or 0
        while True:
            count += 1
            if count % _A_STEP == 0:
                budget.step()
            operation, first, second = code[place]
            one: Any = first
            if operation == "char":
                if at >= len(text) or text[at] != one:
                    break
                at += 1
            elif operation == "test":
                if at >= len(text) or not one(text[at]):
                    break
                at += 1
            elif operation == "split":
                other: Any = second
                if len(stack) > budget.limits.cells:
                    budget.text(budget.limits.cells)
                stack.append((place + other, at))
                place += one
                continue
            elif operation == "jump":
                place += one
                continue
            elif operation in ("save", "mark"):
                slot = one if operation == "save" else marks + one
                stack.append((-1 - slot, slots[slot]))
                slots[slot] = at
            elif operation == "moved":
                if slots[marks + one] == at:
                    break
            elif operation == "match":
                budget.step()
                return slots
            elif not _holds(operation, one, text, at, slots, program.flags):
                break
            else:
                at += _length(operation, one, slots)
            place += 1
    budget.step()
    return None


def _holds(operation: str, group: int, text: str, at: int, slots: list[int | None], flags: str) -> bool:
    """Whether an anchor, or a reference back to a group, holds at a position."""
    if operation == "start":
        return at == 0 or ("m" in flags and text[at - 1] == "\n" and at < len(text))
    if operation == "end":
        return at == len(text) or ("m" in flags and text[at] == "\n")
    begin, end = slots[2 * group], slots[2 * group + 1]
    if begin is None or end is None:
        return True
    if "i" in flags:
        return text[begin:end].lower() == text[at : at + end - begin].lower()
    return text.startswith(text[begin:end], at)


def _length(operation: str, group: int, slots: list[int | None]) -> int:
    if operation != "back":
        return 0
    return (slots[2 * group + 1] or 0) - (slots[2 * group] or 0)
