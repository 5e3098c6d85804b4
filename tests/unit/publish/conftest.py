import pytest

from tests.unit.publish.support import ENVIRONMENT


@pytest.fixture(autouse=True)
def no_configuration_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ENVIRONMENT:
        if name.startswith("GIT_"):
            monkeypatch.setenv(name, ENVIRONMENT[name])
