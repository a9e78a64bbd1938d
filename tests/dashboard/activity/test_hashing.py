import hashlib

from dashboard.activity.hashing import TOKEN_BYTES, keyed_hash, new_token, token_hash


def test_a_token_is_long_and_no_other_is_like_it() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= TOKEN_BYTES * 4 / 3


def test_a_token_is_kept_as_its_sha_256() -> None:
    assert token_hash("abc") == hashlib.sha256(b"abc").hexdigest()


def test_equal_values_have_equal_hashes_under_one_key_alone() -> None:
    assert keyed_hash("key", "192.0.2.1") == keyed_hash("key", "192.0.2.1")
    assert len({keyed_hash("key", "192.0.2.1"), keyed_hash("other", "192.0.2.1"), keyed_hash("key", "192.0.2.2")}) == 3
    assert len(keyed_hash("key", "192.0.2.1")) == 32
