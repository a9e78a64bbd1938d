"""The last published version as one of the models that are compared."""

from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from recsys.array_types import Positions
from recsys.artifacts.layout import current_id, none_published
from recsys.artifacts.manifest import Manifest
from recsys.artifacts.open_version import Version
from recsys.dataset.interactions import Interactions
from recsys.errors import ArtifactError
from recsys.evaluation.split import Split
from recsys.models.base import Fitted, Model
from recsys.models.registry import ranker
from recsys.options import BuildOptions
from recsys.schema.build_report import ServedReport

NAME = "published"
_BELOW = 1e-6  # what other models than the first listed stands below all of its scores


@dataclass(frozen=True)
class Published:
    """What stands for the version that is served, and how it came to do so.

    by_lists  its own lists: it was built from orders before the cut alone
              else its options with the code of today: its lists know of what is held out, and would look better
              than anything can
    """

    manifest: Manifest
    model: Model
    by_lists: bool

    def report(self) -> ServedReport:
        """Return what a reader of the figures has to know of it."""
        return ServedReport(
            version=self.manifest.version,
            as_of=self.manifest.facts.as_of,
            code_version=self.manifest.code_version,
            compared_by="its lists" if self.by_lists else "its options, with the code of today",
        )


def published(root: Path, split: Split) -> Published:
    """Return the serving version of a folder of artifacts. Raises ArtifactError if there is none that can be read."""
    serving = current_id(root)
    if serving is None:
        raise ArtifactError(none_published(root))
    version = Version(root, serving)
    if split.cut is not None and version.manifest.facts.as_of < split.cut:
        return Published(version.manifest, PublishedLists(version), True)
    model = ranker(options_of(version.manifest))
    return Published(version.manifest, _Renamed(replace(model, hold_out=split.learn)), False)


def options_of(manifest: Manifest) -> BuildOptions:
    """Return the options that a version was built with; what it does not tell of has today's default."""
    told = manifest.facts.options
    known = {field.name: told[field.name] for field in fields(BuildOptions) if field.name in told}
    as_of = known.get("as_of")
    return BuildOptions(**{**known, "as_of": date.fromisoformat(as_of) if as_of else None})


@dataclass(frozen=True)
class PublishedLists:
    """The lists of a version as they are; customers and products that it does not know get and are nothing.

    All of a customer's lists are one here, by score; what its first model did not score stands below, by rank.
    """

    version: Version
    name: str = NAME

    def fit(self, interactions: Interactions) -> Fitted:
        """Look the lists up; nothing is learned."""
        rows = self.version.table("recommendations", ["customer_id", "product_id", "rank", "model", "score"])
        told = {name: np.array(rows[name].to_pylist(), dtype=object) for name in rows.column_names}
        customers = _positions(interactions.customer_ids, told["customer_id"])
        products = _positions(interactions.product_ids, told["product_id"])
        scores = np.where(
            told["model"] == "ranker", told["score"].astype(float), _BELOW / np.maximum(told["rank"].astype(float), 1)
        )
        known = (customers >= 0) & (products >= 0)
        shape = (interactions.n_customers, interactions.n_products)
        listed = csr_matrix((scores[known], (customers[known], products[known])), shape)
        listed.sort_indices()
        return _Listed(listed)


@dataclass(frozen=True)
class _Listed:
    scores: csr_matrix

    def score(self, rows: Positions) -> csr_matrix:
        return self.scores[rows]


@dataclass(frozen=True)
class _Renamed:
    model: Model
    name: str = NAME

    def fit(self, interactions: Interactions) -> Fitted:
        return self.model.fit(interactions)


def _positions(ids: tuple[str, ...], wanted: np.ndarray[Any, Any]) -> Positions:
    place = {name: at for at, name in enumerate(ids)}
    return np.array([place.get(name, -1) for name in wanted], dtype=np.int32)
