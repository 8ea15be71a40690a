//! What a sound server does with a stream, of which cpal hears nothing: it is moved to another source, its source is
//! suspended, or goes away.

use std::time::Duration;

use pulseaudio::protocol::{SourceInfo, SourceState, SubscriptionMask};

use crate::devices::{DeviceError, DeviceErrorKind};
use crate::model::{Reason, ReasonKind};

use super::super::errors::Subject;
use super::server::Server;
use super::subscription::Subscription;

/// A source and a stream from it, at the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stream {
    output: u32,
    source: u32,
}

/// How long a server takes from its last source to its end.
const FAREWELL: Duration = Duration::from_millis(200);

/// Watches over one stream of this program.
pub struct Whereabouts {
    subject: Subject,
    /// The server's name of the source that was opened.
    source: String,
    /// `None` where no server tells.
    news: Option<Subscription>,
    /// The source's index: one that is loaded anew under its name has another.
    index: Option<u32>,
    stream: Option<Stream>,
    suspended: bool,
    notice: Option<String>,
}

impl Whereabouts {
    /// Of a stream that was just opened.
    pub fn new(source: &str, subject: Subject) -> Self {
        let news = Subscription::start(SubscriptionMask::SOURCE | SubscriptionMask::SOURCE_OUTPUT);
        let source = source.to_owned();
        let mut new = Self { subject, source, news, index: None, stream: None, suspended: false, notice: None };
        // What goes wrong now is heard of by the stream itself.
        new.look().ok();
        new
    }

    /// Looks where the stream is, when the server says that something has changed.
    ///
    /// # Errors
    /// [`Gone`](DeviceErrorKind::Gone) where the source is not there any more.
    pub fn follow(&mut self) -> Result<(), DeviceError> {
        let Some(news) = self.news.as_mut().map(Subscription::read) else { return Ok(()) };
        if !news.alive {
            self.news = None; // the stream ends with its server
        }
        if news.changed { self.look() } else { Ok(()) }
    }

    /// Why nothing comes, where the server says so.
    pub fn condition(&self) -> Option<Reason> {
        let text = format!("the sound server has suspended {}: another program may have taken its card", self.source);
        self.suspended.then_some(Reason { kind: ReasonKind::Suspended, text })
    }

    /// What happened to the stream since this was asked last, in a sentence.
    pub fn take_notice(&mut self) -> Option<String> {
        self.notice.take()
    }

    fn look(&mut self) -> Result<(), DeviceError> {
        let Ok(mut server) = Server::connect() else { return Ok(()) };
        let Ok((_, sources)) = server.sources() else { return Ok(()) };
        let ours = server.streams().unwrap_or_default();
        let ours: Vec<_> = ours.into_iter().map(|(output, source)| Stream { output, source }).collect();
        self.judge(&sources, &ours)
            .map_err(|error| if self.has_ended() { self.subject.server_gone("it ended") } else { error })
    }

    /// Whether the server is about to end: it takes its sources away just before.
    fn has_ended(&mut self) -> bool {
        std::thread::sleep(FAREWELL);
        self.news.as_mut().is_none_or(|news| !news.read().alive)
    }

    /// What the server's lists mean for the stream.
    fn judge(&mut self, sources: &[SourceInfo], ours: &[Stream]) -> Result<(), DeviceError> {
        let is_it = |source: &&SourceInfo| match self.index {
            Some(index) => source.index == index,
            None => source.name.to_bytes() == self.source.as_bytes(),
        };
        let Some(source) = sources.iter().find(is_it) else {
            let message = format!("{} was removed from the sound server", self.subject.node);
            return Err(DeviceError::new(DeviceErrorKind::Gone, message));
        };
        self.index = Some(source.index);
        let known = self.stream.and_then(|known| ours.iter().find(|ours| ours.output == known.output));
        let Some(now) = known.or_else(|| ours.iter().find(|ours| ours.source == source.index)) else { return Ok(()) };
        let before = self.stream.replace(*now).map_or(source.index, |before| before.source);
        let name = |index| sources.iter().find(|source| source.index == index).map(named);
        let heard = sources.iter().find(|source| source.index == now.source);
        self.suspended = heard.is_some_and(|source| source.state == SourceState::Suspended);
        if before != now.source {
            let to = name(now.source).unwrap_or_else(|| "an unknown source".to_owned());
            self.notice = Some(if now.source == source.index {
                format!("The sound server moved the stream back to {}.", self.subject.name())
            } else {
                format!(
                    "The sound server moved the stream of {} to {to}: what comes from now on is another microphone's.",
                    self.subject.name()
                )
            });
        }
        Ok(())
    }
}

fn named(source: &SourceInfo) -> String {
    source.description.as_ref().unwrap_or(&source.name).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Backend;

    fn source(index: u32, name: &std::ffi::CStr) -> SourceInfo {
        SourceInfo { index, name: name.to_owned(), state: SourceState::Running, ..SourceInfo::default() }
    }

    fn whereabouts() -> Whereabouts {
        let subject = Subject::named("Mic (pulse:mic)", "pulse:mic", Backend::Pulse);
        let source = "mic".to_owned();
        Whereabouts { subject, source, news: None, index: None, stream: None, suspended: false, notice: None }
    }

    #[test]
    fn a_stream_that_is_moved_is_noticed_once_each_way() {
        let (mut here, sources) = (whereabouts(), [source(1, c"mic"), source(2, c"webcam")]);
        let mut judge = |source| {
            here.judge(&sources, &[Stream { output: 9, source: 2 }, Stream { output: 5, source }]).unwrap();
            here.take_notice()
        };
        assert_eq!((judge(1), judge(1)), (None, None), "another stream of ours is none of its business");
        assert!(judge(2).is_some_and(|text| text.contains("Mic (pulse:mic) to webcam")));
        assert_eq!(judge(2), None);
        assert!(judge(1).is_some_and(|text| text.contains("back to Mic")));
    }

    #[test]
    fn a_source_that_goes_is_gone_even_if_one_of_its_name_comes() {
        let mut here = whereabouts();
        here.judge(&[source(1, c"mic")], &[Stream { output: 5, source: 1 }]).unwrap();
        let error = here.judge(&[source(4, c"mic")], &[Stream { output: 5, source: 4 }]).unwrap_err();
        assert_eq!(error.kind, DeviceErrorKind::Gone);
        assert!(error.message.contains("pulse:mic"), "{}", error.message);
    }

    #[test]
    fn a_source_that_sleeps_is_why_nothing_comes() {
        let mut here = whereabouts();
        let asleep = SourceInfo { state: SourceState::Suspended, ..source(1, c"mic") };
        here.judge(&[asleep], &[Stream { output: 5, source: 1 }]).unwrap();
        assert_eq!(here.condition().map(|reason| reason.kind), Some(ReasonKind::Suspended));
        here.judge(&[source(1, c"mic")], &[Stream { output: 5, source: 1 }]).unwrap();
        assert_eq!(here.condition(), None);
    }
}
