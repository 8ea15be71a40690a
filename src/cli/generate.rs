//! `capture-lab generate`: the man page and shell completions, from the definition of the command line.

use std::io;

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};

use crate::model::{ErrorName, MediaError};

use super::args::{Arguments, Generated};
use super::{Failure, Status};

/// Prints what is asked for.
pub(super) fn run(what: Generated) -> Result<Status, Failure> {
    let mut command = Arguments::command();
    let shell = match what {
        Generated::Man => return man(command),
        Generated::Bash => Shell::Bash,
        Generated::Fish => Shell::Fish,
        Generated::Zsh => Shell::Zsh,
    };
    generate(shell, &mut command, "capture-lab", &mut io::stdout());
    Ok(Status::Done)
}

fn man(command: clap::Command) -> Result<Status, Failure> {
    clap_mangen::Man::new(command)
        .render(&mut io::stdout())
        .map_err(|error| MediaError::new(ErrorName::AbortError, format!("The man page cannot be written: {error}.")))?;
    Ok(Status::Done)
}
