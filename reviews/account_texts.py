"""The words of notices about how one signs in with an organisation's account, and about tokens: purpose,
subject, body."""

from __future__ import annotations

_NOT_YOU = "If that was not you, tell the Board’s business team now."

ACCOUNT_TEXTS: dict[str, tuple[str, str, str]] = {
    "account_linked": (
        "An organisation's account is linked",
        "You can sign in with your organisation's account",
        f"Your organisation's account was used here for the first time, and now signs you in. {_NOT_YOU}",
    ),
    "token_made": (
        "A token for a program is made",
        "A token was made in your name",
        (
            "A token was made with which a program acts in your name, until {date} at the latest. You can "
            f"end it on the page “Tokens for programs”. {_NOT_YOU}"
        ),
    ),
    "token_ended": (
        "A token for a program is ended",
        "A token in your name was ended",
        f"A token with which a program acted in your name was ended. It no longer works. {_NOT_YOU}",
    ),
}
