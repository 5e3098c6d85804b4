"""promtool unit tests of the alerts about the control plane: each is seen silent on a sound cluster, firing on its failure, and on absence.

Beside the cluster there is another one in the same Prometheus, failing in each silent case and sound in each firing one: series of
another job, or without the labels of this cluster, count for nothing. One member and one port are
scraped twice, as by two replicas of Prometheus.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from compiler.manifests import control_plane_rule as written
from compiler.plan.control_plane_alerts import DAY, ControlPlaneAlert
from compiler.plan.plan import Plan
from compiler.render import yaml
from compiler.render.alert_tests import FOLDER, STEP
from compiler.render.tree import File
from compiler.values import duration
from compiler.values.sources import merged

RULES, TESTS = "control-plane.rules.yaml", "control-plane.test.yaml"
LIMIT = 1000
"""Bytes of the quota in the tests, so that one percent is a whole number."""
YEAR = 365 * DAY
LOST = "1 stale"
"""Values of a series that ends: a scrape fails, or its target is gone."""

Series = Mapping[str, str]


class _Case(NamedTuple):
    """What differs from a sound cluster (None: the series is not there), when it is asked, and what fires then."""

    name: str
    changed: Mapping[str, str | None]
    at: int
    fires: tuple[ControlPlaneAlert, ...] = ()
    absent: bool = False


def files(plan: Plan) -> list[File]:
    """Return the rules as plain Prometheus reads them, and their tests; both are outside the synced layers."""
    alerts, cluster = plan.control_plane_alerts, plan.cluster.name
    if not alerts:
        return []
    sources = merged(*(alert.exists for alert in alerts), *(alert.sources for alert in alerts))
    tests = {
        "rule_files": [RULES],
        "evaluation_interval": duration.prometheus(STEP),
        "tests": [_test(cluster, alert, case) for alert in alerts for case in _cases(alert)],
    }
    return [
        File(f"{FOLDER}/{RULES}", yaml.emit(written.rules(cluster, alerts)).encode(), sources),
        File(f"{FOLDER}/{TESTS}", yaml.emit(tests).encode(), sources),
    ]


def _cases(alert: ControlPlaneAlert) -> Iterator[_Case]:
    """Yield the cases of an alert. What begins after the first minute has lasted its time one minute after `pending`."""
    late = alert.pending + 2 * STEP
    match alert.alert:
        case "KedgeEtcdMemberDown":
            yield _Case("silent while every member is up", {}, late)
            yield _Case("fires when one member is down", _down(alert, 1), late, (alert,))
        case "KedgeEtcdQuorumMargin":
            spare = alert.members - alert.quorum
            yield _Case("silent while a member can be spared", _down(alert, spare - 1), late)
            yield _Case("fires when none can be spared", _down(alert, spare), late, (alert,))
        case "KedgeEtcdNoLeader":
            spare = alert.members - alert.quorum
            yield _Case("silent while a majority has a leader", _down(alert, spare), late)
            yield _Case(
                "fires when fewer than a majority is up", _down(alert, spare) | _leaderless(alert), late, (alert,)
            )
        case "KedgeEtcdDatabaseSize":
            yield _Case("silent at the threshold", _sized(alert, alert.threshold), late)
            yield _Case("fires above the threshold", _sized(alert, alert.threshold + 1), late, (alert,))
        case "KedgeEtcdNoSpace":
            alarm = written.series(alert, written.ALARMS, _member(1), *written.NO_SPACE)
            refused = written.series(alert, written.HANDLED, _member(1), *written.REFUSED)
            yield _Case("silent after the alarm was disarmed", {alarm: "1 0x60"}, late)
            yield _Case("fires while a member has the alarm", {alarm: "0 1x60"}, late, (alert,))
            yield _Case("fires when writes are refused", {refused: "0+1x60"}, late, (alert,))
        case "KedgeEtcdNotWatched":
            yield _Case("silent while one member answers", _down(alert, alert.members - 1), late)
            for metric in written.WATCHED:
                gone = {one: None for one in _sound(alert) if one.startswith(f"{metric}{{")}
                yield _Case(f"fires without {metric}", gone, late, (alert,), absent=True)
        case "KedgeCertificateExpires":
            yield _Case("silent until its days begin", _expiring(alert, alert.threshold), alert.pending)
            first = alert.pending + STEP
            yield _Case("fires when they have begun", _expiring(alert, alert.threshold), first, (alert,))
        case "KedgeCertificatesNotWatched":
            gone = {one: None for one in _sound(alert) if one.startswith(f"{written.EXPIRY}{{")}
            yield _Case("silent while every port is probed", {}, late)
            yield _Case("fires when one port is not", {_port(alert, alert.threshold): LOST}, late, (alert,))
            yield _Case("fires without any probe", gone, late, (alert,), absent=True)


def _test(cluster: str, alert: ControlPlaneAlert, case: _Case) -> dict[str, object]:
    series = {**_sound(alert), **_another(alert, failing=not case.fires), **case.changed}
    of_absence = dict((("job", alert.job), *alert.selector)) if case.absent else {}
    expected = [
        {"exp_labels": {**of_absence, **rule["labels"]}, "exp_annotations": rule["annotations"]}  # type: ignore[dict-item]
        for rule in (written.rule(cluster, one) for one in case.fires)
    ]
    asked = {"eval_time": duration.prometheus(case.at), "alertname": alert.alert, "exp_alerts": expected}
    return {
        "name": f"{alert.subject}: {case.name}",
        "interval": duration.prometheus(STEP),
        "input_series": [{"series": one, "values": values} for one, values in series.items() if values is not None],
        "alert_rule_test": [asked],
    }


def _sound(alert: ControlPlaneAlert) -> dict[str, str]:
    """Return the series of a cluster without a fault, those that the alert's job has."""
    if alert.alert.startswith("KedgeCertificate"):
        count = alert.threshold if alert.alert == "KedgeCertificatesNotWatched" else 1
        ports = {_port(alert, number): f"{YEAR}x60" for number in range(1, count + 1)}
        return ports | {written.series(alert, written.EXPIRY, _member(1), _REPLICA): f"{YEAR}x60"}
    members = {key: value for number in range(1, alert.members + 1) for key, value in _sound_member(alert, number)}
    return members | {written.series(alert, written.LEADER, _member(1), _REPLICA): "1x60"}


