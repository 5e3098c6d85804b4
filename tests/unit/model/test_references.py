"""Names that do not resolve and places that contradict each other: reported at the name, with the nearest one that exists."""

import pytest

from tests.rules import cases

APPLICATION = "{namespaces: [%s], schedule: '0 3 * * *', retention: 14d, to: [%s]%s}"
WEB = "namespaces: {shop: {workloads: {web: {labels: {a: b}, %s}}}}"
INCONSISTENT = {
    "control-plane host": ("controlPlane: {hosts: [cp1, cp2, «cp33»]}", "there is no host cp33", "write cp3"),
    "endpoint host": ("controlPlane: {endpoint: {hosts: [«nowhere»]}}", "there is no host nowhere", "name one of "),
    "pool host": ("pools: {workers: {hosts: [w1, «w9»]}}", "there is no host w9", "write w"),
    "host twice": ("pools: {workers: {hosts: [w1, «w1»]}}", "w1 is in this list twice", "remove one"),
    "host in two pools": ("pools: {more: {hosts: «[w1]»}}", "w1 is in pool workers too", "keep it in one"),
    "address twice": (
        "hosts: {w3: {address: «10.20.0.11»}}",
        "w3 has the address of cp1",
        "give each host its own",
    ),
    "location": ("backups: {etcd: {to: [«ofsite»]}}", "there is no location ofsite", "write offsite"),
    "namespace": (
        "namespaces: {shop: {}}\nbackups: {applications: {a: " + APPLICATION % ("«shp»", "offsite", "") + "}}",
        "there is no namespace shp",
        "write shop",
    ),
    "priority": (WEB % "priority: «high»", "there is no priority high", "the spec has no priority yet: add high"),
    "storage class": (
        WEB % "volumes: {d: {storageClass: «ceph-rdb»}}",
        "there is no storage class ceph-rdb",
        "write ceph-rbd",
    ),
    "both numbers of a budget": (
        WEB % "«disruptionBudget»: {minAvailable: 1, maxUnavailable: 1}",
        "a disruption budget states exactly one",
        "keep one",
    ),
    "neither number of a budget": (
        WEB % "«disruptionBudget»: {}",
        "a disruption budget states exactly one",
        "keep one",
    ),
    "two engines": (
        "«gitops»: {flux: {url: 'https://g.example.net/r.git'}, argo: {url: 'https://g.example.net/r.git'}}",
        "`gitops` states exactly one of `flux` and `argo`",
        "keep one of them; one that comes from a base is removed by null",
    ),
    "no engine": ("«gitops»: {}", "`gitops` states exactly one of `flux` and `argo`", "state one of them"),
    "external etcd without hosts": ("«etcd»: {placement: external}", "`etcd.hosts` belongs to external", "state both"),
    "stacked etcd with hosts": ("«etcd»: {hosts: [cp1]}", "`etcd.hosts` belongs to external", "state both"),
    "snapshots without keys": ("keys: null", "etcd snapshots need `spec.keys`", "state `spec.keys`"),
    "snapshots without a location": (
        "backups: {«etcd»: {to: []}}",
        "etcd snapshots need a location",
        "add `to: [offsite]`",
    ),
    "two runners": (
        "backups: {«etcd»: {hostTimer: {}}}",
        "`cronJob` and `hostTimer` would both take etcd snapshots",
        "keep one of them",
    ),
    "no runner where the preferred one needs an image": (
        "backups: {«etcd»: {cronJob: null}}",
        "here etcd snapshots are taken by `cronJob`, and it is not stated",
        "add `cronJob: {image: …}` or `hostTimer: {}`",
    ),
    "CronJob for external etcd": (
        "etcd: {placement: external, hosts: [w1, w2, cp1]}\nbackups: {etcd: {timeZone: UTC}}",
        "`cronJob` cannot take etcd snapshots here: a pod reaches a member on its own host only",
        "replace it by `hostTimer: {}`",
    ),
    "provider without a provider": (
        "backups: {etcd: {cronJob: null, «provider»: {restore: ticket}}}",
        "`provider` cannot take etcd snapshots here: no provider runs etcd",
        "replace it by `cronJob: {image: …}` or `hostTimer: {}`",
    ),
    "zone that systemd misreads": (
        "backups: {etcd: {cronJob: null, hostTimer: {}, timeZone: Europe/Dublin}}",
        "systemd misreads the clock switches of Europe/Dublin",
        "write the schedule in Etc/UTC",
    ),
    "managed with etcd": ("distribution: {name: managed}", "is the provider's", "remove it"),
    "no control plane": ("controlPlane: null", "kubeadm needs `spec.controlPlane`", "state which hosts"),
}


