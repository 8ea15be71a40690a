//! From cpal's callback to the reader, without locks and allocations on the callback's side.

use std::sync::Arc;
use std::thread::Thread;

use cpal::{Data, InputCallbackInfo};
use rtrb::{Consumer, Producer, RingBuffer};

use crate::media::{AudioBlock, Clock};
use crate::model::MicrophoneMode;

use super::capture::Shared;
use super::ledger::{Ledger, Stamp};
use super::samples::Decode;

/// Callbacks that the ring holds at most: some hosts call back with a handful of samples.
const HEADERS: usize = 1024;

/// What the callback says of a run of samples.
#[derive(Clone, Copy, Debug)]
struct Header {
    stamp: Stamp,
    frames: usize,
    /// Sample frames that had no place in the ring just before.
    dropped: u64,
    /// Overruns of the device up to here.
    overruns: u64,
}

/// The callback's end.
pub struct Writer {
    samples: Producer<f32>,
    headers: Producer<Header>,
    channels: usize,
    /// Bytes per sample.
    size: usize,
    decode: Decode,
    dropped: u64,
    clock: Arc<dyn Clock>,
    shared: Arc<Shared>,
    reader: Thread,
}

/// The reader's end.
pub struct Reader {
    samples: Consumer<f32>,
    headers: Consumer<Header>,
    mode: MicrophoneMode,
    ledger: Ledger,
    overruns: u64,
}

/// Both ends for a mode; the reader is the thread that calls.
pub fn ring(
    mode: MicrophoneMode,
    (size, decode): (usize, Decode),
    clock: Arc<dyn Clock>,
    shared: Arc<Shared>,
) -> (Writer, Reader) {
    let channels = mode.channels.max(1) as usize;
    // A second, and several periods where they are long.
    let frames = mode.sample_rate.max(mode.period.saturating_mul(8)) as usize;
    let (samples, sample_reader) = RingBuffer::new(frames * channels);
    let (headers, header_reader) = RingBuffer::new(HEADERS);
    let reader = std::thread::current();
    (
        Writer { samples, headers, channels, size, decode, dropped: 0, clock, shared, reader },
        Reader {
            samples: sample_reader,
            headers: header_reader,
            mode,
            ledger: Ledger::new(mode.sample_rate),
            overruns: 0,
        },
    )
}

impl Writer {
    /// What cpal calls. What finds no place is counted, never waited for.
    pub fn write(&mut self, data: &Data, info: &InputCallbackInfo) {
        let host = info.timestamp();
        let stamp = Stamp {
            arrived: self.clock.now(),
            callback: host.callback.as_nanos() as u64,
            capture: host.capture.as_nanos() as u64,
        };
        self.push(data.bytes(), stamp);
        self.reader.unpark();
    }

    fn push(&mut self, bytes: &[u8], stamp: Stamp) {
        let frames = bytes.len() / (self.size * self.channels);
        if frames == 0 {
            return;
        }
        let count = frames * self.channels;
        let has_header = !self.headers.is_full();
        match self.samples.write_chunk_uninit(count) {
            Ok(chunk) if has_header => {
                let decode = self.decode;
                chunk.fill_from_iter(bytes.chunks_exact(self.size).map(decode));
                let header = Header { stamp, frames, dropped: self.dropped, overruns: self.shared.overruns() };
                // There is room, and nobody else writes.
                let _ = self.headers.push(header);
                self.dropped = 0;
            }
            _ => self.dropped += frames as u64,
        }
    }
}

