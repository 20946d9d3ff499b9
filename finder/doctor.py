"""What `finder doctor` finds: settings in force, versions, processor, disk, and whether each part of the service is sound."""

import json
import platform
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import make_url

from finder import encoder, weights
from models import generation
from models.database import check_schema, connect
from models.encoder import has_fast_bfloat16
from models.errors import FinderError
from models.settings import Settings

PACKAGES = (
    "torch",
    "sentence-transformers",
    "onnxruntime",
    "faiss-cpu",
    "spacy",
    "numpy",
    "scipy",
    "sqlalchemy",
    "flask",
    "apiflask",
    "gunicorn",
)
GIB = 2**30


@dataclass(frozen=True, slots=True)
class Check:
    """One part of the service: sound, or what is wrong and what to do."""

    name: str
    sound: bool
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything the doctor found."""

    settings: dict[str, str]
    machine: dict[str, str]
    checks: tuple[Check, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return all(check.sound for check in self.checks)


def examine(settings: Settings) -> Findings:
    """Look at everything that serving needs; nothing is changed and no model is loaded."""
    checks = (
        _check("identity", lambda: _identity(settings)),
        _check("database", lambda: _database(settings)),
        _check("encoder", lambda: encoder.describe(settings)),
        _check("weights", lambda: weights.describe(settings)),
        _check("index", lambda: generation.current(settings.generations).name),
    )
    return Findings(
        {f"FINDER_{name.upper()}": _shown(getattr(settings, name)) for name in type(settings).model_fields}, _machine(settings), checks
    )


def show(found: Findings, *, as_json: bool, console: Console | None = None) -> None:
    """Print the findings."""
    console = console or Console()
    if as_json:
        console.out(json.dumps(asdict(found), ensure_ascii=False))
        return
    for heading, rows in (("settings", found.settings), ("machine", found.machine)):
        table = Table(heading, "", box=None, pad_edge=False)
        for name, value in rows.items():
            table.add_row(Text(name), Text(value))
        console.print(table, "")
    for check in found.checks:
        words = " ".join(part for part in (check.found, check.remedy) if part)
        console.print(Text.assemble((f"{'ok' if check.sound else 'no':4}", "green" if check.sound else "red"), f"{check.name}: {words}"))


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, sound=True, found=look())
    except FinderError as error:
        return Check(name, sound=False, found=error.what, remedy=error.remedy)


def _identity(settings: Settings) -> str:
    from finder.web import auth

    auth.check(settings)
    if settings.oidc_issuer:
        return f"sign-in through {settings.oidc_issuer}; API keys anywhere"
    if settings.proxy_peers:
        return f"{settings.proxy_user_header} from {', '.join(settings.proxy_peers)}"
    who = f"user:{settings.demo_principal}" if settings.demo_principal else "a visitor"
    return f"{who}, {'for everybody who can reach it' if settings.demo else 'on this machine only'}; API keys anywhere"


def _database(settings: Settings) -> str:
    engine = connect(settings)
    try:
        check_schema(engine)
    finally:
        engine.dispose()
    return engine.url.render_as_string(hide_password=True)


def _machine(settings: Settings) -> dict[str, str]:
    home = next(folder for folder in (settings.home.resolve(), *settings.home.resolve().parents) if folder.exists())
    disk = shutil.disk_usage(home)
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "fast bfloat16": "yes" if has_fast_bfloat16() else "no",
        "disk free": f"{disk.free / GIB:.1f} of {disk.total / GIB:.1f} GiB at {home}",
        **{package: _version(package) for package in PACKAGES},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "(set)" if value.get_secret_value() else "(not set)"
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, str) and "://" in value:
        return make_url(value).render_as_string(hide_password=True)
    return str(value) if isinstance(value, Path | int | float | str) else "(not set)"