@pytest.mark.parametrize("name", INCONSISTENT)
def test_inconsistency_is_reported_at_its_place(name: str) -> None:
    fragment, message, fix = INCONSISTENT[name]
    plain = fragment.replace("«", "").replace("»", "")
    found = next(f for f in cases.check(cases.over_base(plain)) if message in f.message)
    assert fix in found.fix
    if "«" in fragment:
        before = fragment[: fragment.index("«")]
        column = len(before.rpartition("\n")[2]) + 3
        assert (found.span.line, found.span.column) == (6 + before.count("\n"), column)


MANAGED = "distribution: {name: managed}\ncontrolPlane: null\netcd: null\nkeys: null\nmonitoring: {jobs: null}\n"


def test_a_managed_control_plane_has_the_snapshots_of_its_provider_or_none() -> None:
    provider = "backups: {etcd: {cronJob: null, to: null, provider: {restore: ticket to the provider}}}"
    for backups in (provider, "backups: {etcd: null}"):
        found = cases.check(cases.over_base(MANAGED + backups))
        assert [f.message for f in found if f.rule in ("sections-agree", "references-resolve")] == []


def test_the_provider_keeps_its_snapshots_itself() -> None:
    provider = "backups: {etcd: {cronJob: null, provider: {restore: ticket to the provider}}}"
    (found,) = cases.check(cases.over_base(MANAGED + provider))
    assert (found.message, found.fix) == (
        "the provider keeps its snapshots itself, so they have no location",
        "remove `to`",
    )


def test_a_managed_control_plane_without_a_runner_is_asked_for_the_provider() -> None:
    (found,) = cases.check(cases.over_base(MANAGED + "backups: {etcd: {cronJob: null, to: null}}"))
    assert found.fix == "add `provider: {restore: …}`"


EXTERNAL = "etcd: {placement: external, hosts: [w1, w2, cp1]}\n"


def test_external_etcd_is_sound_with_a_host_timer_and_stated_nothing_means_the_host_timer() -> None:
    for backup in ("{cronJob: null, hostTimer: {}}", "{cronJob: null}"):
        checked = cases.judged(cases.files(cases.over_base(f"{EXTERNAL}backups: {{etcd: {backup}}}")))
        assert checked.plan is not None
        assert checked.plan.host_snapshots is not None and checked.plan.snapshot_job is None


def test_external_etcd_is_sound_without_a_backup_and_is_said_to_have_none() -> None:
    checked = cases.judged(cases.files(cases.over_base(f"{EXTERNAL}backups: {{etcd: null}}")))
    assert checked.plan is not None
    assert "etcd is not backed up" in [f.message for f in checked.findings]


def test_name_that_is_not_the_folder_is_reported_at_the_name() -> None:
    spec = cases.over_base("tier: lab").replace("{name: case}", "{name: other}")
    (found,) = cases.check(spec)
    assert (found.span.line, found.span.column) == (3, 18)
    assert found.message == "the cluster is called other and its folder case"


def test_system_priority_classes_need_no_entry() -> None:
    assert cases.judged(cases.files(cases.over_base(WEB % "priority: system-cluster-critical"))).plan is not None


def test_every_inconsistency_is_reported_at_once() -> None:
    found = cases.check(cases.over_base("controlPlane: {hosts: [a, b, c]}\nbackups: {etcd: {to: [d]}}"))
    assert len(found) == 4


NO_HOSTS = """
distribution: {name: managed, version: 1.35.4}
monitoring: {jobs: null}
promise: {stayUp: null}
hosts: null
controlPlane: null
etcd: null
keys: null
backups: {etcd: null}
"""


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("pools: {workers: {count: 3}}", "a pool states exactly one of `hosts` and `count`"),
        ("pools: {workers: {hosts: null}}", "a pool states exactly one of `hosts` and `count`"),
        ("pools: {workers: {site: madrid}}", "`cpu`, `memory`, `site` and `zones` of a pool belong to `count`"),
        (NO_HOSTS + "pools: null", "there is no host, and no pool of a provider's nodes"),
    ],
)
def test_pool_has_hosts_or_a_count(fragment: str, said: str) -> None:
    assert any(found.message.startswith(said) for found in cases.check(cases.over_base(fragment)))


def test_managed_cluster_without_named_hosts_is_sound() -> None:
    counted = NO_HOSTS + "pools: {workers: {hosts: null, count: 3, site: eu-south-2, zones: [a, b, c]}}"
    assert cases.judged(cases.files(cases.over_base(counted))).plan is not None
