"""Which files may be added, how large, and what their kinds are called.

An e-mail (.eml, .msg) is not among them: its attachments cannot be looked into, and it names people outside
the review. It is saved as a PDF first.
"""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024
LARGEST_FILE = 25 * MB
MOST_OF_A_REVIEW = 500 * MB
KEPT_AFTER_REMOVAL = 30  # days until the bytes of a removed file are destroyed


@dataclass(frozen=True)
class FileType:
    """One type that may be added."""

    name: str
    mime: str
    words: str


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
TYPES: dict[str, FileType] = {
    each.name: each
    for each in (
        FileType("pdf", "application/pdf", "PDF"),
        FileType("docx", f"{_OPEN_XML}.wordprocessingml.document", "Word"),
        FileType("xlsx", f"{_OPEN_XML}.spreadsheetml.sheet", "Excel"),
        FileType("pptx", f"{_OPEN_XML}.presentationml.presentation", "PowerPoint"),
        FileType("odt", f"{_OPEN_DOCUMENT}.text", "OpenDocument text"),
        FileType("ods", f"{_OPEN_DOCUMENT}.spreadsheet", "OpenDocument spreadsheet"),
        FileType("odp", f"{_OPEN_DOCUMENT}.presentation", "OpenDocument presentation"),
        FileType("png", "image/png", "PNG picture"),
        FileType("jpg", "image/jpeg", "JPEG picture"),
        FileType("txt", "text/plain", "Text"),
        FileType("csv", "text/csv", "CSV"),
    )
}
ENDINGS = {**{name: name for name in TYPES}, "jpeg": "jpg"}
OPEN_XML = ("docx", "xlsx", "pptx")
OPEN_DOCUMENT = ("odt", "ods", "odp")
PICTURES = ("png", "jpg")
TEXTS = ("txt", "csv")
COPIED_KINDS = ("referral", "paper", "evidence")  # an agency's preparation is never shared
KIND_WORDS = {
    "referral": "Papers of the referral",
    "paper": "Papers of the review",
    "preparation": "Preparation by agencies",
    "evidence": "Evidence of actions",
    "shareable": "Copies for sharing",
}
MAY_BE_ADDED = "PDF, Word, Excel, PowerPoint, OpenDocument, PNG, JPEG, text or CSV"


def size_words(size: int) -> str:
    """A size as people say it: "640 bytes", "12 KB", "3.4 MB"."""
    if size < 1024:
        return f"{size} bytes" if size != 1 else "1 byte"
    return f"{round(size / 1024)} KB" if size < MB else f"{size / MB:.1f} MB".replace(".0 MB", " MB")
