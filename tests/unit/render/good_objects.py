"""One sound object of every kind that kedge may write, rich enough that mutating it reaches the depth of its schema."""

from typing import Any

META = {
    "name": "payments",
    "namespace": "kedge-backup",
    "labels": {"app.kubernetes.io/managed-by": "kedge"},
    "annotations": {"kedge.dev/why": "keeps the month's books, see page 3"},
}
CLUSTER_META = {key: value for key, value in META.items() if key != "namespace"}
ADMISSION = "admissionregistration.k8s.io/v1"

CONTAINER = {
    "name": "snapshot",
    "image": "registry.example.net/tools@sha256:" + "0" * 64,
    "command": ["/bin/bash", "/scripts/snapshot.sh"],
    "env": [{"name": "BUCKET", "value": "offsite"}],
    "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "1Gi"}},
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    },
    "volumeMounts": [{"name": "scripts", "mountPath": "/scripts", "readOnly": True}],
}
POD = {
    "restartPolicy": "Never",
    "automountServiceAccountToken": False,
    "nodeSelector": {"node-role.kubernetes.io/control-plane": ""},
    "tolerations": [{"key": "node-role.kubernetes.io/control-plane", "operator": "Exists", "effect": "NoSchedule"}],
    "containers": [CONTAINER],
    "volumes": [
        {"name": "scripts", "configMap": {"name": "scripts", "defaultMode": 365}},
        {"name": "pki", "hostPath": {"path": "/etc/kubernetes/pki/etcd", "type": "Directory"}},
        {"name": "work", "emptyDir": {"sizeLimit": "8Gi"}},
    ],
}

GOOD: list[dict[str, Any]] = [
    {"apiVersion": "v1", "kind": "Namespace", "metadata": CLUSTER_META},
    {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": META, "automountServiceAccountToken": False},
    {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": META,
        "data": {"snapshot.sh": 'set -eu\n\techo "$BUCKET" é\n'},
    },
    {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": META,
        "spec": {"hard": {"requests.cpu": "4", "pods": 20}},
    },
    {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": META,
        "spec": {"limits": [{"type": "Container", "default": {"memory": "256Mi"}, "max": {"cpu": "2"}}]},
    },
    {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": META,
        "spec": {
            "maxUnavailable": "34%",
            "selector": {
                "matchLabels": {"app": "payments"},
                "matchExpressions": [{"key": "tier", "operator": "In", "values": ["front"]}],
            },
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        },
    },
    {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": META,
        "spec": {
            "podSelector": {"matchLabels": {"app": "payments"}},
            "policyTypes": ["Ingress", "Egress"],
            "egress": [{"ports": [{"protocol": "TCP", "port": 2379}]}],
        },
    },
    {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": CLUSTER_META,
        "value": 1000000,
        "preemptionPolicy": "PreemptLowerPriority",
    },
    {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": META,
        "spec": {
            "schedule": "*/30 * * * *",
            "timeZone": "Etc/UTC",
            "concurrencyPolicy": "Forbid",
            "successfulJobsHistoryLimit": 3,
            "jobTemplate": {
                "spec": {
                    "backoffLimit": 0,
                    "template": {"metadata": {"labels": {"app": "snapshot"}}, "spec": POD},
                }
            },
        },
    },
    {
        "apiVersion": ADMISSION,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": CLUSTER_META,
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {
                "resourceRules": [
                    {"apiGroups": ["batch"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["cronjobs"]}
                ]
            },
            "validations": [{"expression": "object.metadata.name == 'etcd-backup'", "reason": "Forbidden"}],
        },
    },
    {
        "apiVersion": ADMISSION,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": CLUSTER_META,
        "spec": {"policyName": "payments", "validationActions": ["Deny"]},
    },
    {
        "apiVersion": "velero.io/v1",
        "kind": "BackupStorageLocation",
        "metadata": META,
        "spec": {
            "provider": "aws",
            "accessMode": "ReadWrite",
            "objectStorage": {"bucket": "payments", "prefix": "eu"},
            "config": {"region": "eu-west-3"},
            "credential": {"name": "offsite", "key": "cloud"},
        },
    },
    {
        "apiVersion": "velero.io/v1",
        "kind": "Schedule",
        "metadata": META,
        "spec": {
            "schedule": "17 2 * * *",
            "skipImmediately": False,
            "template": {
                "includedNamespaces": ["payments"],
                "labelSelector": {"matchLabels": {"app": "payments"}},
                "hooks": {
                    "resources": [
                        {
                            "name": "freeze",
                            "pre": [{"exec": {"command": ["/bin/sync"], "onError": "Fail", "timeout": "30s"}}],
                        }
                    ]
                },
                "ttl": "720h0m0s",
            },
        },
    },
    {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": META,
        "spec": {
            "description": "Recovery",
            "sourceRepos": ["ssh://git@git.example.net/fleet.git"],
            "destinations": [{"server": "https://kubernetes.default.svc", "namespace": "payments"}],
            "clusterResourceWhitelist": [{"group": "", "kind": "Namespace"}],
            "signatureKeys": [{"keyID": "A" * 40}],
        },
    },
    {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": META,
        "spec": {
            "project": "payments",
            "source": {"repoURL": "ssh://git@git.example.net/fleet.git", "targetRevision": "main", "path": "base"},
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "argocd"},
            "syncPolicy": {
                "automated": {"prune": True, "selfHeal": True},
                "syncOptions": ["ServerSideApply=true"],
                "retry": {"limit": -1, "refresh": True, "backoff": {"duration": "5s", "factor": 2}},
            },
        },
    },
    {
        "apiVersion": "source.toolkit.fluxcd.io/v1",
        "kind": "GitRepository",
        "metadata": META,
        "spec": {
            "interval": "5m0s",
            "url": "ssh://git@git.example.net/fleet.git",
            "ref": {"branch": "main"},
            "verify": {"mode": "HEAD", "secretRef": {"name": "signers"}},
        },
    },
    {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": META,
        "spec": {
            "interval": "10m0s",
            "prune": True,
            "path": "./clusters/payments-eu/generated/base",
            "sourceRef": {"kind": "GitRepository", "name": "fleet"},
            "dependsOn": [{"name": "base"}],
        },
    },
    {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": META,
        "spec": {
            "groups": [
                {
                    "name": "etcd-backup",
                    "interval": "1m",
                    "rules": [
                        {
                            "alert": "BackupMissing",
                            "expr": "absent(up)",
                            "for": "10m",
                            "labels": {"severity": "critical"},
                            "annotations": {"summary": "no backup of {{ $labels.job }}"},
                        }
                    ],
                }
            ]
        },
    },
    {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": ["namespace-payments.yaml", "velero"],
    },
]
