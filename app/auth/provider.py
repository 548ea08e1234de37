"""The organisation's provider of accounts, spoken to by OpenID Connect: authorisation code with PKCE
(RFC 7636), state and nonce, through Authlib's Flask client.

Authlib makes and compares state, nonce and verifier and checks signature and times. What it leaves to its
caller is done here: which algorithms and addresses are taken, that the discovery is of the issuer we know,
that the token is for us alone, how long a sign-in may take. No transaction is open while we speak to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import request
from flask import session as cookie

from app.config import Config, https_or_here
from engine.clock import Clock

if TYPE_CHECKING:
    from authlib.integrations.flask_client import FlaskOAuth2App

TIME_OUT = 5.0  # seconds for each answer of the provider
SIGN_IN_TAKES = timedelta(minutes=15)  # at most, from our page back to our page
DISCOVERY_LASTS = timedelta(hours=1)
LEEWAY = 60  # seconds that the provider's clock may differ from ours
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")
FACTORS = frozenset({"mfa", "otp", "hwk", "swk", "sc"})  # of amr, as RFC 8176 names them
FACTOR_CLASSES = frozenset(  # of acr
    {
        "mfa",
        "phr",
        "phrh",
        "https://refeds.org/profile/mfa",
        "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
    }
)
LONGEST = 255


class SignInRefused(Exception):
    """Why somebody was not signed in: `why` for the log, which holds nothing personal; sentences for them."""

    def __init__(
        self, why: str, words: str, what_to_do: str = "Sign in again.", *, status: int = 403
    ) -> None:
        super().__init__(words)
        self.why, self.words, self.what_to_do, self.status = why, words, what_to_do, status


@dataclass(frozen=True)
class Identity:
    """Who the provider says is there. `email` only when it says that it has checked it."""

    issuer: str
    subject: str
    email: str | None
    nonce: str
    target: str


@dataclass
class Provider:
    """The provider that the settings name."""

    config: Config
    clock: Clock
    _client: FlaskOAuth2App | None = field(default=None, repr=False)
    _read_at: datetime | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """What it is called here."""
        return self.config.organisation

    def begin(self, redirect_address: str, target: str) -> str:
        """Where to send the browser. What must come back with it is kept in the signed cookie: state, nonce,
        verifier, `target` to go to afterwards, and when it began. Only the last one: a cookie is small."""
        client = self._connected()
        asked = client.create_authorization_url(redirect_address)
        for name in [name for name in cookie if name.startswith("_state_")]:
            del cookie[name]
        began = self.clock.now().isoformat()
        client.save_authorize_data(redirect_uri=redirect_address, target=target, began=began, **asked)
        return str(asked["url"])

    def finish(self) -> Identity:
        """Who came back, from the request at work. The state that it came with is spent, whatever follows.
        Raises SignInRefused."""
        client = self._connected()
        state = request.args.get("state", "")
        kept = client.framework.get_state_data(cookie, state)
        if not kept or self.clock.now() - datetime.fromisoformat(kept["began"]) > SIGN_IN_TAKES:
            client.framework.clear_state_data(cookie, state)
            raise SignInRefused("state", "This sign-in was not begun in this browser, or it took too long.")
        if request.args.get("iss", self.config.oidc_issuer) != self.config.oidc_issuer:  # RFC 9207
            client.framework.clear_state_data(cookie, state)
            raise SignInRefused("issuer of the answer", f"That answer did not come from {self.name}.")
        claims = self._claims(client, state)
        if self.config.oidc_require_second_factor and not _two_factors(claims):
            raise SignInRefused(
                "second factor",
                f"{self.name} let you in without a second factor, such as a code or a key. We need one.",
                f"Turn it on for your account at {self.name}, or ask your IT support to, and sign in again.",
            )
        return Identity(
            claims["iss"], claims["sub"], _checked_address(claims), kept["nonce"], str(kept["target"])
        )

    def sign_out_address(self, back: str) -> str:
        """Where one signs out of the provider itself (RP-Initiated Logout 1.0); "" where it has no such
        address or cannot be reached."""
        try:
            found = self._connected().server_metadata.get("end_session_endpoint", "")
        except SignInRefused:
            return ""
        asked = {"client_id": self.config.oidc_client_id, "post_logout_redirect_uri": back}
        return f"{found}{'&' if '?' in found else '?'}{urlencode(asked)}" if found else ""

    def _claims(self, client: FlaskOAuth2App, state: str) -> dict[str, Any]:
        """The claims of a token that is for us, from this issuer, signed, in time and answers our nonce."""
        import requests  # with Authlib 12 MB, only where people sign in with an account of the organisation
        from authlib.integrations.base_client import OAuthError
        from joserfc.errors import JoseError

        wanted = {
            "iss": {"essential": True, "value": self.config.oidc_issuer},
            "aud": {"essential": True, "value": self.config.oidc_client_id},
            "sub": {"essential": True},
        }
        try:
            told = client.authorize_access_token(claims_options=wanted, leeway=LEEWAY).get("userinfo")
        except OAuthError as refused:
            raise _refusal(self.name, str(refused.error)) from None
        except (JoseError, ValueError, TypeError, KeyError) as wrong:
            raise _refusal(self.name, type(wrong).__name__) from None
        except requests.RequestException as away:
            raise _away(self.name, type(away).__name__) from None
        finally:
            client.framework.clear_state_data(cookie, state)
        if told is None or told["aud"] not in (self.config.oidc_client_id, [self.config.oidc_client_id]):
            raise _refusal(self.name, "audience" if told else "no ID token")
        if not isinstance(told["sub"], str) or not 0 < len(told["sub"]) <= LONGEST:
            raise _refusal(self.name, "subject")
        return dict(told)

    def _connected(self) -> FlaskOAuth2App:
        """Authlib's client of what the discovery says, which is read again every hour."""
        now = self.clock.now()
        if self._client is None or self._read_at is None or now - self._read_at > DISCOVERY_LASTS:
            self._client, self._read_at = self._client_for(discovery(self.config)), now
        return self._client

    def _client_for(self, told: dict[str, Any]) -> FlaskOAuth2App:
        from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App

        ways = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        basic = "client_secret_basic"
        return FlaskOAuth2App(
            FlaskIntegration("organisation"),
            "organisation",
            client_id=self.config.oidc_client_id,
            client_secret=self.config.oidc_client_secret,
            client_kwargs={
                "scope": "openid email",
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": basic if basic in ways else "client_secret_post",
                "default_timeout": TIME_OUT,
                "max_redirects": 0,
            },
            **{name: told[name] for name in (*ADDRESSES, "issuer", "end_session_endpoint") if told.get(name)},
            id_token_signing_alg_values_supported=told["algorithms"],
        )


