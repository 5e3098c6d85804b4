module kedge/tools/velero-1.16

go 1.26.0

require github.com/vmware-tanzu/velero v1.16.2
