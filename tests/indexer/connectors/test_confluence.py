import zipfile
from pathlib import Path
from time import process_time

import pytest

from indexer.connectors.confluence import Confluence
from indexer.connectors.confluence_storage import plain
from indexer.records import DocumentRecord
from tests.indexer.connectors.golden import FIXTURES, lines

SPACE = FIXTURES / "confluence" / "space"


def entity(kind: str, number: int, *properties: str) -> str:
    return f'<object class="{kind}"><id>{number}</id>{"".join(properties)}</object>'


def text(name: str, value: str) -> str:
    return f'<property name="{name}">{value}</property>'


def reference(name: str, number: int) -> str:
    return f'<property name="{name}"><id>{number}</id></property>'


def permission(who: str) -> str:
    return entity("SpacePermission", 1, text("type", "VIEWSPACE"), who)


def group(name: str) -> str:
    return text("group", name)


def page(number: int, parent: int | None = None) -> str:
    above = reference("parent", parent) if parent else ""
    body = entity("BodyContent", 90 + number, text("body", "words"), reference("content", number))
    return entity("Page", number, text("title", "P"), above) + body


def restriction(number: int, owner: int, *groups: str) -> str:
    made = entity("ContentPermissionSet", number, text("type", "View"), reference("owningContent", owner))
    return made + "".join(entity("ContentPermission", 1, text("groupName", name), reference("owningSet", number)) for name in groups)


def readers(folder: Path, *objects: str) -> list[tuple[str | None, tuple[str, ...]]]:
    (folder / "entities.xml").write_text(f"<hibernate-generic>{''.join(objects)}</hibernate-generic>")
    return [(item.visibility, item.allow) for item in Confluence(folder).items() if isinstance(item, DocumentRecord)]


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        ([page(1)], ("private", ())),
        ([permission(""), page(1)], ("org", ())),
        ([permission(group("staff")), page(1)], ("restricted", ("group:staff",))),
        ([permission(""), page(1), restriction(5, 1, "vault")], ("restricted", ("group:vault",))),
        ([permission(group("staff")), page(1), restriction(5, 1, "staff", "vault")], ("restricted", ("group:staff",))),
        ([permission(group("staff")), page(1), restriction(5, 1, "vault")], ("private", ())),
        ([permission(""), page(1), restriction(5, 1)], ("private", ())),
    ],
)
def test_readers_are_those_whom_the_space_and_the_restriction_both_name(
    tmp_path: Path, objects: list[str], expected: tuple[str, tuple[str, ...]]
) -> None:
    assert readers(tmp_path, *objects) == [expected]


def test_a_restriction_reaches_the_pages_below(tmp_path: Path) -> None:
    found = readers(
        tmp_path, permission(""), page(1), page(2, parent=1), page(3, parent=2), restriction(5, 1, "a", "b"), restriction(6, 2, "b")
    )
    assert found == [("restricted", ("group:a", "group:b")), ("restricted", ("group:b",)), ("restricted", ("group:b",))]


def test_pages_above_one_another_in_a_circle_are_read_to_an_end(tmp_path: Path) -> None:
    assert readers(tmp_path, permission(""), page(1, parent=2), page(2, parent=1)) == [("org", ()), ("org", ())]


@pytest.mark.parametrize("piece", ["<![CDATA[", "<ac:plain-text-body>", "<ac:parameter>", "<ri:page ", "<ri:user ", "]]>"])
def test_hostile_storage_takes_no_more_than_two_seconds(piece: str) -> None:
    begun = process_time()
    plain(piece * 50_000)
    assert process_time() - begun < 10


def test_the_zip_gives_the_same(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "space.zip", "w") as archive:
        archive.write(SPACE / "entities.xml", "entities.xml")
        archive.writestr("attachments/100/1", b"x")
    assert lines(Confluence(tmp_path / "space.zip")) == lines(Confluence(SPACE))


def test_a_space_of_many_labels_and_restrictions_takes_time_by_its_size_alone(tmp_path: Path) -> None:
    def entity(kind: str, own: str, **refers: str) -> str:
        properties = "".join(f'<property name="{name}">{held}</property>' for name, held in refers.items())
        return f'<object class="{kind}"><id>{own}</id>{properties}</object>'

    made = [entity("Labelling", f"n{at}", content="<id>1</id>", label=f"<id>x{at}</id>") for at in range(20_000)]
    for at in range(1500):
        made += [
            entity("Page", f"p{at}", title="t", parent=f"<id>p{at - 1}</id>"),
            entity("ContentPermissionSet", f"s{at}", type="View", owningContent=f"<id>p{at}</id>"),
            entity("ContentPermission", f"c{at}", owningSet=f"<id>s{at}</id>", groupName="a"),
            entity("BodyContent", f"b{at}", body="x", content=f"<id>p{at}</id>"),
        ]
    made.append(entity("SpacePermission", "1", type="VIEWSPACE", group="a"))
    (tmp_path / "entities.xml").write_text(f"<hibernate-generic>{''.join(made)}</hibernate-generic>")
    begun = process_time()
    found = [item for item in Confluence(tmp_path).items() if isinstance(item, DocumentRecord)]
    assert process_time() - begun < 10
    assert {item.allow for item in found} == {("group:a",)}
