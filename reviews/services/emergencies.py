"""Services of reviews that were opened in an emergency: what was found, and who hears of it."""

from __future__ import annotations

from engine import Refused, ServiceCall
from reviews.break_glass import grant_of
from reviews.posts import those_told
from reviews.services.answers import given, words
from reviews.services.registry import registry


@registry.service("record_access_review")
def record_access_review(call: ServiceCall) -> None:
    """Keep whether it was justified; whoever opened it is told that somebody has looked."""
    answers, row = given(call), grant_of(call.session, call.instance_id)
    if row is None:
        raise Refused("There is nothing to look at.")
    row.found, row.note = words(answers, "outcome"), words(answers, "note")
    row.looked_at, row.looked_by = call.now, call.actor.id
    call.mail(to=row.person, text=f"emergency_{row.found}", about=call.business_key)


@registry.service("tell_the_board_of_access")
def tell_the_board_of_access(call: ServiceCall) -> None:
    """Nobody has looked for 2 working days: the chair of the Board hears of it, with the reference only."""
    for person in those_told(call.session, "board_chair", None, call.today):
        call.mail(to=person, text="emergency_not_looked_at", about=call.business_key)
