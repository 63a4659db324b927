"""Markup goes whatever its form, and plain text of any language stays."""

# ruff: noqa: RUF001, SIM905 - look-alikes are what this is about; pieces read best in a row

import re
import time

import pytest
from hypothesis import given

from agents.diarist.sanitise import sanitised
from tests.support.hostile_text import hostile_text

_LEFT_OVER = re.compile(
    r"<[a-zA-Z/!?]|\]\(|!\[|[a-z]{2}://|[\x00-\x1f\u200b\u202e\ud800]", re.IGNORECASE
)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("<scr<b>ipt>alert(1)</script>", "alert(1)"),
        ("<<b>script>x", "x"),
        ("one <!-- a > b --> two", "one two"),
        ("one <![CDATA[a > b]]> two", "one two"),
        ("see <img src=evil.example/x.png onerror=alert(1)", "see"),
        ("hello <script", "hello"),
        ("hello <a href='x", "hello"),
        ("&lt;script&gt;x&lt;/script&gt;", "x"),
        ("&amp;amp;lt;b&#62;x", "x"),
        ("＜script＞x", "x"),
    ],
)
def test_tags_go(text: str, clean: str) -> None:
    assert sanitised(text) == clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("[a](javascript:alert)", "a"),
        ("[a](https://b.example/c_(d) 'title')", "a"),
        ("[label][ref] and [other][]", "label and other"),
        ("[a [b](c)](d)", "a b"),
        ("[a](<https://b.example>)", "a"),
        ("<https://a.example>", "a.example"),
        ("<anna@b.example>", "anna@b.example"),
        ("[ref]: https://evil.example 'title'", "ref"),
        ("![alt](https://evil.example/x.png?d=secret) end", "end"),
        ("![image][ref] and ![alone]", "and"),
        ("<img src='data:image/png;base64,AA=='>end", "end"),
    ],
)
def test_a_link_becomes_its_label_and_an_image_vanishes(text: str, clean: str) -> None:
    assert sanitised(text) == clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("go to https://a.example/b now", "go to a.example/b now"),
        ("HtTpS://a.example ftp://b.example", "a.example b.example"),
        ("hthttp://tp://a.example", "a.example"),
        ("java\u200bscript:alert(1)", "alert(1)"),
        ("&#x6a;avascript&colon;alert(1)", "alert(1)"),
        ("ｈｔｔｐｓ：／／a.example", "a.example"),
        ("data:text/html,x vbscript:y file:///z", "text/html,x y z"),
        ("mailto:a@b.example tel:+49", "a@b.example +49"),
        ("http:a.example https:\\\\a.example", "a.example a.example"),
    ],
)  # fmt: skip
def test_a_url_loses_its_scheme(text: str, clean: str) -> None:
    assert sanitised(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "5 < 6, a < b and b > c, I <3 you, x<5",
        "don't, \"won't\" & can't; AT&T",
        "C:\\path at 10:30, note: buy milk, the data: five items",
        "https is a word, javascript: a language; and/or",
        "[laughs] f(x)[0] (so)",
        "价格：５＜６，你好！",
        "می‌خواهم 👩‍💻 हिन्दी สวัสดี",
        "¿Qué tal? – „Gut“, sagte sie …",
    ],
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert sanitised(text) == text


def test_text_comes_out_on_one_line_and_from_left_to_right() -> None:
    assert sanitised("a\r\n\tb\u2028c \x00\u202etxt.exe\u200f") == "a b c txt.exe"


@given(hostile_text)
def test_nothing_is_left_and_doing_it_twice_changes_nothing(text: str) -> None:
    clean = sanitised(text)
    assert not _LEFT_OVER.search(clean)
    assert sanitised(clean) == clean
    clean.encode()


def test_markup_wrapped_in_markup_again_and_again_is_taken_apart() -> None:
    for hostile in (
        "<a" * 50 + ">" * 50,
        "[" * 40 + "a" + "](b)" * 40,
        "&" + "amp;" * 40 + "lt;b>",
    ):
        clean = sanitised(hostile)
        assert not _LEFT_OVER.search(clean)
        assert sanitised(clean) == clean


@pytest.mark.parametrize(
    "piece",
    "[ < <a ![]( []( ]( [a]( <!-- <![CDATA[ &amp; &#60 a. aa:/ <a_b=' <a_b=\" http:// [x]:\n <a@"
    " [](() \u200d ( &lt; <a_< ｈ".split(" "),
)
def test_the_time_is_linear_in_the_length(piece: str) -> None:
    def seconds(characters: int) -> float:
        text = (piece.replace("_", " ") * characters)[:characters]
        begun = time.process_time()
        sanitised(text)
        return time.process_time() - begun

    # Eight times the text takes eight times as long, or sixty-four if a rule is quadratic.
    assert min(seconds(80_000) for _ in range(2)) < 25 * (
        min(seconds(10_000) for _ in range(3)) + 0.002
    )
