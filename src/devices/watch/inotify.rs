//! Linux: inotify on the folders of the nodes, and a subscription at the sound server. It needs no udev and works in
//! containers.

use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{CreateFlags, ReadFlags, Reader, WatchFlags, add_watch, init};
use rustix::io::Errno;

use super::{OnChange, PERIOD};
use crate::devices::microphones::Subscription;
use crate::devices::wake::WakeEvent;

/// A webcam makes several nodes, and udev sets their permissions a moment later: one call for all of it.
const SETTLED: Duration = Duration::from_millis(200);
/// Changes that never settle are told all the same after this time.
const LONGEST: Duration = Duration::from_millis(600);

/// What the thread watches.
pub struct Watched {
    folder: PathBuf,
    notifier: Option<OwnedFd>,
    wake: WakeEvent,
    /// Starts to listen to the sound server.
    subscribe: fn() -> Option<Subscription>,
    server: Option<Subscription>,
}

/// Stops the thread.
pub struct Stop(WakeEvent);

impl Stop {
    pub fn stop(&self) {
        self.0.set();
    }
}

impl Watched {
    /// The nodes of cameras and of sound cards, and the sound server's sources.
    pub fn devices() -> Option<Self> {
        Some(Self { subscribe: Subscription::of_sources, ..Self::folder(PathBuf::from("/dev"))? })
    }

    /// A folder with `video…` and, once it is there, a folder `snd`.
    pub fn folder(folder: PathBuf) -> Option<Self> {
        let wake = WakeEvent::new().inspect_err(|error| log::warn!("no device watch: {error}")).ok()?;
        let notifier = init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)
            .and_then(|notifier| add_watch(&notifier, &folder, interesting()).map(|_| notifier));
        let notifier = notifier.inspect_err(|error| log::warn!("devices are looked at every 2 s: {error}")).ok();
        let watched = Self { folder, notifier, wake, subscribe: || None, server: None };
        watched.watch_sound();
        Some(watched)
    }

    pub fn stop(&self) -> Stop {
        Stop(self.wake.clone())
    }

    /// Until stopped.
    pub fn run(mut self, on_change: &OnChange) {
        self.server = (self.subscribe)();
        // Where no server runs, one is looked for now and then.
        while let Some(changed) = self.wait(self.is_blind().then_some(PERIOD)) {
            if changed && !self.settle() {
                return;
            }
            let has_server = self.server.is_none() && self.look_for_server();
            if changed || has_server || self.notifier.is_none() {
                on_change();
            }
        }
    }

    /// Whether something can change that is not told.
    const fn is_blind(&self) -> bool {
        self.notifier.is_none() || self.server.is_none()
    }

    /// Whether a sound server runs now.
    fn look_for_server(&mut self) -> bool {
        self.server = (self.subscribe)();
        self.server.is_some()
    }

    /// Waits until no change came for a while. Says false when stopped.
    fn settle(&mut self) -> bool {
        let latest = Instant::now() + LONGEST;
        loop {
            let left = latest.saturating_duration_since(Instant::now()).min(SETTLED);
            match self.wait(Some(left)) {
                None => return false,
                Some(changed) if !changed || Instant::now() >= latest => return true,
                Some(_) => {}
            }
        }
    }

    /// Waits for a change, `timeout` at most: whether there was one, `None` when stopped. What comes and is of no
    /// interest does not end the wait.
    fn wait(&mut self, timeout: Option<Duration>) -> Option<bool> {
        let deadline = timeout.map(|timeout| Instant::now() + timeout);
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            match self.poll(left) {
                Ok(0) => return Some(false),
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => {
                    log::error!("the device watch ends: {error}");
                    return None;
                }
            }
            if self.wake.is_set() {
                return None;
            }
            // Both are read, whatever the other says.
            if self.read() | self.read_server() {
                return Some(true);
            }
        }
    }

    fn poll(&self, left: Option<Duration>) -> Result<usize, Errno> {
        let left = left.and_then(|left| Timespec::try_from(left).ok());
        let mut files = vec![PollFd::from_borrowed_fd(self.wake.as_fd(), PollFlags::IN)];
        files.extend(self.notifier.as_ref().map(|notifier| PollFd::new(notifier, PollFlags::IN)));
        files.extend(self.server.as_ref().map(|server| PollFd::new(server, PollFlags::IN)));
        poll(&mut files, left.as_ref())
    }

    /// Reads what the sound server says. Its end is a change too.
    fn read_server(&mut self) -> bool {
        let Some(news) = self.server.as_mut().map(Subscription::read) else { return false };
        if !news.alive {
            self.server = None;
        }
        news.changed || !news.alive
    }

    /// Reads all events that are there. Says whether one of them is of interest.
    fn read(&self) -> bool {
        let Some(notifier) = &self.notifier else { return false };
        let mut space = [MaybeUninit::uninit(); 4096];
        let mut reader = Reader::new(notifier, &mut space);
        let mut changed = false;
        while let Ok(event) = reader.next() {
            let name = event.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
            changed |= is_device(&name) || event.events().contains(ReadFlags::QUEUE_OVERFLOW);
            if name == "snd" {
                self.watch_sound();
            }
        }
        changed
    }

    /// The folder of sound cards is there only while there is one. Watching it again changes nothing.
    fn watch_sound(&self) {
        if let Some(notifier) = &self.notifier {
            // Not there: it comes later, and then is watched.
            let _ = add_watch(notifier, self.folder.join("snd"), interesting());
        }
    }
}

