//! The little that `capture-lab select` needs of the command line, for the small package that packaging/mutants.sh makes.

pub mod select;

use std::io::Write as _;

/// The end of a subcommand.
pub enum Status {
    Done,
}

/// Why it failed.
pub struct Failure(pub String);

impl Failure {
    pub fn usage(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

pub fn run() -> std::process::ExitCode {
    let explain = std::env::args().any(|argument| argument == "--explain");
    match select::run("-", explain) {
        Ok(Status::Done) => std::process::ExitCode::SUCCESS,
        Err(Failure(message)) => {
            writeln!(std::io::stderr(), "{message}").ok();
            std::process::ExitCode::FAILURE
        }
    }
}

mod lines {
    use std::io::Write as _;

    pub fn print(line: &str) {
        writeln!(std::io::stdout().lock(), "{line}").ok();
    }
}

mod json {
    use crate::model::{Settings, Value};
    use serde_json::{Value as Json, json};

    pub fn settings(settings: &Settings) -> Json {
        let members = settings.iter().map(|(property, setting)| (property.name().to_owned(), value(setting)));
        Json::Object(members.collect())
    }

    fn value(value: &Value) -> Json {
        match value {
            Value::Boolean(boolean) => json!(boolean),
            Value::Number(value) => number(*value),
            Value::Text(text) => json!(text),
        }
    }

    pub fn rounded(value: f64, decimals: i32) -> Json {
        let scale = 10_f64.powi(decimals);
        number((value * scale).round() / scale)
    }

    fn number(value: f64) -> Json {
        if value.fract() == 0.0 && value.abs() < 9e15 { json!(value as i64) } else { json!(value) }
    }
}
