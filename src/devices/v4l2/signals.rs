//! The signals that a node's current input takes, television standards and DV timings: which is set, and which is detected.

use rustix::io::Errno;

use crate::devices::{DeviceError, DeviceErrorKind};
use crate::model::{InputSignal, VideoInput};

use super::abi::text;
use super::abi_inputs::{self as abi, DvTimings, Input, Standard};
use super::errors::{Subject, code};
use super::inputs::LONGEST_LIST;
use super::node::Node;

/// How many signals an error names.
const MOST_NAMED: usize = 15;
/// Television standards by their bits (`V4L2_STD_…`), for inputs that are not chosen: of those a driver tells just the bits.
const STANDARDS: [(u64, &str); 3] = [(0x0000_00ff, "PAL"), (0x0000_b000, "NTSC"), (0x00ff_0000, "SECAM")];

/// Says of the current input what it takes, what is set, and what is detected, or why nothing is.
pub fn describe(node: &Node, input: &Input, described: &mut VideoInput) {
    if input.capabilities & abi::IN_CAP_STD != 0 {
        let listed: Vec<_> = standards(node).map(|standard| text(&standard.name)).collect();
        described.standards = if listed.is_empty() { standard_words(input.std) } else { listed };
        described.standard = Some(set_standard(node)).filter(|set| *set != 0).map(|set| name_of(node, set));
        tell_detected(described, query_standard(node).map(|bits| name_of(node, bits)));
    }
    if input.capabilities & abi::IN_CAP_DV_TIMINGS != 0 {
        described.timings = Vec::new();
        for name in timings(node).map(|timings| timings_name(&timings)) {
            // Some differ only in what no name tells, such as the standard that they are from.
            if !described.timings.contains(&name) {
                described.timings.push(name);
            }
        }
        described.timing = set_timings(node).map(|timings| timings_name(&timings));
        tell_detected(described, query_timings(node).map(|detected| detected_name(node, &detected)));
    }
}

fn tell_detected(described: &mut VideoInput, detected: Result<String, Errno>) {
    match detected {
        Ok(name) => described.detected = Some(name),
        Err(error) => described.undetected = Some(not_detected(error)),
    }
}

/// Why the driver detects no signal.
fn not_detected(error: Errno) -> String {
    match error {
        Errno::NOLINK => "no signal".to_owned(),
        Errno::NOLCK => "no lock on the signal".to_owned(),
        Errno::RANGE => "a signal out of the range of the device".to_owned(),
        Errno::NOTTY | Errno::NODATA => "the driver cannot detect it".to_owned(),
        Errno::BUSY => "not while a program captures".to_owned(),
        other => format!("the driver answers {}", code(other)),
    }
}

/// Sets the current input to a signal.
///
/// # Errors
/// [`Unsupported`](DeviceErrorKind::Unsupported) where the input does not take the signal,
/// [`Busy`](DeviceErrorKind::Busy) while a program captures, others as [`Subject::failed`] says.
pub fn set(node: &Node, subject: &Subject, signal: &InputSignal) -> Result<(), DeviceError> {
    match signal {
        InputSignal::Detected => adopt(node),
        InputSignal::Standard(name) => {
            let all: Vec<_> = standards(node).map(|standard| (text(&standard.name), standard.id)).collect();
            let id = chosen(subject, signal, name, &all)?;
            abi::S_STD.send(node, &mut { id }).map_err(|error| refused(subject, signal, error))?;
            check(subject, signal, set_standard(node) == id)?;
        }
        InputSignal::Timings(name) => {
            let all: Vec<_> = timings(node).map(|timings| (timings_name(&timings), timings)).collect();
            let wanted = chosen(subject, signal, name, &all)?;
            abi::S_DV_TIMINGS.send(node, &mut { wanted }).map_err(|error| refused(subject, signal, error))?;
            check(subject, signal, set_timings(node).is_some_and(|set| set.is_same_signal(&wanted)))?;
        }
    }
    Ok(())
}

/// What the name means among what the input takes.
fn chosen<T: Copy>(subject: &Subject, signal: &InputSignal, name: &str, all: &[(String, T)]) -> Result<T, DeviceError> {
    let names: Vec<_> = all.iter().map(|(name, _)| name.clone()).collect();
    let found = InputSignal::find(&names, name).and_then(|found| all.iter().find(|(name, _)| name == found));
    found.map(|(_, value)| *value).ok_or_else(|| unsupported(subject, signal, &names))
}

