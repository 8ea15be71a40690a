//! The sound server, by its own tools.

use std::process::{Child, Command, Stdio};

/// Runs `pactl`, and returns what it says.
pub fn pactl(arguments: &[&str]) -> String {
    let output = Command::new("pactl").args(arguments).output().expect("pactl");
    assert!(output.status.success(), "pactl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// The number of the stream that a process has from a source.
pub fn stream_of(process: u32) -> String {
    let listed = pactl(&["list", "source-outputs"]);
    let is_it = |part: &&str| part.contains(&format!("application.process.id = \"{process}\""));
    let part =
        listed.split("Source Output #").find(is_it).unwrap_or_else(|| panic!("no stream of {process}: {listed}"));
    part.lines().next().expect("its number").trim().to_owned()
}

/// What plays, until it is dropped.
pub struct Playing(Vec<Child>);

impl Drop for Playing {
    fn drop(&mut self) {
        for child in &mut self.0 {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

/// Plays a sine to the sink “lab” for a minute at most.
pub fn play_tone(frequency: f64, peak_dbfs: f64) -> Playing {
    let raw = ["-t", "raw", "-r", "48000", "-e", "float", "-b", "32", "-c", "2", "-"];
    let (frequency, gain) = (frequency.to_string(), peak_dbfs.to_string());
    let mut sox = Command::new("sox")
        .args(["-D", "-n"])
        .args(raw)
        .args(["synth", "60", "sine", &frequency, "gain", &gain])
        .stdout(Stdio::piped())
        .spawn()
        .expect("sox");
    let tone = sox.stdout.take().expect("its output");
    let player = Command::new("pacat")
        .args(["--playback", "--device=lab", "--format=float32le", "--rate=48000", "--channels=2"])
        .stdin(tone)
        .spawn()
        .expect("pacat");
    Playing(vec![sox, player])
}
