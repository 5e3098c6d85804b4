"""Words that we do not use: private metaphors and archaisms. Code, templates, documents, examples and generated text are held to it."""

import re
import subprocess

import pytest

from tests.architecture.source import ROOT

REFUSED = {
    "noughts?": "0, or zero",
    "anew|afresh": "again, or recreated",
    "borne": "accepted",
    "told": "printed, reported, returned",
    "rolls?(?! (?:back|out))": "registry",
    "rooms?": "package, or space",
    "house": "project",
    "strangers?": "independent, or untrusted",
    "thief|thieves": "credential-theft, or attacker",
    "mend|mends|mended|mending": "fix",
    "chapters?": "procedure, or page",
    "workshops?|workplaces?": "context, or selection",
    "lies?(?! farthest)": "is, or is stored in",
    "stands?(?!-alone| alone| for(?! ever))": "is, or runs on",
    "the door": "the API",
    "acts? by (?:itself|themselves)": "Flux, Velero and autoscalers",
    "ends? well": "succeeds",
    "the put(?!-)": "the upload",
    "wayback|way back": "rollback, or recovery",
    "youngest": "most recent",
}
"""A pattern for each word, and what we write instead."""

EXCEPTIONS = {
    ("CHANGELOG.md", "thief"),
    ("compiler/model/synonyms.py", "thief"),
    ("tests/unit/model/test_shape.py", "thief"),
}
"""A file and the word that it may use, since it answers people who do."""

WORD = re.compile("|".join(rf"(?<![a-z])(?:{word})(?![a-z])" for word in REFUSED), re.IGNORECASE)
ITSELF = "tests/architecture/test_language.py"
PACKED = ".pyz"
"""Ends the name of the driver in a rescue kit, an archive of files that are read here where they are made."""

OTHERS = ("LICENSE", "requirements/", "schemas/crds/", "schemas/kubernetes/", "tests/real/tools/")
"""Texts that others wrote: licences, API definitions, locks of modules."""

FOLDERS = ("compiler", "templates", "docs", "tests", "tools", "bases", "clusters", "examples", "schemas")


def files() -> list[str]:
    """Return our text files, by their path from the root."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    ours = (file for file in listed.split("\0") if not file.startswith((ITSELF, *OTHERS)) and not file.endswith(PACKED))
    return [file for file in ours if (ROOT / file).is_file()]


def refused(text: str) -> list[str]:
    """Return the words of a text that we do not use, in lower case."""
    return [match[0].lower() for match in WORD.finditer(text)]


def offences(file: str) -> list[str]:
    """Return each refused word of a file with its line, and what to write instead."""
    return [
        f"{file}:{number}: {word!r}: write {_instead(word)}"
        for number, line in enumerate((ROOT / file).read_text("utf-8").split("\n"), 1)
        for word in refused(line)
        if (file, word) not in EXCEPTIONS
    ]


def _instead(word: str) -> str:
    return next(better for pattern, better in REFUSED.items() if re.match(pattern, word))


@pytest.mark.parametrize("folder", [*FOLDERS, ""])
def test_nothing_says_a_word_that_we_do_not_use(folder: str) -> None:
    chosen = [f for f in files() if (f.startswith(f"{folder}/") if folder else f.partition("/")[0] not in FOLDERS)]
    assert chosen
    assert [offence for file in chosen for offence in offences(file)] == []


@pytest.mark.parametrize(("file", "word"), sorted(EXCEPTIONS))
def test_an_exception_is_still_needed(file: str, word: str) -> None:
    assert word in refused((ROOT / file).read_text("utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "def _told(found):",
        "test_it_is_never_below_nought",
        "ROOMS = ()",
        "The key stands in the Secret.",
        "It stands for ever.",
        "The snapshot lies in the bucket.",
        "See what acts by itself.",
    ],
)
def test_a_private_metaphor_or_an_archaism_is_refused(text: str) -> None:
    assert refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "`[]` stands for any item of a list",
        "a stand-alone etcd",
        "the exit code tells whether it is complete",
        "the two that lie farthest apart",
        "etcd-size-has-headroom",
        "RollingUpdate",
        "roll back",
        "the put-only credential",
        "earliest",
    ],
)
def test_ordinary_english_is_allowed(text: str) -> None:
    assert refused(text) == []
