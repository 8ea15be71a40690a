//! What happens to a camera's source while it streams: another signal, or its end (`VIDIOC_SUBSCRIBE_EVENT`).

use rustix::io::Errno;

use super::abi_controls::{self as abi, Event, EventSubscription};
use super::node::{Granted, Node};
use super::{inputs, signals};

/// `V4L2_EVENT_EOS`.
const EVENT_EOS: u32 = 2;
/// `V4L2_EVENT_SOURCE_CHANGE`.
const EVENT_SOURCE_CHANGE: u32 = 5;
/// No driver keeps more; a faulty one that never ends its list is cut off here.
const LONGEST_LIST: usize = 1024;

/// What happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Happened {
    /// The source has another signal, or none.
    pub is_changed: bool,
    /// The source has no more pictures.
    pub is_over: bool,
}

impl Happened {
    const fn note(&mut self, event: &Event) {
        self.is_changed |= event.type_ == EVENT_SOURCE_CHANGE;
        self.is_over |= event.type_ == EVENT_EOS;
    }
}

/// Has the driver tell of its source. Many have nothing to tell, and refuse.
pub fn subscribe(node: &Node) {
    // A change is told of an input, the end of the stream as a whole.
    for (type_, id) in [(EVENT_SOURCE_CHANGE, inputs::current(node).unwrap_or_default()), (EVENT_EOS, 0)] {
        let mut subscription = EventSubscription { type_, id, ..EventSubscription::default() };
        abi::SUBSCRIBE_EVENT.send(node, &mut subscription).ok();
    }
}

/// What happened since the last call.
///
/// # Errors
/// What the driver answered, `ENOENT` where it has nothing to tell.
pub fn take(node: &Node) -> Result<Happened, Errno> {
    let mut happened = Happened::default();
    for count in 0..LONGEST_LIST {
        let mut event = Event::default();
        match abi::DQEVENT.send(node, &mut event) {
            Ok(()) => happened.note(&event),
            Err(Errno::NOENT | Errno::AGAIN) if count > 0 => break,
            Err(error) => return Err(error),
        }
    }
    Ok(happened)
}

/// What the source sends by now, in words, where it is not what was granted: another signal, or pictures of another kind.
/// `None` also where there is no signal: it may come back as it was.
pub fn other_source(node: &Node, granted: &Granted) -> Option<String> {
    signals::other_signal(node).or_else(|| {
        let now = node.format().ok()?;
        let is_same = (now.width, now.height, now.pixel_format, now.strides)
            == (granted.width, granted.height, granted.pixel_format, granted.strides);
        (!is_same).then(|| format!("{}×{} {}", now.width, now.height, now.pixel_format))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_the_source_are_told_from_others() {
        let of = |types: &[u32]| {
            let mut happened = Happened::default();
            for type_ in types {
                happened.note(&Event { type_: *type_, ..Event::default() });
            }
            happened
        };
        assert_eq!(of(&[1, 3, 4]), Happened::default());
        assert_eq!(of(&[5]), Happened { is_changed: true, is_over: false });
        assert_eq!(of(&[5, 2]), Happened { is_changed: true, is_over: true });
    }
}
