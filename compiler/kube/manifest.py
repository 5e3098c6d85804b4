"""What a manifest is: one object, the layer that it belongs to, and the key paths of the spec that it says."""

from collections.abc import Mapping
from dataclasses import dataclass

from compiler.values.keypath import KeyPath

Object = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object of the output. `layer` is a layer's name, or `delivery` for what lies beside the layers."""

    layer: str
    body: Object
    sources: tuple[KeyPath, ...]
