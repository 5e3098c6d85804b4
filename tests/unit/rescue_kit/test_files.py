"""The files of the kit: sums that hold, steps as on the pages, values that a shell and Python read alike."""

import hashlib
import shlex
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import pytest

from compiler.assets import asset
from compiler.render import rescue_kit
from compiler.runbooks import PROCEDURES, acts_on_hosts, page_name, procedures
from compiler.runbooks.step import definition
from compiler.runbooks.variables import STORE_VARIABLES, VARIABLES
from tests.unit.runbooks.clusters import PLANS, plan

ON_HOSTS = {"each_member", "any_member", "remaining_members", "replacement"}
WITH_KIT = sorted(case for case, make in PLANS.items() if make().topology.members)


@cache
def kit(case: str) -> dict[str, bytes]:
    """Path below `rescue/` to content."""
    return {file.path.removeprefix("rescue/"): file.content for file in rescue_kit.files(PLANS[case]())}


def values(case: str) -> dict[str, str]:
    """The assignments of `cluster` as Python's shlex reads them."""
    return dict(word.split("=", 1) for word in shlex.split(kit(case)["cluster"].decode()))


def test_a_provider_s_control_plane_has_no_kit() -> None:
    assert kit("shop-cloud") == {}


@pytest.mark.parametrize("case", WITH_KIT)
def test_sums_hold_for_every_other_file_and_the_digest_for_the_sums(case: str) -> None:
    content = kit(case)
    lines = {line[66:]: line[:64] for line in content["SHA256SUMS"].decode().splitlines()}
    assert lines == {
        name: hashlib.sha256(data).hexdigest() for name, data in content.items() if name not in ("SHA256SUMS", "KIT")
    }
    assert content["KIT"].decode() == f"{hashlib.sha256(content['SHA256SUMS']).hexdigest()}\n"


@pytest.mark.parametrize("case", WITH_KIT)
def test_a_step_has_the_bytes_that_the_test_record_knows(case: str) -> None:
    of_hosts = [p for p in procedures(PLANS[case]()) if p.name in values(case)["PROCEDURES"].split()]
    steps = {step.slug for procedure in of_hosts for step in procedure.steps}
    assert {name for name in kit(case) if name.startswith("steps/")} == {f"steps/{slug}.sh" for slug in steps}
    for slug in steps:
        assert f"sha256:{hashlib.sha256(kit(case)[f'steps/{slug}.sh']).hexdigest()}" == definition(slug).digest


@pytest.mark.parametrize("case", PLANS)
def test_procedures_with_a_step_on_a_host_are_those_of_the_kit(case: str) -> None:
    marked = {name for name in map(page_name, PROCEDURES) if acts_on_hosts(name)}
    for procedure in procedures(PLANS[case]()):
        assert (procedure.name in marked) == any(step.place in ON_HOSTS for step in procedure.steps)


@pytest.mark.parametrize("case", WITH_KIT)
def test_the_shell_reads_the_values_that_python_reads(case: str, tmp_path: Path) -> None:
    (tmp_path / "cluster").write_bytes(kit(case)["cluster"])
    names = list(values(case))
    script = ". ./cluster\n" + "\n".join(f'printf "%s\\n" "${name}"' for name in names)
    done = subprocess.run(["sh", "-euc", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert dict(zip(names, done.stdout.split("\n"), strict=False)) == values(case)


@pytest.mark.parametrize("case", WITH_KIT)
def test_every_value_that_a_step_needs_is_there(case: str) -> None:
    known = values(case)
    for procedure in procedures(PLANS[case]()):
        if procedure.name not in known["PROCEDURES"].split():
            continue
        needed = {name for step in procedure.steps for name in step.definition.variables}
        assert needed & set(VARIABLES) <= set(known)
        for number, _ in enumerate(known["STORES"].split(), 1):
            of_store = {name.replace("STORE_", f"STORE_{number}_", 1) for name in needed & set(STORE_VARIABLES)}
            assert of_store <= set(known)


def test_entries_are_the_steps_of_the_page_in_their_order() -> None:
    (lost,) = (p for p in procedures(plan("payments-eu")) if p.name == "etcd-quorum-lost")
    entries = values("payments-eu")["etcd_quorum_lost"].split()
    assert [entry.split(":")[:4] for entry in entries] == [
        [step.phase, step.slug, step.place, step.definition.kind] for step in lost.steps
    ]
    assert [entry.endswith(":meanwhile") for entry in entries] == [step.meanwhile for step in lost.steps]


def test_inventory_names_the_hosts_of_the_members_and_how_to_log_in() -> None:
    lines = kit("payments-eu")["inventory.ini"].decode().splitlines()
    assert lines[lines.index("[control_plane]") + 1] == "cp1 ansible_host=10.20.0.11"
    assert "ansible_user=root" in lines and "ansible_port=22" in lines


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_passes_program_and_installer() -> None:
    files = [str(file) for file in asset("templates/rescue").iterdir()]
    done = subprocess.run(["shellcheck", "-s", "sh", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox"])
def test_program_and_installer_parse(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    for file in asset("templates/rescue").iterdir():
        command = [shell, "sh", "-n"] if shell == "busybox" else [shell, "-n"]
        done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_the_driver_runs_from_its_one_file_alone(tmp_path: Path) -> None:
    for name, content in kit("payments-eu").items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    command = [sys.executable, "-I", "kedge-rescue.pyz", "run", "no-such-procedure"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert (
        "STOP there is no procedure 'no-such-procedure': it is one of etcd-member-lost, etcd-quorum-lost" in done.stdout
    )


def test_the_driver_s_file_holds_its_package_alone_and_no_date(tmp_path: Path) -> None:
    (tmp_path / "driver.pyz").write_bytes(kit("payments-eu")["kedge-rescue.pyz"])
    with zipfile.ZipFile(tmp_path / "driver.pyz") as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.filename.rpartition("/")[0] for entry in entries} == {"", "compiler", "compiler/rescue"}
    assert {(entry.date_time, entry.compress_type) for entry in entries} == {
        ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED)
    }
