"""A small intranet portal with the box on its page: its server holds the key, and the page gets tokens that are good for minutes.

Run it beside the service; README.md in this folder says how. Only the standard library is needed.
"""

import argparse
import json
import os
import sys
import urllib.error
import urllib.request
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).parent
FILES = {"/": ("page.html", "text/html; charset=utf-8"), "/portal.css": ("portal.css", "text/css; charset=utf-8")}
SECONDS = 5


class Portal(BaseHTTPRequestHandler):
    """Serves the page, and tokens to it."""

    def __init__(self, options: argparse.Namespace, *arguments: object) -> None:
        self.options = options
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Give the page or its stylesheet."""
        if self.path not in FILES:
            self._answer(404, b"", "text/plain")
            return
        name, kind = FILES[self.path]
        service = escape(self.options.service)
        content = (HERE / name).read_text(encoding="utf-8").replace("{{service}}", service).replace("{{user}}", escape(self.options.user))
        self._answer(200, content.encode(), kind)

    def do_POST(self) -> None:
        """Give the portal's own page a token for whoever is signed in at the portal."""
        own = f"http://{self.headers.get('Host')}"
        if self.path != "/expertise-token" or self.headers.get("Origin") != own:
            self._answer(403, b"{}", "application/json")
            return
        try:
            self._answer(200, self._token(own), "application/json")
        except urllib.error.HTTPError as error:
            sys.stderr.write(f"The service gave no token: {error.code} {error.read().decode(errors='replace')}\n")
            self._answer(502, b"{}", "application/json")
        except OSError as error:
            sys.stderr.write(f"The service does not answer: {error}\n")
            self._answer(502, b"{}", "application/json")

    def _token(self, origin: str) -> bytes:
        # A real portal takes the user from its own session. Here whoever opens the page is the one that --user names.
        asked = urllib.request.Request(
            f"{self.options.service}/api/v1/tokens",
            data=json.dumps({"user": self.options.user, "origin": origin}).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {os.environ['PORTAL_KEY']}"},
        )
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
            return bytes(answer.read())

    def _answer(self, status: int, content: bytes, kind: str) -> None:
        service = self.options.service
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        # All that the box needs of a strict policy: its script from the service, and questions to it.
        policy = (
            f"default-src 'none'; style-src 'self'; script-src {service}; connect-src 'self' {service}; base-uri 'none'; form-action 'none'"
        )
        self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing of single requests."""


def main() -> None:
    """Serve the portal until it is interrupted."""
    parser = argparse.ArgumentParser(description="A portal with the box on its page.")
    parser.add_argument("--service", default="http://127.0.0.1:8000", help="where the service is (default: %(default)s)")
    parser.add_argument("--user", default="ada", help="the id of the person who is signed in at the portal (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8205, help="(default: %(default)s)")
    options = parser.parse_args()
    if "PORTAL_KEY" not in os.environ:
        parser.error("PORTAL_KEY is not set: `finder keys create portal --scope impersonate` makes one")
    options.service = options.service.rstrip("/")
    server = ThreadingHTTPServer(("127.0.0.1", options.port), partial(Portal, options))
    sys.stderr.write(f"The portal is at http://127.0.0.1:{server.server_port}\n")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
