//! Colours that the tester puts in the place of what a driver says.

use capture_lab::model::{Colour, ColourMatrix, ColourOverride, ColourRange, TrackId};
use capture_lab::selection::parse_constraints;
use capture_lab::worker::{Choice, Command, OpenedTrack, Reply, TrackMonitor};

use crate::support::{Lab, MICROPHONE, stream};

/// A camera whose luma is 235 everywhere, without colour: white in limited range.
const WHITE: &str = r#"(name: "cam", label: "Cam", pattern: Flat(255, 255, 255), modes: [
    (sizes: [(64, 48)], rates: [(30, 1)], formats: ["NV12"]),
])"#;

const FULL: ColourOverride = ColourOverride { range: Some(ColourRange::Full), matrix: None };

impl Lab {
    fn set_colour(&mut self, track: TrackId, colour: ColourOverride) {
        assert!(matches!(self.ask(Command::SetColour { track, colour }), Ok(Reply::Done)));
    }

    /// Waits for a picture that is this grey all over.
    fn until_grey(&mut self, track: &OpenedTrack, grey: u8) {
        let TrackMonitor::Video { preview, .. } = &track.monitor else { panic!("no picture") };
        let wanted = u32::from_ne_bytes([grey, grey, grey, 255]);
        self.until("the grey", |lab| {
            lab.advance(0.04);
            preview.take()?.pixels.iter().all(|pixel| *pixel == wanted).then_some(())
        });
    }
}

#[test]
fn an_override_of_the_range_changes_the_pictures_and_goes_again() {
    let mut lab = Lab::new(&[WHITE], &[]);
    let track = lab.open_one(r#"{"video":true}"#);
    lab.until_grey(&track, 255);
    lab.set_colour(track.track.id, FULL);
    lab.until_logged("are read as full range; its driver says BT.601 limited range");
    lab.until_grey(&track, 235);
    let TrackMonitor::Video { colour, .. } = &track.monitor else { panic!("no picture") };
    assert_eq!((colour.driver(), colour.chosen()), (Some(Colour::LIMITED), FULL));
    // A clone has the same device.
    let clone = lab.cloned(track.track.id);
    lab.until_grey(&clone, 235);
    // Without colour the matrix makes no difference.
    lab.set_colour(clone.track.id, ColourOverride { range: None, matrix: Some(ColourMatrix::Bt709) });
    lab.until_grey(&track, 255);
    lab.set_colour(track.track.id, ColourOverride::default());
    lab.until_logged("are read as its driver says: BT.601 limited range");
    lab.until_grey(&clone, 255);
}

#[test]
fn a_snapshot_has_the_overridden_range() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("white.png");
    let mut lab = Lab::new(&[WHITE], &[]);
    let track = lab.open_one(r#"{"video":true}"#);
    lab.set_colour(track.track.id, FULL);
    lab.until_grey(&track, 235);
    let snapshot = Command::Snapshot { track: track.track.id, path: path.clone(), overwrite: false, original: false };
    let request = lab.send(snapshot);
    while lab.answers_to(request) == 0 {
        lab.advance(0.04);
        lab.take_all();
    }
    assert!(matches!(lab.answer(request), Ok(Reply::Saved(_))));
    let mut reader =
        png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).unwrap())).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    assert_eq!(pixels[..3], [235; 3]);
}

#[test]
fn a_microphone_has_no_colours_and_an_unknown_track_is_an_error() {
    let mut lab = Lab::new(&[], &[MICROPHONE]);
    let track = lab.open_one(r#"{"audio":true}"#).track.id;
    lab.set_colour(track, FULL);
    assert_eq!(lab.logged("are read as"), 0);
    assert!(lab.ask(Command::SetColour { track: TrackId::random(), colour: FULL }).is_err());
}

#[test]
fn a_choice_at_the_opening_holds_from_the_first_picture_and_none_leaves_it() {
    let mut lab = Lab::new(&[WHITE], &[]);
    for (colour, json) in [(FULL, r#"{"video":true}"#), (ColourOverride::default(), r#"{"video":{"width":64}}"#)] {
        let constraints = parse_constraints(json).unwrap().constraints;
        let choice = Choice { colour, ..Choice::default() };
        let track = stream(lab.ask(Command::GetUserMedia { constraints, choice }).unwrap()).tracks.remove(0);
        lab.until_grey(&track, 235);
    }
}
