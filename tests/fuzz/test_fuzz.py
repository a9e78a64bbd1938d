"""A part of the inputs made by chance; `python -m tests.fuzz` imports the others."""

import os
import subprocess
import sys

import pytest

from tests.fuzz.inputs import KINDS, make_input
from tests.fuzz.runner import processor_seconds, run, table

N = 80


def test_a_number_always_makes_the_same_input() -> None:
    assert [make_input(number) for number in range(8)] == [make_input(number) for number in range(8)]


def test_the_seconds_of_a_process_are_those_that_it_and_its_children_use_a_processor() -> None:
    busy = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ninput()"
    start = processor_seconds(os.getpid())
    child = subprocess.Popen([sys.executable, "-c", busy], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout
    child.stdout.readline()
    running = processor_seconds(os.getpid()) - start
    child.communicate(b"\n")
    assert running >= 0.25
    assert processor_seconds(os.getpid()) - start >= 0.25


@pytest.mark.slow
def test_whatever_is_in_the_files_an_import_succeeds_or_is_refused_with_a_message() -> None:
    ended = run(range(N), workers=2)
    assert [(each.number, each.outcome, each.peak_mb, each.message) for each in ended if each.is_bad] == [], table(
        ended
    )
    assert {each.kind for each in ended if each.outcome == "refused"} == set(KINDS)
    assert {each.kind for each in ended if each.outcome == "imported"} == set(KINDS)
    assert all(each.message for each in ended if each.outcome == "refused")
