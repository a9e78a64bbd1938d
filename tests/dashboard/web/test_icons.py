"""The icons that the screens use, out of the package's sprite."""

import re
from pathlib import Path

import pytest

from dashboard.web.icons import NAMES, icon_stylesheet, sprite

SPRITE = (
    '<svg><symbol class="bi bi-dot" viewBox="0 0 16 16" id="dot"><path d="M8 8h1"/></symbol>'
    '<symbol class="bi" viewBox="0 0 16 16" id="dot-fill"><path d="M1 1#2"/></symbol></svg>'
)


def test_an_icon_is_a_rule_with_its_own_drawing_as_an_address() -> None:
    rules = icon_stylesheet(SPRITE, ("dot",))
    assert '.bi-dot{--bi:url("data:image/svg+xml,%3Csvg' in rules
    assert "M8 8h1" in rules
    assert "M1 1" not in rules


def test_nothing_in_an_address_ends_it_early() -> None:
    address = re.search(r'url\("(data:[^"]*)"\)', icon_stylesheet(SPRITE, ("dot-fill",)))
    assert address is not None
    assert not set('"#<>') & set(address[1])


def test_an_icon_that_the_sprite_lacks_is_named() -> None:
    with pytest.raises(ValueError, match="no 'bell'"):
        icon_stylesheet(SPRITE, ("bell",))


def test_the_installed_sprite_has_all_icons() -> None:
    assert all(f".bi-{name}{{" in icon_stylesheet(sprite()) for name in NAMES)


def test_every_icon_that_the_code_names_is_listed() -> None:
    root = Path(__file__).parents[3] / "dashboard"
    code = "\n".join(path.read_text(encoding="utf-8") for path in root.rglob("*.py"))
    named = set(re.findall(r'icon\("([a-z-]+)"', code))
    assert named
    assert named <= set(NAMES)
