import errno
import gzip
import io
import json
import os
import re
import runpy
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
import tempfile
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from dashboard.activity.database import audit, people
from dashboard.activity.database.connect import open_database
from dashboard.cli import main
from dashboard.settings import Settings
from dashboard.state.archive import MANIFEST
from dashboard.state.backup import backup, restore
from dashboard.state.errors import StateError
from dashboard.state.folder import KEY_FILE, prepare_state, secret_key
from dashboard.state.scratch import scratch

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 20, 3, 10, tzinfo=UTC)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    (folder / "more").mkdir(parents=True)
    (folder / "cache").mkdir()
    (folder / "cache" / "font").write_text("made again")
    (folder / "more" / "notes").write_text("Grüße")
    secret_key(folder)
    return folder


@pytest.fixture
def archive(state: Path, tmp_path: Path) -> Path:
    backup(state, tmp_path / "kept.tar.gz", NOW)
    return tmp_path / "kept.tar.gz"


def written(path: Path, members: dict[str, bytes], *extra: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for member in extra:
            archive.addfile(member)
    return path


def manifest(**changes: object) -> bytes:
    return json.dumps({"format": 1, "made_at": NOW.isoformat(), "files": {}, **changes}).encode()


def run(*arguments: str, state: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dashboard", *arguments],
        cwd=ROOT,
        env={"REPERTOIRE_STATE": str(state)},
        capture_output=True,
        text=True,
        check=False,
    )


NAUGHTY = "A\x1b[31mred\x1b]0;title\x07\u202e"
WRITTEN = r"A\x1b[31mred\x1b]0;title\x07\u202e"


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (0, ("backup", f"{{folder}}/{NAUGHTY}")),
        (1, ("backup", f"{{folder}}/none/{NAUGHTY}/x")),
        (1, ("restore", NAUGHTY)),
        (2, ("restore", "x", f"--{NAUGHTY}")),
        (2, (NAUGHTY,)),
    ],
)
def test_messages_write_control_characters_out(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], code: int, arguments: tuple[str, ...]
) -> None:
    asked = [argument.format(folder=tmp_path) for argument in arguments]
    try:
        main(asked, {"REPERTOIRE_STATE": str(state)})
        ended = 0
    except SystemExit as end:
        ended = int(end.code or 0)
    printed = "".join(capsys.readouterr())
    assert ended == code
    assert WRITTEN in printed.replace("\\\\", "\\")  # argparse doubles them in a wrong choice
    assert not set("\x1b\x07\u202e") & set(printed)


def test_the_name_in_a_foreign_backup_obeys_nothing(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path / "odd.tar.gz", {f"../{NAUGHTY}": b"x", MANIFEST: manifest()})
    with pytest.raises(SystemExit):
        main(["restore", str(tmp_path / "odd.tar.gz"), "--force"], {"REPERTOIRE_STATE": str(state)})
    printed = capsys.readouterr().err
    assert WRITTEN in printed
    assert "\x1b" not in printed


def test_a_backup_comes_back_as_it_was(state: Path, archive: Path, tmp_path: Path) -> None:
    assert restore(archive, tmp_path / "other") == 2
    assert (tmp_path / "other" / "more" / "notes").read_text() == "Grüße"
    assert secret_key(tmp_path / "other") == secret_key(state)


def test_what_comes_back_is_for_its_owner_alone(archive: Path, tmp_path: Path) -> None:
    restore(archive, tmp_path / "other")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "other").rglob("*")}
    assert modes == {"more": 0o700, "notes": 0o600, KEY_FILE: 0o600}


def test_a_backup_holds_no_cache_and_can_be_read_by_its_owner_alone(archive: Path) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with tarfile.open(archive) as opened:
        assert opened.getnames() == [MANIFEST, "more/notes", KEY_FILE]


