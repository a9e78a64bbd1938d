"""Zip archives are read as folders; none writes outside its own, and none takes more than it may."""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from recsys.errors import SourceError
from recsys.ingest.limits import Limits
from recsys.ingest.sources import archives
from recsys.ingest.sources.archives import folder_of, unpacked

ROW = b"customer_id\nc1\n"
Entry = tuple[str | zipfile.ZipInfo, bytes]


@pytest.fixture
def archive(tmp_path: Path) -> Callable[..., Path]:
    """Write an archive of entries (name, content)."""

    def write(*entries: Entry, method: int = zipfile.ZIP_DEFLATED) -> Path:
        path = tmp_path / "shop.zip"
        with zipfile.ZipFile(path, "w", method) as file:
            for name, content in entries:
                file.writestr(name, content, method)
        return path

    return write


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def refusal(path: Path, scratch: Path, limits: Limits | None = None) -> str:
    with pytest.raises(SourceError) as caught:
        unpacked(path, scratch, limits or Limits())
    return str(caught.value)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def named(name: str) -> zipfile.ZipInfo:
    """Return an entry whose name is written as it is, in cp437 where that has its letters."""
    entry = zipfile.ZipInfo("x")
    entry.filename = name
    return entry


def test_the_one_folder_of_an_archive_is_its_root(archive: Callable[..., Path], scratch: Path) -> None:
    folder = unpacked(archive(("export/customers.csv", ROW), ("export/2025/lines.CSV", b"x")), scratch, Limits())
    assert files(folder) == ["2025/lines.CSV", "customers.csv"]
    assert (folder / "customers.csv").read_bytes() == ROW


def test_what_cannot_be_imported_is_left_out_and_told(archive: Callable[..., Path], scratch: Path) -> None:
    notes: list[str] = []
    path = archive(("customers.csv", ROW), ("read.pdf", b"x"), ("__MACOSX/._customers.csv", b"x"), ("~$a.xlsx", b"x"))
    assert files(unpacked(path, scratch, Limits(), notes.append)) == ["customers.csv"]
    assert notes == ["shop.zip: read.pdf, __MACOSX/._customers.csv, ~$a.xlsx: left out, no files that can be imported"]


@pytest.mark.parametrize(
    ("name", "read"),
    [("kunden-mü.csv", "kunden-mü.csv"), ("müller-ß.csv".encode().decode("cp437"), "müller-ß.csv")],
)
def test_umlauts_are_read_as_cp437_or_as_utf8_that_is_not_declared(
    archive: Callable[..., Path], scratch: Path, name: str, read: str
) -> None:
    path = archive((name, ROW))
    content = path.read_bytes()
    encoded, written = name.encode(), name.encode("cp437")
    assert content.count(encoded) == 2  # in the file's head and in the list
    flags = (struct.pack("<H", 0x800), struct.pack("<H", 0))
    bare = content.replace(encoded, written).replace(*flags)
    start = bare.index(b"PK\1\2")
    length = struct.pack("<H", len(written))
    bare = bare[:26] + length + bare[28 : start + 28] + length + bare[start + 30 :]
    size = bare.index(b"PK\5\6") - start
    end = bare.index(b"PK\5\6")
    path.write_bytes(bare[: end + 12] + struct.pack("<II", size, start) + bare[end + 20 :])
    assert files(unpacked(path, scratch, Limits())) == [read]


@pytest.mark.parametrize("name", ["../x.csv", "/etc/x.csv", "C:/x.csv", "..\\x.csv", "a/../../x.csv"])
def test_a_name_that_leads_out_of_the_folder_is_refused(archive: Callable[..., Path], scratch: Path, name: str) -> None:
    message = refusal(archive(("customers.csv", ROW), (named(name), b"x")), scratch)
    assert "shop.zip has a file named '" in message
    assert "which leads out of its folder; pack the files again, from within their folder" in message
    assert [path for path in scratch.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["\x1b[31m.csv", "x" * 260 + ".csv"])
def test_a_name_that_no_file_may_have_is_refused(archive: Callable[..., Path], scratch: Path, name: str) -> None:
    assert "which cannot be the name of a file" in refusal(archive((named(name), b"x")), scratch)


def test_a_link_is_refused(archive: Callable[..., Path], scratch: Path) -> None:
    link = zipfile.ZipInfo("customers.csv")
    link.external_attr = 0o120777 << 16
    message = refusal(archive((link, b"/etc/passwd")), scratch)
    assert message.endswith("shop.zip has a link in it, customers.csv; pack the file that it leads to instead")


