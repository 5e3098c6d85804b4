"""Argo CD and Flux bring the same objects of the same cluster: how long each takes, with the settings of their releases."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.real.argo_fleet import BASE, CLUSTER, WORLD, ArgoFleet
from tests.real.fleet import Fleet, bring_prometheus, bring_velero
from tests.real.harness.bed import Bed
from tests.real.harness.flux import Flux

RUNS = 5
QUOTA = "resourcequota.till.kedge.yaml"
LIVE = "ResourceQuota/till/kedge"
DELIVERED, REMOVED = "delivered", "removed"

Measure = Callable[[str, float], None]


@pytest.mark.parametrize("run", range(RUNS))
def test_argo_cd_brings_every_layer_and_removes_what_leaves_git(measure: Measure, run: int) -> None:
    with Bed(WORLD) as bed:
        fleet = ArgoFleet(bed, reconciliation=120)
        _prepare(fleet)
        with _timed(measure, f"Argo CD, {DELIVERED}"):
            fleet.deliver()
            fleet.wait_synced(fleet.commit, asked=False)
        _take_the_quota_out(fleet)
        with _timed(measure, f"Argo CD, {REMOVED}"):
            fleet.argo.refresh(BASE)
            _wait_until_gone(fleet)


@pytest.mark.parametrize("run", range(RUNS))
def test_flux_brings_every_layer_and_removes_what_leaves_git(measure: Measure, run: int) -> None:
    with Bed(WORLD) as bed:
        fleet = Fleet(bed, CLUSTER)
        _sync_by_flux(fleet)
        bed.flux = Flux(bed.control_plane, requeue="30s")
        bed.flux.start()
        bed.flux.wait()
        _prepare(fleet)
        with _timed(measure, f"Flux, {DELIVERED}"):
            fleet.deliver()
            fleet.wait_applied(fleet.commit, timeout=180)
        _take_the_quota_out(fleet)
        with _timed(measure, f"Flux, {REMOVED}"):
            bed.flux.reconcile(f"gitrepository/kedge-{CLUSTER}")
            _wait_until_gone(fleet)


def _sync_by_flux(fleet: Fleet) -> None:
    """Has the cluster of Argo CD synced by the Flux of its base instead."""
    spec = fleet.repository.work / f"clusters/{CLUSTER}/cluster.yaml"
    before, _, rest = spec.read_text().partition("  gitops:\n")
    spec.write_text(before + rest[rest.index("  namespaces:\n") :])


def _prepare(fleet: Fleet) -> None:
    bring_prometheus(fleet.bed)
    bring_velero(fleet.bed)
    fleet.bed.velero  # noqa: B018 - starts it
    fleet.commit = fleet.compile()


@contextmanager
def _timed(measure: Measure, what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    measure(what, time.monotonic() - began)


def _take_the_quota_out(fleet: Fleet) -> None:
    assert fleet.live(LIVE)
    index = fleet.generated / "base" / "kustomization.yaml"
    index.write_text(index.read_text().replace(f"- {QUOTA}\n", ""))
    index.with_name(QUOTA).unlink()
    fleet.repository.commit("the quota leaves Git")


def _wait_until_gone(fleet: Fleet) -> None:
    fleet.bed.control_plane.wait_for(lambda found: not found, "ResourceQuota", "kedge", "-n", "till", timeout=120)
