#!/bin/sh
# Runs tests/vm/guest.sh in a virtual machine with kernel cameras (vivid) and sound cards (snd-aloop, snd-dummy).
#
#   tests/vm/boot.sh PROGRAM TESTS RESULTS CACHE [SECONDS]
#
# PROGRAM is the capture-lab binary, TESTS the test program that calls this, RESULTS the folder that the guest writes to, CACHE where the kernel is kept. The
# guest's root is an initramfs with busybox, Debian's kernel modules, v4l2-ctl, aplay, amixer and the program, nothing else.
# Uses KVM where it works, else software emulation. Status 77: not possible here, the reason is on standard error.
set -eu

program=$1 tests=$2 results=$3 cache=$4 limit=${5:-900}
here=$(dirname "$0")

skip() {
  echo "$*" >&2
  exit 77
}

rm -rf "${results:?}"
mkdir -p "$results"

for tool in qemu-system-x86_64 busybox cpio modprobe depmod v4l2-ctl aplay amixer sox ffmpeg; do
  command -v "$tool" >/dev/null || skip "no $tool here (packaging/setup.sh full)"
done
[ "$(uname -m)" = x86_64 ] || skip "the rig is made for x86_64"

# A kernel that is installed with the modules, or Debian's, downloaded once. Sets `tree` and `release`.
find_kernel() {
  for vivid in /lib/modules/*/kernel/drivers/media/test-drivers/vivid/vivid.ko* "$cache"/tree/lib/modules/*/kernel/drivers/media/test-drivers/vivid/vivid.ko*; do
    release=${vivid#*/lib/modules/} release=${release%%/*} tree=${vivid%/lib/modules/*}
    [ -r "$vivid" ] && [ -r "$tree/boot/vmlinuz-$release" ] && return 0
  done
  return 1
}

download_kernel() {
  command -v apt-get >/dev/null || return 1
  package=$(apt-cache depends linux-image-amd64 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1)
  [ -n "$package" ] || return 1
  mkdir -p "$cache/deb"
  # apt's own sandbox user may not write here.
  (cd "$cache/deb" && apt-get -o APT::Sandbox::User=root download -qq "$package" && dpkg -x ./*.deb "$cache/tree") >&2 || return 1
  depmod -b "$cache/tree" "$(ls "$cache/tree/lib/modules")"
  rm -rf "$cache/deb"
}

find_kernel || { download_kernel && find_kernel; } || skip "no kernel with vivid here, and none to be had from apt"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root/bin" "$root/dev" "$root/proc" "$root/sys" "$root/tmp" "$root/out" "$root/modules" "$root/etc"

# A program and the libraries it is linked to.
add_program() {
  file=$(command -v "$1")
  # What debuggers want would fill the machine's memory.
  strip -g -o "$root/bin/$2" "$file" 2>/dev/null || cp -L "$file" "$root/bin/$2"
  for library in $(ldd "$file" | grep -o '/[^ )]*'); do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
}

# add_modules FOLDER MODULE...: in the order in which they are loaded; parameters stand in guest.sh.
add_modules() {
  folder=$root/$1
  number=100
  shift
  for module in "$@"; do
    modprobe -d "${tree:-/}" -S "$release" --show-depends "$module" | sed -n 's/^insmod \([^ ]*\).*/\1/p'
  done | awk '!seen[$0]++' | while read -r file; do
    number=$((number + 1))
    name=$(basename "$file")
    case $file in
      *.xz) xz -dc "$file" >"$folder/$number-${name%.xz}" ;;
      *.zst) zstd -qdc "$file" >"$folder/$number-${name%.zst}" ;;
      *) cp "$file" "$folder/$number-$name" ;;
    esac
  done
}

# A webcam on the USB, as gadget/usb.sh plays it.
add_usb() {
  PATH=$PATH:/usr/sbin:/sbin
  for tool in usbip usbipd cc; do
    command -v "$tool" >/dev/null || { echo "no $tool here" >"$results/usb.skipped" && return; }
  done
  mkdir -p "$root/usb-modules"
  add_modules usb-modules usbip-vudc vhci-hcd libcomposite usb_f_uvc usb_f_uac2 uvcvideo snd-usb-audio
  cc -O1 -o "$work/uvc_answers" "$here/gadget/uvc_answers.c"
  for program in usbip usbipd "$work/uvc_answers"; do
    add_program "$program" "$(basename "$program")"
  done
  cp "$here/gadget/usb.sh" "$root/usb.sh"
}

