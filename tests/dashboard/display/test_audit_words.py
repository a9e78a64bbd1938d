"""Every kind of line that the code writes into the audit trail has words on screen."""

import re
from pathlib import Path

from dashboard.access import trail
from dashboard.activity.database import audit
from dashboard.activity.records import AuditEntry, JsonValue
from dashboard.display.audit_words import KIND_WORDS, what_words
from tests.support.activity import NOW
from tests.support.screens import FORMATS

DASHBOARD = Path(__file__).parents[3] / "dashboard"
WRITTEN = re.compile(r'(?:_record\(\s*at,\s*|kind=)"([a-z-]+)"')


def entry(kind: str, *subjects: str, person_id: int | None = 1, **said: JsonValue) -> AuditEntry:
    return AuditEntry(7, NOW, person_id, kind, subjects, None, said, "done")


def test_a_sign_in_is_about_nobody_else() -> None:
    assert what_words(entry("sign-in", "13", way="password"), FORMATS) == "with a password"


def test_a_refused_sign_in_says_whose_account_it_was() -> None:
    assert what_words(entry("sign-in", "3", person_id=None, way="oidc"), FORMATS, {3: "Ann"}) == (
        "Ann, at the company's provider"
    )


def test_a_change_of_an_account_says_name_and_roles() -> None:
    changed = entry("person-changed", "person 3", roles=("rep", "admin"), reps=2, all=False, disabled=True)
    assert what_words(changed, FORMATS, {3: "Ann"}) == "Ann, roles Rep, Administrator, reps 2, disabled"
    assert what_words(changed, FORMATS) == "person 3, roles Rep, Administrator, reps 2, disabled"


def test_an_empty_subject_is_left_out() -> None:
    assert what_words(entry("export", "bundles", ""), FORMATS) == "bundles"


def test_every_kind_has_words() -> None:
    written = {kind for path in DASHBOARD.rglob("*.py") for kind in WRITTEN.findall(path.read_text())}
    named = {value for name, value in vars(trail).items() if name.isupper() and isinstance(value, str)} - {trail.DONE}
    assert {"sign-in", "password"} <= written
    written -= {"stable"}  # a kind of sorting
    assert written | named | {audit.RETENTION} <= set(KIND_WORDS)
