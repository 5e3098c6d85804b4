"""Steps of a deleted namespace against a kubectl that fails or answers what a test says: what the real bed does not show."""

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from compiler.assets import asset
from compiler.runbooks.block import Value, assignments, program
from compiler.runbooks.procedures import namespace_deleted
from compiler.runbooks.step import definition
from tests.unit.runbooks.clusters import plan

CLUSTER = "payments-eu"
KS = "kustomizations.kustomize.toolkit.fluxcd.io"
ENV = "umask 077\n. ./functions\nCLUSTER=payments-eu\n[ ! -s state ] || . ./state\n"
CHOSEN = "NAMESPACE=payments\nBACKUP=daily-1\nRESTORE=kedge-1\n"


def _slugs() -> list[str]:
    procedure = namespace_deleted.procedure(plan(CLUSTER))
    assert procedure is not None
    return [*(step.slug for step in procedure.steps[1:]), "stop-sync"]


class Desk:
    """A working folder in which a namespace and a backup are chosen, and a kubectl that is a script."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / f"kedge-{CLUSTER}"
        self.folder.mkdir()
        shutil.copy(asset("templates/runbooks/functions.sh"), self.folder / "functions")
        (self.folder / "env").write_text(ENV)
        (self.folder / "state").write_text(CHOSEN)
        (home / "bin").mkdir()
        self.kubectl("echo no connection >&2; exit 1")
        self._command("sleep", "exit 0")

    def kubectl(self, script: str) -> None:
        self._command("kubectl", script)

    def _command(self, name: str, script: str) -> None:
        file = self.home / "bin" / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def file(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def lines(self, name: str) -> list[str]:
        return (self.folder / name).read_text().splitlines()

    def run(self, slug: str, answer: str = "payments", **values: Value) -> tuple[int, str]:
        """Runs a step as a program; returns its exit code and its last line."""
        step = definition(slug)
        values = {**dict.fromkeys(step.variables, "payments"), **values}
        done = subprocess.run(
            ["sh", "-eu", "-c", program(step, CLUSTER, assignments(values))],
            input=f"{answer}\n",
            env={"HOME": str(self.home), "PATH": f"{self.home / 'bin'}:/usr/local/bin:/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return done.returncode, done.stdout.rstrip("\n").rpartition("\n")[2]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("slug", _slugs())
def test_a_step_stops_when_the_api_does_not_answer(desk: Desk, slug: str) -> None:
    for name, text in (("volumes", "pv1"), ("contents", "Pod.v1 3"), ("blocking", "pods a b"), ("suspended", "k a b")):
        desk.file(name, f"{text}\n")
    code, last = desk.run(slug)
    assert code != 0
    assert "STOP: " in last


@pytest.mark.parametrize("slug", [slug for slug in _slugs() if slug != "choose-namespace"])
def test_a_step_stops_before_a_namespace_is_chosen(desk: Desk, slug: str) -> None:
    desk.file("state", "")
    code, last = desk.run(slug)
    assert code != 0
    assert last.startswith("STOP: ")
    assert "yet" in last or "nothing was suspended" in last


def test_another_namespace_forgets_the_backup_of_the_one_before(desk: Desk) -> None:
    desk.kubectl("exit 0")
    desk.file("state", CHOSEN.replace("NAMESPACE=payments", "NAMESPACE=ledger"))
    desk.file("contents", "Pod.v1 3\n")
    assert desk.run("choose-namespace") == (0, "Which namespace was deleted? OK: payments is gone")
    assert not (desk.folder / "contents").exists()
    assert desk.run("restore-namespace") == (1, "STOP: no backup was chosen yet")


def test_suspending_twice_keeps_what_is_to_be_resumed(desk: Desk) -> None:
    desk.kubectl(f'case "$*" in "get {KS} "*) echo "flux-system team <none> payments_a_apps_Deployment" ;; esac')
    desk.run("suspend-flux")
    desk.kubectl(f'case "$*" in "get {KS} "*) echo "flux-system team true payments_a_apps_Deployment" ;; esac')
    assert desk.run("suspend-flux") == (0, "OK: suspended 1 Flux objects")
    assert desk.lines("suspended") == [f"{KS} flux-system team"]


def test_what_is_not_resumed_is_kept_for_the_next_try(desk: Desk) -> None:
    desk.file("suspended", f"{KS} a good\n{KS} a bad\n")
    desk.kubectl('case "$*" in *" bad "*) exit 1 ;; esac')
    assert desk.run("resume-flux") == (1, "STOP: 1 of 2 Flux objects are still suspended")
    assert desk.lines("suspended") == [f"{KS} a bad"]


def test_a_flux_object_that_is_gone_does_not_stop_the_resume(desk: Desk) -> None:
    desk.file("suspended", f"{KS} a gone\n")
    desk.kubectl('case "$*" in *" patch "*) exit 1 ;; esac')
    assert desk.run("resume-flux") == (0, "OK: resumed 1 Flux objects")


def test_a_volume_that_stays_on_delete_stops_the_page(desk: Desk) -> None:
    desk.file("volumes", "pv1 payments data Released Delete\n")
    desk.kubectl('case "$*" in *" patch "*) exit 1 ;; *) echo "pv1 payments Delete" ;; esac')
    assert desk.run("retain-volumes") == (1, "STOP: not on Retain: pv1")


@pytest.mark.parametrize(("answer", "code"), [("stopped", 0), ("payments", 1), ("", 1)])
def test_a_sync_that_the_spec_does_not_state_is_stopped_by_a_person_who_says_so(
    desk: Desk, answer: str, code: int
) -> None:
    desk.kubectl(
        'case "$*" in *definition*argo*) echo crd ;; "get applications"*) echo "Application argocd shop" ;; esac'
    )
    assert desk.run("stop-sync", answer)[0] == code
    assert desk.lines("syncs") == ["Application argocd shop"]


def _velero(desk: Desk, url: str) -> None:
    """Velero signs this URL, and what curl fetches holds a terminal's escape sequences."""
    desk.file("signed", url)
    desk.kubectl('case "$*" in *downloadURL*) cat signed ;; *errors*) echo 0 ;; *create*) cat > /dev/null ;; esac')
    file = desk.home / "bin" / "curl"
    fetch = """printf '{"errors":{},"\\033]0;owned\\007": "é"}\\n' | gzip > download.gz"""
    file.write_text(f"#!/bin/sh\ncp url {desk.home}/configured\n{fetch}\n")
    file.chmod(0o755)


