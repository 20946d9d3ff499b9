"""The secret of an installation: signs cursors and page tokens, keys the hashes of erased identities."""

import os
import secrets
from pathlib import Path

from models.settings import Settings

SECRET = "secret"  # noqa: S105 - the name of the file, not what it holds


def installation_secret(settings: Settings) -> bytes:
    """Return FINDER_SECRET_KEY, else what FINDER_HOME/secret holds; the file is made, for its owner only, where there is none."""
    configured = settings.secret_key.get_secret_value()
    if configured:
        return configured.encode()
    path = settings.home / SECRET
    if not path.exists():
        _create(path)
    return path.read_bytes().strip()


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{SECRET}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link fails where another process was first: its secret stands, and this one is thrown away.
        os.link(aside, path)
    except FileExistsError:
        return
    finally:
        aside.unlink()
