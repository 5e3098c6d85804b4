# The first process of a machine: its own root over the read-only root of the host that runs the tests, then `pause` as process 1.
# $1: the machine's disk, $2: its name
set -eu
disk=$1 name=$2 root=$1/mnt
mount --make-rprivate /
mkdir -p "$disk/upper" "$disk/work" "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$disk/upper,workdir=$disk/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount --rbind /sys/fs/cgroup "$root/sys/fs/cgroup"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
# The kubelet sets these for the whole machine, so it gets copies.
for setting in kernel/panic kernel/panic_on_oops vm/overcommit_memory; do
    mkdir -p "$root/run/sysctl/${setting%/*}"
    cat "/proc/sys/$setting" > "$root/run/sysctl/$setting"
    mount --bind "$root/run/sysctl/$setting" "$root/proc/sys/$setting"
done
# An overlay cannot be the upper layer of another, which containerd needs; etcd gets a file system that syncs.
for folder in root var/lib/containerd var/lib/etcd var/lib/kubelet var/log; do
    mkdir -p "$disk/plain/$folder" "$root/$folder"
    mount --bind "$disk/plain/$folder" "$root/$folder"
done
cd "$root"
mkdir -p old
pivot_root . old
umount -l /old
mount --make-rshared /
hostname "$name"
ip link set lo up
echo 1 > /proc/sys/net/ipv4/ip_forward
exec pause
