"""Names that Kubernetes admits."""

import pytest

from compiler.values import names


@pytest.mark.parametrize("text", ["a", "payments-eu", "0", "a" * 63, "a--b"])
def test_admits_dns_labels(text: str) -> None:
    assert names.dns_label(text) == text


@pytest.mark.parametrize("text", ["", "-a", "a-", "A", "a.b", "a_b", "ä", "a\n", "a b", "٣"])
def test_refuses_what_is_no_dns_label(text: str) -> None:
    with pytest.raises(ValueError, match="is not admitted by Kubernetes; write lower-case letters"):
        names.dns_label(text)


def test_holds_a_label_to_its_limit() -> None:
    names.dns_label("a" * 52, 52)
    with pytest.raises(ValueError, match="has 53 characters and may have 52; shorten it"):
        names.dns_label("a" * 53, 52)


def test_names_derived_by_controllers_still_fit_a_label() -> None:
    assert names.VELERO_SCHEDULE_NAME_LIMIT + len("-20261121073000") == names.LABEL_VALUE_LIMIT


@pytest.mark.parametrize("text", ["a", "a.b.example.net", "a" * 253])
def test_admits_dns_subdomains(text: str) -> None:
    assert names.dns_subdomain(text) == text


@pytest.mark.parametrize("text", ["", ".a", "a.", "a..b", "A.b", "a" * 254, "a-.b"])
def test_refuses_what_is_no_dns_subdomain(text: str) -> None:
    with pytest.raises(ValueError):
        names.dns_subdomain(text)


@pytest.mark.parametrize("text", ["team", "example.net/team", "app.kubernetes.io/name"])
def test_admits_label_keys(text: str) -> None:
    assert names.label_key(text) == text


@pytest.mark.parametrize("text", ["", "/team", "Example.net/team", "a/b/c", "example.net/", "a" * 64])
def test_refuses_what_is_no_label_key(text: str) -> None:
    with pytest.raises(ValueError):
        names.label_key(text)
