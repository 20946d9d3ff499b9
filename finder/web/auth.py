"""Who asks: an API key, a member named by a trusted proxy, the sample's member, or a visitor on this machine."""

import hmac
from dataclasses import dataclass
from datetime import UTC, date, datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Protocol

from sqlalchemy import Engine

from finder import keys
from finder.keys import Scope
from finder.web.protection import Headers
from models.access import VISITOR, Principal
from models.database import writing
from models.errors import Forbidden, NotFound, SettingsError, Unauthenticated
from models.settings import Settings
from models.tables import AuditRow

ON_BEHALF = "X-Finder-Principal"
PROXY_SECRET = "X-Finder-Proxy-Secret"  # noqa: S105 - the name of a header
SHORTEST_SECRET = 16
MEMBER_SCOPES = frozenset({Scope.SEARCH, Scope.PEOPLE})
SIGN_IN = "Send an API key as `Authorization: Bearer ef_...`, or come through the organisation's sign-in."


class Directory(Protocol):
    """What is needed of the finder: its database and the members in it."""

    @property
    def engine(self) -> Engine:
        """The database."""
        ...

    def principal(self, user: str) -> Principal:
        """Return a member. Raises NotFound."""
        ...


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
        self._settings = settings
        self._directory = directory
        self._peers = _networks(settings)
        self._audited: set[tuple[str, str, date]] = set()
        check(settings)
        if settings.demo_principal:
            self._require_demo_principal()

    def asker(self, headers: Headers, peer: str, request_id: str = "") -> Asker:
        """Return who asks. `peer` is the address at the other end of the connection.

        Raises Unauthenticated, Forbidden, and DatabaseUnavailable.
        """
        presented = (headers.get("Authorization") or "").partition(" ")
        if presented[0].lower() == "bearer":
            return self._by_key(keys.verify(self._directory.engine, presented[2].strip()), headers.get(ON_BEHALF), request_id)
        if headers.get(ON_BEHALF) is not None:
            raise Unauthenticated(f"{ON_BEHALF} needs an API key that may impersonate.", SIGN_IN)
        user = headers.get(self._settings.proxy_user_header)
        if user is not None:
            return self._by_proxy(_text(user), headers.get(PROXY_SECRET) or "", peer)
        return self._without_identity(peer)

    def _by_key(self, key: keys.Key, on_behalf: str | None, request_id: str) -> Asker:
        if on_behalf is None:
            return Asker(Principal(key.grants), key.scopes, f"key:{key.id}", "key")
        if Scope.IMPERSONATE not in key.scopes:
            raise Forbidden("This key may not ask on behalf of others.", "It needs the scope 'impersonate'.")
        kind, _, user = _text(on_behalf).partition(":")
        try:
            principal = self._directory.principal(user if kind == "user" else "")
        except NotFound as error:
            raise Forbidden(f"{ON_BEHALF} names nobody in the directory.", "Write it as user:ada.") from error
        self._audit(key, user, request_id)
        return Asker(principal, key.scopes, f"key:{key.id}", "key", self._holds(principal, self._settings.recruiter_group))

    def _by_proxy(self, user: str, secret: str, peer: str) -> Asker:
        expected = self._settings.proxy_secret.get_secret_value().encode()
        known = self._is_proxy(peer)
        if not (known and expected and hmac.compare_digest(expected, secret.encode("latin-1", "replace"))):
            raise Unauthenticated("The sign-in header is accepted from the trusted proxy alone.", SIGN_IN)
        try:
            return self._member(self._directory.principal(user), "proxy")
        except NotFound as error:
            raise Forbidden("You are signed in, but the directory does not list you.", "Ask whoever keeps the people source.") from error

    def _without_identity(self, peer: str) -> Asker:
        settings = self._settings
        if settings.proxy_peers or not (settings.demo or is_loopback(peer)):
            raise Unauthenticated("Nobody is signed in.", SIGN_IN)
        if settings.demo_principal:
            try:
                return self._member(self._directory.principal(settings.demo_principal), "demo")
            except NotFound:
                return Asker(VISITOR, MEMBER_SCOPES, "visitor", "visitor")
        return Asker(VISITOR, MEMBER_SCOPES, "visitor", "visitor")

    def _member(self, principal: Principal, way: str) -> Asker:
        admin = self._holds(principal, self._settings.admin_group)
        scopes = MEMBER_SCOPES | {Scope.ADMIN} if admin else MEMBER_SCOPES
        return Asker(principal, scopes, f"user:{principal.user}", way, self._holds(principal, self._settings.recruiter_group))

    def _holds(self, principal: Principal, group: str) -> bool:
        return bool(group) and f"group:{group}" in principal.grants

    def _is_proxy(self, peer: str) -> bool:
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self._peers)

    def _audit(self, key: keys.Key, user: str, request_id: str) -> None:
        """Write that a key speaks for a person, once a day for each pair: a row a request would make every search a write."""
        now = datetime.now(UTC)
        pair = (key.id, user, now.date())
        if pair in self._audited:
            return
        with writing(self._directory.engine) as session:
            session.add(AuditRow(at=now, actor=f"key:{key.id}", action="impersonated", subject=f"user:{user}", request_id=request_id))
        self._audited = {kept for kept in self._audited if kept[2] == now.date()} | {pair}

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
    if settings.proxy_peers and (settings.demo or settings.demo_principal):
        raise SettingsError("A demonstration and a trusted proxy exclude each other.", "Unset FINDER_DEMO and FINDER_DEMO_PRINCIPAL.")
    _networks(settings)


def may_listen(settings: Settings, host: str, *, has_keys: bool) -> None:
    """Raise SettingsError where the service would listen beyond this machine without anybody having to say who they are."""
    if is_loopback(host) or host == "localhost" or settings.demo or settings.proxy_peers or has_keys:
        return
    raise SettingsError(
        f"Nobody would have to sign in, so the service does not listen on {host}.",
        "Configure a trusted proxy, create an API key, or set FINDER_DEMO=true to show everything open to the organisation to everybody.",
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
