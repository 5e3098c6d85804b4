"""The version of kedge. It stands in `BUILD.json` and in `kedge version`, never in an object."""

VERSION = "0.1.0"
