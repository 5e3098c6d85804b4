"""Each documented exit code, reached as a user reaches it; and after a failure nothing is lost or half written."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from compiler.cli import failure
from tests.cli.conftest import GIT, ROOT, Kedge, edit, run

# Root reads and writes everything; without these two capabilities it obeys a file's mode as everybody else does.
ORDINARY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def compiled(kedge: Kedge, root: Path) -> None:
    """Compile and commit the output."""
    assert kedge("compile").returncode == 0
    run("git", "add", "clusters", cwd=root)
    assert run("git", "commit", "-q", "-m", "output", cwd=root).returncode == 0


def keep_only(root: Path, cluster: str) -> None:
    """Remove every other cluster."""
    for folder in (root / "clusters").iterdir():
        if folder.is_dir() and folder.name != cluster:
            shutil.rmtree(folder)


def test_0_when_the_examples_hold(kedge: Kedge) -> None:
    done = kedge("validate")
    assert done.returncode == 0
    assert not re.search(r"(?m)^(error|warning)\[", done.stdout)


def test_1_when_a_promise_does_not_hold_and_the_other_clusters_are_still_written(
    kedge: Kedge, repository: Path
) -> None:
    edit(repository, "rpo: 1h", "rpo: 40m")
    done = kedge("compile")
    assert done.returncode == 1
    assert not (repository / "clusters/payments-eu/generated").exists()
    assert (repository / "clusters/shop-cloud/generated/BUILD.json").exists()
    assert "error[schedule-meets-rpo]" in done.stderr


def test_1_on_warnings_only_when_asked(kedge: Kedge, repository: Path) -> None:
    edit(repository, "requests.cpu: 24", "requests.cpu: 240")
    assert kedge("validate").returncode == 0
    assert kedge("validate", "--fail-on", "warning").returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [["frobnicate"], ["validate", "nowhere"], ["validate", "--fail-on", "sometimes"], ["compile", "-j", "0"]],
)
def test_2_on_wrong_usage(kedge: Kedge, arguments: list[str]) -> None:
    assert kedge(*arguments).returncode == 2


def test_2_when_there_is_no_cluster_at_all(kedge: Kedge, tmp_path: Path) -> None:
    done = kedge("validate", cwd=tmp_path)
    assert done.returncode == 2
    assert "kedge init" in done.stderr


def test_2_when_the_folder_of_clusters_is_empty(kedge: Kedge, tmp_path: Path) -> None:
    (tmp_path / "clusters").mkdir()
    assert kedge("compile", cwd=tmp_path).returncode == 2


def test_3_when_changes_are_pending_and_were_asked_for(kedge: Kedge, repository: Path) -> None:
    assert kedge("plan", "--exit-code").returncode == 0
    edit(repository, "retention: 14d", "retention: 21d")
    done = kedge("plan", "--exit-code")
    assert done.returncode == 3
    assert "retention (control plane): 14d → 21d" in done.stdout


def test_4_when_the_output_is_stale(kedge: Kedge, repository: Path) -> None:
    assert kedge("check").returncode == 4
    assert kedge("compile").returncode == 0
    assert kedge("check").returncode == 0
    page = repository / "clusters/payments-eu/generated/runbooks/README.md"
    page.write_text(page.read_text() + "\nedited\n")
    done = kedge("check")
    assert done.returncode == 4
    assert "fix: kedge compile clusters/payments-eu" in done.stdout


def test_5_when_there_is_no_repository(kedge: Kedge, repository: Path) -> None:
    shutil.rmtree(repository / ".git")
    done = kedge("plan")
    assert done.returncode == 5
    assert "Git repository" in done.stderr


def test_5_when_the_repository_is_corrupt(kedge: Kedge, repository: Path) -> None:
    shutil.rmtree(repository / ".git/objects")
    (repository / ".git/objects").mkdir()
    assert kedge("plan").returncode == 5


def test_5_when_the_ref_is_locked(kedge: Kedge, repository: Path) -> None:
    (repository / ".git/refs/heads/main.lock").touch()
    before = run("git", "rev-parse", "main", cwd=repository).stdout
    done = kedge("commit", "--update-work-tree", "--attempts", "2")
    assert done.returncode == 5
    assert run("git", "rev-parse", "main", cwd=repository).stdout == before


def test_5_when_the_reference_to_compare_with_does_not_exist(kedge: Kedge) -> None:
    assert kedge("plan", "--against", "no-such-branch").returncode == 5


def test_5_when_a_branch_is_checked_out_and_consent_to_update_it_is_missing(kedge: Kedge) -> None:
    done = kedge("commit")
    assert done.returncode == 5
    assert "--update-work-tree" in done.stderr or "checked out" in done.stderr


def test_5_when_the_work_tree_has_other_specs_than_the_branch(kedge: Kedge, repository: Path) -> None:
    edit(repository, "retention: 14d", "retention: 21d")
    done = kedge("commit", "--update-work-tree")
    assert done.returncode == 5
    assert "clusters/payments-eu/cluster.yaml" in done.stderr


def test_5_when_init_would_overwrite_a_spec(kedge: Kedge, repository: Path) -> None:
    before = (repository / "clusters/payments-eu/cluster.yaml").read_bytes()
    assert kedge("init", "payments-eu").returncode == 5
    assert (repository / "clusters/payments-eu/cluster.yaml").read_bytes() == before


def test_1_when_a_spec_is_a_symbolic_link(kedge: Kedge, repository: Path) -> None:
    spec = repository / "clusters/payments-eu/cluster.yaml"
    spec.rename(repository / "elsewhere.yaml")
    spec.symlink_to(repository / "elsewhere.yaml")
    assert kedge("validate", "clusters/payments-eu").returncode == 1


def test_5_when_a_spec_cannot_be_read(repository: Path) -> None:
    (repository / "clusters/payments-eu/cluster.yaml").chmod(0)
    done = run(*ORDINARY, sys.executable, "-m", "compiler", "validate", cwd=repository)
    assert done.returncode == 5
    assert "Permission denied" in done.stderr


def test_5_when_an_obstacle_is_met_by_one_of_several_processes(repository: Path) -> None:
    folder = repository / "clusters/payments-eu/generated"
    folder.mkdir()
    os.mkfifo(folder / "BUILD.json")
    limit = ["timeout", "60"]  # of the whole group of processes: what hangs is the pool
    done = run(*limit, sys.executable, "-m", "compiler", "compile", "-j", "2", cwd=repository)
    assert done.returncode == 5
    assert "error: cannot " in done.stderr
    assert "Traceback" not in done.stderr


def test_5_when_the_output_is_read_only_and_nothing_is_left_half_written(repository: Path) -> None:
    folder = repository / "clusters/payments-eu"
    folder.chmod(0o555)
    done = run(*ORDINARY, sys.executable, "-m", "compiler", "compile", "clusters/payments-eu", cwd=repository)
    folder.chmod(0o755)
    assert done.returncode == 5
    assert [path.name for path in folder.iterdir()] == ["cluster.yaml"]


def test_5_when_the_output_cannot_be_written(kedge: Kedge, repository: Path) -> None:
    (repository / "clusters/payments-eu/generated").write_text("a file is where the folder belongs\n")
    done = kedge("compile", "clusters/payments-eu")
    assert done.returncode == 5
    assert (repository / "clusters/payments-eu/generated").read_text().startswith("a file is")


def test_5_when_stdout_is_a_full_disk(repository: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "compiler", "validate", "-o", "json"],
            cwd=repository,
            env={**os.environ, **GIT, "PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 5
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["validate", "compile", "nonsense"])
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize("kind", ["full", "closed pipe"])
def test_5_when_a_stream_takes_nothing(repository: Path, command: str, stream: str, kind: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    target = os.open("/dev/full", os.O_WRONLY) if kind == "full" else writer
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: target}
    done = subprocess.run(
        [sys.executable, "-m", "compiler", command, "-o", "json"],
        cwd=repository,
        env={**os.environ, **GIT, "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
        **streams,  # type: ignore[call-overload]
    )
    os.close(target)
    silent = stream == "stderr" and command != "nonsense"  # with -o json these two print nothing there
    unwritten = 2 if command == "nonsense" else 5
    assert done.returncode == (0 if silent else unwritten), done


def test_5_when_the_reader_of_a_page_goes_away(repository: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    env = {**os.environ, **GIT, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "compiler", "explain"]
    done = subprocess.run(
        command, cwd=repository, env=env, stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (5, b"")


def test_5_when_memory_is_exhausted(capsys: pytest.CaptureFixture[str]) -> None:
    assert failure.report(MemoryError(), "compile", []) == 5
    assert "memory" in capsys.readouterr().err


def test_130_when_interrupted_while_the_program_is_loaded(repository: Path) -> None:
    program = (
        "import os, signal, sys, runpy\n"
        "class Interrupts:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'compiler.cli.main': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupts())\n"
        "sys.argv = ['kedge', 'version']\n"
        "runpy.run_module('compiler', run_name='__main__')\n"
    )
    done = run(sys.executable, "-c", program, cwd=repository)
    assert (done.returncode, done.stderr) == (130, "error: interrupted\n")


def test_6_when_an_object_that_carries_data_would_go_and_nobody_consented(kedge: Kedge, repository: Path) -> None:
    compiled(kedge, repository)
    before = snapshot(repository / "clusters/payments-eu")
    text = (repository / "clusters/payments-eu/cluster.yaml").read_text()
    head, _, _ = text.partition("      payments:\n        namespaces: [payments]")
    spec = head.replace("    applications:\n", "", 1) if head.endswith("    applications:\n") else head
    spec = spec[: spec.rindex("    applications:\n")] if spec.rstrip().endswith("applications:") else spec
    spec = spec.replace("    applications: {rpo: 26h, rto: 8h}\n", "")
    (repository / "clusters/payments-eu/cluster.yaml").write_text(spec)
    done = kedge("compile", "clusters/payments-eu")
    assert done.returncode == 6, done.stderr
    assert "--allow-destroy Schedule/velero/payments-offsite" in done.stderr
    after = snapshot(repository / "clusters/payments-eu")
    assert {k: v for k, v in after.items() if k != "cluster.yaml"} == {
        k: v for k, v in before.items() if k != "cluster.yaml"
    }
    consent = done.stderr.rpartition("compile or commit it yourself with ")[2].split()
    assert kedge("compile", "clusters/payments-eu", *consent).returncode == 0


def test_6_also_when_the_file_was_edited_by_hand_or_the_record_is_damaged(kedge: Kedge, repository: Path) -> None:
    compiled(kedge, repository)
    generated = repository / "clusters/payments-eu/generated"
    edited = generated / "base/namespace.payments.yaml"
    edited.write_text(edited.read_text() + "# by hand\n")
    edit(repository, "      podSecurity: restricted\n", "      manage: false\n")
    assert kedge("compile", "clusters/payments-eu").returncode == 6
    (generated / "BUILD.json").write_text("{}")
    done = kedge("compile", "clusters/payments-eu")
    assert done.returncode == 6
    assert "--allow-destroy Namespace/payments" in done.stderr


def test_6_when_a_commit_would_give_up_what_carries_data_and_the_branch_stays(kedge: Kedge, repository: Path) -> None:
    assert kedge("commit", "--update-work-tree").returncode == 0
    edit(repository, "      podSecurity: restricted\n", "      manage: false\n")
    assert run("git", "commit", "-q", "-a", "-m", "observe", cwd=repository).returncode == 0
    before = run("git", "rev-parse", "main", cwd=repository).stdout
    done = kedge("commit", "--update-work-tree")
    assert done.returncode == 6
    assert "--allow-destroy Namespace/payments" in done.stderr
    assert run("git", "rev-parse", "main", cwd=repository).stdout == before


def test_4_when_the_spec_of_an_output_is_gone(kedge: Kedge, repository: Path) -> None:
    assert kedge("compile").returncode == 0
    (repository / "clusters/shop-cloud/cluster.yaml").unlink()
    done = kedge("check")
    assert done.returncode == 4
    assert "its spec was deleted" in done.stdout


def test_4_when_the_spec_of_the_only_output_is_gone(kedge: Kedge, repository: Path) -> None:
    keep_only(repository, "madrid-lab")
    assert kedge("compile").returncode == 0
    (repository / "clusters/madrid-lab/cluster.yaml").unlink()
    done = kedge("check")
    assert (done.returncode, done.stderr.strip().splitlines()[-1]) == (4, "1 cluster: 1 stale")
    assert "madrid-lab: stale: its spec was deleted" in done.stdout


@pytest.mark.parametrize("command", ["validate", "compile"])
def test_2_when_only_output_is_left_says_so(kedge: Kedge, repository: Path, command: str) -> None:
    keep_only(repository, "madrid-lab")
    assert kedge("compile").returncode == 0
    (repository / "clusters/madrid-lab/cluster.yaml").unlink()
    done = kedge(command)
    assert done.returncode == 2
    assert "the output of madrid-lab is still synced" in done.stderr


@pytest.mark.parametrize("gone", ["clusters/madrid-lab/cluster.yaml", "clusters"])
def test_the_deletion_of_the_only_cluster_is_destructive(kedge: Kedge, repository: Path, gone: str) -> None:
    keep_only(repository, "madrid-lab")
    run("git", "commit", "-q", "-a", "-m", "one", cwd=repository)
    compiled(kedge, repository)
    path = repository / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    done = kedge("plan", "--exit-code")
    assert done.returncode == 3, done.stderr
    assert "destructive" in done.stdout.splitlines()[-1]


def test_an_unsound_spec_is_skipped_and_never_fresh(kedge: Kedge, repository: Path) -> None:
    assert kedge("compile").returncode == 0
    edit(repository, "tier: production", "tier: moon")
    done = kedge("check")
    assert (done.returncode, "payments-eu: skipped: its spec has errors" in done.stdout) == (1, True)
    assert "3 fresh, 1 skipped" in done.stderr
    assert kedge("check", "--fail-on", "never").returncode == 4
    clusters = json.loads(kedge("check", "-o", "json").stdout)["clusters"]
    assert [c["name"] for c in clusters if c["skipped"]] == ["payments-eu"]


def test_before_the_first_commit_everything_is_new(kedge: Kedge, repository: Path) -> None:
    shutil.rmtree(repository / ".git")
    assert run("git", "init", "-q", cwd=repository).returncode == 0
    done = kedge("plan")
    assert done.returncode == 0, done.stderr
    assert "to add, 0 to change, 0 to remove" in done.stdout.splitlines()[-1]


def test_the_subject_of_a_commit_is_the_last_line_of_plan(kedge: Kedge, repository: Path) -> None:
    assert kedge("commit", "--update-work-tree").returncode == 0
    edit(repository, '"*/30 * * * *"', '"0 * * * *"')
    edit(repository, "controlPlane: {rpo: 1h,", "controlPlane: {rpo: 2h,")
    summary = kedge("plan").stdout.splitlines()[-1].removeprefix("Plan: ")
    assert "recovery change" in summary
    run("git", "commit", "-q", "-a", "-m", "hourly", cwd=repository)
    assert kedge("commit", "--update-work-tree").returncode == 0
    assert run("git", "log", "-1", "--format=%s", cwd=repository).stdout.strip() == f"kedge: {summary}"


@pytest.mark.parametrize(
    "arguments", [["payments-eu"], ["clusters/payments-eu"], ["clusters/payments-eu/cluster.yaml"]]
)
def test_a_cluster_is_named_by_its_name_or_its_path(kedge: Kedge, arguments: list[str]) -> None:
    assert "1 cluster:" in kedge("validate", *arguments).stderr


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [(["valdate"], "did you mean validate?"), (["compile", "payment-eu"], "did you mean payments-eu?")],
)
def test_a_slip_is_answered_with_the_nearest_name(kedge: Kedge, arguments: list[str], hint: str) -> None:
    done = kedge(*arguments)
    assert (done.returncode, hint in done.stderr) == (2, True)


@pytest.mark.parametrize("command", ["validate", "compile", "check", "plan", "commit", "explain", "init"])
def test_every_command_takes_a_directory_to_run_in(
    kedge: Kedge, repository: Path, tmp_path: Path, command: str
) -> None:
    own = {"commit": ["--update-work-tree"], "explain": ["spec.tier"], "init": ["harbour"]}
    done = kedge(command, "-C", str(repository), *own.get(command, []), cwd=tmp_path)
    assert done.returncode in (0, 4), done.stderr


def test_1_when_a_spec_is_something_else_than_a_file(kedge: Kedge, repository: Path) -> None:
    spec = repository / "clusters/shop-cloud/cluster.yaml"
    spec.unlink()
    spec.mkdir()
    assert kedge("validate").returncode == 1


@pytest.mark.parametrize(
    "option", [["--kubernetes", "1.35.4}, x: {y: z"], ["--owner", "x$(id)"], ["--host", "n=not-an-address"]]
)
def test_2_when_init_is_given_what_makes_no_spec(kedge: Kedge, tmp_path: Path, option: list[str]) -> None:
    assert kedge("init", "harbour", *option, cwd=tmp_path).returncode == 2
    assert not (tmp_path / "clusters").exists()


def test_70_is_one_sentence_and_a_report(repository: Path) -> None:
    program = (
        "import sys; sys.argv=['kedge','version']\n"
        "import compiler.cli.version as v\n"
        "v.command.callback = lambda **_: 1 / 0\n"
        "from compiler.cli.main import run; run()"
    )
    done = run(sys.executable, "-c", program, cwd=repository)
    assert done.returncode == 70
    assert len(done.stderr.strip().splitlines()) == 1
    report = Path(done.stderr.strip().rpartition(" ")[2])
    assert "ZeroDivisionError" in report.read_text()
    report.unlink()


INTERRUPTED_AT_START = """
import io, os, signal, sys
from compiler.cli.main import run


