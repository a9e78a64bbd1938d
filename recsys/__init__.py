"""Raw orders to versioned recommendations; see recsys/README.md.

The names of `__all__` are what a notebook wants; each is imported when it is first asked for, so that
`import recsys` stays as cheap as an empty module.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recsys.build.pipeline import build as build_version
    from recsys.cli.notebook import Suggestion, customer_list, open_version
    from recsys.dataset.clean_tables import open_tables
    from recsys.options import BuildOptions
    from recsys.runtime.progress import Silent

__all__ = [
    "BuildOptions",
    "Silent",
    "Suggestion",
    "__version__",
    "build_version",
    "customer_list",
    "open_tables",
    "open_version",
]
__version__ = "0.1.0"

_HOMES = {
    "BuildOptions": ("recsys.options", "BuildOptions"),
    "Silent": ("recsys.runtime.progress", "Silent"),
    "Suggestion": ("recsys.cli.notebook", "Suggestion"),
    "build_version": ("recsys.build.pipeline", "build"),  # recsys.build is the chapter
    "customer_list": ("recsys.cli.notebook", "customer_list"),
    "open_tables": ("recsys.dataset.clean_tables", "open_tables"),
    "open_version": ("recsys.cli.notebook", "open_version"),
}


def __getattr__(name: str) -> object:
    """Return a name of `__all__` from the module that has it. Raises AttributeError for any other."""
    if name not in _HOMES:
        raise AttributeError(f"recsys has no '{name}'; it has {', '.join(__all__)} and its chapters")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
