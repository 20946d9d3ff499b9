"""`make fuzz`: reads damaged inputs by the thousand with every reader. No hang, no exception but a named one, bounded memory.

A failure is told with its seed: `--only FORMAT --seed SEED --inputs 1` meets it again alone.
"""

import faulthandler
import json
import mmap
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click

from indexer.connectors import formats
from tests.indexer.connectors.hostile_git import GitSpecimen
from tests.indexer.connectors.hunt import Prey, Tally, hunt
from tests.indexer.connectors.specimens import specimens

SPACE = 3_000_000_000  # bytes of addresses: an input that wants everything fails alone
ROOM = 100_000  # bytes of what a reader's process keeps of itself
SILENCE = 90  # seconds without an input done, after which the reader is ended from outside
SCRATCH = "/dev/shm" if Path("/dev/shm").is_dir() else None
NAMES = [found.name for found in formats.built_in()]


@click.command()
@click.option("--inputs", default=3000, show_default=True, help="Damaged inputs for each reader.")
@click.option("--only", multiple=True, type=click.Choice(NAMES), help="This reader alone (may be repeated).")
@click.option("--seed", default=0, show_default=True, help="The first input's seed; the next has the next number.")
@click.option("--state", type=Path, hidden=True)
def fuzz(inputs: int, only: tuple[str, ...], seed: int, state: Path | None) -> None:
    """Print what became of the inputs of each reader; end with 1 where anything failed."""
    if state is not None:
        _hunt_alone(inputs, state)
        return
    click.echo(_row("reader", "inputs", "whole", "partly", "refused", "slowest", "memory"))
    failed = False
    for name in only or NAMES:
        tally = watched(name, seed, inputs)
        slowest, memory = f"{tally.slowest:.0f} ms", f"{tally.memory / 1000:.0f} MB"
        click.echo(_row(name, f"{tally.inputs:,}", f"{tally.whole:,}", f"{tally.partly:,}", f"{tally.refused:,}", slowest, memory))
        for what, (first, count) in tally.failures.items():
            click.echo(f"    FAILED {count} times, first with --only {name} --seed {first} --inputs 1: {what}")
        failed |= bool(tally.failures)
    sys.exit(failed)


def _row(name: str, *cells: str) -> str:
    return f"{name:<16}" + "".join(f"{cell:>10}" for cell in cells)


def watched(name: str, seed: int, inputs: int) -> Tally:
    """Fuzz a reader in a process of its own. One that dies or falls silent is a failure, and the next goes on after its seed."""
    tally, end = Tally(name, seed), seed + inputs
    while tally.inputs < inputs:
        with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
            state = Path(folder, "state")
            state.write_bytes(bytes(ROOM))
            with _shared(state) as seen:
                tally.keep(seen)
            command = [sys.executable, "-m", "tests.fuzz", "--state", str(state), "--inputs", str(end - tally.seed)]
            how = ended(subprocess.Popen(command), state)
            tally = _kept(state)
        if how:
            tally.fail(how)
            tally.inputs += 1
            tally.seed += 1
    return tally


def ended(process: "subprocess.Popen[bytes]", state: Path) -> str:
    """Wait for a process; return how it failed, "" where it did not."""
    seen, since = b"", time.monotonic()
    while process.poll() is None:
        time.sleep(0.2)
        now = state.read_bytes()
        if now != seen:
            seen, since = now, time.monotonic()
        elif time.monotonic() - since > SILENCE:
            process.kill()
            process.wait()
            return f"silent for {SILENCE} s"
    if process.returncode > 0:
        raise click.ClickException("The fuzzer itself failed.")
    return f"the process died of signal {-process.returncode}" if process.returncode else ""


def _hunt_alone(inputs: int, state: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (SPACE, SPACE))
    faulthandler.enable()
    tally = _kept(state)
    prey = prey_of(tally.reader, state.parent / "sources")
    with _shared(state) as seen:
        hunt(tally, prey, range(tally.seed, tally.seed + inputs), seen)


def _shared(state: Path) -> mmap.mmap:
    with state.open("r+b") as file:
        return mmap.mmap(file.fileno(), ROOM)


def _kept(state: Path) -> Tally:
    return Tally(**json.loads(state.read_bytes().partition(b"\0")[0]))


def prey_of(name: str, place: Path) -> Sequence[Prey]:
    """Return the sources of a format in a place. Each is read once as it is: what that takes is no input's."""
    return [GitSpecimen(place)] if name == "git" else specimens(name, place)


if __name__ == "__main__":
    fuzz()
