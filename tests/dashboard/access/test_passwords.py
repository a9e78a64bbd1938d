import pytest

from dashboard.access.passwords import fault, hash_password, is_outdated, is_right

GOOD = "seven green bottles"


def test_a_password_is_kept_as_argon2id_with_the_parameters_of_owasp() -> None:
    assert hash_password(GOOD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_right_password_is_right_and_another_is_not() -> None:
    kept = hash_password(GOOD)
    assert is_right(GOOD, kept)
    assert not is_right(GOOD.upper(), kept)


def test_who_has_no_password_has_no_right_one() -> None:
    assert not is_right("", None)
    assert not is_right("nobody", None)


def test_what_is_kept_and_is_no_hash_lets_nobody_in() -> None:
    assert not is_right(GOOD, GOOD)


def test_a_hash_of_weaker_parameters_is_outdated() -> None:
    assert not is_outdated(hash_password(GOOD))
    assert is_outdated(hash_password(GOOD).replace("m=19456", "m=8192"))


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short words", "at least 12"),
        ("x" * 257, "at most 256"),
        ("abababababababab", "repeats"),
        ("Ann@Shop.example", "email address"),
        (GOOD, ""),
    ],
)
def test_a_new_password_is_long_and_not_ones_address(password: str, words: str) -> None:
    found = fault(password, "ann@shop.example")
    assert words in found
    assert bool(words) == bool(found)
