#!/bin/sh
# shellcheck shell=dash
# A webcam with a microphone on the USB: the kernel's own gadget, plugged in over usbip. It is listed like a real one; its
# pictures and its sound do not flow, since usbip's device side has no isochronous transfers. Read by guest.sh.

GADGET=/sys/kernel/config/usb_gadget/webcam

# frame_size FORMAT NAME WIDTH HEIGHT INTERVALS: a size of a format of the camera, with its intervals in units of 100 ns.
frame_size() {
  folder=$GADGET/functions/uvc.0/streaming/$1/$2/$3x$4
  mkdir -p "$folder"
  echo "$3" >"$folder/wWidth"
  echo "$4" >"$folder/wHeight"
  echo $(($3 * $4 * 2)) >"$folder/dwMaxVideoFrameBufferSize"
  # All in one write: each replaces the list.
  # shellcheck disable=SC2059
  printf "$5" >"$folder/dwFrameInterval"
}

camera() {
  function=$GADGET/functions/uvc.0
  mkdir "$function"
  frame_size uncompressed raw 640 360 '333333\n400000\n333667\n'
  frame_size uncompressed raw 1280 720 '666666\n'
  frame_size mjpeg jpeg 1920 1080 '333333\n'
  mkdir "$function/control/header/h" "$function/streaming/header/h"
  for speed in fs ss; do
    ln -s "$function/control/header/h" "$function/control/class/$speed/h"
  done
  ln -s "$function/streaming/uncompressed/raw" "$function/streaming/header/h/raw"
  ln -s "$function/streaming/mjpeg/jpeg" "$function/streaming/header/h/jpeg"
  for speed in fs hs ss; do
    ln -s "$function/streaming/header/h" "$function/streaming/class/$speed/h"
  done
  ln -s "$function" "$GADGET/configs/c.1"
}

microphone() {
  function=$GADGET/functions/uac2.0
  mkdir "$function"
  echo 0 >"$function/c_chmask"
  echo 3 >"$function/p_chmask"
  echo 48000 >"$function/p_srate"
  ln -s "$function" "$GADGET/configs/c.1"
}

make_gadget() {
  mount -t configfs config /sys/kernel/config
  mkdir -p "$GADGET/strings/0x409" "$GADGET/configs/c.1"
  for attribute in idVendor=0x1d6b idProduct=0x0104 bcdDevice=0x0123 \
    bDeviceClass=0xef bDeviceSubClass=2 bDeviceProtocol=1 \
    strings/0x409/serialnumber=SN0001 strings/0x409/manufacturer=Lab "strings/0x409/product=Test Webcam"; do
    echo "${attribute#*=}" >"$GADGET/${attribute%%=*}"
  done
  camera
  microphone
  echo usbip-vudc.0 >"$GADGET/UDC"
}

# The node with which the gadget's side of the camera is played.
player_node() {
  for node in /sys/class/video4linux/video*; do
    case $(v4l2-ctl -d "/dev/${node##*/}" -D) in *g_uvc*) echo "/dev/${node##*/}" ;; esac
  done
}

# The node under which the host's side sees the camera. (The next of its nodes is for metadata.)
webcam_node() {
  for node in /sys/class/video4linux/video*; do
    case $(cat "$node/index" "$node/name" 2>/dev/null | tr '\n' ' ') in
      "0 Test Webcam"*) echo "/dev/${node##*/}" && return ;;
    esac
  done
  return 1
}

has_no_webcam() {
  ! webcam_node
}

plug() {
  usbip attach -r 127.0.0.1 -b usbip-vudc.0 >>/out/usbip.log 2>&1
  until_true 20 webcam_node
  uptime_now >"/out/usb.plugged-$1"
}

unplug_usb() {
  usbip detach -p 0 >>/out/usbip.log 2>&1
  until_true 20 has_no_webcam
  uptime_now >"/out/usb.unplugged-$1"
}

# told NAME WORDS TIMES: whether a watching lab has told of the camera as often.
told() {
  [ "$(grep -c "$2" "/out/$1.out")" -ge "$3" ]
}

for module in /usb-modules/*; do
  insmod "$module" 2>/dev/null # some are there already
done
make_gadget
uvc_answers "$(player_node)" 2>/out/uvc_answers.err &
answers=$!
sleep 1
usbipd --device >/out/usbipd.log 2>&1 &
server=$!
sleep 1

# Plugged in, out, and in again while the lab watches; another program keeps the first number, so that the camera comes back under
# another one.
mkdir -p /var/run # where usbip keeps its ports
uptime_now >/out/usb.asked
step usb-watch watched_devices &
until_true 60 told usb-watch deviceId 1
plug 1
first_node=$(webcam_node)
echo "$first_node" >/out/usb.first-node
until_true 10 told usb-watch '"added":\["' 1
lab devices --json >/out/usb-devices.json 2>/out/usb-devices.err
v4l2-ctl -d "$first_node" --list-formats-ext >/out/usb-formats
exec 9<"$first_node"
unplug_usb 1
until_true 10 told usb-watch '"removed":\["' 1
plug 2
until_true 10 told usb-watch '"added":\["' 2
webcam_node >/out/usb.second-node
sleep 1
lab devices --json >/out/usb-again.json 2>>/out/usb-devices.err
unplug_usb 2
until_true 10 told usb-watch '"removed":\["' 2
exec 9<&-
kill $answers $server
killall -INT capture-lab
wait