fn unsupported(subject: &Subject, signal: &InputSignal, names: &[String]) -> DeviceError {
    let what = if names.is_empty() {
        "it has none of that kind, so choose another input".to_owned()
    } else {
        let some: Vec<_> = names.iter().take(MOST_NAMED).map(String::as_str).collect();
        let rest = if names.len() > MOST_NAMED { " and others that the list of devices has" } else { "" };
        format!("choose of {}{rest}", some.join(", "))
    };
    let message = format!("the input of {} does not take {signal}: {what}", subject.name());
    DeviceError::new(DeviceErrorKind::Unsupported, message)
}

/// What it means that the driver does not set a signal.
fn refused(subject: &Subject, signal: &InputSignal, error: Errno) -> DeviceError {
    if !matches!(error, Errno::NODATA | Errno::NOTTY | Errno::INVAL | Errno::RANGE) {
        return subject.failed("take the signal", error);
    }
    let message = format!(
        "the input of {} does not take {signal} ({}): choose another signal or input",
        subject.name(),
        code(error)
    );
    DeviceError::new(DeviceErrorKind::Unsupported, message)
}

/// Some drivers set what they like better.
fn check(subject: &Subject, signal: &InputSignal, is_set: bool) -> Result<(), DeviceError> {
    is_set.then_some(()).ok_or_else(|| {
        let message = format!("{} has set another signal than {signal}: list the devices to see which", subject.name());
        DeviceError::new(DeviceErrorKind::Unsupported, message)
    })
}

/// Sets standard and timings to those that are detected. Without a signal they stay.
fn adopt(node: &Node) {
    if let Some(mut standard) = query_standard(node).ok().filter(|detected| set_standard(node) & detected == 0) {
        log_failure(abi::S_STD.send(node, &mut standard), "its standard");
    }
    let Ok(detected) = query_timings(node) else { return };
    if set_timings(node).is_none_or(|set| !set.is_same_signal(&detected)) {
        log_failure(abi::S_DV_TIMINGS.send(node, &mut { detected }), "its timings");
    }
}

fn log_failure(result: Result<(), Errno>, what: &str) {
    if let Err(error) = result {
        log::debug!("an input was not set to {what}: {}", code(error));
    }
}

/// What the signal is by now, by its name, where it can be detected and is another than what is set.
pub fn other_signal(node: &Node) -> Option<String> {
    if let (Some(set), Ok(detected)) = (set_timings(node), query_timings(node)) {
        return (!set.is_same_signal(&detected)).then(|| timings_name(&detected));
    }
    let detected = query_standard(node).ok()?;
    (set_standard(node) & detected == 0).then(|| standard_words(detected).join(" or "))
}

/// The families of standards that bits stand for.
pub fn standard_words(bits: u64) -> Vec<String> {
    STANDARDS.iter().filter(|(mask, _)| bits & mask != 0).map(|(_, name)| (*name).to_owned()).collect()
}

fn standards(node: &Node) -> impl Iterator<Item = Standard> {
    (0..LONGEST_LIST).map_while(move |index| {
        let mut standard = Standard { index, ..Standard::default() };
        abi::ENUMSTD.send(node, &mut standard).ok().map(|()| standard)
    })
}

/// The driver's name, which is finer.
fn name_of(node: &Node, bits: u64) -> String {
    let listed = standards(node).find(|standard| standard.id == bits).map(|standard| text(&standard.name));
    listed.unwrap_or_else(|| standard_words(bits).join(" or "))
}

fn set_standard(node: &Node) -> u64 {
    let mut standard = 0;
    super::abi::G_STD.send(node, &mut standard).map_or(0, |()| standard)
}

/// The standards that the signal may have. No bit at all is the driver's word for no signal.
fn query_standard(node: &Node) -> Result<u64, Errno> {
    let mut standard = 0;
    abi::QUERYSTD.send(node, &mut standard)?;
    if standard == 0 { Err(Errno::NOLINK) } else { Ok(standard) }
}

fn set_timings(node: &Node) -> Option<DvTimings> {
    let mut timings = DvTimings::default();
    abi::G_DV_TIMINGS.send(node, &mut timings).ok().map(|()| timings)
}

fn query_timings(node: &Node) -> Result<DvTimings, Errno> {
    let mut timings = DvTimings::default();
    abi::QUERY_DV_TIMINGS.send(node, &mut timings)?;
    if timings.width() == 0 { Err(Errno::NOLINK) } else { Ok(timings) }
}

