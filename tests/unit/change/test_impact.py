"""What a change does: pages are said to change only when one does, and a metric is the same by what it is, not by its words."""

import pytest

from compiler import manifests
from compiler.change.impact import Side, impact
from compiler.report.impact import render
from tests.rules import cases

THIRD = "age1tksk5j2dq8fx67ht3ddrr8qkz4tqrjnzzxknh8s6fcvzpz3c37vqtehv54"


def _side(fragment: str) -> Side:
    decided = cases.judged(cases.files(cases.over_base(fragment))).plan
    assert decided is not None
    return Side(decided, manifests.emit(decided))


def test_no_page_changes_where_only_objects_do() -> None:
    change = impact("case", _side("tier: production"), _side("etcd: {quota: 5Gi}"))
    assert "CronJob/kedge-backup/etcd-snapshot" in [o.name for o in change.objects]
    assert not change.pages


def test_pages_change_with_what_only_they_say() -> None:
    change = impact("case", _side("tier: production"), _side("backups: {etcd: {retention: 15d}}"))
    assert change.objects == ()
    assert change.pages


def test_a_cluster_that_is_new_has_new_pages() -> None:
    assert impact("case", Side(None, ()), _side("tier: production")).pages


def test_a_lock_is_compared_with_that_of_the_same_location() -> None:
    change = impact("case", _side("tier: production"), _side("locations: {offsite: {lock: {retention: 60d}}}"))
    assert [(c.metric.metric, c.metric.location, c.verdict) for c in change.recovery] == [
        ("copy-lock", "offsite", "better")
    ]


def verdicts(before: str, after: str) -> dict[tuple[str, str], str]:
    """Return the verdict of each measure that changes, by measure and subject."""
    change = impact("case", _side(before), _side(after))
    return {(c.metric.metric, c.metric.subject): c.verdict for c in change.recovery}


TIMER = "{cronJob: null, hostTimer: {}}"
SHOP = "promise: {applications: {rpo: 26h, rto: 8h}}\nnamespaces: {shop: {}, till: {}}\n"
BACKUP = (
    'backups: {velero: {version: 1.18.3}, applications: {shop: {namespaces: [shop], schedule: "0 2 * * *", retention: 30d,'
    " volumes: {ceph-rbd: data-mover}, to: [offsite]}}}\n"
)
WORKLOAD = (
    "namespaces: {shop: {workloads: {web: {labels: {app: web}, replicas: 3, disruptionBudget: {maxUnavailable: 1},"
    " volumes: {data: {storageClass: ceph-rbd, size: 1Gi}}}}}}\n"
)


@pytest.mark.parametrize(
    ("before", "after", "measure", "verdict"),
    [
        ("tier: production", "hosts: {cp2: {rack: a1}, cp3: {rack: a1}}", ("survives", "rack"), "worse"),
        ("tier: production", "hosts: {w1: {memory: 16Gi}}", ("capacity", "memory"), "worse"),
        ("tier: production", "controlPlane: {hosts: [cp1, cp2, w1]}", ("etcd-placement", "control plane"), "changed"),
        (
            WORKLOAD,
            WORKLOAD.replace("maxUnavailable: 1", "maxUnavailable: 2"),
            ("disruption-budget", "shop/web"),
            "changed",
        ),
        (
            WORKLOAD,
            WORKLOAD.replace(" disruptionBudget: {maxUnavailable: 1},", ""),
            ("disruption-budget", "shop/web"),
            "lost",
        ),
        (WORKLOAD, WORKLOAD.replace("volumes: {data", "data: rebuilt, volumes: {data"), ("data", "shop/web"), "worse"),
        (
            SHOP + BACKUP,
            SHOP + BACKUP.replace("volumes: {ceph-rbd: data-mover}, ", ""),
            ("volume-method", "ceph-rbd"),
            "lost",
        ),
        (
            SHOP + BACKUP.replace("[shop]", "[shop, till]"),
            SHOP + BACKUP,
            ("coverage", "till"),
            "lost",
        ),
        ("tier: production", f"backups: {{etcd: {TIMER}}}", ("watched", "control plane"), "worse"),
        (
            f"backups: {{etcd: {TIMER.replace('{}', '{watchedBy: Bucket check}')}}}",
            f"backups: {{etcd: {TIMER}}}",
            ("watched", "control plane"),
            "worse",
        ),
        ("tier: production", "backups: {etcd: {retention: 8d}}", ("retention", "control plane"), "worse"),
        (
            "tier: production",
            "waivers: [{rule: schedule-meets-rpo, at: spec.backups, reason: r, approver: Head, expires: 2027-01-01}]",
            ("waiver", "schedule-meets-rpo"),
            "worse",
        ),
        ("tier: production", "tier: lab", ("tier", "cluster"), "worse"),
    ],
)
def test_a_weaker_spec_is_a_change_of_recovery_with_its_direction(
    before: str, after: str, measure: tuple[str, str], verdict: str
) -> None:
    assert verdicts(before, after)[measure] == verdict


