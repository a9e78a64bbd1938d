"""Inputs of an import that nobody would write on purpose: a few small files, one of them changed by chance.

The same number always makes the same input.
"""

import io
import random
import re
import warnings
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.support.sheets import parts, text_cell

KINDS = ("csv", "toml", "xlsx", "parquet", "zip")
_HEAD = ("order_id", "customer_id", "product_id", "ordered_on", "quantity", "revenue")
_ROWS = [
    (f"o{n // 3}", f"c{n % 4}", f"p{n % 5}", f"2025-03-{n % 28 + 1:02}", f"{n % 7 + 1}", f"{n}.50") for n in range(40)
]
_MAP = """[format]
delimiter = ","
decimal = "."
date_format = "%Y-%m-%d"

[customers]
file = "customers.csv"
attributes = ["city"]

[customers.columns]
customer_id = "customer_id"
name = "name"

[products.constants]
unit = "case"
available = true

[order_lines.columns]
order_id = "order_id"
customer_id = "customer_id"
product_id = "product_id"
ordered_on = "ordered_on"
quantity = "quantity"
revenue = "revenue"
"""
_ODD = (
    "", " ", "\x00", "\x1b[31m", "'", '"', '""', '"""', ";", "\t", "\\", "%", "%Y", "%Q", "\r", "\n", "\r\n",
    "\ufeff", "\u202e", "nan", "inf", "-inf", "1e999", "-0", "1_000", "0x10", "9" * 400, "1." + "0" * 300 + "1",
    "NULL", "#N/A", "=1+1", "true", "9999-12-31", "10000-01-01", "0000-00-00", "1970-01-01T00:00:00+99:99",
    "infinity", "epoch", "2025-02-30", "31.12.2025", "x" * 70_000, "🧃" * 50, "ß", "İ", "a" * 300, "[", "]", "{", "}",
    "=", ".", "..", "../../etc/passwd", "/dev/zero", "*", "?",
)  # fmt: skip
_TOML_VALUES = (
    "1", "-1", "1.5", "nan", "inf", "true", "[]", "[[]]", "{}", "{ a = 1 }", '""', '"x"', '"\\u0000"', '"\\n"',
    "2025-01-01", "2025-01-01T00:00:00Z", "12:00:00", '["a", 1]', '"utf-16"', '"idna"', '"rot13"', '"zlib"', '";"',
    '","', '"%d"', '"%"', "9" * 30, '"customers.csv"', '"."', '".."', '"/"', '"nothing.csv"', '"a\\u0000b"',
    "[" * 200 + "]" * 200, '"' + "x" * 9000 + '"',
)  # fmt: skip
_CELLS = (
    '<c r="XFD1048576"><v>1</v></c>', '<c r="A1048576" t="s"><v>99999999</v></c>', '<c t="e" r="F3"><v>#N/A</v></c>',
    '<c r="" t="b"><v>7</v></c>', '<c r="ZZZZZ99999999"><v>1</v></c>', '<c r="A0"><v>1</v></c>',
    '<c r="D4" s="999"><v>1e400</v></c>', '<c r="D5" t="d"><v>2025-13-45</v></c>', "<c><f>1/0</f></c>",
    '<row r="0"/>', '<row r="-1"/>', '<row r="99999999999999"/>', "&lol;", "<c><is><t>\x0b</t></is></c>",
    "<mergeCell ref='A1:XFD1048576'/>", '<c r="B2" t="inlineStr"/>', "]]>", "<!--", "<![CDATA[",
)  # fmt: skip
_TYPES: tuple[Any, ...] = (
    pa.int8(), pa.float64(), pa.bool_(), pa.binary(), pa.decimal128(38, 10), pa.timestamp("ns", "Europe/Berlin"),
    pa.date32(), pa.time64("us"), pa.duration("s"), pa.list_(pa.string()), pa.struct([("a", pa.int32())]), pa.null(),
    pa.large_string(),
)  # fmt: skip


_NAMES = (
    "../out/x.csv", "/etc/cron.d/x.csv", "C:\\x.csv", "..\\x.csv", "a/../../x.csv", " ", ".", "..", "/", "a/",
    "x" * 300 + ".csv",
    "a\x00.csv", "\x1b[31m.csv", "customers.csv", "customers.csv/x.csv", "CUSTOMERS.CSV", "kunden-mü.csv", "🧃.csv",
    "__MACOSX/._customers.csv", ".hidden.csv", "inner.zip", "x.sqlite", "order_lines.xlsx", "read.pdf",
    "a/b/c/d.parquet",
)  # fmt: skip
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


