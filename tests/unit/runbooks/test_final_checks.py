"""The steps that decide whether a recovery is over: what they accept, and what they do not take for a success."""

from pathlib import Path

import pytest

from tests.unit.runbooks.test_quorum_steps import Machine

NODES = (
    "cp1 Ready control-plane\\ncp2 NotReady control-plane\\nw1 Ready,SchedulingDisabled worker\\nw2 NotReady worker\\n"
)
RULES = '{"rules":[{"name":"KedgeEtcdSnapshotMissing"}]}'
ASKED = {"MONITORING_NAMESPACE": "monitoring"}
CLEAR = '{"result":[]}'


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def _nodes(machine: Machine, listing: str, dead: str = "w2") -> None:
    """A cluster whose nodes renew their leases, but for one."""
    machine.stub("crictl", "#!/bin/sh\necho registry.k8s.io/pause 3.10\n")
    machine.stub(
        "kubectl",
        f"""#!/bin/sh
case "$*" in
"get nodes"*) printf '{listing}' ;;
*leases*)
  echo x >> {machine.home}/asked
  TIME=$(wc -l < {machine.home}/asked)
  printf "cp1 $TIME\\nw1 $TIME\\n{dead} 1\\n"
  ;;
*create*) cat >> {machine.home}/created ;;
esac
""",
    )


def _prometheus(machine: Machine, rules: str, result: str = CLEAR) -> None:
    machine.stub(
        "kubectl",
        f"""#!/bin/sh
case "$*" in
*/rules*) echo '{rules}' ;;
*/query*) echo '{result}' ;;
*"get services"*) echo 'monitoring prometheus-operated' ;;
esac
""",
    )


def test_nodes_of_hosts_that_are_gone_do_not_stop_the_page(machine: Machine) -> None:
    _nodes(machine, NODES)
    assert machine.run("check-nodes", "cp2 w2")[-1].endswith("OK: nodes that are Ready: 2")


@pytest.mark.parametrize("answer", ["", "cp2", "yes"])
def test_a_node_that_is_not_ready_is_accepted_only_by_its_name(machine: Machine, answer: str) -> None:
    _nodes(machine, NODES)
    assert "STOP: not Ready: cp2 w2" in machine.run("check-nodes", answer)[-1]


def test_no_question_is_asked_where_every_node_is_ready(machine: Machine) -> None:
    _nodes(machine, "cp1 Ready control-plane\\n")
    assert machine.run("check-nodes")[-1] == "OK: nodes that are Ready: 1"


def test_a_node_that_is_ready_in_the_snapshot_alone_is_not_taken_for_alive(machine: Machine) -> None:
    _nodes(machine, "cp1 Ready control-plane\\nw3 Ready worker\\n", dead="w3")
    assert "STOP: not Ready: w3" in machine.run("check-nodes")[-1]
    assert machine.run("check-nodes", "w3")[-1].endswith("OK: nodes that are Ready: 1")


def test_a_member_with_two_peer_urls_is_asked_at_its_client_url(machine: Machine) -> None:
    member = "8e9e05c52164694d, started, cp1, https://10.0.0.1:2380,https://10.1.0.1:2380, https://10.0.0.1:2379, false"
    machine.stub(
        "etcdctl",
        f"""#!/bin/sh
case "$*:$ETCDCTL_ENDPOINTS" in
*"-w table"*) ;;
"member list"*) echo '{member}'; echo '9, started, cp2, https://x:2380, https://10.0.0.2:2379, false' ;;
*:https://10.0.0.1:2379) ;;
*) exit 1 ;;
esac
""",
    )
    assert machine.run("list-members")[-1] == "OK: 1 of 2 members is down: cp2"


def test_a_cluster_without_a_ready_node_is_not_recovered(machine: Machine) -> None:
    _nodes(machine, "cp1 NotReady control-plane\\n")
    assert "STOP: no node is Ready" in machine.run("check-nodes", "cp1")[-1]
    assert machine.run("verify-new-pods")[-1] == "STOP: no node is Ready"


def test_nodes_are_not_judged_while_the_api_is_silent(machine: Machine) -> None:
    machine.stub("kubectl", "#!/bin/sh\nexit 1\n")
    assert machine.run("check-nodes")[-1] == "STOP: the API does not answer"


def test_pods_start_on_ready_nodes_only_and_the_others_are_named(machine: Machine) -> None:
    _nodes(machine, NODES)
    said = machine.run("verify-new-pods")
    assert said[:2] == ["left out, not Ready: cp2", "left out, not Ready: w2"]
    assert said[-1] == "OK: a new pod runs on every node that is Ready: 2"
    created = (machine.home / "created").read_text()
    assert 'values: ["cp1"]' in created and 'values: ["w1"]' in created
    assert "cp2" not in created and "w2" not in created


def test_a_prometheus_without_the_alerts_proves_nothing(machine: Machine) -> None:
    _prometheus(machine, rules='{"rules":[]}')
    assert machine.run("check-alerts", values=ASKED)[-1] == "STOP: no Prometheus with the alerts of kedge answers here"


def test_a_prometheus_with_the_alerts_decides(machine: Machine) -> None:
    _prometheus(machine, RULES)
    assert machine.run("check-alerts", values=ASKED)[-1] == "OK: no alert of payments-eu is pending or firing"
    _prometheus(machine, RULES, result='{"result":[{}]}')
    assert (
        machine.run("check-alerts", values=ASKED)[-1]
        == "STOP: alerts are pending or firing in monitoring/prometheus-operated"
    )


def test_a_prometheus_that_does_not_answer_is_a_stop(machine: Machine) -> None:
    _prometheus(machine, RULES)
    text = (machine.stubs / "kubectl").read_text().replace("in\n", "in\n*/silent:*) exit 1 ;;\n", 1)
    machine.stub("kubectl", text.replace("echo 'monitoring", "echo 'monitoring silent'; echo 'monitoring"))
    said = machine.run("check-alerts", values=ASKED)
    assert said[-1] == "STOP: these Prometheus do not answer: monitoring/silent"


def test_only_the_prometheus_of_the_specs_namespace_is_asked(machine: Machine) -> None:
    machine.stub("kubectl", f'#!/bin/sh\necho "$*" >> {machine.home}/asked\n')
    machine.run("check-alerts", values=ASKED)
    assert (machine.home / "asked").read_text().startswith("-n monitoring get services ")
