#!/bin/sh
# Installs the system packages that Capture Lab lacks, and Rust where it is missing or too old.
#
#   packaging/setup.sh GROUP...
#
#   build   what compiling needs
#   run     what the window needs: X11, OpenGL
#   test    what `make test` needs beside both
#   full    what `make test-full` needs: a sound server, an X server without a screen, a virtual machine
#   chroot  what packaging/chroot-test.sh needs
#
# Says what it installs. Does nothing where all is there. Uses sudo only where it is not run by root.
set -eu

fail() {
  echo "setup: $*" >&2
  exit 1
}

# The packages of a group, by package manager.
packages() {
  case "$1:$2" in
    apt-get:build) echo gcc g++ libc6-dev make pkg-config libasound2-dev libclang1 nasm curl ca-certificates ;;
    apt-get:run) echo libx11-6 libx11-xcb1 libxcursor1 libxi6 libxrandr2 libxkbcommon-x11-0 libgl1 libegl1 libgl1-mesa-dri ;;
    apt-get:test) echo libvulkan1 mesa-vulkan-drivers ;;
    apt-get:full) echo xvfb xdotool imagemagick ffmpeg sox alsa-utils pulseaudio pulseaudio-utils \
      v4l-utils qemu-system-x86 busybox-static cpio kmod usbip xz-utils shellcheck ;;
    apt-get:chroot) echo debootstrap git ;;

    dnf:build) echo gcc gcc-c++ make pkgconf-pkg-config alsa-lib-devel clang-libs nasm curl ca-certificates ;;
    dnf:run) echo libX11 libX11-xcb libXcursor libXi libXrandr libxkbcommon-x11 libglvnd-glx libglvnd-egl mesa-dri-drivers ;;
    dnf:test) echo vulkan-loader mesa-vulkan-drivers ;;
    dnf:full) echo xorg-x11-server-Xvfb xdotool ImageMagick ffmpeg-free sox alsa-utils pulseaudio-utils \
      v4l-utils qemu-system-x86 busybox cpio kmod usbip xz ShellCheck ;;
    dnf:chroot) echo debootstrap git ;;

    pacman:build) echo gcc make pkgconf alsa-lib clang nasm curl ca-certificates ;;
    pacman:run) echo libx11 libxcursor libxi libxrandr libxkbcommon-x11 libglvnd mesa ;;
    pacman:test) echo vulkan-icd-loader vulkan-swrast ;;
    pacman:full) echo xorg-server-xvfb xdotool imagemagick ffmpeg sox alsa-utils libpulse \
      v4l-utils qemu-system-x86 busybox cpio kmod usbip xz shellcheck ;;
    pacman:chroot) echo debootstrap git ;;

    *) fail "no group $2: there are build, run, test, full and chroot" ;;
  esac
}

manager() {
  for manager in apt-get dnf pacman; do
    if command -v "$manager" >/dev/null 2>&1; then
      echo "$manager"
      return
    fi
  done
  fail "no apt-get, dnf or pacman here: install by hand what $0 lists for one of them"
}

# Which of the packages are not installed.
missing() {
  manager=$1
  shift
  for package; do
    case $manager in
      apt-get) dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ;;
      dnf) rpm -q --quiet --whatprovides "$package" ;;
      pacman) pacman -T "$package" >/dev/null ;;
    esac || echo "$package"
  done
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    fail "no sudo here: run as root: $*"
  fi
}

install() {
  manager=$1
  shift
  case $manager in
    apt-get)
      # --no-remove: a tester keeps the sound server that is there.
      as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends --no-remove "$@" >/dev/null
      ;;
    dnf) as_root dnf install -y --setopt=install_weak_deps=False "$@" ;;
    pacman) as_root pacman -S --needed --noconfirm "$@" ;;
  esac
}

# Installs a group. What only tests need is not worth a failure: they say themselves what they skip.
group() {
  wanted=$(packages "$manager" "$1")
  # shellcheck disable=SC2086 # a list of words
  lacking=$(missing "$manager" $wanted | tr '\n' ' ')
  [ -n "$lacking" ] || return 0
  echo "setup: installing for $1: $lacking"
  # shellcheck disable=SC2086
  install "$manager" $lacking && return 0
  [ "$1" = full ] || fail "$manager could not install what $1 needs: see above"
  for package in $lacking; do
    install "$manager" "$package" || echo "setup: no $package; tests that need it will be skipped" >&2
  done
}

# Whether there is a Rust of this version or later.
rust_is_enough() {
  version=$(cargo --version 2>/dev/null | cut -d ' ' -f 2 | cut -d - -f 1)
  [ -n "$version" ] && [ "$(printf '%s\n%s\n' "$1" "$version" | sort -V | head -n 1)" = "$1" ]
}

# rustup itself, from where https://sh.rustup.rs takes it.
install_rustup() {
  folder=$(mktemp -d)
  program=$folder/rustup-init # it goes by its own name
  address="https://static.rust-lang.org/rustup/dist/$(uname -m)-unknown-linux-gnu/rustup-init"
  status=0
  curl --proto '=https' --tlsv1.2 -fsSL -o "$program" "$address" && chmod +x "$program" &&
    "$program" -y -q --no-modify-path --profile minimal --component clippy --component rustfmt || status=$?
  rm -rf "$folder"
  return $status
}

rust() {
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$(dirname "$0")/../Cargo.toml")
  PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
  rust_is_enough "$wanted" && return 0
  if command -v rustup >/dev/null 2>&1; then
    echo "setup: Rust $wanted or later is needed: updating the stable toolchain by rustup"
    rustup update stable || true
  else
    echo "setup: Rust $wanted or later is needed: installing it by rustup into ${CARGO_HOME:-$HOME/.cargo}"
    install_rustup || true
  fi
  rust_is_enough "$wanted" ||
    fail "still no Rust $wanted or later: install it as https://rustup.rs says (with rustup: rustup default stable), then try again."
}

[ $# -gt 0 ] || fail "which groups? build, run, test, full, chroot"
manager=$(manager)
for name; do
  group "$name"
  [ "$name" != build ] || rust
done
