"""The types of the spec. What is installed beside kedge must not change how a spec is read: pydantic loads no plugins."""

import os

os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
