"""The driver at a terminal: the table fits it, and what is typed ahead confirms nothing."""

import fcntl
import os
import pty
import re
import struct
import termios
from pathlib import Path

import pytest

from tests.unit.rescue.bed import CLUSTER, KEY, Bed, make

COLUMNS = 60
WORDS = ("etcd-quorum-lost", "--no-wait", "--store", "paris")


@pytest.fixture
def bed(tmp_path: Path) -> Bed:
    return make(tmp_path)


def _at_a_terminal(bed: Bed, words: tuple[str, ...], typed: dict[str, str], ahead: str = "") -> str:
    """Run the driver in a narrow terminal, type each answer at its prompt, and return what the terminal showed."""
    pid, terminal = pty.fork()
    if pid == 0:
        command = bed.command(*words)
        os.execve(command[0], command, bed.environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    os.write(terminal, ahead.encode())
    shown, left = b"", dict(typed)
    while True:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:
            break
        shown += chunk
        for prompt in [prompt for prompt in left if shown.decode(errors="replace").endswith(prompt)]:
            os.write(terminal, f"{left.pop(prompt)}\n".encode())
    os.waitpid(pid, 0)
    os.close(terminal)
    bed.close()
    return shown.decode()


def test_no_row_of_the_table_is_wider_than_the_terminal(bed: Bed) -> None:
    shown = _at_a_terminal(bed, (*WORDS, "look"), {})
    assert shown.rstrip().endswith("OK etcd-quorum-lost: look; a day later: run etcd-quorum-lost clean")
    rows = [line for line in re.split(r"\r\n|\x1b\[\d+F\x1b\[J", shown) if re.match(r"(workstation|cp\d)  ", line)]
    assert rows
    assert max(map(len, rows)) < COLUMNS


def test_what_is_typed_ahead_confirms_nothing(bed: Bed) -> None:
    prompt = f"Type {CLUSTER} to continue: "
    shown = _at_a_terminal(bed, (*WORDS, "look", "stop"), {prompt: "no", "or stop: ": "stop"}, ahead=f"{CLUSTER}\n")
    assert "STOP stop-control-plane did not end with OK" in shown
    assert "stop-control-plane" not in bed.effects("cp1")


def test_a_private_key_is_not_shown(bed: Bed) -> None:
    shown = _at_a_terminal(bed, (*WORDS, "look", "save", "fetch"), {"it is not shown: ": KEY})
    assert "OK: decrypted" in shown
    assert KEY not in shown
