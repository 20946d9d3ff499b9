"""The organisation's OpenID Connect provider, through Authlib: where to send a browser, and whom the answer names."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask
from werkzeug.wrappers import Response

from models.errors import Forbidden, ProviderUnavailable, SettingsError, SignInRefused
from models.settings import Settings

SIGNED_WITH = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)  # never none or a shared secret
TIMEOUT = (3.05, 5.0)  # seconds to connect, and between two bytes
DESCRIPTION_SECONDS = 3600  # after which the provider's description and keys are read anew
LEEWAY = 30  # seconds that the clocks may differ
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
AGAIN = "Sign in again. If it happens again, tell whoever runs the service; the log has the reason."


@dataclass(frozen=True, slots=True)
class Claimed:
    """Whom the provider names: an account key such as `email:ada@example.com`, and the groups it puts them in."""

    account: str
    groups: frozenset[str]


class Provider:
    """One provider as the settings name it. Nothing is asked of it before somebody signs in."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        from authlib.integrations.flask_client import OAuth

        self._settings = settings
        self._client: Any = OAuth(app).register(
            "oidc",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value() or None,
            server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": settings.oidc_scopes, "code_challenge_method": "S256", "default_timeout": TIMEOUT},
        )

    def ask(self, callback: str) -> Response:
        """Return the redirect to the provider; state, nonce and the code's verifier stay in the session. Raises ProviderUnavailable."""
        with _translated():
            self._description()
            response: Response = self._client.authorize_redirect(callback)
            return response

    def answer(self) -> Claimed:
        """Return whom the provider's answer, which is the request at hand, names. Raises SignInRefused, ProviderUnavailable, Forbidden."""
        with _translated():
            issuer = self._description()["issuer"]
            bound = {
                "iss": {"essential": True, "values": [issuer]},
                # Authlib alone would take a token made for another client, as long as it says that it was asked for by ours.
                "aud": {"essential": True, "values": [self._settings.oidc_client_id]},
            }
            token = self._client.authorize_access_token(claims_options=bound, leeway=LEEWAY)
            if "userinfo" not in token:
                raise SignInRefused("The provider's answer names nobody.", AGAIN)
            claims: dict[str, Any] = dict(token["userinfo"])
            if self._settings.oidc_user_claim not in claims and "userinfo_endpoint" in self._client.server_metadata:
                claims = self._completed(claims, token)
        return self._claimed(claims)

    def _completed(self, claims: Mapping[str, Any], token: object) -> dict[str, Any]:
        """Return the claims with those that the provider tells on request only."""
        told = self._client.userinfo(token=token)
        if told.get("sub") != claims["sub"]:
            raise SignInRefused("The provider's answers name two people.", AGAIN)
        return {**told, **claims}

    def _claimed(self, claims: Mapping[str, Any]) -> Claimed:
        settings = self._settings
        user = claims.get(settings.oidc_user_claim)
        if not isinstance(user, str) or not user.strip():
            raise Forbidden(
                f"The provider does not say your {settings.oidc_user_claim}.", "Whoever runs the service can choose another claim."
            )
        if settings.oidc_account == "email" and claims.get("email_verified") is False:
            raise Forbidden("The provider has not verified your e-mail address.", "Verify it there, and sign in again.")
        groups = claims.get(settings.oidc_groups_claim) if settings.oidc_groups_claim else None
        named = frozenset(group for group in groups if isinstance(group, str)) if isinstance(groups, list) else frozenset()
        giving = {settings.admin_group, settings.recruiter_group} - {""}
        return Claimed(f"{settings.oidc_account}:{user.strip()}", named & giving)

    def _description(self) -> Mapping[str, Any]:
        """Return what the provider says of itself, and see that it is the one we asked for, with signatures that we take."""
        known = self._client.server_metadata
        if time.time() - known.get("_loaded_at", 0) > DESCRIPTION_SECONDS:
            known.clear()
        self._client.load_server_metadata()
        if str(known.get("issuer", "")).rstrip("/") != self._settings.oidc_issuer.rstrip("/"):
            known.clear()
            raise ProviderUnavailable("The provider calls itself by another name than FINDER_OIDC_ISSUER.", "Correct the setting.")
        offered = known.get("id_token_signing_alg_values_supported") or ["RS256"]
        known["id_token_signing_alg_values_supported"] = [name for name in SIGNED_WITH if name in offered]
        described: Mapping[str, Any] = known
        return described


def check(settings: Settings) -> None:
    """Raise SettingsError where the sign-in is half configured, or would send secrets over a network in the clear."""
    given = (settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret.get_secret_value())
    if any(given) and not (settings.oidc_issuer and settings.oidc_client_id and settings.public_url):
        raise SettingsError(
            "The sign-in is half configured.",
            "It needs FINDER_OIDC_ISSUER, FINDER_OIDC_CLIENT_ID and FINDER_PUBLIC_URL, or none of the first two.",
        )
    for name, address in (("PUBLIC_URL", settings.public_url), ("OIDC_ISSUER", settings.oidc_issuer)):
        scheme, host = _read(name, address)
        if settings.oidc_issuer and scheme != "https" and host not in LOCAL:
            raise SettingsError(f"FINDER_{name} is not https.", "Who signs in would send secrets in the clear.")


def _read(name: str, address: str) -> tuple[str, str | None]:
    """Return scheme and host of an address, which may be empty. Raises SettingsError where it is none."""
    try:
        parts = urlsplit(address)
        sound = not address or (parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment)
    except ValueError:
        sound = False
    if not sound:
        raise SettingsError(f"FINDER_{name} is no address.", "Write it as https://find.example.org, with a path where there is one.")
    return parts.scheme, parts.hostname


@contextmanager
def _translated() -> Iterator[None]:
    """Give foreign errors the names that people meet; the log has the class, never what was sent."""
    from authlib.integrations.base_client import OAuthError
    from joserfc.errors import JoseError
    from requests import RequestException

    try:
        yield
    except RequestException as error:
        _log(error)
        raise ProviderUnavailable("The organisation's sign-in does not answer.", "Try again in a moment.") from error
    except OAuthError as error:
        _log(error)
        denied = error.error == "access_denied"
        raise SignInRefused("You did not sign in." if denied else "The sign-in did not come to its end.", AGAIN) from error
    except (JoseError, ValueError, KeyError, TypeError, RuntimeError) as error:
        _log(error)
        raise SignInRefused("What the provider answered cannot be believed.", AGAIN) from error


def _log(error: Exception) -> None:
    structlog.get_logger().warning("sign-in failed", reason=type(error).__name__)
