"""Steps of the quorum page beside stubs of the programs that reach out: what they refuse, what they leave alone."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from compiler.assets import asset
from compiler.runbooks.block import Value, assignments, program
from compiler.runbooks.step import definition

CLUSTER = "payments-eu"
ROOT = {"SSH_USER": "root", "SSH_PORT": "22", "SSH_JUMP": "", "SSH_SUDO": ""}
RESCUER = {"SSH_USER": "rescue", "SSH_PORT": "2222", "SSH_JUMP": "bastion.example.net", "SSH_SUDO": "yes"}
MEMBERS = ("cp1=10.0.0.1", "cp2=10.0.0.2", "cp3=[fd00::3]")
PEERS = "cp1=https://10.0.0.1:2380,cp2=https://10.0.0.2:2380,cp3=https://[fd00::3]:2380"
STORED = {
    "STORE_ENDPOINT": "https://s3.example.net",
    "STORE_REGION": "eu-1",
    "STORE_BUCKET": "b",
    "STORE_PATH": "p",
    "STORE_CA": "",
}
PODS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")

# One page holds two versions, the newest first; names beyond ASCII and XML's own characters are written as Go's encoder writes them. A key
# was put a minute after the time in its name, or when the file `put` says; a key that the file `keys` repeats has that many versions.
STORE = """#!/usr/bin/env python3
import pathlib, re, sys, urllib.parse
here = pathlib.Path(__file__).parent
lines = sys.stdin.read().splitlines()
value = lambda name: [line.partition('"')[2].rstrip('"') for line in lines if line.startswith(name + " = ")]
def xml(key):
    for plain, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;"), ("\\n", "&#xA;")):
        key = key.replace(plain, entity)
    return re.sub("[\\x00-\\x1f]", "\ufffd", key)
def put(key):
    if (here / "put").exists():
        return (here / "put").read_text()
    return re.sub(r".*?(....)(..)(..)T(..)(..)(..)Z.*|.*", r"\\1-\\2-\\3T\\4:\\5:59.123Z", key, count=1, flags=re.S)
for url, output in zip(value("url"), value("output")):
    with (here / "calls").open("a") as calls:
        calls.write(url + "\\n")
    query = dict(urllib.parse.parse_qsl(url.partition("?")[2], keep_blank_values=True))
    if "versions" in query and (here / "no-versions").exists():
        sys.exit(22)
    found = sorted(k.decode() for k in (here / "keys").read_bytes().split(b"\\0") if k.decode().startswith(query["prefix"]))
    element = "Version" if "versions" in query else "Contents"
    if element == "Contents":
        found = sorted(set(found))
    text = "".join(
        f"<{element}><Key>{xml(k)}</Key><LastModified>{put(k)}</LastModified><VersionId>v</VersionId></{element}>" for k in found[:2]
    )
    version = (here / "version").read_text() if (here / "version").exists() else "v"
    text = text.replace("<VersionId>v<", f"<VersionId>{version}<")
    longer = str(len(found) > 2).lower()
    pathlib.Path(output).write_text(f"<Result><IsTruncated>{longer}</IsTruncated>{text}</Result>")
