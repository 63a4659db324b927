"""Opens the engines that the settings name."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from importlib import import_module

from agents.settings import Settings
from agents.transcriber.demo_model import DEMO_MODEL
from agents.transcriber.models import CTRANSLATE2, TRANSFORMERS, ModelSource, choose_models
from agents.transcriber.serving.engines import Engines, EngineThread
from agents.transcriber.serving.messages import Order
from agents.transcriber.serving.process import EngineProcess


@asynccontextmanager
async def open_engines(settings: Settings) -> AsyncIterator[Engines]:
    """Load the configured models: in a process of their own, unless they are on a server.

    Raises:
        SettingsError: a model or its chunk policy is wrong; names the setting.
        DependencyUnavailable: a model known by name cannot be downloaded now.

    """
    sources = configured_models(settings)
    if settings.speech_engine == "openai":
        openai_engine = import_module("agents.transcriber.engines.openai_engine")  # loads the SDK
        with ExitStack() as stack:
            engines = [
                stack.enter_context(
                    openai_engine.open_engine(
                        source, base_url=settings.speech_url, chunk=settings.chunk
                    )
                )
                for source in sources
            ]
            async with EngineThread(engines) as thread:
                yield thread
        return
    order = Order(engine=settings.speech_engine, sources=sources, chunk=settings.chunk)
    async with EngineProcess(order) as process:
        yield process


def configured_models(settings: Settings) -> tuple[ModelSource, ...]:
    """Return the models that the settings name, the default one first.

    Raises:
        SettingsError: a part of them is wrong; names the setting.

    """
    ours = settings.speech_engine == "faster-whisper"
    return choose_models(
        settings.whisper_models,
        settings.whisper_model,
        DEMO_MODEL if ours else None,
        TRANSFORMERS if settings.speech_engine == "torch" else CTRANSLATE2,
    )


def must_know_the_words(settings: Settings) -> frozenset[str]:
    """Return the names of the models that are known to understand the bundled recording.

    A folder may hold a model of any language, and a server answers for itself.
    """
    ours = settings.speech_engine == "faster-whisper"
    sources = configured_models(settings)
    return frozenset(source.name for source in sources if ours and source.is_known)
