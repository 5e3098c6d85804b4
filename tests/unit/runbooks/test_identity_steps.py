"""The first step of each shell: it makes sure that this is the cluster, or stops."""

import hashlib
import os
import subprocess
import time
from pathlib import Path

import pytest

from compiler.runbooks.block import Value
from compiler.runbooks.step import definition
from tests.unit.runbooks.test_quorum_steps import CLUSTER, Machine

SUBJECT = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-x509", "-subj", "/CN=kubernetes"]
TYPE = "STOP: nothing was changed: type continue or new"
NOTHING = "STOP: there is nothing to compare the CA with"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A control-plane host and a workstation of a cluster with a CA of its own."""
    machine = Machine(tmp_path)
    files = ["-keyout", str(tmp_path / "ca.key"), "-out", str(tmp_path / "ca.crt")]
    subprocess.run(["openssl", "req", *SUBJECT, *files], check=True, capture_output=True)
    machine.stub(
        "kubectl",
        f"""#!/bin/sh
case "$*" in
*.server*) printf https://api.example.net ;;
*certificate-authority-data*) [ ! -s {tmp_path}/ca.crt ] || base64 {tmp_path}/ca.crt ;;
esac
""",
    )
    (machine.static / "etcd.yaml").write_text("    - --name=cp1\n")
    return machine


def _digest(machine: Machine) -> str:
    """SHA-256 of the CA's public key, as kubeadm prints it."""
    command = f"openssl x509 -noout -pubkey -in {machine.home}/ca.crt | openssl pkey -pubin -outform der"
    return hashlib.sha256(subprocess.run(command, shell=True, check=True, capture_output=True).stdout).hexdigest()


def _run(machine: Machine, slug: str, stated: str, *typed: str) -> str:
    values: dict[str, Value] = dict.fromkeys(definition(slug).variables, "/none")
    values |= {"CLUSTER": CLUSTER, "CA_DIGEST": stated}
    if slug == "identify-host":
        values |= {"MEMBERS": ("cp1=10.0.0.1",), "CLUSTER_CA": str(machine.home / "ca.crt")}
        values["STATIC_PODS"] = str(machine.static)
    else:
        values["API_ENDPOINT"] = "https://api.example.net"
    return machine.run(slug, *typed, values=values)[-1].rpartition("as you know it: ")[2].rpartition("new if not: ")[2]


both = pytest.mark.parametrize("slug", ["identify-cluster", "identify-host"])


@both
def test_the_stated_ca_is_accepted_and_no_other(machine: Machine, slug: str) -> None:
    assert _run(machine, slug, _digest(machine)).startswith("OK: this is ")
    assert (
        _run(machine, slug, "0" * 64) == f"STOP: this is not {CLUSTER}: the key of the CA is sha256:{_digest(machine)}"
    )


@both
def test_without_a_stated_ca_the_one_that_is_typed_is_compared(machine: Machine, slug: str) -> None:
    assert _run(machine, slug, "", f"sha256:{_digest(machine)}").startswith("OK: this is ")
    assert "STOP: this is not" in _run(machine, slug, "", "0" * 64)


@both
@pytest.mark.parametrize("typed", [(), ("",), ("sha256:",)])
def test_nothing_to_compare_the_ca_with_is_a_stop(machine: Machine, slug: str, typed: tuple[str, ...]) -> None:
    assert _run(machine, slug, "", *typed) == NOTHING


@both
@pytest.mark.parametrize("stated", ["", "0" * 64])
def test_a_missing_ca_is_a_stop(machine: Machine, slug: str, stated: str) -> None:
    (machine.home / "ca.crt").write_text("")
    assert _run(machine, slug, stated, "0" * 64).startswith("STOP: the ")


@both
def test_a_ca_that_cannot_be_read_is_a_stop(machine: Machine, slug: str) -> None:
    """The digest of nothing is one too."""
    (machine.home / "ca.crt").write_text("no certificate")
    assert _run(machine, slug, hashlib.sha256(b"").hexdigest()).startswith("STOP: ")


def test_a_host_that_is_identified_again_keeps_what_it_was_sent(machine: Machine) -> None:
    (machine.host / "state").write_text("PRESENT='cp1 cp2'\n")
    assert _run(machine, "identify-host", _digest(machine), "continue").endswith(f"OK: this is cp1 of {CLUSTER}")
    assert (machine.host / "state").read_text() == "PRESENT='cp1 cp2'\n"


def test_what_an_earlier_incident_saved_is_not_todays_data(machine: Machine) -> None:
    """It is moved, not deleted: whoever types the wrong word loses nothing."""
    for name in ("survivor.db", "survivor.revision", "zero", "api-block", "state"):
        (machine.host / name).write_text("A=1\n")
    hour_ago = time.time() - 3600
    os.utime(machine.host / "survivor.db", (hour_ago, hour_ago))
    assert _run(machine, "identify-host", _digest(machine), "") == TYPE
    assert (machine.host / "survivor.db").exists()
    assert _run(machine, "identify-host", _digest(machine), "new").endswith(f"OK: this is cp1 of {CLUSTER}")
    assert [file.name for file in machine.host.iterdir() if file.name in ("survivor.db", "zero", "api-block")] == []
    assert (machine.host / "state").read_text() == ""
    [aside] = machine.host.glob("earlier-*")
    assert (aside / "survivor.db").read_text() == "A=1\n"
    assert _run(machine, "identify-host", _digest(machine)) == f"OK: this is cp1 of {CLUSTER}"


def test_no_question_is_asked_while_the_control_plane_is_stopped(machine: Machine) -> None:
    (machine.static / "etcd.yaml").rename(machine.host / "manifests" / "etcd.yaml")
    (machine.host / "survivor.db").write_text("data")
    assert _run(machine, "identify-host", _digest(machine)) == f"OK: this is cp1 of {CLUSTER}"
    assert (machine.host / "survivor.db").exists()


@pytest.mark.parametrize(("version", "taken"), [("3.5.9", False), ("3.6.4", True)])
def test_tools_of_the_version_before_an_upgrade_are_replaced(machine: Machine, version: str, taken: bool) -> None:
    _run(machine, "identify-host", _digest(machine))
    manifest = "    - --secure-port=6443\n    image: registry.example.net/etcd:3.5.21-0\n"
    (machine.static / "etcd.yaml").write_text(manifest)
    for folder in ("bin", "image/usr/local/bin"):
        (machine.host / folder).mkdir(parents=True, exist_ok=True)
    for folder, number in (("bin", version), ("image/usr/local/bin", "3.5.21")):
        tool = machine.host / folder / "etcdutl"
        tool.write_text(f"#!/bin/sh\necho 'etcdutl version: {number}'\n")
        tool.chmod(0o755)
    (machine.home / "admin.conf").write_text("server: x\n")
    machine.stub("ctr", "#!/bin/sh\nexit 0\n")
    machine.remember(
        machine.host, STATIC_PODS=str(machine.static), ADMIN_CONF=str(machine.home / "admin.conf"), ADDRESS="10.0.0.1"
    )
    with (machine.host / "env").open("a") as file:
        file.write('PATH="$PWD/bin:$PATH"\n')
    said = machine.run("take-etcd-tools", values={"API_PORT": "6443"})[-1]
    assert said == f"OK: etcdutl version: {'3.5.21' if taken else version}"


def test_no_later_step_goes_on_before_the_api_was_blocked_here(machine: Machine) -> None:
    _run(machine, "identify-host", _digest(machine))
    assert machine.run("start-first-api-server")[-1] == "STOP: the control plane was not stopped here yet"