# Debian's v4l2loopback (GPL, of this rig only), built once for the machine's kernel.
build_loopback() {
  command -v apt-get >/dev/null && command -v make >/dev/null || return 1
  build=$cache/loopback
  mkdir -p "$build"
  headers=$(apt-cache depends "linux-headers-$release" 2>/dev/null | sed -n 's/.*Depends: \(linux-\(headers\|kbuild\)-.*\)/\1/p')
  [ -n "$headers" ] || return 1
  # shellcheck disable=SC2086
  (cd "$build" && apt-get -o APT::Sandbox::User=root download -qq "linux-headers-$release" $headers v4l2loopback-dkms &&
    for package in *.deb; do dpkg -x "$package" "$build/tree"; done) >&2 || return 1
  build=$(cd "$build" && pwd)
  sed -i "s|^include /usr/src/|include $build/tree/usr/src/|" "$build/tree/usr/src/linux-headers-$release/Makefile"
  source=$(echo "$build"/tree/usr/src/v4l2loopback-*)
  make -s -C "$build/tree/usr/src/linux-headers-$release" M="$source" modules >&2 || return 1
  cp "$source/v4l2loopback.ko" "$cache/v4l2loopback-$release.ko"
  rm -rf "$build"
}

# A camera that plays what is written to it, and JPEG pictures to write: good ones, one that breaks off, and no picture at all.
add_loopback() {
  module=$cache/v4l2loopback-$release.ko
  [ -r "$module" ] || build_loopback || { echo "v4l2loopback cannot be built here" >"$results/loopback.skipped" && return; }
  mkdir -p "$root/loopback"
  cp "$module" "$root/loopback/v4l2loopback.ko"
  cp "$here/loopback.sh" "$root/loopback.sh"
  ffmpeg -v error -f lavfi -i color=gray:size=320x180 -frames:v 1 -q:v 2 -f mjpeg "$root/loopback/good.jpg"
  size=$(wc -c <"$root/loopback/good.jpg")
  head -c $((size / 2)) "$root/loopback/good.jpg" >"$root/loopback/cut.jpg"
  head -c "$size" /dev/zero | tr '\0' 'x' >"$root/loopback/garbage.jpg"
}

cp "$(command -v busybox)" "$root/bin/busybox"
add_program "$program" capture-lab
add_program "$tests" vm-tests
add_program v4l2-ctl v4l2-ctl
add_program aplay aplay
add_program amixer amixer
mkdir -p "$root/usr/share"
cp -rL /usr/share/alsa "$root/usr/share/"
add_modules modules virtio_pci 9p 9pnet_virtio vivid snd-aloop snd-dummy
add_usb
cp "$here/vivid.sh" "$root/vivid.sh"
add_loopback
sox -R -n -r 48000 -b 16 "$root/tone.wav" synth 120 sine 997 sine 997 remix 1v0.1258925 2v0.0630957
cp "$here/guest.sh" "$root/init"
chmod +x "$root/init"
(cd "$root" && find . | cpio --quiet -o -H newc) >"$work/initrd"

# boot ACCELERATION PROCESSOR: becomes the machine.
boot() {
  exec timeout -k 5 "$limit" qemu-system-x86_64 -machine q35 -accel "$1" -cpu "$2" -smp 2 -m 2048 \
    -nographic -no-reboot -nodefaults -serial "file:$results/console" \
    -kernel "$tree/boot/vmlinuz-$release" -initrd "$work/initrd" -append "console=ttyS0 quiet loglevel=4 panic=-1" \
    -fsdev local,id=out,path="$results",security_model=none -device virtio-9p-pci,fsdev=out,mount_tag=out \
    </dev/null >"$results/qemu" 2>&1
}

finished() {
  [ -e "$results/finished" ]
}

# A KVM that does not work ends at once, or never gets to the guest's first line.
by_kvm() {
  [ -r /dev/kvm ] && [ -w /dev/kvm ] || return 1
  boot kvm host &
  machine=$!
  waited=0
  while [ ! -e "$results/booted" ] && [ $waited -lt 30 ] && kill -0 $machine 2>/dev/null; do
    sleep 1
    waited=$((waited + 1))
  done
  [ -e "$results/booted" ] || kill $machine 2>/dev/null || true
  wait $machine || true
  finished
}

by_kvm && exit 0
find "$results" -type f ! -name '*.skipped' -delete
(boot tcg,thread=multi,tb-size=512 Nehalem) || true
finished || {
  echo "the guest did not finish within $limit s; its last lines:" >&2
  tail -n 20 "$results/console" "$results/qemu" >&2
  exit 1
}
