"""The version of kedge. It is part of `BUILD.json` and `kedge version`, never in an object."""

VERSION = "0.1.0"
