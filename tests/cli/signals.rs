//! SIGINT and SIGTERM end what runs, with devices closed and files complete.

#![cfg(unix)]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::support::{Bench, Run};

/// Starts, waits for a line with `sign`, sends a signal, waits for the end.
fn signalled(mut command: Command, sign: &str, signal: &str) -> (Run, String) {
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary");
    let mut lines = BufReader::new(child.stdout.take().expect("standard output")).lines();
    let mut seen = String::new();
    for line in lines.by_ref() {
        seen += &line.expect("a line");
        seen.push('\n');
        if seen.contains(sign) {
            break;
        }
    }
    // The shell has it built in; a bare system has no program of this name.
    let kill = Command::new("sh").args(["-c", &format!("kill {signal} {}", child.id())]).status().expect("a shell");
    assert!(kill.success());
    lines.map_while(Result::ok).for_each(|line| seen = format!("{seen}{line}\n"));
    let output = child.wait_with_output().expect("the end");
    (Run::of(&output), seen)
}

#[test]
fn an_interrupt_closes_devices_and_gives_130() {
    let bench = Bench::new();
    let (run, seen) = signalled(bench.command(&["watch", r#"{"video":true}"#, "--json"]), "\"frames\"", "-INT");
    assert_eq!(run.status, Some(130), "{run:?}");
    assert!(seen.trim_end().ends_with("\"event\":\"close\"}"), "{seen}");
}

#[test]
fn a_termination_is_an_orderly_end() {
    let bench = Bench::new();
    let (run, seen) = signalled(bench.command(&["watch", r#"{"audio":true}"#, "--json"]), "\"level\"", "-TERM");
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(seen.contains("\"close\""), "{seen}");
}
