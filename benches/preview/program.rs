//! A program on a screen, with all its processes.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::screen::Screen;

/// Clock ticks of a second in /proc, the same on every Linux.
const TICKS: f64 = 100.0;

/// The program; it ends when this is dropped.
pub struct Running {
    child: Child,
    pub since: Instant,
}

impl Running {
    pub fn start(command: &mut Command, screen: &Screen) -> io::Result<Self> {
        command.env("DISPLAY", &screen.display).env_remove("WAYLAND_DISPLAY").process_group(0);
        command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
        let since = Instant::now();
        Ok(Self { child: command.spawn()?, since })
    }

    /// Processor seconds of all its processes that live.
    pub fn cpu(&self) -> f64 {
        self.processes().iter().filter_map(|id| ticks(*id)).sum::<f64>() / TICKS
    }

    /// Its share of memory (PSS), in MiB.
    pub fn pss_mib(&self) -> f64 {
        let of = |id: &u32| {
            let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
            let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?.trim().to_owned();
            line.strip_suffix(" kB")?.trim().parse::<f64>().ok()
        };
        self.processes().iter().filter_map(of).sum::<f64>() / 1024.0
    }

    fn processes(&self) -> Vec<u32> {
        let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Ok(id) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
            if let Some(parent) = stat(id).and_then(|fields| fields.get(1)?.parse().ok()) {
                children.entry(parent).or_default().push(id);
            }
        }
        let mut found = vec![self.child.id()];
        let mut next = 0;
        while let Some(id) = found.get(next) {
            found.extend(children.get(id).cloned().unwrap_or_default());
            next += 1;
        }
        found
    }
}

/// The fields of /proc/ID/stat behind the name, which may have blanks: the first is the state.
fn stat(id: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    Some(stat.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

fn ticks(id: u32) -> Option<f64> {
    let fields = stat(id)?;
    let number = |index: usize| fields.get(index)?.parse::<f64>().ok();
    Some(number(11)? + number(12)?)
}

impl Drop for Running {
    fn drop(&mut self) {
        // The whole group: a browser has many processes. By the shell's own kill, since some programs of that name take a
        // group's number for an option.
        Command::new("sh").args(["-c", &format!("kill -s TERM -- -{}", self.child.id())]).status().ok();
        let deadline = Instant::now() + std::time::Duration::from_secs(5);
        while Instant::now() < deadline && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
