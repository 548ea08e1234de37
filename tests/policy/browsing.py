"""People at their browsers, without one: they sign in, look at My work, answer a step, read what comes next.

Everything goes through HTTP and the HTML that people are given: what is not on a page cannot be clicked here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One line of My work."""

    task: str
    review: str
    due: str
    href: str


class Page:
    """An answer of the service, read as a person reads it."""

    def __init__(self, response: TestResponse, path: str) -> None:
        self.status = response.status_code
        self.path = path
        self.text_of_file = response.get_data(as_text=True) if response.is_json else ""
        body = response.get_data()
        self.tree = html.fromstring(body) if body and "html" in (response.content_type or "") else None

    @property
    def words(self) -> str:
        """The words of the page's main part, spaces made single."""
        if self.tree is None:
            return self.text_of_file
        found = self.tree.xpath("//main") or [self.tree]
        return " ".join(found[0].text_content().split())

    def links(self, text: str) -> list[str]:
        """Addresses of the links whose words begin with `text`."""
        assert self.tree is not None
        found = self.tree.xpath("//a[@href]")
        return [link.get("href") for link in found if " ".join(link.text_content().split()).startswith(text)]

    def form(self, ending: str = "") -> html.FormElement:
        """The first form whose address ends so (not the one that signs out)."""
        assert self.tree is not None
        for form in self.tree.forms:
            action = form.get("action") or self.path
            if "sign-out" not in action and action.split("?")[0].endswith(ending):
                return form
        raise AssertionError(f"{self.path} has no form for {ending!r}: {self.words[:300]}")

    def errors(self) -> list[str]:
        """The sentences of the error summary."""
        assert self.tree is not None
        found = self.tree.xpath("//*[contains(@class, 'govuk-error-summary__list')]//li")
        return [" ".join(line.text_content().split()) for line in found]


class Person:
    """Somebody with a browser."""

    def __init__(self, app: Flask, person: str) -> None:
        self.id = person
        self.client = app.test_client()
        self.signed_in = False

    def sign_in(self) -> Page:
        """Become this person, on the sign-in page; the page that this leads to."""
        self.signed_in = True
        page = self.open("/sign-in")
        answer = self.submit(page.form(f"/{self.id}"), page.path)
        assert answer.status == 200, answer.words[:200]
        return answer

    def open(self, path: str) -> Page:
        """Follow an address to where it leads; a session that a change of role ended is begun again."""
        if not self.signed_in:
            landed = self.sign_in()
            if path == landed.path:  # what signing in shows already
                return landed
        response = self.client.get(path, follow_redirects=True)
        if response.request.path == "/sign-in" and not path.startswith("/sign-in"):
            self.sign_in()
            response = self.client.get(path, follow_redirects=True)
        return Page(response, response.request.path)

    def submit(
        self, form: html.FormElement, path: str, answers: Answers | None = None, button: str = ""
    ) -> Page:
        """Send a form with its own values and these answers on top; where it leads."""
        sent: MultiDict[str, Any] = MultiDict(form.form_values())
        for name, value in flat(answers or {}, form):
            sent.setlist(name, value)
        if button:
            sent["do"] = button
        response = self.client.post(form.get("action") or path, data=sent, follow_redirects=True)
        return Page(response, response.request.path)

    def my_work(self, view: str = "") -> list[Row]:
        """The lines of a tab of My work."""
        page = self.open(f"/?view={view}" if view else "/")
        assert page.tree is not None
        rows = []
        for line in page.tree.xpath("//main//tbody/tr"):
            link = line.xpath(".//th//a") or line.xpath(".//th")
            cells = {
                cell.get("data-label"): " ".join(cell.text_content().split()) for cell in line.xpath("./td")
            }
            rows.append(
                Row(
                    " ".join(link[0].text_content().split()),
                    cells.get("Review", "")[:13],
                    cells.get("Due", ""),
                    link[0].get("href") or "",
                )
            )
        return rows

    def finds(self, step: str, review: str = "") -> Row:
        """The line of a step in To do (by its address), for one review when it is named."""
        address = step.replace("_", "-")
        rows = [row for row in self.my_work() if row.href.endswith(f"/{address}")]
        rows = [row for row in rows if not review or row.review == review]
        assert rows, f"{self.id} has no {step} for {review}: {[(r.task, r.review) for r in self.my_work()]}"
        return rows[0]

    def has(self, step: str, review: str = "") -> bool:
        """Whether a step is in To do."""
        address = step.replace("_", "-")
        return any(
            row.href.endswith(f"/{address}") and (not review or row.review == review)
            for row in self.my_work()
        )

    def does(self, step: str, answers: Answers, review: str = "") -> Page:
        """Find a step in My work, answer it and send it; the page that says what happens next."""
        return self.answers(self.finds(step, review).href, answers)

    def answers(self, href: str, answers: Answers) -> Page:
        """Answer the step at an address and send it, screen by screen where there are several."""
        page = self.open(href)
        here = page.path
        if any(link.startswith(f"{here}?page=") for link in page.links("")):
            self._answer_screens(here, answers)
            page = self.open(f"{here}?page=check")
            answers = {}
        sent = self.submit(page.form(here), page.path, answers, "send")
        assert sent.path.endswith("/done"), f"{href}: {sent.status} {sent.errors()} {sent.words[:600]}"
        return sent

    def _answer_screens(self, here: str, answers: Answers) -> None:
        """Answer each screen of a long form; an answer may bring another screen."""
        answered: set[str] = set()
        while True:
            links = [link for link in self.open(here).links("") if link.startswith(f"{here}?page=")]
            screen = next((link for link in links if link not in answered), None)
            if screen is None:
                return
            answered.add(screen)
            shown = self.open(screen)
            if shown.tree is not None and shown.tree.xpath("//input[@name='page']"):
                sent = self.submit(shown.form(here), shown.path, answers, "next")
                assert sent.status == 200, f"{screen}: {sent.errors()}"


def flat(answers: Answers, form: html.FormElement, begin: str = "") -> list[tuple[str, list[Any]]]:
    """Answers as the fields of a form: rows numbered from 1, dates in three parts."""
    found: list[tuple[str, list[Any]]] = []
    for key, value in answers.items():
        name = f"{begin}{key}"
        if isinstance(value, dt.date):
            parts = (("day", value.day), ("month", value.month), ("year", value.year))
            found.extend((f"{name}-{part}", [str(number)]) for part, number in parts)
        elif isinstance(value, bool):
            found.append((name, ["true" if value else "false"]))
        elif (
            isinstance(value, Sequence)
            and not isinstance(value, str)
            and value
            and isinstance(value[0], Mapping)
        ):
            for number, row in enumerate(value, 1):
                found.extend(flat(row, form, f"{name}-{number}-"))
        elif isinstance(value, Sequence) and not isinstance(value, str):
            found.append((name, [str(part) for part in value]))
        else:
            found.append((name, [str(value)]))
    return found
