"""Progress counts what is done, says how long the rest takes, and does not talk all the time."""

from __future__ import annotations

from bot.progress import Countdown, Step


def test_what_is_left_is_worked_out_from_what_this_run_did() -> None:
    said: list[str] = []
    seconds = iter((0.0, 0.0, 10.0, 20.0))
    count = Countdown(said.append, "encoded", "passages", lambda: next(seconds))
    count.begin(100, 50)
    count.add(10)  # after 10 seconds
    count.add(1)  # too little to say so
    count.add(39)
    assert said == [
        "encoded 60 of 100 passages, about 40 s left",
        "encoded 100 of 100 passages, about 0 s left",
    ]
    shares = [step.share for step in said if isinstance(step, Step)]
    assert shares == [0.6, 1.0]


def test_a_log_has_every_tenth() -> None:
    said: list[str] = []
    count = Countdown(said.append, "encoded", "passages")
    count.begin(1000, 0)
    for _ in range(1000):
        count.add(1)
    assert len(said) == 50
    kept = [step.share for step in said if isinstance(step, Step) and step.is_tenth]
    assert kept == [n / 10 for n in range(1, 11)]


def test_more_than_there_are_is_all_and_nothing_to_do_is_not_told() -> None:
    said: list[str] = []
    count = Countdown(said.append, "encoded", "passages")
    count.add(3)
    assert said == []
    count.begin(2, 0)
    count.add(3)
    assert said == ["encoded 2 of 2 passages, about 0 s left"]


def test_a_step_can_be_drawn() -> None:
    assert Step("half", 0.5).bar() == f"[{15 * '#'}{15 * '-'}]  50% half"
    assert Step("none", 0.0).bar().count("#") == 0
    assert Step("all", 1.0).bar().count("-") == 0
