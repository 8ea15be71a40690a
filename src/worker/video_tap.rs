//! The tap of a video track: which of its source's frames it keeps, in which size, measured, shown, recorded.

use std::collections::VecDeque;
use std::sync::Arc;

use crossbeam_channel::Sender;

use crate::measure::{Exposure, SeenPicture, VideoMeter, VideoReport};
use crate::media::{Decimator, Latest, PictureSize, PreviewImage, VideoFrame};
use crate::model::{CameraMode, MediaTrackConstraints, Property, Settings, Timestamp, TrackId};

use super::feed::{Feed, Footage};
use super::source::OpenTimes;
use super::{DamagedPicture, DamagedPictures, PictureColour, ShownPictures, TrackMonitor};

/// What a track makes of its source's frames under `crop-and-scale`.
#[derive(Debug)]
struct Transform {
    /// The size of the track; frames of another are cropped and scaled to it.
    size: Option<PictureSize>,
    /// `None` where the source has the rate.
    rate: Option<Rate>,
}

#[derive(Debug)]
struct Rate {
    decimator: Decimator,
    /// From one kept frame to the next, in seconds.
    interval: f64,
    native_interval: std::time::Duration,
    last_kept: Option<Timestamp>,
}

/// Rates that differ by no more are equal (CON-13).
const RATE_EPSILON: f64 = 1e-5;

impl Transform {
    fn new(settings: &Settings, mode: &CameraMode) -> Self {
        let number = |property| settings.number(property);
        let size = number(Property::Width).zip(number(Property::Height));
        let size = size.map(|(width, height)| PictureSize { width: width as u32, height: height as u32 });
        let native = mode.frame_rate.as_f64();
        let rate = number(Property::FrameRate).filter(|rate| *rate < native - RATE_EPSILON);
        Self {
            size,
            rate: rate.map(|rate| Rate {
                decimator: Decimator::new(rate),
                interval: 1.0 / rate,
                native_interval: mode.frame_rate.interval(),
                last_kept: None,
            }),
        }
    }
}

impl Rate {
    /// Whether a frame is kept, and how many were missed before it.
    fn take(&mut self, at: Timestamp) -> Option<u64> {
        if !self.decimator.keeps(at, self.native_interval) {
            return None;
        }
        let last = self.last_kept.replace(at);
        let intervals = last.map_or(1.0, |last| (at.since(last).as_secs_f64() / self.interval).round());
        Some((intervals as u64).saturating_sub(1))
    }

    fn restart(&mut self) {
        self.decimator.restart();
        self.last_kept = None;
    }
}

/// Frames that wait for their picture: more only where no pictures are made.
const MOST_DUE: usize = 256;

/// The tap of a video track.
#[derive(Debug)]
pub(super) struct VideoTap {
    pub track: TrackId,
    pub enabled: bool,
    /// The recorders that it feeds.
    pub feeds: Vec<Feed>,
    /// Who wait for the next picture.
    pub snapshots: Vec<Sender<Picture>>,
    /// Of its source.
    pub colour: PictureColour,
    transform: Transform,
    meter: VideoMeter,
    preview: Latest<PreviewImage>,
    report: Latest<Arc<VideoReport>>,
    shown: ShownPictures,
    damaged: DamagedPictures,
    /// The rate that its constraints ask for.
    requested: Option<f64>,
    dark: bool,
    /// What is known of the camera's exposure.
    exposure: Exposure,
    /// When the frames arrived that were kept, and of which no picture was made yet.
    due: VecDeque<Timestamp>,
    /// Frames that never reached the track, as far as a recorder was told of them.
    missing: u64,
    /// Those of them that may turn out to be some that the track would have had.
    pending: u64,
    /// Pictures that nobody had looked at when the counts began.
    not_shown_before: u64,
}

/// A frame, and the size to crop and scale it to.
pub(super) type Picture = (Arc<VideoFrame>, Option<PictureSize>);

