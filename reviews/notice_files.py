"""The words of notices as files of the reminders' bundle: `<text>.notice`, the subject in its first line, an
empty line, then the text. A text without a file has the words that the release brings."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from engine import remembered
from engine.chasing import reminders_in_use
from reviews.texts import TEXTS, Text

ENDING = ".notice"


def known_texts(files: Mapping[str, str]) -> Collection[str]:
    """The ids of every notice that can be sent, whatever a bundle holds."""
    return TEXTS


def file_of(text: str) -> str:
    """The name of a text's file."""
    return f"{text}{ENDING}"


def text_in(name: str) -> str:
    """The id of the text that a file holds."""
    return name.removesuffix(ENDING)


def written(subject: str, body: str) -> str:
    """A text as its file holds it."""
    return f"{subject}\n\n{body}\n"


def taken_apart(content: str) -> tuple[str, str]:
    """Subject and text of a file; whatever it holds, nothing is raised."""
    subject, _, body = content.partition("\n")
    return subject, body.strip("\n")


def words_in(files: Mapping[str, str], text: str) -> Text:
    """The words of a text in a bundle: its own, else those of the release. Raises KeyError for an unknown
    text."""
    shipped, own = TEXTS[text], files.get(file_of(text))
    return shipped if own is None else Text(shipped.purpose, *taken_apart(own))


def words_in_use(session: Session, text: str) -> Text:
    """The words that a notice has now. Raises KeyError for an unknown text."""
    return remembered(session, ("words", text), lambda: _words_in_use(session, text))


def _words_in_use(session: Session, text: str) -> Text:
    bundle = reminders_in_use(session)
    return words_in(bundle.files if bundle is not None else {}, text)
