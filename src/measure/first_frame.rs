//! How long it takes until the first picture is there, step by step.

use crate::model::Timestamp;

/// When each step on the way to the first picture of a track was reached, as far as it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Milestones {
    /// `getUserMedia` was called; `None` of a clone.
    pub requested: Option<Timestamp>,
    /// The device was about to be opened.
    pub opening: Option<Timestamp>,
    /// The device was open, nothing set; `None` where its backend does not tell.
    pub opened: Option<Timestamp>,
    /// The device was set to its mode and streams (`VIDIOC_STREAMON`).
    pub streaming: Option<Timestamp>,
    /// The first undamaged frame arrived.
    pub first_frame: Option<Timestamp>,
    /// The first picture for the screen was ready.
    pub first_picture: Option<Timestamp>,
    /// The window drew the first picture.
    pub first_shown: Option<Timestamp>,
}

/// How long each step took, in milliseconds; `None` of what did not happen for this track, since the device was open
/// already, or has not happened yet.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FirstFrame {
    /// From the call to the opening of the device: permission, choice of device and mode, earlier calls.
    pub select_ms: Option<f64>,
    /// Opening the device (`open`).
    pub open_ms: Option<f64>,
    /// Setting mode and buffers and starting the stream; with the opening where the backend does not tell them apart.
    pub start_ms: Option<f64>,
    /// From the start of the stream to the first undamaged frame; from the call where the device ran already.
    pub frame_ms: Option<f64>,
    /// From that frame to its picture for the screen.
    pub picture_ms: Option<f64>,
    /// From that picture to its being drawn in the window.
    pub shown_ms: Option<f64>,
    /// From the call to the first undamaged frame.
    pub total_ms: Option<f64>,
}

impl Milestones {
    /// The way of a call on a device: what the device had behind it when the call came is no step of its way.
    #[must_use]
    pub fn of_request(requested: Option<Timestamp>, device: &Self) -> Self {
        let since = |step: Option<Timestamp>| step.filter(|step| requested.is_some_and(|requested| *step >= requested));
        Self {
            requested,
            opening: since(device.opening),
            opened: since(device.opened),
            streaming: since(device.streaming),
            first_frame: since(device.first_frame),
            first_picture: None,
            first_shown: None,
        }
    }

    /// How long each step took.
    pub fn legs(&self) -> FirstFrame {
        let mut last = self.requested;
        let mut leg = |step: Option<Timestamp>| {
            let took = step.zip(last).map(|(step, last)| step.secs_since(last) * 1e3);
            last = step.or(last);
            took
        };
        FirstFrame {
            select_ms: leg(self.opening),
            open_ms: leg(self.opened),
            start_ms: leg(self.streaming),
            frame_ms: leg(self.first_frame),
            picture_ms: leg(self.first_picture),
            shown_ms: leg(self.first_shown),
            total_ms: self.first_frame.zip(self.requested).map(|(frame, call)| frame.secs_since(call) * 1e3),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_nanos(millis * 1_000_000)
    }

    #[test]
    fn the_legs_add_up() {
        let device = Milestones {
            opening: Some(at(103)),
            opened: Some(at(110)),
            streaming: Some(at(150)),
            first_frame: Some(at(650)),
            ..Milestones::default()
        };
        let way = Milestones {
            first_picture: Some(at(655)),
            first_shown: Some(at(671)),
            ..Milestones::of_request(Some(at(100)), &device)
        };
        let legs = way.legs();
        let all = [legs.select_ms, legs.open_ms, legs.start_ms, legs.frame_ms, legs.picture_ms, legs.shown_ms];
        let all: Vec<_> = all.into_iter().map(|leg| leg.unwrap().round() as u32).collect();
        assert_eq!((all, legs.total_ms.map(f64::round)), (vec![3, 7, 40, 500, 5, 16], Some(550.0)));
    }

    #[test]
    fn a_device_that_ran_already_was_not_opened_for_this_track() {
        let device = Milestones {
            opening: Some(at(10)),
            streaming: Some(at(20)),
            first_frame: Some(at(30)),
            ..Milestones::default()
        };
        let way = Milestones { first_frame: Some(at(140)), ..Milestones::of_request(Some(at(100)), &device) };
        let legs = way.legs();
        assert_eq!((legs.select_ms, legs.open_ms, legs.start_ms), (None, None, None));
        assert_eq!((legs.frame_ms.map(f64::round), legs.total_ms.map(f64::round)), (Some(40.0), Some(40.0)));
    }

    #[test]
    fn a_backend_that_does_not_tell_when_it_is_open_has_one_leg_for_both() {
        let device = Milestones { opening: Some(at(105)), streaming: Some(at(150)), ..Milestones::default() };
        let legs = Milestones::of_request(Some(at(100)), &device).legs();
        assert_eq!((legs.open_ms, legs.start_ms.map(f64::round), legs.total_ms), (None, Some(45.0), None));
    }

    #[test]
    fn a_clone_was_not_called_for() {
        let device = Milestones { opening: Some(at(10)), streaming: Some(at(20)), ..Milestones::default() };
        let way = Milestones {
            first_frame: Some(at(140)),
            first_picture: Some(at(145)),
            ..Milestones::of_request(None, &device)
        };
        let legs = way.legs();
        assert_eq!((legs.frame_ms, legs.picture_ms.map(f64::round), legs.total_ms), (None, Some(5.0), None));
    }
}
