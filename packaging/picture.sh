#!/bin/sh
# Photographs the window with the test camera and the test microphone.
#
#   packaging/picture.sh PROGRAM PICTURE.png [SECONDS]
#
# Needs Xvfb, xdotool and ImageMagick (packaging/setup.sh full).
set -eu

program=$1 picture=$2 settle=${3:-3}
folder=$(mktemp -d)
server='' window=''
leave() {
  [ -z "$window" ] || { kill "$window" && wait "$window"; } 2>/dev/null || true
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$folder"
}
trap leave EXIT

Xvfb -displayfd 3 -noreset -nolisten tcp -screen 0 1280x800x24 3>"$folder/display" 2>/dev/null &
server=$!
while [ ! -s "$folder/display" ]; do sleep 0.1; done
DISPLAY=:$(cat "$folder/display")
export DISPLAY

# A home of its own: nothing of this machine is on the picture.
env -u WAYLAND_DISPLAY -u XDG_DATA_HOME -u XDG_CONFIG_HOME HOME="$folder" \
  "$program" --only-virtual --open '{"video":true,"audio":true}' &
window=$!
tries=0
until id=$(xdotool search --onlyvisible --name 'Capture Lab' 2>/dev/null) && [ -n "$id" ]; do
  if [ $tries -ge 300 ] || ! kill -0 $window 2>/dev/null; then
    echo "picture: no window" >&2
    exit 1
  fi
  tries=$((tries + 1))
  sleep 0.1
done
id=$(echo "$id" | head -n 1)
# The whole screen, once levels have settled.
xdotool windowsize "$id" 1280 800 windowmove "$id" 0 0
sleep "$settle"
mkdir -p "$(dirname "$picture")"
import -silent -window "$id" "$picture"
echo "$picture"
