import hashlib
import json
from pathlib import Path

import pytest

from agents.demo import MODEL_DIR
from tests.support import random_whisper
from tests.support.command_line import Daybook

REVISION = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def hub_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the folder in which the hub's client keeps what it fetched, as this run sees it."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr("huggingface_hub._snapshot_download.constants.HF_HUB_OFFLINE", True)
    return tmp_path / "hub"


def put_into_cache(cache: Path, weights: bytes, name: str) -> None:
    """Lay a model out as the hub's client does: weights under the checksum that the hub names."""
    home = cache / "models--Systran--faster-whisper-tiny"
    snapshot = home / "snapshots" / REVISION
    for folder in (snapshot, home / "blobs", home / "refs"):
        folder.mkdir(parents=True)
    (home / "refs" / "main").write_text(REVISION)
    (home / "blobs" / name).write_bytes(weights)
    (snapshot / "model.bin").symlink_to(Path("../../blobs", name))
    (snapshot / "README.md").write_text("---\nlicense: mit\n---\nA model.\n")


def test_the_bundled_model_is_listed_with_its_files(daybook: Daybook) -> None:
    [listed] = json.loads(daybook("models", "list", "--json").out)

    weights = (MODEL_DIR / "model.bin").read_bytes()
    assert (listed["name"], listed["folder"], listed["damaged"]) == ("demo", str(MODEL_DIR), False)
    assert listed["sha256"] == hashlib.sha256(weights).hexdigest()
    assert listed["size_bytes"] > len(weights)


@pytest.mark.usefixtures("hub_cache")
def test_a_model_that_is_not_here_says_how_to_get_it(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAYBOOK_WHISPER_MODELS", "small=tiny")

    answer = daybook("models", "list")

    assert answer.code == 0
    assert answer.out == (
        "small (tiny)\n  not on this machine; `daybook models pull` downloads what has a hub\n"
    )


@pytest.mark.parametrize("damaged", [False, True])
def test_weights_that_are_not_the_hubs_are_damaged(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch, hub_cache: Path, *, damaged: bool
) -> None:
    monkeypatch.setenv("DAYBOOK_WHISPER_MODEL", "tiny")
    promised = hashlib.sha256(b"weights").hexdigest()
    put_into_cache(hub_cache, b"other weights" if damaged else b"weights", promised)

    [listed] = json.loads(daybook("models", "list", "--json").out)

    assert (listed["damaged"], listed["licence"]) == (damaged, "mit")


def test_verify_transcribes_a_recording_with_every_model(daybook: Daybook) -> None:
    answer = daybook("models", "verify", "--json")

    [test] = json.loads(answer.out)
    assert answer.code == 0
    assert (test["name"], test["verdict"], test["heard"]) == ("demo", "right", test["expected"])
    assert 0 < test["real_time_factor"] < 30
    assert test["device"] == "cpu"


def test_verify_fails_where_the_text_is_wrong(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = random_whisper.build(tmp_path / "noise", seed=2)
    monkeypatch.setenv("DAYBOOK_WHISPER_MODELS", f"noise={folder}")

    answer = daybook("models", "verify")

    assert answer.code == 1
    assert "✗ noise: wrong" in answer.out
    assert "expected 'Good morning. I slept badly" in answer.out
