"""Blocks for the workstation that reach hosts by ssh as root: collect survivors' snapshots, send the chosen one, restart kubelets."""

from compiler.plan.plan import Plan
from compiler.plan.topology import Host
from compiler.runbooks import workstation
from compiler.runbooks.chapter import Run
from compiler.runbooks.shell import fill, joined, listed

_SURVIVORS = """
for ADDRESS in $ADDRESSES; do
  for PART in db revision; do
    timeout 900 ssh -n -o ConnectTimeout=10 "root@$ADDRESS" \\
      cat "/root/kedge/survivor.$PART" > "survivor-$ADDRESS.$PART"
  done
done
for FILE in *.revision; do
  NAME=$(basename "$FILE" .revision)
  [ ! -s "$FILE" ] || [ ! -s "$NAME.db" ] ||
    printf '%s %s\\n' "$(cat "$FILE")" "$NAME.db"
done | sort -n > candidates
cat candidates
tail -n 1 candidates | cut -d ' ' -f 2 > chosen
"""
_SEND = """
FILE=$(cat chosen)
SUM=$(sha256sum < "$FILE" | cut -d ' ' -f 1)
for ADDRESS in $ADDRESSES; do
  timeout 900 ssh -o ConnectTimeout=10 "root@$ADDRESS" \\
    'umask 077; cat > /root/kedge/chosen.db' < "$FILE"
  timeout 300 ssh -n -o ConnectTimeout=10 "root@$ADDRESS" \\
    sha256sum /root/kedge/chosen.db | grep "$SUM" ||
    echo "STOP: $ADDRESS does not have $FILE"
done
"""
_KUBELETS = """
for ADDRESS in $ADDRESSES; do
  timeout 120 ssh -n -o ConnectTimeout=10 "root@$ADDRESS" \\
    systemctl restart kubelet && echo "OK: $ADDRESS" ||
    echo "STOP: the kubelet of $ADDRESS was not restarted"
done
"""


def survivors(plan: Plan) -> tuple[Run, ...]:
    """Return the block that fetches what the members saved and notes the file with the highest revision."""
    return _run(plan, plan.topology.members, _SURVIVORS)


def send(plan: Plan) -> tuple[Run, ...]:
    """Return the block that puts the chosen file on every member's host and compares sums."""
    return _run(plan, plan.topology.members, _SEND)


def kubelets(plan: Plan) -> tuple[Run, ...]:
    """Return the block that restarts the kubelet of every host of the spec."""
    return _run(plan, plan.topology.hosts, _KUBELETS)


def _run(plan: Plan, hosts: tuple[Host, ...], text: str) -> tuple[Run, ...]:
    addresses = listed("ADDRESSES", tuple(host.address for host in hosts))
    return (Run("workstation", (), workstation.inside(plan, joined(addresses, fill(text)))),)
