"""Copies: which location still holds a readable copy after which loss."""

import pytest

from compiler.proofs.copies import shortfalls
from tests.unit.proofs.specs import spec

HELD, LOST, UNKNOWN = "held", "lost", "unknown"


@pytest.mark.parametrize(
    ("location", "loss", "verdict"),
    [
        ("{site: paris}", "site", HELD),
        ("{site: madrid}", "site", LOST),
        ("{site: null}", "site", UNKNOWN),
        ("{site: madrid}", "rack", UNKNOWN),
        ("{site: madrid}", "host", UNKNOWN),
        ("{site: paris, inCluster: true}", "site", LOST),
        ("{lock: null}", "operator-error", LOST),
        ("{site: madrid}", "operator-error", HELD),
        ("{inCluster: true}", "operator-error", LOST),
        ("{lock: null}", "credential-theft", LOST),
        ("{account: case-prod}", "credential-theft", LOST),
        ("{account: null}", "credential-theft", UNKNOWN),
        ("{account: backup-vault}", "credential-theft", HELD),
    ],
)
def test_location_holds_after_a_loss(location: str, loss: str, verdict: str) -> None:
    found = shortfalls(spec(f"tier: lab\npromise: {{recover: [{loss}]}}\nlocations: {{offsite: {location}}}"))
    assert (HELD if not found else LOST if any(f.cause.proven for f in found) else UNKNOWN) == verdict


@pytest.mark.parametrize(
    ("zone", "hosts", "verdict"),
    [("b", "a", HELD), ("a", "a", LOST), (None, "a", UNKNOWN), ("b", None, UNKNOWN)],
)
def test_store_of_the_same_site_holds_in_another_zone(zone: str | None, hosts: str | None, verdict: str) -> None:
    def said(value: str | None) -> str:
        return value or "null"

    each = ", ".join(f"{n}: {{zone: {said(hosts)}}}" for n in ("cp1", "cp2", "cp3", "w1", "w2"))
    fragment = (
        f"tier: lab\npromise: {{recover: [zone]}}\nlocations: {{offsite: {{site: madrid, zone: {said(zone)}}}}}\n"
    )
    # A null must remove something, so absent zones are left out.
    fragment += "" if hosts is None else f"hosts: {{{each}}}"
    found = shortfalls(spec(fragment.replace(", zone: null", "")))
    assert (HELD if not found else LOST if any(f.cause.proven for f in found) else UNKNOWN) == verdict


def test_one_of_two_locations_is_enough() -> None:
    near = "{bucket: near-dr, endpoint: 'https://s3.example.net', region: x, site: madrid, credential: {secret: s}}"
    text = f"locations: {{near: {near}}}\nbackups: {{etcd: {{to: [near, offsite]}}}}"
    assert shortfalls(spec(text)) == ()


def test_nothing_promised_leaves_nothing_short() -> None:
    assert shortfalls(spec("tier: lab\npromise: {recover: []}\nlocations: {offsite: {inCluster: true}}")) == ()
