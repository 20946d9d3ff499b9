"""A PostgreSQL server of the tests' own: in a folder of theirs, on a socket, gone afterwards."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [Path(found).parent for found in [shutil.which("initdb")] if found]
# PostgreSQL refuses to run as root; Debian's package brings a user of its own.
AS_USER = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
NEEDED = pytest.mark.skipif(not BINARIES, reason="PostgreSQL is missing; install it with: apt-get install -y postgresql")


@dataclass(frozen=True)
class Server:
    """A running server; its socket is in `folder`."""

    folder: Path

    def database(self, name: str) -> str:
        """Make an empty database, and return its address."""
        made = name.replace("-", "_").lower()
        run("createdb", "-h", self.folder, "-U", "finder", made)
        return f"postgresql+psycopg://finder@/{made}?host={self.folder}"


@contextmanager
def started(folder: Path) -> Iterator[Server]:
    """Start a server in an empty folder, and stop it afterwards."""
    for parent in (folder, *folder.parents):  # the server's own user has to reach its folder
        if parent.owner() == Path.home().owner() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)
    folder.chmod(0o777)
    data = folder / "data"
    run("initdb", "-D", data, "-A", "trust", "-U", "finder", "-E", "UTF8", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    run("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield Server(folder)
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")


def run(program: str, *arguments: str | Path) -> None:
    subprocess.run([*AS_USER, str(BINARIES[-1] / program), *map(str, arguments)], check=True, capture_output=True, cwd="/")
