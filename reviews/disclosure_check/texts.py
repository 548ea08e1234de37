"""The texts that the check reads, field by field: of the summary to share and of the briefing, as their forms
have them; and the signature that a second reader gives to exactly these words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

SUMMARY, BRIEFING = "summary", "briefing"
TITLE = {"title": "Title"}
SUMMARY_FIELDS = {
    **TITLE,
    "shared_story": "What happened, in general",
    "shared_went_well": "What worked well",
    "shared_learning": "What we learned",
    "shared_family_view": "The family’s view, in general",
}
QUESTIONS = "practice_questions"
BLOCKS = (
    ("background", "Background"),
    ("why_it_matters", "Why it matters"),
    ("what_happened", "What happened"),
    ("what_worked", "What worked well"),
    ("what_we_learned", "What we learned"),
    ("what_to_do", "What to do now"),
    ("questions", "Questions for your team"),
)
BRIEFING_FIELDS = {**TITLE, **dict(BLOCKS)}
# The plan goes to people who do not see its review: owners, sub-groups, the Board. List -> its texts.
PLAN = {
    "recommendations": ("Recommendation", {"text": ""}),
    "actions": (
        "Action",
        {
            "text": "",
            "outcome": "what will be different",
            "baseline": "how it is now",
            "measure": "how we will know",
            "evidence_required": "evidence",
        },
    ),
}
Answers = Mapping[str, Any]


def summary_texts(answers: Answers) -> dict[str, str]:
    """The version of the summary to share, from the answers of its form."""
    texts = {name: _text(answers.get(name)) for name in SUMMARY_FIELDS}
    for number, row in enumerate(answers.get(QUESTIONS) or [], start=1):
        texts[f"{QUESTIONS}-{number}"] = _text(row.get("question") if isinstance(row, Mapping) else row)
    return {name: text for name, text in texts.items() if text}


def plan_texts(answers: Answers) -> dict[str, str]:
    """Recommendations and actions, from the answers of a form that has them."""
    return {
        f"{rows}-{number}-{key}": text
        for rows, (_, keys) in PLAN.items()
        for number, row in enumerate(answers.get(rows) or [], start=1)
        for key in keys
        if isinstance(row, Mapping) and (text := _text(row.get(key)))
    }


def kept_summary_texts(title: str, shareable: Mapping[str, Any]) -> dict[str, str]:
    """The same of a summary that was sent."""
    return summary_texts({**shareable, "title": title})


def briefing_texts(answers: Answers) -> dict[str, str]:
    """The seven blocks and the title, from the answers of the form."""
    return {name: text for name in BRIEFING_FIELDS if (text := _text(answers.get(name)))}


def label_of_field(document: str, name: str) -> str:
    """What a field is called."""
    if name.startswith(f"{QUESTIONS}-"):
        return f"Question for practice {name.rpartition('-')[2]}"
    rows, number, key = [*name.split("-"), "", ""][:3]
    if rows in PLAN:
        called, keys = PLAN[rows]
        return ", ".join(filter(None, (f"{called} {number}", keys.get(key, ""))))
    return (SUMMARY_FIELDS if document == SUMMARY else BRIEFING_FIELDS).get(name, name)


def with_text(answers: Answers, name: str, text: str) -> dict[str, Any]:
    """These answers with another text in one field."""
    key, number, field = [*name.split("-"), "question"][:3] if "-" in name else [name, "", ""]
    if not number:
        return {**answers, name: text}
    rows = [dict(row) for row in answers.get(key) or []]
    rows[int(number) - 1][field] = text
    return {**answers, key: rows}


def signature(texts: Mapping[str, str]) -> str:
    """A digest of exactly these words: what a second reader signs."""
    told = json.dumps(sorted(texts.items()), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _text(value: object) -> str:
    return "\n".join(line.rstrip() for line in str(value or "").strip().splitlines())
