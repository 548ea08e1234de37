"""The demonstration's mail: what would have been sent, to whom and when. There is no such page elsewhere."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.paging import Listing, page_number
from app.requests import Visit, house
from reviews import sent_notices as reading

mail = Blueprint("mail", __name__)


@mail.get("/mail")
def index(at: Visit) -> ResponseReturnValue:
    """Notices, newest first."""
    person, page = request.args.get("to", "")[:80], page_number(request.args.get("page"))
    rows, total = reading.sent(at.session, base_url=house().config.base_url, person=person, page=page)
    people = [each for each in reading.recipients(at.session) if each]
    at.names.need(people)
    listing = Listing(rows, total, page, url_for(".index"), {"to": person})
    return render_template(
        "pages/mail.html", at=at, list=listing, person=person, people=sorted(people, key=at.names.person)
    )
