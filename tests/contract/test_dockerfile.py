"""What deploy/docker/Dockerfile says is true of our code and of what compose makes of it."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from agents.health import Health, HealthServer
from agents.settings import ENV_PREFIX, Settings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "deploy/docker/Dockerfile").read_text()


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions with their arguments, in order; comments and line ends are gone."""
    lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    return [(words[0], words[1]) for line in lines if (words := line.split(maxsplit=1))]


INSTRUCTIONS = instructions(TEXT)


def arguments_of(instruction: str) -> list[str]:
    """Return what every *instruction* of the file says, in order."""
    return [said for name, said in INSTRUCTIONS if name == instruction]


def exec_form(instruction: str) -> Sequence[str]:
    """Return the program and its arguments that the one *instruction* runs, without a shell."""
    (said,) = arguments_of(instruction)
    command: list[str] = json.loads(said[said.index("[") :])
    return command


FINAL = INSTRUCTIONS[max(i for i, (name, _) in enumerate(INSTRUCTIONS) if name == "FROM") :]
ENVIRONMENT = dict(
    pair.split("=", 1) for name, said in FINAL if name == "ENV" for pair in shlex.split(said)
)


def test_every_setting_in_it_is_one_of_ours() -> None:
    named = set(re.findall(rf"{ENV_PREFIX}\w+", TEXT))
    assert named
    assert named <= {f"{ENV_PREFIX}{field.upper()}" for field in Settings.model_fields}


def test_both_stages_are_the_same_pinned_python_and_the_final_one_is_slim() -> None:
    build, final = arguments_of("FROM")
    assert re.fullmatch(r"python:3\.1[1-9]-bookworm AS build", build)
    assert final == build.removesuffix("-bookworm AS build") + "-slim-bookworm"
    assert f"/python{final[len('python:') :].partition('-')[0]}/" in ENVIRONMENT["LD_LIBRARY_PATH"]


def test_the_final_stage_installs_nothing() -> None:
    runs = [said for name, said in FINAL if name == "RUN"]
    assert not [said for said in runs if re.search(r"\b(apt|apt-get|pip|uv)\b", said)]


def test_every_package_is_installed_by_its_hash() -> None:
    installs = [
        command.strip()
        for said in arguments_of("RUN")
        for command in said.split("&&")
        if re.search(r"\b(install|sync|build)\b .*(\.lock|wheel)", command)
    ]
    assert len(installs) == 4
    unhashed = [command for command in installs if "--require-hashes" not in command]
    assert [command.split()[-1] for command in unhashed] == ["/wheel/*.whl"]


@pytest.mark.parametrize("lock", ["uv", "daybook", "gpu", "dev"])
def test_the_lock_files_that_it_installs_are_there(lock: str) -> None:
    assert (ROOT / "requirements" / f"{lock}.lock").is_file()


def test_it_runs_as_a_user_who_is_not_root() -> None:
    (user,) = arguments_of("USER")
    assert re.fullmatch(r"[1-9]\d{4,}:[1-9]\d{4,}", user)


def test_what_is_written_goes_to_the_state_volume() -> None:
    (volume,) = arguments_of("VOLUME")
    assert ENVIRONMENT["DAYBOOK_STATE_DIR"] == volume
    assert Path(ENVIRONMENT["XDG_CACHE_HOME"]).is_relative_to(volume)
    services = yaml.safe_load((ROOT / "docker-compose.kafka.yml").read_text())["services"]
    assert f"state:{volume}" in services["transcriber"]["volumes"]


def test_it_runs_our_command_line_without_a_shell() -> None:
    assert exec_form("ENTRYPOINT") == ["daybook"]
    assert exec_form("CMD") == ["--help"]


def test_its_health_port_is_reachable() -> None:
    assert arguments_of("EXPOSE") == [ENVIRONMENT["DAYBOOK_HEALTH_PORT"]]
    assert ENVIRONMENT["DAYBOOK_HEALTH_HOST"] == "0.0.0.0"  # noqa: S104 - in a container


def test_it_is_healthy_while_it_lives_though_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    _, *arguments = exec_form("HEALTHCHECK")
    health = Health()
    with closing(HealthServer(health, host="127.0.0.1", port=0)) as server:
        monkeypatch.setenv("DAYBOOK_HEALTH_PORT", str(server.port))
        with health.waiting_for("kafka"):
            waiting = subprocess.run([sys.executable, *arguments], check=False)
    gone = subprocess.run([sys.executable, *arguments], check=False, stderr=subprocess.DEVNULL)
    assert (waiting.returncode, gone.returncode) == (0, 1)


@pytest.mark.parametrize(
    "needed", ["agents", "schemas", "topics", "requirements", "pyproject.toml"]
)
def test_what_is_built_from_is_sent_to_the_builder(needed: str) -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert lines.index("*") < lines.index(f"!{needed}")
