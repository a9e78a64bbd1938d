"""Every kind of line that the code writes into the audit trail has words on screen."""

import re
from pathlib import Path

from dashboard.access import trail
from dashboard.display.audit_words import KIND_WORDS

DASHBOARD = Path(__file__).parents[3] / "dashboard"
WRITTEN = re.compile(r'(?:_record\(\s*at,\s*|kind=)"([a-z-]+)"')


def test_every_kind_has_words() -> None:
    written = {kind for path in (DASHBOARD / "access").rglob("*.py") for kind in WRITTEN.findall(path.read_text())}
    named = {value for name, value in vars(trail).items() if name.isupper() and isinstance(value, str)} - {trail.DONE}
    assert {"sign-in", "password"} <= written
    assert written | named <= set(KIND_WORDS)
