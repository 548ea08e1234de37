"""The second factor: one-time codes by time (RFC 6238) from an app, and recovery codes on paper.

A code counts for its 30 seconds and those before and after; each is taken once, for the newest step taken
is kept. The secret is sealed for its row. A recovery code has 120 random bits: long enough for a plain
digest (ASVS 5.0, 6.5.2).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.auth.models import LocalAccount, RecoveryCode
from engine import derive_key, house, open_sealed, seal

STEP = 30
ISSUER = "Roundtable"
RECOVERY_CODES = 10
_RECOVERY_BYTES, _GROUP = 15, 4


def new_secret(session: Session, account: LocalAccount) -> None:
    """A secret that is shown to its owner and counts once they have sent a code made with it."""
    account.pending_factor = _sealed(session, account.person, pyotp.random_base32())


def pending_secret(session: Session, account: LocalAccount) -> str:
    """The secret that waits for its first code, or ""."""
    return _opened(session, account.person, account.pending_factor) if account.pending_factor else ""


def square_code(secret: str, email: str) -> str:
    """What an app reads with the camera, as the address of a picture that needs no request."""
    import segno  # draws a picture once per person

    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
    picture: str = segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff")
    return picture


def confirm(session: Session, account: LocalAccount, code: str, now: datetime) -> bool:
    """Make the waiting secret the second factor, if the code was made with it."""
    secret = pending_secret(session, account)
    step = _step_of(secret, code, now, after=0) if secret else None
    if step is None:
        return False
    account.factor, account.pending_factor = account.pending_factor, None
    account.factor_set_at, account.last_step = now, step
    return True


def take_code(session: Session, account: LocalAccount, code: str, now: datetime) -> bool:
    """Whether a code is right and was not taken before. It is taken with this."""
    if account.factor is None:
        return False
    session.refresh(account, with_for_update=True)  # two requests with one code come after each other
    step = _step_of(_opened(session, account.person, account.factor), code, now, after=account.last_step)
    if step is not None:
        account.last_step = step
    return step is not None


def new_recovery_codes(session: Session, person: str, now: datetime) -> list[str]:
    """Ten new codes, to be shown this once; those of before are worth nothing from now on."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person == person))
    made = [_spelled(secrets.token_bytes(_RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(digest=_digest(code), person=person, made_at=now) for code in made)
    return made


def take_recovery_code(session: Session, person: str, code: str, now: datetime) -> bool:
    """Whether a recovery code is theirs and was not used before. It is used up with this."""
    theirs = update(RecoveryCode).where(
        RecoveryCode.digest == _digest(code), RecoveryCode.person == person, RecoveryCode.used_at.is_(None)
    )
    return bool(session.execute(theirs.values(used_at=now).returning(RecoveryCode.digest)).all())


def recovery_codes_left(session: Session, person: str) -> int:
    """How many recovery codes a person can still use."""
    mine = RecoveryCode.person == person, RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*mine)) or 0


def drop_factor(session: Session, account: LocalAccount) -> None:
    """Take the second factor away, with its recovery codes: the next sign-in asks for a new one."""
    account.factor = account.pending_factor = account.factor_set_at = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.person == account.person))


def _step_of(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    typed = "".join(code.split())
    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    for step in (present - 1, present, present + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()) and step > after:
            return step
    return None


def _spelled(random: bytes) -> str:
    plain = base64.b32encode(random).decode().lower()
    return "-".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))


def _digest(code: str) -> str:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(f"recovery code|{plain}".encode()).hexdigest()


def seal_factors_again(session: Session, old_secret: bytes) -> int:
    """Seal every second factor with another secret of the deployment's; how many. Raises StateUnreadable."""
    old, done = derive_key(derive_key(old_secret, "state"), "second factor"), 0
    for account in session.scalars(select(LocalAccount)):
        for column in ("factor", "pending_factor"):
            sealed = getattr(account, column)
            if sealed is not None:
                plain = open_sealed(sealed, old, _place(account.person))
                setattr(account, column, seal(plain, _key(session), _place(account.person)))
                done += 1
    session.flush()
    return done


def _sealed(session: Session, person: str, secret: str) -> bytes:
    return seal(secret.encode(), _key(session), _place(person))


def _opened(session: Session, person: str, sealed: bytes) -> str:
    return open_sealed(sealed, _key(session), _place(person)).decode()


def _key(session: Session) -> bytes:
    return derive_key(house(session).state_key, "second factor")


def _place(person: str) -> str:
    return f"local_account|factor|{person}"
