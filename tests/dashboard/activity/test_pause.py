from dashboard.activity.database.pause import Pause


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_after_a_failure_nobody_asks_until_the_pause_is_over_and_then_one_does() -> None:
    clock = Clock()
    pause = Pause(1.0, 10.0, clock)
    assert pause.refusal() is None
    pause.failed("it is gone")
    assert [pause.refusal(), pause.refusal()] == ["it is gone", "it is gone"]
    clock.now += 1.0
    assert [pause.refusal(), pause.refusal()] == [None, "it is gone"]
    clock.now += 9.9
    assert pause.refusal() == "it is gone"
    clock.now += 0.1  # who tried has not come back
    assert pause.refusal() is None


def test_an_answer_ends_the_pause_for_all() -> None:
    clock = Clock()
    pause = Pause(1.0, 10.0, clock)
    pause.failed("it is gone")
    clock.now += 1.0
    assert pause.refusal() is None
    pause.worked()
    assert [pause.refusal(), pause.refusal()] == [None, None]
