"""Sign in with an organisation's account, come back, and sign out of it. Routes exist everywhere, and answer
only where the settings name a provider.

Beginning and coming back speak to the provider, so they open no transaction while they do; coming back is the
one GET that writes, because the standard sends people back by GET: it begins their session.
"""

from __future__ import annotations

import logging

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as Answer

from app.auth.linked import person_behind
from app.auth.provider import Identity, Provider, SignInRefused
from app.auth.views import begin_session, inside
from app.errors import Page, show
from app.requests import Visit, house, writing
from engine import NotFound

organisation = Blueprint("organisation", __name__)
log = logging.getLogger("roundtable.sign_in")
REFUSED = "pages/organisation_refused.html"
SIGNED_IN_THERE = "organisation"


@organisation.get("/sign-in/organisation")
def begin() -> ResponseReturnValue:
    """Off to the provider. Nothing is written: what must come back is in the browser's signed cookie."""
    try:
        address = _provider().begin(_ours("organisation.come_back"), inside(request.args.get("next")))
    except SignInRefused as no:
        return _refused(no)
    return redirect(address, 303)


@organisation.get("/sign-in/organisation/back")
def come_back() -> ResponseReturnValue:
    """Back from the provider: who it is, and their session."""
    try:
        provider = _provider()
        identity = provider.finish()
        return writing(lambda at: _let_in(at, provider, identity))
    except SignInRefused as no:
        return _refused(no)


@organisation.get("/sign-out/organisation")
def signed_out() -> ResponseReturnValue:
    """Signed out here, but not there: the way to do that, too."""
    provider = _provider()
    there = provider.sign_out_address(_ours("auth.sign_in"))
    return render_template("pages/organisation_signed_out.html", organisation=provider.name, there=there)


def _let_in(at: Visit, provider: Provider, identity: Identity) -> Answer:
    now = house().sessions.clock.now()
    person = person_behind(at.session, identity, provider.name, now)
    response = begin_session(at, person, inside(identity.target))
    cookie[SIGNED_IN_THERE] = True
    return response


def _provider() -> Provider:
    found = house().provider
    if found is None:
        raise NotFound
    return found


def _ours(endpoint: str) -> str:
    """The full address of a route, by the settings and not by what a request calls us."""
    return house().config.base_url + url_for(endpoint)


def _refused(no: SignInRefused) -> Response:
    log.warning("sign-in with an organisation's account refused: %s", no.why)
    return show(Page(no.status, "You have not been signed in", no.words, no.what_to_do, REFUSED))
