#!/bin/busybox sh
# The guest's first process: lay a writable layer over the read-only system, go on in it.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
for module in virtio_pci virtio_blk virtio_rng squashfs overlay 9p 9pnet_virtio hci_vhci uhid; do
    modprobe -q "$module"
done
mount -t squashfs -o ro /dev/vda /lower
mount -t tmpfs tmpfs /upper
mkdir /upper/data /upper/work
mount -t overlay -o lowerdir=/lower,upperdir=/upper/data,workdir=/upper/work overlay /whole
cp -a /lib/modules /whole/lib/
cp /bin/busybox /whole/bin/
cp /second_init.sh /whole/sbin/
for folder in dev proc sys; do mount --move /$folder /whole/$folder; done
exec switch_root /whole /sbin/second_init.sh
