"""What untrusted text may do to a terminal: nothing."""

import pytest

from compiler.rescue.text import MAX_LINE, clean, fit, width, without_secrets


@pytest.mark.parametrize("character", ["\x1b", "\x07", "\x9b", "\x7f", "\u202e", "\u200b", "\u2028", "\x00", "\ufeff"])
def test_a_character_that_a_terminal_obeys_or_hides_is_replaced(character: str) -> None:
    assert clean(f"a{character}b") == "a?b"


def test_words_of_any_language_stay() -> None:
    assert clean("Größe 大きさ é") == "Größe 大きさ é"


def test_an_endless_line_is_cut() -> None:
    assert len(clean("x" * 10 * MAX_LINE)) == MAX_LINE + 1


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("大き", 4), ("e\u0301", 1)])
def test_a_width_is_counted_in_columns(text: str, columns: int) -> None:
    assert width(text) == columns
    assert width(fit(text * 9, 10)) == 10


def test_tokens_and_keys_are_left_out() -> None:
    text = "kubeadm join a:6443 --token abc.def --certificate-key 01ab AGE-SECRET-KEY-1XYZ"
    assert without_secrets(text) == "kubeadm join a:6443 --token … --certificate-key … AGE-SECRET-KEY-…"
