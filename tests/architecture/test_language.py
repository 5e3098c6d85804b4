"""Words that we do not use: private metaphors and archaisms. Code, templates, documents, examples and generated text are held to it."""

import re
import subprocess

import pytest

from tests.architecture.source import ROOT

REFUSED = {
    "nought": "0, or zero",
    "anew": "again, or recreated",
    "borne": "accepted",
    "told|tells?": "print, show, say",
    "rolls?": "registry",
    "rooms?": "package, or space",
    "house": "project",
    "strangers?": "independent",
    "thief|thieves": "credential-theft, or attacker",
    "mend|mends|mended|mending": "fix",
    "chapters?": "procedure, or page",
    "workshops?|workplaces?": "context, selection",
    "lies|lie": "is, is stored in",
    "stands": "is",
    "the door": "the API",
    "acts? by (?:itself|themselves)": "Flux, Velero and autoscalers",
    "ends? well": "succeeds",
    "the put": "the upload",
    "wayback|way back": "rollback",
    "youngest": "most recent",
}
EXCEPTIONS = {
    ("tests/architecture/test_language.py", ""),
    ("compiler/model/synonyms.py", "thief"),
}
"""A file and the word that it may use, since it answers people who do; an empty word: all of them."""

WORDS = re.compile("|".join(rf"\b(?:{words})\b" for words in REFUSED), re.IGNORECASE)
SKIPPED = ("tests/real/tools/", "requirements/", "LICENSE")
TEXT = (".py", ".md", ".toml", ".yaml", ".sh", ".j2", ".json", ".expected", "Makefile", "run")


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [file for file in listed.split("\n") if file.endswith(TEXT) and not file.startswith(SKIPPED)]


def offences(file: str) -> list[str]:
    path = ROOT / file
    if not path.is_file() or (file, "") in EXCEPTIONS:
        return []
    return [
        f"{file}:{number}: {word}"
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
        for word in (match[0] for match in WORDS.finditer(line))
        if (file, word.lower()) not in EXCEPTIONS
    ]


@pytest.mark.parametrize("folder", ["compiler", "templates", "docs", "tests", "tools", "clusters", "schemas", ""])
def test_nothing_says_a_word_that_we_do_not_use(folder: str) -> None:
    top = {"compiler", "templates", "docs", "tests", "tools", "clusters", "schemas"}
    files = [f for f in tracked() if (f.partition("/")[0] == folder if folder else f.partition("/")[0] not in top)]
    assert [offence for file in files for offence in offences(file)] == []
