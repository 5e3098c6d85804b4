"""Snapshots that the provider takes: pages state what only the spec knows of them."""

from compiler import pipeline
from tests.rules import cases

MANAGED = """
distribution: {name: managed, version: 1.35.4}
monitoring: {jobs: null}
controlPlane: null
etcd: null
backups:
  etcd:
    cronJob: null
    schedule: "0 * * * *"
    retention: 7d
    to: null
    provider: {restore: "ticket to the provider, priority 1", watchedBy: "monitoring team"}
"""


def _readme(spec: str) -> str:
    return pipeline.build(cases.judged(cases.files(cases.over_base(spec))))["runbooks/README.md"].decode()


def test_pages_say_how_a_restore_is_asked_for_and_who_watches() -> None:
    text = _readme(MANAGED)
    assert "How to ask for a restore: ticket to the provider, priority 1. Who watches them: monitoring team." in text
    assert "`0 * * * *` Etc/UTC, kept for 7d" in text


def test_pages_say_nothing_of_a_provider_that_is_not_stated() -> None:
    assert "ask for a restore" not in _readme("namespaces: {shop: {}}")
