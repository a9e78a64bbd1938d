from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from recsys.runtime.progress import Silent
from recsys.sample import SampleOptions, Truths, make_sample, planted_truths

OPTIONS = SampleOptions(until=date(2025, 6, 30), seed=7, customers=300, products=240)


@pytest.fixture(scope="session")
def options() -> SampleOptions:
    return OPTIONS


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample") / "tables"
    make_sample(out, OPTIONS, Silent())
    return out


@pytest.fixture(scope="session")
def truths() -> Truths:
    return planted_truths(OPTIONS)


@pytest.fixture(scope="session")
def customers(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "customers.parquet")


@pytest.fixture(scope="session")
def products(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "products.parquet")


@pytest.fixture(scope="session")
def promotions(folder: Path) -> pd.DataFrame:
    """Promotions, with the days as timestamps."""
    frame = pd.read_parquet(folder / "promotions.parquet")
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in ("from", "to")})


@pytest.fixture(scope="session")
def events(folder: Path) -> pd.DataFrame:
    """Events, with the day of each as `on`."""
    frame = pd.read_parquet(folder / "events.parquet")
    return frame.assign(on=frame["at"].dt.normalize())


@pytest.fixture(scope="session")
def lines(folder: Path) -> pd.DataFrame:
    """Order lines, with the day as a timestamp."""
    frame = pd.read_parquet(folder / "order_lines.parquet")
    return frame.assign(ordered_on=pd.to_datetime(frame["ordered_on"]))


@pytest.fixture(scope="session")
def order_days(lines: pd.DataFrame) -> pd.DataFrame:
    """One row a customer and order day."""
    return lines[["customer_id", "ordered_on"]].drop_duplicates()
