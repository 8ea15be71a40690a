//! A node's buffers: made, mapped, given to the driver and taken back, in one memory plane or in several.
//!
//! The requests for several planes carry a pointer to their list. They are made only here, and point only to a list that
//! lives until the call is over.

use std::ffi::c_int;
use std::os::fd::AsFd;
use std::ptr;

use rustix::io::Errno;

use super::abi::{self, TimeVal};
use super::abi_planes::{BUF_TYPE_VIDEO_CAPTURE_MPLANE, MAX_PLANES, Plane};
use super::ioctl::Request;
use super::mapping::Mapping;
use super::node::Node;

const QUERYBUF: Request<PlanarBuffer> = Request::read_write(9);
const QBUF: Request<PlanarBuffer> = Request::read_write(15);
const DQBUF: Request<PlanarBuffer> = Request::read_write(17);

/// `struct v4l2_buffer` for pictures in several planes.
#[repr(C)]
#[derive(Debug)]
struct PlanarBuffer {
    index: u32,
    type_: u32,
    bytesused: u32,
    flags: u32,
    field: u32,
    timestamp: TimeVal,
    timecode: [u32; 4],
    sequence: u32,
    memory: u32,
    planes: *mut Plane,
    length: u32,
    reserved2: u32,
    request_fd: u32,
}

/// Where in a memory plane its part of a picture lies, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The first.
    pub from: u32,
    /// One past the last.
    pub to: u32,
}

/// A buffer that the driver has filled.
#[derive(Clone, Copy, Debug)]
pub struct Filled {
    /// Which buffer.
    pub index: u32,
    /// The picture in each memory plane; empty in planes that there are not.
    pub parts: [Part; MAX_PLANES],
    /// `V4L2_BUF_FLAG_…`.
    pub flags: u32,
    /// The driver's frame counter.
    pub sequence: u32,
    /// The driver's stamp, in nanoseconds of the clock that the flags name.
    pub stamp: u64,
}

impl Filled {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.to <= part.from)
    }
}

impl Node {
    /// Has the driver make `count` buffers; maps and queues those that it made. Each has a mapping for each memory plane.
    ///
    /// # Errors
    /// `EBUSY` while another handle holds buffers, `ENOMEM`.
    pub fn make_buffers(&self, count: u32) -> Result<Vec<Vec<Mapping>>, Errno> {
        let mut request = abi::RequestBuffers {
            count,
            type_: self.buffer_type(),
            memory: abi::MEMORY_MMAP,
            ..abi::RequestBuffers::default()
        };
        abi::REQBUFS.send(self, &mut request)?;
        (0..request.count).map(|index| self.map_and_queue(index)).collect()
    }

    fn map_and_queue(&self, index: u32) -> Result<Vec<Mapping>, Errno> {
        let planes = self.query(index)?;
        let mappings = planes.iter().map(|(offset, length)| Mapping::new(self, *offset, *length)).collect();
        self.queue(index)?;
        mappings
    }

    /// Offset and length of the memory planes of a buffer.
    fn query(&self, index: u32) -> Result<Vec<(u32, u32)>, Errno> {
        if self.is_planar() {
            let (buffer, planes) = send(&QUERYBUF, self, index)?;
            let count = (buffer.length as usize).min(MAX_PLANES);
            return Ok(planes.iter().take(count).map(|plane| (plane.m.mem_offset, plane.length)).collect());
        }
        let mut buffer = self.mapped_buffer(index);
        abi::QUERYBUF.send(self, &mut buffer)?;
        Ok(vec![(buffer.m.offset, buffer.length)])
    }

    /// Gives a buffer to the driver to fill.
    ///
    /// # Errors
    /// What the driver answered.
    pub fn queue(&self, index: u32) -> Result<(), Errno> {
        if self.is_planar() {
            send(&QBUF, self, index).map(|_| ())
        } else {
            abi::QBUF.send(self, &mut self.mapped_buffer(index))
        }
    }

