"""The base class of every spec section: strict, closed, frozen, camelCase in the file and snake_case in the code."""

import sys
from types import ModuleType

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

# What is installed beside kedge must not change the model: pydantic finds no plugins. The module that looks for them
# imports importlib.metadata and reads the metadata of every installed package, 8 % of a start.
_NO_PLUGINS = ModuleType("pydantic.plugin._loader")
_NO_PLUGINS.get_plugins = tuple  # type: ignore[attr-defined]
sys.modules.setdefault(_NO_PLUGINS.__name__, _NO_PLUGINS)


class Section(BaseModel):
    """A mapping of the spec: unknown keys are refused, values are never converted, nothing changes after reading."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=False,
        validate_by_alias=True,
        regex_engine="rust-regex",
        defer_build=True,  # one validator, that of the whole spec, instead of one for each section: 15 ms of a start
    )
