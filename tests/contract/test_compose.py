"""What docker-compose.kafka.yml says is true of our code, our topics and our local broker."""

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from agents.cli.main import daybook
from agents.health import Health, HealthServer
from agents.local.broker_config import DEFAULTS
from agents.local.kafka_jars import KAFKA_VERSION
from agents.settings import ENV_PREFIX, Settings
from topics.catalogue import load

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.kafka.yml").read_text()
COMPOSE: Mapping[str, Any] = yaml.safe_load(TEXT)
SERVICES: Mapping[str, Mapping[str, Any]] = COMPOSE["services"]
OURS = {name: s for name, s in SERVICES.items() if s["image"].startswith("daybook:")}
WORKERS = {name: s for name, s in OURS.items() if s["command"][0] == "worker"}
BROKER = {
    name.removeprefix("KAFKA_").lower().replace("_", "."): str(value)
    for name, value in SERVICES["kafka"]["environment"].items()
}
"""The broker's settings, named by the rule of the image apache/kafka."""
OFFSETS_RETENTION_MS = int(BROKER["offsets.retention.minutes"]) * 60_000
DAY_MS = 86_400_000
LEAVE_S = 10
"""Time for a worker that has drained to publish and leave its group."""

each_worker = pytest.mark.parametrize("worker", WORKERS.values(), ids=WORKERS)


def commands() -> Iterator[Sequence[str]]:
    """Yield the arguments of every `daybook` that a container or a comment calls."""
    yield from (service["command"] for service in OURS.values())
    for line in re.findall(r"^# +daybook (.+)$", TEXT, re.MULTILINE):
        yield [__file__ if arg.startswith("/recordings/") else arg for arg in shlex.split(line)]


def test_it_is_a_compose_file() -> None:
    schema = ("--builtin-schema", "vendor.compose-spec")
    file = str(ROOT / "docker-compose.kafka.yml")
    subprocess.run([sys.executable, "-m", "check_jsonschema", *schema, file], check=True)


def test_every_setting_in_it_is_one_of_ours() -> None:
    named = set(re.findall(rf"{ENV_PREFIX}\w+", TEXT))
    assert named
    assert named <= {f"{ENV_PREFIX}{field.upper()}" for field in Settings.model_fields}


@pytest.mark.parametrize("arguments", list(commands()), ids=" ".join)
def test_our_command_line_understands_every_command_in_it(arguments: Sequence[str]) -> None:
    command: click.Command = daybook
    rest = list(arguments)
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), rest.pop(0))
        assert found is not None
        command = found
    command.make_context(command.name, rest)


def test_each_agent_has_a_worker_and_there_is_no_other_without_a_profile() -> None:
    default = [s["command"] for s in WORKERS.values() if "profiles" not in s]
    assert default == [["worker", "transcriber"], ["worker", "diarist"], ["worker", "daily"]]


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_an_image_is_pinned(service: Mapping[str, Any]) -> None:
    assert re.fullmatch(r"[a-z/]+:\d+\.\d+\.\d+(-[a-z]+)?", service["image"])


def test_our_images_have_our_version_and_are_made_here() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    built = {s["image"] for s in OURS.values() if s["pull_policy"] == "build" and "build" in s}
    assert {s["image"] for s in OURS.values()} == built
    assert built == {f"daybook:{version}", f"daybook:{version}-gpu"}


def test_the_broker_is_the_kafka_that_we_run_without_docker() -> None:
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{KAFKA_VERSION}"
    shared = BROKER.keys() & DEFAULTS.keys()
    assert len(shared) >= 8
    assert {key: BROKER[key] for key in shared} == {key: DEFAULTS[key] for key in shared}


@pytest.mark.parametrize("setting", ["message.max.bytes", "replica.fetch.max.bytes"])
def test_the_broker_takes_the_largest_record_of_any_topic(setting: str) -> None:
    assert int(BROKER[setting]) > max(topic.max_message_bytes for topic in load())


def test_offsets_outlive_the_records_of_every_topic() -> None:
    assert OFFSETS_RETENTION_MS >= 90 * DAY_MS
    assert max(int(t.config.get("retention.ms", 0)) for t in load()) < OFFSETS_RETENTION_MS


@pytest.mark.parametrize(
    "setting",
    [
        "min.insync.replicas",
        "offsets.topic.replication.factor",
        "transaction.state.log.replication.factor",
        "transaction.state.log.min.isr",
        "node.id",
    ],
)
def test_the_broker_needs_no_other(setting: str) -> None:
    assert BROKER[setting] == "1"


def test_only_the_catalogue_makes_topics() -> None:
    assert BROKER["auto.create.topics.enable"] == "false"
    assert OURS["topics"]["command"] == ["topics", "apply", "--yes"]
    assert OURS["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}


@each_worker
def test_a_worker_finds_the_broker_and_waits_for_the_topics(worker: Mapping[str, Any]) -> None:
    inside = worker["environment"]["DAYBOOK_KAFKA_BOOTSTRAP"]
    assert f"INTERNAL://{inside}" in BROKER["advertised.listeners"].split(",")
    assert worker["depends_on"]["topics"]["condition"] == "service_completed_successfully"


def test_programs_of_this_machine_find_the_broker() -> None:
    assert "HOST://localhost:9092" in BROKER["advertised.listeners"].split(",")
    assert SERVICES["kafka"]["ports"] == ["127.0.0.1:9092:9092"]


@each_worker
def test_a_worker_has_time_to_drain(worker: Mapping[str, Any]) -> None:
    grace_s = float(worker["stop_grace_period"].removesuffix("s"))
    assert grace_s > float(worker["environment"]["DAYBOOK_DRAIN_S"]) + LEAVE_S


@each_worker
def test_workers_share_their_state_and_only_read_recordings(worker: Mapping[str, Any]) -> None:
    assert worker["volumes"] == ["state:/var/lib/daybook", "./recordings:/recordings:ro"]
    assert worker["environment"]["DAYBOOK_AUDIO_ROOTS"] == "/recordings"


@each_worker
def test_a_worker_is_healthy_once_it_is_ready(
    worker: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, *arguments = worker["healthcheck"]["test"]
    health = Health()
    with closing(HealthServer(health, host="127.0.0.1", port=0)) as server:
        monkeypatch.setenv("DAYBOOK_HEALTH_PORT", str(server.port))
        before = subprocess.run([sys.executable, *arguments], check=False)
        health.started()
        health.assigned(yes=True)
        after = subprocess.run([sys.executable, *arguments], check=False)
    assert (before.returncode, after.returncode) == (1, 0)


def test_volumes_are_named_and_used() -> None:
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", [])]
    used = {mount.partition(":")[0] for mount in mounts if not mount.startswith(".")}
    assert used == set(COMPOSE["volumes"])


def test_only_the_profile_gpu_asks_for_a_gpu() -> None:
    asking = {name for name, service in SERVICES.items() if "deploy" in service}
    assert asking == {name for name, service in SERVICES.items() if "profiles" in service}
    assert SERVICES["transcriber-gpu"]["profiles"] == ["gpu"]
