"""A runbook step: what its folder `templates/runbooks/steps/<slug>/` says, and how it is pasted on a cluster's page."""

import re
from functools import cache
from typing import Literal, NamedTuple

from msgspec import Struct

from compiler.assets import asset
from compiler.facts.test_record import digest, shell, step_table

Kind = Literal["read-only", "changing", "destructive"]
"""`read-only` changes nothing in the cluster (it may write to kedge's own folder); `destructive` requires typed confirmation."""

Place = Literal["workstation", "each_member", "any_member", "remaining_members", "replacement"]
"""Where a step runs: on a workstation, or in a root shell on each member host, on one of them (the same one throughout),
on every other one, or on the host that replaces a lost one."""

Phase = Literal["look", "save", "fetch", "stop", "restore", "start", "unblock", "verify", "clean"]
"""A part of a procedure: what the rescue kit runs by one command on each host. The steps of one follow each other, but for those that
are done meanwhile."""

STOP = "stop"
"""What a step leads to when no other step helps: stop and call."""


_CONFIRMATION = re.compile(r"(?m)^\s*confirm ")


class StepDefinition(Struct, frozen=True, kw_only=True):
    """The same for every cluster: `step.toml`, and the functions that it names with `run.sh` as `shell`.

    `on_failure`: slugs in order of preference, the first that a procedure has is taken, else STOP. `variables`: what the
    preamble sets. `ends`: pattern of the last line of a successful run; `shows`: patterns of other lines. `confirmations`: words that a
    run asks a person to type before it destroys. `prepares`: the
    step makes the working folder that all others of its place enter. `per_store`: one block for each store of the snapshots.
    `digest`: SHA-256 of the shell; a claim of the test record holds for these bytes.
    """

    slug: str
    kind: Kind
    place: Place
    phase: Phase
    minutes: int
    on_failure: tuple[str, ...]
    variables: tuple[str, ...]
    ends: str
    shows: tuple[str, ...]
    confirmations: int
    prepares: bool
    per_store: bool
    shell: str
    digest: str


class Block(Struct, frozen=True):
    """One block to paste, complete in itself. `label`: the store that it is for, where there is one block for each."""

    label: str
    text: str


class Step(NamedTuple):
    """A step in a procedure.

    `minutes`: of one host where it is done in turn, else for all together. `on_failure`: a slug of the procedure, or STOP.
    `meanwhile`: it is done while the last step waits that is not itself done meanwhile.
    """

    slug: str
    place: Place
    phase: Phase
    minutes: int
    on_failure: str
    meanwhile: bool

    @property
    def in_turn(self) -> bool:
        """Whether it is done on one host after the other: what destroys is."""
        return self.place == "each_member" and self.definition.kind == "destructive"

    @property
    def definition(self) -> StepDefinition:
        """What the step's folder says."""
        return definition(self.slug)


@cache
def definition(slug: str) -> StepDefinition:
    """Return what a step's folder says; an unknown slug raises AssetError, a missing key KeyError."""
    table, text = step_table(slug), shell(slug)
    return StepDefinition(
        slug=slug,
        kind=table["kind"],
        place=table["place"],
        phase=table["phase"],
        minutes=table["minutes"],
        on_failure=tuple(table.get("on_failure", ())),
        variables=tuple(table.get("variables", ())),
        ends=table["expect"]["ends"],
        shows=tuple(table["expect"].get("shows", ())),
        confirmations=len(_CONFIRMATION.findall(text)),
        prepares=table.get("prepares", False),
        per_store=table.get("per_store", False),
        shell=text,
        digest=digest(text.encode()),
    )


def slugs() -> tuple[str, ...]:
    """Return the slugs of all steps that are shipped, by name."""
    return tuple(sorted(folder.name for folder in asset("templates/runbooks/steps").iterdir()))
