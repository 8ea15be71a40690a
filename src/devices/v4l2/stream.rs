//! The capture loop: poll, dequeue, copy, queue again.

use std::os::fd::AsFd as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::devices::wake::WakeEvent;
use crate::devices::{CameraStream, CancelToken, Delivery, DeviceError, layout};
use crate::media::{BufferPool, Clock, VideoFrame};
use crate::model::{CameraMode, Reason, Timestamp};

use super::abi;
use super::errors::Subject;
use super::mapping::Mapping;
use super::node::{Granted, Node};
use super::packing::Packing;
use super::power::Power;
use super::queue::Filled;
use super::source_change;

/// Buffers that the driver is asked for: enough to bridge a late reader, few enough to stay recent.
const BUFFERS: u32 = 4;
/// Frames that users of the stream may hold before memory is allocated anew.
const POOLED: usize = 8;

/// An open camera. Fields are dropped in their order: memory first, the node last.
pub struct V4l2Stream {
    buffers: Vec<Vec<Mapping>>,
    node: Node,
    subject: Subject,
    mode: CameraMode,
    granted: Granted,
    packing: Packing,
    stride: u32,
    needed: u64,
    pool: BufferPool,
    clock: Arc<dyn Clock>,
    cancel: CancelToken,
    wake: WakeEvent,
    /// Buffers that the driver did not take back yet.
    unqueued: Vec<u32>,
    opened_at: Timestamp,
    power: Power,
}

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waited {
    /// A buffer may be ready.
    Ready,
    /// The driver tells of its source.
    Event,
    /// The driver signals an error (and perhaps a last buffer).
    Trouble,
    /// The token was cancelled.
    Cancelled,
    /// The time is up.
    TimedOut,
}

impl V4l2Stream {
    /// Sets the mode and starts the stream of an open node.
    ///
    /// # Errors
    /// As [`CameraBackend::open`](crate::devices::CameraBackend::open).
    pub fn start(
        node: Node,
        subject: Subject,
        asked: CameraMode,
        cancel: &CancelToken,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, DeviceError> {
        let opened_at = clock.now();
        let power = Power::of(Path::new(subject.node()));
        let (mode, granted) = set_mode(&node, &subject, asked)?;
        source_change::subscribe(&node);
        let wake = WakeEvent::new().map_err(|error| subject.failed("be waited for", error))?;
        let hook = wake.clone();
        cancel.on_cancel(move || hook.set());
        let CameraMode { width, height, pixel_format, .. } = mode;
        let stride = layout::stride(pixel_format, width, granted.strides[0]);
        let buffers = node.make_buffers(BUFFERS).map_err(|error| subject.failed("set up its buffers", error))?;
        let stream = Self {
            buffers,
            node,
            subject,
            mode,
            granted,
            packing: Packing::new(&granted, stride),
            stride,
            needed: layout::needed(pixel_format, width, height, stride),
            pool: BufferPool::new(POOLED),
            clock,
            cancel: cancel.clone(),
            wake,
            unqueued: Vec::new(),
            opened_at,
            power,
        };
        stream.check_cancelled()?;
        stream.node.stream_on().map_err(|error| stream.subject.not_started(&mode, error))?;
        Ok(stream)
    }

    fn check_cancelled(&self) -> Result<(), DeviceError> {
        if self.cancel.is_cancelled() { Err(self.subject.cancelled()) } else { Ok(()) }
    }

    fn wait(&self, timeout: Duration) -> Result<Waited, DeviceError> {
        let timeout = Timespec { tv_sec: timeout.as_secs() as i64, tv_nsec: timeout.subsec_nanos().into() };
        let mut files = [
            PollFd::new(&self.node, PollFlags::IN | PollFlags::PRI),
            PollFd::from_borrowed_fd(self.wake.as_fd(), PollFlags::IN),
        ];
        match poll(&mut files, Some(&timeout)) {
            Ok(0) => return Ok(Waited::TimedOut),
            Ok(_) => {}
            Err(Errno::INTR) => return Ok(Waited::Ready),
            Err(error) => return Err(self.subject.failed("be waited for", error)),
        }
        let [device, wake] = files.map(|file| file.revents());
        Ok(if !wake.is_empty() {
            Waited::Cancelled
        } else if device.contains(PollFlags::PRI) {
            Waited::Event // before an error that it may explain
        } else if device.intersects(PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL) {
            Waited::Trouble
        } else {
            Waited::Ready
        })
    }

    /// The error behind a `POLLERR` that no buffer explains.
    fn trouble(&self) -> DeviceError {
        let error = self.node.describe().err().unwrap_or(Errno::IO);
        self.subject.failed("go on with the stream", error)
    }

    fn queue_again(&mut self) -> Result<(), DeviceError> {
        while let Some(&index) = self.unqueued.last() {
            self.node.queue(index).map_err(|error| self.subject.failed("take a buffer back", error))?;
            self.unqueued.pop();
        }
        Ok(())
    }

    /// Hears what the driver tells of its source. After another signal the pictures would be of another kind.
    fn hear_source(&self) -> Result<(), DeviceError> {
        let happened =
            source_change::take(&self.node).map_err(|error| self.subject.failed("tell of its source", error))?;
        if happened.is_over {
            return Err(self.subject.source_ended());
        }
        let other = happened.is_changed.then(|| source_change::other_source(&self.node, &self.granted)).flatten();
        other.map_or(Ok(()), |other| Err(self.subject.source_changed(&self.mode, &other)))
    }

    /// Copies the picture and gives the buffer back.
    fn take(&mut self, filled: &Filled) -> VideoFrame {
        let arrived_at = self.clock.now();
        let mut data = self.pool.take();
        let memory = self.buffers.get(filled.index as usize);
        let is_whole = memory.is_some_and(|memory| self.packing.pack(memory, filled, &mut data));
        self.give_back(filled);
        VideoFrame {
            sequence: filled.sequence.into(),
            captured_at: captured_at(filled).unwrap_or(arrived_at),
            arrived_at,
            width: self.mode.width,
            height: self.mode.height,
            stride: self.stride,
            pixel_format: self.mode.pixel_format,
            colour: self.granted.colour,
            corrupt: filled.flags & abi::BUF_FLAG_ERROR != 0 || !is_whole || (data.len() as u64) < self.needed,
            data,
        }
    }

    fn give_back(&mut self, filled: &Filled) {
        if self.node.queue(filled.index).is_err() {
            self.unqueued.push(filled.index); // the frame is good: the next call tries again and reports
        }
    }
}

impl CameraStream for V4l2Stream {
    fn mode(&self) -> CameraMode {
        self.mode
    }

