"""The command `kedge`: finds the command asked for, runs it, and turns what happens into one of the documented exit codes."""

import gc
import importlib
import os
import signal
import sys
from typing import TextIO

import click

from compiler.cli.exits import ENVIRONMENT
from compiler.version import VERSION
from compiler.workspace.failure import EnvironmentFailure

COMMANDS = {
    "init": "Write a first spec that validates and compiles as it is.",
    "validate": "Check the specs and report each promise that does not hold.",
    "compile": "Compile specs to manifests, alerts and runbooks.",
    "check": "Check that the compiled output is fresh.",
    "plan": "Show how a change affects recovery, then the object diff.",
    "commit": "Compile the specs of a branch and commit the output to it.",
    "simulate": "Show what is left after losses, and which page to open.",
    "schedule": "Show when backups run, and what clock switches do to them.",
    "runbook": "List, show or print the recovery pages of a cluster.",
    "rescue": "Run a recovery procedure on all hosts of a control plane.",
    "explain": "Explain a rule, a fault, a field of the spec, or an output file.",
    "schema": "Print the JSON Schema of the spec, of a base, or of the output.",
    "completion": "Print the completion script of a shell.",
    "version": "Print the version.",
}

EPILOG = """\b
Exit codes:
  0    fine
  1    findings at or above --fail-on
  2    wrong usage, or no cluster to work on
  3    changes are pending (plan --exit-code)
  4    the committed output is stale (check)
  5    environment: disk, Git, network, a lost race
  6    refused: a destructive change without consent that names the object
  70   a bug in kedge
  130  interrupted

\b
With -o json every outcome is one JSON document on stdout, errors included; `kedge schema output` describes it.

\b
Examples:
  kedge init harbour
  kedge validate
  kedge compile harbour
  kedge plan --against main
"""


class Commands(click.Group):
    """Loads the file of a command when it is asked for, so that `--help` does not pay for all of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands in the order that a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Return a command, or None for an unknown name."""
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"compiler.cli.{name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was named. Raises click.UsageError with the nearest name for an unknown one."""
        if args and args[0] not in COMMANDS:
            import difflib

            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"did you mean {close[0]}?" if close else "`kedge --help` lists them"
            raise click.UsageError(f"there is no command {args[0]!a}; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list of commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(VERSION, "-V", "--version", prog_name="kedge")
@click.option("--debug", is_flag=True, help="Print the traceback of a bug.")
def main(debug: bool) -> None:
    """Disaster recovery as code for Kubernetes.

    One file per cluster describes its topology and recovery objectives. kedge proves what can be proved, refuses what cannot hold,
    and compiles the rest into manifests, alerts and runbooks.
    """


def run() -> None:
    """Run the command line and exit. Nothing but our own bugs ends in 70, and those leave a report."""
    gc.set_threshold(100_000)  # trees without cycles: looking for some after each 700 objects costs 3 % of a start
    try:
        _open_streams()
        sys.exit(_interruptible())
    except BrokenPipeError:
        _discard_output(sys.stdout, sys.stderr)
        sys.exit(ENVIRONMENT)
    except (KeyboardInterrupt, click.Abort, Exception) as error:
        from compiler.cli import failure

        command = next((word for word in sys.argv[1:] if word in COMMANDS), None)
        code = failure.report(error, command, sys.argv[1:])
        if isinstance(error, OSError):
            _discard_output(sys.stdout, sys.stderr)
        sys.exit(code)
    finally:
        gc.freeze()  # the process ends: to search all that was loaded for garbage once more costs 50 ms


def _interruptible() -> int:
    """Run the command and return its exit code. An interrupt counts while it works, not while the outcome is reported."""
    try:
        # click returns the code of an Exit here, and None where a command simply ends.
        return main.main(prog_name="kedge", standalone_mode=False) or 0
    except SystemExit:  # click itself ends the process in one case only: nobody reads the output any more
        raise BrokenPipeError from None
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _discard_output(*streams: TextIO) -> None:
    """Point streams at nothing, so that what they still hold does not fail again, with another code, when Python ends."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(nothing, stream.fileno())


def _open_streams() -> None:
    """Make the streams take every character; a closed standard output is a failure, since the output would be lost."""
    closed = sys.stdout is None
    # An interrupt within `reconfigure` leaves a stream that refuses every write: it is delivered afterwards.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name) or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
        stream.reconfigure(errors="backslashreplace")
        setattr(sys, name, stream)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if closed:
        raise EnvironmentFailure("print the output", "standard output is closed", "leave it open, or send it to a file")


if __name__ == "__main__":
    run()
