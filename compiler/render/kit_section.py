"""The section of a cluster's index about the rescue kit: how it gets to the hosts."""

from collections.abc import Iterator
from typing import NamedTuple

from compiler.distributions.rescue_kit import RESCUE_KIT
from compiler.plan.plan import Plan
from compiler.render.messages import Messages, format_message
from compiler.render.rescue_kit import FOLDER, PROGRAM
from compiler.runbooks import acts_on_hosts
from compiler.runbooks.procedure import Procedure
from compiler.runbooks.shell import assign

_COPY = f"/root/{PROGRAM}"


class KitSection(NamedTuple):
    """What it says, and the commands that install the kit."""

    title: str
    text: str
    points: list[str]
    commands: str


def kit_section(plan: Plan, applying: tuple[Procedure, ...], messages: Messages) -> KitSection | None:
    """Return the section; None where no procedure of the cluster acts on hosts."""
    if not any(acts_on_hosts(procedure.name) for procedure in applying):
        return None
    names = {"hosts": ", ".join(member.name for member in plan.topology.members)}
    return KitSection(
        title=messages["kit"],
        text=format_message(messages["kit_text"], names),
        points=list(messages["kit_points"]),
        commands="\n".join(_commands(plan)),
    )


def _commands(plan: Plan) -> Iterator[str]:
    """Yield the commands that install the kit on one host."""
    access, host = plan.access, '"$HOST"'
    yield from assign("HOST", plan.topology.members[0].name)
    yield access.on(host, f"rm -rf {_COPY}")
    yield access.on(host, f"mkdir {_COPY}")
    yield f"tar -C clusters/{plan.cluster.name}/generated/{FOLDER} -cf - . |"
    yield "  " + access.on(host, f"tar -C {_COPY} -xf -")
    yield access.on(host, f"sh {_COPY}/install.sh")
    yield access.on(host, f"{RESCUE_KIT.command} status")
