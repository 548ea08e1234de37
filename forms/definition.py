"""Load a form and check it: one .form file in, a Form out, or findings that say what to do."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from forms.checks import check_document
from forms.findings import Finding, FormRefused
from forms.form import Form
from forms.questions import Question
from forms.reading import NotAForm, items_of, line_of, pages_of, read_json


def check_form(text: str, file: str) -> list[Finding]:
    """Every finding about the form in `text`; `file` is its place, `<process>/<step>.form`. Never raises."""
    try:
        document = read_json(text)
    except NotAForm as wrong:
        remedy = "Save the file as form-js writes it: one JSON object, each name once."
        return [Finding(file, "", "form-json", str(wrong), remedy)]
    return [
        Finding(file, f.question, f.rule, f.sentence, f.remedy, line_of(text, f.question), f.level)
        for f in check_document(document, file)
    ]


def load_form(text: str, file: str) -> Form:
    """The form in `text`. `file` is its place, `<process>/<step>.form`: process and step are read from it.

    Raises FormRefused with the findings when the form breaks the profile.
    """
    stopping = [finding for finding in check_form(text, file) if finding.stops]
    if stopping:
        raise FormRefused(stopping)
    document, place = read_json(text), PurePosixPath(file.replace("\\", "/"))
    properties = document["properties"]
    items = items_of(document["components"])
    return Form(
        process=place.parent.name,
        step=document["id"],
        title=properties["title"],
        intro=properties.get("intro", ""),
        items=items,
        pages=pages_of(items, properties["title"]),
        file=file,
        together=bool(properties.get("together")),
    )


def variables_of(text: str, file: str) -> dict[str, Question] | None:
    """The questions of a form whose answers become process variables, by key; None for a form that breaks
    the profile."""
    try:
        form = load_form(text, file)
    except FormRefused:
        return None
    return {question.key: question for question in form.questions if question.variable}


def load_folder(folder: Path | str) -> dict[tuple[str, str], Form]:
    """Every form below `folder` as {(process, step): Form}. Raises FormRefused with all files' findings."""
    forms: dict[tuple[str, str], Form] = {}
    findings: list[Finding] = []
    for path in sorted(Path(folder).glob("*/*.form")):
        try:
            form = load_form(path.read_text("utf-8"), f"{path.parent.name}/{path.name}")
            forms[form.process, form.step] = form
        except FormRefused as refused:
            findings += refused.findings
    if findings:
        raise FormRefused(findings)
    return forms
