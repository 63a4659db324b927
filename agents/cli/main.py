"""The command's root: which verbs there are, and how errors become exit codes.

Exit codes: 0 done, 1 failed, 2 wrong usage or setting, 3 a dependency does not answer.
"""

import importlib
import sys
from collections.abc import Sequence
from typing import Any

import click

from agents.errors import (
    DependencyUnavailable,
    LocalBrokerError,
    PipelineError,
    SettingsError,
    SupervisorError,
)

FAILED, WRONG_USAGE, UNAVAILABLE = 1, 2, 3

VERBS = {
    "demo": "agents.cli.demo:demo",
    "up": "agents.cli.up:up",
    "down": "agents.cli.up:down",
    "status": "agents.cli.up:status",
    "health": "agents.cli.up:health",
    "logs": "agents.cli.up:logs",
    "send": "agents.cli.send:send",
    "diary": "agents.cli.diary:diary",
    "user": "agents.cli.user:user",
    "doctor": "agents.cli.doctor:doctor",
    "worker": "agents.cli.worker:worker",
    "broker": "agents.cli.broker:broker",
    "topics": "agents.cli.topics:topics",
    "offsets": "agents.cli.offsets:offsets",
    "dlq": "agents.cli.dlq:dlq",
    "cost": "agents.cli.cost:cost",
    "models": "agents.cli.models:models",
    "settings": "agents.cli.settings:settings",
}
"""Where each verb is defined: imported only when it is used, since some take seconds to load."""


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
        module, _, name = VERBS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


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
