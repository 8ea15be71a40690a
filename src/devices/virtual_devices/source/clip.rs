//! The lab's own clips: fragmented MP4 with H.264. Pictures are decoded when they are shown, one after the other; after a jump
//! from the key frame before.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::sync::{Mutex, PoisonError};

use crate::container::h264::H264Decoder;
use crate::container::mp4::{ClipSample, ClipVideo, read_video};
use crate::model::{Colour, FrameRate, PixelFormat};

use super::{Flaw, Header, MOST_PICTURES, check_size};

/// Rates that a clip is taken to have where its median is within half a percent of them.
const RATES: [(u32, u32); 10] =
    [(5, 1), (10, 1), (25, 2), (15, 1), (20, 1), (24, 1), (25, 1), (30_000, 1001), (30, 1), (60, 1)];

/// A clip, and how far it is played.
pub(super) struct Clip {
    video: ClipVideo,
    playing: Mutex<Option<Playing>>,
}

struct Playing {
    decoder: H264Decoder,
    /// The picture that is decoded next.
    next: usize,
    /// The one that was decoded last.
    picture: Vec<u8>,
    sample: Vec<u8>,
}

impl fmt::Debug for Clip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clip").field("pictures", &self.video.samples.len()).finish_non_exhaustive()
    }
}

impl Clip {
    /// Looks through a clip, and decodes its first picture.
    pub(super) fn look_through(file: &mut File) -> Result<(Header, Self), Flaw> {
        let video = read_video(file).map_err(|error| Flaw::Unusable(error.to_string()))?;
        let (width, height) = (video.width, video.height);
        check_size(width, height).map_err(Flaw::Unusable)?;
        if video.samples.len() > MOST_PICTURES {
            return Err(Flaw::Unusable(format!("there are more than {MOST_PICTURES} pictures: cut the file")));
        }
        let rate = Some(rate(&video));
        let clip = Self { video, playing: Mutex::new(None) };
        clip.read(file, 0, &mut Vec::new()).map_err(|error| Flaw::Unusable(error.to_string()))?;
        Ok((Header { width, height, rate, pixel_format: PixelFormat(*b"YU12"), colour: Colour::LIMITED }, clip))
    }

    /// How many pictures it has.
    pub(super) const fn len(&self) -> usize {
        self.video.samples.len()
    }

    /// A picture, of those that are there.
    pub(super) fn read(&self, file: &mut File, index: usize, data: &mut Vec<u8>) -> io::Result<()> {
        let mut playing = self.playing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut now = match playing.take() {
            Some(playing) if self.leads_to(playing.next, index) => playing,
            _ => self.start(index)?,
        };
        while now.next <= index {
            self.decode(file, &mut now)?;
        }
        data.clone_from(&now.picture);
        *playing = Some(now);
        Ok(())
    }

    /// Whether going on from `next` comes to a picture sooner than from the key frame before it.
    fn leads_to(&self, next: usize, index: usize) -> bool {
        next == index + 1 || (next <= index && next >= self.key_before(index))
    }

    fn key_before(&self, index: usize) -> usize {
        let mut samples = self.video.samples.iter().take(index + 1);
        samples.rposition(|sample| sample.key).unwrap_or_default()
    }

    fn start(&self, index: usize) -> io::Result<Playing> {
        let decoder = H264Decoder::new(&self.video.parameter_sets).map_err(io::Error::other)?;
        Ok(Playing { decoder, next: self.key_before(index), picture: Vec::new(), sample: Vec::new() })
    }

    fn decode(&self, file: &mut File, playing: &mut Playing) -> io::Result<()> {
        let sample = self.video.samples.get(playing.next).copied();
        let ClipSample { at, bytes, .. } = sample.ok_or(io::ErrorKind::UnexpectedEof)?;
        playing.sample.resize(bytes, 0);
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut playing.sample)?;
        let Playing { decoder, sample, picture, .. } = playing;
        decoder.decode(sample, self.video.width, self.video.height, picture).map_err(io::Error::other)?;
        playing.next += 1;
        Ok(())
    }
}

/// The rate of the median duration: a clip keeps the times of its capture, and these vary.
fn rate(video: &ClipVideo) -> FrameRate {
    let mut durations: Vec<_> = video.samples.iter().map(|sample| sample.duration.max(1)).collect();
    durations.sort_unstable();
    let median = durations.get(durations.len() / 2).copied().unwrap_or(1);
    let measured = f64::from(video.timescale.max(1)) / f64::from(median);
    let usual = RATES.map(|(frames, seconds)| FrameRate::new(frames, seconds)).into_iter();
    let near = usual.filter(|rate| (rate.as_f64() / measured - 1.0).abs() < 0.005);
    let distance = |rate: &FrameRate| (rate.as_f64() - measured).abs();
    near.min_by(|one, other| distance(one).total_cmp(&distance(other)))
        .unwrap_or_else(|| FrameRate::new(video.timescale.max(1), median))
}
