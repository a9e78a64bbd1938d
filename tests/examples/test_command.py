"""The command line of the shop: where the token comes from, and what is said about wrong ones."""

from pathlib import Path

import pytest

from dashboard.cli import main as dashboard
from examples.shop.__main__ import TOKEN_VARIABLE, WrongToken, main, read_token


def test_the_token_is_the_last_line_of_what_the_command_prints(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dashboard(["tokens", "add", "Web shop", "--scopes", "read,events"], {"REPERTOIRE_STATE": str(tmp_path / "state")})
    (file := tmp_path / "token").write_text(said := capsys.readouterr().out)
    assert read_token(file, "") == said.splitlines()[-1]


def test_the_token_may_be_in_the_environment() -> None:
    assert read_token(None, " abc\n") == "abc"


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read"), ("", "has no token; make one with"), ("a b", "has a space"), ("tökn", "has a space")],
    ids=str,
)
def test_a_file_without_a_token_is_named_with_the_remedy(tmp_path: Path, content: str | None, said: str) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(WrongToken, match=said) as caught:
        read_token(file, "")
    assert str(file) in str(caught.value)


def test_without_a_token_the_shop_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    with pytest.raises(SystemExit, match=TOKEN_VARIABLE):
        main(["--url", "http://127.0.0.1:9"])


def test_an_address_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--url", "localhost:8050"])
    assert "'localhost:8050' is no address; write one such as http://127.0.0.1:8050" in capsys.readouterr().err
