"""The words of notices in a change of the reminders: changed one by one, and put back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine import NotFound, Refused
from reviews.notice_checks import wrong_words
from reviews.notice_files import file_of, words_in, written
from reviews.notice_texts import shipped_text
from reviews.permissions import Viewer
from reviews.shipped import CHASING
from reviews.studio.drafting import Draft, keep
from reviews.texts import Text


def words_of(draft: Draft, text: str) -> Text:
    """The words of a text as a change has them. Raises NotFound, also for a change of a process."""
    shipped_text(text)
    if draft.row.process != CHASING:
        raise NotFound("The words of notices are changed with the reminders.")
    return words_in(draft.files, text)


def change(session: Session, viewer: Viewer, draft: Draft, text: str, *, subject: str, body: str) -> None:
    """Keep other words. Those of the release need no file. Raises Refused about a part, NotFound,
    StaleFile."""
    words_of(draft, text)
    content, shipped = written(subject, body), shipped_text(text)
    for about, sentence in wrong_words(text, content):
        raise Refused(sentence, about=about)
    same = (subject, body) == (shipped.subject, shipped.body)
    keep(session, viewer, draft, {file_of(text): None if same else content})


def put_back(session: Session, viewer: Viewer, draft: Draft, text: str) -> None:
    """Go back to the words that the release brings. Raises Refused, NotFound, StaleFile."""
    words_of(draft, text)
    keep(session, viewer, draft, {file_of(text): None})
