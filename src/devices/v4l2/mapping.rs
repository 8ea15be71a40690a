//! A driver's buffer, mapped into memory.
#![expect(unsafe_code, reason = "mapped memory is reached through a pointer")]

use std::io;
use std::os::fd::{AsFd, AsRawFd as _};
use std::ptr::NonNull;

use rustix::io::Errno;

use super::queue::Part;

/// One mapped buffer. Unmapped when dropped.
#[derive(Debug)]
pub struct Mapping {
    start: NonNull<u8>,
    length: usize,
}

impl Mapping {
    /// Maps `length` bytes of a device at `offset`, as `VIDIOC_QUERYBUF` gave them.
    ///
    /// # Errors
    /// What `mmap` answered.
    pub fn new(device: impl AsFd, offset: u32, length: u32) -> Result<Self, Errno> {
        let file = device.as_fd().as_raw_fd();
        let (protection, length) = (libc::PROT_READ | libc::PROT_WRITE, length as usize);
        let offset = libc::off64_t::from(offset);
        // SAFETY: no address is asked for, so no other mapping is touched; the result is checked before use.
        let start = unsafe { libc::mmap64(std::ptr::null_mut(), length, protection, libc::MAP_SHARED, file, offset) };
        if start == libc::MAP_FAILED {
            return Err(Errno::from_io_error(&io::Error::last_os_error()).unwrap_or(Errno::IO));
        }
        NonNull::new(start.cast()).map_or(Err(Errno::NOMEM), |start| Ok(Self { start, length }))
    }

    /// Appends a part of the memory (of what there is of it) to `out`. To be called only while the buffer is not queued, so
    /// that the driver does not write meanwhile.
    pub fn append_to(&self, part: Part, out: &mut Vec<u8>) {
        let to = (part.to as usize).min(self.length);
        let from = (part.from as usize).min(to);
        // SAFETY: the mapping is `length` bytes long, lives as long as `self`, and from ≤ to ≤ `length`. A driver that still
        // writes can give a torn picture, never memory that is not there.
        out.extend_from_slice(unsafe { std::slice::from_raw_parts(self.start.as_ptr().add(from), to - from) });
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: start and length are those of a mapping that only `self` knows.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.length) };
    }
}
