"""A generation: one published index, a folder of immutable files that all workers map.

Rows are sorted by public id, so that ties broken by row are broken by document.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models import durable
from models.analyzer import VERSION as ANALYZER
from models.analyzer import Analyzer
from models.arrays import Acronyms, Centroids, Credits, Documents, Interests, Mentions, Names, Passages, People, Profiles, Table, Topics
from models.encoder import EncoderIdentity
from models.errors import EncoderMismatch, GenerationDamaged, GenerationMissing
from models.glossary import Glossary
from models.lexical import Lexical, map_array
from models.vectors import FILE as VECTORS
from models.vectors import Vectors

FORMAT = 4
KEPT = 2
POINTER = "current"
BUILDING = ".building-"
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
NAME = re.compile(r"\d{8}")
REBUILD = "Run `indexer build`; `indexer check` names every damaged file."


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic confidence: sigmoid(bias + cosine * c + coverage * v), fitted per encoder and corpus."""

    bias: float
    cosine: float
    coverage: float
    fitted: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is.

    `access_revision` is the database's when it was read; `content` the digest of what was indexed, `gazetteer` of the skills looked for.
    """

    format: int
    name: str
    encoder: EncoderIdentity
    analyzer: str
    access_revision: int
    content: str
    gazetteer: str
    calibration: Calibration
    warnings: tuple[str, ...]
    files: dict[str, str]


@dataclass(frozen=True)
class Generation:
    """An opened generation: every array is mapped, nothing is copied."""

    manifest: Manifest
    names: Names
    vectors: Vectors
    by_passage: Lexical
    by_document: Lexical
    passages: Passages
    documents: Documents
    people: People
    credits: Credits
    mentions: Mentions
    acronyms: Acronyms
    topics: Topics
    centroids: Centroids
    interests: Interests
    profiles: Profiles

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Verify and map a generation. Raises GenerationDamaged before anything unverified is parsed."""
        manifest = verify(folder)
        try:
            held = json.loads((folder / "names.json").read_text(encoding="utf-8"))
            held["readers"] = [tuple(readers) for readers in held["readers"]]
            return cls(
                manifest,
                Names(**{name: tuple(values) for name, values in held.items()}),
                Vectors.load(folder),
                Lexical.load(folder, "passage"),
                Lexical.load(folder, "document"),
                Passages.load(folder),
                Documents.load(folder),
                People.load(folder),
                Credits.load(folder),
                Mentions.load(folder),
                Acronyms.load(folder),
                Topics.load(folder),
                Centroids.load(folder),
                Interests.load(folder),
                Profiles.load(folder),
            )
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise GenerationDamaged(f"Generation {folder.name} cannot be opened: {error}.", REBUILD) from error

    def save(self, folder: Path) -> None:
        """Write every file but the vectors (see Vectors.save), the manifest and its checksum last."""
        durable.write(folder / "names.json", json.dumps(asdict(self.names), ensure_ascii=True).encode())
        self.by_passage.save(folder, "passage")
        self.by_document.save(folder, "document")
        for table in vars(self).values():
            if isinstance(table, Table):
                table.save(folder)
        files = {path.name: durable.checksum(path) for path in sorted(folder.iterdir())}
        described = asdict(self.manifest) | {"files": files}
        durable.write(folder / MANIFEST, json.dumps(described, indent=1).encode())
        durable.write(folder / SEAL, durable.checksum(folder / MANIFEST).encode())
        durable.sync_folder(folder)

    @property
    def name(self) -> str:
        """The generation's name, its folder's."""
        return self.manifest.name

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """Term to column of both lexical indexes."""
        return {term: column for column, term in enumerate(self.names.terms)}

    @cached_property
    def public_terms(self) -> tuple[str, ...]:
        """The terms that occur in org-readable documents: all that a spelling may be repaired to."""
        return tuple(term for term, n in zip(self.names.terms, self.by_document.public_rows, strict=True) if n)

    @cached_property
    def glossary(self) -> Glossary:
        """The short forms that documents explain."""
        return Glossary(self.names.acronym, self.acronyms, Analyzer())

    @cached_property
    def document_rows(self) -> dict[str, int]:
        """Public id to row."""
        return {public_id: row for row, public_id in enumerate(self.names.documents)}

    @cached_property
    def person_rows(self) -> dict[str, int]:
        """Public id to row."""
        return {public_id: row for row, public_id in enumerate(self.names.people)}

    @cached_property
    def topic_rows(self) -> dict[str, int]:
        """Public id to topic."""
        return {public_id: topic for topic, public_id in enumerate(self.names.topic)}

    @cached_property
    def copies(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The rows of documents that share words and people with another, and the group of each; together, the weightiest first."""
        documents, credits = self.documents, self.credits
        _, code, times = np.unique(documents.twin, return_inverse=True, return_counts=True)
        groups: dict[bytes, list[int]] = {}
        for row in np.flatnonzero(times[code] > 1):
            held = slice(credits.starts[row], credits.starts[row + 1])
            key = code[row].tobytes() + credits.person[held].tobytes() + credits.role[held].tobytes()
            groups.setdefault(key, []).append(int(row))
        together = [sorted(rows, key=lambda row: (-documents.weight[row], row)) for rows in groups.values() if len(rows) > 1]
        group = np.repeat(np.arange(len(together)), [len(rows) for rows in together])
        return np.asarray([row for rows in together for row in rows], np.int64), group

    def require(self, encoder: EncoderIdentity) -> None:
        """Raise EncoderMismatch unless the generation was built with this encoder and this analyzer."""
        if self.manifest.encoder != encoder:
            raise EncoderMismatch(
                f"The index was built with the encoder {self.manifest.encoder.name!r} and FINDER_ENCODER gives {encoder.name!r}.",
                "Set FINDER_ENCODER as it was, or run `indexer build` to index with the new one.",
            )
        if self.manifest.analyzer != ANALYZER:
            raise EncoderMismatch("The index was built with another version of the analyzer.", "Run `indexer build`.")


def verify(folder: Path) -> Manifest:
    """Return the manifest after checking its format and the checksum of every file.

    Raises GenerationDamaged naming the file that is missing or changed.
    """
    try:
        held = _sealed(folder)
        if held["format"] != FORMAT:
            raise GenerationDamaged(f"Generation {folder.name} has format {held['format']}, this version reads {FORMAT}.", REBUILD)
        manifest = Manifest(
            **held
            | {
                "encoder": EncoderIdentity(**held["encoder"]),
                "calibration": Calibration(**held["calibration"]),
                "warnings": tuple(held["warnings"]),
            }
        )
        if manifest.name != folder.name.removeprefix(BUILDING):
            raise GenerationDamaged(f"Generation {folder.name} holds the manifest of {manifest.name}.", REBUILD)
        for name in manifest.files:
            _unchanged(folder, held, name)
    except OSError as error:
        raise GenerationDamaged(f"Generation {folder.name} lacks {Path(error.filename or MANIFEST).name}.", REBUILD) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise GenerationDamaged(f"The manifest of generation {folder.name} cannot be read: {error}.", REBUILD) from error
    return manifest


def embedded(folder: Path, encoder: EncoderIdentity) -> dict[bytes, NDArray[np.float16]]:
    """Return by key what this encoder embedded for a generation of whatever format, so that a new format costs no new embedding.

    Only files whose checksum holds are read. Empty where the generation is another encoder's, or not sound.
    """
    try:
        held = _sealed(folder)
        if EncoderIdentity(**held["encoder"]) != encoder:
            return {}
        for name in (VECTORS, "passages-key.npy", "profiles-key.npy", "profiles-vector.npy"):
            _unchanged(folder, held, name)
        passages, profiles = map_array(folder / "passages-key.npy"), map_array(folder / "profiles-key.npy")
        vectors = Vectors.load(folder).rows(np.arange(len(passages))).astype(np.float16)
        return dict(zip(map(bytes, (*passages, *profiles)), (*vectors, *map_array(folder / "profiles-vector.npy")), strict=True))
    except (GenerationDamaged, OSError, ValueError, KeyError, TypeError, RuntimeError):
        return {}  # everything is embedded anew, which costs time and loses nothing


def _sealed(folder: Path) -> dict[str, Any]:
    """Return the manifest as it was written."""
    described = (folder / MANIFEST).read_bytes()
    if (folder / SEAL).read_bytes() != hashlib.sha256(described).hexdigest().encode():
        raise GenerationDamaged(f"The manifest of generation {folder.name} was changed after it was published.", REBUILD)
    held: dict[str, Any] = json.loads(described)
    return held


def _unchanged(folder: Path, manifest: Mapping[str, Any], name: str) -> None:
    if "/" in name or durable.checksum(folder / name) != manifest["files"][name]:
        raise GenerationDamaged(f"File {name} of generation {folder.name} was changed after it was published.", REBUILD)


def current(generations: Path) -> Path:
    """Return the folder that the pointer names. Raises GenerationMissing or GenerationDamaged."""
    try:
        name = (generations / POINTER).read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise GenerationMissing("Nothing has been indexed yet.", "Run `indexer add SOURCE`.") from error
    except (OSError, ValueError) as error:
        raise GenerationDamaged(f"The pointer {generations / POINTER} cannot be read.", REBUILD) from error
    if not NAME.fullmatch(name):
        raise GenerationDamaged(f"The pointer {generations / POINTER} names no generation.", REBUILD)
    return generations / name


def published(generations: Path) -> list[Path]:
    """Return the folders of the kept generations, newest first."""
    if not generations.is_dir():
        return []
    return sorted((path for path in generations.iterdir() if NAME.fullmatch(path.name)), reverse=True)


def prepare(generations: Path) -> tuple[str, Path]:
    """Remove what failed builds left behind; return the next name and an empty folder to build it in."""
    with durable.full_disk_named():
        generations.mkdir(parents=True, exist_ok=True)
        for path in generations.glob(f"{BUILDING}*"):
            shutil.rmtree(path)
        newest = published(generations)
        name = f"{int(newest[0].name) + 1 if newest else 1:08d}"
        aside = generations / f"{BUILDING}{name}"
        aside.mkdir()
    return name, aside


def publish(generations: Path, aside: Path, name: str, *, keep: int = KEPT) -> None:
    """Verify a built folder, move it into place, turn the pointer to it, and remove all but the newest `keep`."""
    verify(aside)
    target, pointer = generations / name, generations / POINTER
    try:
        durable.rename(aside, target)
        durable.replace(pointer, f"{name}\n".encode())
    except BaseException:
        if not pointer.is_file() or pointer.read_bytes().strip() != name.encode():
            shutil.rmtree(target, ignore_errors=True)
        raise
    for path in published(generations)[keep:]:
        shutil.rmtree(path)
