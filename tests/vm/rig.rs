//! Boots the machine once and reads what it left.

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value as Json;

/// `boot.sh`: not possible on this system.
const SKIPPED: i32 = 77;

/// What the machine left; `None` where there can be none here, which is said once.
pub fn results() -> Option<&'static Results> {
    static RESULTS: LazyLock<Option<Results>> = LazyLock::new(boot);
    RESULTS.as_ref()
}

/// A folder of what the steps wrote.
pub struct Results(PathBuf);

/// What one step said and how it ended. Times are the guest's uptime in seconds.
#[derive(Debug)]
pub struct Step {
    pub lines: Vec<(f64, String)>,
    pub errors: String,
    pub status: i32,
    pub ended: f64,
}

fn boot() -> Option<Results> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("vm");
    let results = target.join("results");
    let program = env::var_os("CAPTURE_LAB").unwrap_or_else(|| env!("CARGO_BIN_EXE_capture-lab").into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vm/boot.sh");
    let tests = env::current_exe().expect("the path of this program");
    let output = Command::new(script).args([program, tests.into()]).args([&results, &target]).output();
    let output = output.expect("tests/vm/boot.sh");
    let complaint = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(SKIPPED) {
        // Past the harness, which would keep a passing test's words to itself.
        writeln!(std::io::stderr(), "skipped: tests in a virtual machine: {}", complaint.trim()).ok();
        return None;
    }
    assert!(output.status.success(), "the virtual machine failed: {complaint}");
    Some(Results(results))
}

impl Results {
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A number that the guest wrote down.
    pub fn number(&self, name: &str) -> f64 {
        self.text(name).trim().parse().expect("a number")
    }

    pub fn step(&self, name: &str) -> Step {
        let lines = self.text(&format!("{name}.out"));
        let stamped = |line: &str| {
            let (uptime, text) = line.split_once(' ').unwrap_or((line, ""));
            (uptime.parse().expect("an uptime"), text.to_owned())
        };
        Step {
            lines: lines.lines().map(stamped).collect(),
            errors: self.text(&format!("{name}.err")),
            status: self.text(&format!("{name}.status")).trim().parse().expect("a status: the step hung"),
            ended: self.number(&format!("{name}.ended")),
        }
    }
}

impl Step {
    /// What was said, as it was said.
    pub fn text(&self) -> String {
        self.lines.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The JSON lines of an event, with the guest's uptime.
    pub fn events(&self, name: &str) -> Vec<(f64, Json)> {
        let parse = |(uptime, line): &(f64, String)| (*uptime, serde_json::from_str(line).expect("a line of JSON"));
        self.lines.iter().map(parse).filter(|(_, event): &(f64, Json)| event["event"] == name).collect()
    }
}
