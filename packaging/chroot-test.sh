#!/bin/sh
# Tries the two commands of the README as a newcomer would, on a bare Debian 12: `make test`, then `make run`, which has
# no display there and is to say so in one sentence.
#
#   packaging/chroot-test.sh FOLDER        (as root; MIRROR=http://… for another archive than Debian's)
#
# Makes the system in FOLDER (debootstrap, about 400 MB, later 6 GB) where it is not there yet, and clones the last commit
# into it: what is not committed is not tried.
set -eu

[ $# -eq 1 ] || { sed -n 2,8p "$0" >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || { echo "chroot-test: run as root: it makes a system and enters it" >&2; exit 1; }
cd "$(dirname "$0")/.."
packaging/setup.sh chroot
mkdir -p "$1"
root=$(realpath "$1")

[ -e "$root/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$root" "${MIRROR:-http://deb.debian.org/debian}"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
# Where the network shows certificates of its own, they are trusted there as they are here.
if [ -d /usr/local/share/ca-certificates ]; then
  mkdir -p "$root/usr/local/share/ca-certificates"
  cp -rL /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
fi

leave() {
  for place in dev proc; do
    ! mountpoint -q "$root/$place" || umount --lazy "$root/$place"
  done
}
trap leave EXIT
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"

# A newcomer's environment.
inside() {
  chroot "$root" env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} sh -euc "$1"
}

rm -rf "$root/root/capture-lab.new"
git -c safe.directory='*' clone --quiet --no-hardlinks . "$root/root/capture-lab.new"
# An earlier build is kept: this tries the commands, not the patience.
[ ! -d "$root/root/capture-lab/target" ] || mv "$root/root/capture-lab/target" "$root/root/capture-lab.new/target"
rm -rf "$root/root/capture-lab"
mv "$root/root/capture-lab.new" "$root/root/capture-lab"

inside 'command -v make >/dev/null || { apt-get update -qq && apt-get install -qq -y --no-install-recommends make; }'
inside 'cd ~/capture-lab && make test'
status=0
inside 'cd ~/capture-lab && make run' 2>"$root/root/run.err" || status=$?
said=$(grep '^capture-lab: ' "$root/root/run.err" || true)
case $status:$said in
  0:*) echo "chroot-test: make run ended well, and there is no display" >&2 && exit 1 ;;
  *display*) echo "chroot-test: make run said: $said" ;;
  *) cat "$root/root/run.err" >&2 && echo "chroot-test: make run did not say that there is no display" >&2 && exit 1 ;;
esac
