"""`daybook doctor`: says what is missing on this machine, and how to get it."""

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from agents.cli.common import connected_settings, json_option, print_json
from agents.cli.settings import unknown_variables
from agents.diarist.llm.prices import load_prices
from agents.diarist.open_writers import check_writers
from agents.errors import PipelineError
from agents.kafka.client_settings import librdkafka_settings
from agents.kafka.probe import broker_answers
from agents.kafka.self_test import CODECS, missing_codecs
from agents.kafka.topic_admin import short_lived_offsets
from agents.local.java import find_java
from agents.local.kafka_jars import JARS_VARIABLE, cache_folder
from agents.settings import Settings
from agents.transcriber.decoding.decoder import DecodeLimits
from agents.transcriber.decoding.decoders import Decoders
from agents.transcriber.demo_model import DEMO_MODEL
from agents.transcriber.serving.opening import configured_models
from topics.catalogue import load

FREE_BYTES = 1 << 30
"""Free space below which a broker's log may soon fill the disk, in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at: how it is, and where it is not well, the cure."""

    what: str
    ok: bool
    found: str
    cure: str = ""


@click.command()
@json_option
@click.pass_context
def doctor(ctx: click.Context, *, as_json: bool) -> None:
    """Say what is missing on this machine, and how to get it; exit code 1 if something is."""
    findings = list(examine(connected_settings()))
    if as_json:
        print_json(
            [{"what": f.what, "ok": f.ok, "found": f.found, "cure": f.cure} for f in findings]
        )
    else:
        for finding in findings:
            mark = click.style("✓", fg="green") if finding.ok else click.style("✗", fg="red")
            click.echo(f"{mark} {finding.what}: {finding.found}")
            if finding.cure:
                click.echo(f"    → {finding.cure}")
    if not all(finding.ok for finding in findings):
        ctx.exit(1)


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that Daybook needs on this machine."""
    yield Finding(what="Python", ok=True, found=sys.version.split()[0])
    yield from (
        Finding(what="setting", ok=False, found=warning, cure="`daybook settings` lists them all")
        for warning in unknown_variables()
    )
    yield _java()
    yield _jars()
    yield _codecs()
    yield _broker(settings)
    yield _model(settings)
    yield _writers(settings)
    yield _sandbox()
    yield _space(settings.state_dir)


def _java() -> Finding:
    try:
        return Finding(what="Java", ok=True, found=str(find_java()))
    except PipelineError as error:
        return Finding(what="Java", ok=False, found="none", cure=str(error))


def _jars() -> Finding:
    """Look for Kafka's jars without downloading them."""
    folder = Path(os.environ.get(JARS_VARIABLE) or cache_folder())
    here = any(folder.glob("*.jar"))
    return Finding(
        what="Kafka's jars",
        ok=True,
        found=str(folder) if here else "not here yet",
        cure="" if here else "`daybook broker start` downloads them (about 60 MB, once)",
    )


def _codecs() -> Finding:
    missing = missing_codecs()
    return Finding(
        what="codecs",
        ok=not missing,
        found=f"without {', '.join(missing)}" if missing else ", ".join(CODECS),
        cure="`pip install cramjam`, which reads them" if missing else "",
    )


def _broker(settings: Settings) -> Finding:
    if settings.kafka_bootstrap is None:
        return Finding(
            what="broker", ok=True, found="none runs here", cure="`daybook up` starts one"
        )
    client = librdkafka_settings(settings)
    if not broker_answers(settings.kafka_bootstrap, client=client):
        return Finding(
            what="broker",
            ok=False,
            found=f"{settings.kafka_bootstrap} does not answer",
            cure="start it, or set DAYBOOK_KAFKA_BOOTSTRAP to one that runs",
        )
    warning = short_lived_offsets(client, load())
    return Finding(
        what="broker",
        ok=warning is None,
        found=settings.kafka_bootstrap,
        cure=warning or "",
    )


def _model(settings: Settings) -> Finding:
    try:
        models = configured_models(settings)
    except PipelineError as error:
        return Finding(what="speech model", ok=False, found="none", cure=str(error))
    if models != (DEMO_MODEL,):
        places = (str(model.folder or model.hub_name) for model in models)
        return Finding(what="speech model", ok=True, found=", ".join(places))
    return Finding(
        what="speech model",
        ok=True,
        found="the bundled demo model, which knows only demo speech",
        cure="for your own recordings set DAYBOOK_WHISPER_MODEL, for instance to small or large-v3",
    )


def _writers(settings: Settings) -> Finding:
    """Say who writes, and which models have no known price; no provider is asked."""
    try:
        models = asyncio.run(check_writers(settings))
        prices = load_prices(settings.prices)
    except PipelineError as error:
        return Finding(what="writers", ok=False, found="they cannot be used", cure=str(error))
    if not models:
        cure = "DAYBOOK_WRITERS names language models, such as anthropic:MODEL"
        return Finding(what="writers", ok=True, found="the offline writer", cure=cure)
    today = datetime.now(UTC).date()
    unknown = [str(m) for m in models if not prices.knows(m.provider, m.model, on=today)]
    return Finding(
        what="writers",
        ok=True,
        found=", ".join(map(str, models)),
        cure=f"no price is known of {', '.join(unknown)}: put it into DAYBOOK_PRICES"
        if unknown
        else "",
    )


def _sandbox() -> Finding:
    try:
        with Decoders(DecodeLimits()) as decoders:
            confined = decoders.confined
    except PipelineError as error:
        return Finding(what="decoders", ok=False, found="they do not start", cure=str(error))
    return Finding(
        what="decoders",
        ok=True,
        found="confined: no files, no network" if confined else "bounded by limits alone",
        cure="" if confined else "run the transcriber on Linux, where system calls are filtered",
    )


def _space(state_dir: Path) -> Finding:
    folder = next(parent for parent in (state_dir, *state_dir.parents) if parent.exists())
    free = shutil.disk_usage(folder).free
    enough = free >= FREE_BYTES
    return Finding(
        what="disk",
        ok=enough,
        found=f"{free / (1 << 30):.1f} GiB free for {state_dir}",
        cure="" if enough else "free some, or set DAYBOOK_STATE_DIR to a folder with more",
    )
