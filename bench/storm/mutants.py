"""Rules of the engine, each switched off on purpose: a storm that does not notice is worth nothing.

A mutant replaces words in the source of a function, in this process and its forks only.
"""

from __future__ import annotations
import __future__

import inspect
import textwrap
from collections.abc import Callable
from types import ModuleType
from typing import Any

from engine import chasing, commands, execution, sweep
from engine.models import Chase

Change = tuple[ModuleType, str, str, str]
LOCK = ".with_for_update(skip_locked=True)"
TAKEN: Change = (sweep, "_taken", LOCK, "")
REMINDED: Change = (sweep, "_remind", LOCK, "")
KNOWN: Change = (chasing, "chase", "name in done", "False")
RE_CHECK: Change = (
    commands,
    "fire_timer",
    "not _is_due(timer, now) or execution.instance.status",
    "execution.instance.status",
)
SENT = '    row.status, row.sent_at = "sent", house(session).clock.now()\n'
SEND = "    post.send(session, row)\n"
MARK_FIRST: Change = (sweep, "_post", f"{SEND}{SENT}", f"{SENT}    session.commit()\n{SEND}")


def _without_unique_chases() -> None:
    table: Any = Chase.__table__
    table.constraints = {each for each in table.constraints if "uq_chase" not in str(each.name)}


def _swap(change: Change) -> None:
    module, name, old, new = change
    source = textwrap.dedent(inspect.getsource(getattr(module, name)))
    if old not in source:
        raise ValueError(f"{name} has changed: the mutant finds nothing to change in it")
    original = getattr(module, name)
    code = compile(
        source.replace(old, new), f"<mutant of {name}>", "exec", __future__.annotations.compiler_flag
    )
    exec(code, module.__dict__)
    for user in (sweep, commands, chasing, execution):  # who imported it by name
        if getattr(user, name, None) is original:
            setattr(user, name, module.__dict__[name])


MUTANTS: dict[str, tuple[str, tuple[Change | Callable[[], None], ...]]] = {
    "no-lock": ("rows are taken without a lock", (TAKEN, REMINDED)),
    "no-recheck": ("a timer is not read again under the lock", (RE_CHECK,)),
    "no-unique": ("no unique key for chases", (_without_unique_chases,)),
    "no-unique-no-lock": ("neither key nor lock for chases", (_without_unique_chases, REMINDED)),
    "no-unique-no-look": ("neither key nor look for chases", (_without_unique_chases, KNOWN)),
    "mark-first": ("a letter is marked as sent, then sent", (MARK_FIRST,)),
}


def break_a_rule(name: str) -> str:
    """Switch one rule off, for good; what that was, in words."""
    words, changes = MUTANTS[name]
    for change in changes:
        if callable(change):
            change()
        else:
            _swap(change)
    return words
