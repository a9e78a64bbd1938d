"""What a request needs and the factory made, found through the app that answers: never through a global."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from dashboard.data.bundle_queries import BundleShelf
    from dashboard.data.repository import Repository
    from dashboard.display.bundle_table import BundleRows
    from dashboard.display.formats import Formats
    from dashboard.settings import Settings
    from recsys.artifacts.reader import Reader

EXTENSION = "repertoire"


@dataclass(frozen=True)
class Services:
    """The objects that live as long as the app."""

    settings: Settings
    reader: Reader
    formats: Formats
    repository: Repository
    shelf: BundleShelf
    bundle_rows: BundleRows


def services() -> Services:
    """Return the current app's services. Needs an app context; raises RuntimeError without one."""
    found = current_app.extensions[EXTENSION]
    if not isinstance(found, Services):
        raise TypeError(f"extensions[{EXTENSION!r}] is {type(found).__name__}, not Services")
    return found
