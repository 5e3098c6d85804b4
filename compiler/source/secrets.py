"""Secrets that people paste into files by mistake, known by their fixed beginnings."""

import re

_SECRET = re.compile(
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"  # access key of AWS and of S3 services that copy it
    r"|AGE-SECRET-KEY-1"
    r"|AGE-PLUGIN-[A-Z0-9-]+1"
    r"|-----BEGIN [A-Z0-9 ]*PRIVATE KEY"
    r"|untrusted comment: (?:minisign|rsign) encrypted secret key"
    r"|\bgh[opsu]_[A-Za-z0-9]{36}\b|\bgithub_pat_[A-Za-z0-9_]{22}|\bglpat-[A-Za-z0-9_-]{20}"
)
_PASSWORD = re.compile(r"://[^\s/@:]+:[^\s/@]+@")  # in a URL

_MARKS = (
    *("AKIA", "ASIA", "AGE-SECRET-KEY-1", "AGE-PLUGIN-", "PRIVATE KEY", "encrypted secret key"),
    *("gho_", "ghp_", "ghs_", "ghu_", "github_pat_", "glpat-"),
)
"""What every secret holds as it is: searching for these first takes a tenth of the time."""


def secret_in(text: str) -> re.Match[str] | None:
    """Return the beginning of a secret in a text."""
    return (_SECRET.search(text) if any(mark in text for mark in _MARKS) else None) or _PASSWORD.search(text)


def without_secret(line: str) -> str:
    """Return a line without its secret and all that follows it: often that is the second half."""
    found = secret_in(line)
    return line if found is None else f"{line[: found.start()]}…"
