"""Claims: what a cluster's promise and tier say of it, and whether that is shown, waived or not shown."""

import pytest

from compiler.proofs import claims as subject
from compiler.rules import IDS
from tests.rules import cases

WAIVER = "waivers: [{{rule: {rule}, at: {at}, reason: accepted, approver: Head, expires: 2027-01-01}}]\n"


def status(fragment: str, kind: str, loss: str) -> str:
    """Return the status of what the control plane claims."""
    checked = cases.judged(cases.files(cases.over_base(fragment)))
    assert checked.plan is not None, checked.findings
    (found,) = (c for c in checked.claims if (c.kind, c.part, c.loss) == (kind, "control-plane", loss))
    return found.status


def test_every_rule_that_speaks_against_a_claim_exists() -> None:
    assert subject.UNPROMISED | subject.STAYS_UP | subject.COPIES <= IDS


@pytest.mark.parametrize(
    ("fragment", "kind", "loss", "expected"),
    [
        ("tier: production", "stays-up", "host", "shown"),
        ("tier: production", "comes-back", "host", "shown"),
        ("tier: production", "comes-back", "site", "not-shown"),
        ("promise: {stayUp: [hypervisor]}", "stays-up", "hypervisor", "not-shown"),
        ("promise: {stayUp: [], recover: [host]}", "stays-up", "host", "shown"),
        ("controlPlane: {hosts: [cp1]}", "stays-up", "host", "not-shown"),
        (
            "controlPlane: {hosts: [cp1]}\n"
            + WAIVER.format(rule="etcd-quorum-survives-promised-loss", at="spec.promise.stayUp"),
            "stays-up",
            "host",
            "waived",
        ),
        (
            "locations: {offsite: {site: madrid}}\n"
            + WAIVER.format(rule="promised-loss-has-a-copy", at="spec.locations.offsite"),
            "comes-back",
            "site",
            "waived",
        ),
        (
            "promise: {recover: [host, operator-error, credential-theft]}\n"
            + WAIVER.format(rule="promise-covers-the-tier", at="spec.promise"),
            "comes-back",
            "site",
            "waived",
        ),
    ],
)
def test_claim_has_the_status_that_was_proven(fragment: str, kind: str, loss: str, expected: str) -> None:
    assert status(fragment, kind, loss) == expected


def test_spec_that_is_not_sound_claims_nothing() -> None:
    assert cases.judged(cases.files(cases.over_base("hosts: {cp1: 1}"))).claims == ()