@dataclass(frozen=True)
class Input:
    """The files of one import by name, the map file among them or None, and what kind of file was changed.

    given  the file that is imported; empty: their folder
    """

    number: int
    kind: str
    files: Mapping[str, bytes]
    map_name: str | None
    given: str = ""


def make_input(number: int) -> Input:
    """Return the input of a number; the kinds take turns."""
    chance, kind = random.Random(number), KINDS[number % len(KINDS)]  # noqa: S311 - to be repeated, not to be secret
    files = {
        "customers.csv": b"customer_id,name,city\n" + b"".join(b"c%d,Caf\xc3\xa9 %d,Ulm\n" % (n, n) for n in range(4)),
        "products.csv": b"product_id,name\n" + b"".join(b"p%d,Tea %d\n" % (n, n) for n in range(5)),
    }
    if kind == "toml":
        files |= {"order_lines.csv": _csv(), "map.toml": _changed(chance, _MAP.encode(), (_toml, _toml, _toml, _bytes))}
    elif kind == "csv":
        name = chance.choice(("customers.csv", "products.csv", "order_lines.csv", "order_lines.csv"))
        files["order_lines.csv"] = _csv()
        files[name] = _changed(chance, files[name], (_text, _text, _bytes))
    elif kind == "xlsx":
        files["order_lines.xlsx"] = _changed(chance, _xlsx({}), (_part, _part, _part, _bytes, _bomb))
    elif kind == "zip":
        packed = _zipped({**files, "order_lines.csv": _csv()}, chance.choice(_METHODS))
        changed = _changed(chance, packed, (_bytes, _bytes, _entries, _entries, _directory, _directory, _zip_bomb))
        return Input(number, kind, {"shop.zip": changed}, None, "shop.zip")
    else:
        files["order_lines.parquet"] = _changed(chance, _parquet(chance), (_bytes, _bytes, _footer))
    return Input(number, kind, files, "map.toml" if kind == "toml" else None)


def write_input(made: Input, folder: Path) -> Path | None:
    """Write the files of an input into a folder and return the path of its map file, None without one."""
    for name, content in made.files.items():
        (folder / name).write_bytes(content)
    return folder / made.map_name if made.map_name else None


def _changed(chance: random.Random, content: bytes, ways: tuple[Callable[[random.Random, bytes], bytes], ...]) -> bytes:
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        content = chance.choice(ways)(chance, content)
    return content


def _bytes(chance: random.Random, content: bytes) -> bytes:
    """Return the content with some bytes turned, cut off, taken out, doubled, put in or exchanged."""
    if not content:
        return bytes(chance.randrange(256) for _ in range(9))
    at, length = chance.randrange(len(content)), chance.choice((1, 2, 8, 100))
    slice_ = content[at : at + length]
    way = chance.randrange(6)
    if way == 0:
        turned = bytearray(content)
        for _ in range(length):
            turned[chance.randrange(len(turned))] ^= 1 << chance.randrange(8)
        return bytes(turned)
    return (
        content[:at],
        content[:at] + content[at + length :],
        content[:at] + slice_ * chance.choice((2, 50)) + content[at:],
        content[:at] + bytes(chance.randrange(256) for _ in range(length)) + content[at:],
        content[at:] + content[:at],
    )[way - 1]


def _text(chance: random.Random, content: bytes) -> bytes:
    """Return a CSV text with a value, a mark or a line changed, or in another encoding."""
    text, odd = content.decode("utf-8", "replace"), chance.choice(_ODD)
    places = [found.span() for found in re.finditer(r"[^,\n]+", text)] or [(0, 0)]
    start, end = chance.choice(places)
    way = chance.randrange(6)
    if way == 0:
        return text.encode(chance.choice(("utf-16", "cp1252", "utf-8-sig", "utf-32", "ascii")), "replace")
    lines = text.split("\n")
    line = chance.randrange(len(lines))
    return (
        text[:start] + odd + text[end:],
        text[:start] + odd + text[start:],
        text.replace(chance.choice((",", "\n", ".", "-", "0")), odd[:20]),
        "\n".join([*lines[:line], *[lines[line]] * chance.choice((0, 2, 500)), *lines[line + 1 :]]),
        "\n".join(row + chance.choice(("", ",", ",x", '"')) for row in lines),
    )[way - 1].encode("utf-8", "replace")


