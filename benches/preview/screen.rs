//! An X server without a screen, whose frame buffer is a file.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Bytes of a pixel: blue, green, red, unused.
const PIXEL: usize = 4;

/// The server; it ends when this is dropped.
pub struct Screen {
    server: Child,
    _folder: TempDir,
    buffer: File,
    /// Where the pixels begin in the file, and the bytes of a line.
    layout: (u64, usize),
    pub width: usize,
    pub height: usize,
    pub display: String,
}

impl Screen {
    pub fn start(width: usize, height: usize) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let number = 200 + std::process::id() % 500;
        let mut server = Command::new("Xvfb")
            .args([format!(":{number}").as_str(), "-screen", "0", &format!("{width}x{height}x24"), "-nolisten", "tcp"])
            .args(["-noreset", "-fbdir"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .spawn()?;
        let path = folder.path().join("Xvfb_screen0");
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some((buffer, layout)) = File::open(&path)
                .ok()
                .and_then(|file| Some((layout(&file)?, file)))
                .map(|(layout, file)| (file, layout))
            {
                // The file is there before the server listens.
                std::thread::sleep(Duration::from_millis(500));
                let display = format!(":{number}");
                return Ok(Self { server, _folder: folder, buffer, layout, width, height, display });
            }
            if Instant::now() > deadline {
                server.kill()?;
                server.wait()?;
                return Err(io::Error::other("Xvfb gives no frame buffer"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A line of the screen.
    pub fn line(&self, y: usize) -> Vec<[u8; 3]> {
        let mut bytes = vec![0; self.width * PIXEL];
        let place = self.layout.0 + (y * self.layout.1) as u64;
        if self.buffer.read_exact_at(&mut bytes, place).is_err() {
            return Vec::new();
        }
        bytes.chunks_exact(PIXEL).map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect()
    }
}

/// From the header of an XWD file: 25 big-endian words, among them its own size, the bytes of a line, the colours.
fn layout(file: &File) -> Option<(u64, usize)> {
    let mut header = [0; 100];
    file.read_exact_at(&mut header, 0).ok()?;
    let word = |index: usize| header.get(index * 4..index * 4 + 4)?.try_into().ok().map(u32::from_be_bytes);
    let (size, line, colours) = (word(0)?, word(12)?, word(19)?);
    (size > 0 && line > 0).then(|| (u64::from(size + colours * 12), line as usize))
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}
