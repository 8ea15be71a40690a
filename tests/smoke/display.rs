//! An X server without a screen, seen and touched by xdotool and `ImageMagick`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::picture::Screen;
use crate::program::Program;

const WIDTH: usize = 1280;
const HEIGHT: usize = 800;
const TOOLS: [(&str, &str); 3] = [("Xvfb", "-help"), ("xdotool", "version"), ("import", "-version")];

/// A running server. It ends with this.
pub struct Display {
    server: Child,
    pub name: String,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Display {
    /// `None` where there can be none here, which is said.
    pub fn start() -> Option<Self> {
        let is_missing = |(tool, argument): &(&str, &str)| {
            Command::new(tool).arg(argument).stdout(Stdio::null()).stderr(Stdio::null()).status().is_err()
        };
        if let Some((tool, _)) = TOOLS.iter().find(|tool| is_missing(tool)) {
            // Past the harness, which would keep a passing test's words to itself.
            writeln!(std::io::stderr(), "skipped: a test of the window: no {tool} here (packaging/setup.sh full)").ok();
            return None;
        }
        // A number of our own: servers that look for one take the same at times. -noreset: a server without it starts anew
        // when its last client leaves, and turns away the program that comes while xdotool goes.
        let own = format!(":{}", 1000 + std::process::id() % 5000 * 4 + NEXT.fetch_add(1, Ordering::Relaxed));
        let screen = format!("{WIDTH}x{HEIGHT}x24");
        let mut server = Command::new("Xvfb")
            .args([own.as_str(), "-displayfd", "1", "-nolisten", "tcp", "-noreset", "-screen", "0", &screen])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb");
        let mut number = String::new();
        BufReader::new(server.stdout.take().expect("its output")).read_line(&mut number).expect("a display number");
        assert!(!number.trim().is_empty(), "Xvfb did not start");
        Some(Self { server, name: own })
    }

    fn run(&self, tool: &str, arguments: &[&str]) -> Vec<u8> {
        Command::new(tool).args(arguments).env("DISPLAY", &self.name).output().expect("a tool").stdout
    }

    /// The id of the program's window, once it is visible. Fails with what the program said where it ends before.
    pub fn window(&self, program: &mut Program, name: &str, patience: Duration) -> String {
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            program.expect_running();
            let found = self.run("xdotool", &["search", "--onlyvisible", "--name", name]);
            if let Some(window) = String::from_utf8_lossy(&found).lines().next() {
                return window.to_owned();
            }
        }
        panic!("no window “{name}” within {} s", patience.as_secs());
    }

    pub fn press(&self, window: &str, key: &str) {
        self.run("xdotool", &["windowfocus", "--sync", window, "key", "--clearmodifiers", key]);
    }

    /// A photograph of the whole screen.
    pub fn screen(&self) -> Screen {
        let rgb = self.run("import", &["-silent", "-window", "root", "-depth", "8", "rgb:-"]);
        assert_eq!(rgb.len(), WIDTH * HEIGHT * 3, "a photograph of the screen");
        Screen { width: WIDTH, height: HEIGHT, rgb }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}
