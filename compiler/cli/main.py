"""The command `kedge`: finds the command asked for, runs it, and turns what happens into one of the documented exit codes."""

import gc
import importlib
import os
import sys

import click

from compiler.cli.exits import ENVIRONMENT, INTERRUPTED, OUR_BUG
from compiler.version import VERSION
from compiler.workspace.failure import EnvironmentFailure

COMMANDS = {
    "init": "Write a first spec that validates and compiles as it is.",
    "validate": "Prove what can be proved about the specs.",
    "compile": "Compile specs to manifests, alerts and pages.",
    "check": "Tell whether the compiled output is fresh.",
    "plan": "Tell what a change does to recovery, then to objects.",
    "commit": "Compile what a branch says and commit the output to it.",
    "explain": "Explain a rule, a field of the spec, or an output file.",
    "schema": "Print the JSON Schema of the spec or of the output.",
    "completion": "Print the completion script of a shell.",
    "version": "Print the version.",
}

EPILOG = """\b
Exit codes:
  0    fine
  1    findings at or above --fail-on
  2    wrong usage, also when nothing was found to work on
  3    changes are pending (plan --exit-code)
  4    the compiled output is stale (check)
  5    the environment: disk, Git, network, a lost race
  6    refused: a destructive change without consent that names the object
  70   a bug of kedge
  130  interrupted

\b
Examples:
  kedge init harbour
  kedge validate
  kedge compile clusters/harbour
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
        found: click.Command = importlib.import_module(f"compiler.cli.{name}").command
        return found

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

    One file per cluster says how it stands and what it promises. kedge proves what can be proved, refuses what cannot hold, and
    compiles the rest into manifests, alerts and runbooks.
    """


def run() -> None:
    """Run the command line and exit. Nothing but our own bugs ends in 70, and those leave a report."""
    gc.set_threshold(100_000)  # trees without cycles: looking for some after each 700 objects costs 3 % of a start
    try:
        _open_streams()
        # click returns the code of an Exit here, and None where a command simply ends.
        sys.exit(main.main(prog_name="kedge", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted; what was being written is as it was before, or complete", err=True)
        sys.exit(INTERRUPTED)
    except EnvironmentFailure as failure:
        click.echo(
            f"error: cannot {failure.attempted}\n  = cause: {failure.happened}\n  = fix:   {failure.advice}", err=True
        )
        sys.exit(ENVIRONMENT)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ENVIRONMENT)
    except OSError as error:
        click.echo(
            f"error: {error.strerror or error}: {ascii(error.filename) if error.filename else 'output'}", err=True
        )
        sys.exit(ENVIRONMENT)
    except Exception as bug:
        sys.exit(_report(bug))
    finally:
        gc.freeze()  # the process ends: to search all that was loaded for garbage once more costs 50 ms


def _open_streams() -> None:
    """Make the streams take every character; a closed standard output is a failure, since what is said would be lost."""
    closed = sys.stdout is None
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name) or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
        stream.reconfigure(errors="backslashreplace")
        setattr(sys, name, stream)
    if closed:
        raise EnvironmentFailure("print the output", "standard output is closed", "leave it open, or send it to a file")


def _report(bug: Exception) -> int:
    """Keep the traceback in a file and tell one sentence: a bug of ours is no reading matter for a user."""
    import tempfile  # with what it brings 10 ms, and bugs are rare
    import traceback

    text = f"kedge {VERSION}, Python {sys.version.split()[0]}\n" + "".join(traceback.format_exception(bug))
    if "--debug" in sys.argv:
        click.echo(text, err=True)
    with tempfile.NamedTemporaryFile("w", prefix="kedge-bug-", suffix=".txt", delete=False) as file:
        file.write(text)
    click.echo(
        f"this is a bug of kedge ({type(bug).__name__}); nothing was half written. The report is {file.name}",
        err=True,
    )
    return OUR_BUG


if __name__ == "__main__":
    run()
