import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.state.errors import StateError
from dashboard.web import static_files
from dashboard.web.static_files import StaticFile, Vendor, own_stylesheet, serve_files, vendor_files


@pytest.fixture
def font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Return the bytes of a small file that is served in place of the font, which takes seconds to cut."""
    (tmp_path / "inter.woff2").write_bytes(b"wOF2 letters")
    monkeypatch.setattr(static_files, "prepared_font", lambda _: tmp_path / "inter.woff2")
    return b"wOF2 letters"


def serving(vendor: Vendor, prefix: str) -> tuple[FlaskClient, list[str]]:
    server = Flask("test", static_folder=None)
    return server.test_client(), serve_files(server, prefix, vendor.stylesheets, vendor.others)


@pytest.mark.parametrize("prefix", ["/", "/repertoire/"])
def test_stylesheets_come_in_order_from_the_app_itself(font: bytes, tmp_path: Path, prefix: str) -> None:
    client, addresses = serving(vendor_files(tmp_path), prefix)
    pattern = rf"{prefix}static/[0-9a-f]{{16}}/(\w+\.css)"
    names = [found[1] for address in addresses if (found := re.fullmatch(pattern, address))]
    assert names == ["bootstrap.css", "icons.css", "inter.css"]
    for address in addresses:
        response = client.get(address)
        assert (response.status_code, response.mimetype) == (200, "text/css")
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("prefix", ["/", "/repertoire/"])
def test_the_font_is_found_where_its_stylesheet_says(font: bytes, tmp_path: Path, prefix: str) -> None:
    client, addresses = serving(vendor_files(tmp_path), prefix)
    (named,) = re.findall(r'url\("([^"]+)"\)', client.get(addresses[-1]).text)
    assert named.startswith("../")
    address = prefix + named.removeprefix("../../")
    response = client.get(address)
    assert (response.data, response.mimetype) == (font, "font/woff2")


def test_no_stylesheet_refers_to_another_host(font: bytes, tmp_path: Path) -> None:
    for stylesheet in vendor_files(tmp_path).stylesheets:
        text = stylesheet.content.decode()
        targets = re.findall(r"""url\(["']?([^)"']+)|@import\s+["']([^"']+)""", text)
        assert [first or second for first, second in targets if "//" in (first or second).split(",")[0]] == []
        assert "sourceMappingURL" not in text


def test_bootstrap_is_the_packages_own_and_whole(font: bytes, tmp_path: Path) -> None:
    text = vendor_files(tmp_path).stylesheets[0].content.decode()
    assert "Bootstrap" in text[:200]
    assert "--bs-body-bg" in text
    assert text.rstrip().endswith("}")


def test_without_the_font_there_are_two_stylesheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static_files, "prepared_font", lambda _: None)
    vendor = vendor_files(tmp_path)
    assert [file.name for file in vendor.stylesheets] == ["bootstrap.css", "icons.css"]
    assert vendor.others == ()


def test_a_cache_that_cannot_be_written_is_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(static_files, "prepared_font", full)
    with pytest.raises(StateError, match=r"the font cannot be kept in .* \(No space left on device\)"):
        vendor_files(tmp_path)


def test_own_stylesheets_are_joined_the_folders_own_first_then_components_then_pages(tmp_path: Path) -> None:
    for name in ("pages/home.css", "components/table.css", "components/card.css", "tokens.css", "base.css"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"/* {name} */\n", encoding="utf-8")
    (tmp_path / "shell.js").write_text("/* shell.js */\n", encoding="utf-8")
    joined = own_stylesheet(tmp_path)
    names = ["base.css", "tokens.css", "components/card.css", "components/table.css", "pages/home.css"]
    assert re.findall(r"/\* (\S+) \*/", joined.content.decode()) == names
    assert (joined.name, joined.mimetype) == ("repertoire.css", "text/css")


def test_other_bytes_have_another_address() -> None:
    one, other = (StaticFile("a.css", content, "text/css") for content in (b"a{}", b"b{}"))
    assert one.path != other.path
    assert one.path == StaticFile("a.css", b"a{}", "text/css").path


@pytest.mark.parametrize("path", ["0000000000000000/a.css", "a.css", "../../etc/passwd", ""])
def test_what_is_not_there_is_not_found(path: str) -> None:
    client, _ = serving(Vendor((StaticFile("a.css", b"a{}", "text/css"),), ()), "/")
    assert client.get(f"/static/{path}").status_code == 404
