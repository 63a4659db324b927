"""`daybook models`: the speech models that this machine's transcriber serves."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import click

from agents.cli.common import connected_settings, json_option, print_json
from agents.delivery.clock import SystemClock
from agents.errors import SettingsError
from agents.settings import Settings
from agents.transcriber.model_files import ModelFiles, model_files
from agents.transcriber.models import ModelSource
from agents.transcriber.self_test import SelfTest, Verdict, self_test
from agents.transcriber.serving.opening import configured_models
from agents.transcriber.workbench import open_workbench

OUR_HUB = "faster-whisper"
"""The engine whose models are known by a hub's names."""


@click.group()
def models() -> None:
    """Show, fetch and test the speech models that are configured."""


@models.command(name="list")
@json_option
def list_models(*, as_json: bool) -> None:
    """List the configured models: size, checksum, licence, and where they are."""
    _show(list(_on_disk(connected_settings())), as_json=as_json)


@models.command()
@json_option
@click.pass_context
def pull(ctx: click.Context, *, as_json: bool) -> None:
    """Download the configured models that are not on this machine yet, and check them."""
    from agents.transcriber.engines.faster_whisper_model import fetch_model  # noqa: PLC0415 - slow

    settings, fetched = connected_settings(), []
    for source in configured_models(settings):
        if source.folder is None and settings.speech_engine != OUR_HUB:
            raise SettingsError(
                f"{source.name!r} cannot be fetched for DAYBOOK_SPEECH_ENGINE="
                f"{settings.speech_engine!r}: give a folder, or use the server's own tools"
            )
        if source.folder is None:
            click.echo(f"fetching {source.hub_name} …", err=True)
        fetched.append(model_files(source, fetch_model(source)))
    _show(fetched, as_json=as_json)
    if any(files.is_damaged for files in fetched):
        ctx.exit(1)


@models.command()
@json_option
@click.pass_context
def verify(ctx: click.Context, *, as_json: bool) -> None:
    """Let every configured model transcribe a bundled recording; say how right and how fast."""
    settings = connected_settings()
    damaged = [files.name for files in _on_disk(settings) if files.is_damaged]
    tests = asyncio.run(_tested(settings))
    if as_json:
        print_json([{**_facts_of(test), "damaged": test.model in damaged} for test in tests])
    else:
        for test in tests:
            _show_test(test, damaged=test.model in damaged)
    if damaged or any(test.verdict is not Verdict.RIGHT for test in tests):
        ctx.exit(1)


def _on_disk(settings: Settings) -> Iterator[ModelFiles]:
    for source in configured_models(settings):
        yield model_files(source, _folder(source, settings))


def _folder(source: ModelSource, settings: Settings) -> Path | None:
    if settings.speech_engine != OUR_HUB:
        return source.folder
    from agents.transcriber.engines.faster_whisper_model import find_model  # noqa: PLC0415 - slow

    return find_model(source)


async def _tested(settings: Settings) -> list[SelfTest]:
    """Test each model twice and keep the second: the first pays for what is loaded lazily."""
    async with open_workbench(settings, SystemClock()) as bench:
        tests = []
        for model in bench.runner.served.values():
            await self_test(bench, model)
            tests.append(await self_test(bench, model))
        return tests


def _show(found: list[ModelFiles], *, as_json: bool) -> None:
    if as_json:
        print_json([_facts(files) for files in found])
        return
    for files in found:
        hub = f" ({files.hub_name})" if files.hub_name not in (None, files.name) else ""
        click.echo(f"{files.name}{hub}")
        if files.folder is None:
            click.echo("  not on this machine; `daybook models pull` downloads what has a hub")
            continue
        click.echo(f"  folder   {files.folder}")
        click.echo(f"  size     {(files.size_bytes or 0) / 1e6:.1f} MB")
        click.echo(f"  sha256   {files.sha256}{'  DAMAGED' if files.is_damaged else ''}")
        click.echo(f"  licence  {files.licence or 'not stated'}")


def _show_test(test: SelfTest, *, damaged: bool) -> None:
    right = test.verdict is Verdict.RIGHT and not damaged
    mark = click.style("✓", fg="green") if right else click.style("✗", fg="red")
    speed = f"{test.audio_s / test.took_s:.1f} times real time"
    click.echo(f"{mark} {test.model}: {test.verdict.value}, {speed} on {test.device}")
    if damaged:
        click.echo("    → the weights are damaged; `daybook models pull` fetches them anew")
    if test.verdict is not Verdict.RIGHT:
        click.echo(f"    expected {test.expected!r}\n    heard    {test.text!r}")


def _facts(files: ModelFiles) -> dict[str, object]:
    return {
        "name": files.name,
        "hub_name": files.hub_name,
        "folder": files.folder,
        "size_bytes": files.size_bytes,
        "sha256": files.sha256,
        "licence": files.licence,
        "damaged": files.is_damaged,
    }


def _facts_of(test: SelfTest) -> dict[str, object]:
    return {
        "name": test.model,
        "device": test.device,
        "verdict": test.verdict.value,
        "expected": test.expected,
        "heard": test.text,
        "words_found": round(test.words_found, 3),
        "audio_s": test.audio_s,
        "took_s": round(test.took_s, 3),
        "real_time_factor": round(test.real_time_factor, 4),
    }