def _toml(chance: random.Random, content: bytes) -> bytes:
    """Return a map file with a value, a key, a section or a line changed."""
    lines = content.decode("utf-8", "replace").split("\n")
    line = chance.randrange(len(lines))
    key, equals, _ = lines[line].partition(" = ")
    way = chance.randrange(5)
    if way == 0 and equals:
        lines[line] = f"{key} = {chance.choice(_TOML_VALUES)}"
    elif way == 1 and equals:
        lines[line] = f'{chance.choice((*_HEAD, "file", "thousands", "encoding", "quote", "x", "_", "1"))}{equals}"x"'
    elif way == 2:
        lines.insert(
            line, chance.choice(("[returns]", "[stock]", "[a.b.c]", "[[customers]]", "[format]", "= 1", "a", "["))
        )
    elif way == 3:
        del lines[line]
    else:
        lines[line] = lines[line].replace(chance.choice(('"', "=", "[", "]", "_", "e")), chance.choice(_ODD)[:20])
    return "\n".join(lines).encode("utf-8", "replace")


def _part(chance: random.Random, content: bytes) -> bytes:
    """Return a spreadsheet of which one part is changed; a file that is no archive any more stays as it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError, zipfile.zlib.error):
        return _bytes(chance, content)
    sheet = "xl/worksheets/sheet1.xml"
    name = chance.choice([*found, *[sheet] * 4])
    part = found.get(name, b"")
    way = chance.randrange(5)
    tags = [match.start() for match in re.finditer(rb"<", part)] or [0]
    at = chance.choice(tags)
    if way == 0:
        found[name] = _bytes(chance, part)
    elif way == 1:
        found[name] = part[:at] + chance.choice(_CELLS).encode() + part[at:]
    elif way == 2:
        found.pop(name, None)
    elif way == 3:
        found[name] = part.replace(
            chance.choice((b'r="', b"<c ", b"</", b"inlineStr", b"1", b"xml")), chance.choice((b"", b"s", b'r="A'))
        )
    else:
        odd = chance.choice(_ODD).encode("utf-8", "replace")
        found[name] = part[:at] + odd[:200] + part[at:]
    return _zipped(found, chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2)))


def _bomb(chance: random.Random, content: bytes) -> bytes:
    """Return a spreadsheet that is small and stands for a large one; `content` is not used."""
    wide = "".join(f"<c><v>{n}</v></c>" for n in range(9_000))
    strings = b"<sst>" + b"<si><t>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</t></si>" * 300_000 + b"</sst>"
    doctype = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    laughs = f'<!DOCTYPE s [<!ENTITY a0 "ha">{doctype}]>'
    name = "xl/sharedStrings.xml"
    del content
    return chance.choice(
        (
            lambda: _xlsx({}, '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
            lambda: _xlsx({}, f'<row r="1048576">{wide}</row>'),
            lambda: _xlsx({name: strings}),
            lambda: _xlsx({name: f"{laughs}<sst><si><t>&a8;</t></si></sst>".encode()}),
            lambda: _xlsx({"xl/media/blank.bin": b"\0" * 20_000_000}),
        )
    )()


def _entries(chance: random.Random, content: bytes) -> bytes:
    """Return an archive with a file more, a link, or a changed one; what is no archive any more stays as it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = {name: archive.read(name) for name in archive.namelist()}
    except (
        zipfile.BadZipFile,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
        LookupError,
        zipfile.zlib.error,
        LZMAError,
    ):
        return _bytes(chance, content)
    name = chance.choice([*found, *_NAMES])
    way = chance.randrange(4)
    if way == 0:
        found[name] = chance.choice((b"", b"x", content, found.get("customers.csv", b"")))
    elif way == 1:
        found[name] = _text(chance, found.get(name, b"customer_id,name\nc1,x\n"))
    elif way == 2:
        found.pop(name, None)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is there twice
        for each, part in found.items():
            archive.writestr(zipfile.ZipInfo(each), part, chance.choice(_METHODS))
        if way == 3:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = chance.choice((0o120777, 0o100644, 0o060644)) << 16
            archive.writestr(entry, b"/etc/passwd")
    return buffer.getvalue()


