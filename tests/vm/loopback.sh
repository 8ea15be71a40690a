#!/bin/sh
# shellcheck shell=dash
# A camera that plays Motion JPEG which is written to it: every fifth picture breaks off, every seventh is garbage. Read by
# guest.sh.

PICTURES=70
LOOPBACK=/dev/video40

# Which picture is written as the one of this number, from 1.
picture() {
  if [ $(($1 % 7)) = 0 ]; then
    echo garbage
  elif [ $(($1 % 5)) = 0 ]; then
    echo cut
  else
    echo good
  fi
}

insmod /loopback/v4l2loopback.ko video_nr=40 card_label=Loopback
v4l2-ctl -d $LOOPBACK -c keep_format=1
v4l2-ctl -d $LOOPBACK --set-fmt-video-out=width=320,height=180,pixelformat=MJPG >/out/loopback.format 2>&1
exec 8>$LOOPBACK
# The first pictures are good, until the lab captures.
while ! grep -q '"open"' /out/loopback.out 2>/dev/null; do
  dd if=/loopback/good.jpg bs=1M >&8 2>/dev/null
  sleep 0.1
done &
feeder=$!
step loopback lab watch '{"video":true}' --device $LOOPBACK --seconds 60 --json &
wait $feeder
number=1
while [ $number -le $PICTURES ]; do
  dd if="/loopback/$(picture $number).jpg" bs=1M >&8 2>>/out/loopback.dd
  sleep 0.1
  number=$((number + 1))
done
# The writer has gone silent.
until_true 20 grep -q '"mute"' /out/loopback.out
killall -INT capture-lab
exec 8>&-
wait
