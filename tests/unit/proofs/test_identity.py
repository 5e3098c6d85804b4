"""What tells a cluster from every other has one spelling."""

import pytest

from compiler.model.cluster import ClusterSpec
from compiler.proofs.identity import marks
from tests.rules import cases


def values(fragment: str, kind: str) -> list[str]:
    checked = cases.judged(cases.files(cases.over_base(fragment)))
    assert isinstance(checked.spec, ClusterSpec), checked.findings
    return [mark.value for mark in marks(checked.spec) if mark.kind == kind]


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("https://api.case.example.net", "api.case.example.net:443"),
        ("https://API.Case.example.net:443/", "api.case.example.net:443"),
        ("https://proxy.example.net:8443/k8s/C1/", "proxy.example.net:8443/k8s/C1"),
    ],
)
def test_an_endpoint_has_its_port_and_no_upper_case_and_no_slash_at_its_end(url: str, server: str) -> None:
    assert values(f"identity: {{endpoint: '{url}'}}", "endpoint") == [server]


def test_a_virtual_address_counts_as_an_address() -> None:
    given = "controlPlane: {hosts: [cp1, cp2, cp3], endpoint: {vip: '2001:db8:0::10', hosts: [cp1]}}"
    assert values(given, "address")[0] == "2001:db8::10"


def test_a_place_is_the_store_the_bucket_and_the_path_of_this_cluster() -> None:
    assert values("locations: {offsite: {prefix: dr}}", "place") == ["s3.paris.example.net:443/case-dr/dr/case"]


def test_a_store_inside_the_cluster_is_no_place_that_another_one_has() -> None:
    assert values("locations: {offsite: {inCluster: true}}", "place") == []
