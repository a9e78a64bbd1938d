"""The version that is served, as one of the models that an evaluation compares."""

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
_FALLBACK_SCORE = 1e-6  # below every score of the ranker


@dataclass(frozen=True)
class ServedVersion:
    """The version that is served, as a model.

    by_lists  True: the model returns the version's own lists, as it was built from orders before the cut alone
              False: the model is built again with the version's options; its own lists were learned from the
              held-out orders and would score too well
    """

    manifest: Manifest
    model: Model
    by_lists: bool

    def report(self) -> ServedReport:
        """Return which version it is and how it was compared, for the evaluation's report."""
        return ServedReport(
            version=self.manifest.version,
            as_of=self.manifest.facts.as_of,
            code_version=self.manifest.code_version,
            compared_by="its lists" if self.by_lists else "its options, with the code of today",
        )


def served_version(root: Path, split: Split) -> ServedVersion:
    """Return a folder's served version as a model. Raises ArtifactError if there is none that can be read."""
    current = current_id(root)
    if current is None:
        raise ArtifactError(none_published(root))
    version = Version(root, current)
    if split.cut is not None and version.manifest.facts.as_of < split.cut:
        return ServedVersion(version.manifest, PublishedLists(version), True)
    model = ranker(options_of(version.manifest))
    return ServedVersion(version.manifest, _Renamed(replace(model, hold_out=split.learn)), False)


def options_of(manifest: Manifest) -> BuildOptions:
    """Return the options that a version was built with; today's default for an option missing in its manifest."""
    stored = manifest.facts.options
    known = {field.name: stored[field.name] for field in fields(BuildOptions) if field.name in stored}
    as_of = known.get("as_of")
    return BuildOptions(**{**known, "as_of": date.fromisoformat(as_of) if as_of else None})


@dataclass(frozen=True)
class PublishedLists:
    """A model that returns the lists of a version; empty for a customer whom the version does not have.

    All lists of a customer are merged, by score. A list keeps its order: its scores are given to its rows by rank. A
    product that another model than the ranker listed comes after those, by rank. Products that the evaluated orders do
    not have are left out.
    """

    version: Version
    name: str = NAME

    def fit(self, interactions: Interactions) -> Fitted:
        """Read the version's lists; learns nothing from the interactions."""
        rows = self.version.table("recommendations", ["customer_id", "list", "product_id", "rank", "model", "score"])
        columns = {name: np.array(rows[name].to_pylist(), dtype=object) for name in rows.column_names}
        customers = _positions(interactions.customer_ids, columns["customer_id"])
        products = _positions(interactions.product_ids, columns["product_id"])
        scores = np.where(
            columns["model"] == "ranker",
            columns["score"].astype(float),
            _FALLBACK_SCORE / np.maximum(columns["rank"].astype(float), 1),
        )
        scores = _in_order_of_rank(columns, scores)
        known = (customers >= 0) & (products >= 0)
        shape = (interactions.n_customers, interactions.n_products)
        listed = csr_matrix((scores[known], (customers[known], products[known])), shape)
        listed.sort_indices()
        return _FittedLists(listed)


@dataclass(frozen=True)
class _FittedLists:
    scores: csr_matrix

    def score(self, rows: Positions) -> csr_matrix:
        return self.scores[rows]


@dataclass(frozen=True)
class _Renamed:
    model: Model
    name: str = NAME

    def fit(self, interactions: Interactions) -> Fitted:
        return self.model.fit(interactions)


def _in_order_of_rank(columns: dict[str, "np.ndarray[Any, Any]"], scores: "np.ndarray[Any, Any]") -> Any:
    """Return the scores of each list, given to its rows from the best rank down."""
    keys = [f"{customer}\n{name}" for customer, name in zip(columns["customer_id"], columns["list"], strict=True)]
    _, lists = np.unique(np.array(keys, dtype=str), return_inverse=True)
    by_rank, by_score = np.lexsort((columns["rank"].astype(int), lists)), np.lexsort((-scores, lists))
    ordered = np.empty_like(scores)
    ordered[by_rank] = scores[by_score]
    return ordered


def _positions(ids: tuple[str, ...], wanted: np.ndarray[Any, Any]) -> Positions:
    positions = {name: at for at, name in enumerate(ids)}
    return np.array([positions.get(name, -1) for name in wanted], dtype=np.int32)
