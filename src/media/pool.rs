//! Buffers that are used again.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

/// A pool of byte buffers: each buffer comes back when it is dropped, so that a steady stream of frames allocates
/// nothing. Clones share the pool.
#[derive(Clone, Debug)]
pub struct BufferPool {
    free: Arc<Mutex<Vec<Vec<u8>>>>,
    keep: usize,
}

impl BufferPool {
    /// A pool that keeps at most `keep` free buffers.
    pub fn new(keep: usize) -> Self {
        Self { free: Arc::default(), keep }
    }

    /// An empty buffer, with room from earlier use.
    pub fn take(&self) -> PooledBuffer {
        let bytes = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        PooledBuffer { bytes, pool: Some(self.clone()) }
    }

    fn give_back(&self, mut bytes: Vec<u8>) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        if free.len() < self.keep {
            bytes.clear();
            free.push(bytes);
        }
    }
}

/// Bytes that go back to their pool when dropped.
pub struct PooledBuffer {
    bytes: Vec<u8>,
    pool: Option<BufferPool>,
}

impl From<Vec<u8>> for PooledBuffer {
    /// Bytes without a pool.
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, pool: None }
    }
}

impl Deref for PooledBuffer {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.bytes
    }
}

impl DerefMut for PooledBuffer {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}

impl Drop for PooledBuffer {
    fn drop(&mut self) {
        if let Some(pool) = &self.pool {
            pool.give_back(std::mem::take(&mut self.bytes));
        }
    }
}

impl fmt::Debug for PooledBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_buffer_is_used_again() {
        let pool = BufferPool::new(1);
        let mut first = pool.take();
        first.extend_from_slice(&[1; 1000]);
        let place = first.as_ptr();
        drop(first);
        let again = pool.take();
        assert!(again.is_empty() && again.as_ptr() == place);
    }
}
