"""Differences between two bundles, whole: what the engine says of diagrams and tables, and what the forms
say, under the name of the step that asks them; and the words of notices. In a list, or as marks on the two
diagrams.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine import BundleRefused, Difference, Pictures, differences, pictured, read_bundle
from forms.differences import form_differences
from reviews.notice_files import ENDING, text_in, words_in
from reviews.roles import role_name
from reviews.texts import TEXTS

FORM = ".form"


def bundle_differences(old: Mapping[str, str], new: Mapping[str, str]) -> list[Difference]:
    """Everything that has changed from one bundle's files to another's, in words."""
    found = differences(old, new, role_name=role_name)
    names = {**_step_names(old), **_step_names(new)}
    for file in sorted({name for name in (*old, *new) if name.endswith(FORM)}):
        step = file.removesuffix(FORM)
        for each in form_differences(old.get(file, ""), new.get(file, "")):
            sentence = f"In the form of “{names.get(step, step.replace('_', ' '))}”: {_inner(each.sentence)}"
            found.append(Difference(file, step, f"form_{each.kind}", sentence, each.before, each.after))
    return found + _notices(old, new)


def _notices(old: Mapping[str, str], new: Mapping[str, str]) -> list[Difference]:
    """What is said otherwise in which notice, be its words the partnership's own or the release's."""
    found = []
    for file in sorted({name for name in (*old, *new) if name.endswith(ENDING)}):
        text = text_in(file)
        if text not in TEXTS:
            continue
        before, after = words_in(old, text), words_in(new, text)
        told = (("subject", before.subject, after.subject), ("text", before.body, after.body))
        for part, was, now in told:
            if was != now:
                sentence = f"The notice “{after.purpose}” ({text}) has another {part}."
                found.append(Difference(file, text, f"notice_{part}", sentence, was, now))
    return found


def bundle_pictures(old: Mapping[str, str], new: Mapping[str, str]) -> Pictures:
    """The same on the two diagrams: a numbered mark where each difference is, and what has no place there."""
    return pictured(old, new, bundle_differences(old, new))


def _step_names(files: Mapping[str, str]) -> dict[str, str]:
    drawn = {name: text for name, text in files.items() if name.endswith(".bpmn")}
    try:
        bundle = read_bundle("", drawn)
    except BundleRefused:
        return {}
    return {each.id: each.name for each in bundle.drawn.user_tasks()} if bundle.drawn else {}


def _inner(sentence: str) -> str:
    """A sentence after a colon begins small."""
    return sentence[:1].lower() + sentence[1:]
