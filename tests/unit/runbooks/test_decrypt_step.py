"""The private key that opens a snapshot: typed without echo, handed to age by a pipe, and nowhere else."""

import os
import pty
import subprocess
from pathlib import Path

import pytest

from compiler.runbooks.block import program
from compiler.runbooks.step import definition
from tests.unit.runbooks.test_quorum_steps import CLUSTER, Machine

SLUG = "decrypt-snapshot"
KEY = "AGE-SECRET-KEY-1TYPEDBYAPERSON"
QUESTION = b"not shown: "
AGE = """#!/bin/sh
echo "$*" > {home}/arguments
env > {home}/environment
cat /dev/fd/3 > {home}/key
cat
"""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A workstation with a fetched snapshot; `age` notes how it is called."""
    machine = Machine(tmp_path)
    machine.stub("age", AGE.format(home=tmp_path))
    run = machine.desk / "run"
    run.mkdir()
    (run / "snapshot.db.age.aaa").write_bytes(b"data")
    (run / "sums").write_text(f"{'0' * 64}  snapshot.db.age.aaa\n")
    data = subprocess.run(["sha256sum"], input=b"data", capture_output=True, check=True).stdout[:64].decode()
    (run / "manifest.json").write_text(f'{{\n  "sha256": "{data}",\n  "revision": 7,\n}}\n')
    return machine


@pytest.mark.parametrize("typed", [[KEY], ["# created: 2026", "# public key: age1x", KEY, ""]], ids=["line", "file"])
def test_age_receives_the_typed_key_by_a_pipe_and_it_is_in_no_argument_environment_or_file(
    machine: Machine, typed: list[str]
) -> None:
    assert machine.run(SLUG, *typed)[-1] == "OK: the snapshot is decrypted, at revision 7"
    assert (machine.home / "key").read_text() == f"{KEY}\n"
    assert (machine.home / "arguments").read_text() == "--decrypt --identity /dev/fd/3\n"
    assert KEY not in (machine.home / "environment").read_text()
    assert [path for path in machine.desk.rglob("*") if path.is_file() and KEY in path.read_text()] == []


@pytest.mark.parametrize("typed", [["payments-eu"], []], ids=["another-word", "nothing"])
def test_what_is_no_private_key_is_refused_before_age_runs(machine: Machine, typed: list[str]) -> None:
    assert machine.run(SLUG, *typed)[-1].startswith("STOP: that is no private key of age")
    assert not (machine.home / "arguments").exists()


def test_a_terminal_shows_no_key_and_has_its_echo_afterwards(machine: Machine) -> None:
    shown = _type_at_a_terminal(machine, f"{KEY}\n".encode())
    assert b"OK: the snapshot is decrypted" in shown
    assert KEY.encode() not in shown
    assert b"echo is on" in shown


def test_a_terminal_has_its_echo_after_an_interrupt(machine: Machine) -> None:
    assert b"echo is on" in _type_at_a_terminal(machine, b"\x03")


def _type_at_a_terminal(machine: Machine, typed: bytes) -> bytes:
    """Run the step in a terminal of its own, type at its question, and return what the terminal showed."""
    script = machine.home / "step.sh"
    script.write_text(program(definition(SLUG), CLUSTER, ()))
    pid, terminal = pty.fork()
    if pid == 0:
        path = f"{machine.stubs}:{os.environ['PATH']}"
        after = f"trap : INT; sh -eu {script}; stty -a | grep -q ' echo ' && echo echo is on"
        os.execve("/bin/sh", ["sh", "-c", after], {"PATH": path, "HOME": str(machine.home)})
    shown = b""
    while chunk := _read(terminal):
        if QUESTION in shown + chunk and QUESTION not in shown:
            os.write(terminal, typed)
        shown += chunk
    os.waitpid(pid, 0)
    os.close(terminal)
    return shown


def _read(terminal: int) -> bytes:
    """Return what the terminal shows next, nothing at its end."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""
