"""How a run ends that did not succeed: one message on stderr, with `-o json` one document on stdout, and the exit code."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise

import click
from click.exceptions import NoArgsIsHelpError
from msgspec import Struct

from compiler.cli.exits import ENVIRONMENT, INTERRUPTED, OUR_BUG, REFUSED, USAGE
from compiler.version import VERSION
from compiler.workspace.failure import EnvironmentFailure

KINDS = {USAGE: "usage", ENVIRONMENT: "environment", REFUSED: "refused", OUR_BUG: "bug", INTERRUPTED: "interrupted"}


class _Failure(Struct, frozen=True):
    """Why a run ended: what went wrong, why, how to fix it, and the exit code. Cause and fix may be empty."""

    message: str
    cause: str
    fix: str
    code: int


def report(error: BaseException, command: str | None, arguments: Sequence[str]) -> int:
    """Print how the run of a command ended, and return the exit code."""
    if isinstance(error, NoArgsIsHelpError):
        error.show()
        return error.exit_code
    failure = _failure(error)
    notes = {"cause:": failure.cause, "fix:": failure.fix}
    lines = [f"error: {failure.message}", *(f"  = {name:7}{text}" for name, text in notes.items() if text)]
    with suppress(
        OSError
    ):  # the failure may be that standard error cannot be written: the exit code says it all the same
        click.echo("\n".join(lines), err=True)
    if wants_json(arguments):
        from compiler.report import json_output

        content = {"kind": KINDS[failure.code], "exitCode": failure.code}
        texts = {"message": failure.message, "cause": failure.cause, "fix": failure.fix}
        with suppress(OSError):  # the failure may be that standard output cannot be written
            click.echo(json_output.document(command, {"error": {**content, **texts}}))
    return failure.code


def wants_json(arguments: Sequence[str]) -> bool:
    """Return whether a command line asks for JSON; it is read without click, which may have refused it."""
    words = list(arguments)
    attached = any(word in ("-ojson", "--output=json") for word in words)
    return attached or any(a in ("-o", "--output") and b == "json" for a, b in pairwise(words))


def _failure(error: BaseException) -> _Failure:
    match error:
        case click.UsageError():
            return _Failure(
                _sentence(error), "", f"{error.ctx.command_path} --help" if error.ctx else "", error.exit_code
            )
        case click.ClickException():
            return _Failure(error.format_message(), "", "", error.exit_code)
        case KeyboardInterrupt() | click.Abort():
            return _Failure("interrupted", "", "run again: each output is complete or as it was before", INTERRUPTED)
        case EnvironmentFailure():
            return _Failure(f"cannot {error.attempted}", error.happened, error.advice, ENVIRONMENT)
        case MemoryError():
            return _Failure("memory is exhausted", "", "allow more memory, or name fewer clusters at once", ENVIRONMENT)
        case OSError():
            where = ascii(error.filename) if error.filename else "output"
            return _Failure(f"{error.strerror or error}: {where}", "", "", ENVIRONMENT)
        case _:
            return _bug(error)


def _sentence(error: click.UsageError) -> str:
    """Return a message of click in the manner of ours: it starts in lower case and has no stop."""
    text = error.format_message().strip().removesuffix(".")
    return text[:1].lower() + text[1:]


def _bug(error: BaseException) -> _Failure:
    """Keep the traceback in a file, and return one sentence: a user need not read our bugs."""
    import tempfile  # with what it brings 10 ms, and bugs are rare
    import traceback

    text = f"kedge {VERSION}, Python {sys.version.split()[0]}\n" + "".join(traceback.format_exception(error))
    if "--debug" in sys.argv:
        click.echo(text, err=True)
    with tempfile.NamedTemporaryFile("w", prefix="kedge-bug-", suffix=".txt", delete=False) as file:
        file.write(text)
    message = f"kedge crashed ({type(error).__name__}): this is a bug in kedge. No partial output was written."
    return _Failure(f"{message} The report is {file.name}", "", "", OUR_BUG)
