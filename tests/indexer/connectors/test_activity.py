import json
from pathlib import Path

import pytest

from indexer.connectors.activity import Activity
from indexer.records import DocumentRecord
from tests.indexer.connectors.golden import FIXTURES

OUTBOX = FIXTURES / "activity" / "outbox.json"


@pytest.mark.parametrize("odd", [["Note"], {"a": 1}, 7, None])
def test_an_activity_of_no_known_kind_is_passed_over_and_the_rest_is_read(tmp_path: Path, odd: object) -> None:
    outbox = json.loads(OUTBOX.read_text())
    outbox["orderedItems"].insert(0, {"type": "Create", "actor": odd, "object": {"id": "x", "type": odd, "tag": odd, "to": odd}})
    outbox["orderedItems"].insert(0, {"type": odd, "object": odd})
    (tmp_path / "outbox.json").write_text(json.dumps(outbox))
    found = [item.id for item in Activity(tmp_path / "outbox.json").items() if isinstance(item, DocumentRecord)]
    assert found == [item.id for item in Activity(OUTBOX).items() if isinstance(item, DocumentRecord)]
