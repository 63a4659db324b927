"""Text made of what markup is made of, for hypothesis."""

# ruff: noqa: RUF001 - look-alikes are a part of it

from hypothesis import strategies as st

_PIECES = (
    "< > </ <b> <!-- --> <![CDATA[ ]]> [ ] ( ) ]( ![ &lt; &amp; &#60; &colon; javascript: https: //"
    " data: a script = \" ' ＜ ： ／ ｈ é 你 x@y ! : … \u200b \u200d \u202e \ud800 \x00"
)
hostile_text = st.one_of(
    st.lists(st.sampled_from([*_PIECES.split(" "), " ", "\n"]), max_size=30).map("".join), st.text()
)
