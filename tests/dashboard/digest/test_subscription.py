from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.digest.subscription import gets_digest, person_of, unsubscribe_address

KEY = "0" * 64


def token_of(person_id: int, key: str = KEY) -> str:
    return parse_qs(urlsplit(unsubscribe_address("https://sales.example/", key, person_id)).query)["token"][0]


def test_the_link_names_a_number_and_no_address() -> None:
    address = unsubscribe_address("https://sales.example/shop/", KEY, 7)
    assert address == f"https://sales.example/shop/digest/unsubscribe?who=7&token={token_of(7)}"


def test_a_token_is_that_persons_alone() -> None:
    assert person_of(KEY, "7", token_of(7)) == 7
    assert person_of(KEY, "8", token_of(7)) is None
    assert person_of("1" * 64, "7", token_of(7)) is None


@pytest.mark.parametrize("who", ["", "0", "-7", "7.0", "seven", "٧", "7" * 400])
def test_what_is_no_number_is_nobody(who: str) -> None:
    assert person_of(KEY, who, token_of(7)) is None
    assert person_of(KEY, who, token_of(0)) is None


@pytest.mark.parametrize("token", ["", "ab", "ü" * 32, "\ud800"])
def test_a_wrong_token_is_nobodys(token: str) -> None:
    assert person_of(KEY, "7", token) is None


def test_the_digest_is_for_who_may_open_the_alerts() -> None:
    assert gets_digest(["rep"])
    assert gets_digest(["support", "director"])
    assert not gets_digest(["support", "marketer", "procurement", "data", "admin"])
