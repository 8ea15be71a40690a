//! Runs the binary.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use tempfile::TempDir;

/// How long a run may take: none of them is longer than a few seconds.
const LIMIT: Duration = Duration::from_secs(90);

/// A folder for one test; the binary keeps everything under it.
pub struct Bench {
    folder: TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).expect("a file");
        self.path(name).display().to_string()
    }

    /// The binary with virtual devices only, unless the arguments say more.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_capture-lab"));
        command.args(arguments).arg("--only-virtual").arg("--data-dir").arg(self.folder.path());
        command.env_remove("RUST_LOG").env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        let mut child = self.command(arguments).spawn().expect("the binary");
        let (out, errors) = (read(child.stdout.take()), read(child.stderr.take()));
        let deadline = Instant::now() + LIMIT;
        let status = loop {
            if let Some(status) = child.try_wait().expect("its status") {
                break status;
            }
            if Instant::now() > deadline {
                child.kill().ok();
            }
            assert!(Instant::now() <= deadline, "{arguments:?} did not end within {} s", LIMIT.as_secs());
            std::thread::sleep(Duration::from_millis(10));
        };
        let (stdout, stderr) = (out.join().expect("text"), errors.join().expect("text"));
        Run { status: status.code(), stdout, stderr }
    }
}

fn read(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    let mut pipe = pipe.expect("a pipe");
    let read = move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("what it says");
        String::from_utf8_lossy(&bytes).into_owned()
    };
    std::thread::Builder::new().spawn(read).expect("a thread")
}

/// How a run ended.
#[derive(Debug)]
pub struct Run {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { status: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// The lines of standard output as JSON.
    pub fn lines(&self) -> Vec<Json> {
        self.stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    pub fn events(&self, name: &str) -> Vec<Json> {
        self.lines().into_iter().filter(|line| line["event"] == name).collect()
    }
}
