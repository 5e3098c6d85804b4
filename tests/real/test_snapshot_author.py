"""Who made a snapshot: what the page says of one that was forged, replayed, renamed or changed, and what a typed word allows."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from compiler.plan import naming
from compiler.plan.keys import Signer
from tests.real.harness.s3 import READER, WRITER
from tests.real.page import PageRun, Workstation
from tests.real.snapshot_bed import BUCKET, JobBed, everything, new_signer, private_key
from tests.real.test_snapshot_page import folder, page_of

NUMBERS = itertools.count(1)
FUTURE = "2099-01-01T00:00:00Z"
SHELLS = pytest.mark.parametrize("shell", ["bash", "zsh"])


@dataclass
class Attic:
    """A prefix of its own in the bucket, and the snapshots that were put there."""

    job: JobBed
    prefix: str = field(default_factory=lambda: f"authors/{next(NUMBERS)}")

    @property
    def below(self) -> str:
        return f"{self.prefix}/payments-eu/etcd"

    def make(self, signer: str | None = "2026", cluster: str = "payments-eu", started: str = "") -> str:
        """Runs the stages from a verified snapshot on, and returns the name that it has in the bucket."""
        signers = self.job.signers if signer else ()
        if signer == "unknown":
            signers = [self.unknown()]
        files = {naming.SIGNING_KEY: self.job.signing_key(signer or "2026")}
        place = {"offsite": self.job.place(prefix=self.prefix)}
        with self.job.pod(places=place, signers=signers, files=files, after="verify") as pod:
            if started:
                facts = pod.volumes["scratch"] / "facts"
                lines = [line for line in facts.read_text().splitlines() if not line.startswith("started=")]
                facts.write_text("\n".join([f"started={started}", *lines, ""]))
            assert pod.run("encrypt", env={"KEDGE_CLUSTER": cluster}).returncode == 0
            done = pod.run(*(("sign",) if signer else ()), "put-offsite")
            assert done.returncode == 0, done.stderr
            return (pod.volumes["encrypted"] / "run" / "name").read_text().strip()

    def unknown(self) -> Signer:
        """A signer whose key the page does not know."""
        place = self.job.signing_key("unknown")
        if place.exists():
            (place / naming.SIGNING_KEY).unlink()
            place.rmdir()
        return new_signer("unknown", place)

    def objects(self, name: str) -> list[str]:
        return [key.rpartition("/")[2] for key in self.job.store.keys(BUCKET, f"{self.below}/{name}/")]

    def read(self, name: str, part: str) -> bytes:
        return self.job.store.fetch(BUCKET, f"{self.below}/{name}/{part}")

    def write(self, name: str, part: str, body: bytes) -> None:
        """Puts an object with the writer's credential, which can put and nothing else."""
        answer = self.job.store.request("PUT", f"{BUCKET}/{self.below}/{name}/{part}", body=body, account=WRITER)
        assert answer.status == 200


@pytest.fixture
def attic(job: JobBed) -> Attic:
    return Attic(job)


@pytest.fixture(scope="module")
def desk(job: JobBed) -> Workstation:
    """A workstation that holds the reader's credential."""
    exported = {"AWS_ACCESS_KEY_ID": READER.access, "AWS_SECRET_ACCESS_KEY": READER.secret}
    made = Workstation(job.namespace, exported=exported, home="author-desk")
    folder(made).mkdir()
    return made


def unsigned(attic: Attic) -> str:
    """An attacker with the put-only credential: any database, encrypted to the recipients, which are public."""
    return attic.make(signer=None)


def by_an_unknown_key(attic: Attic) -> str:
    return attic.make(signer="unknown")


