"""What the engine refuses, as one small tree; each error carries the facts a caller needs to explain it.

EngineError
├── NotFound               no such task, instance or version
├── TaskNotOpen            somebody else finished it first, or it was withdrawn
├── StaleRevision          a draft was changed elsewhere since it was read
├── StaleFile              a file of a change was saved by somebody since it was read
├── Refused                a rule of the engine says no; the sentence says which and what to do
│   ├── UsedKey            a request came with the key of another one
│   ├── BundleRefused      a bundle of diagram, tables and forms has findings
│   └── CannotMove         a running case has no place in another version of its process
├── Undeliverable          a notice that no later attempt would deliver: the address refuses it for good
├── PostAway               nobody takes any notice now: every one waits, and none is given up for it
├── StateUnreadable        a stored state is damaged, of another format, or sealed with another key
└── ModelFault             a running model did something impossible (no way on, no end, unknown service)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a file of a bundle: where, what, and what to do about it."""

    file: str
    element: str
    line: int
    rule: str
    sentence: str
    what_to_do: str
    severity: str = "error"


class EngineError(Exception):
    """Base of everything the engine raises on purpose."""


class NotFound(EngineError):
    """Nothing of that id exists. Show a not-found page; say no more."""


class TaskNotOpen(EngineError):
    """The task is no longer open. Tell the person who completed it and when, and keep their text."""

    def __init__(self, status: str, completed_by: str | None, completed_at: datetime | None) -> None:
        super().__init__(f"The task is {status}.")
        self.status = status
        self.completed_by = completed_by
        self.completed_at = completed_at


class StaleRevision(EngineError):
    """The draft has moved on since it was read. Offer both versions."""

    def __init__(self, current: int, answers: dict[str, object]) -> None:
        super().__init__(f"The draft is at revision {current}.")
        self.current = current
        self.answers = answers


class StaleFile(EngineError):
    """Somebody else saved this file of a change since it was read. Show both texts; nothing was stored."""

    def __init__(self, name: str, revision: int, text: str | None, saved_by: str, saved_at: datetime) -> None:
        super().__init__(f"{name} is at revision {revision}.")
        self.name = name
        self.revision = revision
        self.text = text
        self.saved_by = saved_by
        self.saved_at = saved_at


class Refused(EngineError):
    """A rule says no. The message is a sentence for people; `about` is the key of the question whose answer
    it does not allow, where there is one."""

    def __init__(self, sentence: str, *, about: str = "") -> None:
        super().__init__(sentence)
        self.about = about


class UsedKey(Refused):
    """A request came with the key of another one that was done already. Nothing has changed."""


class BundleRefused(Refused):
    """A bundle has findings; nothing was stored."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(" ".join(finding.sentence for finding in findings[:3]))
        self.findings = list(findings)


class CannotMove(Refused):
    """A running case cannot be moved to another version. The sentence says why, `what_to_do` what helps."""

    def __init__(self, sentence: str, what_to_do: str) -> None:
        super().__init__(sentence)
        self.what_to_do = what_to_do


class Undeliverable(EngineError):
    """A Post says so of a notice that no later attempt would deliver. It is given up at once.

    The message is a short sentence of ours, kept and shown: never what the other side wrote, which may hold
    an address.
    """


class PostAway(EngineError, ConnectionError):
    """A Post says so when it can hand over nothing at all: no server, a login refused, too many at once.

    That is no notice's fault: all of them wait, and no attempt is counted.
    """


class StateUnreadable(EngineError):
    """A stored state cannot be trusted or read. The instance is shown as stuck; nothing is guessed."""


class ModelFault(EngineError):
    """A running model reached something impossible. The transaction is undone and the step is named, never
    its content."""

    def __init__(self, element: str, sentence: str) -> None:
        super().__init__(f"{element}: {sentence}")
        self.element = element
