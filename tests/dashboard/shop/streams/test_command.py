"""python -m dashboard consume-events."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer
from redis import Redis

from dashboard.activity.database.connect import Database, open_database
from dashboard.cli import main
from dashboard.settings import Settings
from tests.support.artifacts import publish_small
from tests.support.processes import ROOT, free_port
from tests.support.redis import RedisServer
from tests.support.shop_events import content, kept_ids
from tests.support.waiting import until

STREAM = ["--stream", "shop", "--group", "g"]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"REPERTOIRE_STATE": str(tmp_path / "state"), "REPERTOIRE_ARTIFACTS": str(tmp_path / "artifacts")}


@pytest.fixture
def database(environ: dict[str, str]) -> Iterator[Database]:
    opened = open_database(Settings(state=Path(environ["REPERTOIRE_STATE"])))
    yield opened
    opened.close()


def error_of(capsys: pytest.CaptureFixture[str], environ: dict[str, str], *arguments: str, code: int = 1) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["consume-events", *arguments], environ)
    assert ended.value.code == code
    return capsys.readouterr().err


@pytest.mark.redis
def test_once_all_events_are_saved_and_what_is_refused_is_said_and_kept(
    server: RedisServer,
    client: Redis,
    environ: dict[str, str],
    database: Database,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    publish_small(tmp_path / "artifacts")
    for each in (content("e1"), content("e2", product_id="secret"), content("e1"), content("e3")):
        client.xadd("shop", {"event": each})
    (_, bad, *_) = client.xrange("shop")
    main(["consume-events", "--redis", server.url, *STREAM, "--once"], environ)
    *lines, words = capsys.readouterr().out.splitlines()
    assert words == "4 events: 2 new, 1 known, 1 refused"
    (said,) = (one for one in map(json.loads, lines) if one["message"] == "event refused")
    del said["time"]
    assert said == {
        "level": "WARNING",
        "message": "event refused",
        "entry": bad[0].decode(),
        "reason": "product_id is not a product of the published version",
    }
    assert kept_ids(database) == ["e1", "e3"]
    assert [fields[b"event"] for _, fields in client.xrange("shop:refused")] == [bad[1][b"event"]]


def test_once_events_of_kafka_are_saved_and_their_offsets_kept(
    cluster: Producer,
    servers: str,
    environ: dict[str, str],
    database: Database,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "kafka"
    file.write_text("session.timeout.ms = 5000\nheartbeat.interval.ms = 100\n")
    for number in ("e1", "e2"):
        cluster.produce("command", content(number))
    cluster.flush(30)
    asked = ["consume-events", "--kafka", servers, "--topic", "command", "--group", "command", "--once"]
    asked += ["--kafka-settings", str(file)]
    main(asked, environ)
    assert capsys.readouterr().out.splitlines()[-1] == "2 events: 2 new, 0 known, 0 refused"
    assert kept_ids(database) == ["e1", "e2"]
    main(asked, environ)
    assert capsys.readouterr().out.splitlines()[-1] == "0 events: 0 new, 0 known, 0 refused"


@pytest.mark.redis
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_after_the_batch_in_hand(
    server: RedisServer, client: Redis, environ: dict[str, str], database: Database, number: int
) -> None:
    client.xadd("shop", {"event": content("e1")})
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "consume-events", "--redis", server.url, *STREAM],
        cwd=ROOT,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert until(lambda: client.exists("shop") and n_done(client) == 1)
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "1 event: 1 new, 0 known, 0 refused\n")
    assert kept_ids(database) == ["e1"]


def n_done(client: Redis) -> int:
    """Return how many entries the group was given and has acknowledged."""
    return sum(int(one["entries-read"] or 0) - int(one["pending"]) for one in client.xinfo_groups("shop"))


@pytest.mark.redis
def test_once_a_redis_that_is_not_there_is_an_error(
    environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    assert "Redis cannot be asked for the stream shop" in error_of(capsys, environ, "--redis", url, *STREAM, "--once")


@pytest.mark.redis
def test_the_password_is_read_from_a_file(
    server: RedisServer, client: Redis, environ: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    client.acl_setuser("shop", enabled=True, passwords=["+right one"], commands=["+@all"], keys=["*"])
    (tmp_path / "secret").write_text("right one\n")
    url = server.url.replace("redis://", "redis://shop@")
    main(["consume-events", "--redis", url, *STREAM, "--password-file", str(tmp_path / "secret"), "--once"], environ)
    assert capsys.readouterr().out == "0 events: 0 new, 0 known, 0 refused\n"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--redis", "redis://x", "--group", "g"], "--redis needs --stream NAME"),
        (["--redis", "redis://x", *STREAM, "--topic", "t"], "--topic does not go with --redis; leave it out"),
        (["--redis", "redis://x", *STREAM, "--kafka-settings", "f"], "--kafka-settings does not go with --redis"),
        (["--redis", "http://x", *STREAM], "it must be like redis://host:6379/0"),
        (["--redis", "redis://x", *STREAM, "--password-file", "none"], "none cannot be read"),
        (["--kafka", "x:1", "--group", "g"], "--kafka needs --topic NAME"),
        (["--kafka", "x:1", "--group", "g", "--topic", "t", "--stream", "s"], "--stream does not go with --kafka"),
        (["--kafka", "x:1", "--group", "g", "--topic", "t", "--kafka-settings", "none"], "none cannot be read"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    capsys: pytest.CaptureFixture[str], environ: dict[str, str], arguments: list[str], why: str
) -> None:
    error = error_of(capsys, environ, *arguments)
    assert error.startswith("Error: ")
    assert why in error


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--group", "g"], "one of the arguments --redis --kafka is required"),
        (["--redis", "redis://x", "--kafka", "x:1", "--group", "g"], "not allowed with argument"),
        (["--redis", "redis://x", "--stream", "shop"], "--group"),
        (["--redis", "redis://x", "--stream", "", "--group", "g"], "'' is no name; it must have 1 to 200 letters"),
    ],
)
def test_wrong_usage(
    capsys: pytest.CaptureFixture[str], environ: dict[str, str], arguments: list[str], why: str
) -> None:
    assert why in error_of(capsys, environ, *arguments, code=2)


@pytest.mark.parametrize(
    ("line", "why"), [("security.protocol", "line 2 of .* is no setting"), ("no.such=1", "No such configuration")]
)
def test_a_wrong_file_of_settings_is_refused(
    capsys: pytest.CaptureFixture[str], environ: dict[str, str], tmp_path: Path, line: str, why: str
) -> None:
    file = tmp_path / "kafka"
    file.write_text(f"# how to connect\n{line}\n")
    asked = ["--kafka", "x:1", "--topic", "t", "--group", "g", "--kafka-settings", str(file)]
    assert re.search(why, error_of(capsys, environ, *asked))


def test_without_the_package_kafka_is_refused_with_what_to_install(
    capsys: pytest.CaptureFixture[str], environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "confluent_kafka", None)
    monkeypatch.delitem(sys.modules, "dashboard.shop.streams.kafka_source", raising=False)
    error = error_of(capsys, environ, "--kafka", "x:1", "--topic", "t", "--group", "g")
    assert "not installed; install it with: pip install --require-hashes -r requirements-kafka.txt" in error
