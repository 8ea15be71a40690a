/* Answers what a USB host asks the kernel's UVC gadget, so that it is listed as a camera: uvc_answers /dev/videoN
 *
 * Of the test rig only. No pictures flow. Constants are those of linux/usb/g_uvc.h and of the USB Video Class 1.1. */
#include <fcntl.h>
#include <linux/usb/ch9.h>
#include <linux/usb/g_uvc.h>
#include <linux/usb/video.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

enum { FRAME_BYTES = 640 * 360 * 2, INTERVAL_100NS = 333333, PROBE_BYTES = 34 };

static void put(__u8 *at, __u32 value, int bytes) {
  for (int i = 0; i < bytes; i++) at[i] = value >> (8 * i);
}

/* The first format, its first size, and what they need. */
static int probe(struct uvc_request_data *answer) {
  __u8 *data = answer->data;
  put(data, 1, 2);
  data[2] = 1;
  data[3] = 1;
  put(data + 4, INTERVAL_100NS, 4);
  put(data + 18, FRAME_BYTES, 4);
  put(data + 22, 1024, 4);
  return PROBE_BYTES;
}

/* A control of the camera or of its processing unit. */
static int control(int request, int bytes, struct uvc_request_data *answer) {
  int value = request == UVC_GET_MAX ? 255 : request == UVC_GET_MIN ? 0 : request == UVC_GET_RES ? 1 : 128;
  put(answer->data, value, bytes > 4 ? 4 : bytes);
  return bytes;
}

static void answer(int device, const struct usb_ctrlrequest *asked) {
  struct uvc_request_data answer;
  memset(&answer, 0, sizeof answer);
  int selector = asked->wValue >> 8, entity = asked->wIndex >> 8, bytes = asked->wLength;
  if (asked->bRequest == UVC_GET_INFO) {
    answer.data[0] = 3; /* can be read and set */
    answer.length = 1;
  } else if (asked->bRequest == UVC_GET_LEN) {
    put(answer.data, entity ? 2 : PROBE_BYTES, 2);
    answer.length = 2;
  } else if (!(asked->bRequestType & USB_DIR_IN)) {
    answer.length = bytes; /* the data come, and are not looked at */
  } else if (entity == 0 && (selector == UVC_VS_PROBE_CONTROL || selector == UVC_VS_COMMIT_CONTROL)) {
    answer.length = probe(&answer);
  } else {
    answer.length = control(asked->bRequest, bytes, &answer);
  }
  if (answer.length > bytes) answer.length = bytes;
  if (ioctl(device, UVCIOC_SEND_RESPONSE, &answer) < 0) perror("UVCIOC_SEND_RESPONSE");
}

int main(int count, char **arguments) {
  int device = count == 2 ? open(arguments[1], O_RDWR | O_NONBLOCK) : -1;
  if (device < 0) return perror("open"), 1;
  for (__u32 type = UVC_EVENT_FIRST; type <= UVC_EVENT_LAST; type++) {
    struct v4l2_event_subscription wanted = {.type = type};
    if (ioctl(device, VIDIOC_SUBSCRIBE_EVENT, &wanted) < 0) perror("VIDIOC_SUBSCRIBE_EVENT");
  }
  for (struct pollfd file = {device, POLLPRI, 0}; poll(&file, 1, -1) > 0;) {
    struct v4l2_event event;
    if (ioctl(device, VIDIOC_DQEVENT, &event) < 0) return perror("VIDIOC_DQEVENT"), 1;
    if (event.type == UVC_EVENT_SETUP) answer(device, &((struct uvc_event *)&event.u.data)->req);
  }
}
