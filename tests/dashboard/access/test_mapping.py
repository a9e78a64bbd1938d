from pathlib import Path

import pytest

from dashboard.access.mapping import read_mapping
from dashboard.settings import SettingsError

MAPPING = """
all_customers = ["Leads"]

[claims]
groups = "memberOf"
reps = "rep_names"

[roles]
"Sales" = ["rep"]
"Leads" = ["rep", "director"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "roles.toml").write_text(MAPPING)
    return tmp_path / "roles.toml"


@pytest.mark.parametrize(
    ("groups", "roles", "sees_all"),
    [
        (["Sales"], {"rep"}, False),
        (["Sales", "Leads", "Else"], {"rep", "director"}, True),
        ("Sales", {"rep"}, False),
        (["sales", "Sale", 7, None], set(), False),
        ({"Sales": 1}, set(), False),
        (None, set(), False),
    ],
)
def test_groups_give_roles_word_for_word(file: Path, groups: object, roles: set[str], sees_all: bool) -> None:
    mapping = read_mapping(file)
    assert mapping.roles_in({"memberOf": groups, "groups": ["Leads"]}) == roles
    assert mapping.sees_all({"memberOf": groups}) == sees_all


def test_a_claim_names_the_reps(file: Path) -> None:
    assert read_mapping(file).reps_in({"rep_names": ["Jana", "Emre"]}) == {"Jana", "Emre"}
    assert read_mapping(file).reps_in({}) == frozenset()


def test_without_a_claim_of_reps_nothing_is_said_of_them(tmp_path: Path) -> None:
    (tmp_path / "roles.toml").write_text('[roles]\n"A" = ["rep"]')
    mapping = read_mapping(tmp_path / "roles.toml")
    assert mapping.reps_in({"rep_names": ["Jana"]}) is None
    assert mapping.roles_in({"groups": ["A"]}) == {"rep"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[roles", "cannot be read as TOML"),
        ('[roles]\n"A" = ["boss"]', "gives the group 'A' the role 'boss'; there are rep, "),
        ('[roles]\n"A" = []', "the role 'nothing'"),
        ('[rolls]\n"A" = ["rep"]', "it has rolls"),
        ('[claims]\nrole = "x"', "it has others in them"),
    ],
)
def test_a_mistake_names_the_file_and_what_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "roles.toml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        read_mapping(tmp_path / "roles.toml")
    assert "roles.toml" in str(caught.value)
    assert words in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no.toml, which cannot be read"):
        read_mapping(tmp_path / "no.toml")
