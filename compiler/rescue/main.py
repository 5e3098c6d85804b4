"""The command line of the driver: `run PROCEDURE [PHASE]...`; the last line is OK or STOP."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import os
import re
import signal
import socket
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from compiler.rescue.console import Console
from compiler.rescue.driver import Choices, Driver
from compiler.rescue.hosts import Hosts
from compiler.rescue.kit import CLEAN, Kit, Stop, Usage
from compiler.rescue.log import Log
from compiler.rescue.machine import Machine
from compiler.rescue.order import WORKSTATION
from compiler.rescue.ssh import Connections
from compiler.rescue.text import clean

OK, STOPPED, MISUSED, INTERRUPTED = 0, 1, 2, 130
_KEY = re.compile(r"(?m)^AGE-[A-Z0-9-]+$")


def main(arguments: Sequence[str] | None = None, kit: Path | None = None) -> int:
    """Run the command line and return the exit code. `kit`: folder of the kit where `--kit` does not say it."""
    parser = _parser()
    options = parser.parse_intermixed_args(arguments)
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        loaded = Kit(Path(options.kit) if options.kit else kit or _beside_us())
        return asyncio.run(_run(loaded, _choices(loaded, options), options))
    except Usage as wrong:
        print(f"STOP {wrong}")
        return MISUSED
    except Stop as stop:
        print(f"STOP {clean(str(stop))}")
        return STOPPED


async def _run(kit: Kit, choices: Choices, options: argparse.Namespace) -> int:
    console = Console(Log(Path.home() / f"kedge-{kit.cluster}"))
    connections = Connections(kit.values, options.identity_file)
    who = f"{re.sub(r'[^A-Za-z0-9.@-]', '-', f'{options.who or getpass.getuser()}@{socket.gethostname()}')[:50]}.{os.getpid()}"
    desk, *machines = (
        Machine(name, address, kit, connections, who) for name, address in [(WORKSTATION, ""), *kit.members.items()]
    )
    hosts = Hosts(kit, machines, console, options.without, who)
    driver = Driver(kit, choices, console, hosts, desk)
    console.table = driver.table.lines
    console.open()
    _introduce(console, kit, choices, who)
    begun = time.monotonic()
    code, last = await _outcome(driver, console)
    with contextlib.suppress(asyncio.CancelledError, OSError):
        await hosts.free()
    connections.close()
    console.print_table()
    by_phase = ", ".join(f"{phase} {seconds:.0f} s" for phase, seconds in driver.seconds.items())
    console.line(
        f"driver | {by_phase or 'no step ran'}; {time.monotonic() - begun:.0f} s in all; log: {console.log.path}"
    )
    console.table = list
    console.line(last or _end(choices))
    return code


def _end(choices: Choices) -> str:
    later = "" if CLEAN in choices.phases else f"; a day later: run {choices.procedure} {CLEAN}"
    return f"OK {choices.procedure}: {', '.join(choices.phases)}{later}"


async def _outcome(driver: Driver, console: Console) -> tuple[int, str]:
    """Run the driver beside a clock that redraws the table; an interrupt ends it."""
    loop = asyncio.get_running_loop()
    work = asyncio.ensure_future(driver.run())
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(sign, work.cancel)
    try:
        while not work.done():
            await asyncio.wait([work], timeout=1)
            console.draw()
        work.result()
        return OK, ""
    except asyncio.CancelledError:
        return (
            INTERRUPTED,
            "STOP interrupted: a step that ran on a host may go on to its end; run the same again to go on",
        )
    except Stop as stop:
        return STOPPED, f"STOP {stop}; run the same again to go on"
    except Exception as error:
        console.log.write(traceback.format_exc())
        return (
            STOPPED,
            f"STOP the driver has failed ({error!r}): go on with the blocks of the page; the log has the details",
        )


def _introduce(console: Console, kit: Kit, choices: Choices, who: str) -> None:
    """Say who runs what with which kit, and whom to call now."""
    console.line(f"driver | {choices.procedure} of {kit.cluster}, by {who}, kit {kit.digest[:12]}")
    slugs = {step.slug for step in kit.steps(choices.procedure) if step.phase in choices.phases}
    page = kit.folder.parent / "runbooks" / f"{choices.procedure}.md"
    if "decrypt-snapshot" in slugs and not choices.key:
        text = page.read_text("utf-8") if page.is_file() else ""
        found = re.search(r"(?m)^## .*\n\n(.+)$", text)
        console.line("NOW: send somebody for ONE private key that opens the snapshots; the page names who keeps them.")
        console.line("When it is asked for and not here yet, type none, then skip or retry.")
        if found:
            console.line(found[1])


def _choices(kit: Kit, options: argparse.Namespace) -> Choices:
    if options.procedure not in kit.procedures:
        raise Usage(f"there is no procedure {options.procedure!a}: it is one of {', '.join(kit.procedures)}")
    phases = list(dict.fromkeys(step.phase for step in kit.steps(options.procedure)))
    for what, given, known in (
        ("phase", options.phases, phases),
        ("host", [*options.without, options.first, options.replacement], kit.members),
        ("store", [options.store], kit.stores),
    ):
        for name in given:
            if name and name not in known:
                raise Usage(f"there is no {what} {name!a}: it is one of {', '.join(known)}")
    return Choices(
        procedure=options.procedure,
        phases=tuple(options.phases or [phase for phase in phases if phase != CLEAN]),
        first=options.first,
        replacement=options.replacement,
        store=options.store,
        key=_key(options.identity_fd),
        wait=options.wait,
    )


def _key(descriptor: int | None) -> str:
    """Return the private key that a file descriptor holds; without one it is asked for."""
    if descriptor is None:
        return ""
    try:
        with os.fdopen(descriptor, "r", encoding="utf-8") as file:
            found = _KEY.search(file.read())
    except (OSError, UnicodeDecodeError) as error:
        raise Usage(f"file descriptor {descriptor} cannot be read: {error}") from None
    if found is None:
        raise Usage(f"file descriptor {descriptor} has no line that begins with AGE-SECRET-KEY-")
    return found[0]


def _beside_us() -> Path:
    """Return the folder of the .pyz that runs, else the current one."""
    program = Path(sys.argv[0])
    return program.resolve().parent if program.suffix == ".pyz" else Path.cwd()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kedge-rescue.pyz", description="Run a recovery procedure on all hosts of a control plane, over ssh."
    )
    parser.add_argument("command", choices=["run"], help="run a procedure, or some of its phases")
    parser.add_argument("procedure", metavar="PROCEDURE")
    parser.add_argument(
        "phases", metavar="PHASE", nargs="*", help="default: every phase but clean, which is for a day later"
    )
    parser.add_argument(
        "--without", metavar="HOST", action="append", default=[], help="a host that is gone for good; repeat"
    )
    parser.add_argument(
        "--first", metavar="HOST", default="", help="the host of steps that run on one; default: a survivor"
    )
    parser.add_argument(
        "--replacement", metavar="HOST", default="", help="the member whose machine is replaced by an empty one"
    )
    parser.add_argument("--store", metavar="NAME", default="", help="the location that snapshots are read from")
    parser.add_argument("--no-wait", dest="wait", action="store_false", help="do not wait for lost hosts to come back")
    parser.add_argument("--identity-file", metavar="FILE", help="private key of ssh, as `ssh -i`")
    parser.add_argument(
        "--identity-fd", metavar="N", type=int, help="file descriptor with the private key of the snapshots"
    )
    parser.add_argument("--kit", metavar="DIR", help="folder of the kit; default: where this program is")
    parser.add_argument("--who", metavar="NAME", help="your name, for locks and records; default: your login")
    return parser
