"""What is made of a version is kept as long as the version is."""

from recsys.artifacts.kept_by_version import kept_by_version
from recsys.artifacts.reader import OPEN_VERSIONS


def test_what_is_kept_of_a_version_goes_with_it_and_not_before() -> None:
    made: list[tuple[str, int]] = []

    def make(version: str, number: int) -> int:
        made.append((version, number))
        return number

    kept = kept_by_version(make, each=2)
    for _ in range(2):
        assert [kept("first", number) for number in (1, 2)] == [1, 2]
    assert made == [("first", 1), ("first", 2)]
    for later in range(OPEN_VERSIONS):
        kept(f"later {later}", 1)
    kept("first", 1)
    assert made[-1] == ("first", 1)
    kept(f"later {OPEN_VERSIONS - 1}", 1)
    assert made[-1] == ("first", 1)


def test_of_each_version_so_much_is_kept() -> None:
    made: list[int] = []
    kept = kept_by_version(lambda _, number: made.append(number), each=2)
    for number in (1, 2, 3, 1):
        kept("one", number)
    assert made == [1, 2, 3, 1]
