"""Every way in which a real SDK asks a model, at a server of this machine."""

from collections.abc import Callable, Mapping

from agents.diarist.llm import anthropic_writer, openai_writer
from agents.diarist.llm.language_model import LanguageModel, Question
from agents.diarist.llm.openai_writer import OpenAIModel

PRIVATE = "Grandmother's recipe"
"""What is said in private in every question here."""

QUESTION = Question(
    instructions="Write a title.",
    content=PRIVATE,
    schema_name="title",
    schema={
        "type": "object",
        "properties": {"title": {"type": "string", "maxLength": 80}},
        "required": ["title"],
    },
    max_tokens=500,
)


def claude(environ: Mapping[str, str]) -> LanguageModel:
    return anthropic_writer.connect("claude-test", environ=environ)


def gpt(environ: Mapping[str, str]) -> LanguageModel:
    """Return a model as at OpenAI itself, whose Responses API is used."""
    own = openai_writer.connect("gpt-test", environ=environ)
    return OpenAIModel(own._client, "gpt-test", responses=True)


def own_server(environ: Mapping[str, str]) -> LanguageModel:
    return openai_writer.connect("own-test", environ=environ)


Connect = Callable[[Mapping[str, str]], LanguageModel]
WAYS: Mapping[str, Connect] = {"anthropic": claude, "responses": gpt, "chat": own_server}
