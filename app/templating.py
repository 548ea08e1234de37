"""How templates are made ready."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class Templates(Environment):
    """Jinja as Flask has it, with the globals of a template as a plain mapping.

    No template has globals of its own here. At each import of a macro Jinja compares the names of both: one
    by one, in the chain of mappings that it would make of them, for every page again.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every template knows: the same for all of them."""
        return super().make_globals(d) if d else self.globals
