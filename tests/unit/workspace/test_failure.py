"""Failures of the environment as they reach the process that reports them."""

import pickle

import pytest

from compiler.workspace.failure import EnvironmentFailure


def kinds(kind: type[EnvironmentFailure]) -> list[type[EnvironmentFailure]]:
    """Return a failure's class and every class below it."""
    return [kind, *(below for child in kind.__subclasses__() for below in kinds(child))]


@pytest.mark.parametrize("kind", kinds(EnvironmentFailure), ids=lambda kind: kind.__name__)
def test_a_failure_of_another_process_arrives_as_it_was(kind: type[EnvironmentFailure]) -> None:
    failure = kind("write output", "No space left", "free some")
    arrived = pickle.loads(pickle.dumps(failure))
    assert (type(arrived), str(arrived), vars(arrived)) == (kind, str(failure), vars(failure))