impl VideoTap {
    pub fn new(track: TrackId, settings: &Settings, mode: &CameraMode) -> Self {
        let mut tap = Self {
            track,
            enabled: true,
            feeds: Vec::new(),
            snapshots: Vec::new(),
            colour: PictureColour::default(),
            transform: Transform::new(settings, mode),
            meter: VideoMeter::new(),
            preview: Latest::new(),
            report: Latest::new(),
            shown: ShownPictures::default(),
            damaged: DamagedPictures::default(),
            requested: None,
            exposure: Exposure::default(),
            dark: false,
            due: VecDeque::new(),
            missing: 0,
            pending: 0,
            not_shown_before: 0,
        };
        tap.tell_meter(settings, mode);
        tap
    }

    /// The call that it is of, on a device that was opened for it or before.
    pub fn called(&mut self, requested: Option<Timestamp>, open_times: &OpenTimes) {
        self.meter.milestones(open_times.way_of(requested));
    }

    /// What its constraints ask for.
    pub fn ask(&mut self, constraints: &MediaTrackConstraints) {
        let rate = constraints.basic.get(Property::FrameRate);
        let lists = rate.into_iter().flat_map(|rate| [&rate.exact, &rate.ideal, &rate.bare]);
        self.requested = lists.flatten().find_map(|list| list.first()?.as_number());
    }

    pub fn monitor(&self) -> TrackMonitor {
        let (preview, report, shown) = (self.preview.clone(), self.report.clone(), self.shown.clone());
        TrackMonitor::Video { preview, report, shown, damaged: self.damaged.clone(), colour: self.colour.clone() }
    }

    /// The track has these settings now, on a source in this mode.
    pub fn configure(&mut self, settings: &Settings, mode: &CameraMode) {
        let before = std::mem::replace(&mut self.transform, Transform::new(settings, mode));
        // Where the rate stays, so does the rhythm.
        if let (Some(old), Some(new)) = (before.rate, &mut self.transform.rate)
            && old.interval.to_bits() == new.interval.to_bits()
            && old.native_interval == new.native_interval
        {
            *new = old;
        }
        self.tell_meter(settings, mode);
    }

    fn tell_meter(&mut self, settings: &Settings, mode: &CameraMode) {
        self.meter.configure(self.requested, settings.number(Property::FrameRate), mode.frame_rate);
        let may_lower_rate = self.exposure.may_lower_rate;
        self.exposure = Exposure { may_lower_rate, ..Exposure::of_settings(settings) };
        self.meter.exposure(self.exposure);
    }

    /// Whether the camera may lower its rate for a longer exposure; `None` where it does not say.
    pub fn may_lower_rate(&mut self, may: Option<bool>) {
        self.exposure.may_lower_rate = may;
        self.meter.exposure(self.exposure);
    }

    /// The size to crop and scale a frame to, where it has another. The frame tells, not the mode that the session knows: a
    /// device that was just set to another mode delivers before the session has heard of it.
    pub fn size_for(&self, frame: &VideoFrame) -> Option<PictureSize> {
        self.transform.size.filter(|size| (size.width, size.height) != (frame.width, frame.height))
    }

    /// Whether it has something to show: in the next picture, or darkness.
    pub fn is_due(&self) -> bool {
        !self.due.is_empty()
    }

    /// Counts a frame and passes it on; `black` stands in for it where the track is disabled. Of a damaged frame, and of
    /// one that is left out for a lower rate (FRM-04), only the count is kept.
    pub fn frame(&mut self, frame: &Arc<VideoFrame>, black: impl FnOnce() -> Arc<VideoFrame>) {
        // A damaged frame does not take the place of the next good one.
        let rate = self.transform.rate.as_mut().filter(|_| !frame.corrupt);
        let missed = rate.map(|rate| rate.take(frame.captured_at));
        let kept = missed != Some(None);
        if self.enabled {
            self.meter.resume();
            self.meter.frame(frame.sequence, frame.captured_at, frame.arrived_at, frame.corrupt, kept);
            self.tell_missing(missed.flatten());
        } else {
            self.meter.pause();
        }
        if !kept && self.enabled {
            self.show_to_snapshots(frame); // who wants one picture does not wait for the slow rate
        }
        if kept && !(self.enabled && frame.corrupt) {
            self.expect_picture(frame.arrived_at);
            self.pass_on(&if self.enabled { Arc::clone(frame) } else { black() });
        }
    }

