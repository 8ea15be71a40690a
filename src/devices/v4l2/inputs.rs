//! The inputs of a node, their television standards and DV timings.

use rustix::io::Errno;

use crate::model::{VideoInput, VideoInputKind};

use super::abi::text;
use super::abi_inputs::{self as abi, DvTimings, Input, Standard};
use super::node::Node;

/// No driver has more; a faulty one that never ends its list is cut off here.
const LONGEST_LIST: u32 = 256;

/// Television standards by their bits (`V4L2_STD_…`), for inputs that are not chosen: of those a driver tells just the bits.
const STANDARDS: [(u64, &str); 3] = [(0x0000_00ff, "PAL"), (0x0000_b000, "NTSC"), (0x00ff_0000, "SECAM")];

/// All inputs; none where the driver knows of no inputs.
pub fn inputs(node: &Node) -> Vec<VideoInput> {
    let current = current(node);
    list(node).map(|input| described(node, &input, current)).collect()
}

/// The number of the input that is chosen.
pub fn current(node: &Node) -> Option<u32> {
    let mut index = 0;
    abi::G_INPUT.send(node, &mut index).ok()?;
    u32::try_from(index).ok()
}

/// Chooses an input, and sets it to the signal that it has, where it can be detected.
///
/// # Errors
/// `EINVAL` where there is no such input, `EBUSY` while a program captures.
pub fn select(node: &Node, input: u32) -> Result<(), Errno> {
    let mut index = i32::try_from(input).or(Err(Errno::INVAL))?;
    abi::S_INPUT.send(node, &mut index)?;
    adopt_signal(node);
    Ok(())
}

/// Sets standard and timings to those that are detected. Without a signal they stay.
fn adopt_signal(node: &Node) {
    if let Some(mut standard) = detected_standard(node).filter(|detected| set_standard(node) & detected == 0) {
        log_failure(abi::S_STD.send(node, &mut standard), "its standard");
    }
    let Some(detected) = detected_timings(node) else { return };
    if set_timings(node).is_none_or(|set| !set.is_same_signal(&detected)) {
        log_failure(abi::S_DV_TIMINGS.send(node, &mut { detected }), "its timings");
    }
}

fn log_failure(result: Result<(), Errno>, what: &str) {
    if let Err(error) = result {
        log::debug!("an input was not set to {what}: {}", super::errors::code(error));
    }
}

/// What the signal is by now, in words, where it can be detected and is another than what is set.
pub fn other_signal(node: &Node) -> Option<String> {
    if let (Some(set), Some(detected)) = (set_timings(node), detected_timings(node)) {
        return (!set.is_same_signal(&detected)).then(|| timing_words(&detected));
    }
    let detected = detected_standard(node)?;
    (set_standard(node) & detected == 0).then(|| standard_words(detected).join(" or "))
}

fn list(node: &Node) -> impl Iterator<Item = Input> {
    (0..LONGEST_LIST).map_while(move |index| {
        let mut input = Input { index, ..Input::default() };
        abi::ENUMINPUT.send(node, &mut input).ok().map(|()| input)
    })
}

fn described(node: &Node, input: &Input, current: Option<u32>) -> VideoInput {
    let is_current = Some(input.index) == current;
    let mut described = VideoInput {
        index: input.index,
        name: text(&input.name),
        kind: kind(input.type_),
        is_current,
        standards: standard_words(input.std),
        ..VideoInput::default()
    };
    if is_current {
        described.trouble = trouble(input.status);
        if input.capabilities & abi::IN_CAP_STD != 0 {
            described.standards = standards(node, input.std);
            described.standard = Some(set_standard(node)).filter(|set| *set != 0).map(|set| set_words(node, set));
        }
        if input.capabilities & abi::IN_CAP_DV_TIMINGS != 0 {
            described.timings = timings(node);
            described.timing = set_timings(node).map(|timings| timing_words(&timings));
        }
    }
    described
}

const fn kind(type_: u32) -> VideoInputKind {
    match type_ {
        abi::INPUT_TYPE_TUNER => VideoInputKind::Tuner,
        abi::INPUT_TYPE_TOUCH => VideoInputKind::Touch,
        _ => VideoInputKind::Camera,
    }
}

