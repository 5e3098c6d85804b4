"""What a change does: pages are said to change only when one does, and a metric is the same by what it is, not by its words."""

from compiler import manifests
from compiler.change.impact import Side, impact
from tests.rules import cases


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
