"""Somebody at a keyboard and without a mouse: they press Tab until what they want has focus, and it must be
seen to have it. Every page they come to is looked at: axe finds nothing, and nothing sticks out on a phone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.people import fits_a_phone

MOST_TABS = 450  # as many stops as the longest page has; more of them is a trap
# What has focus, in words, and whether one sees that it has.
FOCUS = """() => {
  const here = document.activeElement, look = getComputedStyle(here), box = here.getBoundingClientRect()
  const labels = [...(here.labels ?? [])].map(each => each.textContent).join(' ')
  return {
    kind: here.tagName === 'INPUT' ? here.type : here.tagName.toLowerCase(),
    id: here.id,
    words: (here.getAttribute('aria-label') || labels || here.textContent || '').replace(/\\s+/g, ' ').trim(),
    leads: here.getAttribute('href') ?? here.form?.getAttribute('action') ?? '',
    seen: (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0) || look.boxShadow !== 'none'
      || (here.type === 'radio' || here.type === 'checkbox'),
    inView: box.bottom > 0 && box.top < innerHeight,
  }
}"""
PATIENCE = 180_000  # milliseconds: scenarios are played while one waits
PRESSED = ("a", "button", "summary")
TYPED = ("text", "textarea", "number", "search", "select")
Focus = dict[str, Any]


class Keyboard:
    """One person and their page. After the first address, only keys are pressed."""

    def __init__(self, page: Page, accessible: Callable[[Page], None]) -> None:
        self.page, self.keys, self._accessible = page, page.keyboard, accessible
        self._seen: set[str] = set()

    def signs_in(self, address: str, person: str) -> None:
        """Choose who to be, from the service's first page."""
        self.page.goto(f"{address}/sign-in")
        self.presses("", leads=f"/sign-in/{person}")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("My work")

    def focus(self) -> Focus:
        """What has focus."""
        found: Focus = self.page.evaluate(FOCUS)
        return found

    def reaches(self, wanted: Callable[[Focus], bool], what: str) -> Focus:
        """Press Tab until something has focus that is wanted; one sees where focus is on the way there."""
        for _ in range(MOST_TABS):
            here = self.focus()
            if wanted(here):
                assert here["seen"] and here["inView"], f"focus is not seen on {what}: {here}"
                return here
            self.keys.press("Tab")
        raise AssertionError(f"Tab does not reach {what} on {self.page.url}")

    def presses(self, words: str, *, leads: str = "", looks: bool = True) -> None:
        """Press Enter on a link or a button, which leads to another page; it is looked at."""

        def wanted(here: Focus) -> bool:
            found = here["kind"] in PRESSED and re.search(words, here["words"])
            return bool(found) and here["leads"].endswith(leads)

        self.reaches(wanted, words or leads)
        with self.page.expect_navigation(timeout=PATIENCE):
            self.keys.press("Enter")
        if looks:
            self.looks()

    def looks(self) -> None:
        """Look at the page, once for each title that a page has."""
        name = self.page.title()
        if name not in self._seen:
            self._accessible(self.page)
            fits_a_phone(self.page, name)
            self._seen.add(name)

    def types(self, label: str, words: str, *, nth: int = 0) -> None:
        """Fill in a field, in place of what it holds; of a list, choose what begins so."""
        self._field(label, nth)
        here = self.focus()
        if here["kind"] == "select":
            self.keys.type(words)
            chosen = self.page.evaluate("document.activeElement.selectedOptions[0].text")
            assert chosen.startswith(words), f"{label}: “{chosen}” is chosen, not “{words}”"
            return
        self.keys.press("Control+A")
        self.keys.press("Delete")
        self.keys.insert_text(words)

    def chooses(self, label: str) -> None:
        """Choose one of some radios with the arrow keys; the group is the next one that holds it."""
        self.reaches(lambda here: here["kind"] == "radio", label)
        for _ in range(15):
            if re.search(label, self.focus()["words"]):
                break
            self.keys.press("ArrowDown")
        else:
            raise AssertionError(f"no choice “{label}” on {self.page.url}")
        if not self.page.evaluate("document.activeElement.checked"):
            self.keys.press("Space")

    def sees_errors(self, *sentences: str) -> None:
        """The error summary has focus and says these sentences; Enter on the first leads to its field."""
        here = self.focus()
        assert "There is a problem" in here["words"] and here["seen"], f"focus is on {here}"
        for sentence in sentences:
            assert sentence in here["words"], here["words"]
        self.keys.press("Tab")
        self.keys.press("Enter")
        at = self.focus()
        assert at["kind"] in (*TYPED, "radio", "checkbox"), f"the first error leads to {at}"

    def is_told(self, words: str) -> None:
        """What was just done is said, and has focus."""
        here = self.focus()
        assert words in here["words"] and here["seen"], f"“{words}” is not what has focus: {here}"

    def _field(self, label: str, nth: int) -> None:
        found: list[str] = []

        def wanted(here: Focus) -> bool:
            if here["kind"] in TYPED and re.search(label, here["words"]) and here["id"] not in found:
                found.append(here["id"])
            return len(found) > nth and here["id"] == found[nth]

        self.reaches(wanted, label)
