"""Every message of propose, and that doing what it says is enough."""

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from recsys.errors import SourceError
from recsys.ingest.propose.proposing import propose, save
from tests.recsys.ingest.test_remedies import messages

LINES = "order_id,customer_id,product_id,order_date,quantity,net_amount\n" + "".join(
    f"o{n},Käufer {n % 7},p{n % 5},2025-03-{n % 28 + 1:02},2,10.5\n" for n in range(40)
)
SHOP = "env:SHOP_OF_PROPOSE"
ASK = "lines=SELECT * FROM lines"
UTF8, CP1252 = LINES.encode(), LINES.encode("cp1252")


@dataclass(frozen=True)
class Mistake:
    """What was named wrongly, and how it is named when the message was followed.

    says    a part of the message that names the remedy
    named   arguments, relative to the folder; `told` are those after the message was followed
    """

    says: str
    named: tuple[str, ...]
    told: tuple[str, ...]
    files: dict[str, bytes] = field(default_factory=lambda: {"a.csv": UTF8})
    mended: dict[str, bytes] = field(default_factory=dict)
    queries: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


MISTAKES = {
    "missing": Mistake("there is no file or folder", ("b.csv",), ("a.csv",)),
    "no file": Mistake(
        "put CSV, Parquet or xlsx files there", ("folder",), ("folder",), {"folder/a.doc": b"x"}, {"folder/a.csv": UTF8}
    ),
    "empty": Mistake(
        "is empty; export it again, or leave it out", ("a.csv", "b.csv"), ("a.csv",), {"a.csv": UTF8, "b.csv": b""}
    ),
    "two encodings": Mistake(
        "save them alike", ("a.csv", "b.csv"), ("a.csv", "b.csv"), {"a.csv": UTF8, "b.csv": CP1252}, {"b.csv": UTF8}
    ),
    "no text": Mistake(
        "is no text; name a spreadsheet .xlsx",
        ("a.csv",),
        ("a.csv",),
        {"a.csv": b"PK\x03\x04" + bytes(40)},
        {"a.csv": UTF8},
    ),
    "archive beside": Mistake(
        "unpack it, and name the folder", ("a.zip", "a.csv"), ("a.csv",), {"a.csv": UTF8, "a.zip": b"PK"}
    ),
    "two databases": Mistake("databases are named; name one", (SHOP, "env:OTHER"), (SHOP,), {}, {}, (ASK,), (ASK,)),
    "no query": Mistake("a database needs one query a table", (SHOP,), (SHOP,), {}, {}, (), (ASK,)),
    "no database": Mistake("--query needs a database", ("a.csv",), ("a.csv", SHOP), queries=(ASK,), asked=(ASK,)),
    "query without a name": Mistake("it must be NAME=SELECT", (SHOP,), (SHOP,), {}, {}, ("SELECT 1",), (ASK,)),
    "no lines": Mistake(
        "name the file with the lines of your orders too",
        ("b.csv",),
        ("b.csv", "a.csv"),
        {"a.csv": UTF8, "b.csv": b"x,y\na,b\n"},
    ),
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Write a mistake's files and propose a map for what it names."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOP_OF_PROPOSE", "sqlite:///shop.sqlite")
    with closing(sqlite3.connect(tmp_path / "shop.sqlite")) as database:
        database.execute("CREATE TABLE lines (order_id, customer_id, product_id, order_date, quantity, net_amount)")
        database.executemany(
            "INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?)", [row.split(",") for row in LINES.splitlines()[1:]]
        )
        database.commit()

    def propose_for(mistake, *, mended):
        for name, content in {**mistake.files, **(mistake.mended if mended else {})}.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(content)
        return propose(mistake.told if mended else mistake.named, mistake.asked if mended else mistake.queries)

    return propose_for


@pytest.mark.parametrize("name", MISTAKES)
def test_doing_what_the_message_says_is_enough(name, run):
    with pytest.raises(SourceError) as caught:
        run(MISTAKES[name], mended=False)
    assert MISTAKES[name].says in str(caught.value)
    assert "[order_lines.columns]" in run(MISTAKES[name], mended=True).text


def test_a_map_is_written_elsewhere_as_the_message_says(run, tmp_path):
    proposal = run(Mistake("", (), ("a.csv",)), mended=True)
    with pytest.raises(SourceError, match="cannot be written .* name another file with --out"):
        save(proposal, tmp_path / "a.csv" / "map.toml")
    save(proposal, tmp_path / "map.toml")
    assert (tmp_path / "map.toml").read_text(encoding="utf-8") == proposal.text


def test_every_message_has_its_mistake():
    said = [mistake.says for mistake in MISTAKES.values()] + ["cannot be written", "name another file with --out"]
    patterns = [
        (place, re.sub(r"\\(.)", r"\1", pattern)) for place, pattern in messages() if place.startswith("propose/")
    ]
    missing = [place for place, pattern in patterns if pattern != ".*" and not any(part in pattern for part in said)]
    assert missing == []
    assert len(patterns) >= len(MISTAKES)
