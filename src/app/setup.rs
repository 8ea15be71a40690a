//! What the window is made with. It begins to capture before there is a window, so that the first picture is early.

use std::sync::Arc;

use crate::data_dir::DataDir;
use crate::devices::DeviceHost;
use crate::dialogs::FileDialogs;
use crate::media::{Clock, SystemClock};
use crate::model::{ErrorName, MediaError, Policy};
use crate::preferences::Preferences;
use crate::state::{Pending, Severity, State};
use crate::text::set_language;
use crate::worker::{Command, Waker, Worker};

use super::WindowOptions;

/// All that the window is made with.
pub struct Setup {
    pub(super) worker: Worker,
    pub(super) waker: Waker,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) state: State,
    pub(super) dirs: DataDir,
    /// `None` asks the system.
    pub(super) dialogs: Option<Box<dyn FileDialogs>>,
}

impl Setup {
    /// Starts the worker on these devices and this clock, and asks for what the options say.
    ///
    /// # Errors
    /// A sentence: no thread (`AbortError`), an unknown language (`TypeError`).
    pub fn with_devices(host: DeviceHost, clock: Arc<dyn Clock>, options: &WindowOptions) -> Result<Self, MediaError> {
        let waker = Waker::default();
        let worker = Worker::start(host, Arc::clone(&clock), waker.clone()).map_err(|error| {
            MediaError::new(ErrorName::AbortError, format!("The capture worker does not start: {error}."))
        })?;
        let mut state = State::new(clock.now());
        let dirs = DataDir::new(options.data_dir.as_deref());
        state.clips_folder = dirs.clips_in_words();
        state.has_stand_ins = options.host.builtin_where_none;
        load_preferences(&mut state, &dirs, options)?;
        if state.preferences.policy != Policy::default() {
            worker.request(Command::SetPolicy(state.preferences.policy));
        }
        let constraints = state.editor.constraints().clone();
        state.editor.set_request(&constraints, options.choice.clone());
        for (constraints, choice) in &options.open {
            let (constraints, choice) = (constraints.clone(), choice.clone());
            state.editor.set_request(&constraints, choice.clone());
            let request = worker.request(Command::GetUserMedia { constraints, choice });
            state.pending.insert(request, Pending::GetUserMedia);
        }
        state.editor.forget_history();
        Ok(Self { worker, waker, clock, state, dirs, dialogs: None })
    }

    /// The same with warnings, a sentence each.
    #[must_use]
    pub fn with_warnings(mut self, warnings: Vec<String>) -> Self {
        for warning in warnings {
            self.state.toasts.say(Severity::Warning, warning, self.state.now);
        }
        self
    }

    /// The same with other dialogs than the system's.
    #[must_use]
    pub fn with_dialogs(mut self, dialogs: impl FileDialogs + 'static) -> Self {
        self.dialogs = Some(Box::new(dialogs));
        self
    }
}

/// What the devices are reached by.
pub(super) struct Devices {
    pub host: DeviceHost,
    /// A sentence for each wish that could not be granted.
    pub warnings: Vec<String>,
    pub clock: Arc<dyn Clock>,
}

/// The devices that the options ask for.
///
/// # Errors
/// A sentence (`TypeError`): a file of virtual devices that cannot be read.
pub(super) fn devices(options: &WindowOptions) -> Result<Devices, MediaError> {
    let clock: Arc<dyn Clock> = SystemClock::shared();
    let made = DeviceHost::new(&options.host, Arc::clone(&clock));
    let (host, warnings) = made.map_err(|error| wrong(error.to_string()))?;
    Ok(Devices { host, warnings, clock })
}

fn wrong(message: String) -> MediaError {
    MediaError::new(ErrorName::TypeError, message)
}

/// The command line goes before what is remembered.
fn load_preferences(state: &mut State, dirs: &DataDir, options: &WindowOptions) -> Result<(), MediaError> {
    let (preferences, warnings) = Preferences::load(&dirs.file(super::files::PREFERENCES));
    state.preferences = preferences;
    for warning in warnings {
        state.toasts.say(Severity::Warning, warning, state.now);
    }
    if let Some(theme) = options.theme {
        state.preferences.theme = theme;
    }
    match (&options.lang, &state.preferences.language) {
        (Some(language), _) => set_language(language).map_err(wrong),
        (None, Some(language)) => set_language(language).or_else(|warning| {
            state.toasts.say(Severity::Warning, warning, state.now);
            Ok(())
        }),
        (None, None) => Ok(()),
    }
}
