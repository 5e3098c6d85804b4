"""Outcomes: what a loss means for the control plane and for the applications, each by itself."""

from pathlib import Path

import pytest

from compiler import pipeline
from compiler.facts.procedures import ANSWERS
from compiler.proofs import outcomes as subject
from compiler.proofs.outcomes import Outcome
from compiler.proofs.proofs import prove
from compiler.runbooks import procedures
from compiler.source.cache import BaseCache
from compiler.workspace.files import DiskFiles
from tests.golden.test_golden import CASES, DAY
from tests.unit.proofs.specs import spec

ROOT = Path(__file__).parents[3]
CONTROL_PLANE, APPLICATIONS = "control-plane", "applications"
SHOP = """
promise: {applications: {rpo: 26h, rto: 8h}}
namespaces: {shop: {workloads: {db: {labels: {app: db}, volumes: {data: {storageClass: ceph-rbd}}}}}}
backups:
  applications:
    shop: {namespaces: [shop], schedule: "0 3 * * *", retention: 14d, to: [offsite], volumes: {default: data-mover}}
"""


@pytest.fixture
def every_step_ran(monkeypatch: pytest.MonkeyPatch) -> None:
    """The record as it is when each step was run by a test with its present shell."""
    monkeypatch.setattr(subject, "executed", lambda slug, distribution: True)


def result(fragment: str, part: str, loss: str) -> tuple[str, str | None]:
    """Return what a loss means for a part of a cluster."""
    (found,) = (o for o in prove(spec(fragment)).outcomes if (o.part, o.loss) == (part, loss))
    return found.result, found.procedure


@pytest.mark.usefixtures("every_step_ran")
@pytest.mark.parametrize(
    ("fragment", "part", "loss", "expected"),
    [
        ("tier: production", CONTROL_PLANE, "host", ("keeps-serving", None)),
        (
            "hosts: {cp1: {rack: a3}}\npromise: {recover: [rack]}",
            CONTROL_PLANE,
            "rack",
            ("comes-back", "etcd-quorum-lost"),
        ),
        ("hosts: {cp1: {rack: null}}\npromise: {recover: [rack]}", CONTROL_PLANE, "rack", ("not-proven", None)),
        ("tier: edge\ncontrolPlane: {hosts: [cp1]}", CONTROL_PLANE, "host", ("no-procedure", None)),
        ("tier: production", CONTROL_PLANE, "site", ("no-procedure", None)),
        ("tier: production", CONTROL_PLANE, "credential-theft", ("no-procedure", None)),
        ("locations: {offsite: {site: madrid}}", CONTROL_PLANE, "site", ("no-copy", None)),
        ("locations: {offsite: {account: null}}", CONTROL_PLANE, "credential-theft", ("not-proven", None)),
        ("backups: {etcd: null}", CONTROL_PLANE, "site", ("no-copy", None)),
        (SHOP, APPLICATIONS, "operator-error", ("comes-back", "namespace-deleted")),
        (SHOP, APPLICATIONS, "site", ("no-procedure", None)),
        (SHOP.replace(", volumes: {default: data-mover}", ""), APPLICATIONS, "site", ("no-copy", None)),
        ("promise: {applications: {rpo: 26h, rto: 8h}}", APPLICATIONS, "operator-error", ("no-copy", None)),
    ],
)
def test_loss_means_this_for_a_part(fragment: str, part: str, loss: str, expected: tuple[str, str | None]) -> None:
    assert result(fragment, part, loss) == expected


def test_procedure_that_no_test_ran_brings_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "executed", lambda slug, distribution: False)
    assert result(SHOP, APPLICATIONS, "operator-error") == ("procedure-not-run", "namespace-deleted")


def test_cluster_without_applications_says_nothing_about_them() -> None:
    assert {o.part for o in prove(spec()).outcomes} == {CONTROL_PLANE}


@pytest.mark.parametrize("root", [*CASES, ROOT], ids=lambda path: path.name)
def test_page_that_brings_something_back_is_a_page_of_the_cluster_with_the_decisive_step(root: Path) -> None:
    for cluster in DiskFiles(root).clusters():
        plan = pipeline.check(pipeline.RunContext(DiskFiles(root), BaseCache(), DAY), cluster).plan
        assert plan is not None
        steps = {procedure.name: {step.slug for step in procedure.steps} for procedure in procedures(plan)}
        named: tuple[Outcome, ...] = plan.loss_outcomes.promised
        assert {o.procedure for o in named if o.procedure} <= steps.keys()
        assert all(a.decisive_step in steps[a.procedure] for a in ANSWERS.values() if a.procedure in steps)


def test_every_answer_is_a_procedure_of_some_cluster() -> None:
    """The names are folders of procedures, so that a renamed one is noticed here."""
    folders = {path.name for path in (ROOT / "templates/runbooks/procedures").iterdir()}
    assert {answer.procedure for answer in ANSWERS.values()} <= folders