    fn expect_picture(&mut self, arrived_at: Timestamp) {
        if self.due.len() >= MOST_DUE {
            self.due.pop_front();
        }
        self.due.push_back(arrived_at);
    }

    /// A picture was made of the frame that arrived then. Returns how many frames were kept up to it.
    fn made_picture(&mut self, arrived_at: Timestamp) -> usize {
        let before = self.due.len();
        self.due.retain(|due| *due > arrived_at);
        before - self.due.len()
    }

    /// Tells the recorder what it will not see: at a lower rate the frames that it would have had.
    fn tell_missing(&mut self, missed: Option<u64>) {
        let missing = self.meter.missing();
        self.pending += missing - self.missing;
        self.missing = missing;
        // At a lower rate only frames that it would have had count, and only where the camera lost some.
        let lost = match (&self.transform.rate, missed) {
            (Some(_), None) => return,
            (Some(_), Some(missed)) => missed.min(self.pending),
            (None, _) => self.pending,
        };
        self.pending = 0;
        for feed in &self.feeds {
            feed.overflow.lose_pictures(lost);
        }
    }

    /// The source delivers nothing: black goes to recorders, and where the track is disabled to whoever wants a picture.
    pub fn black(&mut self, frame: &Arc<VideoFrame>) {
        if self.enabled { self.record(frame) } else { self.pass_on(frame) }
    }

    /// Sends a picture to the recorder.
    pub fn record(&mut self, frame: &Arc<VideoFrame>) {
        let size = self.size_for(frame);
        let refused = self.feeds.iter().filter(|feed| !feed.send(Footage::Picture(Arc::clone(frame), size)));
        let refused = refused.count() as u64;
        if self.enabled {
            self.meter.lost_by_recorder(refused);
        }
    }

    /// Sends a picture to the recorder and to those who wait for a snapshot.
    fn pass_on(&mut self, frame: &Arc<VideoFrame>) {
        self.record(frame);
        self.show_to_snapshots(frame);
    }

    fn show_to_snapshots(&mut self, frame: &Arc<VideoFrame>) {
        let size = self.size_for(frame);
        for snapshot in self.snapshots.drain(..) {
            // Fails only where nobody waits any more.
            snapshot.try_send((Arc::clone(frame), size)).ok();
        }
    }

    /// Shows a picture, or black where the track is disabled. Returns whether there is something new to see.
    pub fn show(&mut self, image: PreviewImage, seen: &SeenPicture) -> bool {
        let frames = self.made_picture(seen.arrived_at);
        if self.enabled {
            self.dark = false;
            let unseen = frames.saturating_sub(1) as u64;
            self.meter.picture(&SeenPicture { unseen, ..*seen });
            self.preview.put(image);
            return true;
        }
        self.show_black(image.width, image.height, image.captured_at)
    }

    /// Shows black, once. Returns whether there is something new to see.
    pub fn show_black(&mut self, width: u32, height: u32, at: Timestamp) -> bool {
        self.due.clear();
        if std::mem::replace(&mut self.dark, true) {
            return false;
        }
        let (width, height) = self.transform.size.map_or((width, height), |size| (size.width, size.height));
        let pixels = vec![u32::from_ne_bytes([0, 0, 0, 255]); width as usize * height as usize];
        self.preview.put(PreviewImage { width, height, pixels, sequence: 0, captured_at: at });
        true
    }

    /// A frame that was passed on does not decode. A recorder has it too, and counts it itself.
    pub fn undecodable(&mut self, arrived_at: Timestamp) {
        if self.made_picture(arrived_at) > 0 && self.enabled {
            let before = self.meter.missing();
            self.meter.undecodable();
            // The recorder was handed this frame, and counts it itself.
            self.missing += self.meter.missing() - before;
        }
    }

    /// Whether somebody wants to see damaged frames.
    pub fn wants_damaged(&self) -> bool {
        self.enabled && self.damaged.is_watched()
    }

    /// Shows a damaged frame to who wants to see it.
    pub fn show_damaged(&self, picture: DamagedPicture) {
        self.damaged.put(picture);
    }

    /// The source delivers nothing: its counters stand still (MUTE-11).
    pub fn muted(&mut self, at: Timestamp) {
        self.meter.muted(at);
    }

