//! The program, watching one microphone.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};
use serde_json::Value as Json;

/// `capture-lab watch`, ended when dropped.
pub struct Program {
    child: Child,
    events: Receiver<Json>,
    _data: tempfile::TempDir,
}

impl Program {
    /// Watches the microphone of this node for a minute at most.
    pub fn watch(node: &str) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let mut child = Command::new(env!("CARGO_BIN_EXE_capture-lab"))
            .args(["watch", r#"{"audio":true}"#, "--audio-backend", "pulse", "--seconds", "60", "--json"])
            .args(["--device", node, "--data-dir"])
            .arg(data.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let (sender, events) = bounded(1000);
        let read = move || {
            for line in lines.map_while(Result::ok) {
                let event = serde_json::from_str(&line).expect("JSON");
                if sender.send(event).is_err() {
                    break;
                }
            }
        };
        std::thread::Builder::new().name("lines".to_owned()).spawn(read).expect("a thread");
        Self { child, events, _data: data }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next event of this name that is as wanted.
    pub fn wait(&mut self, name: &str, limit: Duration, wanted: impl Fn(&Json) -> bool) -> Json {
        let deadline = Instant::now() + limit;
        let mut seen = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(event) = self.events.recv_timeout(left) else {
                panic!("no {name} within {limit:?}, but {}", seen.join("\n"))
            };
            if event["event"] == name && wanted(&event) {
                return event;
            }
            if event["event"] != "level" {
                seen.push(event.to_string());
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