fn interesting() -> WatchFlags {
    WatchFlags::CREATE
        | WatchFlags::DELETE
        | WatchFlags::ATTRIB
        | WatchFlags::MOVED_FROM
        | WatchFlags::MOVED_TO
        | WatchFlags::ONLYDIR
}

/// Cameras, sound cards and their parts that record or play. What else there is (terminals, disks) does not matter.
fn is_device(name: &str) -> bool {
    ["video", "snd", "pcmC", "controlC"].iter().any(|start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use crossbeam_channel::{Receiver, bounded};

    use super::super::DeviceWatch;
    use super::*;

    /// Longer than any change takes to be told.
    const PATIENCE: Duration = Duration::from_secs(20);
    /// Long enough to see that a call does not come: the settling and its longest wait.
    const QUIET: Duration = Duration::from_millis(900);

    fn watch(folder: &Path) -> (DeviceWatch, Receiver<()>) {
        let (sender, calls) = bounded(64);
        let watched = Watched::folder(folder.to_owned()).unwrap();
        let on_change = move || sender.send(()).unwrap();
        (DeviceWatch::over(watched, Box::new(on_change)).unwrap(), calls)
    }

    // CHG-02
    #[test]
    fn changes_that_come_together_are_told_once() {
        crate::covers!("CHG-02");
        let folder = tempfile::tempdir().unwrap();
        let (_watch, calls) = watch(folder.path());
        for name in ["video0", "video1", "media0"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        calls.recv_timeout(PATIENCE).unwrap();
        assert!(calls.recv_timeout(QUIET).is_err(), "told twice");
        fs::remove_file(folder.path().join("video1")).unwrap();
        calls.recv_timeout(PATIENCE).unwrap();
    }

    #[test]
    fn sound_cards_are_noticed_whenever_their_folder_comes() {
        let folder = tempfile::tempdir().unwrap();
        let (_watch, calls) = watch(folder.path());
        for _ in 0..2 {
            let sound = folder.path().join("snd");
            fs::create_dir(&sound).unwrap();
            calls.recv_timeout(PATIENCE).unwrap();
            fs::write(sound.join("pcmC0D0c"), "").unwrap();
            calls.recv_timeout(PATIENCE).unwrap();
            fs::remove_dir_all(&sound).unwrap();
            calls.recv_timeout(PATIENCE).unwrap();
        }
    }

    #[test]
    fn other_files_are_of_no_interest_and_a_drop_ends_the_watch_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let (watch, calls) = watch(folder.path());
        fs::write(folder.path().join("tty7"), "").unwrap();
        assert!(calls.recv_timeout(QUIET).is_err());
        let before = Instant::now();
        drop(watch);
        assert!(before.elapsed() < PATIENCE, "{:?}", before.elapsed());
        assert!(calls.recv_timeout(Duration::ZERO).is_err_and(|error| error.is_disconnected()));
    }
}
