//! What a sound server has of a source, open beside its stream: read, set, and watched for what others do.

use std::os::fd::AsFd as _;
use std::time::Duration;

use pulseaudio::protocol::{CardInfo, SourceInfo, SubscriptionMask};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::devices::wake::WakeEvent;
use crate::devices::{Bell, ControlDesk, DeskControls, DeviceError, DeviceErrorKind};
use crate::model::{ControlValue, DeviceControl, Property, Value};

use super::super::errors::Subject;
use super::controls;
use super::server::{Server, Trouble};
use super::subscription::Subscription;

/// The controls of one source.
pub struct PulseDesk {
    server: Server,
    news: Subscription,
    /// The server's name of the source.
    source: String,
    subject: Subject,
    bell: Bell,
    wake: WakeEvent,
    /// What was found first, which stands for defaults.
    found: Vec<DeviceControl>,
}

impl PulseDesk {
    /// Reaches the server twice: to ask it, and to be told.
    ///
    /// # Errors
    /// No server answers.
    pub fn open(source: &str, subject: Subject, bell: &Bell) -> Result<Self, DeviceError> {
        let server = Server::connect().map_err(|trouble| subject.server_gone(&trouble.to_string()))?;
        let news = Subscription::start(SubscriptionMask::SOURCE | SubscriptionMask::CARD);
        let news = news.ok_or_else(|| subject.server_gone("it gives no word of changes"))?;
        let wake = WakeEvent::new().map_err(|error| subject.no_thread(&error.to_string()))?;
        let hook = wake.clone();
        bell.on_ring(move || hook.set());
        let (source, bell) = (source.to_owned(), bell.clone());
        Ok(Self { server, news, source, subject, bell, wake, found: Vec::new() })
    }

    fn ask(&mut self) -> Result<(SourceInfo, Option<CardInfo>), DeviceError> {
        let (_, sources) = self.server.sources().map_err(|trouble| self.lost(&trouble))?;
        let is_it = |source: &SourceInfo| source.name.to_bytes() == self.source.as_bytes();
        let source = sources.into_iter().find(is_it).ok_or_else(|| self.subject.gone())?;
        let card = source.card_index.map(|index| self.server.card(index)).transpose();
        Ok((source, card.map_err(|trouble| self.lost(&trouble))?))
    }

    fn lost(&self, trouble: &Trouble) -> DeviceError {
        self.subject.server_gone(&trouble.to_string())
    }

    /// A server has no defaults: what was found at first is where a reset leads.
    fn with_defaults(&mut self, mut controls: Vec<DeviceControl>) -> Vec<DeviceControl> {
        for control in &mut controls {
            match self.found.iter().find(|found| found.id == control.id) {
                Some(found) => control.default = found.default,
                None => self.found.push(control.clone()),
            }
        }
        controls
    }
}

impl ControlDesk for PulseDesk {
    fn read(&mut self) -> Result<DeskControls, DeviceError> {
        let (source, card) = self.ask()?;
        let controls = self.with_defaults(controls::controls(&source, card.as_ref()));
        Ok(DeskControls { controls, properties: Vec::new() })
    }

    fn set(&mut self, control: &DeviceControl, value: &ControlValue) -> Result<(), DeviceError> {
        let (source, card) = self.ask()?;
        let command = controls::command(&source, card.as_ref(), control.id, value);
        let done = match command {
            Some(command) => self.server.order(&command).map_err(|trouble| trouble.to_string()),
            None => Err("it cannot be that".to_owned()),
        };
        done.map_err(|why| {
            let (name, words) = (self.subject.name(), control.words(value));
            let message = format!("{name} did not set {} to {words}: {why}.", control.name);
            DeviceError::new(DeviceErrorKind::Unsupported, message)
        })
    }

    fn translate(&self, _: Property, _: &Value) -> Option<(u32, ControlValue)> {
        None
    }

    fn next(&mut self, timeout: Duration) -> Result<bool, DeviceError> {
        let timeout = Timespec { tv_sec: timeout.as_secs() as i64, tv_nsec: timeout.subsec_nanos().into() };
        let mut files =
            [PollFd::new(&self.news, PollFlags::IN), PollFd::from_borrowed_fd(self.wake.as_fd(), PollFlags::IN)];
        match poll(&mut files, Some(&timeout)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(self.subject.no_thread(&error.to_string())),
        }
        let [server, wake] = files.map(|file| !file.revents().is_empty());
        if wake {
            self.wake.clear();
            self.bell.take();
        }
        if !server {
            return Ok(false);
        }
        let news = self.news.read();
        if news.alive { Ok(news.changed) } else { Err(self.subject.server_gone("it has ended")) }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::model::{Backend, MUTE_CONTROL};

    fn pactl(arguments: &[&str]) -> String {
        let output = Command::new("pactl").args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn value(desk: &mut PulseDesk, name: &str) -> (DeviceControl, ControlValue) {
        let controls = desk.read().unwrap().controls;
        let control = controls.iter().find(|control| control.name.starts_with(name));
        let control = control.unwrap_or_else(|| panic!("no {name} in {controls:?}")).clone();
        let value = control.value.clone().unwrap();
        (control, value)
    }

    #[test]
    #[ignore = "needs a sound server with the source “labmic”, and pactl"]
    fn volume_and_mute_are_the_servers_and_changes_by_others_are_told() {
        let subject = Subject::named("Mic (pulse:labmic)", "pulse:labmic", Backend::Pulse);
        let bell = Bell::default();
        let mut desk = PulseDesk::open("labmic", subject, &bell).unwrap();
        let (mute, off) = value(&mut desk, "Mute");
        assert_eq!((mute.id, off), (MUTE_CONTROL, ControlValue::Integer(0)));
        desk.set(&mute, &ControlValue::Integer(1)).unwrap();
        assert_eq!(pactl(&["get-source-mute", "labmic"]).trim(), "Mute: yes");
        assert_eq!(value(&mut desk, "Mute").1, ControlValue::Integer(1));

        let (volume, _) = value(&mut desk, "Volume");
        desk.set(&volume, &ControlValue::Integer(0x8000)).unwrap();
        assert!(pactl(&["get-source-volume", "labmic"]).contains("32768 /  50% / -18.06 dB"));
        assert_eq!(value(&mut desk, "Volume").0.decibels(), Some(-18.06));
        while desk.next(Duration::from_millis(300)).unwrap() {}

        pactl(&["set-source-volume", "labmic", "100%"]);
        assert!(desk.next(Duration::from_secs(5)).unwrap(), "no word of a change");
        assert_eq!(value(&mut desk, "Volume").1, ControlValue::Integer(0x1_0000));
        bell.ring();
        assert!(!desk.next(Duration::from_mins(1)).unwrap(), "the bell is no change");
    }
}
