"""What programs that call `daybook` can rely on."""

import click
import pytest

from agents.cli import main
from agents.cli.main import VERBS, daybook, exit_code, run
from agents.errors import (
    AudioMissing,
    DependencyUnavailable,
    LocalBrokerError,
    PipelineError,
    SettingsError,
    SupervisorError,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SettingsError(), 2),
        (DependencyUnavailable("kafka"), 3),
        (LocalBrokerError(), 3),
        (AudioMissing(), 1),
        (PipelineError(), 1),
        (SupervisorError(), 1),
        (SupervisorError(exit_code=1), 1),
        (SupervisorError(exit_code=2), 2),
        (SupervisorError(exit_code=3), 3),
        (SupervisorError(exit_code=-9), 1),
    ],
)
def test_each_error_has_its_exit_code(error: PipelineError, code: int) -> None:
    assert exit_code(error) == code


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (SettingsError("no user"), 2, "daybook: no user\n"),
        (DependencyUnavailable("kafka"), 3, "daybook: kafka does not answer\n"),
        (click.ClickException("nothing runs"), 1, "Error: nothing runs\n"),
        (click.UsageError("no such option"), 2, "Error: no such option\n"),
        (click.Abort(), 130, "stopped\n"),
        (KeyboardInterrupt(), 130, "stopped\n"),
        (PermissionError(13, "Permission denied", "/x"), 1, "daybook: /x: Permission denied\n"),
        (OSError("no free port"), 1, "daybook: no free port\n"),
    ],
)
def test_an_error_is_told_on_standard_error(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    said: str,
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(daybook, "main", fail)
    assert run([]) == code
    captured = capsys.readouterr()
    assert (captured.out, captured.err.lstrip()) == ("", said)


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([verb, "--help"]) == 0
    assert capsys.readouterr().out.startswith("Usage: ")


def test_help_lists_every_verb_with_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-h"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    listed = {words[0]: words[1:] for words in lines if words and words[0] in VERBS}
    assert list(listed) == list(VERBS)
    assert all(listed.values())


def test_a_verb_that_does_not_exist_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dnace"]) == 2
    assert "No such command 'dnace'" in capsys.readouterr().err


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert "version" in capsys.readouterr().out


def test_the_program_exits_with_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "run", lambda _arguments: 3)
    with pytest.raises(SystemExit) as caught:
        main.main([])
    assert caught.value.code == 3
