"""The benchmarks by name."""

from benchmarks.build import BUILD
from benchmarks.bundles import BUNDLES
from benchmarks.ingest import INGEST
from benchmarks.lookup import LOOKUP
from benchmarks.neighbours import NEIGHBOURS
from benchmarks.search import SEARCH
from benchmarks.tasks import Benchmark

BENCHMARKS: dict[str, Benchmark] = {
    benchmark.name: benchmark for benchmark in (NEIGHBOURS, BUNDLES, INGEST, LOOKUP, SEARCH, BUILD)
}