    /// The device was opened anew.
    pub fn restarted(&mut self) {
        self.meter.restarted();
        self.transform.rate.iter_mut().for_each(Rate::restart);
    }

    /// Begins to count anew. What a recorder was told stays told.
    pub fn begin_counts(&mut self, at: Timestamp) {
        self.meter.begin_anew();
        self.missing = 0;
        self.not_shown_before = self.preview.replaced();
        self.publish(at);
    }

    pub fn publish(&mut self, at: Timestamp) {
        for shown in self.shown.take() {
            self.meter.shown(shown.captured_at, shown.at);
        }
        self.meter.not_shown(self.preview.replaced() - self.not_shown_before);
        self.report.put(Arc::new(self.meter.report(at)));
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::bounded;

    use super::super::RecordingId;
    use super::super::feed::Overflow;
    use super::*;
    use crate::model::{Colour, FrameRate, PixelFormat};

    fn tap(settings: &Settings) -> VideoTap {
        let frame_rate = FrameRate::new(25, 1);
        let mode = CameraMode { width: 2, height: 2, frame_rate, pixel_format: PixelFormat::MJPG };
        VideoTap::new(TrackId::random(), settings, &mode)
    }

    fn frame(sequence: u64) -> Arc<VideoFrame> {
        let captured_at = Timestamp::from_nanos(sequence * 40_000_000);
        Arc::new(VideoFrame {
            sequence,
            captured_at,
            arrived_at: captured_at,
            width: 2,
            height: 2,
            stride: 0,
            pixel_format: PixelFormat::MJPG,
            colour: Colour::FULL,
            data: vec![0; 4].into(),
            corrupt: false,
        })
    }

    #[test]
    fn a_picture_that_does_not_decode_is_left_to_the_recorder_to_count() {
        let (queue, footage) = bounded(8);
        let overflow = Arc::<Overflow>::default();
        let mut tap = tap(&Settings::default());
        tap.feeds.push(Feed::new(RecordingId(1), queue, Arc::clone(&overflow)));
        for sequence in [0, 1, 2, 5] {
            tap.frame(&frame(sequence), || frame(sequence));
            if sequence == 1 {
                tap.undecodable(frame(1).arrived_at);
            }
        }
        assert_eq!((footage.len(), overflow.losses().pictures), (4, 2), "two were dropped");
    }

    #[test]
    fn a_lower_rate_keeps_every_third_and_counts_the_others_as_discarded() {
        crate::covers!("FRM-01", "FRM-04", "EXT-01");
        // 25 to 25/3.
        let settings = Settings::default().with(Property::FrameRate, 25.0 / 3.0);
        let (queue, footage) = bounded(100);
        let overflow = Arc::<Overflow>::default();
        let mut tap = tap(&settings);
        tap.feeds.push(Feed::new(RecordingId(1), queue, Arc::clone(&overflow)));
        // 25 s; the driver drops three frames, which is one of those kept.
        for sequence in (0..300).chain(303..603) {
            tap.frame(&frame(sequence), || frame(sequence));
        }
        let report = tap.meter.report(Timestamp::from_nanos(24_100_000_000));
        assert_eq!((report.delivered, report.discarded, report.dropped), (200, 400, 3));
        assert_eq!(report.produced, 603);
        assert_eq!((footage.len(), overflow.losses().pictures), (100, 101), "100 did not fit, one never came");
    }

    #[test]
    fn a_damaged_frame_does_not_take_the_place_of_a_good_one() {
        let settings = Settings::default().with(Property::FrameRate, 5.0);
        let mut tap = tap(&settings);
        let mut kept = Vec::new();
        for sequence in 0..10 {
            let corrupt = sequence == 5;
            let frame = Arc::new(VideoFrame { corrupt, ..Arc::into_inner(frame(sequence)).unwrap() });
            let before = tap.meter.report(frame.arrived_at).delivered;
            tap.frame(&frame, || unreachable!());
            if tap.meter.report(frame.arrived_at).delivered > before {
                kept.push(sequence);
            }
        }
        assert_eq!(kept, [0, 6], "the fifth was due");
    }
}
