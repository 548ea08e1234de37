"""The words of notices about records and about the register of themes: purpose, subject, body. None names a
case.
"""

from __future__ import annotations

RECORD_TEXTS: dict[str, tuple[str, str, str]] = {
    "destruction_proposed": (
        "Destruction waits for approval",
        "The destruction of a record waits for you",
        (
            "The Board’s business manager proposes to destroy a record whose time is over. Please approve it "
            "or send it back on the page “Records”."
        ),
    ),
    "theme_comes_back": (
        "A theme has come back in several reviews",
        "A theme has come back in several reviews",
        (
            "The same theme has now come up in several reviews. Which one, and how often, is on the page "
            "“Themes” under “Learning”."
        ),
    ),
    "destruction_sent_back": (
        "Destruction was not approved",
        "A record you proposed to destroy was sent back",
        "It is on the page “Records” again, with the reason.",
    ),
}