    /// Takes the next filled buffer.
    ///
    /// # Errors
    /// `EAGAIN` where none is filled yet, `ENODEV` after an unplug, `EIO` where the driver has given up, `EPIPE` behind the
    /// last buffer of a stream that has ended.
    pub fn dequeue(&self) -> Result<Filled, Errno> {
        if self.is_planar() {
            let (buffer, planes) = send(&DQBUF, self, 0)?;
            let count = (buffer.length as usize).min(MAX_PLANES);
            let mut parts = [Part::default(); MAX_PLANES];
            for (part, plane) in parts.iter_mut().zip(planes).take(count) {
                *part = Part { from: plane.data_offset, to: plane.bytesused };
            }
            let PlanarBuffer { index, flags, sequence, timestamp, .. } = buffer;
            return Ok(Filled { index, parts, flags, sequence, stamp: nanoseconds(timestamp) });
        }
        let mut buffer = self.mapped_buffer(0);
        abi::DQBUF.send(self, &mut buffer)?;
        let abi::Buffer { index, flags, sequence, timestamp, .. } = buffer;
        let mut parts = [Part::default(); MAX_PLANES];
        parts[0].to = buffer.bytesused;
        Ok(Filled { index, parts, flags, sequence, stamp: nanoseconds(timestamp) })
    }

    /// Starts the stream.
    ///
    /// # Errors
    /// `ENOSPC` where the USB has no bandwidth left, `EPIPE` where a pipeline is not set up.
    pub fn stream_on(&self) -> Result<(), Errno> {
        abi::STREAMON.send(self, &mut (self.buffer_type() as c_int))
    }

    /// Stops the stream; a thread that waits for a frame gets an error.
    ///
    /// # Errors
    /// What the driver answered.
    pub fn stream_off(&self) -> Result<(), Errno> {
        stream_off(self, self.buffer_type())
    }

    fn mapped_buffer(&self, index: u32) -> abi::Buffer {
        abi::Buffer { index, type_: self.buffer_type(), memory: abi::MEMORY_MMAP, ..abi::Buffer::default() }
    }
}

/// Stops the stream of a device that is open in this process.
///
/// # Errors
/// What the driver answered.
pub fn stream_off(device: impl AsFd, buffer_type: u32) -> Result<(), Errno> {
    abi::STREAMOFF.send(device, &mut (buffer_type as c_int))
}

fn nanoseconds(stamp: TimeVal) -> u64 {
    (stamp.seconds as u64).wrapping_mul(1_000_000_000).wrapping_add((stamp.microseconds as u64).wrapping_mul(1_000))
}

/// Sends a request on a buffer in planes.
fn send(
    request: &Request<PlanarBuffer>,
    node: &Node,
    index: u32,
) -> Result<(PlanarBuffer, [Plane; MAX_PLANES]), Errno> {
    let mut planes = [Plane::default(); MAX_PLANES];
    let mut buffer = PlanarBuffer {
        index,
        type_: BUF_TYPE_VIDEO_CAPTURE_MPLANE,
        bytesused: 0,
        flags: 0,
        field: 0,
        timestamp: TimeVal::default(),
        timecode: [0; 4],
        sequence: 0,
        memory: abi::MEMORY_MMAP,
        planes: ptr::from_mut(&mut planes).cast(),
        length: MAX_PLANES as u32,
        reserved2: 0,
        request_fd: 0,
    };
    request.send(node, &mut buffer)?;
    Ok((buffer, planes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn the_buffer_in_planes_is_that_of_the_kernel() {
        assert_eq!(size_of::<PlanarBuffer>(), 88);
        assert_eq!(std::mem::offset_of!(PlanarBuffer, planes), 64);
        assert_eq!(std::mem::offset_of!(PlanarBuffer, length), 72);
    }

    #[test]
    #[cfg(all(target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]
    fn request_numbers_are_those_of_the_kernel() {
        assert_eq!(QUERYBUF.number(), abi::QUERYBUF.number());
        assert_eq!(QBUF.number(), abi::QBUF.number());
        assert_eq!(DQBUF.number(), abi::DQBUF.number());
    }

    #[test]
    fn an_impossible_stamp_is_no_overflow() {
        let stamp = |seconds, microseconds| nanoseconds(TimeVal { seconds, microseconds });
        assert_eq!(stamp(2, 5), 2_000_005_000);
        stamp(-1, -1);
        stamp(i64::MAX as _, i64::MAX as _);
    }
}
