import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from structlog.testing import capture_logs

from finder.doctor import examine
from finder.encoder import question_encoder
from models.encoder import SentenceEncoder, load_encoder
from models.exported import MODEL, OnnxEncoder
from models.settings import load_settings
from tests.world import World, document, person

ASKED = """
import sys
from pathlib import Path
from finder.answers import Request
from finder.service import Finder
from finder.web.app import create_app
from models.access import VISITOR
from models.settings import load_settings

settings = load_settings(home=Path(sys.argv[1]), demo=True)
finder = Finder.open(settings)
finder.ready()
assert finder.search(Request("repairing lifting gear"), VISITOR).people[0].profile.id == "ada"
finder.similar("ada", VISITOR)
client = create_app(settings, finder).test_client()
for page in ("/?q=repairing+lifting+gear", "/api/v1/search?q=storm", "/people/ada", "/documents/d1", "/api/v1/suggest?q=cra"):
    assert client.get(page).status_code == 200, page
print(sorted({"torch", "transformers", "sentence_transformers", "spacy"} & set(sys.modules)))
"""


def encoder_check(home: Path) -> tuple[bool, str]:
    (check,) = [check for check in examine(load_settings(home=home)).checks if check.name == "encoder"]
    return check.sound, check.found


def test_without_an_export_the_model_itself_encodes_questions(tmp_path: Path) -> None:
    with capture_logs() as logs:
        assert isinstance(question_encoder(load_settings(home=tmp_path)), SentenceEncoder)
    assert logs == []
    assert encoder_check(tmp_path) == (True, "all-MiniLM-L6-v2; questions are encoded by the model itself, with torch")


def test_a_sound_export_encodes_questions(exported: Callable[[Path], Path], tmp_path: Path) -> None:
    exported(tmp_path)
    with capture_logs() as logs:
        assert isinstance(question_encoder(load_settings(home=tmp_path)), OnnxEncoder)
    assert logs == []
    assert encoder_check(tmp_path) == (True, "all-MiniLM-L6-v2; questions are encoded by it exported, without torch")


def test_a_damaged_export_is_named_and_the_model_itself_answers(exported: Callable[[Path], Path], tmp_path: Path) -> None:
    damaged = exported(tmp_path) / MODEL
    damaged.unlink()
    damaged.write_bytes(b"damaged")
    with capture_logs() as logs:
        assert isinstance(question_encoder(load_settings(home=tmp_path)), SentenceEncoder)
    (line,) = logs
    assert (line["log_level"], line["event"]) == ("warning", "exported encoder refused")
    assert "question.onnx" in line["reason"]
    sound, found = encoder_check(tmp_path)
    assert not sound
    assert "question.onnx" in found


def test_answering_imports_no_torch(exported: Callable[[Path], Path], tmp_path: Path) -> None:
    world = World(tmp_path, [person("ada"), person("bob")])
    world.documents = [
        document("d1", "Crane brakes", "Adjust the brakes before a storm.", ["ada"]),
        document("d2", "Canteen", "Soup.", ["bob"]),
    ]
    world.encoder = load_encoder(world.settings)  # type: ignore[assignment]
    world.ingest()
    world.build()
    exported(world.settings.home)
    command = [sys.executable, "-c", ASKED, str(world.settings.home)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout.splitlines()[-1:], done.returncode) == (["[]"], 0), done.stderr
