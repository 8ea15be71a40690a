//! `capture-lab select` as a process.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

/// Hands a program text and takes the JSON that it answers.
pub fn ask(command: &mut Command, input: &Json) -> Json {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("a program that starts");
    let mut stdin = child.stdin.take().expect("its input");
    let text = input.to_string();
    let writer = std::thread::Builder::new().spawn(move || stdin.write_all(text.as_bytes())).expect("a thread");
    let output = child.wait_with_output().expect("its output");
    writer.join().expect("the writer").expect("written input");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// What the lab answers to a list of cases.
pub fn select(cases: &[Json]) -> Vec<Json> {
    answers(cases, &["select", "-"])
}

/// The same, explained.
pub fn explain(cases: &[Json]) -> Vec<Json> {
    answers(cases, &["select", "-", "--explain"])
}

fn answers(cases: &[Json], arguments: &[&str]) -> Vec<Json> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_capture-lab"));
    let Json::Array(answers) = ask(command.args(arguments), &Json::Array(cases.to_vec())) else {
        panic!("no list of answers")
    };
    assert_eq!(answers.len(), cases.len());
    answers
}
