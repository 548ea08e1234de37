"""Working on the files of a change from pages: what is open, what was meanwhile saved by somebody else, and
keeping several files as one save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from engine import NotFound, StaleFile, changes
from engine.changes import ChangeRow, FileRow
from engine.diagram import Diagram, own, read_diagram
from reviews.permissions import Viewer, may
from reviews.studio.changes import EDIT, change_of, save


@dataclass(frozen=True)
class Draft:
    """A change with its files as they now are."""

    row: ChangeRow
    saved: Mapping[str, FileRow]
    editable: bool

    @property
    def files(self) -> dict[str, str]:
        """The texts by name, without files that were taken out."""
        return {name: file.text for name, file in self.saved.items() if file.text is not None}

    @property
    def drawing(self) -> str:
        """The name of the diagram's file. Raises NotFound for a bundle without one."""
        return _drawing(self.files)

    @property
    def diagram(self) -> Diagram:
        """The diagram. Raises NotFound, and BundleRefused where it cannot be read."""
        return read_diagram(self.files[self.drawing].encode(), self.drawing)

    @property
    def owner(self) -> str:
        """The role that keeps the process."""
        found = self.diagram
        nodes = (node for node in found.root.iter() if node.get("id") == found.process)
        return next((node.get(own("owner")) or "" for node in nodes), "")

    def content(self, name: str) -> str:
        """One file. Raises NotFound."""
        text = self.files.get(name)
        if text is None:
            raise NotFound(f"The change has no file {name}.")
        return text

    def revision(self, name: str) -> int:
        """The revision of a file, 0 for one that is new."""
        return self.saved[name].revision if name in self.saved else 0

    def agreed(self, name: str, revision: int) -> None:
        """Raise StaleFile when a file is not at the revision that a page was made from."""
        if self.revision(name) != revision and name in self.saved:
            file = self.saved[name]
            raise StaleFile(name, file.revision, file.text, file.saved_by, file.saved_at)


def draft_of(session: Session, viewer: Viewer, change_id: UUID) -> Draft:
    """A change with its files, for those who see processes. Raises NotFound."""
    row = change_of(session, viewer, change_id)
    files = {file.name: file for file in changes.change_files(session, change_id)}
    editable = row.status in ("editing", "returned") and may(session, viewer, EDIT)
    return Draft(row, files, editable)


def keep(session: Session, viewer: Viewer, draft: Draft, texts: Mapping[str, str | None]) -> None:
    """Save those files that differ from the draft; None takes one out. Raises Refused, StaleFile."""
    for name, text in sorted(texts.items()):
        if draft.files.get(name) != text:
            save(session, viewer, draft.row.id, name, text, revision=draft.revision(name))


def drawing_of(files: Mapping[str, str]) -> Diagram:
    """The diagram among files. Raises NotFound, BundleRefused."""
    name = _drawing(files)
    return read_diagram(files[name].encode(), name)


def _drawing(files: Mapping[str, str]) -> str:
    for name in sorted(files):
        if name.endswith(".bpmn"):
            return name
    raise NotFound("This process has no diagram.")