def _directory(chance: random.Random, content: bytes) -> bytes:
    """Return an archive of which the list of files, or the head of one, says something else."""
    turned = bytearray(content)
    for _ in range(chance.choice((1, 1, 3))):
        places = [found.start() for found in re.finditer(rb"PK(\x01\x02|\x03\x04|\x05\x06)", content)] or [0]
        at = chance.choice(places) + chance.randrange(4, 60)
        odd = chance.choice((b"\x00\x00", b"\xff\xff\xff\xff", b"\x01", b"\x09\x00", b"\x0e\x00", b"\x63\x00"))
        if at + len(odd) <= len(turned):
            turned[at : at + len(odd)] = odd
    return bytes(turned)


def _zip_bomb(chance: random.Random, content: bytes) -> bytes:
    """Return an archive that is small and stands for a large one; `content` is not used."""
    del content
    method = chance.choice(_METHODS[1:])
    if chance.random() < 0.3:
        return _zipped({f"{n}.csv": b"x" for n in range(11_000)}, zipfile.ZIP_STORED)
    packed = _zipped({"customers.csv": chance.choice((b"\0", b",")) * 26_000_000}, method)
    if chance.random() < 0.5:  # the list says that the files are small
        packed = re.sub(
            rb"(PK\x01\x02.{20}).{4}", lambda found: found.group(1) + b"\x05\0\0\0", packed, flags=re.DOTALL
        )
    return packed


def _footer(chance: random.Random, content: bytes) -> bytes:
    """Return a Parquet file of which some bytes of the description at its end are changed."""
    turned = bytearray(content)
    for _ in range(chance.choice((1, 3, 10))):
        if turned:
            turned[max(len(turned) - 1 - chance.randrange(600), 0)] = chance.randrange(256)
    return bytes(turned)


def _csv() -> bytes:
    return "".join(f"{','.join(row)}\n" for row in (_HEAD, *_ROWS)).encode()


def _xlsx(more: Mapping[str, bytes], rows: str = "") -> bytes:
    cells = "".join(
        f'<row r="{at}">'
        f"{''.join(text_cell(column + str(at), value) for column, value in zip('ABCDEF', row, strict=True))}</row>"
        for at, row in enumerate((_HEAD, *_ROWS), start=1)
    )
    return _zipped(
        {**{name: part.encode() for name, part in parts(cells + rows).items()}, **more}, zipfile.ZIP_DEFLATED
    )


def _zipped(found: Mapping[str, bytes], method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in found.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)  # the day is 1980-01-01, whenever it is made
    return buffer.getvalue()


def _parquet(chance: random.Random) -> bytes:
    """Return the order lines as Parquet; in one of two files a column has a type that nobody expects."""
    columns: dict[str, Any] = {name: [row[at] for row in _ROWS] for at, name in enumerate(_HEAD)}
    columns["quantity"] = [float(each) for each in columns["quantity"]]
    table = pa.table(columns)
    if chance.random() < 0.5:
        at, kind = chance.randrange(len(_HEAD)), chance.choice(_TYPES)
        odd = pa.array([None] * len(_ROWS), kind) if chance.random() < 0.3 else _filled(kind)
        table = table.set_column(at, chance.choice((_HEAD[at], _HEAD[at].upper(), "", "raw name")), odd)
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression=chance.choice(("snappy", "gzip", "none", "zstd")))
    return buffer.getvalue()


def _filled(kind: Any) -> Any:
    if pa.types.is_list(kind):
        return pa.array([["a"]] * len(_ROWS), kind)
    if pa.types.is_struct(kind):
        return pa.array([{"a": 1}] * len(_ROWS), kind)
    if pa.types.is_binary(kind):
        return pa.array([b"\xff\x00"] * len(_ROWS), kind)
    return pa.array([1] * len(_ROWS), pa.int64()).cast(kind, safe=False) if pa.types.is_integer(kind) else _cast(kind)


def _cast(kind: Any) -> Any:
    try:
        return pa.array([1] * len(_ROWS), pa.int64()).cast(kind)
    except pa.ArrowException:
        return pa.array([None] * len(_ROWS), kind)
