#!/bin/sh
# Runs a command with a PulseAudio server of its own that has one microphone, which hears what is played.
#
#   tests/sound-server.sh [--suspended] COMMAND...
#
# --suspended: the microphone is there and never delivers. Without PulseAudio the command is skipped, which is said.
set -eu

suspended=0
if [ "$1" = --suspended ]; then
  suspended=1
  shift
fi
for tool in pulseaudio pactl; do
  if ! command -v "$tool" >/dev/null; then
    echo "skipped: $*: no $tool here (packaging/setup.sh full)"
    exit 0
  fi
done

folder=$(mktemp -d)
server=''
leave() {
  [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null || true
  rm -rf "$folder"
}
trap leave EXIT

mkdir -p "$folder/home"
chmod 700 "$folder"
# cargo and rustup are found where they were.
export CARGO_HOME="${CARGO_HOME:-$HOME/.cargo}" RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}"
export XDG_RUNTIME_DIR="$folder" HOME="$folder/home" PULSE_SERVER="unix:$folder/pulse.sock"
pulseaudio -n --daemonize=no --exit-idle-time=-1 --use-pid-file=no --disable-shm=true --realtime=no --high-priority=no \
  -L "module-native-protocol-unix socket=$folder/pulse.sock auth-anonymous=1" \
  -L "module-null-sink sink_name=lab rate=48000 channels=2" \
  -L "module-remap-source master=lab.monitor source_name=labmic" 2>"$folder/log" &
server=$!
tries=0
until pactl info >/dev/null 2>&1; do
  if [ $tries -ge 100 ] || ! kill -0 "$server" 2>/dev/null; then
    echo "sound-server: PulseAudio did not start:" >&2
    cat "$folder/log" >&2
    exit 1
  fi
  tries=$((tries + 1))
  sleep 0.1
done
pactl set-default-source labmic
if [ $suspended = 1 ]; then
  pactl suspend-source labmic 1
fi
"$@"
