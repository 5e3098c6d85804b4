"""Texts that some YAML reader has taken for something else."""

_WORDS = "y n yes no on off true false null nan inf infinity none nil undefined"
_NUMBERS = """
0 1 -1 +1 00 01 08 09 010 012 0o14 0O14 0x1f 0X1F 0b1 0B1 -0x1 +0x1 -0b1 -0o7 1_000 1_0_0 _1 1_ 0_1 0x_1 1__0 1e3
1E3 1e+3 1e-3 -1e3 1.5e3 1.5e+3 .5 -.5 +.5 5. 1.0 1.30 1.35.4 .5e1 1.e3 0.0 -0 -0.0 +0 .inf .Inf .INF -.inf +.inf
.nan .NaN .NAN 1:30 01:30 10:30:00 1:30.5 -1:30 190:20:30 1:60 12e03 1e 1e+ e1 E1 1d 1f 1L 0xg 0x 0b 0o
9223372036854775807 9223372036854775808 18446744073709551616 99999999999999999999 1e400 -1e400 1,000 1. . .. ...
0.1.2 1-2 + - -- --- 1m 1Gi 1h 10Mi 1E 1k 0m 00m 007h 1h2m3s 1h2 1234567e8 0e0 0e1
"""
_DATES = """
2027-03-01 2027-3-1 2001-12-14t21:59:43.10-05:00 2001-12-14T21:59:43Z 2001-12-15 2002-1-1 12:30 12:30:45 20:03:20
0001-01-01 9999-99-99
"""
_SIGNS = """
~ = << ! !! !a & &a * *a ? : , [ ] { } # | > % @ ` " ' \\ - -a ?a :a a: a# #a [a] {a} a, %a @a `a` 'a' "a"
|- >- <<: =a ~a /
"""
_MIXED = [
    "", " ", "  ", " a", "a ", "a: b", "a :b", "a #b", "a# b", "- a", "? a", ": a", "* * * * *", "*/30 * * * *",
    "0 3 * * 1-5", "@hourly", "CRON_TZ=UTC 0 3 * * *", "2001-12-14 21:59:43.10 -5", "a\tb", "\ta", "a\t", "\t",
    "a\nb", "a\n", "\na", "\n", "\n\n", "a\n\n", "a\n\nb", " a\nb", "a \nb", "a\n b\n", "a\n ", "a\n\t", "a\n\tb\n",
    "a\r\nb", "a\rb", "\r", "# a\nb", "- a\n- b\n", "---\na\n", "...\na\n", "a\n---\nb\n", "a\n...\n",
    "%YAML 1.1\n---\n", "a: |\n  b\n", "\\", "\\n", "\\x41", '"', '\\"', "'", "''", "a'b", 'a"b', "\x00", "\x01",
    "\x07", "\x08", "\x1b", "\x1b[0m", "\x7f", "\x80", "\x85", "a\x85b", "\x9f", "\xa0", "\xad", "\u0300", "\u061c",
    "\u200b", "\u200d", "\u200f", "\u2028", "\u2029", "a\u2028b\n", "\u202e", "\u2066", "\u3000", "\ud7ff",
    "\ue000", "\ufeff", "\ufeffa", "a\ufeff", "\ufffd", "\ufffe", "\uffff", "\U00010000", "\U0001f600",
    "\U000e0041", "\U0010ffff", "é", "日本", "e\u0301", "${VAR}", "$(VAR)", "{{ .Values.a }}", "{{a}}", "true ",
    " true", "null\n", "yes\n", "1\n", "a" * 128, "a" * 129, "a " * 100, "word " * 400 + "end", "x" * 5000,
    "a\n" * 500, "é" * 200, "sha256:" + "0a" * 32,
]  # fmt: skip


def _spellings(word: str) -> list[str]:
    return [word, word.capitalize(), word.upper(), word.swapcase(), word[:1] + word[1:].upper()]


_ALL = [spelling for word in _WORDS.split() for spelling in _spellings(word)]
_ALL += f"{_NUMBERS} {_DATES} {_SIGNS}".split()
_ALL += [sign + text for sign in "+-." for text in ("a", "1", "inf", "nan", "yes", "")]
AWKWARD = list(dict.fromkeys(_ALL + _MIXED))
"""Each once, in a stable order."""
