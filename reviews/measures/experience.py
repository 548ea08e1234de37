"""The measure of what it was like to take part (2.6: safe to speak, told the outcome; P11 for families)."""

from __future__ import annotations

from reviews.feedback.reading import lots
from reviews.measures.lines import Line, Window

ONE, SEVERAL = "One of the answers about one review", "One of the answers about several reviews together"


def experience(window: Window) -> list[Line]:
    """24. Felt safe to speak; were told the outcome: those who agree, of those who said; target 85%.

    Rows: `feedback_answer` of closed `feedback_round`s, in lots of five or more (`reviews.feedback.reading`),
    by the `closes_on` of the last round of the lot. A line names no review and no person.
    """
    lines = []
    for lot in lots(window.session):
        part = lot.statement if lot.people == "practitioner" else f"family_{lot.statement}"
        what = ONE if lot.reviews == 1 else SEVERAL
        lines += [Line(part, lot.day, what=what, met=place < lot.agreed) for place in range(lot.answers)]
    return window.within(lines)
