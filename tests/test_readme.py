"""What the documentation says is so: its commands run, its links lead somewhere, and it speaks of the project alone."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
NOT_RUN = re.compile(r"make |\. \.venv/bin/activate$")  # they install; the first is held against the Makefile below
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")
# Spelled apart, so that this file does not name them.
FOREIGN = ("py" + "pi.org", "python" + "hosted", "/wo" + "rk/", "/ro" + "ot/", "/tm" + "p/w/", "/opt/" + "wheels")


def commands(page: Path) -> list[list[str]]:
    """Return the lines of each block of shell commands."""
    return [body.strip().splitlines() for language, body in FENCE.findall(page.read_text(encoding="utf-8")) if language == "sh"]


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(prose(page)):
        if re.match(r"https?:", target):
            continue
        name, _, anchor = target.partition("#")
        found = (page.parent / name).resolve() if name else page
        assert found.exists(), target
        assert found.is_relative_to(ROOT), target
        if anchor:
            assert anchor in anchors(found), target


def test_the_readme_names_every_command_that_make_has_for_its_reader() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    used = {line.split()[1] for page in PAGES for block in commands(page) for line in block if line.startswith("make ")}
    assert {"run", "test"} <= used
    assert used <= targets


def test_no_file_names_a_package_registry_or_a_folder_of_somebodys_machine() -> None:
    for path in tracked():
        content = path.read_bytes()
        for name in FOREIGN:
            assert name.encode() not in content, (path.relative_to(ROOT).as_posix(), name)


def test_every_address_of_a_person_is_an_example() -> None:
    address = re.compile(rb"[A-Za-z0-9._+-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[a-z]{2,})\b")
    for path in tracked():
        if path.suffix in (".md", ".jsonl", ".csv", ".yaml", ".toml"):
            for domain in address.findall(path.read_bytes()):
                assert re.search(rb"(^|\.)example(\.(com|org))?$", domain), (path.name, domain)


def reader_home(folder: Path) -> dict[str, str]:
    """Give the reader what the README's commands speak of: a wiki, a repository, a people file, and the programs on the path."""
    programs = folder / "bin"
    programs.mkdir()
    for name in ("finder", "indexer"):
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {name} "$@"\n', encoding="utf-8")
        (programs / name).chmod(0o755)
    (folder / "people.csv").write_text("id,name,email,team,skills\nmira,Mira Lund,mira@example.org,Pumps,controllers\n", encoding="utf-8")
    wiki = folder / "wiki"
    wiki.mkdir()
    front, body = "author: mira@example.org", "After a fault the pump controller waits ten seconds, then starts."
    (wiki / "pumps.md").write_text(f"---\n{front}\n---\n# Restarting the pump controller\n\n{body}\n", encoding="utf-8")
    product = folder / "src" / "product"
    product.mkdir(parents=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FINDER_", "GIT_"))}
    environment |= {
        "HOME": str(folder), "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1",
        "FINDER_HOME": str(folder / "expertise"), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
    }  # fmt: skip
    who = ["-c", "user.name=Mira Lund", "-c", "user.email=mira@example.org"]
    for arguments in (["init", "-q"], [*who, "commit", "-q", "--allow-empty", "-m", "Let the pump restart after a fault"]):
        subprocess.run(["git", "-C", str(product), *arguments], check=True, env=environment)
    return environment


def run(lines: list[str], environment: dict[str, str], folder: Path) -> str:
    script = "\n".join(["set -e", *lines])
    done = subprocess.run(["sh", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("reader")
    # What the README evaluates is the sample; a tiny collection stands for it, as embedding the sample takes a minute.
    shutil.copytree(ROOT / "tests" / "collections" / "harbour", folder / "sample")
    return folder, reader_home(folder)


@pytest.fixture
def served(reader: tuple[Path, dict[str, str]]) -> Iterator[int]:
    folder, environment = reader
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    log = (folder / "serve.log").open("wb")
    service = subprocess.Popen(
        [sys.executable, "-m", "finder", "serve", "--port", str(port), "--workers", "1"], env=environment, stderr=log
    )
    try:
        for _ in range(300):
            if service.poll() is not None or ready(port):
                break
            time.sleep(0.1)
        assert ready(port), (folder / "serve.log").read_text(encoding="utf-8")
        yield port
    finally:
        service.terminate()
        service.wait(30)
        log.close()


def ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@pytest.mark.skipif(not (shutil.which("git") and shutil.which("curl")), reason="git or curl is missing: apt-get install git curl")
class TestTheReadmesCommands:
    """One after another, as a reader would: the one slow test, with the real encoder."""

    def test_index_ask_on_the_terminal_and_evaluate(self, reader: tuple[Path, dict[str, str]]) -> None:
        folder, environment = reader
        said = [
            run(lines, environment, folder)
            for block in commands(ROOT / "README.md")
            if (lines := [line for line in block if not NOT_RUN.match(line)]) and not lines[0].startswith("curl ")
        ]
        whole = "\n".join(said)
        assert "Published index 00000001" in whole
        assert "Restarting the pump controller" in whole
        assert '"name":"Mira Lund"' in whole
        assert "nDCG@10" in whole

    def test_ask_over_http(self, reader: tuple[Path, dict[str, str]], served: int) -> None:
        folder, environment = reader
        lines = [line for block in commands(ROOT / "README.md") for line in block if line.startswith("curl ")]
        assert lines
        for line in lines:
            answer = run([line.replace("curl ", "curl --silent --fail ").replace(":8000", f":{served}")], environment, folder)
            assert answer.startswith("{")
