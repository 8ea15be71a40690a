//! The pictures of an MP4 clip.

use std::time::Duration;

use crate::container::h264::{EncodedPicture, H264Config, H264Encoder, default_bit_rate};
use crate::container::mp4::{Sample, TrackFormat, VIDEO_TIMESCALE};
use crate::media::{I420Image, PictureConverter, PictureSize, Resizer, VideoFrame};
use crate::model::Timestamp;

use super::{RecordError, VideoParams};

/// Time from key frame to key frame, and so the length of a fragment.
const KEY_INTERVAL: u64 = VIDEO_TIMESCALE.get() as u64;

/// Encodes pictures as H.264, each shown from its own capture stamp to the next one's.
#[derive(Debug)]
pub(super) struct VideoTrack {
    origin: Timestamp,
    params: VideoParams,
    encoder: H264Encoder,
    converter: PictureConverter,
    resizer: Resizer,
    /// The newest picture, whose duration the next one tells.
    newest: Option<Newest>,
    /// The time of the newest key frame, in ticks.
    key_time: u64,
    lost: u64,
}

#[derive(Debug)]
struct Newest {
    time: u64,
    picture: EncodedPicture,
}

impl VideoTrack {
    pub(super) fn new(params: VideoParams, origin: Timestamp) -> Result<Self, RecordError> {
        let (width, height) = (params.width & !1, params.height & !1);
        let params = VideoParams { width, height, ..params };
        let bit_rate = default_bit_rate(width, height, params.frame_rate);
        let config = H264Config { width, height, frame_rate: params.frame_rate, bit_rate };
        let (encoder, converter, resizer) = (H264Encoder::new(config)?, PictureConverter::new(), Resizer::new());
        Ok(Self { origin, params, encoder, converter, resizer, newest: None, key_time: 0, lost: 0 })
    }

    pub(super) fn format(&self) -> TrackFormat {
        let (sps, pps) = self.encoder.parameter_sets();
        let VideoParams { width, height, .. } = self.params;
        TrackFormat::H264 { width: width as u16, height: height as u16, sps: sps.to_vec(), pps: pps.to_vec() }
    }

    /// Pictures that came but could not be recorded.
    pub(super) const fn lost(&self) -> u64 {
        self.lost
    }

    /// Where the newest picture begins, from the clip's time 0.
    pub(super) fn newest_time(&self) -> Duration {
        let ticks = self.newest.as_ref().map_or(0, |newest| newest.time);
        Duration::from_nanos(ticks * 1_000_000_000 / u64::from(VIDEO_TIMESCALE.get()))
    }

    /// Whether the newest picture is a key frame: what was complete before it makes a fragment.
    pub(super) fn newest_is_key(&self) -> bool {
        self.newest.as_ref().is_some_and(|newest| newest.picture.key)
    }

    /// Takes a picture, cropped and scaled to `size` where one is given; gives the one before, now that its duration is
    /// known.
    pub(super) fn push(
        &mut self,
        frame: &VideoFrame,
        size: Option<PictureSize>,
    ) -> Result<Option<Sample>, RecordError> {
        if frame.corrupt || frame.captured_at < self.origin {
            return Ok(None); // its track's report counts the one, and the clip does not begin before its time 0
        }
        let time = self.ticks(frame.captured_at);
        let Some(image) = self.image_for(frame, size, time) else {
            self.lost += 1;
            return Ok(None);
        };
        let encoded = self.encode(&image, time);
        self.converter.recycle_i420(image);
        let Some(picture) = encoded? else {
            self.lost += 1;
            return Ok(None);
        };
        if picture.key {
            self.key_time = time;
        }
        Ok(self.newest.replace(Newest { time, picture }).map(|before| before.until(time)))
    }

    /// The last picture, shown until `end`.
    pub(super) fn finish(&mut self, end: Timestamp) -> Option<Sample> {
        let newest = self.newest.take()?;
        let end = self.ticks(end).max(newest.time + 1);
        Some(newest.until(end))
    }

    /// The picture in the clip's size; `None` where it does not decode or does not come after the newest.
    fn image_for(&mut self, frame: &VideoFrame, size: Option<PictureSize>, time: u64) -> Option<I420Image> {
        if self.newest.as_ref().is_some_and(|newest| time <= newest.time) {
            log::warn!("a picture was captured at the time of the one before, or earlier: it is not recorded");
            return None;
        }
        let image = self.converter.to_i420(frame);
        let image = image.inspect_err(|error| log::warn!("a picture is not recorded: {error}")).ok()?;
        let image = self.cropped(image, size);
        let VideoParams { width, height, .. } = self.params;
        if (image.width, image.height) == (width, height) {
            return Some(image);
        }
        let scaled = self.resizer.fit_with_bars(&image, width, height);
        self.converter.recycle_i420(image);
        Some(scaled)
    }

    fn cropped(&mut self, image: I420Image, size: Option<PictureSize>) -> I420Image {
        let Some(size) = size else { return image };
        let cropped = self.resizer.crop_i420(&image, size.width, size.height);
        self.converter.recycle_i420(image);
        cropped
    }

    fn encode(&mut self, image: &I420Image, time: u64) -> Result<Option<EncodedPicture>, RecordError> {
        // Half an interval early is nearer than half an interval late.
        let slack = self.params.frame_rate.interval().as_nanos() as u64 * 9 / 200_000;
        let key = time + slack.min(KEY_INTERVAL / 2) >= self.key_time + KEY_INTERVAL;
        let millis = time * 1000 / u64::from(VIDEO_TIMESCALE.get());
        Ok(self.encoder.encode(image, millis, key && self.newest.is_some())?)
    }

    /// Ticks from the clip's time 0, rounded.
    fn ticks(&self, at: Timestamp) -> u64 {
        let nanos = at.since(self.origin).as_nanos();
        ((nanos * u128::from(VIDEO_TIMESCALE.get()) + 500_000_000) / 1_000_000_000) as u64
    }
}

impl Newest {
    fn until(self, end: u64) -> Sample {
        let duration = u32::try_from(end - self.time).unwrap_or(u32::MAX);
        Sample { time: self.time, duration, key: self.picture.key, data: self.picture.data }
    }
}
