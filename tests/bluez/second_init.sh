#!/bin/bash
# The guest's second stage: start D-Bus and bluetoothd, run the command in /out/command (its
# arguments separated by zero bytes, the first one a time limit in seconds), power off.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
for folder in /run /tmp /dev/shm; do
    mkdir -p $folder
    mount -t tmpfs tmpfs $folder
done
shared() { mount -t 9p -o "trans=virtio,version=9p2000.L,msize=524288,$2" "$1" "/$1"; }
shared source ro,cache=loose
shared packages ro,cache=loose
shared out rw
busybox ip link set lo up
mkdir -p /run/dbus
dbus-uuidgen --ensure
dbus-daemon --system --fork --nopidfile
/usr/libexec/bluetooth/bluetoothd -n >>/out/bluetoothd.log 2>&1 &
{
    echo "Linux $(uname -r)"
    echo "BlueZ $(/usr/libexec/bluetooth/bluetoothd --version)"
    python3.11 --version
} >/out/versions
export PYTHONPATH=/source:/packages PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
mapfile -d '' -t command </out/command
cd /source || exit
timeout "${command[@]}" >/out/stdout 2>/out/stderr </dev/null
echo $? >/out/status
dmesg >/out/dmesg
sync
echo o >/proc/sysrq-trigger
sleep 10