def test_a_backup_overwrites_nothing(state: Path, archive: Path) -> None:
    before = archive.read_bytes()
    with pytest.raises(StateError, match="exists; name a new file"):
        backup(state, archive, NOW)
    assert archive.read_bytes() == before


def test_a_backup_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="there is no state folder"):
        backup(tmp_path / "none", tmp_path / "x.tar.gz", NOW)


def test_a_backup_into_the_state_folder_is_refused(state: Path) -> None:
    with pytest.raises(StateError, match="is inside the state folder"):
        backup(state, state / "x.tar.gz", NOW)


def test_a_backup_into_no_folder_is_refused(state: Path, tmp_path: Path) -> None:
    with pytest.raises(StateError, match=r"none cannot be written \(No such file or directory\)"):
        backup(state, tmp_path / "none" / "x.tar.gz", NOW)


def test_a_link_in_the_state_folder_is_refused_and_leaves_nothing(state: Path, tmp_path: Path) -> None:
    (state / "link").symlink_to("/etc/hostname")
    with pytest.raises(StateError, match="link is neither file nor folder"):
        backup(state, tmp_path / "x.tar.gz", NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_a_backup_that_dies_half_way_leaves_nothing(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(tarfile.TarFile, "addfile", full)
    with pytest.raises(KeyboardInterrupt):
        backup(state, tmp_path / "x.tar.gz", NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_a_backup_onto_a_full_disk_is_one_line_and_leaves_nothing(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "addfile", full)
    with pytest.raises(StateError, match=r"x.tar.gz cannot be written \(No space left on device\)"):
        backup(state, tmp_path / "x.tar.gz", NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def killed(code: str, *arguments: Path) -> None:
    """Run code that ends in a kill of its own process."""
    done = subprocess.run([sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL


KILL = "os.kill(os.getpid(), signal.SIGKILL)"
HEAD = """
import os, signal, sys, tarfile
from datetime import UTC, datetime
from pathlib import Path
from dashboard.state import backup as of
"""


def test_what_a_killed_backup_left_goes_with_the_next_one(state: Path, tmp_path: Path) -> None:
    code = f"tarfile.TarFile.addfile = lambda *_: {KILL}\nof.backup(*map(Path, sys.argv[1:]), datetime.now(UTC))"
    killed(HEAD + code, state, tmp_path / "x.tar.gz")
    assert len(list(tmp_path.iterdir())) == 2
    with scratch(tmp_path, "backup") as another:  # that of a backup under way stays
        backup(state, tmp_path / "y.tar.gz", NOW)
        assert sorted(path.name for path in tmp_path.iterdir()) == [another.name, "state", "y.tar.gz"]


@pytest.mark.parametrize("n_renames", [0, 1, 2])
def test_a_killed_restore_leaves_one_whole_folder(state: Path, archive: Path, tmp_path: Path, n_renames: int) -> None:
    (state / "later").write_text("x")
    code = f"""
rename, seen = Path.rename, []
def dies(self, target):
    if len(seen) == {n_renames}:
        {KILL}
    seen.append(1)
    return rename(self, target)
Path.rename = dies
of.shutil.rmtree = lambda *_: {KILL}
of.restore(Path(sys.argv[1]), Path(sys.argv[2]), force=True)
"""
    killed(HEAD + code, archive, state)
    assert state.exists() == (n_renames != 1)
    prepare_state(state)
    assert (state / "later").exists() == (n_renames < 2)
    assert (state / "more" / "notes").read_text() == "Grüße"
    restore(archive, state, force=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.tar.gz", "state"]


def test_a_state_folder_that_is_not_empty_needs_force(state: Path, archive: Path) -> None:
    (state / "more" / "notes").write_text("newer")
    with pytest.raises(StateError, match="is not empty; stop the app and add --force"):
        restore(archive, state)
    assert (state / "more" / "notes").read_text() == "newer"


def test_force_replaces_the_whole_folder_and_leaves_nothing_beside_it(
    state: Path, archive: Path, tmp_path: Path
) -> None:
    (state / "later").write_text("x")
    restore(archive, state, force=True)
    assert sorted(path.name for path in state.iterdir()) == ["more", KEY_FILE]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.tar.gz", "state"]


def test_an_empty_state_folder_needs_no_force(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert restore(archive, tmp_path / "empty") == 2


def test_the_old_folder_comes_back_if_the_new_one_cannot_take_its_place(
    state: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def fails_for_the_new_one(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails_for_the_new_one)
    with pytest.raises(StateError, match=r"cannot be replaced \(Input/output error\); it is as it was"):
        restore(archive, state, force=True)
    assert (state / "more" / "notes").read_text() == "Grüße"


@pytest.mark.parametrize("cut", [0, 10, 100, -20])
def test_a_truncated_archive_is_refused(archive: Path, tmp_path: Path, cut: int) -> None:
    archive.write_bytes(archive.read_bytes()[:cut])
    with pytest.raises(StateError, match="is no whole backup"):
        restore(archive, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_an_altered_archive_is_refused(archive: Path, tmp_path: Path) -> None:
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 0xFF
    archive.write_bytes(content)
    with pytest.raises(StateError):
        restore(archive, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_missing_archive_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="there is no file"):
        restore(tmp_path / "none.tar.gz", tmp_path / "other")


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "a/../../outside", "./a", "a//b"])
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / "x.tar.gz", {MANIFEST: manifest(), name: b"x"})
    with pytest.raises(StateError, match="which is not a plain file name"):
        restore(path, tmp_path / "deep" / "other")
    assert [found.name for found in tmp_path.iterdir()] == ["x.tar.gz"]


def test_a_name_that_comes_twice_is_refused(tmp_path: Path) -> None:
    again = tarfile.TarInfo("a")
    path = written(tmp_path / "x.tar.gz", {MANIFEST: manifest(), "a": b"x"}, again)
    with pytest.raises(StateError, match="it holds 'a' twice"):
        restore(path, tmp_path / "other")


def test_an_archive_that_does_not_fit_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "x.tar.gz", {MANIFEST: manifest(), "zeros": bytes(50_000_000)})
    assert path.stat().st_size < 100_000
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=40_000_000))
    tracemalloc.start()
    with pytest.raises(StateError, match=r"holds more than there is room for \(40,000,000 bytes"):
        restore(path, tmp_path / "other")
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    assert [found.name for found in tmp_path.iterdir()] == ["x.tar.gz"]


def test_a_header_that_asks_for_all_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.gz"
    head = tarfile.TarInfo("long")
    head.type, head.size = tarfile.GNUTYPE_LONGNAME, 1 << 40
    path.write_bytes(gzip.compress(head.tobuf() + bytes(1024)))
    with pytest.raises(StateError, match="is no whole backup"):
        restore(path, tmp_path / "other")


def test_what_follows_the_end_is_refused(archive: Path, tmp_path: Path) -> None:
    archive.write_bytes(archive.read_bytes() + gzip.compress(b"more"))
    with pytest.raises(StateError, match="is no whole backup"):
        restore(archive, tmp_path / "other")


def test_a_restore_onto_a_full_disk_leaves_what_was_there(
    state: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StateError, match=r"cannot be replaced \(No space left on device\); it is as it was"):
        restore(archive, state, force=True)
    assert (state / "more" / "notes").read_text() == "Grüße"


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_a_member_that_is_no_file_is_refused(tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("odd")
    member.type, member.linkname = kind, "/etc/passwd"
    path = written(tmp_path / "x.tar.gz", {MANIFEST: manifest()}, member)
    with pytest.raises(StateError, match="it holds 'odd', which is not a plain file name"):
        restore(path, tmp_path / "other")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 1}', b'{"format": 1, "files": []}'])
def test_a_foreign_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path / "x.tar.gz", {MANIFEST: content})
    with pytest.raises(StateError, match="is no backup of Repertoire: it has no readable"):
        restore(path, tmp_path / "other")


def test_an_archive_of_a_newer_format_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "x.tar.gz", {MANIFEST: manifest(format=2)})
    with pytest.raises(StateError, match="has format 2, this version reads 1"):
        restore(path, tmp_path / "other")


@pytest.mark.parametrize(("files", "members"), [({"a": "0"}, {}), ({}, {"a": b"x"}), ({"a": "0"}, {"a": b"x"})])
def test_an_archive_that_differs_from_its_manifest_is_refused(
    tmp_path: Path, files: dict[str, str], members: dict[str, bytes]
) -> None:
    path = written(tmp_path / "x.tar.gz", {MANIFEST: manifest(files=files), **members})
    with pytest.raises(StateError, match="is damaged: a is not as its manifest has it"):
        restore(path, tmp_path / "other")


def test_the_commands_say_what_they_did(state: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.tar.gz"
    assert run("backup", str(kept), state=state).stdout == f"2 files of {state} saved in {kept}\n"
    done = run("restore", str(kept), "--force", state=state)
    assert (done.returncode, done.stdout) == (0, f"2 files put into {state}; start the app again\n")


def test_a_mistake_is_one_line_and_exit_code_one(state: Path, archive: Path) -> None:
    done = run("restore", str(archive), state=state)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: {state} is not empty; stop the app and add --force to replace what is in it\n"


def test_wrong_usage_is_exit_code_two(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["backup"], ["remove", "x"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments, {})
        assert caught.value.code == 2
        assert "usage: python -m dashboard" in capsys.readouterr().err


def test_a_wrong_setting_ends_a_command_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["backup", "x"], {"REPERTOIRE_PORT": "x"})
    assert caught.value.code == 1
    assert capsys.readouterr().err == "Error: REPERTOIRE_PORT is 'x'; it must be a whole number from 1 to 65535\n"


def test_the_commands_run_in_process_too(state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environ = {"REPERTOIRE_STATE": str(state)}
    main(["backup", str(tmp_path / "a.tar.gz")], environ)
    main(["restore", str(tmp_path / "a.tar.gz"), "--force"], environ)
    assert capsys.readouterr().out.count("2 files") == 2


def test_a_backup_holds_the_database_as_one_file_and_brings_it_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = open_database(Settings(state=tmp_path))
    database.prepare()
    with database.write() as at:
        ann = people.add(at, email="ann@example.com", name="Ann", now=NOW)
    assert (tmp_path / "activity.sqlite-wal").exists()
    with tempfile.TemporaryDirectory() as elsewhere:
        kept = Path(elsewhere) / "kept.tar.gz"
        main(["backup", str(kept)], {"REPERTOIRE_STATE": str(tmp_path)})
        with tarfile.open(kept) as opened:
            assert opened.getnames() == [MANIFEST, "activity.sqlite"]
        database.close()
        main(["restore", str(kept), "--force"], {"REPERTOIRE_STATE": str(tmp_path / "restored")})
    assert capsys.readouterr().out.startswith(f"1 file of {tmp_path} saved in ")
    restored = open_database(Settings(state=tmp_path / "restored"))
    with restored.read() as at:
        assert people.everyone(at) == (ann,)
    restored.close()


def test_a_backup_says_how_postgresql_is_saved(state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = "postgresql://app:secret@db.example/repertoire"
    main(["backup", str(tmp_path / "a.tar.gz")], {"REPERTOIRE_STATE": str(state), "REPERTOIRE_DATABASE": url})
    assert capsys.readouterr().out.splitlines()[1] == (
        "The database is not in it. PostgreSQL saves it with: "
        "pg_dump --format=custom --file=repertoire.dump postgresql://app@db.example/repertoire"
    )


def test_the_database_says_its_schema_and_is_brought_up_to_date(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {"REPERTOIRE_STATE": str(tmp_path)}
    main(["database", "upgrade"], environ)
    main(["database", "status"], environ)
    line = f"SQLite {tmp_path}/activity.sqlite has the schema 0009, the newest is 0009\n"
    assert capsys.readouterr().out == 2 * line


def test_a_downgrade_says_what_it_loses_and_does_it_only_when_told_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {"REPERTOIRE_STATE": str(tmp_path)}
    database = open_database(Settings(state=tmp_path))
    database.prepare()
    with database.write() as at:
        audit.record(at, now=NOW, kind="sign-in", person_id=None)
    gone = (
        "api_tokens (0 rows), api_calls (0 rows), shop_events (0 rows), availability (0 rows), "
        "campaigns (0 rows), campaign_members (0 rows), campaign_offers (0 rows), event_batches (0 rows), "
        "campaign_events (0 rows), campaign_calls (0 rows), "
        "alert_rules (0 rows), alert_snoozes (0 rows), alert_assignments (0 rows), alert_visits (0 rows), "
        "digests (0 rows), digests_unwanted (0 rows), basket_items (0 rows), held_changes (0 rows), "
        "saved_views (0 rows), next_steps (0 rows), notes (0 rows), "
        "shown_lists (0 rows), held_back (0 rows), outcomes (0 rows), audit_gate (0 rows), audit (1 row)"
    )
    with pytest.raises(SystemExit) as caught:
        main(["database", "downgrade", "0001"], environ)
    assert caught.value.code == 1
    assert capsys.readouterr().err == (
        f"Error: going back to 0001 removes these tables with all that they hold: {gone}; "
        "make a backup, stop the app, and add --lose-data to do it\n"
    )
    assert database.schema()[0] == "0009"
    main(["database", "downgrade", "0001", "--lose-data"], environ)
    assert capsys.readouterr().out == (f"{tmp_path}/activity.sqlite has the schema 0001; removed: {gone}\n")
    assert database.schema()[0] == "0001"
    database.close()


def test_a_database_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["database", "status"], {"REPERTOIRE_STATE": str(tmp_path)})
    assert caught.value.code == 1
    assert "activity.sqlite does not answer (unable to open database file)" in capsys.readouterr().err


def test_one_file_is_counted_in_the_singular(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "only").write_text("x")
    main(["backup", str(tmp_path / "b.tar.gz")], {"REPERTOIRE_STATE": str(tmp_path / "small")})
    assert capsys.readouterr().out.startswith("1 file of ")


def test_the_module_runs_the_command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["dashboard", "--help"])
    with pytest.raises(SystemExit) as caught:
        runpy.run_module("dashboard.__main__", run_name="__main__")
    assert caught.value.code == 0
    assert "backup" in capsys.readouterr().out


def test_a_digest_that_fails_is_a_line_and_an_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environ = {"REPERTOIRE_STATE": str(tmp_path), "REPERTOIRE_ARTIFACTS": str(tmp_path / "none")}
    environ |= {"REPERTOIRE_SIGN_IN": "local", "REPERTOIRE_PUBLIC_URL": "https://sales.example"}
    environ |= {"REPERTOIRE_SMTP_HOST": "mail.example", "REPERTOIRE_SMTP_FROM": "r@sales.example"}
    main(["people", "add", "ann@example.com", "--role", "rep"], environ)
    capsys.readouterr()
    with pytest.raises(SystemExit) as caught:
        main(["digest", "--day", "2026-11-17"], environ)
    printed = capsys.readouterr()
    assert (caught.value.code, printed.out) == (1, "Digest of 2026-11-17: 1 failed\n")
    assert re.fullmatch(r"Error: person 1: [^\n]+\n", printed.err)
    assert "ann@" not in printed.err


def test_a_day_that_is_none_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["digest", "--day", "17.11.2026"], {})
    assert caught.value.code == 2
    assert "17.11.2026 is no day; write one such as 2026-11-17" in capsys.readouterr().err
