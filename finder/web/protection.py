"""What keeps browsers and foreign hosts honest: Host and Origin checks, security headers, and the prefix a proxy puts in front."""

import re
from collections.abc import Collection, Iterable
from typing import Protocol
from urllib.parse import urlencode
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
ORIGIN = re.compile(r"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(?!:(?:80|443)$)(?::[0-9]{1,5})?")
PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+){1,8}")
COMMON = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
NEXT = "next"  # the parameter and the session's entry that say where to come back to
LONGEST_PATH = 2_000  # characters of it
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"


class Headers(Protocol):
    """The headers of a request."""

    def get(self, key: str, /) -> str | None:
        """Return a header's value."""
        ...


class Prefixed:
    """WSGI middleware: lives under the path that X-Forwarded-Prefix names, whether the proxy strips it or not."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request with the prefix as its root. A prefix that is not a plain path is ignored."""
        prefix = environ.get("HTTP_X_FORWARDED_PREFIX", "").rstrip("/")
        if PREFIX.fullmatch(prefix):
            environ["SCRIPT_NAME"] = prefix
            path = environ.get("PATH_INFO", "")
            if path == prefix or path.startswith(prefix + "/"):
                environ["PATH_INFO"] = path[len(prefix) :] or "/"
        return self._app(environ, start_response)


def host_allowed(host: str, hosts: Collection[str]) -> bool:
    """Whether a Host header names this service; `.example.org` allows every host below example.org."""
    found = HOST.fullmatch(host.lower())
    return found is not None and any(
        found[1].endswith(known.lower()) if known.startswith(".") else found[1] == known.lower() for known in hosts
    )


def way_in(path: str) -> str:
    """Return the address, below the service's root, that signs in and comes back to a path."""
    return f"/sign-in?{urlencode({NEXT: path})}"


def local(path: str) -> str:
    r"""Return a path on this service unchanged, and `/` for whatever a browser might take for another site (`//x`, `/\x`)."""
    plain = path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path
    return path if plain and len(path) <= LONGEST_PATH else "/"


def is_origin(text: str) -> bool:
    """Whether a text is an origin as browsers send it: scheme, host, and a port that is not the usual one."""
    return ORIGIN.fullmatch(text) is not None


def shared_with(origin: str | None, listed: Collection[str]) -> dict[str, str]:
    """Return the headers that let a listed origin's page read an answer, without cookies. `Vary` keeps caches from mixing up origins."""
    if origin is None or origin not in listed:
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "GET",
        "Access-Control-Allow-Headers": "Authorization",
        "Access-Control-Expose-Headers": "Retry-After, X-Request-Id",
        "Access-Control-Max-Age": "600",
    }


def page_policy(nonce: str) -> str:
    """Return the Content-Security-Policy of a page whose scripts and styles carry a nonce."""
    own = f"'self' 'nonce-{nonce}'"
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src {own}; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def from_elsewhere(headers: Headers, host: str) -> bool:
    """Whether a browser sends this request on behalf of another site's page."""
    origin = headers.get("Origin")
    if origin is not None:
        return origin.partition("://")[2] != host
    return headers.get("Sec-Fetch-Site") not in (None, "none", "same-origin")
