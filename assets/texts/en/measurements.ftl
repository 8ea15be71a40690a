# The panel of measurements.

panel-measurements = Measurements
measurements-empty = Rates, intervals, losses and pictures of live cameras are measured here.
measurements-waiting = Waiting for the first measurement…
measurements-copy-text = Copy text
measurements-copy-text-tip = Copies all numbers as a table
measurements-copy-json = Copy JSON
measurements-copy-json-tip = Copies all numbers in the form of a line of “watch --json”
measurements-cell = { $row }, { $column }: { $value }
measurements-single = { $row }: { $value }
measurements-counted = { $definition } N = { $n }.
measurements-counted-long = { $definition } N = { $n } over 10 s.

measurements-black = The picture is black: take the lens cap off, open the shutter, or switch a light on.
measurements-frozen = The picture has not changed for { $time } s although frames come: the camera repeats itself.
measurements-ahead = The driver stamps frames ahead of their arrival: their latency cannot be told.
measurements-muted = Muted: { $reason }
measurements-low-light = Low light: { $reason }.
measurements-pin = Pin the exposure
measurements-pin-tip = Sets the exposure by hand, short enough for { $rate } frames per second: the picture becomes darker and the rate comes back. Applies exposureMode and exposureTime beside the track's other constraints.

measurements-histogram-driver = Intervals by driver time
measurements-histogram-arrival = Intervals by arrival
measurements-histogram = { $name }: { $n } in { $bins } bins of 1 ms from { $from } to { $to } ms, most of them, { $count }, from { $mode } ms on
measurements-histogram-none = { $name }: none yet
measurements-histogram-tip = How many intervals of the last { $window } s have which length, in bins of 1 ms. The height is the square root of the count, so that single ones are seen.
measurements-histogram-ends = { $from } to { $to } ms

measurements-now = 1 s
measurements-long = 10 s
measurements-count = frames
measurements-value = value
measurements-p50 = p50
measurements-p95 = p95
measurements-p99 = p99
measurements-max = max

measurements-rates = Rate, per second
measurements-asked = asked for
measurements-asked-tip = The frameRate of the track's constraints: exact, else ideal; – where they name none.
measurements-granted = granted by the driver
measurements-granted-tip = What the driver made of it (V4L2: the interval of VIDIOC_G_PARM). It is a setting, not a measurement.
measurements-track = set on the track
measurements-track-tip = The setting frameRate: lower than granted where the lab leaves frames out (resizeMode crop-and-scale).
measurements-produced = made by the sensor
measurements-produced-tip = The difference of the driver's sequence numbers by that of its stamps, over the newest 1 s and 10 s of driver time: frames that were dropped later are counted too.
measurements-delivered = delivered to the track
measurements-delivered-tip = Undamaged frames that reached the track, by the driver's stamps, over the newest 1 s and 10 s of driver time.

measurements-intervals = Interval, ms
measurements-driver-time = by driver time
measurements-driver-time-tip = From one frame's driver stamp to the next one's, in ms, over the last 10 s; percentiles by nearest rank. A dropped frame makes an interval of two.
measurements-arrival-time = by arrival
measurements-arrival-time-tip = From one frame's arrival in the lab to the next one's, in ms, over the last 10 s. What it has beyond the intervals by driver time is the computer's doing, not the camera's.

measurements-frames = Frames since the track was opened
measurements-total-produced = produced
measurements-total-produced-tip = delivered + discarded + dropped + corrupt.
measurements-total-delivered = delivered
measurements-total-delivered-tip = Undamaged frames that reached the track.
measurements-discarded = discarded
measurements-discarded-tip = Left out on purpose, for a track of a lower rate.
measurements-driver-drops = dropped by the driver
measurements-driver-drops-tip = Gaps in the driver's sequence numbers: the sum of the differences less 1. USB lost them, or nobody fetched the buffers in time.
measurements-lab-drops = dropped by the lab
measurements-lab-drops-tip = Lost by Capture Lab between driver and track.
measurements-corrupt = corrupt
measurements-corrupt-tip = Marked as damaged by the driver, shorter than the format needs, or not decodable.
measurements-picture-queue = not made a picture
measurements-picture-queue-tip = Delivered, but a newer frame took its place before a picture was made of it: the computer was too slow. Recordings have it.
measurements-not-shown = not drawn
measurements-not-shown-tip = A picture was made, but a newer one took its place before the window drew it, or the preview is hidden.
measurements-recorder-queue = lost by the recorder
measurements-recorder-queue-tip = Did not fit into the queue of a recording.

