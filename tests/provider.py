"""An OpenID Connect provider that a test can make lie. It is strict where a real one is: client, address to return to, and PKCE."""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

Claims = dict[str, Any]


@cache
def made_key(kid: str) -> RSAKey:
    """A key for signatures, made once for each name."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


@dataclass
class Provider:
    """What the provider says of whoever signs in, and how it is to lie about it."""

    client_id: str = "finder"
    client_secret: str = "a secret of the client"
    user: Claims = field(default_factory=lambda: {"sub": "1", "email": "bob@example.com"})
    forge: Callable[[Claims], Any] = lambda claims: claims
    issuer: str = ""
    described: Claims = field(default_factory=dict)
    told: Claims | None = None  # at the userinfo endpoint; None: there is none
    key: RSAKey = field(default_factory=lambda: made_key("k1"))
    begun: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # paths, in the order of the requests
    down: bool = False

    def signed(self, claims: Claims, header: Claims | None = None, key: RSAKey | None = None) -> str:
        return jwt.encode(header or {"alg": "RS256", "kid": "k1"}, claims, key or self.key)

    def claims(self, nonce: str) -> Claims:
        now = int(time.time())
        return {**self.user, "iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + 60, "nonce": nonce}

    def app(self) -> Flask:
        app = Flask("provider")
        app.before_request(self._arrive)
        app.get("/.well-known/openid-configuration")(self._describe)
        app.get("/keys")(self._keys)
        app.get("/authorize")(self._authorize)
        app.post("/token")(self._token)
        app.get("/userinfo")(self._tell)
        return app

    def _arrive(self) -> Response | None:
        self.asked.append(request.path)
        return Response("<h1>Down for maintenance</h1>", 503) if self.down else None

    def _describe(self) -> Response:
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        if self.told is not None:
            found["userinfo_endpoint"] = f"{self.issuer}/userinfo"
        return jsonify({**found, **self.described})

    def _keys(self) -> Response:
        return jsonify({"keys": [self.key.as_dict(private=False)]})

    def _tell(self) -> Response:
        return jsonify(self.told)

    def _authorize(self) -> Any:
        assert request.args["client_id"] == self.client_id
        assert request.args["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.begun[code] = request.args.to_dict()
        return redirect(f"{request.args['redirect_uri']}?{urlencode({'code': code, 'state': request.args['state']})}")

    def _token(self) -> Any:
        known = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        begun = self.begun.pop(request.form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(request.form["code_verifier"].encode()).digest()).decode().rstrip("=")
        right = (
            begun is not None
            and request.headers["Authorization"] == f"Basic {known}"
            and begun["redirect_uri"] == request.form["redirect_uri"]
            and begun["code_challenge"] == challenge
        )
        if begun is None or not right:
            return jsonify({"error": "invalid_grant"}), 400
        forged = self.forge(self.claims(begun["nonce"]))
        answer = {"access_token": "a", "token_type": "Bearer", "expires_in": 3600}
        if forged is not None:
            answer["id_token"] = forged if isinstance(forged, str) else self.signed(forged)
        return jsonify(answer)


@contextmanager
def running(provider: Provider) -> Iterator[Provider]:
    """Run a provider on a free port of this machine."""
    server = make_server("127.0.0.1", 0, provider.app(), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
