"""How large a storm is: short in `make test`, usual in `make storm`, full where a promise names figures."""

from __future__ import annotations

from dataclasses import dataclass

FORMS = ("short", "usual", "full")


@dataclass(frozen=True)
class Size:
    """The form of a run, and what of it can be set: the kills per database, and how much is due."""

    form: str
    kills: int
    due: int

    def of(self, short: int, usual: int, full: int) -> int:
        """The number that belongs to this form."""
        return dict(zip(FORMS, (short, usual, full), strict=True))[self.form]


def size(form: str, kills: int | None = None, due: int | None = None) -> Size:
    """The size of a form, with what was asked for otherwise. The full one is what R2 promises."""
    plain = Size(form, 0, 0)
    return Size(form, kills or plain.of(50, 200, 1000), due or plain.of(200, 2000, 10000))