measurements-pictures = Repetitions and freezes
measurements-compared = pictures compared
measurements-compared-tip = Pictures that were compared with the one before, since the track was opened.
measurements-duplicates = duplicates
measurements-duplicates-tip = Pictures equal to the one before, in each fourth pixel of each fourth line. The noise of a live sensor makes each picture another.
measurements-freezes = freezes
measurements-freezes-tip = How often the time from one changed picture to the next was at least the larger of 3 average intervals and of one average interval + 150 ms; the average is that of the last 30 (W3C webrtc-stats, freezeCount).
measurements-longest = longest freeze, s
measurements-longest-tip = The longest time from one changed picture to the next that counts as a freeze.
measurements-frozen-total = frozen in all, s
measurements-frozen-total-tip = The sum of these times (W3C webrtc-stats, totalFreezesDuration).

measurements-first = Way to the first picture, ms
measurements-select = call to opening
measurements-select-tip = From the call of getUserMedia to the opening of the device: permission, choice of device and mode, earlier calls.
measurements-open = opening
measurements-open-tip = Opening the device node; – where the backend does not tell it from the start of the stream, or where the device ran already.
measurements-start = start of the stream
measurements-start-tip = Setting mode and buffers and starting the stream (VIDIOC_STREAMON); with the opening where the backend does not tell them apart.
measurements-first-frame = first frame
measurements-first-frame-tip = From the start of the stream to the first undamaged frame.
measurements-first-picture = first picture
measurements-first-picture-tip = From that frame to its picture for the screen.
measurements-first-shown = first drawn
measurements-first-shown-tip = From that picture to its being handed to the window's renderer.
measurements-first-total = call to first frame
measurements-first-total-tip = From the call of getUserMedia to the first undamaged frame, all legs together.

measurements-latencies = Latency, ms
measurements-latency-arrival = stamp to arrival
measurements-latency-arrival-tip = From the driver's stamp to the arrival in the lab, over the last 10 s. Drivers stamp the start or the end of the exposure, or the end of the transfer.
measurements-latency-picture = arrival to picture
measurements-latency-picture-tip = From the arrival to the finished picture: waiting, decoding, converting, scaling. Over the last 10 s.
measurements-latency-shown = picture to window
measurements-latency-shown-tip = From the finished picture to its being handed to the window's renderer, over the last 10 s. What the display takes is not in it.
measurements-latency-total = stamp to window
measurements-latency-total-tip = From the driver's stamp to the window's renderer, over the last 10 s.

measurements-scene = Picture
measurements-luma = mean luma, 0–255
measurements-luma-tip = Mean luma (BT.601) of the newest picture over each fourth line.
measurements-deviation = spread of luma
measurements-deviation-tip = Standard deviation of the luma of the newest picture that was looked at, in steps of 255, over 32 lines. Below 4 there is nothing to see. Pictures are looked at ten times a second at most.
measurements-sharpness = sharpness
measurements-sharpness-tip = Variance of the Laplacian (four neighbours less four times the pixel) of the luma, on 32 lines of the picture in its own size, by the square of the mean luma. Of no unit: only for comparing pictures of one scene, for instance while focusing; noise adds to it.
measurements-sharpness-peak = sharpest so far
measurements-sharpness-peak-tip = The largest sharpness since the track was opened: turn the focus until the present one is as large.
measurements-noise = noise, steps of 255
measurements-noise-tip = Standard deviation in time of a pixel that stands still: of the difference of two pictures, within each of 16 × 9 tiles that are neither black nor white; the median of the tiles by √2; the median of the last 10 looks. What moves in less than half of the picture does not count. It is what is left after the camera's own denoising and compression.
