"""When a part is started again."""

from agents.local.restarts import HEALTHY_S, Restarts


def test_delays_double_up_to_half_a_minute() -> None:
    restarts, delays = Restarts(), []
    for _ in range(9):
        restarts = restarts.after_end(ran_s=1.0)
        delays.append(restarts.delay_s)

    assert delays == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_a_healthy_minute_makes_the_next_end_the_first() -> None:
    restarts = Restarts(total=7, in_a_row=7).after_end(ran_s=HEALTHY_S)

    assert restarts == Restarts(total=8, in_a_row=1)
    assert restarts.delay_s == 0.5


def test_the_first_start_waits_for_nothing() -> None:
    assert Restarts().delay_s == 0


def test_a_thousand_ends_in_a_row_do_no_harm() -> None:
    assert Restarts(total=5000, in_a_row=5000).delay_s == 30
