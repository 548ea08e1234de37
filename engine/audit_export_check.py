"""Is an export of the audit log whole? For whoever was given one: it needs no database and no key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

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
    verdict, links, heads = LogVerdict(), {}, []
    before, number, seen = ZERO, 0, set()
    for line in lines:
        row = json.loads(line)
        if "anchor" in row:
            verdict.anchors += 1
            held = sorted((case, count, digest) for case, count, digest in row["heads"])
            whole = (
                row["anchor"] == number + 1
                and chained(before, [row["anchor"], row["at"], held]) == row["digest"]
            )
            if whole:
                seen.add(row["digest"])
            else:
                verdict.found(
                    "", None, "anchors", f"Anchor {row['anchor']} does not follow from the one before it."
                )
            number, before = row["anchor"], row["digest"]
            heads += [(row["anchor"], *head) for head in held]
            continue
        case, entry = row["business_key"], row["number"]
        verdict.entries += 1
        if chained(row["before"], [row[name] for name in BODY]) != row["digest"]:
            verdict.found(case, entry, "changed", f"{case}, entry {entry}: it was changed.")
        links[case, entry] = (row["before"], row["digest"])
    _joined(verdict, links)
    _anchored(verdict, links, heads)
    verdict.cases = len({case for case, _ in links})
    for digest in anchors:
        if digest not in seen:
            verdict.found("", None, "older copy", f"The export holds no anchor {digest}.")
    return verdict


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
