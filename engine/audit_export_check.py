"""Is an export of the audit log whole? For whoever was given one: it needs no database and no key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.audit_check import ZERO, LogVerdict, chained

BODY = (
    "number",
    "seq",
    "at",
    "actor",
    "kind",
    "business_key",
    "instance_id",
    "task_id",
    "subject",
    "details",
)


def verify_export(lines: Iterable[str], *, anchors: Sequence[str] = ()) -> LogVerdict:
    """Read an export of the log: JSON lines, each an entry or an anchor (docs/guides/running.md).

    It needs no key, so a partner agency can do it. It shows that each entry is what was chained, that entries
    of one case that follow each other belong together, and that the anchors, one of which they may have kept
    themselves, hold them. What was never in the file it cannot show: filters leave entries out.
    """
    verdict = LogVerdict()
    read = _Export(verdict)
    for number, line in enumerate(lines, start=1):
        try:
            read.line(json.loads(line))
        except (ValueError, KeyError, TypeError, RecursionError):
            verdict.found("", None, "unreadable", f"Line {number} is no entry and no anchor of a log.")
    links, heads, seen = read.links, read.heads, read.seen
    _joined(verdict, links)
    _anchored(verdict, links, heads)
    verdict.cases = len({case for case, _ in links})
    for digest in anchors:
        if digest not in seen:
            verdict.found("", None, "older copy", f"The export holds no anchor {digest}.")
    return verdict


class _Export:
    """What the lines of an export say."""

    def __init__(self, verdict: LogVerdict) -> None:
        self.verdict = verdict
        self.links: dict[tuple[str, int], tuple[str, str]] = {}
        self.heads: list[tuple[int, str, int, str]] = []
        self.seen: set[str] = set()
        self._before, self._number = ZERO, 0

    def line(self, row: Any) -> None:
        """One line. Raises ValueError, KeyError or TypeError for one that is neither entry nor anchor."""
        if "anchor" in row:
            self._anchor(row)
        else:
            self._entry(row)

    def _anchor(self, row: Any) -> None:
        held = sorted((str(case), int(count), str(digest)) for case, count, digest in row["heads"])
        number, digest = int(row["anchor"]), str(row["digest"])
        self.verdict.anchors += 1
        if number == self._number + 1 and chained(self._before, [number, row["at"], held]) == digest:
            self.seen.add(digest)
        else:
            sentence = f"Anchor {number} does not follow from the one before it."
            self.verdict.found("", None, "anchors", sentence)
        self._number, self._before = number, digest
        self.heads += [(number, *head) for head in held]

    def _entry(self, row: Any) -> None:
        case, entry = str(row["business_key"]), int(row["number"])
        before, digest = str(row["before"]), str(row["digest"])
        body = [row[name] for name in BODY if name != "seq" or "mac" in row]  # of old entries only
        self.verdict.entries += 1
        if chained(before, body) != digest:
            self.verdict.found(case, entry, "changed", f"{case}, entry {entry}: it was changed.")
        self.links[case, entry] = (before, digest)


def _joined(verdict: LogVerdict, links: Mapping[tuple[str, int], tuple[str, str]]) -> None:
    for (case, entry), (before, _) in links.items():
        earlier = links.get((case, entry - 1))
        if earlier and earlier[1] != before:
            sentence = f"{case}, entry {entry}: it does not follow from entry {entry - 1}."
            verdict.found(case, entry, "out of order", sentence)


def _anchored(
    verdict: LogVerdict,
    links: Mapping[tuple[str, int], tuple[str, str]],
    heads: Sequence[tuple[int, str, int, str]],
) -> None:
    for anchor, case, count, digest in heads:
        if (case, count) in links and links[case, count][1] != digest:
            sentence = f"{case}, entry {count}: rewritten after anchor {anchor} was made."
            verdict.found(case, count, "rewritten", sentence)