fn timings(node: &Node) -> impl Iterator<Item = DvTimings> {
    (0..LONGEST_LIST).map_while(move |index| {
        let mut answer = abi::EnumDvTimings { index, ..abi::EnumDvTimings::default() };
        abi::ENUM_DV_TIMINGS.send(node, &mut answer).ok().map(|()| answer.timings)
    })
}

/// As it is named in the list, although its clock is measured.
fn detected_name(node: &Node, detected: &DvTimings) -> String {
    let own = timings_name(detected);
    let is_listed = timings(node).any(|listed| timings_name(&listed) == own);
    let near = || timings(node).find(|listed| listed.is_same_signal(detected)).map(|listed| timings_name(&listed));
    if is_listed { own } else { near().unwrap_or(own) }
}

/// `1920x1080p59.94`, `i` with the fields per second where it is interlaced, and `RB` where its blanking is reduced.
fn timings_name(timings: &DvTimings) -> String {
    let scan = if timings.is_interlaced() { 'i' } else { 'p' };
    let rate = timings.rate().map(|rate| format!("{}", (rate * 100.0).round() / 100.0)).unwrap_or_default();
    let blanking = if timings.has_reduced_blanking() { " RB" } else { "" };
    format!("{}x{}{scan}{rate}{blanking}", timings.width(), timings.height())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DeviceInfo, MediaDeviceKind};

    fn subject() -> Subject {
        Subject::new(&DeviceInfo::bare(MediaDeviceKind::VideoInput, "Grabber", "/dev/video77"))
    }

    #[test]
    fn the_bits_of_standards_become_words() {
        assert_eq!(standard_words(0x0000_b0ff), ["PAL", "NTSC"]);
        assert_eq!(standard_words(u64::MAX).len(), 3);
        assert!(standard_words(0).is_empty());
    }

    #[test]
    fn timings_have_the_names_that_people_use() {
        let mut timings = DvTimings::default();
        let words = [0, 1920, 1080, 1, 3, 74_175_824, 0, 88, 44, 148, 2, 5, 15, 2, 5, 16];
        timings.words[..words.len()].copy_from_slice(&words);
        assert_eq!(timings_name(&timings), "1920x1080i59.94");
        timings.words[3] = 0;
        timings.words[5] = 148_500_000;
        timings.words[10..13].copy_from_slice(&[4, 5, 36]);
        timings.words[17] = 1;
        assert_eq!(timings_name(&timings), "1920x1080p60 RB");
        assert_eq!(timings_name(&DvTimings::default()), "0x0p");
    }

    #[test]
    fn what_an_input_does_not_take_is_a_sentence_with_what_it_takes() {
        let all = [("PAL".to_owned(), 1), ("SECAM".to_owned(), 2)];
        let signal = |name: &str| InputSignal::Standard(name.to_owned());
        assert_eq!(chosen(&subject(), &signal("secam"), "secam", &all).unwrap(), 2);
        let error = chosen(&subject(), &signal("NTSC"), "NTSC", &all).unwrap_err();
        assert_eq!(error.kind, DeviceErrorKind::Unsupported);
        let text = "the input of Grabber (/dev/video77) does not take the standard NTSC: choose of PAL, SECAM";
        assert_eq!(error.message, text);
        let error = chosen::<u8>(&subject(), &signal("NTSC"), "NTSC", &[]).unwrap_err();
        assert!(error.message.ends_with("it has none of that kind, so choose another input"), "{error}");
    }

    #[test]
    fn refusals_of_the_driver_become_sentences() {
        let signal = InputSignal::Timings("1280x720p50".to_owned());
        let refused = |error| refused(&subject(), &signal, error);
        assert_eq!(refused(Errno::BUSY).kind, DeviceErrorKind::Busy);
        assert_eq!(refused(Errno::NODATA).kind, DeviceErrorKind::Unsupported);
        assert!(refused(Errno::NODATA).message.contains("does not take the timings 1280x720p50"));
        assert_eq!(check(&subject(), &signal, false).unwrap_err().kind, DeviceErrorKind::Unsupported);
        check(&subject(), &signal, true).unwrap();
    }

    #[test]
    fn why_nothing_is_detected_is_said_in_words() {
        let words = [Errno::NOLINK, Errno::NOLCK, Errno::RANGE, Errno::NOTTY].map(not_detected);
        assert_eq!(words[..2], ["no signal", "no lock on the signal"]);
        assert!(words[2].contains("out of the range") && words[3].contains("cannot detect"));
        assert!(not_detected(Errno::IO).contains("EIO"));
    }
}