def _sound_member(alert: ControlPlaneAlert, number: int) -> Iterator[tuple[str, str]]:
    values = {written.LEADER: "1x60", written.SIZE: "1x60", written.QUOTA: f"{LIMIT}x60"}
    for metric, value in values.items():
        yield written.series(alert, metric, _member(number)), value
    yield written.series(alert, written.HANDLED, _member(number), *written.REFUSED), "0x60"


def _another(alert: ControlPlaneAlert, *, failing: bool) -> Series:
    """Return the series of another etcd and another port that the same Prometheus knows: failing, or sound."""
    own = (("job", alert.job if alert.selector else f"another-{alert.job}"), _member(99))
    values = {
        (written.LEADER, ()): "0x60" if failing else "1x60",
        (written.SIZE, ()): f"{LIMIT if failing else 1}x60",
        (written.QUOTA, ()): f"{LIMIT}x60",
        (written.HANDLED, written.REFUSED): "0+1x60" if failing else "0x60",
        (written.ALARMS, written.NO_SPACE): "1x60" if failing else "0x60",
        (written.EXPIRY, ()): "0x60" if failing else f"{YEAR}x60",
    }
    return {written.labelled(metric, *own, *labels): value for (metric, labels), value in values.items()}


def _down(alert: ControlPlaneAlert, count: int) -> dict[str, str | None]:
    """The last members are down: each series of theirs ends."""
    last = range(alert.members, alert.members - count, -1)
    return {one: LOST for number in last for one, _ in _sound_member(alert, number)}


def _leaderless(alert: ControlPlaneAlert) -> dict[str, str | None]:
    """The first member, still up, has no leader."""
    first = written.series(alert, written.LEADER, _member(1))
    return {first: "1 0x60", written.series(alert, written.LEADER, _member(1), _REPLICA): "1 0x60"}


def _sized(alert: ControlPlaneAlert, percent: int) -> dict[str, str | None]:
    return {written.series(alert, written.SIZE, _member(1)): f"{LIMIT * percent // 100}x60"}


def _expiring(alert: ControlPlaneAlert, seconds: int) -> dict[str, str | None]:
    """One port's certificate expires so long after the first minute of the test; the other shows its own for a year."""
    return {_port(alert, 1): f"{seconds}x60"}


_REPLICA = ("replica", "second")


def _member(number: int) -> tuple[str, str]:
    return ("instance", f"target-{number}")


def _port(alert: ControlPlaneAlert, number: int) -> str:
    return written.series(alert, written.EXPIRY, _member(number))
