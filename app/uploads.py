"""A file that somebody sends: counted while it arrives, and looked into before any transaction begins.

A file above 25 MB is counted on and dropped, so that the page comes back with what was typed beside it. It
is held in memory, never in a folder; what is larger than the whole request may be is refused unread.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO, Any

from flask import Flask, Request, g, request

from engine import Refused
from reviews.files.examining import Examined, examine
from reviews.files.kinds import LARGEST_FILE, MB

ROUTES = frozenset({"files.add", "step_files.add", "document_templates.add"})
# Well over one file of 25 MB: one a little too large is counted to its end, and the page comes back whole.
LARGEST_REQUEST = 60 * MB
TOO_LARGE = "The file is larger than 25 MB. Make it smaller, or add it in parts"


def make_room_for_files(app: Flask) -> None:
    """Let more arrive at the pages that take files. Stands before whatever reads the form first."""

    @app.before_request
    def make_room() -> None:
        if request.endpoint in ROUTES:
            request.max_content_length = LARGEST_REQUEST


class CappedFile(io.BytesIO):
    """What arrives of a file, up to the largest that is kept."""

    too_large = False

    def write(self, piece: Any) -> int:
        """Keep a piece; once there is more than a file may have, drop everything."""
        if self.too_large or self.tell() + len(piece) > LARGEST_FILE:
            self.too_large = True
            self.seek(0)
            self.truncate()
            return len(piece)
        return super().write(piece)


class UploadRequest(Request):
    """A request whose files are counted while they arrive."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return CappedFile()


@dataclass(frozen=True)
class Upload:
    """What came: a file that may be kept, or what is wrong with it and the status to answer with."""

    examined: Examined | None
    problem: str = ""
    status: int = 422


def examine_upload() -> None:
    """Look into the file named `file` of this request."""
    g.upload = _examined()


def uploaded() -> Upload:
    """What `examine_upload` found."""
    found = g.upload
    assert isinstance(found, Upload)
    return found


def _examined() -> Upload:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return Upload(None, "Select a file")
    if getattr(sent.stream, "too_large", False):
        return Upload(None, TOO_LARGE, 413)
    try:
        return Upload(examine(sent.filename, sent.stream.read()))
    except Refused as no:
        return Upload(None, str(no))
