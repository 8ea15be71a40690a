//! Wrong usage in one sentence.

use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{CommandFactory as _, Error};

use super::Failure;
use super::args::Arguments;

/// Options that only the window has.
const OF_THE_WINDOW: [&str; 5] = ["open", "renderer", "lang", "theme", "dialog_answer"];

/// What clap objects to, as one sentence with what to try.
pub fn failure(error: &Error) -> Failure {
    let rendered = error.render().to_string();
    // The first paragraph says what is wrong; it may go on with a list of what is missing.
    let first: Vec<_> = rendered.lines().take_while(|line| !line.trim().is_empty()).map(str::trim).collect();
    let said = first.join(" ");
    let said = said.strip_prefix("error: ").unwrap_or(&said).trim_end_matches(['.', ':']);
    let help = "see capture-lab --help";
    let advice = match suggestion(error) {
        Some(other) => format!("perhaps {other} is meant; {help}"),
        None => help.to_owned(),
    };
    Failure::usage(format!("{}: {advice}.", capitalised(said)))
}

fn suggestion(error: &Error) -> Option<String> {
    let kinds = [ContextKind::SuggestedArg, ContextKind::SuggestedValue, ContextKind::SuggestedSubcommand];
    kinds.into_iter().find_map(|kind| match error.get(kind)? {
        ContextValue::String(one) => Some(one.clone()),
        ContextValue::Strings(several) => several.first().cloned(),
        _ => None,
    })
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Whether the command line asks for JSON, as far as it can be told of one that cannot be read.
pub fn wants_json() -> bool {
    std::env::args_os().any(|argument| argument == "--json")
}

/// Refuses options of the window beside a subcommand.
///
/// # Errors
/// With the first such option.
pub fn check(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.task.is_none() {
        return Ok(());
    }
    let Ok(matches) = Arguments::command().try_get_matches() else { return Ok(()) };
    let is_given = |name: &&str| matches.value_source(name) == Some(ValueSource::CommandLine);
    match OF_THE_WINDOW.iter().find(|name| is_given(name)) {
        None => Ok(()),
        Some(name) => Err(Failure::usage(format!(
            "--{} is an option of the window, which no subcommand opens: leave one of the two out.",
            name.replace('_', "-")
        ))),
    }
}
