//! The one place that calls `ioctl`.
#![expect(unsafe_code, reason = "V4L2 is spoken through ioctl, which takes a pointer")]

use std::io;
use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd as _};

use rustix::io::Errno;
use rustix::ioctl::{Opcode, opcode};

/// The letter that all V4L2 requests carry.
const LETTER: u8 = b'V';

/// The number of a V4L2 request together with the type of its argument, so that the two cannot be mixed up.
pub struct Request<T> {
    number: Opcode,
    argument: PhantomData<fn(&mut T)>,
}

impl<T> Request<T> {
    /// A request whose answer the kernel writes: `_IOR`.
    pub const fn read(number: u8) -> Self {
        Self { number: opcode::read::<T>(LETTER, number), argument: PhantomData }
    }

    /// A request that the kernel reads: `_IOW`.
    pub const fn write(number: u8) -> Self {
        Self { number: opcode::write::<T>(LETTER, number), argument: PhantomData }
    }

    /// A request that the kernel reads and answers in the same place: `_IOWR`.
    pub const fn read_write(number: u8) -> Self {
        Self { number: opcode::read_write::<T>(LETTER, number), argument: PhantomData }
    }

    /// The number as the kernel knows it.
    #[cfg(test)]
    pub const fn number(&self) -> Opcode {
        self.number
    }

    /// Sends the request. `argument` must be plain data in the kernel's layout: only [`abi`](super::abi) makes requests.
    ///
    /// # Errors
    /// What the driver answered. An interrupted call is made again.
    #[allow(clippy::cast_lossless, reason = "the number is an unsigned long with glibc, an int with musl")]
    pub fn send(&self, device: impl AsFd, argument: &mut T) -> Result<(), Errno> {
        let file = device.as_fd().as_raw_fd();
        loop {
            // SAFETY: the number has the size of T in it, so the kernel touches just the bytes of `argument`, which is
            // exclusively borrowed; every T in `abi` is plain integers, valid with any bytes. None of them carries a
            // pointer that the kernel would follow: buffers are mapped, never user pointers. The two that do,
            // `ExtControls` and `PlanarBuffer`, are private to `payload` and `queue`, which point them to what they hold
            // during the call.
            let answer = unsafe { libc::ioctl(file, self.number.into(), std::ptr::from_mut(argument)) };
            if answer != -1 {
                return Ok(());
            }
            let error = Errno::from_io_error(&io::Error::last_os_error()).unwrap_or(Errno::IO);
            if error != Errno::INTR {
                return Err(error);
            }
        }
    }
}