    fn opened_at(&self) -> Option<Timestamp> {
        Some(self.opened_at)
    }

    fn condition(&self) -> Option<Reason> {
        self.power.suspended(self.subject.name())
    }

    fn next(&mut self, timeout: Duration) -> Result<Delivery<VideoFrame>, DeviceError> {
        let deadline = Instant::now() + timeout;
        self.queue_again()?;
        loop {
            self.check_cancelled()?;
            let waited = self.wait(deadline.saturating_duration_since(Instant::now()))?;
            match waited {
                Waited::Cancelled => return Err(self.subject.cancelled()),
                Waited::TimedOut => return Ok(Delivery { at: self.clock.now(), item: None }),
                Waited::Event => self.hear_source()?,
                Waited::Ready | Waited::Trouble => {}
            }
            match self.node.dequeue() {
                // The end is told by an empty buffer, which is no picture.
                Ok(filled) if filled.flags & abi::BUF_FLAG_LAST != 0 && filled.is_empty() => self.give_back(&filled),
                Ok(filled) => {
                    let frame = self.take(&filled);
                    return Ok(Delivery { at: frame.arrived_at, item: Some(frame) });
                }
                Err(Errno::AGAIN) if waited == Waited::Trouble => return Err(self.trouble()),
                Err(Errno::AGAIN) => {}
                Err(Errno::PIPE) => return Err(self.subject.source_ended()),
                Err(error) => return Err(self.subject.failed("deliver a frame", error)),
            }
        }
    }
}

impl Drop for V4l2Stream {
    fn drop(&mut self) {
        if let Err(error) = self.node.stream_off() {
            // After an unplug there is nothing left to stop.
            log::debug!("{}", self.subject.failed("stop the stream", error));
        }
    }
}

/// Sets size, format and rate; returns the mode and the layout that the driver granted.
pub fn set_mode(node: &Node, subject: &Subject, asked: CameraMode) -> Result<(CameraMode, Granted), DeviceError> {
    let granted = node.set_format(&asked).map_err(|error| match error {
        Errno::INVAL => subject.refused_mode(&asked, error),
        _ => subject.failed("be set to the mode", error),
    })?;
    if (granted.width, granted.height, granted.pixel_format) != (asked.width, asked.height, asked.pixel_format) {
        return Err(subject.other_mode(&asked, &granted));
    }
    let frame_rate = match node.set_frame_rate(asked.frame_rate) {
        Ok(rate) => rate.unwrap_or(asked.frame_rate),
        // The driver has just one rate, which the list of modes told.
        Err(Errno::NOTTY | Errno::INVAL) => asked.frame_rate,
        Err(error) => return Err(subject.failed("be set to the frame rate", error)),
    };
    Ok((CameraMode { frame_rate, ..asked }, granted))
}

/// The driver's stamp, where it is of the clock that the lab uses.
fn captured_at(filled: &Filled) -> Option<Timestamp> {
    let monotonic = filled.flags & abi::BUF_FLAG_TIMESTAMP_MASK == abi::BUF_FLAG_TIMESTAMP_MONOTONIC;
    (monotonic && filled.stamp > 0).then(|| Timestamp::from_nanos(filled.stamp))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_monotonic_stamp_is_believed() {
        crate::covers!("EXT-06");
        let filled = |flags, stamp| Filled { index: 0, parts: Default::default(), flags, sequence: 0, stamp };
        let table = [
            (abi::BUF_FLAG_TIMESTAMP_MONOTONIC, 5, Some(5)),
            (abi::BUF_FLAG_TIMESTAMP_MONOTONIC | abi::BUF_FLAG_ERROR, 5, Some(5)),
            (abi::BUF_FLAG_TIMESTAMP_MONOTONIC, 0, None),
            (0, 5, None),
            (0x4000, 5, None), // copied from an output buffer
        ];
        for (flags, stamp, expected) in table {
            assert_eq!(captured_at(&filled(flags, stamp)), expected.map(Timestamp::from_nanos), "{flags:x}");
        }
    }
}
