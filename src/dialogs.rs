//! Questions for a file. They never block: an answer is asked for again and again.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::Builder;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What the answer is for.
    pub purpose: Purpose,
    /// The dialog's title.
    pub title: String,
    /// What the files are called, and their extensions.
    pub filter: (String, Vec<String>),
    /// Where it begins.
    pub folder: PathBuf,
    /// The name it proposes, where a file is to be written.
    pub file_name: String,
}

/// What an answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A preset to read.
    OpenPreset,
    /// A preset to write.
    SavePreset,
    /// A log to write.
    ExportLog,
    /// A mode sweep to write as JSON.
    ExportSweepJson,
    /// A mode sweep to write as CSV.
    ExportSweepCsv,
    /// An earlier mode sweep to read.
    OpenSweep,
}

impl Purpose {
    const fn is_write(self) -> bool {
        matches!(self, Self::SavePreset | Self::ExportLog | Self::ExportSweepJson | Self::ExportSweepCsv)
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A file.
    Chosen(Purpose, PathBuf),
    /// The user wants none.
    Cancelled,
    /// The system shows no dialog.
    Unavailable,
}

/// Something that asks for files, one question at a time.
pub trait FileDialogs {
    /// Asks. Returns false where a question is open already.
    fn ask(&mut self, question: Question) -> bool;

    /// The answer, once.
    fn poll(&mut self) -> Option<Answer>;

    /// Whether a question is open.
    fn is_open(&self) -> bool;
}

/// The system's own dialogs. A dialog that hangs blocks its own thread only.
pub struct NativeDialogs {
    open: Option<Open>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

struct Open {
    purpose: Purpose,
    since: Instant,
    answer: Receiver<Option<PathBuf>>,
}

/// A dialog that is cancelled sooner than a person can was never shown.
const TOO_SOON: Duration = Duration::from_millis(200);

impl NativeDialogs {
    /// Dialogs whose answers are announced by `wake`, from any thread.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self { open: None, wake: Arc::new(wake) }
    }
}

impl FileDialogs for NativeDialogs {
    fn ask(&mut self, question: Question) -> bool {
        if self.open.is_some() {
            return false;
        }
        let (sender, answer) = bounded(1);
        let (name, extensions) = &question.filter;
        let dialog = rfd::AsyncFileDialog::new()
            .set_title(&question.title)
            .add_filter(name, extensions)
            .set_directory(&question.folder)
            .set_file_name(&question.file_name);
        // Made on the window's thread, as macOS wants it; waited for on another.
        let waiting: std::pin::Pin<Box<dyn Future<Output = Option<rfd::FileHandle>> + Send>> =
            if question.purpose.is_write() { Box::pin(dialog.save_file()) } else { Box::pin(dialog.pick_file()) };
        let wake = Arc::clone(&self.wake);
        let wait = move || {
            let chosen = pollster::block_on(waiting).map(|file| file.path().to_owned());
            sender.send(chosen).ok(); // the window may be gone
            wake();
        };
        if let Err(error) = Builder::new().name("file-dialog".to_owned()).spawn(wait) {
            log::error!("The system gives no thread for a file dialog: {error}");
        }
        self.open = Some(Open { purpose: question.purpose, since: Instant::now(), answer });
        true
    }

    fn poll(&mut self) -> Option<Answer> {
        let open = self.open.as_ref()?;
        let answer = match open.answer.try_recv() {
            Ok(Some(path)) => Answer::Chosen(open.purpose, path),
            Ok(None) if open.since.elapsed() < TOO_SOON => Answer::Unavailable,
            Ok(None) => Answer::Cancelled,
            Err(crossbeam_channel::TryRecvError::Empty) => return None,
            Err(crossbeam_channel::TryRecvError::Disconnected) => Answer::Unavailable,
        };
        self.open = None;
        Some(answer)
    }

    fn is_open(&self) -> bool {
        self.open.is_some()
    }
}

/// Answers given beforehand: `--dialog-answer`, and tests. Without any left, a question is cancelled.
#[derive(Debug, Default)]
pub struct ScriptedDialogs {
    answers: VecDeque<PathBuf>,
    open: Option<Purpose>,
}

impl ScriptedDialogs {
    /// With these answers, in order.
    pub fn new(answers: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { answers: answers.into_iter().collect(), open: None }
    }
}

impl FileDialogs for ScriptedDialogs {
    fn ask(&mut self, question: Question) -> bool {
        let is_free = self.open.is_none();
        self.open.get_or_insert(question.purpose);
        is_free
    }

    fn poll(&mut self) -> Option<Answer> {
        let purpose = self.open.take()?;
        Some(self.answers.pop_front().map_or(Answer::Cancelled, |path| Answer::Chosen(purpose, path)))
    }

    fn is_open(&self) -> bool {
        self.open.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripted_answers_come_in_order_and_then_none() {
        let question = |purpose| Question {
            purpose,
            title: String::new(),
            filter: (String::new(), vec![]),
            folder: PathBuf::new(),
            file_name: String::new(),
        };
        let mut dialogs = ScriptedDialogs::new([PathBuf::from("a.ron")]);
        assert!(dialogs.ask(question(Purpose::OpenPreset)) && !dialogs.ask(question(Purpose::SavePreset)));
        assert_eq!(dialogs.poll(), Some(Answer::Chosen(Purpose::OpenPreset, PathBuf::from("a.ron"))));
        dialogs.ask(question(Purpose::ExportLog));
        assert_eq!((dialogs.poll(), dialogs.poll()), (Some(Answer::Cancelled), None));
    }
}
