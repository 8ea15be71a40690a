#!/bin/sh
# shellcheck shell=dash
# What vivid can be made to do: inputs, formats, lost frames, errors, and a node that changes its number. Read by guest.sh.

# The library's own work in one process: inside TASK NODE [WORD]. Leaves /out/TASK-videoN.json.
inside() {
  CAPTURE_LAB_INSIDE="$1 $2 /out/$1-${2##*/}.json${3:+ $3}" vm-tests --exact inside::a_task_inside_the_machine --include-ignored \
    --nocapture >"/out/$1-${2##*/}.log" 2>&1
}

# The node of the second camera, which delivers in several memory planes.
planar_node() {
  for node in /dev/video*; do
    case $(v4l2-ctl -d "$node" -D) in *"Video Capture Multiplanar"*) echo "$node" && return ;; esac
  done
}

# stop_lab STEP: ends the lab of a step, and sees that it ends.
stop_lab() {
  killall -TERM capture-lab 2>/dev/null
  until_true 20 [ -e "/out/$1.ended" ]
  [ -e "/out/$1.ended" ] || killall -9 capture-lab
  wait
}

mark() {
  uptime_now >"/out/mark.$1"
}

# (f) Inputs: what is listed of each, by the lab and by v4l2-ctl.
mark inputs
for input in 0 1 3; do
  lab devices --json --device /dev/video0 --input $input >/out/input-$input.json 2>/out/input-$input.err
  v4l2-ctl -d /dev/video0 --list-formats-ext >/out/input-$input.formats
  v4l2-ctl -d /dev/video0 --list-frameintervals=width=320,height=180,pixelformat=YUYV >/out/input-$input.intervals
  v4l2-ctl -d /dev/video0 --get-input --get-standard --get-dv-timings >/out/input-$input.set 2>&1
done

# Signals that are chosen by hand.
lab devices --json --device /dev/video0 --input TV --standard secam >/out/input-secam.json 2>/out/input-secam.err
v4l2-ctl -d /dev/video0 --get-standard >/out/input-secam.set 2>&1
lab devices --json --device /dev/video0 --input HDMI --timings 1280x720p50 >/out/input-720p50.json 2>/out/input-720p50.err
v4l2-ctl -d /dev/video0 --get-dv-timings >/out/input-720p50.set 2>&1
lab devices --json --device /dev/video0 --timings 12x34p5 >/out/input-none.json 2>/out/input-none.err

# A source that changes its signal while it is captured.
step source lab watch '{"video":{"width":{"exact":320},"height":{"exact":180}}}' --device /dev/video0 --input HDMI \
  --pixel-format GREY --seconds 30 --json &
until_true 30 grep -q '"frames"' /out/source.out
v4l2-ctl -d /dev/video0 -c dv_timings=1,dv_timings_signal_mode=4 2>/out/source.control
uptime_now >/out/source.changed
until_true 20 [ -e /out/source.ended ]
[ -e /out/source.ended ] || killall -9 capture-lab
wait
fresh_cameras

# (g) A picture in each format. The bars stand still, without words in them.
mark formats
planar=$(planar_node)
for node in /dev/video0 "$planar"; do
  v4l2-ctl -d "$node" -c test_pattern=0,horizontal_movement=3,osd_text_mode=2
done
v4l2-ctl -d /dev/video0 --set-fmt-video=width=320,height=180,pixelformat=HSV3,hsv=180 --get-fmt-video >/out/hsv.set 2>&1
inside formats /dev/video0
# Those in one plane are the same here.
inside formats "$planar" RGB3,YUYV,NV12,NM12,NM21,NM16,NM61,YM12,YM21,YM24,YM42
echo "$planar" >/out/planar-node

# (h) Frames that the driver loses.
mark drops
v4l2-ctl -d /dev/video0 -c percentage_of_dropped_buffers=20
inside drops /dev/video0
v4l2-ctl -d /dev/video0 --set-fmt-video=width=320,height=180,pixelformat=YUYV --set-parm=25
step lossy-stream v4l2-ctl -d /dev/video0 --stream-mmap=4 --stream-count=120 --verbose
step lossy lab watch '{"video":{"width":{"exact":320},"height":{"exact":180},"frameRate":{"exact":25}}}' \
  --device /dev/video0 --pixel-format YUYV --seconds 30 --json &
until_true 30 grep -q '"frames"' /out/lossy.out
sleep 4
v4l2-ctl -d /dev/video0 -c percentage_of_dropped_buffers=100
uptime_now >/out/lossy.silent
until_true 30 grep -q '"mute"' /out/lossy.out
v4l2-ctl -d /dev/video0 -c percentage_of_dropped_buffers=0
uptime_now >/out/lossy.back
until_true 30 grep -q '"unmute"' /out/lossy.out
stop_lab lossy

# (i) Errors that vivid makes on demand: before the stream, and in it.
mark errors
for error in reqbufs qbuf streamon; do
  v4l2-ctl -d /dev/video0 -c inject_vidioc_${error}_error=1 2>/out/inject-$error.control
  step inject-$error lab watch "{\"video\":$MODE}" --device /dev/video0 --seconds 2 --json
done
# inject NAME CONTROL: while it streams, which then goes on for some seconds unless it ends.
inject() {
  step "inject-$1" lab watch "{\"video\":$MODE}" --device /dev/video0 --seconds 60 --json &
  until_true 30 grep -q '"frames"' "/out/inject-$1.out"
  v4l2-ctl -d /dev/video0 -c "$2=1" 2>"/out/inject-$1.control"
  until_true 4 [ -e "/out/inject-$1.ended" ]
  stop_lab "inject-$1"
}
inject flag inject_v4l2_buf_flag_error
inject running inject_vidioc_qbuf_error
inject fatal inject_fatal_streaming_error
step inject-after lab watch "{\"video\":$MODE}" --device /dev/video0 --seconds 2 --json
fresh_cameras

# (j) The driver goes and comes back while another program holds the node, so that the camera has another number.
mark rebind
step rebind watched_devices &
until_true 60 grep -q deviceId /out/rebind.out
exec 9</dev/video0
echo vivid.0 >/sys/bus/platform/drivers/vivid/unbind
uptime_now >/out/rebind.gone
until_true 30 grep -q '"removed":\["' /out/rebind.out
echo vivid.0 >/sys/bus/platform/drivers/vivid/bind
uptime_now >/out/rebind.back
until_true 30 grep -q '"added":\["' /out/rebind.out
sleep 1
stop_lab rebind
exec 9<&-
fresh_cameras

# (k) Again and again.
mark rounds
inside rounds /dev/video0
mark end
