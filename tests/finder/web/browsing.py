"""A browser at a service that people sign in to: the way to the provider and back."""

from collections.abc import Callable
from typing import Any

import requests
from flask.testing import FlaskClient

ROOT = "http://localhost"
HTML = {"Accept": "text/html"}
Start = Callable[..., FlaskClient]


def there_and_back(client: FlaskClient, path: str = "/sign-in") -> str:
    """Follow the way to the provider; return the path with which it sends the browser back."""
    away = client.get(path)
    assert away.status_code == 302, away.text
    back = requests.get(away.headers["Location"], allow_redirects=False, timeout=5).headers["Location"]
    assert back.startswith(f"{ROOT}/sign-in/callback?")
    return back.removeprefix(ROOT)


def sign_in(client: FlaskClient, path: str = "/sign-in") -> Any:
    return client.get(there_and_back(client, path), headers=HTML)
