"""Names that Kubernetes admits, and characters that no text may hold."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.values import names


@pytest.mark.parametrize("text", ["a", "payments-eu", "0", "a" * 63, "a--b"])
def test_admits_dns_labels(text: str) -> None:
    assert names.dns_label(text) == text


@pytest.mark.parametrize("text", ["", "-a", "a-", "A", "a.b", "a_b", "ä", "a\n", "a b", "٣"])
def test_refuses_what_is_no_dns_label(text: str) -> None:
    with pytest.raises(ValueError, match="is not admitted by Kubernetes; write lower-case letters"):
        names.dns_label(text)


def test_holds_a_label_to_its_limit() -> None:
    names.dns_label("a" * names.CRONJOB_NAME_LIMIT, names.CRONJOB_NAME_LIMIT)
    with pytest.raises(ValueError, match="has 53 characters and may have 52; shorten it"):
        names.dns_label("a" * 53, names.CRONJOB_NAME_LIMIT)


def test_names_derived_by_controllers_still_fit_a_label() -> None:
    assert names.CRONJOB_NAME_LIMIT + len("-29876543") <= names.DNS_LABEL_LIMIT
    assert names.VELERO_SCHEDULE_NAME_LIMIT + len("-20261121073000") == names.LABEL_VALUE_LIMIT


@pytest.mark.parametrize("text", ["a", "a.b.example.net", "a" * 253])
def test_admits_dns_subdomains(text: str) -> None:
    assert names.dns_subdomain(text) == text


@pytest.mark.parametrize("text", ["", ".a", "a.", "a..b", "A.b", "a" * 254, "a-.b"])
def test_refuses_what_is_no_dns_subdomain(text: str) -> None:
    with pytest.raises(ValueError):
        names.dns_subdomain(text)


@pytest.mark.parametrize("text", ["", "a", "Team_a.b-c", "1.35.4"])
def test_admits_label_values(text: str) -> None:
    assert names.label_value(text) == text


@pytest.mark.parametrize("text", ["-a", "a-", "a b", "a/b", "a" * 64, "a\n"])
def test_refuses_what_is_no_label_value(text: str) -> None:
    with pytest.raises(ValueError):
        names.label_value(text)


@pytest.mark.parametrize("text", ["team", "example.net/team", "app.kubernetes.io/name"])
def test_admits_label_keys(text: str) -> None:
    assert names.label_key(text) == text


@pytest.mark.parametrize("text", ["", "/team", "Example.net/team", "a/b/c", "example.net/", "a" * 64])
def test_refuses_what_is_no_label_key(text: str) -> None:
    with pytest.raises(ValueError):
        names.label_key(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("Ordinary text: «quoted», 東京, ⚠️ and naïve", None),
        ("a\nb", "U+000A CONTROL CHARACTER"),
        ("a\tb", "U+0009 CONTROL CHARACTER"),
        ("\x1b[31m", "U+001B CONTROL CHARACTER"),
        ("\x9b", "U+009B CONTROL CHARACTER"),
        ("a\u202eb\u200b", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\u2028", "U+2028 LINE SEPARATOR"),
        ("\U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A"),
        ("\ud800", "U+D800 UNPAIRED SURROGATE"),
        ("\u3164", "U+3164 HANGUL FILLER"),
    ],
)
def test_finds_the_first_refused_character(text: str, found: str | None) -> None:
    assert names.clean_text(text) == found


@given(st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp"]))
def test_refuses_every_control_and_nearly_every_format_character(character: str) -> None:
    shown = character in "\u06dd\u070f\u08e2" or unicodedata.name(character, "").startswith(
        ("ARABIC", "KAITHI", "EGYPTIAN", "SHORTHAND FORMAT", "MUSICAL")
    )
    assert shown or names.clean_text(character)


@given(
    st.text(
        st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="\u115f\u1160\u3164\uffa0\ufffc\ufffd")
    )
)
def test_admits_what_people_see(text: str) -> None:
    assert names.clean_text(text) is None
