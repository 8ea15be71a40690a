//! Compares what two backends make of one camera. It is done by the program itself in a process of its own, as its
//! `compare`: nokhwa may hang on a camera for ever, and a process can be ended.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::Builder;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use egui::Context;

use crate::model::{DeviceId, DeviceInfo};
use crate::state::{Comparison, Severity};
use crate::text::text_with;

use super::LabApp;

/// How often the process is looked after.
const LOOK: Duration = Duration::from_millis(100);
/// Longer than this no comparison takes: two openings, and two times the measures.
const LIMIT: Duration = Duration::from_mins(2);
/// How long each backend is measured, in seconds.
const SECONDS: &str = "3";

/// A process that runs; dropping this ends it.
pub(super) struct Run {
    /// Dropped to end the process.
    _going: Sender<()>,
    outcome: Receiver<Result<String, String>>,
}

impl Run {
    /// Starts a process whose words go to a file, which is read when it has ended.
    fn start(mut command: Command, words: &Path, done: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let mut file = File::options().read(true).write(true).create(true).truncate(true).open(words)?;
        let child = command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file.try_clone()?).spawn()?;
        let (going, stopped) = bounded::<()>(0);
        let (sender, outcome) = bounded(1);
        Builder::new().name("comparison".to_owned()).spawn(move || {
            let result = wait(child, &stopped).and_then(|is_success| {
                let mut said = String::new();
                file.seek(SeekFrom::Start(0))
                    .and_then(|_| file.read_to_string(&mut said))
                    .map_err(|error| error.to_string())?;
                if is_success { Ok(said) } else { Err(said) }
            });
            sender.send(result).ok(); // the window may have closed
            done();
        })?;
        Ok(Self { _going: going, outcome })
    }

    /// What came of it, once it is over.
    fn poll(&self) -> Option<Result<String, String>> {
        self.outcome.try_recv().ok()
    }
}

/// Waits for a process to end; ends it when it is told to, and when it takes too long. Returns whether it succeeded.
fn wait(mut child: Child, stopped: &Receiver<()>) -> Result<bool, String> {
    let mut waited = Duration::ZERO;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.success()),
            Ok(None) => {}
            Err(error) => return Err(error.to_string()),
        }
        let is_told = !matches!(stopped.recv_timeout(LOOK), Err(RecvTimeoutError::Timeout));
        waited += LOOK;
        if is_told || waited >= LIMIT {
            child.kill().ok();
            child.wait().ok();
            return Err(format!("The comparison was ended after {} s.", waited.as_secs()));
        }
    }
}

/// `capture-lab compare NODE`.
fn command(program: &Path, device: &DeviceInfo, data: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["compare", &device.node, "--seconds", SECONDS, "--data-dir"]).arg(data);
    command
}

impl LabApp {
    /// Begins a comparison, or none; one that runs is ended, and what was found is forgotten.
    pub(super) fn compare_backends(&mut self, ctx: &Context, id: Option<DeviceId>) {
        (self.comparison, self.state.comparison) = (None, None);
        let is_it = |device: &&DeviceInfo| Some(&device.device_id) == id.as_ref();
        let Some(device) = self.state.devices.iter().flatten().find(is_it).cloned() else { return };
        let words = self.dirs.file("comparison.txt");
        let data = words.parent().unwrap_or(&words).to_owned();
        let ctx = ctx.clone();
        let started = std::env::current_exe()
            .and_then(|program| Run::start(command(&program, &device, &data), &words, move || ctx.request_repaint()));
        match started {
            Ok(run) => {
                self.comparison = Some(run);
                let (name, since) = (device.name(), self.state.now);
                self.state.comparison = Some(Comparison { device: device.device_id, name, since, outcome: None });
            }
            Err(error) => {
                let facts = [("device", device.name()), ("error", error.to_string())];
                self.state.toasts.say(Severity::Error, text_with("compare-not-started", &facts), self.state.now);
            }
        }
    }

    /// Takes what came of it.
    pub(super) fn take_comparison(&mut self) {
        let Some(outcome) = self.comparison.as_ref().and_then(Run::poll) else { return };
        self.comparison = None;
        if let Some(comparison) = &mut self.state.comparison {
            comparison.outcome = Some(outcome);
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::model::MediaDeviceKind;

    fn run(script: &str) -> (Run, Receiver<()>, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let (sender, done) = bounded(1);
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", script]);
        let run = Run::start(shell, &folder.path().join("words"), move || sender.send(()).unwrap()).unwrap();
        (run, done, folder)
    }

    #[test]
    fn what_a_process_says_is_what_comes_of_it() {
        let (good, done, _folder) = run("echo both; echo the same >&2");
        done.recv().unwrap();
        assert_eq!(good.poll(), Some(Ok("both\nthe same\n".to_owned())));
        let (bad, done, _folder) = run("echo it is in use; exit 3");
        done.recv().unwrap();
        assert_eq!(bad.poll(), Some(Err("it is in use\n".to_owned())));
    }

    #[test]
    fn a_process_that_hangs_is_ended_with_its_window() {
        let (hangs, done, _folder) = run("exec sleep 1000");
        assert_eq!(hangs.poll(), None);
        drop(hangs);
        done.recv_timeout(Duration::from_secs(20)).unwrap();
    }

    #[test]
    fn the_camera_is_named_by_its_node() {
        let device = DeviceInfo::bare(MediaDeviceKind::VideoInput, "Cam", "/dev/video7");
        let command = command(Path::new("lab"), &device, Path::new("data"));
        let words: Vec<_> = command.get_args().map(|word| word.to_str().unwrap()).collect();
        assert_eq!(words, ["compare", "/dev/video7", "--seconds", "3", "--data-dir", "data"]);
    }
}
