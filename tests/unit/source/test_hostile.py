"""Files made to kill a parser: each is read in a process of its own, within a second, without a traceback."""

import subprocess
import sys
import time

import pytest

MIB = 2**20
HOSTILE = {
    "open brackets": b"[" * MIB,
    "fifty thousand brackets": b"[" * 50_000,
    "open braces": b"{" * MIB,
    "brackets on lines": b"[\n" * (MIB // 2),
    "wide and deep": b'["]",' * (MIB // 5),
    "nested flow maps": b"{a: " * (MIB // 4),
    "nested dashes": b"- " * (MIB // 2),
    "nested question marks": b"? " * (MIB // 2),
    "nested blocks": b"".join(b" " * depth + b"a:\n" for depth in range(1400)),
    "alias bomb": b"a0: &a0 [x]\n" + b"".join(b"a%d: &a%d [*a%d, *a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 40)),
    "merge bomb": b"a0: &a0 {x: 1}\n"
    + b"".join(b"a%d: &a%d {<<: [*a%d, *a%d]}\n" % (n, n, n - 1, n - 1) for n in range(1, 41)),
    "alias to itself": b"a: &x [*x]\n",
    "huge integer": b"a: " + b"9" * 60_000,
    "huge hexadecimal": b"a: 0x" + b"f" * 60_000,
    "huge float": b"a: 1." + b"9" * 60_000,
    "huge sexagesimal": b"a: 1" + b":59" * 20_000,
    "huge integer with tag": b"a: !!int " + b"9" * 5000,
    "bad tag": b"a: !!int x\nb: !!float y\nc: !!timestamp z\nd: !!binary 0\n",
    "nul bytes": b"\0" * MIB,
    "invalid utf-8": b"a: \xc3\x28\xa0\xa1" * 1000,
    "surrogates": b"a: \xed\xa0\x80\n",
    "bad escape": b'a: "\\U00110000 \\ud800"\n',
    "utf-16": "a: 1\n".encode("utf-16"),
    "long scalar": b"a: " + b"x" * (MIB - 3),
    "many items": b"- a\n" * (MIB // 4),
    "many small lists": b"[" + b"[]," * (MIB // 3 - 1) + b"]",
    "many keys": b"".join(b"k%06d: 1\n" % n for n in range(90_000)),
    "one key many times": b"a: 1\n" * (MIB // 5),
    "long key": b"k" * 60_000 + b": 1\n",
    "long flow key": b"{" + b"k" * 60_000 + b": 1}\n",
    "quotes": b"'" * MIB,
    "backslashes": b'"' + b"\\\\" * (MIB // 2 - 1),
    "literal headers": b"- |\n" * (MIB // 4),
    "blank lines": b"a: |\n" + b"\n" * (MIB - 5),
    "spaces": b"a: x" + b" " * (MIB - 4),
    "comments": b"#\n" * (MIB // 2),
    "documents": b"---\n" * (MIB // 4),
    "directives": b"%YAML 1.1\n" * 1000,
    "tag directives": b"".join(b"%%TAG !t%d! x\n" % n for n in range(50_000)),
    "unclosed quote": b'a: "' + b"x\n" * (MIB // 2 - 4),
    "just too large": b"a" * (MIB + 1),
}

PROGRAM = """
import sys, time
from compiler.source.reader import read
data = sys.stdin.buffer.read()
start = time.process_time()
result = read("a.yaml", data)
print(time.process_time() - start, type(result).__name__)
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_a_verdict_within_a_second(name: str) -> None:
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], input=HOSTILE[name], capture_output=True, timeout=30, check=False
    )
    assert (done.returncode, done.stderr) == (0, b""), time.monotonic() - started
    seconds, verdict = done.stdout.decode().split()
    assert float(seconds) < 1
    assert verdict == "Unreadable" or name in ("blank lines", "spaces", "comments")
