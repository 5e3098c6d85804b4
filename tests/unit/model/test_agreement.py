"""Values of different sections that must agree."""

import pytest

from tests.rules import cases
from tests.unit.provenance.leaves import CERTIFICATES

NAMESPACES = """
gitops: {flux: {url: "https://git.example.net/platform/dr.git", namespace: sync}}
monitoring: {namespace: watch}
backups: {velero: {namespace: store}}
"""


@pytest.mark.parametrize("name", ["kube-system", "kedge-backup", "sync", "watch", "store"])
def test_a_namespace_that_keeps_the_cluster_running_is_not_managed(name: str) -> None:
    findings = cases.check(cases.over_base(f"{NAMESPACES}namespaces: {{{name}: {{quota: {{pods: 0}}}}}}"))
    (fault,) = (one for one in findings if one.rule == "sections-agree")
    assert fault.message.startswith(f"{name} is a system namespace")


@pytest.mark.parametrize("name", ["flux-system", "monitoring", "velero"])
def test_the_default_name_of_another_namespace_may_be_managed(name: str) -> None:
    findings = cases.check(cases.over_base(f"{NAMESPACES}namespaces: {{{name}: {{}}}}"))
    assert "sections-agree" not in [one.rule for one in findings]


def test_a_store_without_tls_has_no_ca() -> None:
    pem = CERTIFICATES[0].replace("\n", "\\n")
    findings = cases.check(
        cases.over_base(f'locations: {{offsite: {{ca: "{pem}", endpoint: "http://s3.example.net"}}}}')
    )
    (fault,) = (one for one in findings if one.rule == "sections-agree")
    assert (fault.fix, fault.message.startswith("a store without TLS")) == ("write an https:// endpoint", True)


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN CERTIFICATE-----\nMIIBUTCCAQOgAwIBAgIU\n-----END CERTIFICATE-----\n",
        CERTIFICATES[0] + "a word\n",
    ],
    ids=["cut", "more"],
)
def test_a_ca_that_openssl_does_not_read_is_refused(text: str) -> None:
    escaped = text.replace("\n", "\\n")
    findings = cases.check(cases.over_base(f'locations: {{offsite: {{ca: "{escaped}"}}}}'))
    assert [one.rule for one in findings] == ["values-fit-their-field"]