def discovery(config: Config) -> dict[str, Any]:
    """What the provider says of itself (OpenID Connect Discovery 1.0), with `algorithms`, those that we take
    too. Raises SignInRefused when it cannot be reached or is not who it should be."""
    import requests

    organisation, issuer = config.organisation, config.oidc_issuer
    address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        answer = requests.get(address, timeout=TIME_OUT, allow_redirects=False)
        told = answer.json() if answer.status_code == 200 else None
    except requests.RequestException as away:  # an answer that is no JSON, too
        raise _away(organisation, type(away).__name__) from None
    if not isinstance(told, dict):
        raise _away(organisation, f"status {answer.status_code}")
    if told.get("issuer") != issuer:
        raise _away(organisation, "another issuer in its discovery")
    here = issuer.startswith("http:")  # on this machine, as the settings made sure
    for name in (*ADDRESSES, "end_session_endpoint"):
        found = told.get(name)
        if found is None and name not in ADDRESSES:
            continue
        if not isinstance(found, str) or not https_or_here(found) or (found.startswith("http:") and not here):
            raise _away(organisation, f"{name} is not https")
    said = told.get("id_token_signing_alg_values_supported") or ["RS256"]
    algorithms = [each for each in ALGORITHMS if each in said]
    if not algorithms:
        raise _away(organisation, "no algorithm that we take")
    return {**told, "algorithms": algorithms}


def _refusal(organisation: str, why: str) -> SignInRefused:
    if why == "access_denied":
        return SignInRefused(why, f"{organisation} did not sign you in, or you said no there.")
    return SignInRefused(
        why,
        f"What {organisation} told us about you could not be trusted, so you have not been signed in.",
        "Begin again. If it goes on, ask the Board’s business team.",
    )


def _away(organisation: str, why: str) -> SignInRefused:
    return SignInRefused(
        why,
        f"We could not reach {organisation}, so nobody can sign in with its accounts just now.",
        "Try again in a few minutes.",
        status=503,
    )


def _two_factors(claims: dict[str, Any]) -> bool:
    ways, level = claims.get("amr") or [], claims.get("acr")
    return not FACTORS.isdisjoint(str(way) for way in ways) or level in FACTOR_CLASSES


def _checked_address(claims: dict[str, Any]) -> str | None:
    """The e-mail address when the provider says, as a truth value, that it has checked it."""
    address = claims.get("email")
    return address.strip() if claims.get("email_verified") is True and isinstance(address, str) else None
