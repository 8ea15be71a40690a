//! The lamps of devices in use: each is lit for three seconds at least (PERM-05).

use std::time::Duration;

use crate::model::{Timestamp, TrackKind};

const SHORTEST: Duration = Duration::from_secs(3);

/// A device in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lamp {
    /// The device's node.
    pub node: String,
    /// The device's label.
    pub label: String,
    /// Camera or microphone.
    pub kind: TrackKind,
}

/// All lamps.
#[derive(Clone, Debug, Default)]
pub struct Lamps(Vec<Lit>);

#[derive(Clone, Debug)]
struct Lit {
    lamp: Lamp,
    since: Timestamp,
    in_use: bool,
}

impl Lamps {
    /// Lights the lamps of the devices in use, and puts out those of others that were lit long enough.
    pub(super) fn update(&mut self, in_use: impl Iterator<Item = Lamp>, now: Timestamp) {
        let in_use: Vec<_> = in_use.collect();
        for lit in &mut self.0 {
            let is_in_use = in_use.contains(&lit.lamp);
            if is_in_use && !lit.in_use {
                lit.since = now; // each use is to be seen for as long
            }
            lit.in_use = is_in_use;
        }
        for lamp in in_use {
            if !self.0.iter().any(|lit| lit.lamp == lamp) {
                self.0.push(Lit { lamp, since: now, in_use: true });
            }
        }
        self.0.retain(|lit| lit.in_use || now.since(lit.since) < SHORTEST);
    }

    /// The lamps that are lit.
    pub fn iter(&self) -> impl Iterator<Item = &Lamp> {
        self.0.iter().map(|lit| &lit.lamp)
    }

    /// When the next lamp goes out by itself.
    pub fn next_change(&self) -> Option<Timestamp> {
        self.0.iter().filter(|lit| !lit.in_use).map(|lit| lit.since + SHORTEST).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_use_is_seen_for_three_seconds() {
        crate::covers!("PERM-05");
        let lamp = Lamp { node: "n".to_owned(), label: "l".to_owned(), kind: TrackKind::Video };
        let at = |millis: u64| Timestamp::from_nanos(millis * 1_000_000);
        let mut lamps = Lamps::default();
        lamps.update([lamp.clone()].into_iter(), at(0));
        lamps.update([].into_iter(), at(100));
        assert_eq!((lamps.iter().count(), lamps.next_change()), (1, Some(at(3000))));
        lamps.update([].into_iter(), at(2999));
        assert_eq!(lamps.iter().count(), 1);
        let mut again = lamps.clone();
        again.update([lamp.clone()].into_iter(), at(2900));
        again.update([].into_iter(), at(2950));
        assert_eq!(again.next_change(), Some(at(5900)), "the second use has its own three seconds");
        lamps.update([].into_iter(), at(3000));
        assert_eq!((lamps.iter().count(), lamps.next_change()), (0, None));
    }
}