impl Reader {
    /// The next block, where there is one.
    pub fn pop(&mut self) -> Option<AudioBlock> {
        let header = self.headers.pop().ok()?;
        let overran = std::mem::replace(&mut self.overruns, header.overruns) != header.overruns;
        let (captured_at, lost) = self.ledger.enter(header.stamp, header.frames, overran || header.dropped > 0);
        // The header comes after its samples.
        let chunk = self.samples.read_chunk(header.frames * self.mode.channels.max(1) as usize).ok()?;
        let samples = chunk.into_iter().collect();
        let lost_before = lost.max(header.dropped);
        if lost_before > 0 {
            log::debug!("{lost_before} sample frames are lost, {} of them in the ring", header.dropped);
        }
        Some(AudioBlock {
            captured_at,
            arrived_at: header.stamp.arrived,
            sample_rate: self.mode.sample_rate,
            channels: self.mode.channels,
            samples,
            lost_before,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::decoder;
    use super::*;
    use crate::media::FakeClock;
    use crate::model::{SampleFormat, Timestamp};

    fn rig() -> (Writer, Reader, Arc<Shared>) {
        let mode = MicrophoneMode { sample_rate: 1000, channels: 2, sample_format: SampleFormat::S16, period: 10 };
        let shared = Arc::<Shared>::default();
        let (writer, reader) =
            ring(mode, decoder(cpal::SampleFormat::I16).unwrap(), FakeClock::shared(), Arc::clone(&shared));
        (writer, reader, shared)
    }

    /// Frames whose left channel counts up and whose right is half of full scale.
    fn bytes(first: i16, frames: i16) -> Vec<u8> {
        (first..first + frames).flat_map(|left| [left, 16_384]).flat_map(i16::to_ne_bytes).collect()
    }

    /// At ms of the host's clock; the first sample was captured just then.
    fn stamp(at: u64) -> Stamp {
        let nanos = at * 1_000_000;
        Stamp { arrived: Timestamp::from_nanos(nanos + 5_000_000_000), callback: nanos, capture: nanos }
    }

    #[test]
    fn samples_come_out_as_they_went_in() {
        let (mut writer, mut reader, _) = rig();
        assert!(reader.pop().is_none());
        writer.push(&bytes(0, 3), stamp(10));
        writer.push(&bytes(3, 2), stamp(13));
        let block = reader.pop().unwrap();
        assert_eq!((block.frames(), block.channels, block.lost_before), (3, 2, 0));
        assert_eq!(block.samples, [0.0, 0.5, 1.0 / 32_768.0, 0.5, 2.0 / 32_768.0, 0.5]);
        assert_eq!((block.captured_at, block.arrived_at), (stamp(10).arrived, stamp(10).arrived));
        assert_eq!(reader.pop().unwrap().frames(), 2);
        assert!(reader.pop().is_none());
    }

    #[test]
    fn what_finds_no_place_is_counted_before_the_next_block() {
        let (mut writer, mut reader, _) = rig();
        for number in 0..12 {
            writer.push(&bytes(0, 100), stamp(number * 100));
        }
        let mut blocks: Vec<_> = std::iter::from_fn(|| reader.pop()).collect();
        assert_eq!(blocks.len(), 10, "the ring holds a second");
        writer.push(&bytes(0, 100), stamp(1200));
        blocks.extend(reader.pop());
        let lost: Vec<_> = blocks.iter().map(|block| block.lost_before).collect();
        assert_eq!(lost, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 200]);
    }

    #[test]
    fn many_small_callbacks_do_not_overrun_the_headers() {
        let (mut writer, mut reader, _) = rig();
        for number in 0..HEADERS as u64 + 5 {
            writer.push(&bytes(0, 1), stamp(number));
            if number % 100 == 99 {
                while reader.pop().is_some() {}
            }
        }
        let (mut writer, mut reader, _) = rig();
        // One frame a callback: more callbacks than headers fit, though the samples would.
        for number in 0..990 {
            writer.push(&bytes(0, 1), stamp(number));
        }
        assert_eq!(std::iter::from_fn(|| reader.pop()).map(|block| block.lost_before).sum::<u64>(), 0);
    }

    #[test]
    fn an_overrun_that_the_device_reports_makes_a_gap_a_loss() {
        let (mut writer, mut reader, shared) = rig();
        writer.push(&bytes(0, 10), stamp(10));
        writer.push(&bytes(0, 10), stamp(27));
        shared.overran();
        writer.push(&bytes(0, 10), stamp(50));
        let lost: Vec<_> = std::iter::from_fn(|| reader.pop()).map(|block| block.lost_before).collect();
        assert_eq!(lost, [0, 0, 13]);
    }
}
