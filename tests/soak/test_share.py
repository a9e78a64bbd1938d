"""A share of scripts/soak; the long form is run by hand."""

from pathlib import Path

import pytest

from tests.soak.__main__ import BEGIN, END, SHARE, page_with, parts
from tests.soak.result import Result


@pytest.mark.slow
def test_a_share_of_the_audit_finds_nothing(tmp_path: Path) -> None:
    found = [one for results in parts(tmp_path, SHARE) for one in results]
    assert [(one.what, one.failures) for one in found if one.failures] == []
    assert len({one.what.partition(":")[0] for one in found}) >= 5


def test_the_table_takes_the_place_of_the_one_before() -> None:
    page = f"# Security\n\n{BEGIN}\nold\n{END}\n\nMore.\n"
    made = page_with(page, [Result("kills: a build", 1000, ("x",), "fast")], "Today:")
    assert "| kills: a build | 1,000 | 1 | fast |" in made
    assert "old" not in made
    assert made.endswith(f"{END}\n\nMore.\n")
    assert page_with(made, [], "Now:").count(BEGIN) == 1


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks the lines"):
        page_with("# Security", [], "")
