//! What a camera device can be connected to.

use std::fmt;

/// What an input of a device takes its pictures from (`V4L2_INPUT_TYPE_…`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum VideoInputKind {
    /// A sensor, or a socket.
    #[default]
    Camera,
    /// A television receiver.
    Tuner,
    /// A surface that is touched.
    Touch,
}

impl VideoInputKind {
    /// The name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Camera => "camera",
            Self::Tuner => "tuner",
            Self::Touch => "touch",
        }
    }
}

impl fmt::Display for VideoInputKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The signal that an input is to be set to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum InputSignal {
    /// The one that the driver detects; without one the input stays as it is.
    #[default]
    Detected,
    /// A television standard, by its name of [`VideoInput::standards`].
    Standard(String),
    /// DV timings, by their name of [`VideoInput::timings`].
    Timings(String),
}

impl InputSignal {
    /// Which of these names a person means: case does not count, nor which sign stands between width and height.
    pub fn find<'a>(names: &'a [String], text: &str) -> Option<&'a String> {
        let plain = |text: &str| text.trim().to_lowercase().replace('\u{d7}', "x");
        let wanted = plain(text);
        names.iter().find(|name| plain(name) == wanted)
    }
}

impl fmt::Display for InputSignal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Detected => f.write_str("the signal that it detects"),
            Self::Standard(name) => write!(f, "the standard {name}"),
            Self::Timings(name) => write!(f, "the timings {name}"),
        }
    }
}

/// One of the inputs of a device, of which one is chosen at a time: the sensor of a webcam, or the sockets of a grabber.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VideoInput {
    /// The driver's number of it.
    pub index: u32,
    /// The driver's name of it.
    pub name: String,
    /// What it is.
    pub kind: VideoInputKind,
    /// Whether it is the one that is chosen. The modes of a device are those of this one.
    pub is_current: bool,
    /// What is wrong with its signal, in words. Drivers know of the current input only.
    pub trouble: Option<String>,
    /// Television standards that it takes, such as `PAL-BG`, by the driver's names where it is the current input.
    pub standards: Vec<String>,
    /// The standard that is set, of the current input.
    pub standard: Option<String>,
    /// DV timings that it takes, such as `1280x720p60` (`i` with fields per second where it is interlaced). Drivers list those
    /// of the current input only.
    pub timings: Vec<String>,
    /// The DV timings that are set, of the current input.
    pub timing: Option<String>,
    /// The standard or the DV timings that the driver detects at the moment, of the current input.
    pub detected: Option<String>,
    /// Why it detects none, in words, of the current input where it has standards or DV timings.
    pub undetected: Option<String>,
}

impl VideoInput {
    /// The input that a text names: by its number, its name, or a part of its name that no other has.
    pub fn named<'a>(inputs: &'a [Self], text: &str) -> Option<&'a Self> {
        let wanted = text.to_lowercase();
        let number = text.parse().ok();
        let has_part = |input: &&Self| input.name.to_lowercase().contains(&wanted);
        let by_part = || match inputs.iter().filter(has_part).collect::<Vec<_>>()[..] {
            [one] => Some(one),
            _ => None,
        };
        let by_number = inputs.iter().find(|input| Some(input.index) == number);
        by_number.or_else(|| inputs.iter().find(|input| input.name.to_lowercase() == wanted)).or_else(by_part)
    }

    /// Number and name, what is set, and what is wrong.
    pub fn words(&self) -> String {
        let Self { index, name, kind, .. } = self;
        let set = self.standard.iter().chain(&self.timing).chain(&self.trouble);
        let words = set.fold(format!("{index}: {name} ({kind})"), |words, part| format!("{words}, {part}"));
        match &self.detected {
            Some(other) if !self.is_set_to(other) => format!("{words}, but {other} is detected"),
            _ => words,
        }
    }

    /// Whether it has signals to choose from.
    pub fn has_signals(&self) -> bool {
        !self.standards.is_empty() || !self.timings.is_empty()
    }

    fn is_set_to(&self, signal: &String) -> bool {
        [&self.standard, &self.timing].iter().any(|set| set.as_ref() == Some(signal))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs() -> Vec<VideoInput> {
        let names = ["Webcam 000-0", "TV 000-0", "S-Video 000-0", "HDMI 000-0"];
        let input =
            |(index, name): (u32, &&str)| VideoInput { index, name: (*name).to_owned(), ..VideoInput::default() };
        (0..).zip(&names).map(input).collect()
    }

    #[test]
    fn an_input_is_named_by_number_name_or_a_part_that_only_it_has() {
        let inputs = inputs();
        let named = |text| VideoInput::named(&inputs, text).map(|input| input.index);
        for (text, expected) in
            [("3", Some(3)), ("tv 000-0", Some(1)), ("hdmi", Some(3)), ("00-0", None), ("4", None), ("SCART", None)]
        {
            assert_eq!(named(text), expected, "{text}");
        }
    }

    #[test]
    fn the_words_tell_what_is_set_and_what_is_wrong() {
        let mut input = inputs().remove(1);
        assert_eq!(input.words(), "1: TV 000-0 (camera)");
        (input.kind, input.standard, input.trouble) =
            (VideoInputKind::Tuner, Some("PAL".to_owned()), Some("no signal".to_owned()));
        assert_eq!(input.words(), "1: TV 000-0 (tuner), PAL, no signal");
        (input.trouble, input.detected) = (None, Some("PAL".to_owned()));
        assert_eq!(input.words(), "1: TV 000-0 (tuner), PAL");
        input.detected = Some("SECAM".to_owned());
        assert_eq!(input.words(), "1: TV 000-0 (tuner), PAL, but SECAM is detected");
    }

    #[test]
    fn signals_are_found_as_people_write_them() {
        let names = ["PAL", "PAL-BG", "1280x720p50"].map(str::to_owned);
        let found = |text| InputSignal::find(&names, text).map(String::as_str);
        for (text, expected) in [
            ("pal-bg", Some("PAL-BG")),
            (" PAL ", Some("PAL")),
            ("1280\u{d7}720P50", Some("1280x720p50")),
            ("1280x720", None),
            ("", None),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
