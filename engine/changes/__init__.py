"""A process owner's change: drafted file by file with every revision kept, approved by a second person, put
into use as a new version."""

from engine.changes.deciding import (
    approve,
    ask_approval,
    bring_back,
    deploy,
    discard_change,
    return_change,
    take_back,
)
from engine.changes.reading import (
    ChangeRow,
    FileRow,
    RevisionRow,
    approved_with,
    authors,
    change,
    change_files,
    change_history,
    changes,
    files_of,
    in_use,
    overtaken,
    version_files,
)
from engine.changes.writing import begin_change, bring_in, restore_file, save_file

__all__ = [
    "ChangeRow",
    "FileRow",
    "RevisionRow",
    "approve",
    "approved_with",
    "ask_approval",
    "authors",
    "begin_change",
    "bring_back",
    "bring_in",
    "change",
    "change_files",
    "change_history",
    "changes",
    "deploy",
    "discard_change",
    "files_of",
    "in_use",
    "overtaken",
    "restore_file",
    "return_change",
    "save_file",
    "take_back",
    "version_files",
]
