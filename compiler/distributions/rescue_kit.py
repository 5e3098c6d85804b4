"""Where the rescue kit is on a host of the control plane. The same on every distribution with a file system of its own."""

from msgspec import Struct


class RescueKitFiles(Struct, frozen=True):
    """`folder`: the kit with its tools. `command`: the link to its program, in root's search path."""

    folder: str
    command: str


RESCUE_KIT = RescueKitFiles(folder="/opt/kedge-rescue", command="/usr/local/sbin/kedge-rescue")
