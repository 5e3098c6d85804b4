"""The text of a block: a generated preamble that enters the working folder and sets the values, then the constant shell.

Pasted into an interactive bash or zsh the parentheses keep `set -eu`, the trap and a changed folder out of the person's
own shell, and the whole block is read before its first line runs. `program` is the same for `sh -eu FILE`.
"""

from collections.abc import Iterable, Mapping
from functools import cache

from compiler.assets import asset_text
from compiler.runbooks.shell import assign
from compiler.runbooks.step import Place, StepDefinition

Value = str | tuple[str, ...]

_OPEN = "( set -eu; trap 'echo \"STOP: {reason}\"' EXIT"
_CLOSE = ")"
HOST_FOLDER = "/root/kedge"


def pasted(step: StepDefinition, cluster: str, assigned: Iterable[str]) -> str:
    """Return the block as a page shows it. `assigned`: the lines that set its variables."""
    return "\n".join(
        (_OPEN.format(reason=_unprepared(step)), *_preamble(step, cluster, assigned), step.shell.rstrip("\n"), _CLOSE)
    )


def _unprepared(step: StepDefinition) -> str:
    """Return why a block ends before it has loaded its functions."""
    if step.prepares:
        return "the working folder cannot be written"
    return f"first paste the first {'workstation step' if step.place == 'workstation' else 'step for this host'}"


def program(step: StepDefinition, cluster: str, assigned: Iterable[str]) -> str:
    """Return the block as a file for `sh -eu`."""
    return "\n".join((*_preamble(step, cluster, assigned), step.shell))


def assignments(values: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the lines that set variables to values."""
    return tuple(line for name, value in values.items() for line in assign(name, value))


def _preamble(step: StepDefinition, cluster: str, assigned: Iterable[str]) -> tuple[str, ...]:
    folder = _folder(step.place, cluster)
    if step.prepares:
        return ("umask 077", f'mkdir -p "{folder}"', f'cd "{folder}"', *_functions(), *assigned)
    return (f'cd "{folder}"; . ./env', *assigned)


def _folder(place: Place, cluster: str) -> str:
    return f"$HOME/kedge-{cluster}" if place == "workstation" else HOST_FOLDER


@cache
def _functions() -> tuple[str, ...]:
    """Return lines that write the shared functions into the working folder and load them."""
    text = asset_text("templates/runbooks/functions.sh").rstrip("\n")
    return ("cat > functions <<'END'", text, "END", ". ./functions")
