"""A notice as a letter: plain text and a simple page made of the same words, under one stable Message-ID.

The page is paragraphs, lists and the link, everything escaped. There is nothing in it that a mail program
would have to fetch, and nothing that tells us who read it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from reviews.notices import Notice

_ADDRESS = re.compile(r"[^@\s<>()\[\]\\,;:\"]+@[^@\s<>()\[\]\\,;:\"]+\.[^@\s<>()\[\]\\,;:\".]+")
_BULLET = "- "


def can_be_an_address(words: str) -> bool:
    """Whether some words can be one e-mail address at all."""
    return _ADDRESS.fullmatch(words) is not None


def message(key: str, letter: Notice, *, base_url: str, now: dt.datetime) -> EmailMessage:
    """The letter of a notice. Its Message-ID is made from its key: a second one is known as the same."""
    host = urlsplit(base_url).hostname or "localhost"
    made = EmailMessage()
    made["From"] = Address("Roundtable", addr_spec=f"no-reply@{host}")
    made["To"] = letter.to
    if can_be_an_address(letter.reply_to):
        made["Reply-To"] = letter.reply_to
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{key}@{host}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.body)
    made.add_alternative(as_page(letter, base_url), subtype="html")
    return made


def key_of(message_id: str) -> str:
    """The key of a notice, from its Message-ID or as it is."""
    bare = message_id.strip().removeprefix("<").removesuffix(">")
    return bare.rpartition("@")[0] or bare


def as_page(letter: Notice, base_url: str) -> str:
    """The words of a letter as a simple page."""
    parts = Markup("\n").join(_parts(letter.body, base_url))
    head = Markup('<meta charset="utf-8">\n<title>{}</title>').format(letter.subject)
    page = Markup('<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n{}\n</head>\n<body>\n{}\n</body>\n</html>\n')
    return str(page.format(head, parts))


def _parts(body: str, base_url: str) -> Iterator[Markup]:
    """Paragraphs and lists: a blank line ends either, and lines that begin with a dash are a list."""
    for paragraph in re.split(r"\n\s*\n", body.strip()):
        lines: list[str] = []
        for line in [*paragraph.splitlines(), ""]:
            if lines and (not line or line.startswith(_BULLET) != lines[0].startswith(_BULLET)):
                yield _part(lines, base_url)
                lines = []
            if line:
                lines.append(line)


def _part(lines: list[str], base_url: str) -> Markup:
    if lines[0].startswith(_BULLET):
        items = [Markup("<li>{}</li>").format(_linked(line[len(_BULLET) :], base_url)) for line in lines]
        return Markup("<ul>\n{}\n</ul>").format(Markup("\n").join(items))
    return Markup("<p>{}</p>").format(Markup("<br>\n").join(_linked(line, base_url) for line in lines))


def _linked(line: str, base_url: str) -> Markup:
    """A line whose addresses of this service are links. Addresses of others stay words."""
    if not base_url:
        return escape(line)
    found = re.split(rf"({re.escape(base_url.rstrip('/'))}(?:/[\w./~%-]*\w|/)?)(?![\w.@-]*\w)", line)
    made = [
        Markup('<a href="{0}">{0}</a>').format(each) if number % 2 else escape(each)
        for number, each in enumerate(found)
    ]
    return Markup("").join(made)
