"""The command's root: which verbs there are, and how errors become exit codes.

Exit codes: 0 done, 1 failed, 2 wrong usage or setting, 3 a dependency does not answer.
"""

import importlib
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

import click

from agents.errors import (
    DependencyUnavailable,
    LocalBrokerError,
    PipelineError,
    SettingsError,
    SupervisorError,
)

FAILED, WRONG_USAGE, UNAVAILABLE = 1, 2, 3


class Verb(NamedTuple):
    """A verb as the root knows it: imported only when it is used, since some take seconds."""

    module: str
    """Where it is defined, under its own name."""
    summary: str


VERBS = {
    "demo": Verb("demo", "See a first diary: a real Kafka, three agents, bundled recordings."),
    "up": Verb("up", "Run broker, topics and agents on this machine."),
    "down": Verb("up", "Stop what `up` started; recordings, topics and diaries stay."),
    "status": Verb("up", "Say what runs on this machine."),
    "health": Verb("up", "Ask every part how it is."),
    "logs": Verb("up", "Print the logs of the parts, or of those named."),
    "send": Verb("send", "Store recordings and have them turned into a diary."),
    "diary": Verb("diary", "Read the diary."),
    "user": Verb("user", "Say what a person wishes; forget what was kept of them."),
    "doctor": Verb("doctor", "Say what is missing on this machine, and how to get it."),
    "worker": Verb("worker", "Run one agent in this process: what containers run."),
    "broker": Verb("broker", "Run a real Apache Kafka on this machine, without Docker."),
    "topics": Verb("topics", "Make the brokers hold the topics of the catalogue."),
    "offsets": Verb("offsets", "Show where consumer groups stand, and move one."),
    "dlq": Verb("dlq", "Look at dead letters, hand them back, or delete them."),
    "cost": Verb("cost", "Tell what the diary costs."),
    "models": Verb("models", "Show, fetch and test the configured speech models."),
    "settings": Verb("settings", "Print the effective settings, secrets masked."),
}


class LazyGroup(click.Group):
    """Imports a verb when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs, those for everyone first."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb *cmd_name*."""
        del ctx
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"agents.cli.{VERBS[cmd_name].module}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, verb.summary) for name, verb in VERBS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="daybook")
def daybook() -> None:
    """Turn a person's recordings into a diary they can trust, as a stream on Kafka."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; errors are told on standard error."""
    try:
        result: Any = daybook.main(arguments, standalone_mode=False)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        return 130
    except PipelineError as error:
        click.echo(f"daybook: {error}", err=True)
        return exit_code(error)
    except OSError as error:
        click.echo(f"daybook: {_problem(error)}", err=True)
        return FAILED
    return result if isinstance(result, int) else 0


def exit_code(error: PipelineError) -> int:
    """Return the exit code that stands for *error*."""
    match error:
        case SettingsError():
            return WRONG_USAGE
        case DependencyUnavailable() | LocalBrokerError():
            return UNAVAILABLE
        case SupervisorError(exit_code=int(code)) if code in (WRONG_USAGE, UNAVAILABLE):
            return code
        case _:
            return FAILED


def _problem(error: OSError) -> str:
    """Say in one line what the system refused, and where."""
    where = "" if error.filename is None else f"{error.filename}: "
    return f"{where}{error.strerror or error}"


if __name__ == "__main__":
    main()
