"""People at real browsers: they click what people click, and each new page they see is looked at once.

Looking means: axe finds nothing, and nothing sticks out sideways on a phone. Pictures take as long as all the
rest: of most pages one is kept only when ROUNDTABLE_PICTURES=all asks for it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Watch
from tests.policy import conftest as policy
from tests.policy.browsing import flat
from tests.policy.conftest import Partnership

Answers = Mapping[str, Any]
PATIENCE = 30_000  # milliseconds: a busy machine is not a fault
expect.set_options(timeout=PATIENCE)
# What a form asks, in the order in which people meet it, and what it holds already.
CONTROLS = """form => [...form.elements]
    .filter(e => e.name && e.id && e.type !== 'hidden' && e.type !== 'submit')
    .map(e => ({id: e.id, name: e.name, kind: e.tagName === 'SELECT' ? 'select' : e.type,
                value: e.value, checked: e.checked === true}))"""


@dataclass
class Eye:
    """Looks at each page once, whoever comes there first."""

    accessible: Callable[[Page], None]
    picture: Callable[[Page, str], None]
    seen: set[str] = field(default_factory=set)

    def look(self, page: Page, name: str, *, keep: bool = False) -> None:
        """Check a page, and keep its picture if asked, unless a page of that name was looked at before."""
        if name in self.seen:
            return
        self.accessible(page)
        if keep or os.environ.get("ROUNDTABLE_PICTURES") == "all":
            self.picture(page, name)
        else:
            fits_a_phone(page, name)
        self.seen.add(name)


def fits_a_phone(page: Page, name: str) -> None:
    """Nothing sticks out sideways at 390 px."""
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390, f"{name} is {wide} px wide at 390 px"
    if size:
        page.set_viewport_size(size)


class Somebody:
    """One person with a browser of their own, signed in by their card."""

    def __init__(self, page: Page, address: str, person: str, eye: Eye) -> None:
        self.page, self.address, self.id, self.eye = page, address, person, eye
        self.clicks = 0
        self.asked_again: list[str] = []  # steps that showed new questions only after Send
        page.goto(address)
        self.look("choose-who-to-be")
        self.press(page.locator(f'form[action="/sign-in/{person}"] button'))
        expect(page.get_by_role("heading", level=1)).to_have_text("My work")

    def look(self, name: str, *, keep: bool = False) -> None:
        """Have the eye look at the page that is open."""
        self.eye.look(self.page, name, keep=keep)

    def press(self, what: Locator) -> None:
        """One click on a link or button that leads to another page."""
        self.clicks += 1
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            what.click()

    def my_work(self) -> None:
        """Go to My work by its link."""
        self.press(self.page.get_by_role("navigation", name="Main").get_by_role("link", name="My work"))

    def has(self, step: str, review: str = "") -> bool:
        """Whether a step is in To do."""
        self.my_work()
        return self._link(step, review).count() > 0

    def finds(self, step: str, review: str = "") -> None:
        """Open a step by its link in My work."""
        self.my_work()
        self.look("my-work-to-do")
        link = self._link(step, review)
        assert link.count(), f"{self.id} has no {step}: {self.page.locator('main').inner_text()[:600]}"
        self.press(link.first)
        self.look(f"step-{step}")

    def does(self, step: str, answers: Answers, review: str = "", *, wrong_first: bool = True) -> None:
        """Open a step in My work, answer its questions, send it, and read what happens next."""
        self.finds(step, review)
        if self.page.locator(".govuk-task-list").count():
            self.answers_screens(step, answers, wrong_first=wrong_first)
        else:
            if wrong_first and f"step-{step}-with-errors" not in self.eye.seen:
                self.press(self.button("Send"))
                self.sees_errors(step)
            self.answers(answers)
            self.sends(step, answers)

    def answers_screens(self, step: str, answers: Answers, *, wrong_first: bool = True) -> None:
        """Answer a long form screen by screen, check the answers, and send them."""
        self.press(self.page.get_by_role("button", name=re.compile("Start|Carry on")))
        for number in range(1, 20):
            if "page=check" in self.page.url:
                break
            self.look(f"step-{step}-{number}")
            if wrong_first:
                self._goes_on_too_early(f"{step}-{number}")
            self.answers(answers)
            here = self.page.url
            self.press(self.button("Save and continue"))
            assert self.page.url != here or not self.errors(), f"{here}: {self.errors()}"
        self.look(f"check-answers-{step}")
        self.sends(step, answers)

    def _goes_on_too_early(self, name: str) -> None:
        """Go on without answering: the page says what is missing, or comes back to where it was."""
        if f"step-{name}-with-errors" in self.eye.seen:
            return
        here = self.page.url
        self.press(self.button("Save and continue"))
        if self.errors():
            self.sees_errors(name)
        else:
            self.page.goto(here)

    def sees_errors(self, name: str) -> None:
        """The summary of what is missing has focus, and the page is looked at."""
        expect(self.page).to_have_title(re.compile("^Error: "))
        expect(self.page.get_by_role("alert")).to_contain_text("There is a problem")
        self.look(f"step-{name}-with-errors")

    def sends(self, step: str, answers: Answers) -> None:
        """Send; where that brings new questions, answer them and send again."""
        self.press(self.button("Send"))
        if self.errors():
            self.asked_again.append(f"{step}: {self.errors()}")
            self.answers(answers)
            self.press(self.button("Send"))
        assert self.page.url.endswith("/done"), f"{step}: {self.page.url} {self.errors()}"
        expect(self.page.get_by_role("heading", name=re.compile("^Sent: "))).to_be_visible()
        self.look("sent")

    def answers(self, answers: Answers) -> None:
        """Answer what the open page asks; rows that are missing are added with their button."""
        self._fills(answers)
        for key, value in answers.items():
            if isinstance(value, list) and value and isinstance(value[0], Mapping):
                add = self.page.locator(f"[id='add-{key}']")
                while add.is_visible() and not self.page.locator(f"[name^='{key}-{len(value)}-']").count():
                    self._adds_a_row(add)
                    self._fills(answers)

    def _adds_a_row(self, add: Locator) -> None:
        """Press the button for another row; nothing that was typed may be lost by it."""
        form = self.page.locator("form[data-draft-url]")
        before = {each["id"]: each for each in form.evaluate(CONTROLS)}
        self.press(add)
        after = {each["id"]: each for each in form.evaluate(CONTROLS)}
        assert after.keys() - before.keys(), "no row was added"
        assert {name: after[name] for name in before if name in after} == {
            name: before[name] for name in before if name in after
        }

    def _fills(self, answers: Answers) -> None:
        """Answer each visible question that has an answer and does not hold it yet."""
        wanted = dict(flat(answers, None))
        form = self.page.locator("form[data-draft-url]")
        for asked in form.evaluate(CONTROLS):
            values = wanted.get(asked["name"])
            if values is None:
                continue
            control = self.page.locator(f"[id='{asked['id']}']")
            self._unfolds(control)
            if control.is_visible():
                self._gives(control, asked, values)

    def _unfolds(self, control: Locator) -> None:
        folded = control.locator("xpath=ancestor::details[not(@open)]/summary")
        if folded.count():
            self.clicks += 1
            folded.first.click()

    def _gives(self, control: Locator, asked: dict[str, Any], values: list[str]) -> None:
        if asked["kind"] in ("radio", "checkbox"):
            wanted = asked["value"] in values
            if wanted != asked["checked"] and (wanted or asked["kind"] == "checkbox"):
                self.clicks += 1
                control.click()
        elif asked["kind"] == "select":
            if asked["value"] != values[0]:
                self.clicks += 1
                control.select_option(values[0])
        elif asked["value"] != values[0]:
            control.fill(values[0])

    def errors(self) -> list[str]:
        """The sentences of the error summary."""
        return self.page.locator(".govuk-error-summary__list li").all_inner_texts()

    def button(self, name: str) -> Locator:
        """A button by its words."""
        return self.page.get_by_role("button", name=name, exact=True)

    def _link(self, step: str, review: str = "") -> Locator:
        rows = self.page.locator("main tbody tr")
        if review:
            rows = rows.filter(has_text=review)
        return rows.locator(f"th a[href$='/{step.replace('_', '-')}']")


class Everybody:
    """The people of a test, each with a browser of their own from the moment they are needed."""

    def __init__(self, browser: Browser, settings: dict[str, Any], address: str, eye: Eye) -> None:
        self._browser, self._settings, self._address, self._eye = browser, settings, address, eye
        self.people: dict[str, Somebody] = {}
        self._watches: list[Watch] = []

    def __getattr__(self, name: str) -> Somebody:
        """`everybody.morgan` is u_morgan at their browser."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self.people:
            page = self._browser.new_context(**self._settings).new_page()
            page.set_default_timeout(PATIENCE)
            self._watches.append(Watch(page))
            self.people[name] = Somebody(page, self._address, f"u_{name}", self._eye)
        return self.people[name]

    def leave(self, *, whatever_was_seen: bool = False) -> None:
        """Close every browser; fails on what no page of ours may do."""
        for somebody in self.people.values():
            somebody.page.context.close()
        if whatever_was_seen:
            return
        complaints = [words for watch in self._watches for words in watch.seen]
        assert not complaints, "\n".join(complaints)


# Fixtures: a test file takes them by name, as in `everybody = people.everybody`.

partnership = policy.partnership
furnished = policy._sqlite_template
make = policy._sqlite_make
stages = policy._sqlite_stages


@pytest.fixture
def application(partnership: Partnership) -> Flask:
    """The application with an invented partnership in it, for `live_server`."""
    return partnership.app


@pytest.fixture(scope="module")
def looked_at() -> set[str]:
    """The pages that a file's tests have looked at already."""
    return set()


@pytest.fixture
def everybody(
    browser: Browser,
    browser_context_args: dict[str, Any],
    live_server: str,
    accessible: Callable[[Page], None],
    picture: Callable[[Page, str], None],
    looked_at: set[str],
    request: pytest.FixtureRequest,
) -> Iterator[Everybody]:
    """Everybody, with an eye on each page they come to."""
    eye = Eye(accessible, picture, looked_at)
    people = Everybody(browser, browser_context_args, live_server, eye)
    yield people
    people.leave(whatever_was_seen=request.node.get_closest_marker("console_errors") is not None)