def test_an_encrypted_file_is_refused(archive: Callable[..., Path], scratch: Path) -> None:
    path = archive(("customers.csv", ROW))
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)
    assert "is encrypted (customers.csv needs a password); unpack it with the password" in refusal(path, scratch)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a.csv", "a.csv"), ("a.csv", "a.csv/b.csv"), ("u\u0308.csv", "ü.csv")])
def test_a_name_that_is_there_twice_is_refused(
    archive: Callable[..., Path], scratch: Path, names: tuple[str, str]
) -> None:
    assert "twice; which is meant?" in refusal(archive(*((name, ROW) for name in names)), scratch)


def test_an_archive_in_an_archive_is_refused(archive: Callable[..., Path], scratch: Path) -> None:
    message = refusal(archive(("customers.csv", ROW), ("old/2024.zip", b"PK")), scratch)
    assert "has another archive in it, old/2024.zip; unpack that one" in message


def test_an_archive_without_anything_to_import_says_what_it_has(archive: Callable[..., Path], scratch: Path) -> None:
    assert "has no file that can be imported, it has a.pdf, b.doc; pack" in refusal(
        archive(("a.pdf", b"x"), ("b.doc", b"x")), scratch
    )
    assert "has no file that can be imported, it is empty; pack" in refusal(archive(), scratch)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unpacking_stops_at_the_limit(archive: Callable[..., Path], scratch: Path, method: int) -> None:
    path = archive(("customers.csv", b"\0" * 3_000_000), method=method)
    assert path.stat().st_size < 10_000
    message = refusal(path, scratch, Limits(unpacked_mb=1))
    assert "shop.zip unpacks to more than 1 MB; remove what is not needed" in message
    assert "--max-unpacked-mb" in message
    assert sum(file.stat().st_size for file in scratch.rglob("*") if file.is_file()) <= 2_100_000
    assert unpacked(path, scratch, Limits(unpacked_mb=3)).is_dir()


def test_the_size_that_an_archive_says_is_not_believed(archive: Callable[..., Path], scratch: Path) -> None:
    path = archive(("customers.csv", b"\0" * 3_000_000))
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<I", 3_000_000), struct.pack("<I", 100)))
    assert "is no readable zip archive (" in refusal(path, scratch)
    path.write_bytes(content.replace(struct.pack("<I", 3_000_000), struct.pack("<I", 3_000_001)))
    assert "is no readable zip archive (" in refusal(path, scratch)


def test_too_many_files_are_refused(archive: Callable[..., Path], scratch: Path) -> None:
    message = refusal(archive(*((f"{n}.csv", b"") for n in range(archives.MOST_FILES + 1))), scratch)
    assert "has 10,001 files, at most 10,000 are unpacked" in message


def test_a_list_of_files_that_is_longer_than_memory_is_refused(tmp_path: Path, scratch: Path) -> None:
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0) + b"a.csv"
    n = 1_200_000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, n * len(entry), 0, 0)
    path = tmp_path / "long.zip"
    path.write_bytes(entry * n + end)
    assert "needs more than 500 MB of memory to be unpacked; unpack it yourself" in refusal(path, scratch)


def test_unpacking_ends_when_its_time_is_over(archive: Callable[..., Path], scratch: Path) -> None:
    message = refusal(archive(("customers.csv", ROW)), scratch, Limits(seconds=0))
    assert (
        "is not unpacked after 0 seconds; unpack it yourself and import its folder, or allow more with --max-seconds"
        in message
    )


@pytest.mark.parametrize("cut", [-30, 10])
def test_a_damaged_archive_is_refused(archive: Callable[..., Path], scratch: Path, cut: int) -> None:
    path = archive(("customers.csv", ROW * 90))
    content = path.read_bytes()
    path.write_bytes(content[:cut] if cut < 0 else content[:40] + b"\xff" * cut + content[40 + cut :])
    assert "is no readable zip archive (" in refusal(path, scratch)


def test_a_method_of_packing_that_is_not_known_is_refused(archive: Callable[..., Path], scratch: Path) -> None:
    path = archive(("customers.csv", ROW))
    content = bytearray(path.read_bytes())
    content[8] = content[content.index(b"PK\1\2") + 10] = 9  # Deflate64
    path.write_bytes(content)
    assert "is packed in a way that is not read (" in refusal(path, scratch)


def test_a_file_that_is_no_folder_names_the_folder_that_it_is_in(tmp_path: Path, scratch: Path) -> None:
    (tmp_path / "customers.csv").write_bytes(ROW)
    with pytest.raises(SourceError, match="is neither a folder nor a zip archive .* name the folder that it is in, /"):
        folder_of(tmp_path / "customers.csv", scratch, Limits(), print)
