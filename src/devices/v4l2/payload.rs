//! Values of controls that do not fit into 32 bits: 64-bit numbers and texts (`VIDIOC_G_EXT_CTRLS`, `VIDIOC_S_EXT_CTRLS`).
//!
//! These requests carry pointers. They are made only here, and point only to what lives until the call is over.

use std::os::fd::AsFd;
use std::ptr;

use rustix::io::Errno;

use super::ioctl::Request;

const G_EXT_CTRLS: Request<ExtControls> = Request::read_write(71);
const S_EXT_CTRLS: Request<ExtControls> = Request::read_write(72);

/// Longer texts are not read: bytes.
const LONGEST_TEXT: u32 = 1 << 16;

/// `struct v4l2_ext_controls`, for the current values of controls of any class.
#[repr(C)]
#[derive(Debug)]
struct ExtControls {
    which: u32,
    count: u32,
    error_idx: u32,
    request_fd: i32,
    reserved: [u32; 1],
    controls: *mut ExtControl,
}

/// `struct v4l2_ext_control`: the union holds a number of 64 bits, or a pointer.
#[repr(C, packed)]
#[derive(Debug)]
struct ExtControl {
    id: u32,
    size: u32,
    reserved2: u32,
    value: u64,
}

/// The address of a buffer as the union holds it: in its first bytes.
fn address(buffer: &mut [u8]) -> u64 {
    let address = buffer.as_mut_ptr().expose_provenance();
    let mut bytes = [0; 8];
    for (byte, of_address) in bytes.iter_mut().zip(address.to_ne_bytes()) {
        *byte = of_address;
    }
    u64::from_ne_bytes(bytes)
}

fn send(
    request: &Request<ExtControls>,
    device: impl AsFd,
    id: u32,
    size: usize,
    value: u64,
) -> Result<ExtControl, Errno> {
    let mut control = ExtControl { id, size: size as u32, reserved2: 0, value };
    let mut controls = ExtControls {
        which: 0,
        count: 1,
        error_idx: 0,
        request_fd: 0,
        reserved: [0],
        controls: ptr::from_mut(&mut control),
    };
    request.send(device, &mut controls)?;
    Ok(control)
}

/// The value of a 64-bit control.
///
/// # Errors
/// What the driver answered.
pub fn integer64(device: impl AsFd, id: u32) -> Result<i64, Errno> {
    send(&G_EXT_CTRLS, device, id, 0, 0).map(|control| control.value as i64)
}

/// Sets a 64-bit control.
///
/// # Errors
/// What the driver answered.
pub fn set_integer64(device: impl AsFd, id: u32, value: i64) -> Result<(), Errno> {
    send(&S_EXT_CTRLS, device, id, 0, value as u64).map(|_| ())
}

/// The value of a text of `size` bytes at most, with its zero at the end.
///
/// # Errors
/// What the driver answered.
pub fn text(device: impl AsFd, id: u32, size: u32) -> Result<String, Errno> {
    let mut buffer = vec![0; size.min(LONGEST_TEXT) as usize];
    let (length, address) = (buffer.len(), address(&mut buffer));
    send(&G_EXT_CTRLS, device, id, length, address)?;
    let end = buffer.iter().position(|byte| *byte == 0).unwrap_or(length);
    Ok(String::from_utf8_lossy(buffer.get(..end).unwrap_or_default()).into_owned())
}

/// Sets a text.
///
/// # Errors
/// What the driver answered.
pub fn set_text(device: impl AsFd, id: u32, text: &str) -> Result<(), Errno> {
    let mut buffer: Vec<u8> = text.bytes().filter(|byte| *byte != 0).chain([0]).collect();
    let (length, address) = (buffer.len(), address(&mut buffer));
    send(&S_EXT_CTRLS, device, id, length, address).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn sizes_are_those_of_the_kernel() {
        assert_eq!((size_of::<ExtControl>(), size_of::<ExtControls>()), (20, 32));
        assert_eq!(std::mem::offset_of!(ExtControls, controls), 24);
    }

    #[test]
    #[cfg(all(target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]
    fn request_numbers_are_those_of_the_kernel() {
        assert_eq!((G_EXT_CTRLS.number(), S_EXT_CTRLS.number()), (0xc020_5647, 0xc020_5648));
    }
}
