"""What was copied out of the instructions is found, and what was said all the same is not."""

from agents.diarist.echo import Echo

INSTRUCTIONS = "Write in the first person and cite a segment for every statement that you make."


def test_eight_words_in_a_row_are_an_echo_and_seven_are_not() -> None:
    echo = Echo([INSTRUCTIONS], [])
    texts = ["He says: IN the first-person, and cite a segment.", "in the first person and cite a"]
    assert echo.among(texts) == {0}


def test_an_echo_is_found_over_the_edge_of_two_texts() -> None:
    texts = ["I walked.", "Write in the first person", "and cite a segment for", "the soup"]
    assert Echo([INSTRUCTIONS], []).among(texts) == {1, 2}


def test_words_that_were_said_too_are_none() -> None:
    said = ["write in the first person", "and cite a segment for every statement that you make"]
    assert Echo([INSTRUCTIONS], said).among([INSTRUCTIONS]) == frozenset()


def test_characters_are_counted_where_there_are_no_spaces() -> None:
    echo = Echo(["用第一人称写日记并引用片段"], [])
    assert echo.among(["我用第一人称写日记", "第一人称写日"]) == {0}


def test_without_instructions_nothing_is_an_echo() -> None:
    assert Echo([], ["x"]).among([INSTRUCTIONS]) == frozenset()
