//! `capture-lab record`.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::time::Duration;

use crate::model::{ErrorName, MediaError, MediaStreamConstraints};
use crate::worker::{Command, Event, OpenedStream, RecordingId, RecordingPhase, RecordingStatus, Reply};

use super::args::{ClipFormat, Common, RecordArguments};
use super::lines::print;
use super::session::{EarlyEnd, Living, Session, unexpected};
use super::{Failure, Status, request};

/// How long completing the file may take.
const FINISH_LIMIT: Duration = Duration::from_secs(30);

/// Records a clip.
pub(super) fn run(common: &Common, arguments: &RecordArguments) -> Result<Status, Failure> {
    check_format(&arguments.out, arguments.format)?;
    let (constraints, choice) = request::read(&arguments.request, common)?;
    check_content(&arguments.out, &constraints)?;
    let mut session = Session::start(common)?;
    let stream = session.open(constraints, choice, arguments.wait)?;
    let path = arguments.out.clone();
    let start = Command::StartRecording { stream: stream.stream, path, overwrite: arguments.overwrite };
    let recording = match session.ask(start)? {
        Reply::Recording(recording) => recording,
        other => return Err(unexpected(&other)),
    };
    let mut clip = Clip { recording, status: None, quiet: common.quiet };
    let end = clip.run(&mut session, &stream, arguments);
    clip.finish(&mut session)?;
    end
}

fn check_format(path: &Path, format: ClipFormat) -> Result<(), Failure> {
    let wanted = match format {
        ClipFormat::Auto => return Ok(()),
        ClipFormat::Mp4 => "mp4",
        ClipFormat::Wav => "wav",
    };
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted)) {
        return Ok(());
    }
    Err(Failure::usage(format!("“{}” does not end in .{wanted}: name it so, or leave --format out.", path.display())))
}

/// What can be told before a device is opened.
fn check_content(path: &Path, constraints: &MediaStreamConstraints) -> Result<(), Failure> {
    let has_extension = |wanted| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted));
    let name = path.display();
    if !(has_extension("mp4") || has_extension("wav")) {
        let message = format!("“{name}” names no format of clips: end it with .mp4, or .wav for sound alone.");
        return Err(Failure::usage(message));
    }
    if has_extension("wav") && constraints.video.is_some() {
        let message =
            format!("“{name}” can hold sound alone: end it with .mp4 to record pictures too, or ask for no video.");
        return Err(Failure::usage(message));
    }
    Ok(())
}

/// A running recording.
struct Clip {
    recording: RecordingId,
    status: Option<RecordingStatus>,
    quiet: bool,
}

impl Clip {
    /// Waits until there is a reason to end.
    fn run(
        &mut self,
        session: &mut Session,
        stream: &OpenedStream,
        arguments: &RecordArguments,
    ) -> Result<Status, Failure> {
        let limit = arguments.seconds;
        let began = session.clock.now();
        let mut living = Living::new(stream);
        loop {
            if let Some(event) = session.next_event() {
                let ended = living.note(&event);
                self.note(event);
                if let (Some(end), true) = (ended, living.is_empty()) {
                    return Err(cut_short(&end));
                }
            }
            if let Some(RecordingStatus { phase: RecordingPhase::Failed(error), .. }) = &self.status {
                return Err(error.clone().into());
            }
            if session.is_signalled() {
                return Ok(session.status_after_signal());
            }
            let is_long = limit.is_some_and(|limit| session.clock.now().since(began) >= limit);
            if is_long || self.is_large(arguments.bytes) {
                return living.early_end().map_or(Ok(Status::Done), |end| Err(thinned(&end)));
            }
        }
    }

    fn is_large(&self, limit: Option<u64>) -> bool {
        self.status.as_ref().zip(limit).is_some_and(|(status, limit)| status.bytes >= limit)
    }

    fn note(&mut self, event: Event) {
        if let Event::Recording(status) = event
            && status.recording == self.recording
        {
            self.show(&status);
            self.status = Some(status);
        }
    }

    /// A bar on a terminal, nothing otherwise.
    fn show(&self, status: &RecordingStatus) {
        let mut out = io::stderr();
        if !self.quiet && out.is_terminal() {
            write!(out, "\r{}  ", figures(status)).and_then(|()| out.flush()).ok();
        }
    }

    /// Completes the file and says what it has.
    fn finish(mut self, session: &mut Session) -> Result<(), Failure> {
        let is_over = self.status.as_ref().is_some_and(|status| status.phase != RecordingPhase::Running);
        if !is_over {
            session.finish(Command::StopRecording { recording: self.recording }, FINISH_LIMIT)?;
        }
        while let Some(event) = session.next_event() {
            self.note(event);
        }
        if !self.quiet && io::stderr().is_terminal() {
            writeln!(io::stderr()).ok();
        }
        match self.status {
            Some(status) => print(&format!("{}  {}", status.path.display(), figures(&status))),
            None => log::warn!("The recorder told nothing of the clip."),
        }
        Ok(())
    }
}

fn figures(status: &RecordingStatus) -> String {
    format!("{:.2} s  {} bytes  {}", status.duration.as_secs_f64(), status.bytes, status.lost)
}

fn cut_short(end: &EarlyEnd) -> Failure {
    let message = format!("The recording ended early: {}; what was recorded up to then is kept.", end.reason);
    MediaError::new(ErrorName::AbortError, message).on(&end.device).into()
}

fn thinned(end: &EarlyEnd) -> Failure {
    let message = format!("A track ended during the recording: {}; all else was recorded to the end.", end.reason);
    MediaError::new(ErrorName::AbortError, message).on(&end.device).into()
}
