"""What a snapshot pod may reach: ports that follow from the endpoints of its stores."""

from typing import Any

import pytest

from compiler.manifests import snapshot_network
from tests.rules import cases


def egress(fragment: str) -> list[list[tuple[str, int]]]:
    """The ports of each rule of the policy, in a cluster of the rules' tests with a change."""
    plan = cases.judged(cases.files(cases.over_base(fragment))).plan
    assert plan is not None
    (policy,) = snapshot_network.emit(plan)
    body: Any = policy.body
    return [[(port["protocol"], port["port"]) for port in rule["ports"]] for rule in body["spec"]["egress"]]


DNS = [("UDP", 53), ("TCP", 53)]


@pytest.mark.parametrize(
    ("endpoint", "port", "dns"),
    [
        ("https://s3.example.net", 443, [DNS]),
        ("http://s3.example.net", 80, [DNS]),
        ("https://s3.example.net:9000", 9000, [DNS]),
        ("https://10.20.0.5:9000", 9000, []),
    ],
)
def test_the_ports_are_those_of_etcd_of_the_store_and_of_dns_for_a_name(
    endpoint: str, port: int, dns: list[list[tuple[str, int]]]
) -> None:
    assert egress(f'locations: {{offsite: {{endpoint: "{endpoint}"}}}}') == [[("TCP", 2379), ("TCP", port)], *dns]


def test_a_host_timer_makes_no_policy() -> None:
    plan = cases.judged(cases.files(cases.over_base("backups: {etcd: {cronJob: null, hostTimer: {}}}"))).plan
    assert plan is not None
    assert list(snapshot_network.emit(plan)) == []
