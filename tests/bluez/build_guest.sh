#!/usr/bin/env bash
# Make a small Linux guest with BlueZ and the kernel's virtual HCI driver, in the folder FOLDER:
# vmlinuz (kernel), initrd (busybox, modules, the two init scripts), root.squashfs (the system).
# Usage: build_guest.sh FOLDER      needs root, Debian's apt and the tools that guest.py names
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$1
suite=bookworm
# Debian 12's own kernel 6.1 was seen to crash when a pending connection is cancelled.
kernel_suite=bookworm-backports
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
mkdir -p "$folder"

# Packages come from wherever this machine gets its own.
mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -m 1 '/debian/*$')

echo "kernel: the newest of $kernel_suite"
mkdir -p "$scratch/lists/partial" "$scratch/archives/partial"
printf 'deb %s %s main\n' "$mirror" "$kernel_suite" >"$scratch/kernel.list"
apt=(-o "Dir::Etc::sourcelist=$scratch/kernel.list" -o Dir::Etc::sourceparts=-
    -o "Dir::State::lists=$scratch/lists" -o "Dir::Cache=$scratch")
apt-get "${apt[@]}" update -qq
package=$(apt-cache "${apt[@]}" depends linux-image-amd64 |
    sed -n 's/.*Depends: \(linux-image-[0-9].*-amd64\)$/\1/p' | head -n 1)
(cd "$scratch" && apt-get "${apt[@]}" download -qq "$package" 2>/dev/null &&
    dpkg-deb --extract "$package"_*.deb kernel)
version=$(basename "$scratch"/kernel/boot/vmlinuz-*)
version=${version#vmlinuz-}
cp "$scratch/kernel/boot/vmlinuz-$version" "$folder/vmlinuz"
depmod -b "$scratch/kernel" "$version"

echo "initrd: modules of $version"
ram=$scratch/ram
mkdir -p "$ram"/{bin,proc,sys,dev,lower,upper,whole}
modules=(virtio_pci virtio_blk virtio_rng squashfs overlay 9p 9pnet_virtio hci_vhci uhid
    cmac ecb ecdh_generic aesni_intel algif_hash algif_skcipher)
for module in "${modules[@]}"; do
    # a module that is built into the kernel has no file
    modprobe --all --show-depends --dirname "$scratch/kernel" --set-version "$version" \
        "$module" 2>/dev/null || true
done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u | while read -r file; do
    install -D -m 644 "$file" "$ram/${file#"$scratch/kernel/"}"
done
cp "$scratch/kernel/lib/modules/$version"/modules.{order,builtin,builtin.modinfo} \
    "$ram/lib/modules/$version/"
depmod -b "$ram" "$version"
cp "$(command -v busybox)" "$ram/bin/busybox"
install -m 755 "$here/first_init.sh" "$ram/init"
install -m 755 "$here/second_init.sh" "$ram/second_init.sh"
(cd "$ram" && find . | cpio --quiet -o -H newc | zstd -q -12) >"$scratch/initrd"

echo "system: Debian $suite with BlueZ and Python"
# libstdc++6 is for numpy's and scipy's wheels
mmdebstrap --quiet --variant=essential \
    --include=mount,kmod,dbus,bluez,python3.11-minimal,libpython3.11-stdlib,libstdc++6 \
    --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$suite" "$scratch/system" "$mirror"
mkdir -p "$scratch/system"/{source,packages,out}
sed -i '/^\[General\]/a ControllerMode = le' "$scratch/system/etc/bluetooth/main.conf"
mksquashfs "$scratch/system" "$scratch/root.squashfs" -comp zstd -quiet -no-progress -noappend

mv "$scratch/root.squashfs" "$folder/root.squashfs"
mv "$scratch/initrd" "$folder/initrd" # last: with it the guest counts as whole