fn trouble(status: u32) -> Option<String> {
    let words: Vec<_> =
        abi::INPUT_STATUS.iter().filter(|(bit, _)| status & bit != 0).map(|(_, words)| *words).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn standard_words(bits: u64) -> Vec<String> {
    STANDARDS.iter().filter(|(mask, _)| bits & mask != 0).map(|(_, name)| (*name).to_owned()).collect()
}

/// The driver's own list of standards, which has finer names.
fn standards(node: &Node, bits: u64) -> Vec<String> {
    let listed: Vec<_> = listed_standards(node).map(|standard| text(&standard.name)).collect();
    if listed.is_empty() { standard_words(bits) } else { listed }
}

fn listed_standards(node: &Node) -> impl Iterator<Item = Standard> {
    (0..LONGEST_LIST).map_while(move |index| {
        let mut standard = Standard { index, ..Standard::default() };
        abi::ENUMSTD.send(node, &mut standard).ok().map(|()| standard)
    })
}

fn set_words(node: &Node, set: u64) -> String {
    let listed = listed_standards(node).find(|standard| standard.id == set).map(|standard| text(&standard.name));
    listed.unwrap_or_else(|| standard_words(set).join(" or "))
}

fn set_standard(node: &Node) -> u64 {
    let mut standard = 0;
    super::abi::G_STD.send(node, &mut standard).map_or(0, |()| standard)
}

/// `None` without a signal, and where the driver cannot detect one.
fn detected_standard(node: &Node) -> Option<u64> {
    let mut standard = 0;
    abi::QUERYSTD.send(node, &mut standard).ok().map(|()| standard).filter(|standard| *standard != 0)
}

fn set_timings(node: &Node) -> Option<DvTimings> {
    let mut timings = DvTimings::default();
    abi::G_DV_TIMINGS.send(node, &mut timings).ok().map(|()| timings)
}

fn detected_timings(node: &Node) -> Option<DvTimings> {
    let mut timings = DvTimings::default();
    abi::QUERY_DV_TIMINGS.send(node, &mut timings).ok().map(|()| timings).filter(|it| it.width() > 0)
}

fn timings(node: &Node) -> Vec<String> {
    let ask = |index| {
        let mut answer = abi::EnumDvTimings { index, ..abi::EnumDvTimings::default() };
        abi::ENUM_DV_TIMINGS.send(node, &mut answer).ok().map(|()| timing_words(&answer.timings))
    };
    let mut all: Vec<_> = (0..LONGEST_LIST).map_while(ask).collect();
    all.dedup(); // some differ only in what the words leave out, such as reduced blanking
    all
}

/// `1920×1080 at 59.94`, and `fields` where it is interlaced.
fn timing_words(timings: &DvTimings) -> String {
    let rate = timings.rate().map(|rate| format!(" at {}", (rate * 100.0).round() / 100.0)).unwrap_or_default();
    let fields = if timings.is_interlaced() { " fields" } else { "" };
    format!("{}×{}{rate}{fields}", timings.width(), timings.height())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_of_a_signal_become_words() {
        assert_eq!(trouble(0), None);
        assert_eq!(trouble(0x0102).unwrap(), "no signal, no horizontal lock");
        assert_eq!(standard_words(0x0000_b0ff), ["PAL", "NTSC"]);
        assert_eq!(standard_words(u64::MAX).len(), 3);
        assert!(standard_words(0).is_empty());
    }

    #[test]
    fn timings_become_words() {
        let mut timings = DvTimings::default();
        let words = [0, 1920, 1080, 1, 3, 74_175_824, 0, 88, 44, 148, 2, 5, 15, 2, 5, 16];
        timings.words[..words.len()].copy_from_slice(&words);
        assert_eq!(timing_words(&timings), "1920×1080 at 59.94 fields");
        assert_eq!(timing_words(&DvTimings::default()), "0×0");
    }

    #[test]
    fn a_type_that_is_not_known_is_a_camera() {
        assert_eq!(
            [kind(1), kind(2), kind(3), kind(77)].map(VideoInputKind::name),
            ["tuner", "camera", "touch", "camera"]
        );
    }
}
