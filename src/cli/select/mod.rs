//! `capture-lab select`: what would be chosen, without opening anything.

mod answer;
mod case;

use std::io::Read as _;

use serde_json::{Value as Json, json};

use super::lines::print;
use super::{Failure, Status};

/// Larger inputs are refused: 64 MiB.
const LARGEST: u64 = 64 << 20;

pub(super) fn run(file: &str, explain: bool) -> Result<Status, Failure> {
    let text = read(file).map_err(|why| {
        Failure::usage(format!("{file} cannot be read: {why}; give a file, or - for standard input."))
    })?;
    let json: Json = serde_json::from_str(&text).map_err(|error| {
        Failure::usage(format!(
            "{file} is no JSON: {error}; it is to be a list of cases such as [{{\"modes\":[],\"constraints\":{{}}}}]."
        ))
    })?;
    let cases = match json {
        Json::Array(cases) => cases,
        // The oracle's other forms: one case, or an object that has them.
        Json::Object(ref members) => match members.get("cases") {
            Some(Json::Array(cases)) => cases.clone(),
            _ => vec![json],
        },
        other => return Err(Failure::usage(format!("{file} is to be a list of cases, not {other}."))),
    };
    let answers: Vec<_> = cases.iter().map(|case| one(case, explain)).collect();
    print(&serde_json::to_string_pretty(&answers).unwrap_or_default());
    Ok(Status::Done)
}

/// One malformed case costs no other.
fn one(case: &Json, explain: bool) -> Json {
    let mut answer = match case::Case::read(case) {
        Ok(case) => answer::answer(&case, explain),
        Err(why) => json!({ "result": "TypeError", "why": why }),
    };
    if let (Some(members), Some(name)) = (answer.as_object_mut(), case.get("name")) {
        members.shift_insert(0, "name".to_owned(), name.clone());
    }
    answer
}

fn read(file: &str) -> Result<String, String> {
    let mut text = String::new();
    let read = if file == "-" {
        std::io::stdin().take(LARGEST + 1).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(LARGEST + 1).read_to_string(&mut text))
    };
    match read {
        Ok(length) if length as u64 <= LARGEST => Ok(text),
        Ok(_) => Err("it has more than 64 MiB".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
