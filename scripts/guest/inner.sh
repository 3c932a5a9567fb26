#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# Runs in the outer guest of stack-nested: inner.sh BDF starts a KVM guest in it, by Debian's arm64 QEMU, that has the PCI
# function BDF for its own. Everything the inner guest prints comes with "[inner] " before it. That is little (loglevel=2): each
# character is an exit to the inner QEMU, which takes milliseconds here.
/bin/qemu-system-aarch64 -M virt,gic-version=3 -accel kvm -cpu host -m 512M -display none -nodefaults -nographic \
  -no-reboot -serial stdio -device "vfio-pci,host=$1" -kernel /inner/vmlinuz -initrd /inner/initrd \
  -append "console=ttyAMA0 loglevel=2 panic=-1 smmu3.test=nvme" </dev/null 2>&1 |
  while IFS= read -r line; do echo "[inner] $line"; done >/dev/console
