"""Secrets that were pasted into a file: refused wherever they are, and never repeated."""

import pytest

from compiler.source.secrets import without_secret
from tests.rules import cases
from tests.unit.source.helpers import faults, only

AGE = "AGE-SECRET-KEY-1" + "Q" * 58
SECRETS = [
    "AKIA" + "IOSFODNN7EXAMPLE",
    AGE,
    "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
    "-----BEGIN " + "PRIVATE KEY-----",
    "ghp_" + "a" * 36,
    "glpat-" + "a" * 20,
    "https://bot:" + "hunter2@git.example.net/x",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("line", ["owner: {}", "{}: 1", "# {}", 'owner: "{}"', "owner: |\n  {}"])
def test_a_secret_is_refused_wherever_it_is_and_not_repeated(secret: str, line: str) -> None:
    text = "a: 1\n" + line.format(secret) + "\n"
    code, number, _ = only(text)
    assert (code, number) == ("files-hold-no-secrets", 3 if "|" in line else 2)
    assert secret not in str(faults(text))


@pytest.mark.parametrize(
    "text",
    [
        "age: age1har8nsycqh9rat55ppavnya2rmcdef4q27xs3q8xdp5e6hk34ufseyqh7v",
        "ca: -----BEGIN CERTIFICATE-----",
        "owner: AKIA team",
        "bucket: maakia-backups",
        "url: ssh://git@git.example.net:22/dr.git",
        'image: "registry.example.net:5000/tools@sha256:00"',
    ],
)
def test_what_is_public_is_no_secret(text: str) -> None:
    assert without_secret(text) == text


def test_the_screen_shows_neither_the_secret_nor_what_follows_it() -> None:
    repository = cases.files(cases.over_base(f"people: {{owner: {SECRETS[0]} wJalrXUtnFEMI}}"))
    said = cases.printed(repository, cases.judged(repository).findings)
    assert "files-hold-no-secrets" in said
    assert "people: {owner: …" in said
    assert SECRETS[0] not in said and "wJalr" not in said
