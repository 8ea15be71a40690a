//! The program under test, with a folder of its own.

use std::env;
use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::display::Display;

/// A running program. It is killed with this, should it still run.
pub struct Program {
    child: Child,
    _folder: TempDir,
}

impl Program {
    pub fn start(display: &Display, arguments: &[&str]) -> Self {
        Self::spawn(arguments, |command| command.env("DISPLAY", &display.name))
    }

    pub fn without_display(arguments: &[&str]) -> Self {
        Self::spawn(arguments, |command| command.env_remove("DISPLAY"))
    }

    fn spawn(arguments: &[&str], on_display: impl FnOnce(&mut Command) -> &mut Command) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let program = env::var_os("CAPTURE_LAB").unwrap_or_else(|| env!("CARGO_BIN_EXE_capture-lab").into());
        let mut command = Command::new(program);
        command.args(arguments).arg("--data-dir").arg(folder.path());
        command.env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET").env_remove("RUST_LOG");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let child = on_display(&mut command).spawn().expect("the program");
        Self { child, _folder: folder }
    }

    /// Fails with what it said where it has ended.
    pub fn expect_running(&mut self) {
        if let Some(status) = self.child.try_wait().expect("its status") {
            panic!("the program ended with {status}: {}", self.errors());
        }
    }

    fn errors(&mut self) -> String {
        let mut errors = String::new();
        self.child.stderr.take().expect("standard error").read_to_string(&mut errors).expect("text");
        errors
    }

    pub fn signal(&self, signal: &str) {
        // The shell has it built in; a bare system has no program of this name.
        let kill = format!("kill {signal} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status().expect("a shell");
        assert!(status.success());
    }

    /// The exit status and what was said on standard error; fails where the program does not end in time.
    pub fn end_within(&mut self, limit: Duration) -> (Option<i32>, String) {
        let deadline = Instant::now() + limit;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("its status") {
                break status;
            }
            assert!(Instant::now() < deadline, "the program did not end within {} s", limit.as_secs());
            thread::sleep(Duration::from_millis(10));
        };
        (status.code(), self.errors())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
