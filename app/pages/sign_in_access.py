"""The access rules of the routes of signing in and of an own account, for the table of `app.pages.routes`."""

from __future__ import annotations

from app.pages.rules import ADDRESS_IS_KEY, PROVIDER, PUBLIC, ROLE, SIGNED_IN
from app.requests import Rule

SIGN_IN_ACCESS: dict[str, Rule] = {
    "auth.sign_in": PUBLIC,
    "auth.stay": SIGNED_IN,
    "auth.sign_out": PUBLIC,
    "local.enter": PUBLIC,
    "local.ask_code": PUBLIC,
    "local.check_code": PUBLIC,
    "local.ask_factor": PUBLIC,
    "local.check_factor": PUBLIC,
    "local.ask_forgotten": PUBLIC,
    "local.forgotten": PUBLIC,
    "local.ask_password": ADDRESS_IS_KEY,
    "local.keep_password": ADDRESS_IS_KEY,
    "confirming.ask": SIGNED_IN,
    "confirming.confirm": SIGNED_IN,
    "account.index": SIGNED_IN,
    "account.end_session": SIGNED_IN,
    "account.end_all": SIGNED_IN,
    "credentials.ask_password": SIGNED_IN,
    "credentials.change_password": SIGNED_IN,
    "credentials.ask_begin": SIGNED_IN,
    "credentials.begin_factor": SIGNED_IN,
    "credentials.ask_factor": SIGNED_IN,
    "credentials.check_factor": SIGNED_IN,
    "credentials.ask_codes": SIGNED_IN,
    "credentials.make_codes": SIGNED_IN,
    "demonstration.become": PUBLIC,
    "organisation.begin": PROVIDER,
    "organisation.come_back": PROVIDER,
    "organisation.signed_out": PROVIDER,
    "tokens.index": ROLE,
    "tokens.ask": ROLE,
    "tokens.make": ROLE,
    "tokens.ending": ROLE,
    "tokens.end": ROLE,
}