def truncated(attic: Attic) -> str:
    return _with(attic, "manifest.json.sig", lambda signature: signature[: len(signature) // 2])


def changed(attic: Attic) -> str:
    """Other parts behind a manifest whose sums were adjusted, with the signature of the old one."""
    return _with(attic, "manifest.json", lambda text: text.replace(b'"keys": ', b'"keys": 1'))


def _with(attic: Attic, part: str, change: Callable[[bytes], bytes]) -> str:
    """Puts a snapshot with one object changed; of what is there already, an overwrite would change nothing."""
    whole = Attic(attic.job)
    name = whole.make()
    for one in whole.objects(name):
        body = whole.read(name, one)
        attic.write(name, one, change(body) if one == part else body)
    return name


def of_another_cluster(attic: Attic) -> str:
    """Signed by a key that two clusters share."""
    return attic.make(cluster="payments-us")


def replayed(attic: Attic) -> str:
    """An old snapshot with its signature, under a name of today."""
    old, new = attic.make(), "20260101T000000Z-etcd-snapshot-1"
    for part in attic.objects(old):
        attic.write(new, part, attic.read(old, part))
    return new


def in_the_future(attic: Attic) -> str:
    return attic.make(started=FUTURE)


CASES: dict[str, tuple[Callable[[Attic], str], str, str]] = {
    "unsigned": (unsigned, "unsigned", "no signer of payments-eu has signed it"),
    "unknown": (by_an_unknown_key, "unsigned", "no signer of payments-eu has signed it"),
    "truncated": (truncated, "unsigned", "no signer of payments-eu has signed it"),
    "changed": (changed, "unsigned", "no signer of payments-eu has signed it"),
    "another-cluster": (of_another_cluster, "foreign", "it names another cluster"),
    "replayed": (replayed, "foreign", "it names another snapshot"),
    "future": (in_the_future, "future", "it is dated in the future"),
}


def chosen(attic: Attic, desk: Workstation, name: str, shell: str = "bash") -> PageRun:
    """The page after a snapshot was chosen by its name."""
    page = page_of(attic.job, attic.job.place(prefix=attic.prefix), shell)
    page.run("choose-store", desk)
    page.run("list-snapshots", desk, name)
    return page


@SHELLS
@pytest.mark.parametrize("case", CASES)
def test_a_snapshot_that_nothing_proves_is_not_used(attic: Attic, desk: Workstation, case: str, shell: str) -> None:
    make, _, reason = CASES[case]
    name = make(attic)
    page = chosen(attic, desk, name, shell)
    said = page.run_stops("fetch-snapshot", desk, "")
    assert said.last == f"STOP: nothing proves that payments-eu made {name}: choose another one"
    assert [line for line in said.text.splitlines() if line.startswith("NOT PROVEN: ")] == [f"NOT PROVEN: {reason}"]
    assert page.run_stops("decrypt-snapshot", desk).last == "STOP: fetch a snapshot first"


@pytest.mark.parametrize("case", ["unsigned", "another-cluster", "future"])
def test_only_the_word_that_names_the_reason_allows_it(attic: Attic, desk: Workstation, case: str) -> None:
    make, word, _ = CASES[case]
    page = chosen(attic, desk, make(attic))
    for other in ("yes", "y", word.upper()):
        page.run_stops("fetch-snapshot", desk, other)
    page.run("fetch-snapshot", desk, word)
    page.run("decrypt-snapshot", desk, private_key(attic.job.identities[1]))
    assert attic.job.revive(folder(desk) / "bucket.db") == everything(attic.job.etcd)


@pytest.mark.parametrize("earlier", ["junk", "replayed"])
def test_what_was_put_before_the_run_does_not_take_the_place_of_what_is_signed(
    attic: Attic, desk: Workstation, earlier: str
) -> None:
    """A stolen writer that guesses the name of a run: what the cluster puts there is a later version."""
    old = Attic(attic.job)
    another, whole = old.make(), Attic(attic.job)
    name = whole.make()
    for part in whole.objects(name):
        attic.write(name, part, b"junk" if earlier == "junk" else old.read(another, part))
    time.sleep(1.1)
    for part in whole.objects(name):
        attic.write(name, part, whole.read(name, part))
    page = chosen(attic, desk, name)
    said = page.run("fetch-snapshot", desk)
    assert said.last == f"OK: {name} is whole; signed by 2026"
    assert "WARNING: manifest.json has 2 versions" in said.text
    page.run("decrypt-snapshot", desk, private_key(attic.job.identities[1]))
    assert attic.job.revive(folder(desk) / "bucket.db") == everything(attic.job.etcd)


@pytest.mark.parametrize("signer", ["2026", "2027"])
def test_the_signer_is_named_and_no_word_is_asked_for(attic: Attic, desk: Workstation, signer: str) -> None:
    name = attic.make(signer=signer)
    page = chosen(attic, desk, name)
    assert page.run("fetch-snapshot", desk).last == f"OK: {name} is whole; signed by {signer}"


def test_a_cluster_without_a_signer_reads_that_nothing_tells_who_made_it(attic: Attic, desk: Workstation) -> None:
    name = attic.make(signer=None)
    page = page_of(attic.job, attic.job.place(prefix=attic.prefix), signers=())
    page.run("choose-store", desk)
    page.run("list-snapshots", desk, "")
    assert page.run("fetch-snapshot", desk).last == f"OK: {name} is whole; nothing tells who made it"


def test_a_name_of_the_future_is_not_taken_by_enter(attic: Attic, desk: Workstation) -> None:
    good = attic.make()
    invented = attic.make(signer=None, started=FUTURE)
    page = page_of(attic.job, attic.job.place(prefix=attic.prefix))
    page.run("choose-store", desk)
    said = page.run("list-snapshots", desk, "")
    assert said.last == f"OK: chosen: {good}"
    (marked,) = (line.split() for line in said.text.splitlines() if line.endswith(" FUTURE"))
    assert (marked[0], marked[1]) == (invented, "uploaded")


ESCAPES = b'{\n  "cluster": "payments-eu",\x1b]52;c;Y3VybA==\x07\n\x1b[2J\nOK: all is well\n  "parts": [\n  ]\n}\n'


def test_what_a_manifest_holds_beside_its_facts_is_not_printed(attic: Attic, desk: Workstation) -> None:
    name = "20260101T000000Z-a"
    attic.write(name, "manifest.json", ESCAPES)
    page = chosen(attic, desk, name)
    said = page.run_stops("fetch-snapshot", desk, "").text
    assert "\x1b" not in said and "all is well" not in said
    assert "Y3VybA" not in said