def test_a_tighter_promise_that_is_not_kept_is_not_better() -> None:
    found = verdicts("tier: production", "promise: {controlPlane: {rpo: 30m}}")
    assert found["promised-rpo", "control plane"] == "worse"


@pytest.mark.parametrize(
    ("after", "measure"),
    [
        (f"keys: {{breakGlass: {{evil: {{age: {THIRD}}}}}}}", ("recipient", "break-glass key evil")),
        ("identity: {endpoint: 'https://elsewhere.example.net:6443'}", ("api-endpoint", "cluster")),
        ("backups: {etcd: {cronJob: {image: 'r.example.net/t@sha256:" + "9c" * 32 + "'}}}", ("image", "snapshot job")),
    ],
)
def test_who_can_read_or_run_is_never_called_better(after: str, measure: tuple[str, str]) -> None:
    change = impact("case", _side("tier: production"), _side(after))
    assert [c.metric.heading for c in change.recovery if (c.metric.metric, c.metric.subject) == measure] == ["access"]
    assert any("who can read or run" in line for line in render([change], full=False))
    assert not any(line.lstrip().startswith("+") for line in render([change], full=False))


def test_a_backup_that_goes_is_one_line_unless_all_is_asked_for() -> None:
    change = impact("case", _side(SHOP + BACKUP), _side(SHOP))
    short, full = ([line for line in render([change], full) if line.startswith("    !")] for full in (False, True))
    assert len(short) == 1
    assert "backup (shop): to offsite → none" in short[0]
    assert len(full) > 8


LATE = "promise: {controlPlane: {rpo: 30m, rto: 2h}}\n"


def _waived(at: str, *expires: str) -> str:
    waivers = (
        f"{{rule: schedule-meets-rpo, at: {at}, reason: Second site in March, approver: Head of IT, expires: {day}}}"
        for day in expires
    )
    return f"{LATE}waivers: [{', '.join(waivers)}]\n"


@pytest.mark.parametrize(
    ("after", "printed"),
    [
        (LATE, "1h → 30m (not kept)   worse"),
        (_waived("spec.backups.etcd", "2099-03-01"), "1h → waived until 2099-03-01: RPO 30m is not kept   worse"),
        (_waived("spec.etcd", "2099-03-01"), "1h → 30m (not kept)   worse"),
    ],
)
def test_waived_rpo_is_printed_as_not_kept_with_the_last_day_of_the_waiver(after: str, printed: str) -> None:
    change = impact("case", _side("tier: production"), _side(after))
    (line,) = (line for line in render([change], full=True) if "promised RPO (control plane)" in line)
    assert line.endswith(printed)


def test_waiver_that_ends_later_is_a_change_of_what_is_promised() -> None:
    before, after = (_waived("spec.backups.etcd", day) for day in ("2099-03-01", "2099-09-01"))
    assert ("promised-rpo", "control plane") in verdicts(before, after)
