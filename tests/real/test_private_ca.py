"""A store whose certificate a private authority signed: a real Velero uses it with the `caCert` that kedge emits, and not without."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from compiler import pipeline
from tests.real.fleet import OUTSIDE
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed
from tests.real.harness.s3 import ROOT as OWNER
from tests.real.harness.s3 import S3
from tests.real.harness.tls import HTTPS, Authority, Endpoint
from tests.real.harness.velero import NAMESPACE
from tests.rules import cases

SPEC = """
promise: {applications: {rpo: 26h, rto: 8h}}
namespaces: {shop: {}}
locations: {offsite: {ca: CA}}
backups: {applications: {shop: {namespaces: [shop], schedule: "0 3 * * *", retention: 14d, to: [offsite]}}}
"""
BUCKET, CREDENTIAL = "case-dr", "offsite-writer"  # of the base that the spec extends


def location(name: str, authority: str) -> dict[str, Any]:
    """The location that kedge emits for a store with this CA, under another name."""
    spec = cases.over_base(SPEC.replace("CA", json.dumps(authority)) if authority else SPEC.replace("{ca: CA}", "{}"))
    output = pipeline.build(cases.judged(cases.files(spec)))
    (text,) = [content for path, content in output.items() if "/backupstoragelocation." in path]
    found: dict[str, Any] = yaml.safe_load(text)
    return {**found, "metadata": {**found["metadata"], "name": name}}


@pytest.fixture(scope="module")
def bed() -> Iterator[Bed]:
    """A bed whose store has a certificate of an authority that nothing in it trusts."""
    with Bed(OUTSIDE) as made:
        private = Authority.create(made.folder / "private", "private")
        pair = private.issue("s3", f"/CN={OUTSIDE.s3}", names=[OUTSIDE.s3])
        endpoint = Endpoint(OUTSIDE.s3, OUTSIDE.addresses[OUTSIDE.s3], HTTPS, pair, private.certificate)
        made.s3 = S3(made.ns, endpoint, OUTSIDE.region).start()
        made.s3.create_bucket(BUCKET)
        made.velero.create_credential(CREDENTIAL, OWNER)
        for name, authority in (("with", private.certificate.read_text()), ("without", "")):
            checked(made.apply_ssa(json.dumps(location(name, authority))))
        yield made


def test_location_with_the_authority_is_available_and_takes_a_backup(bed: Bed) -> None:
    bed.velero.wait_available("with")
    bed.velero.backup("small", includedNamespaces=["default"], storageLocation="with", snapshotVolumes=False)
    assert bed.velero.wait_over("backup", "small")["phase"] == "Completed"


def test_location_without_the_authority_is_refused_for_its_certificate(bed: Bed) -> None:
    where = ("backupstoragelocation", "without", "-n", NAMESPACE)
    bed.control_plane.wait_for(lambda found: found.get("status", {}).get("phase") == "Unavailable", *where)
    assert "certificate signed by unknown authority" in bed.control_plane.get(*where)["status"]["message"]
