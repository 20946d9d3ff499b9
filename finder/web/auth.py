"""Who asks: an API key, a box's token, a member named by a trusted proxy or signed in here, the sample's member, or a visitor."""

import hmac
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from finder import keys, sign_ins
from finder.keys import Scope
from finder.sign_ins import SignIn
from finder.web import oidc, protection, tokens
from finder.web.delegation import Delegation, Directory
from finder.web.protection import Headers
from finder.web.tokens import Token, Tokens
from models.access import VISITOR, Principal
from models.errors import Forbidden, InvalidQuery, NotFound, SettingsError, Unauthenticated
from models.settings import Settings

ON_BEHALF = "X-Finder-Principal"
PROXY_SECRET = "X-Finder-Proxy-Secret"  # noqa: S105 - the name of a header
SHORTEST_SECRET = 16
MEMBER_SCOPES = frozenset({Scope.SEARCH, Scope.PEOPLE})
BOX_SCOPES = frozenset({Scope.SEARCH})
SIGN_IN = "Send an API key as `Authorization: Bearer ef_...`, or come through the organisation's sign-in."
UNLISTED = "You are signed in, but the directory does not list you."
WHO_KEEPS = "Ask whoever keeps the people source."


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks and what they may use. `name` is stored with what they leave behind; `way` is how we know them."""

    principal: Principal
    scopes: frozenset[str]
    name: str
    way: str
    recruiter: bool = False

    def need(self, scope: str) -> None:
        """Raise Forbidden where the asker may not use a part of the service."""
        if scope not in self.scopes:
            raise Forbidden(f"This needs the scope {str(scope)!r}.", "Ask an administrator for a key or a role that has it.")


class Identity:
    """Decides who asks. Raises SettingsError at once where identity is half configured."""

    def __init__(self, settings: Settings, directory: Directory) -> None:
        check(settings)
        self._settings = settings
        self._directory = directory
        self._peers = _networks(settings)
        self._delegation = Delegation(directory)
        self._tokens = Tokens.of(settings)
        if settings.demo_principal:
            self._require_demo_principal()

    def asker(self, headers: Headers, peer: str, request_id: str = "", signed_in: str = "") -> Asker:
        """Return who asks. `peer` is the address at the other end of the connection, `signed_in` what the session's cookie holds.

        Raises Unauthenticated, Forbidden, and DatabaseUnavailable.
        """
        kind, _, secret = (headers.get("Authorization") or "").partition(" ")
        if kind.lower() == "bearer":
            if secret.strip().startswith(tokens.PREFIX):
                return self._by_token(secret.strip(), headers.get("Origin"), request_id)
            return self._by_key(keys.verify(self._directory.engine, secret.strip()), headers.get(ON_BEHALF), request_id)
        if headers.get(ON_BEHALF) is not None:
            raise Unauthenticated(f"{ON_BEHALF} needs an API key that may impersonate.", SIGN_IN)
        user = headers.get(self._settings.proxy_user_header)
        if user is not None:
            return self._by_proxy(_text(user), headers.get(PROXY_SECRET) or "", peer)
        found = sign_ins.find(self._directory.engine, signed_in) if signed_in and self._settings.oidc_issuer else None
        return self._by_sign_in(found) if found is not None else self._without_identity(peer)

    def token(self, asker: Asker, user: str, origin: str, request_id: str) -> str:
        """Return a token with which a page of a listed origin asks as a person, on the word of a key that may impersonate.

        Raises InvalidQuery for an origin that is not listed, Forbidden for a person who is not, and Unauthenticated.
        """
        if origin not in self._settings.embed_origins:
            raise InvalidQuery("origin is not among FINDER_EMBED_ORIGINS.", "It is written exactly as there: https://portal.example.org")
        key = keys.living(self._directory.engine, asker.name.removeprefix("key:"))
        self._delegation.principal(key, user, request_id)
        return self._tokens.issue(Token(key.id, user, origin))

    def _by_key(self, key: keys.Key, on_behalf: str | None, request_id: str) -> Asker:
        if on_behalf is None:
            return Asker(Principal(key.grants), key.scopes, f"key:{key.id}", "key")
        if Scope.IMPERSONATE not in key.scopes:
            raise Forbidden("This key may not ask on behalf of others.", "It needs the scope 'impersonate'.")
        kind, _, user = _text(on_behalf).partition(":")
        principal = self._delegation.principal(key, user if kind == "user" else "", request_id)
        return Asker(principal, key.scopes, f"key:{key.id}", "key", self._holds(principal, self._settings.recruiter_group))

    def _by_token(self, presented: str, origin: str | None, request_id: str) -> Asker:
        token = self._tokens.read(presented, origin)
        key = keys.living(self._directory.engine, token.key)
        if token.origin not in self._settings.embed_origins or Scope.IMPERSONATE not in key.scopes:
            raise Unauthenticated(tokens.REFUSED, tokens.REMEDY)
        return Asker(self._delegation.principal(key, token.user, request_id), BOX_SCOPES, f"user:{token.user}", "embed")

    def _by_proxy(self, user: str, secret: str, peer: str) -> Asker:
        expected = self._settings.proxy_secret.get_secret_value().encode()
        known = self._is_proxy(peer)
        if not (known and expected and hmac.compare_digest(expected, secret.encode("latin-1", "replace"))):
            raise Unauthenticated("The sign-in header is accepted from the trusted proxy alone.", SIGN_IN)
        try:
            return self._member(self._directory.principal(user), "proxy")
        except NotFound as error:
            raise Forbidden(UNLISTED, WHO_KEEPS) from error

    def _by_sign_in(self, found: SignIn) -> Asker:
        try:
            return self._member(self._directory.principal(found.user), "oidc", found.groups)
        except NotFound as error:
            raise Forbidden(UNLISTED, WHO_KEEPS) from error

    def _without_identity(self, peer: str) -> Asker:
        settings = self._settings
        if settings.proxy_peers or settings.oidc_issuer or not (settings.demo or is_loopback(peer)):
            raise Unauthenticated("Nobody is signed in.", SIGN_IN)
        if settings.demo_principal:
            try:
                return self._member(self._directory.principal(settings.demo_principal), "demo")
            except NotFound:
                return Asker(VISITOR, MEMBER_SCOPES, "visitor", "visitor")
        return Asker(VISITOR, MEMBER_SCOPES, "visitor", "visitor")

    def _member(self, principal: Principal, way: str, claimed: frozenset[str] = frozenset()) -> Asker:
        """Return a member with the roles of their groups; groups that the provider claims give roles, never anything to read."""
        admin = self._holds(principal, self._settings.admin_group, claimed)
        scopes = MEMBER_SCOPES | {Scope.ADMIN} if admin else MEMBER_SCOPES
        recruiter = self._holds(principal, self._settings.recruiter_group, claimed)
        return Asker(principal, scopes, f"user:{principal.user}", way, recruiter)

    def _holds(self, principal: Principal, group: str, claimed: frozenset[str] = frozenset()) -> bool:
        return bool(group) and (f"group:{group}" in principal.grants or group in claimed)

    def _is_proxy(self, peer: str) -> bool:
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self._peers)

    def _require_demo_principal(self) -> None:
        user = self._settings.demo_principal
        try:
            self._directory.principal(user)
        except NotFound as error:
            raise SettingsError(
                f"FINDER_DEMO_PRINCIPAL is {user!r}, who is not in the directory.", "Name a person of the sample."
            ) from error


def check(settings: Settings) -> None:
    """Raise SettingsError where identity is half configured or contradicts itself."""
    secret = settings.proxy_secret.get_secret_value()
    if bool(settings.proxy_peers) != bool(secret):
        missing, given = ("SECRET", "PEERS") if settings.proxy_peers else ("PEERS", "SECRET")
        raise SettingsError(f"FINDER_PROXY_{given} is set and FINDER_PROXY_{missing} is not.", "Set both to trust a proxy, or neither.")
    if secret and len(secret) < SHORTEST_SECRET:
        raise SettingsError(f"FINDER_PROXY_SECRET has fewer than {SHORTEST_SECRET} characters.", "Use a long random one.")
    if (settings.proxy_peers or settings.oidc_issuer) and (settings.demo or settings.demo_principal):
        raise SettingsError("A demonstration and a sign-in exclude each other.", "Unset FINDER_DEMO and FINDER_DEMO_PRINCIPAL.")
    oidc.check(settings)
    for origin in settings.embed_origins:
        if not protection.is_origin(origin):
            raise SettingsError(
                f"FINDER_EMBED_ORIGINS: {origin!r} is no origin.", "Write scheme and host alone: https://portal.example.org"
            )
    _networks(settings)


def may_listen(settings: Settings, host: str, *, has_keys: bool) -> None:
    """Raise SettingsError where the service would listen beyond this machine without anybody having to say who they are."""
    if is_loopback(host) or host == "localhost" or settings.demo or settings.proxy_peers or settings.oidc_issuer or has_keys:
        return
    raise SettingsError(
        f"Nobody would have to sign in, so the service does not listen on {host}.",
        "Configure a sign-in or a trusted proxy, create an API key, or set FINDER_DEMO=true to show everything open to the organisation to "
        "everybody.",
    )


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine's own."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)


def _networks(settings: Settings) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(peer) for peer in settings.proxy_peers)
    except ValueError as error:
        raise SettingsError(f"FINDER_PROXY_PEERS: {error}.", "List addresses or networks such as 10.0.0.0/28.") from error


def _text(header: str) -> str:
    # WSGI hands header bytes over as Latin-1; ids are UTF-8.
    return header.encode("latin-1", "replace").decode("utf-8", "replace").strip()
