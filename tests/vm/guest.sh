#!/bin/busybox sh
# shellcheck shell=dash
# The first process of the virtual machine: does what the tests judge, and leaves what it saw in /out.
#
# For each step NAME: NAME.out with the guest's uptime before each line, NAME.err, NAME.status, NAME.ended (uptime).

/bin/busybox --install -s /bin
export PATH=/bin LD_LIBRARY_PATH=/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in /modules/*; do
  case $module in
    # The default nodes, twice over: outputs, metadata, VBI, radio and touch beside the cameras.
    # The second camera delivers in several memory planes.
    */*-vivid.ko) insmod "$module" n_devs=2 multiplanar=1,2 ;;
    */*-snd-aloop.ko) insmod "$module" pcm_substreams=1 ;;
    *) insmod "$module" ;;
  esac
done
mount -t 9p -o trans=virtio,version=9p2000.L out /out
ifconfig lo 127.0.0.1
touch /out/booted

MODE='{"width":{"exact":320},"height":{"exact":180},"frameRate":{"exact":12.5}}'
# Long periods: software emulation on a busy machine stops the guest for tenths of a second.
SOUND='{"channelCount":{"exact":2},"sampleRate":{"exact":48000},"latency":{"ideal":0.05}}'

lab() {
  capture-lab "$@" --data-dir /tmp/lab
}

uptime_now() {
  read -r up _ </proc/uptime
  echo "$up"
}

stamped() {
  while IFS= read -r line; do
    read -r up _ </proc/uptime
    echo "$up $line"
  done
}

# step NAME COMMAND...: runs it to its end.
step() {
  name=$1
  shift
  {
    "$@" 2>"/out/$name.err"
    echo $? >"/out/$name.status"
    uptime_now >"/out/$name.ended"
  } | stamped >"/out/$name.out"
}

# Tells of devices that come and go, without their modes and controls: a shell reads long lines byte by byte.
watched_devices() {
  lab devices --watch --json | awk '{
    gsub(/"items":\[[^]]*\]/, "\"items\":null")
    gsub(/"modes":\[[^]]*\]/, "\"modes\":[]")
    gsub(/"controls":\[[^]]*\]/, "\"controls\":[]")
    print
    fflush()
  }'
}

# Waits until a command succeeds, up to so many seconds.
until_true() {
  patience=$(($1 * 10))
  shift
  while [ $patience -gt 0 ] && ! "$@" >/dev/null 2>&1; do
    sleep 0.1
    patience=$((patience - 1))
  done
}

# Takes the cameras away and puts new ones in their place.
fresh_cameras() {
  echo vivid.0 >/sys/bus/platform/drivers/vivid/unbind 2>/dev/null
  sleep 0.5
  echo vivid.0 >/sys/bus/platform/drivers/vivid/bind
  until_true 10 [ -e /dev/video0 ]
  sleep 0.5
  # A picture that moves as a whole, fast.
  v4l2-ctl -d /dev/video0 -c horizontal_movement=6
}

tone() {
  aplay -q -D hw:0,0 /tone.wav 2>>/out/aplay.err &
  player=$!
  sleep 1
}

# unplug NAME HOW: takes the camera from a running step, and sees that it ends.
unplug() {
  uptime_now >"/out/$1.unplugged"
  case $2 in
    control) v4l2-ctl -d /dev/video0 -c disconnect=1 ;;
    driver) echo vivid.0 >/sys/bus/platform/drivers/vivid/unbind ;;
  esac
  uptime_now >"/out/$1.gone"
  until_true 20 [ -e "/out/$1.ended" ]
  [ -e "/out/$1.ended" ] || killall -9 capture-lab
  wait
  fresh_cameras
}

fresh_cameras

# (a) What is listed, and what the kernel says of each node.
lab devices --json >/out/devices.json 2>/out/devices.err
echo $? >/out/devices.status
for node in /dev/video*; do
  echo "$node $(v4l2-ctl -d "$node" -D | sed -n 's/.*Device Caps *: //p')"
done >/out/nodes
cat /proc/asound/cards /proc/asound/pcm >/out/cards

# (b) The same mode by v4l2-ctl and by the lab.
v4l2-ctl -d /dev/video0 --set-fmt-video=width=320,height=180,pixelformat=YUYV --set-parm=12.5
step stream v4l2-ctl -d /dev/video0 --stream-mmap=4 --stream-count=63 --verbose
step watch lab watch "{\"video\":$MODE}" --device /dev/video0 --pixel-format YUYV --seconds 5 --json
# A size and a rate that the camera does not have: cut out, scaled and thinned out of one that it has.
step scaled lab watch '{"video":{"width":{"exact":200},"height":{"exact":150},"frameRate":{"exact":6.25}}}' \
  --device /dev/video0 --seconds 4 --json
lab snapshot '{"video":{"width":{"exact":200},"height":{"exact":150}}}' --device /dev/video0 --out /out/scaled.png \
  >/dev/null 2>/out/scaled-snapshot.err

# The same camera as a program that is built on nokhwa sees it.
lab devices --backend nokhwa --json >/out/nokhwa-devices.json 2>/out/nokhwa-devices.err
step nokhwa lab watch '{"video":{"width":{"exact":320},"height":{"exact":180},"frameRate":{"ideal":15}}}' \
  --backend nokhwa --device /dev/video0 --pixel-format YUYV --seconds 4 --json

# Both backends in one mode. Not a step: the list of modes is long, and a shell reads lines byte by byte.
lab compare /dev/video0 --format YUYV --size 320x180 --rate 15 --seconds 2 --json \
  >/out/compare.json 2>/out/compare.err
echo $? >/out/compare.status

# A camera that another program holds.
v4l2-ctl -d /dev/video0 --stream-mmap=4 >/dev/null 2>&1 &
holder=$!
sleep 2
step busy lab watch "{\"video\":$MODE}" --device /dev/video0 --seconds 2 --json
kill $holder
wait

# (c) A tone through the loopback card.
tone
step levels lab watch "{\"audio\":$SOUND}" --device hw:0,1 --seconds 4 --json

# (d) A clip of both, and one of pictures alone.
step record lab record "{\"video\":$MODE,\"audio\":$SOUND}" --device /dev/video0 --device hw:0,1 \
  --seconds 5 --out /tmp/record.mp4
kill $player
wait
step pictures lab record "{\"video\":$MODE}" --device /dev/video0 --seconds 5 --out /tmp/pictures.mp4

# (e) The camera goes while it is watched and while it is recorded.
for how in control driver; do
  step watch-$how lab watch "{\"video\":$MODE}" --device /dev/video0 --seconds 60 --json &
  until_true 30 grep -q '"frames"' /out/watch-$how.out
  unplug watch-$how $how
  step record-$how lab record "{\"video\":$MODE}" --device /dev/video0 --seconds 60 \
    --out /tmp/record-$how.mp4 &
  until_true 30 [ -s /tmp/record-$how.mp4 ]
  sleep 3
  unplug record-$how $how
done

# (controls) What the camera's controls are, by the lab and by v4l2-ctl; one that is moved from outside; two that constraints
# set, and that stay so.
fresh_cameras
v4l2-ctl -d /dev/video0 -c brightness=100
lab devices --json >/out/controls.json 2>/out/controls.err
v4l2-ctl -d /dev/video0 --list-ctrls-menus >/out/controls.txt
step controls-outside lab watch "{\"video\":$MODE}" --device /dev/video0 --seconds 60 --json &
until_true 30 grep -q '"frames"' /out/controls-outside.out
v4l2-ctl -d /dev/video0 -c brightness=77
uptime_now >/out/controls-outside.moved
until_true 10 grep -q configurationchange /out/controls-outside.out
killall -INT capture-lab
wait
step controls-set lab watch "{\"video\":{\"width\":{\"exact\":320},\"height\":{\"exact\":180},\"brightness\":42,\"contrast\":200}}" \
  --device /dev/video0 --seconds 3 --json
v4l2-ctl -d /dev/video0 -C brightness,contrast >/out/controls-set.after

# (mixer) What the mixer of a card has for what is captured, by the lab and by amixer; a microphone that is switched off and on
# from outside.
amixer -q -c Dummy sset Mic 37%,52% cap
amixer -c Dummy scontents >/out/mixer.txt
lab devices --json >/out/mixer.json 2>/out/mixer.err
step mixer lab watch '{"audio":true}' --device hw:1,0 --seconds 60 --json &
until_true 30 grep -q '"level"' /out/mixer.out
# Both channels at once: snd-dummy gives no word of a change of one.
amixer -q -c Dummy cset iface=MIXER,name='Mic Capture Switch' off,off
uptime_now >/out/mixer.off
until_true 10 grep -q '"mute"' /out/mixer.out
amixer -q -c Dummy cset iface=MIXER,name='Mic Capture Switch' on,on
uptime_now >/out/mixer.on
until_true 10 grep -q '"unmute"' /out/mixer.out
killall -INT capture-lab
wait

# (y) Motion JPEG, good and damaged.
# shellcheck source=tests/vm/loopback.sh
[ ! -e /loopback.sh ] || . /loopback.sh

# (f) to (k)
# shellcheck source=tests/vm/vivid.sh
. /vivid.sh

# (z) A webcam on the USB.
# shellcheck source=tests/vm/gadget/usb.sh
[ ! -e /usb.sh ] || . /usb.sh

cp /tmp/*.mp4 /out/
touch /out/finished
umount /out
poweroff -f
