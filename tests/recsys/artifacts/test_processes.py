"""Real processes: killed at any moment, building at once, reading while versions come and go."""

import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from recsys.artifacts.layout import version_ids
from recsys.artifacts.publish import building
from recsys.artifacts.reader import Reader
from recsys.artifacts.versions import check, versions
from recsys.errors import BusyError
from tests.recsys.artifacts.conftest import FIRST, FIRST_ID
from tests.support.artifacts import publish_small

PROJECT = Path(__file__).parents[3]

BUILD_ON = """
import sys
from pathlib import Path
from tests.support.artifacts import publish_small
while True:
    print(publish_small(Path(sys.argv[1]), keep=2), flush=True)
"""

BUILD_UNTIL_STDIN_ENDS = """
import sys
from pathlib import Path
from recsys.artifacts.publish import building
with building(Path(sys.argv[1])):
    print("building", flush=True)
    sys.stdin.read()
"""

READ_UNTIL_STDIN_ENDS = """
import sys
from pathlib import Path
from recsys.artifacts.reader import Reader
version = Reader(Path(sys.argv[1])).current()
print(version.id, flush=True)
sys.stdin.read()
print(version.row("customers", "CAFE1")["name"], flush=True)
"""


def run(script: str, root: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", script, str(root)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def line_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def kill_at_random(root: Path, rng: random.Random) -> None:
    """Kill a process that builds and publishes, some moments after it has published for the first time."""
    process = run(BUILD_ON, root)
    try:
        assert line_of(process)
        time.sleep(rng.uniform(0, 0.12))  # a build and publish of the small version takes about 0.05 s
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()


@pytest.mark.slow
def test_build_killed_at_any_moment_leaves_a_sound_version_serving(root: Path) -> None:
    rng = random.Random(5)  # noqa: S311 - moments to kill at, no secret
    reader = Reader(root)
    remains, kills = 0, 0
    while kills < 20 or (remains == 0 and kills < 400):  # a busy machine may be slower than our kills
        kills += 1
        kill_at_random(root, rng)
        remains += any(path.name.startswith((".staging-", ".removed-")) for path in root.iterdir())
        current = check(root).version
        reader.poll()
        assert (reader.current().id, reader.refused) == (current, None)
        assert reader.current().row("customers", "CAFE1") is not None
        assert all(version.problem is None for version in versions(root))
    assert remains > 0, "no kill fell into a build; the test saw nothing"
    reader.close()
    publish_small(root, keep=2)
    left = {path.name for path in root.iterdir() if path.name.startswith(".")}
    assert left == {".build.lock", ".publish.lock"}


def test_build_of_another_process_is_named_with_its_number_and_ends_with_it(root: Path) -> None:
    process = run(BUILD_UNTIL_STDIN_ENDS, root)
    assert line_of(process) == "building"
    with pytest.raises(BusyError, match=f"another build is running in .*, pid {process.pid}: wait"), building(root):
        pass
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with building(root):
        pass


def test_two_processes_that_build_at_once_do_not_mix(tmp_path: Path) -> None:
    builders = [run(BUILD_UNTIL_STDIN_ENDS, tmp_path) for _ in range(2)]
    answers = [line_of(builder) for builder in builders]
    for builder in builders:
        builder.communicate()
    assert sorted(answers) == ["", "building"]
    assert sorted(builder.returncode for builder in builders) == [0, 1]


def test_version_that_another_process_reads_is_not_removed(root: Path) -> None:
    process = run(READ_UNTIL_STDIN_ENDS, root)
    assert line_of(process) == FIRST_ID
    publish_small(root, built_at=FIRST + timedelta(hours=1), keep=1)
    assert FIRST_ID in version_ids(root)
    output, _ = process.communicate()
    assert output.strip() == "Café Müller"
    third = publish_small(root, built_at=FIRST + timedelta(hours=2), keep=1)
    assert version_ids(root) == [third]


def test_version_of_a_reader_that_was_killed_is_removed(root: Path) -> None:
    process = run(READ_UNTIL_STDIN_ENDS, root)
    assert line_of(process) == FIRST_ID
    process.kill()
    process.communicate()
    second = publish_small(root, built_at=FIRST + timedelta(hours=1), keep=1)
    assert version_ids(root) == [second]