@pytest.mark.parametrize(
    "url",
    [
        'https://s3.example.net/x"\noutput = "/tmp/owned',
        "https://s3.example.net/x\nupload-file = identity.txt",
        "file:///home/x",
        "https://s3.example.net/$(id)",
        "-K/tmp/x",
        "",
    ],
)
def test_velero_gives_curl_nothing_but_a_url(desk: Desk, url: str) -> None:
    _velero(desk, url)
    code, last = desk.run("read-restore-errors")
    assert code == 1 and last.startswith("STOP: Velero's URL is not ")
    assert not (desk.home / "configured").exists()


@pytest.mark.parametrize(
    "url", ["http://[fd00::1]:9000/b/a%2Fb.gz?X-Amz-Date=1&X-Amz-Signature=a,b", "https://s3.example.net/a~b+c@d=1"]
)
def test_a_signed_url_reaches_curl_as_it_is(desk: Desk, url: str) -> None:
    _velero(desk, url)
    assert desk.run("read-restore-errors") == (0, "OK: restore kedge-1 has no errors")
    assert (desk.home / "configured").read_text() == f'url = "{url}"\n'


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://s3.example.net/a", True),
        ("https://s3.example.net.evil.net/a", False),
        ("https://other.example.net/a", False),
    ],
)
def test_the_private_ca_of_the_spec_is_trusted_for_its_own_store_alone(desk: Desk, url: str, trusted: bool) -> None:
    _velero(desk, url)
    certificate = base64.b64encode(b"certificate").decode()
    desk.run("read-restore-errors", VELERO_CAS=(f"https://s3.example.net={certificate}",))
    trust = 'cacert = "store-ca"\n' if trusted else ""
    assert (desk.home / "configured").read_text() == f'{trust}url = "{url}"\n'
    assert not trusted or (desk.folder / "store-ca").read_bytes() == b"certificate"


def test_what_was_downloaded_holds_nothing_that_a_terminal_would_obey(desk: Desk) -> None:
    _velero(desk, "https://s3.example.net/a")
    desk.run("read-restore-errors")
    assert (desk.folder / "results.json").read_text() == '{"errors":{},"]0;owned": ""}\n'


TWO_KEPT = """case "$*" in
*claims*) echo 'data Pending' ;;
*patch*) echo "$3" >> patched ;;
*"persistentvolume "*) printf Bound ;;
*) printf 'pv-old payments data Released 1Gi 2025 2025\\npv-new payments data Released 1Gi 2026 2026\\n' ;;
esac"""


@pytest.mark.parametrize(("answer", "patched"), [("pv-new", ["pv-new"]), ("", []), ("pv-other", [])])
def test_of_several_kept_volumes_only_the_chosen_one_is_bound(desk: Desk, answer: str, patched: list[str]) -> None:
    desk.kubectl(TWO_KEPT)
    code, _ = desk.run("rebind-volumes", answer)
    assert code == (1 if answer == "pv-other" else 0)
    assert (desk.lines("patched") if (desk.folder / "patched").exists() else []) == patched


def test_a_name_from_the_bucket_is_no_option_of_kubectl(desk: Desk) -> None:
    desk.kubectl('echo "$*" >> asked; exit 0')
    desk.file("contents", "v1/--kubeconfig=x 1\n")
    code, last = desk.run("compare-namespace")
    assert code == 1 and last.startswith("STOP: the backup has kinds")
    assert not (desk.folder / "asked").exists()


@pytest.mark.parametrize(("listed", "end"), [("", "look at location payments"), ("payments Available", "server, ")])
def test_a_location_that_is_missing_is_not_in_order(desk: Desk, listed: str, end: str) -> None:
    desk.kubectl(
        f"""case "$*" in *readyReplicas*) echo 1 ;;
*locations*) printf 'LOCATION PHASE\\n{listed}\\n' ;; *schedules*) echo 'payments Enabled' ;; esac"""
    )
    assert desk.run("check-velero")[1].startswith(f"OK: {end}")
