"""The form of a reply: what is made once for all questions stays as it is."""

from anthropic import transform_schema

from agents.diarist.llm.form import reply_schema
from agents.diarist.llm.openai_schema import strict
from schemas.user_settings import Section


def test_what_a_provider_makes_of_the_form_changes_no_other_question() -> None:
    sections = frozenset(Section)
    as_text = str(reply_schema(sections))
    transform_schema(reply_schema(sections))
    strict(reply_schema(sections))
    assert str(reply_schema(sections)) == as_text
