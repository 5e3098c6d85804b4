"""A run of a procedure: its steps in order on every machine, what a person decides when one fails, and the end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from compiler.rescue import choice
from compiler.rescue.answers import JOIN_LINE, Answers
from compiler.rescue.console import Console
from compiler.rescue.hosts import Hosts
from compiler.rescue.kit import Kit, Step, Stop
from compiler.rescue.machine import Machine, finished, moment
from compiler.rescue.order import JOIN, WAITS, WORKSTATION, Stage, is_left, reached, stages
from compiler.rescue.step_run import LOST, Outcome, StepRun
from compiler.rescue.table import Table

END_WAIT = "gone"
_FAILED = ("stop", LOST)
_SURVIVOR = " is a survivor"
_SAVED = " is saved at revision "


class Choices(NamedTuple):
    """What the command line says."""

    procedure: str
    phases: tuple[str, ...]
    first: str
    replacement: str
    store: str
    key: str
    wait: bool


class Driver:
    """State of a run: the first host, what earlier runs have done, and what steps have printed for others."""

    def __init__(self, kit: Kit, choices: Choices, console: Console, hosts: Hosts, desk: Machine) -> None:
        self._choices = choices
        self._console = console
        self._hosts = hosts
        self._desk = desk
        self._kit = kit
        self._steps = [step for step in kit.steps(choices.procedure) if step.phase in choices.phases]
        self.table = Table([WORKSTATION, *kit.members], list(dict.fromkeys(step.phase for step in self._steps)))
        self._first = choices.first
        self._done: dict[str, frozenset[str]] = {}
        self._answers = Answers(choices.key, hosts.absent)
        self._again: set[str] = {JOIN}
        self._saved: dict[str, datetime] = {}
        self._chosen = ""
        self.seconds: dict[str, float] = {}

    @property
    def folder(self) -> Path:
        """The working folder of the workstation's steps."""
        return Path.home() / f"kedge-{self._kit.cluster}"

    async def run(self) -> None:
        """Run the phases that were asked for. Raises Stop where they do not all succeed."""
        if self._choices.replacement and any(step.place == "replacement" for step in self._steps):
            self._hosts.absent.add(self._choices.replacement)
        await self._hosts.connect(list(self._hosts.machines))
        await self._read_records()
        every = stages(self._steps)
        index = 0
        while index < len(every):
            begun = time.monotonic()
            jump = await self._stage(every[index])
            phase = every[index].step.phase
            self.seconds[phase] = self.seconds.get(phase, 0.0) + time.monotonic() - begun
            if isinstance(jump, tuple):
                every, index = stages([step for step in self._steps if step.slug in jump]), 0
            else:
                index = self._next(every, index, jump)

    def _next(self, every: Sequence[Stage], index: int, jump: str) -> int:
        """Return the index of the next stage; what is gone back to runs again though it was done."""
        if not jump:
            return index + 1
        target = next((i for i, stage in enumerate(every) if stage.step.slug == jump), index + 1)
        self._again.update(stage.step.slug for stage in every[target : index + 1])
        return target

    async def _read_records(self) -> None:
        """Find out what an interrupted run has done, and ask if that was in this incident."""
        digests = {step.slug: step.digest for step in self._steps}
        runs = dict(self._hosts.runs)
        runs[WORKSTATION] = (await self._desk.status()).runs
        done = {name: finished(found, self._choices.procedure, digests) for name, found in runs.items()}
        self._note_saved()
        if reached(self._steps, done) >= 0:
            whose = sorted({f"{run.who} until {run.end}" for found in runs.values() for run in found[-1:]})
            self._console.line(f"driver | steps of this procedure were done by {'; '.join(whose)}")
            while self._answers.incident not in ("continue", "new"):
                answer = await self._console.ask(
                    "Was that in this incident?", "Type continue to go on from there, or new to begin: "
                )
                self._answers.incident = answer.strip()
        if self._answers.incident == "continue":
            self._done = done
            self._first = self._first or self._first_of_records()

    def _note_saved(self) -> None:
        for name, runs in self._hosts.runs.items():
            for run in runs:
                when = moment(run.end)
                if run.step.startswith("save-") and run.result == "ok" and when:
                    self._saved[name] = when

    def _first_of_records(self) -> str:
        """Return the host that was the first one before: only there are the steps of one host done."""
        ones = {step.slug for step in self._steps if step.place == "any_member"}
        return next((machine.name for machine in self._hosts.present if self._done.get(machine.name, set()) & ones), "")

    async def _stage(self, stage: Stage) -> str | tuple[str, ...]:
        """Run a stage. Return empty for the next one, a slug to go on with, or the only steps that are left."""
        lane = asyncio.ensure_future(self._sequence(stage.meanwhile)) if stage.meanwhile else None
        try:
            if stage.step.slug in WAITS:
                if await self._wait(stage.step, lane):
                    return WAITS[stage.step.slug]
                jump = ""
            else:
                jump = await self._complete(stage.step)
            return (await lane if lane else "") or jump
        finally:
            if lane:
                lane.cancel()
                await asyncio.wait([lane])

    async def _sequence(self, steps: Sequence[Step]) -> str:
        """Run steps one after the other; return the slug to go on with where that is none of them, else empty."""
        index = 0
        while index < len(steps):
            jump = await self._complete(steps[index])
            slugs = [step.slug for step in steps]
            if jump and jump not in slugs:
                return jump
            index = slugs.index(jump) if jump else index + 1
        return ""

    async def _wait(self, step: Step, lane: asyncio.Task[str] | None) -> bool:
        """Wait for lost hosts until they are back, or until a person says that they are gone; return whether they are back."""
        if not self._choices.wait or not self._may_come_back(step):
            self._console.line(f"driver | {step.slug}: left out, the lost hosts are gone")
            return False
        self._console.line(f"driver | waiting for lost hosts; type {END_WAIT} when they do not come back")
        waiting = asyncio.ensure_future(self._run(step, [self._first_host()]))
        gone = asyncio.ensure_future(self._console.word(END_WAIT))
        try:
            while not waiting.done() and not gone.done():
                await asyncio.wait([waiting, gone], timeout=0.2, return_when=asyncio.FIRST_COMPLETED)
                if lane and lane.done():
                    lane.result()
            if waiting.done():
                return waiting.result()[0].result == "ok"
            await self._end_step(self._first_host())
            await asyncio.wait([waiting], timeout=20)
            return False
        finally:
            gone.cancel()
            waiting.cancel()
            await asyncio.wait([waiting, gone])

    async def _end_step(self, machine: Machine) -> None:
        child = machine.program("end")
        await child.run(b"")

    def _may_come_back(self, step: Step) -> bool:
        members, present = len(self._hosts.machines), len(self._hosts.present)
        return present * 2 > members if step.slug == "wait-for-quorum" else present == members

    async def _complete(self, step: Step) -> str:
        """Run a step until it has succeeded on all its machines; return the slug to go on with where a person says so."""
        machines = await self._machines(step)
        while machines:
            outcomes = await self._run(step, machines)
            failed = [outcome for outcome in outcomes if outcome.result in _FAILED]
            ended = {outcome.machine.name for outcome in outcomes if outcome.result not in _FAILED}
            if not failed:
                return ""
            jump = await self._decide(step, failed)
            if jump:
                return jump
            machines = [m for m in await self._machines(step) if m.name not in ended]
        return ""

    async def _run(self, step: Step, machines: Sequence[Machine]) -> list[Outcome]:
        names = ", ".join(machine.name for machine in machines)
        self._console.line(f"== {step.phase}: {step.slug} on {names}")
        self._warn(step)
        run = StepRun(step, self._console, self.table, self._answers)
        outcomes = await run.on(machines, lambda machine: self._words(step, machine))
        for outcome in outcomes:
            self._remember(step, outcome)
        return outcomes

    def _words(self, step: Step, machine: Machine) -> list[str]:
        first = ["--first"] if machine.name == self._first_host().name else []
        role = ["--replacement"] if step.place == "replacement" else [] if machine is self._desk else first
        again = ["--again"] if step.slug in self._again else []
        store = ["--store", self._choices.store] if self._choices.store and step.place == WORKSTATION else []
        return [*role, *again, *store, "--only", step.slug, self._choices.procedure, step.phase]

    def _remember(self, step: Step, outcome: Outcome) -> None:
        name, now = outcome.machine.name, datetime.now(timezone.utc)
        if outcome.result == "ok" and _SAVED in outcome.last:
            self._saved[name] = now
        if outcome.result == "ok" and _SURVIVOR in outcome.last and not self._first:
            self._first = name
            self._console.line(f"driver | {name} is the first host from now on: etcd still runs there")
        if step.slug == JOIN:
            self._answers.join = next((line for line in outcome.lines if line.startswith(JOIN_LINE)), "")
        if step.slug == choice.STEP and outcome.result == "ok":
            self._chosen = choice.describe(outcome.lines, self.folder, self._saved, now)

    def _warn(self, step: Step) -> None:
        """Say what is about to be restored, before anything is destroyed for it."""
        if step.kind == "destructive" and self._chosen:
            self._console.line(f"driver | to be restored: {self._chosen}")

    async def _machines(self, step: Step) -> list[Machine]:
        """Return the machines that still have to run a step."""
        index = self._steps.index(step)
        places = {
            WORKSTATION: [self._desk],
            "each_member": self._hosts.present,
            "any_member": [self._first_host()],
            "remaining_members": [m for m in self._hosts.present if m is not self._first_host()],
        }
        chosen = places[step.place] if step.place in places else [await self._replacement()]
        return [machine for machine in chosen if is_left(self._steps, index, machine.name, self._done)]

    def _first_host(self) -> Machine:
        present = self._hosts.present
        return next((machine for machine in present if machine.name == self._first), present[0])

    async def _replacement(self) -> Machine:
        """Return the host that takes the place of the lost one, made ready the first time that it is needed."""
        name = self._choices.replacement or next(iter(sorted(self._hosts.absent)), "")
        while name not in self._hosts.machines:
            name = (await self._console.ask("Which host is replaced?", "Type its name: ")).strip()
        self._choices = self._choices._replace(replacement=name)
        if name not in self._hosts.runs:
            self._hosts.absent.discard(name)
            await self._hosts.connect([name])
        return self._hosts.machines[name]

    async def _decide(self, step: Step, failed: Sequence[Outcome]) -> str:
        """Ask what to do about failures. Return empty to try again, or the slug to go on with."""
        for outcome in failed:
            state = "does not answer: " if outcome.result == LOST else ""
            self._console.line(f"driver | {outcome.machine.name}: {step.slug}: {state}{outcome.last}")
        names = [outcome.machine.name for outcome in failed if outcome.machine is not self._desk]
        options = {"retry": "retry"}
        if step.leads_to and not any(outcome.result == LOST for outcome in failed):
            options["go on"] = f"go on (the page goes on with {step.leads_to})"
        if step.meanwhile:
            options["skip"] = "skip (go on without a snapshot of the bucket)"
        options.update({f"without {name}": f"without {name} (it is gone for good)" for name in names})
        options["stop"] = "stop"
        while True:
            prompt = f"Type {', '.join(list(options.values())[:-1])} or stop: "
            answer = (await self._console.ask(f"{step.slug} did not end with OK.", prompt)).strip()
            if answer == "stop":
                raise Stop(f"{step.slug} did not end with OK: see the page {self._choices.procedure}.md")
            if answer == "go on" and answer in options:
                return step.leads_to
            if answer == "skip" and answer in options:
                return self._behind_meanwhile(step)
            if answer in options:
                await self._prepare_retry(answer, names)
                return ""

    def _behind_meanwhile(self, step: Step) -> str:
        every = self._kit.steps(self._choices.procedure)
        return next(one.slug for one in every[every.index(step) :] if not one.meanwhile)

    async def _prepare_retry(self, answer: str, names: Sequence[str]) -> None:
        if answer.startswith("without "):
            await self._hosts.leave_out(answer[len("without ") :])
        else:
            await self._hosts.connect(names)