"""
# A host is a folder by its address; one that is not there is not reached.
SSH = """#!/bin/sh
echo "$*" >> "$HOSTS/logins"
while [ $# -gt 2 ]; do shift; done
ADDRESS=$1
COMMAND=$2
[ -d "$HOSTS/$ADDRESS" ] || exit 255
eval "$(printf %s "$COMMAND" | sed "s|/root/kedge|$HOSTS/$ADDRESS|g")"
"""
# A firewall whose one rule refuses whatever is tried; the real ones are in tests/real.
NFT = """#!/bin/sh
[ "$1" = list ] || { cat > "$HOSTS/rules"; exit 0; }
echo x >> "$HOSTS/tried"
echo "counter packets $(wc -l < "$HOSTS/tried") bytes 0"
"""

# etcd answers on this host; whatever does not go past the proxy finds nothing.
PROXIED = """#!/bin/sh
case "$*" in "--disable --noproxy * "*) exit 0 ;; esac
exit 7
"""


class Machine:
    """A working folder of its own for workstation and host, and stubs before the system's programs."""

    def __init__(self, folder: Path) -> None:
        self.home, self.stubs, self.hosts = folder, folder / "stubs", folder / "hosts"
        self.static, self.data = folder / "static", folder / "etcd"
        self.host = folder / "host"
        self.desk = folder / f"kedge-{CLUSTER}"
        for made in (self.stubs, self.hosts, self.static, self.host / "manifests", self.desk):
            made.mkdir(parents=True)
        for work in (self.host, self.desk):
            (work / "functions").write_text(asset("templates/runbooks/functions.sh").read_text())
        self.remember(self.host, HOST="cp1", STATIC_PODS=str(self.static), ETCD_DATA=str(self.data))
        self.remember(self.desk)
        self.stub("sleep", "#!/bin/sh\nexit 0\n")

    def remember(self, work: Path, **values: str) -> None:
        lines = [f"{name}='{value}'" for name, value in {"CLUSTER": CLUSTER, **values}.items()]
        (work / "env").write_text("\n".join([". ./functions", *lines, "[ ! -s s3 ] || . ./s3", ""]))
        with (work / "env").open("a") as file:
            file.write("block_api() { :; }\n[ ! -s state ] || . ./state\n")

    def stub(self, name: str, text: str) -> None:
        (self.stubs / name).write_text(text)
        (self.stubs / name).chmod(0o755)

    def run(self, slug: str, *answers: str, values: Mapping[str, Value] | None = None) -> list[str]:
        """The lines that a step prints as a program; the last one says how it ended, and its exit code agrees."""
        step = definition(slug)
        text = program(step, CLUSTER, assignments(values or {})).replace('"/root/kedge"', f'"{self.host}"')
        done = subprocess.run(
            ["sh", "-eu", "-c", text],
            env={"HOME": str(self.home), "PATH": f"{self.stubs}:/usr/bin:/bin", "HOSTS": str(self.hosts)}
            | {"AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": "secret"},
            input="".join(f"{answer}\n" for answer in answers),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        lines = done.stdout.splitlines()
        assert lines, done.stderr
        assert (done.returncode == 0) == ("OK: " in lines[-1]), (done.stdout, done.stderr)
        assert (done.returncode == 0) != ("STOP: " in lines[-1]), (done.stdout, done.stderr)
        return lines

    def state(self, name: str) -> str:
        """What the workstation remembers."""
        lines = (self.desk / "state").read_text().splitlines()
        return [line for line in lines if line.startswith(f"{name}=")][-1].partition("=")[2].strip("'")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def bucket(machine: Machine) -> Machine:
    """A workstation after choose-store, and a store that lists what the file `keys` has."""
    machine.stub("curl", STORE)
    for name in ("age", "ssh"):
        machine.stub(name, "#!/bin/sh\nexit 1\n")
    machine.run("choose-store", values={"CLUSTER": CLUSTER, "HOST_ADDRESSES": (), **ROOT, **STORED})
    return machine


def _list(bucket: Machine, names: list[str], answer: str = "") -> list[str]:
    (bucket.stubs / "keys").write_bytes(b"\0".join(f"p/{name}".encode() for name in names))
    return bucket.run("list-snapshots", answer)


def _snapshots(said: list[str]) -> list[list[str]]:
    """The words of each line that lists a snapshot."""
    return [line.split() for line in said if " uploaded " in line]


STRANGE = (
    "zz#",
    "a&b",
    "a&c",
    "a+b",
    "a b",
    "a<b>",
    "a'b\"",
    "a%41",
    "aé",
    "a\nb",
    "a/../b",
    "a=1;",
    "1\n",
    "9#",
    "2\nz",
)


def test_listing_goes_on_past_any_key_and_finds_every_snapshot(bucket: Machine) -> None:
    runs = [f"2026010{day}T000000Z-r{day}" for day in range(1, 8)]
    names = [f"{run}/manifest.json" for run in runs] + [f"{run}{strange}" for run in runs for strange in STRANGE]
    said = _list(bucket, [*names, *STRANGE])
    assert [name for name, *_ in _snapshots(said)] == runs
    assert said[-1].endswith(f"OK: chosen: {runs[-1]}")


def test_names_that_no_job_writes_are_no_snapshots(bucket: Machine) -> None:
    odd = [
        "20260101T000000Z-$(id)",
        "20990101T000000Z-A",
        "20990101T000000Z",
        "../20260101T000000Z-a",
        "x/20260101T000000Z-b",
    ]
    said = _list(bucket, ["20250101T000000Z-a/manifest.json", *(f"{name}/manifest.json" for name in odd)])
    assert said[-1].endswith("OK: chosen: 20250101T000000Z-a")
    assert _snapshots(said) == [["20250101T000000Z-a", "uploaded", "2025-01-01T00:00:59Z"]]


@pytest.mark.parametrize(
    ("name", "uploaded", "future"),
    [
        ("20260228T235950Z-a", "2026-03-01T00:00:10.000Z", False),
        ("20260301T000500Z-a", "2026-03-01T00:00:00.000Z", False),
        ("20260301T000501Z-a", "2026-03-01T00:00:00.000Z", True),
        ("20260301T000101Z-a", "2026-02-28T23:56:00Z", True),
        ("20240301T000100Z-a", "2024-02-29T23:56:00.5Z", False),
        ("20240301T000101Z-a", "2024-02-29T23:56:00.5Z", True),
        ("20250101T000000Z-a", "2024-12-31T23:54:59.000Z", True),
        ("20990101T000000Z-a", "2099-01-01T00:00:00.000Z", True),
    ],
)
def test_a_name_later_than_its_upload_or_than_now_is_marked(
    bucket: Machine, name: str, uploaded: str, future: bool
) -> None:
    (bucket.stubs / "put").write_text(uploaded)
    said = _list(bucket, [f"{name}/manifest.json"], name)
    assert _snapshots(said) == [[name, "uploaded", f"{uploaded[:19]}Z", *(["FUTURE"] if future else [])]]
    assert bucket.state("DATED") == ("FUTURE" if future else "past")


def test_a_name_in_the_future_is_not_what_enter_takes(bucket: Machine) -> None:
    said = _list(bucket, ["20260101T000000Z-a/manifest.json", "20990101T000000Z-b/manifest.json"])
    assert [words[0] for words in _snapshots(said)] == ["20260101T000000Z-a", "20990101T000000Z-b"]
    assert said[-1].endswith("OK: chosen: 20260101T000000Z-a")


def test_where_every_name_is_in_the_future_enter_takes_none(bucket: Machine) -> None:
    said = _list(bucket, ["20990101T000000Z-b/manifest.json"])
    assert said[-1].endswith("STOP: no snapshot has this name")


def test_a_key_that_is_written_like_a_time_is_no_time(bucket: Machine) -> None:
    key = "20260101T000000Z-a/manifest.json\nLastModified>2026-01-01T00:00:00Z\n/Contents>"
    said = _list(bucket, [key, "20250101T000000Z-a/manifest.json"])
    assert [words[0] for words in _snapshots(said)] == ["20250101T000000Z-a"]


def test_where_versions_cannot_be_listed_the_list_says_what_is_not_seen(bucket: Machine) -> None:
    (bucket.stubs / "no-versions").touch()
    said = _list(bucket, ["20260101T000000Z-a/manifest.json", "20260101T000000Z-a/manifest.json"])
    assert "WARNING: no versions are listed: an overwritten snapshot is not seen" in said
    assert [words[0] for words in _snapshots(said)] == ["20260101T000000Z-a"]
    assert bucket.state("VERSIONS") == "no"


def test_a_bucket_that_answers_with_a_version_that_is_null_keeps_none(bucket: Machine) -> None:
    """So AWS, MinIO and Ceph answer for a bucket that never had versioning, or that has it suspended."""
    (bucket.stubs / "version").write_text("null")
    said = _list(bucket, ["20260101T000000Z-a/manifest.json"])
    assert said.count("WARNING: no versions are listed: an overwritten snapshot is not seen") == 1


def test_a_bucket_that_keeps_versions_is_not_warned_of(bucket: Machine) -> None:
    assert "WARNING" not in "".join(_list(bucket, ["20260101T000000Z-a/manifest.json"]))


def test_a_second_version_of_a_manifest_is_shown(bucket: Machine) -> None:
    (line,) = _snapshots(_list(bucket, ["20260101T000000Z-a/manifest.json"] * 2))
    assert line[-2:] == ["2", "versions"]


def test_a_bucket_that_lists_too_much_is_narrowed_to_a_day(bucket: Machine) -> None:
    days = [
        f"20{year:02}{month:02}{day:02}" for year in range(10, 20) for month in range(1, 13) for day in range(1, 28)
    ]
    junk = [f"{day}x{number}" for day in days for number in range(3)]
    (bucket.stubs / "keys").write_bytes(
        b"\0".join(f"p/{name}".encode() for name in [*junk, "20180305T000000Z-a/manifest.json"])
    )
    said = bucket.run("list-snapshots", "20180305", "")
    assert "Type a day" in "".join(said)
    assert said[-1].endswith("OK: chosen: 20180305T000000Z-a")


def test_what_is_typed_as_a_day_is_one(bucket: Machine) -> None:
    junk = [f"20{n:04}{m:02}x{i}" for n in range(1000, 2000) for m in range(10, 12) for i in range(3)]
    (bucket.stubs / "keys").write_bytes(b"\0".join(f"p/{name}".encode() for name in junk))
    assert bucket.run("list-snapshots", "20/../../x")[-1].endswith("STOP: that is no day")


def test_empty_bucket_is_a_stop(bucket: Machine) -> None:
    assert "STOP: no snapshot below p in b" in _list(bucket, [])[-1]


@pytest.mark.parametrize(
    ("member", "doubted"), [("ok", False), ("nospace-alarm", False), ("corrupt-alarm", True), ("no-leader", True)]
)
def test_a_snapshot_of_a_damaged_member_is_doubted(machine: Machine, member: str, doubted: bool) -> None:
    facts = {"cluster": CLUSTER, "snapshot": "s", "member": member, "end": ""}
    manifest = "".join(f'  "{key}": "{value}",\n' for key, value in facts.items())
    (machine.desk / "stored").write_text(manifest)
    (machine.desk / "s3").write_text('s3() { cp stored "$3"; }\n')
    machine.remember(machine.desk, STORE_PATH="p", SNAPSHOT="s", DATED="past", VERSIONS="no")
    said = machine.run("fetch-snapshot", "", values={"SIGNERS": ()})
    assert ("NOT PROVEN: its member of etcd had an alarm, or no leader" in said) == doubted


def test_the_bucket_of_an_earlier_incident_is_no_choice(bucket: Machine) -> None:
    for name in ("bucket.db", "bucket.revision", "survivor-cp9.db"):
        (bucket.desk / name).write_text("9")
    bucket.run("choose-store", values={"CLUSTER": CLUSTER, "HOST_ADDRESSES": (), **ROOT, **STORED})
    assert not list(bucket.desk.glob("bucket.*")) and not list(bucket.desk.glob("*.db"))


@pytest.fixture
def hosts(machine: Machine) -> Machine:
    """Three hosts that ssh reaches; cp1 and cp3 have saved what they had."""
    machine.stub("ssh", SSH)
    for address, revision in (("10.0.0.1", "120"), ("10.0.0.2", ""), ("fd00::3", "900")):
        (machine.hosts / address).mkdir()
        if revision:
            (machine.hosts / address / "survivor.revision").write_text(f"{revision}\n")
            (machine.hosts / address / "survivor.db").write_text(f"data of {address}")
    return machine


def _choose(hosts: Machine, *answers: str) -> list[str]:
    return hosts.run("choose-data", *answers, values={"MEMBERS": MEMBERS, **ROOT})


def _lose(hosts: Machine, *addresses: str) -> None:
    for address in addresses:
        (hosts.hosts / address).rename(hosts.home / address)


def test_file_with_the_highest_revision_is_the_newest(hosts: Machine) -> None:
    (hosts.desk / "bucket.db").write_text("old")
    (hosts.desk / "bucket.revision").write_text("99\n")
    said = _choose(hosts, "")
    listed = [line for line in said if not line.startswith("... ")]
    assert listed[:3] == ["99 bucket.db", "120 survivor-cp1.db", "900 survivor-cp3.db"]
    assert hosts.state("CHOSEN") == "survivor-cp3.db"


def test_only_a_listed_file_is_chosen(hosts: Machine) -> None:
    assert "STOP: no such file" in _choose(hosts, "env")[-1]
    _choose(hosts, "survivor-cp1.db")
    assert hosts.state("CHOSEN") == "survivor-cp1.db"


def test_empty_database_is_no_choice(hosts: Machine) -> None:
    (hosts.hosts / "fd00::3" / "survivor.revision").write_text("1\n")
    assert "survivor-cp3.db" not in "".join(_choose(hosts, ""))


def test_host_that_is_not_reached_is_a_stop_until_it_is_called_gone(hosts: Machine) -> None:
    _lose(hosts, "10.0.0.2")
    assert "STOP: not reached: cp2" in _choose(hosts, "")[-1]
    assert "STOP: not reached: cp2" in _choose(hosts, "cp1")[-1]
    assert "OK: chosen: survivor-cp3.db" in _choose(hosts, "cp2", "")[-1]
    assert hosts.state("ABSENT") == "cp2"


@pytest.mark.parametrize(
    ("gone", "names", "restored"),
    [((), "", "cp1 cp2 cp3"), (("10.0.0.2",), "cp2", "cp1 cp2 cp3"), (("10.0.0.1", "10.0.0.2"), "cp1 cp2", "cp3")],
)
def test_restored_cluster_has_every_member_while_a_majority_takes_part(
    hosts: Machine, gone: tuple[str, ...], names: str, restored: str
) -> None:
    _lose(hosts, *gone)
    _choose(hosts, *([names] if names else []), "")
    hosts.run("send-data", values={"MEMBERS": MEMBERS, **ROOT})
    assert (hosts.hosts / "fd00::3" / "chosen.db").read_text() == "data of fd00::3"
    assert f"RESTORED='{restored}'" in (hosts.hosts / "fd00::3" / "state").read_text()


def test_host_that_is_lost_before_the_data_is_sent_is_a_stop(hosts: Machine) -> None:
    _choose(hosts, "")
    _lose(hosts, "fd00::3")
    assert "STOP: cp3 was not reached" in hosts.run("send-data", values={"MEMBERS": MEMBERS, **ROOT})[-1]


@pytest.fixture
def running(machine: Machine) -> Machine:
    """A control-plane host whose kubelet stops nothing: containers run until crictl stops them."""
    for pod in PODS:
        (machine.static / f"{pod}.yaml").write_text(pod)
    (machine.host / "ports").write_text("443\n6443\n")
    containers = machine.hosts / "containers"
    containers.write_text("abc\ndef\n")
    machine.stub("crictl", f'#!/bin/sh\ncase $1 in ps) cat {containers} ;; stop) echo "$4"; : > {containers} ;; esac\n')
    machine.stub("nft", NFT)
    machine.stub("ip", '#!/bin/sh\n[ "$2" != exec ] || exit 7\n')
    return machine


def _manifests(running: Machine) -> set[str]:
    return {path.name for path in running.static.iterdir()}


def test_nothing_is_stopped_without_the_clusters_name(running: Machine) -> None:
    assert "STOP: nothing was changed" in running.run("stop-control-plane", "yes")[-1]
    assert len(_manifests(running)) == len(PODS)
    assert not (running.hosts / "rules").exists()


def test_containers_that_the_kubelet_leaves_running_are_stopped(running: Machine) -> None:
    assert "OK: the control plane of cp1 is stopped" in running.run("stop-control-plane", CLUSTER)[-1]
    assert _manifests(running) == set()
    assert "dport { 443,6443 }" in (running.hosts / "rules").read_text()


def test_data_is_not_moved_while_a_container_runs(running: Machine) -> None:
    (running.host / "chosen.db").write_text("data")
    (running.data / "member").mkdir(parents=True)
    assert "STOP: the control plane of cp1 still runs" in running.run("move-etcd-data-aside", CLUSTER)[-1]
    assert (running.data / "member").is_dir()


def test_a_member_that_is_down_is_not_waited_for(machine: Machine) -> None:
    machine.stub("curl", "#!/bin/sh\nexit 7\n")
    machine.stub("etcdctl", f"#!/bin/sh\ntouch {machine.hosts}/asked\n")
    machine.stub("crictl", "#!/bin/sh\nexit 0\n")
    assert machine.run("check-etcd")[-1] == "OK: etcd is down on cp1"
    assert machine.run("save-survivor")[-1] == "OK: etcd is down on cp1: nothing to save here"
    assert not (machine.hosts / "asked").exists()


@pytest.mark.parametrize("slug", ["check-etcd", "save-survivor", "reset-host"])
@pytest.mark.parametrize("code", [6, 22, 28, 127])
def test_only_a_refused_connection_shows_that_etcd_is_down(machine: Machine, slug: str, code: int) -> None:
    _replacement(machine)
    machine.stub("curl", f"#!/bin/sh\nexit {code}\n")
    said = machine.run(slug, "cp1", "cp1", values=_values(machine, slug))[-1]
    assert said.endswith(f"STOP: curl cannot tell if etcd runs here: port 2381, exit code {code}")
    assert not (machine.hosts / "reset").exists()


@pytest.mark.parametrize("slug", ["check-etcd", "save-survivor", "reset-host"])
def test_a_proxy_does_not_hide_a_member_that_runs(machine: Machine, slug: str) -> None:
    """What asks for this host itself goes past the proxy that the environment or a file of the person names."""
    _replacement(machine)
    machine.stub("curl", PROXIED)
    machine.stub("etcdctl", "#!/bin/sh\nexit 1\n")
    said = machine.run(slug, "cp1", "cp1", values=_values(machine, slug))[-1]
    assert "gives no data" in said or said.endswith("STOP: etcd runs here: this is a live member")


def test_quorum_is_seen_without_curl(machine: Machine) -> None:
    machine.stub("curl", "#!/bin/sh\nexit 7\n")
    machine.stub("etcdctl", "#!/bin/sh\nexit 0\n")
    assert machine.run("wait-for-quorum") == ["OK: quorum is back"]


def test_a_member_whose_metrics_have_another_port_is_not_down(machine: Machine) -> None:
    _replacement(machine)
    machine.stub("curl", '#!/bin/sh\ncase "$*" in *:2379*) exit 52 ;; esac\nexit 7\n')
    said = machine.run("reset-host", "cp1", "cp1", values=_values(machine, "reset-host"))[-1]
    assert said.endswith("STOP: etcd runs here: this is a live member")


@pytest.mark.parametrize(
    ("typed", "manifest", "crictl", "end"),
    [
        ("cp1", "", "exit 1", "OK: this host is empty"),
        ("cp1", "cp1", "exit 0", "OK: this host is empty"),
        ("cp1", "cp1", "exit 1", "STOP: crictl does not say if etcd runs here"),
        ("cp1", "cp1", "echo abc", "STOP: etcd runs here: this is a live member"),
        ("cp1", "cp2", "exit 0", "STOP: this host is cp2, not cp1: nothing is removed from it"),
        ("cp2", "", "exit 0", "STOP: this host is cp1.example.net, not cp2: nothing is removed from it"),
        ("", "", "exit 0", f"STOP: no member of {CLUSTER} has this name"),
    ],
)
def test_only_the_host_of_the_removed_member_is_emptied(
    machine: Machine, typed: str, manifest: str, crictl: str, end: str
) -> None:
    _replacement(machine)
    machine.stub("curl", "#!/bin/sh\nexit 7\n")
    machine.stub("crictl", f"#!/bin/sh\n{crictl}\n")
    if manifest:
        (machine.static / "etcd.yaml").write_text(f"    - --name={manifest}\n")
    said = machine.run("reset-host", typed, typed, values=_values(machine, "reset-host"))[-1]
    assert said.endswith(end)
    assert (machine.hosts / "reset").exists() == end.startswith("OK")


def _replacement(machine: Machine) -> None:
    """A host called cp1.example.net, on which kubeadm would reset."""
    machine.stub("hostname", "#!/bin/sh\necho cp1.example.net\n")
    machine.stub("kubeadm", f"#!/bin/sh\ntouch {machine.hosts}/reset\n")
    machine.stub("crictl", "#!/bin/sh\nexit 0\n")


def _values(machine: Machine, slug: str) -> dict[str, Value]:
    if slug != "reset-host":
        return {}
    return {"CLUSTER": CLUSTER, "STATIC_PODS": str(machine.static), "ETCD_DATA": str(machine.data), "MEMBERS": MEMBERS}


@pytest.mark.parametrize(
    ("revision", "end"), [("1", "STOP: etcd on cp1 holds no data"), ("7", "OK: cp1 is saved at revision 7")]
)
def test_empty_database_is_not_saved(machine: Machine, revision: str, end: str) -> None:
    machine.data.mkdir()
    machine.stub("curl", "#!/bin/sh\nexit 0\n")
    machine.stub("etcdctl", '#!/bin/sh\n[ "$3" != save ] || echo data > "$4"\n')
    machine.stub("etcdutl", f'#!/bin/sh\n[ "$2" != status ] || echo \'{{"revision":{revision},"x":1}}\'\n')
    assert machine.run("save-survivor")[-1] == end
    assert (machine.host / "survivor.db").exists() == end.startswith("OK")


@pytest.mark.parametrize("slug", ["save-snapshot", "save-survivor", "save-stopped-member"])
def test_data_is_not_copied_where_it_would_fill_the_disk(machine: Machine, slug: str) -> None:
    (machine.data / "member").mkdir(parents=True)
    machine.stub("curl", f"#!/bin/sh\nexit {7 if slug == 'save-stopped-member' else 0}\n")
    machine.stub("etcdctl", f'#!/bin/sh\n[ "$3" != save ] || touch {machine.hosts}/saved\n')
    machine.stub("df", "#!/bin/sh\necho Header; echo disk 9 9 300 1% /\n")
    machine.stub("du", '#!/bin/sh\necho "100 $2"\n')
    machine.stub("cp", f"#!/bin/sh\ntouch {machine.hosts}/saved\n")
    assert "has 300 KiB free, a snapshot and its check take 300" in machine.run(slug)[-1]
    assert not (machine.hosts / "saved").exists()


def test_tokens_differ_where_file_or_members_differ(machine: Machine) -> None:
    machine.stub("etcdutl", "#!/bin/sh\nmkdir -p restored/member\n")
    tokens = []
    for file, restored in (("a", "cp1 cp2 cp3"), ("a", "cp1 cp2 cp3"), ("b", "cp1 cp2 cp3"), ("a", "cp1")):
        (machine.host / "chosen.db").write_text(file)
        (machine.host / "state").write_text(f"RESTORED='{restored}'\n")
        tokens.append(machine.run("restore-etcd", values={"INITIAL_CLUSTER": PEERS})[-1].split()[-1])
        (machine.data / "member").rename(machine.home / f"member-{len(tokens)}")
    assert tokens[0] == tokens[1]
    assert len(set(tokens)) == 3


def test_etcd_is_not_started_on_a_host_that_was_not_restored(machine: Machine) -> None:
    (machine.host / "manifests" / "etcd.yaml").write_text("etcd")
    assert machine.run("start-etcd")[-1] == "STOP: etcd is not restored on cp1"
    assert (machine.host / "manifests" / "etcd.yaml").exists()


def test_every_kubelet_that_was_not_restarted_is_named(hosts: Machine) -> None:
    hosts.stub("systemctl", f'#!/bin/sh\necho "$*" >> {hosts.home}/restarts\n')
    addresses = ("10.0.0.1", "10.0.0.2", "fd00::3")
    assert (
        hosts.run("restart-kubelets", values={"HOST_ADDRESSES": addresses, **ROOT})[-1]
        == "OK: every kubelet is restarted"
    )
    _lose(hosts, "10.0.0.1", "fd00::3")
    said = hosts.run("restart-kubelets", values={"HOST_ADDRESSES": addresses, **ROOT})
    assert said == ["10.0.0.2: restarted", "STOP: the kubelet was not restarted on: 10.0.0.1 fd00::3"]
    assert (hosts.home / "restarts").read_text().splitlines() == ["restart kubelet"] * 4


def test_every_login_is_the_stated_one(hosts: Machine) -> None:
    """User, port and jump host go to ssh, and the command runs as root by a sudo that does not ask."""
    hosts.stub("sudo", f'#!/bin/sh\n[ "$1" = -n ] && shift && echo "$*" >> {hosts.hosts}/sudo && exec "$@"\n')
    hosts.stub("systemctl", "#!/bin/sh\nexit 0\n")
    addresses = ("10.0.0.1", "10.0.0.2", "fd00::3")
    hosts.run("prepare-workstation", values={"CLUSTER": CLUSTER, "HOST_ADDRESSES": addresses, **RESCUER})
    hosts.run("choose-data", "", values={"MEMBERS": MEMBERS, **RESCUER})
    hosts.run("send-data", values={"MEMBERS": MEMBERS, **RESCUER})
    hosts.run("restart-kubelets", values={"HOST_ADDRESSES": addresses, **RESCUER})
    logins = (hosts.hosts / "logins").read_text().splitlines()
    assert len(logins) > 12
    assert all(" -p 2222 -J bastion.example.net -l rescue " in login and " sudo -n sh -c " in login for login in logins)
    assert len((hosts.hosts / "sudo").read_text().splitlines()) == len(logins)
    assert (hosts.hosts / "fd00::3" / "chosen.db").read_text() == "data of fd00::3"


def test_hosts_that_ssh_does_not_reach_are_named_before_they_are_needed(hosts: Machine) -> None:
    _lose(hosts, "10.0.0.2")
    said = hosts.run(
        "prepare-workstation", values={"CLUSTER": CLUSTER, "HOST_ADDRESSES": ("10.0.0.1", "10.0.0.2"), **ROOT}
    )
    assert said[-4].startswith("10.0.0.1: logged in") and said[-3].startswith("10.0.0.2: NOT logged in")
    assert said[-2].endswith(": 10.0.0.2")
    assert said[-1] == f"OK: this workstation is ready for {CLUSTER}"
