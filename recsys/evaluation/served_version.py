"""The version that is served, as one of the models that an evaluation compares."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Positions
from recsys.artifacts.layout import current_id, none_published
from recsys.artifacts.manifest import Manifest
from recsys.artifacts.open_version import Version
from recsys.dataset.interactions import Interactions
from recsys.errors import ArtifactError
from recsys.evaluation.baselines import WithoutEvents
from recsys.evaluation.list_figures import LIST_COLUMNS, list_figures
from recsys.evaluation.split import Split
from recsys.models.base import Fitted, Model
from recsys.models.registry import ranker
from recsys.options import BuildOptions
from recsys.schema.build_report import BuildReport, ListFigures, ServedReport

NAME = "published"
_FALLBACK_SCORE = 1e-6  # below every score of the ranker


@dataclass(frozen=True)
class ServedVersion:
    """The version that is served, as a model.

    by_lists  True: the model returns the version's own lists, as it was built from orders before the cut alone
              False: the model is built again with the version's options; its own lists were learned from the
              held-out orders and would score too well
    """

    version: Version
    model: Model
    by_lists: bool

    def report(self) -> ServedReport:
        """Return which version it is and how it was compared, for the evaluation's report."""
        return ServedReport(
            version=self.version.manifest.version,
            as_of=self.version.manifest.facts.as_of,
            code_version=self.version.manifest.code_version,
            compared_by="its lists" if self.by_lists else "its options, with the code of today",
            lists=self.list_figures(),
        )

    def list_figures(self) -> dict[str, ListFigures]:
        """Return by kind of list the figures of the version's own lists."""
        products = self.version.table("products", ["product_id", "n_customers"])
        return list_figures(
            self.version.table("recommendations", list(LIST_COLUMNS)),
            products["n_customers"].to_numpy(),
            tuple(str(name) for name in products["product_id"].to_pylist()),
        )


def served_version(root: Path, split: Split) -> ServedVersion:
    """Return a folder's served version as a model. Raises ArtifactError if there is none that can be read."""
    current = current_id(root)
    if current is None:
        raise ArtifactError(none_published(root))
    version = Version(root, current)
    if split.cut is not None and version.manifest.facts.as_of < split.cut:
        return ServedVersion(version, PublishedLists(version), True)
    model = ranker(options_of(version.manifest))
    told = BuildReport.read(version.manifest.facts.evaluation).events
    same = replace(model, hold_out=split.learn)
    uses_events = told is not None and told.used
    return ServedVersion(version, _Renamed(same) if uses_events else WithoutEvents(same, NAME), False)


def options_of(manifest: Manifest) -> BuildOptions:
    """Return the options that a version was built with; today's default for an option missing in its manifest."""
    stored = manifest.facts.options
    known = {field.name: stored[field.name] for field in fields(BuildOptions) if field.name in stored}
    as_of = known.get("as_of")
    return BuildOptions(**{**known, "as_of": date.fromisoformat(as_of) if as_of else None})


@dataclass(frozen=True)
class PublishedLists:
    """A model that returns the lists of a version; empty for a customer whom the version does not have.

    All lists of a customer are merged by score, and each keeps its own order: if that is not the order of the scores,
    its scores are handed out by rank, the highest to the first. A product that another model than the ranker listed
    comes after those, by rank. Products that the evaluated orders do not have are left out.
    """

    version: Version
    name: str = NAME

    def fit(self, interactions: Interactions) -> Fitted:
        """Read the version's lists; learns nothing from the interactions."""
        rows = self.version.table("recommendations", ["customer_id", "product_id", "list", "rank", "model", "score"])
        columns = {name: np.array(rows[name].to_pylist(), dtype=object) for name in rows.column_names}
        customers = _positions(interactions.customer_ids, columns["customer_id"])
        products = _positions(interactions.product_ids, columns["product_id"])
        scores = np.where(
            columns["model"] == "ranker",
            columns["score"].astype(float),
            _FALLBACK_SCORE / np.maximum(columns["rank"].astype(float), 1),
        )
        scores = _in_rank_order(scores, columns)
        known = (customers >= 0) & (products >= 0)
        shape = (interactions.n_customers, interactions.n_products)
        listed = csr_matrix((scores[known], (customers[known], products[known])), shape)
        listed.sort_indices()
        return _FittedLists(listed)


def _in_rank_order(scores: NDArray[np.float64], columns: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
    """Return the same scores of each customer's list, the highest for rank 1."""
    _, owners = np.unique(columns["customer_id"], return_inverse=True)
    _, lists = np.unique(columns["list"], return_inverse=True)
    ordered = np.empty_like(scores)
    by_rank = np.lexsort((columns["rank"].astype(np.int64), lists, owners))
    ordered[by_rank] = scores[np.lexsort((-scores, lists, owners))]
    return ordered


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


def _positions(ids: tuple[str, ...], wanted: np.ndarray[Any, Any]) -> Positions:
    positions = {name: at for at, name in enumerate(ids)}
    return np.array([positions.get(name, -1) for name in wanted], dtype=np.int32)