class Stream(io.TextIOWrapper):
    def reconfigure(self, **options):
        self.encoder = None
        os.kill(os.getpid(), signal.SIGINT)
        self.encoder = "set"

    def write(self, text):
        if self.encoder is None:
            raise io.UnsupportedOperation("not writable")  # what a stream of CPython answers when that was interrupted
        return super().write(text)


sys.stderr = Stream(sys.stderr.buffer, line_buffering=True)
sys.argv = ["kedge", "version"]
run()
"""


def test_130_when_interrupted_while_the_streams_are_opened() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED_AT_START], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, "interrupted" in done.stderr) == (130, True), done.stderr


def test_130_in_one_message_when_all_processes_of_a_command_are_interrupted(repository: Path) -> None:
    shutil.copytree(repository / "clusters/payments-eu", repository / "clusters/second")
    program = (
        "import os, sys, time; from compiler import pipeline; from compiler.cli import main;"
        "pipeline.check = lambda *_: (os.write(1, b'%d\\n' % os.getpid()), time.sleep(60));"
        "sys.argv = ['kedge', 'validate', '--jobs', '2']; main.run()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=repository,
        env={**os.environ, **GIT, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for _ in range(2):
        os.kill(int(process.stdout.readline()), signal.SIGINT)
    time.sleep(0.3)  # a worker that answers by itself does so before it is ended
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in said) == (130, False), said


def test_an_interrupt_after_the_work_does_not_change_its_exit_code(repository: Path) -> None:
    program = (
        "import os, signal, sys; from compiler.cli import main;"
        "main.gc.freeze = lambda: os.kill(os.getpid(), signal.SIGINT);"
        "sys.argv = ['kedge', 'validate']; main.run()"
    )
    done = run(sys.executable, "-c", program, cwd=repository)
    assert done.returncode == 0, done.stderr


def test_130_when_interrupted_and_the_output_is_whole(repository: Path) -> None:
    program = (
        "import sys; from compiler.cli import main; opened = main._open_streams;"
        "main._open_streams = lambda: (opened(), print('ready', flush=True));"
        "sys.argv = ['kedge', 'compile']; main.run()"
    )
    env = {**os.environ, **GIT, "PYTHONPATH": str(ROOT)}
    for pause in (0.0, 0.1, 0.2, 0.4):
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=repository,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(pause)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert process.returncode in (0, 130), said
    command = [sys.executable, "-m", "compiler"]
    assert run(*command, "compile", cwd=repository).returncode == 0
    assert run(*command, "check", cwd=repository).returncode == 0
