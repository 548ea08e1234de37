"""Rules of the product, each switched off on purpose: a storm that does not notice is worth nothing.

A mutant replaces words in the source of a function, in this process and its forks only.
"""

from __future__ import annotations
import __future__

import inspect
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from engine.models import Chase

OURS = ("engine", "reviews", "app", "bench")
COMMIT = "    session.commit()\n"


@dataclass(frozen=True)
class Change:
    """Words in the source of a function, and what stands there instead."""

    module: str
    name: str
    old: str
    new: str

    def make(self) -> None:
        """Change it, for whoever has imported it already, too."""
        module = import_module(self.module)
        original = getattr(module, self.name)
        source = textwrap.dedent(inspect.getsource(original))
        if self.old not in source:
            raise ValueError(f"{self.name} has changed: the mutant finds nothing to change in it")
        flags = __future__.annotations.compiler_flag
        changed = source.replace(self.old, self.new)
        exec(compile(changed, f"<mutant of {self.name}>", "exec", flags), module.__dict__)
        for name, user in list(sys.modules.items()):
            if name.split(".")[0] in OURS and getattr(user, self.name, None) is original:
                setattr(user, self.name, module.__dict__[self.name])


@dataclass(frozen=True)
class Mutant:
    """A rule that is off: in words, which storm must find it (on which database, where only there), how; and
    what else keeps the promise, where nothing is to be found."""

    words: str
    storm: str
    changes: tuple[Change | Callable[[], None], ...]
    database: str = "sqlite"
    covered: str = ""


def _without_unique_chases() -> None:
    table: Any = Chase.__table__
    table.constraints = {each for each in table.constraints if "uq_chase" not in str(each.name)}


def _commit_in(module: str, name: str, line: str, *, before: bool = False) -> Mutant:
    new = COMMIT + line if before else line + COMMIT
    return Mutant(f"a commit in the middle of {name}", "half-done", (Change(module, name, line, new),))


COMMANDS = "engine.commands"
UNLOCKED = (
    Change("engine.db", "locked", ', with_for_update={"skip_locked": skip_locked}', ""),
    Change("engine.db", "locked_some", "query.with_for_update(skip_locked=True)", "query"),
)
KNOWN = Change("engine.chasing", "_reached", "name in before", "False")
RE_CHECK = (
    Change(COMMANDS, "_still_due", "_is_due(timer, now) and ", ""),
    Change("engine.together", "_stands", ', Timer.status == "waiting"', ""),
)
SUBMIT = "    _submit(session, task, answers, form_version, by)\n"
FIRED = '    timer.status, timer.fired_at, timer.next_at = "fired", now, None\n'
STORED = '    row.status, row.deployed_number = "deployed", version.number\n'
DONE = "    case.done_at = house(session).clock.now()\n"
OFFERED = (
    "    with database.read() as session:\n        post.send(session, session.get_one(Outbox, outbox_id))\n"
)
ARRIVED = "database.retrying(partial(_arrived, outbox_id=outbox_id))\n"
MARK_FIRST = Change(
    "engine.posting",
    "offer",
    f"{OFFERED}    return {ARRIVED}",
    f"    done = {ARRIVED}{OFFERED}    return done\n",
)
REFUSE = "    _refuse_unless_open(task, execution.instance)\n"

MUTANTS: dict[str, Mutant] = {
    "commit-in-complete": _commit_in(COMMANDS, "complete_task", SUBMIT),
    "commit-in-fire": _commit_in(COMMANDS, "_happen", FIRED),
    "commit-in-deploy": _commit_in("engine.changes.deciding", "deploy", STORED, before=True),
    "commit-in-migrate": _commit_in("engine.migration.batches", "do_case", DONE, before=True),
    "no-lock": Mutant("rows are taken without a lock", "reminders", UNLOCKED, "postgresql"),
    "no-recheck": Mutant("a timer is not read again under the lock", "reminders", RE_CHECK, "postgresql"),
    "no-unique": Mutant(
        "no unique key for chases",
        "reminders",
        (_without_unique_chases,),
        "postgresql",
        covered="lock and look cover for it",
    ),
    "no-unique-no-lock": Mutant(
        "neither key nor lock for chases", "reminders", (_without_unique_chases, *UNLOCKED), "postgresql"
    ),
    "no-unique-no-look": Mutant(
        "neither key nor look for chases", "reminders", (_without_unique_chases, KNOWN)
    ),
    "mark-first": Mutant("a letter is marked as sent, then sent", "reminders", (MARK_FIRST,)),
    "sync-normal": Mutant(
        "SQLite does not wait for the disk at each commit",
        "power",
        (Change("engine.db", "_set_pragmas", "synchronous=FULL", "synchronous=NORMAL"),),
    ),
    "no-key": Mutant(
        "a form sent again is not known by its key",
        "lost-commits",
        (Change(COMMANDS, "complete_task", "standing.answered is not None", "False"),),
        "postgresql",
    ),
    "copied-file": Mutant(
        "a backup is a copy of the file",
        "backups",
        (
            Change(
                "app.backup.copying",
                "copy_of_sqlite",
                "here.backup(there)",
                "copy.write_bytes(path.read_bytes())",
            ),
        ),
    ),
    "no-snapshot": Mutant(
        "a backup is counted at one moment and copied at another",
        "backups",
        (Change("app.backup.copying", "write_postgresql", ', f"--snapshot={snapshot}"', ""),),
        "postgresql",
    ),
    "post-within": Mutant(
        "a letter is offered within a transaction",
        "mail",
        (Change("engine.sweep", "_round", "and not database.alone", "and database.alone"),),
    ),
    "no-refusal": Mutant(
        "a step that is done is taken again", "races", (Change(COMMANDS, "complete_task", REFUSE, ""),)
    ),
    "no-text": Mutant(
        "the text of who came second is not kept",
        "races",
        (Change("app.errors", "_task_closed", "kept() if kept else False", "False"),),
    ),
}


def break_a_rule(name: str) -> str:
    """Switch one rule off, for good; what that was, in words."""
    mutant = MUTANTS[name]
    for change in mutant.changes:
        change.make() if isinstance(change, Change) else change()
    return mutant.words
