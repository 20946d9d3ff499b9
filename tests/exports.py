"""Made-up exports of any size for three formats: what imports are measured and interrupted on."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import quoteattr

WORDS = "query index table backup network tide harbour budget deploy restart certificate printer schedule vacuum harvest ledger".split()
PEOPLE = 2000


def sentence(chance: random.Random, length: int) -> str:
    return " ".join(chance.choices(WORDS, k=length))


def slack(folder: Path, size: int) -> Path:
    chance, made, day = random.Random(1), 0, 0
    users = [{"id": f"U{number:05}", "team_id": "T1", "name": f"user{number}", "profile": {}} for number in range(PEOPLE)]
    (folder / "users.json").write_text(json.dumps(users))
    (folder / "channels.json").write_text(json.dumps([{"id": f"C{number}", "name": f"channel-{number}"} for number in range(50)]))
    while made < size:
        channel = folder / f"channel-{day % 50}"
        channel.mkdir(exist_ok=True)
        messages, root = [], ""
        for number in range(300):
            ts = f"{1_500_000_000 + day * 86_400 + number * 60}.{number:06}"
            root = root if number % 5 else ts
            user = f"U{chance.randrange(PEOPLE):05}"
            text = sentence(chance, 40) + ("?" if root == ts else ".")
            messages.append({"type": "message", "user": user, "ts": ts, "thread_ts": root, "text": text})
        content = json.dumps(messages)
        (channel / f"{2000 + day // 365}-{day % 365:03}.json").write_text(content)
        made, day = made + len(content), day + 1
    return folder


def stack_exchange(folder: Path, size: int) -> Path:
    chance = random.Random(1)
    with (folder / "Users.xml").open("w") as file:
        rows = (f'<row Id="{number}" DisplayName="User {number}" AccountId="{number + 7}" />\n' for number in range(1, PEOPLE))
        file.writelines(["<users>\n", *rows, "</users>"])
    with (folder / "Posts.xml").open("w") as file:
        file.write("<posts>\n")
        number = question = 0
        while file.tell() < size:
            number += 1
            body = quoteattr(f"<p>{sentence(chance, 100)}</p><pre><code>{sentence(chance, 20)}</code></pre>")
            owner = chance.randrange(1, PEOPLE)
            if number % 3 == 1:
                question = number
                kind = f'PostTypeId="1" AcceptedAnswerId="{number + 1}" Title="{sentence(chance, 8)}" Tags="&lt;sql&gt;&lt;index&gt;"'
            else:
                kind = f'PostTypeId="2" ParentId="{question}"'
            file.write(f'<row Id="{number}" {kind} CreationDate="2024-01-01T00:00:00.000" Score="3" Body={body} OwnerUserId="{owner}" />\n')
        file.write("</posts>")
    return folder


def mediawiki(folder: Path, size: int) -> Path:
    chance = random.Random(1)
    path = folder / "wiki.xml"
    with path.open("w") as file:
        file.write("<mediawiki><siteinfo><base>https://wiki.example.org/wiki/Main</base></siteinfo>\n")
        number = 0
        while file.tell() < size:
            number += 1
            file.write(f"<page><title>Page {number}</title><ns>0</ns><id>{number}</id>")
            text = ""
            for revision in range(10):
                text += f"\n== {sentence(chance, 3)} ==\n{sentence(chance, 60)} [[Page {number - 1}|{chance.choice(WORDS)}]] {{{{note|x}}}}"
                user, parent = chance.randrange(PEOPLE), f"<parentid>{revision - 1}</parentid>" if revision else ""
                file.write(
                    f"<revision><id>{revision}</id>{parent}<timestamp>2024-01-{revision + 1:02}T00:00:00Z</timestamp><contributor>"
                    f"<username>User {user}</username></contributor><text>{text}</text><sha1>{number}-{revision}</sha1></revision>"
                )
            file.write("</page>\n")
        file.write("</mediawiki>")
    return path


MAKERS: dict[str, Callable[[Path, int], Path]] = {"slack": slack, "stack-exchange": stack_exchange, "mediawiki": mediawiki}
