"""The words of notices about how somebody signs in: purpose, subject, body. None says anything of a case."""

from __future__ import annotations

SIGN_IN_TEXTS: dict[str, tuple[str, str, str]] = {
    "account_invited": (
        "A new person sets their password",
        "Your account on Roundtable",
        (
            "There is an account for you. Open the link below to set your password. It works once, within 24 "
            "hours. You also need an authenticator app on your phone, which shows a code for each sign-in."
        ),
    ),
    "password_link": (
        "Link to set a new password",
        "Set a new password",
        (
            "Somebody asked to set a new password for you. Open the link below to set it. It works once, "
            "within 24 hours. If it was not you, do nothing: your password stays as it is."
        ),
    ),
    "password_changed": (
        "A password was changed",
        "Your password was changed",
        (
            "Your password was changed, and you were signed out everywhere. If it was not you, tell the "
            "Board’s business team at once."
        ),
    ),
    "factor_changed": (
        "A second factor was changed",
        "Your authenticator app was changed",
        (
            "An authenticator app was set up for your account, and you were signed out everywhere else. "
            "If it was not you, tell the Board’s business team at once."
        ),
    ),
    "recovery_codes_made": (
        "New recovery codes",
        "You have new recovery codes",
        (
            "New recovery codes were made for your account. Older ones no longer work. If it was not you, "
            "tell the Board’s business team at once."
        ),
    ),
    "recovery_code_used": (
        "A recovery code was used",
        "A recovery code was used to sign in",
        (
            "Somebody signed in to your account with one of your recovery codes. If it was not you, tell "
            "the Board’s business team at once."
        ),
    ),
}
