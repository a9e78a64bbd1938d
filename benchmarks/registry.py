"""The benchmarks by name."""

from benchmarks.bundles import BUNDLES
from benchmarks.contest import Benchmark
from benchmarks.neighbours import NEIGHBOURS

BENCHMARKS: dict[str, Benchmark] = {benchmark.name: benchmark for benchmark in (NEIGHBOURS, BUNDLES)}
