//! A file that is read from its beginning, with the place for messages.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

use super::Flaw;

pub(super) struct Reader<R> {
    inner: BufReader<R>,
    at: u64,
    len: u64,
}

impl<R: Read + Seek> Reader<R> {
    pub(super) fn new(mut inner: R) -> Result<Self, Flaw> {
        let len = inner.seek(SeekFrom::End(0))?;
        inner.seek(SeekFrom::Start(0))?;
        Ok(Self { inner: BufReader::with_capacity(1 << 16, inner), at: 0, len })
    }

    /// Bytes of the whole file.
    pub(super) const fn len(&self) -> u64 {
        self.len
    }

    /// Bytes that were read.
    pub(super) const fn at(&self) -> u64 {
        self.at
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.at >= self.len
    }

    /// The next bytes; `what` was expected there.
    pub(super) fn bytes<const N: usize>(&mut self, what: &str) -> Result<[u8; N], Flaw> {
        if self.len.saturating_sub(self.at) < N as u64 {
            return Err(self.ends(what));
        }
        let mut bytes = [0; N];
        self.inner.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }

    /// The next line without its end, of at most so many bytes; `what` was expected there.
    pub(super) fn line(&mut self, most: u64, what: &str) -> Result<Vec<u8>, Flaw> {
        let mut line = Vec::new();
        let start = self.at;
        self.at += self.inner.by_ref().take(most).read_until(b'\n', &mut line)? as u64;
        if line.pop_if(|last| *last == b'\n').is_some() {
            Ok(line)
        } else {
            Err(Flaw::At(start, format!("expected {what}, a line of up to {most} bytes")))
        }
    }

    /// Goes on by so many bytes; `what` was expected in them.
    pub(super) fn skip(&mut self, bytes: u64, what: &str) -> Result<(), Flaw> {
        if self.len.saturating_sub(self.at) < bytes {
            return Err(self.ends(what));
        }
        self.inner.seek_relative(bytes.cast_signed())?;
        self.at += bytes;
        Ok(())
    }

    /// Goes on behind the next byte of this value; `what` was expected up to it.
    pub(super) fn skip_past(&mut self, byte: u8, what: &str) -> Result<(), Flaw> {
        self.at += self.inner.skip_until(byte)? as u64;
        if self.is_at_end() { Err(self.ends(what)) } else { Ok(()) }
    }

    fn ends(&self, what: &str) -> Flaw {
        Flaw::At(self.at, format!("expected {what}, and the file ends after {} bytes", self.len))
    }
}
