module kedge/tools/velero-1.17

go 1.26.0

require github.com/vmware-tanzu/velero v1.17.2
