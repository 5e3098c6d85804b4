"""The runner that pastes pages into shells: what it finds on a page, types, and refuses to call a success."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from compiler.runbooks import procedures
from compiler.runbooks.step import definition
from tests.real.page import SHELLS, Output, PageRun, Shell, blocks, failures
from tests.real.record import Record
from tests.unit.runbooks.clusters import PLANS, made

each_shell = pytest.mark.parametrize("shell", SHELLS)
STEP = "identify-cluster"
ASKING = """( printf 'Type it: '
read -r WORD
echo "OK: this is $WORD"
)"""


@dataclass(frozen=True)
class Local:
    """A shell on this machine, in a folder."""

    folder: Path
    name: str = "local"

    def start(self, shell: Shell) -> subprocess.Popen[bytes]:
        if shutil.which(shell.command[0]) is None:
            pytest.skip(f"{shell.command[0]} is not installed")
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), **shell.prompts}
        return subprocess.Popen(
            shell.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=self.folder,
            start_new_session=True,
        )


def page(block: str) -> bytes:
    return f"### Step 1 of 1: Try\n\n`{STEP}` · here · read-only\n\n```sh\n{block}\n```\n".encode()


def rows(record: Record, folder: Path) -> list[str]:
    record.write(set(), folder, refresh=False)
    return sorted(file.name for file in folder.rglob("*.toml"))


@pytest.mark.parametrize("case", PLANS)
def test_every_step_of_a_page_is_found_with_all_its_blocks(case: str) -> None:
    plan = PLANS[case]()
    for procedure in procedures(plan):
        found = blocks(made(case)[procedure.file])
        assert list(found) == [step.slug for step in procedure.steps]
        for step in procedure.steps:
            of_stores = len(plan.etcd_backup.stores) if plan.etcd_backup else 0
            ends = [text.endswith(f"\n{step.definition.shell})\n") for _, text in found[step.slug]]
            assert ends == [True] * (of_stores if step.definition.per_store else 1)


@each_shell
def test_an_answer_is_typed_at_the_question_and_the_run_recorded(shell: str, tmp_path: Path) -> None:
    record = Record()
    output = PageRun(page(ASKING), record=record, shell=shell).run(STEP, Local(tmp_path), "payments-eu")
    assert output.text == "Type it: payments-eu\nOK: this is payments-eu\n"
    assert rows(record, tmp_path) == [f"{STEP}.kubernetes.toml"]


@each_shell
def test_a_block_that_fails_after_its_good_last_line_is_no_success(shell: str, tmp_path: Path) -> None:
    record = Record()
    with pytest.raises(AssertionError, match="exit code 3"):
        PageRun(page("( echo 'OK: this is x'; exit 3 )"), record=record, shell=shell).run(STEP, Local(tmp_path))
    assert rows(record, tmp_path) == []


@each_shell
def test_a_stop_has_an_exit_code_and_a_last_line(shell: str, tmp_path: Path) -> None:
    def stops(block: str) -> Output:
        return PageRun(page(block), shell=shell).run_stops(STEP, Local(tmp_path))

    assert stops("( echo 'STOP: not here'; exit 1 )").last == "STOP: not here"
    for block in ("( echo 'STOP: not here' )", "( exit 1 )"):
        with pytest.raises(AssertionError, match=STEP):
            stops(block)


@each_shell
def test_a_command_that_the_shell_does_not_know_is_a_complaint(shell: str, tmp_path: Path) -> None:
    output = PageRun(page("( kedge-has-no-such-command || true; echo 'OK: this is x' )"), shell=shell).paste(
        STEP, Local(tmp_path)
    )
    assert output.code == 0
    assert failures(STEP, output) == output.complaints != []


def test_a_question_without_an_answer_ends_at_the_time_limit(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no end within the time limit:\nType it: "):
        PageRun(page(ASKING)).run(STEP, Local(tmp_path), timeout=0.5)


def test_every_expected_line_has_to_be_shown() -> None:
    shown = definition("check-velero").shows
    output = Output(text="OK: server, locations and schedules are in order\n", code=0, seconds=1)
    assert failures("check-velero", output) == [f"not shown: {pattern}" for pattern in shown] != []
