"""What is installed is the same as what is here: code and data files."""

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("agents", "schemas", "topics")
BUILD = "from setuptools.build_meta import build_wheel; print(build_wheel('wheel'))"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """Build the wheel from a copy of the tracked files and list what is in it."""
    copy = tmp_path_factory.mktemp("wheel")
    for name in tracked_files():
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    (copy / "wheel").mkdir()
    subprocess.run([sys.executable, "-c", BUILD], cwd=copy, check=True, capture_output=True)
    with ZipFile(next((copy / "wheel").glob("*.whl"))) as built:
        return frozenset(name for name in built.namelist() if ".dist-info/" not in name)


def tracked_files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", *PACKAGES, "pyproject.toml", "README.md"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_the_wheel_holds_every_file_of_the_three_packages(wheel: frozenset[str]) -> None:
    expected = {name for name in tracked_files() if name.split("/")[0] in PACKAGES}
    assert expected - wheel == set()


def test_the_wheel_holds_no_other_package(wheel: frozenset[str]) -> None:
    assert {name.split("/")[0] for name in wheel} == set(PACKAGES)
