"""What a program sends in place of a session: "Authorization: Bearer ..." at addresses of the API only
(RFC 6750), never in an address."""

from __future__ import annotations

from flask import request

API = "/api/v1/"
REALM = "Roundtable"


class TokenRefused(Exception):
    """A token that is missing (no `error`), worth nothing, or not for this. The message is a sentence."""

    def __init__(self, status: int, error: str, words: str, *, scope: str = "") -> None:
        super().__init__(words)
        self.status, self.error, self.scope = status, error, scope

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        titles = {400: "A token in the wrong place", 401: "No valid token"}
        return titles.get(self.status, "Not with this token")

    @property
    def challenge(self) -> str:
        """The header WWW-Authenticate."""
        said = {"realm": REALM, "error": self.error, "scope": self.scope}
        return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in said.items() if value)


def at_api() -> bool:
    """Whether the request is for an address of the API."""
    return request.path.startswith("/api/")


def bearer_token() -> str | None:
    """The token that a request to the API brings, or None; elsewhere none counts. Raises TokenRefused for one
    in the address, where logs would keep it."""
    if not request.path.startswith(API):
        return None
    if "access_token" not in request.args:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None
    raise TokenRefused(
        400, "invalid_request", "Send the token in the header Authorization, never in the address."
    )
