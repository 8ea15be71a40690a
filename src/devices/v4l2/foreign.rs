//! Stops a stream that a library in this process holds and does not let go of.
#![expect(unsafe_code, reason = "a file descriptor that a library owns is known by its number only")]

use std::fs;
use std::os::fd::{FromRawFd as _, OwnedFd, RawFd};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::abi::BUF_TYPE_VIDEO_CAPTURE;
use super::queue::stream_off;

/// Stops all streams of `node` in this process, so that a call that waits for a frame returns with an error. Returns how
/// many file descriptors of the node there were.
pub fn stop_streams(node: &Path) -> usize {
    let Ok(device) = fs::metadata(node).map(|metadata| metadata.rdev()) else { return 0 };
    let Ok(files) = fs::read_dir("/proc/self/fd") else { return 0 };
    let numbers = files.flatten().filter(|file| fs::read_link(file.path()).is_ok_and(|target| target == node));
    let numbers = numbers.filter_map(|file| file.file_name().to_str()?.parse::<RawFd>().ok());
    numbers.filter_map(duplicate).filter(|file| is_device(file, device)).inspect(stop).count()
}

/// A descriptor of our own for the same open file: it cannot be closed and reused for something else meanwhile.
fn duplicate(file: RawFd) -> Option<OwnedFd> {
    // SAFETY: duplicating has no memory effect, and a number that is not open is answered with an error.
    let copy = unsafe { libc::fcntl(file, libc::F_DUPFD_CLOEXEC, 0) };
    // SAFETY: the copy is new and known to nobody else.
    (copy >= 0).then(|| unsafe { OwnedFd::from_raw_fd(copy) })
}

fn is_device(file: &OwnedFd, device: u64) -> bool {
    rustix::fs::fstat(file).is_ok_and(|status| status.st_rdev == device)
}

fn stop(file: &OwnedFd) {
    if let Err(error) = stream_off(file, BUF_TYPE_VIDEO_CAPTURE) {
        log::debug!("a foreign stream could not be stopped: {}", super::errors::code(error));
    }
}
