"""Text from data that is safe to print."""

import pytest

from recsys.visible_text import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A\x1b[31mred\x1b]0;title\x07", r"A\x1b[31mred\x1b]0;title\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("a\tb\rc\x7f", r"a\tb\rc\x7f"),
        ("invoice\u202efdp.exe", r"invoice\u202efdp.exe"),
        ("\u2028\ufeff\udcff", r"\u2028\ufeff\udcff"),
        ("Bar:100:Grill [bold] Café 緑茶 👩‍🍳", "Bar:100:Grill [bold] Café 緑茶 👩‍🍳"),
    ],
)
def test_what_a_terminal_would_obey_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_line_breaks_stay_unless_they_are_not_to() -> None:
    assert visible("a\nb") == "a\nb"
    assert visible("a\nb", keep="") == r"a\nb"
