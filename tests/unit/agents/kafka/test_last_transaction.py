"""What hangs is ended as it was decided, as far as anybody can know."""

from aiokafka import TopicPartition

from agents.kafka.last_transaction import OFFSETS_TOPIC, Ending, Hanging, LastTransaction

HERE, THERE = TopicPartition("out", 0), TopicPartition("out", 1)
EVERYWHERE = Hanging(frozenset({HERE, THERE}), offsets=True)
COMMITTED = LastTransaction(ending=Ending.COMMITTED, producer_id=7)
ABORTED = LastTransaction(ending=Ending.ABORTED, producer_id=7)
TAKEN = LastTransaction(producer_id=7)


def an_open_one(*places: TopicPartition) -> LastTransaction:
    return LastTransaction(
        ending=Ending.ABORTED, is_open=True, producer_id=7, places=frozenset(places)
    )


def test_all_that_hangs_of_a_committed_one_is_committed() -> None:
    assert list(COMMITTED.endings(EVERYWHERE)) == [(EVERYWHERE, Ending.COMMITTED)]


def test_what_an_open_one_had_not_written_to_is_of_the_one_before_and_committed() -> None:
    last = an_open_one(THERE).then(ABORTED).taken_over(at_once=False)
    assert list(last.endings(EVERYWHERE)) == [
        (Hanging(frozenset({HERE}), offsets=True), Ending.COMMITTED),
        (Hanging(frozenset({THERE}), offsets=False), Ending.ABORTED),
    ]


def test_offsets_that_an_open_one_had_sent_are_its_own() -> None:
    last = an_open_one(HERE, THERE, TopicPartition(OFFSETS_TOPIC, 3)).taken_over(at_once=False)
    assert list(last.endings(EVERYWHERE)) == [(EVERYWHERE, Ending.ABORTED)]


def test_an_open_one_that_need_not_be_ended_was_committed_meanwhile() -> None:
    last = an_open_one(HERE).taken_over(at_once=True)
    assert list(last.endings(EVERYWHERE)) == [(EVERYWHERE, Ending.COMMITTED)]


def test_where_nobody_looked_while_it_was_open_everything_is_of_the_aborted_one() -> None:
    assert list(ABORTED.endings(EVERYWHERE)) == [(EVERYWHERE, Ending.ABORTED)]


def test_an_owner_without_transactions_says_nothing_of_what_was_before() -> None:
    assert COMMITTED.then(TAKEN) == COMMITTED
    assert an_open_one(HERE).then(TAKEN) == an_open_one(HERE)


def test_a_later_transaction_is_what_counts() -> None:
    assert COMMITTED.then(an_open_one(HERE)) == an_open_one(HERE)
    assert an_open_one(HERE).then(COMMITTED) == COMMITTED


def test_where_nothing_hangs_nothing_is_ended() -> None:
    nothing = Hanging(frozenset(), offsets=False)
    assert not nothing
    assert list(an_open_one(HERE).endings(nothing)) == []
