//! The inputs of a node.

use rustix::io::Errno;

use crate::model::{VideoInput, VideoInputKind};

use super::abi::text;
use super::abi_inputs::{self as abi, Input};
use super::node::Node;
use super::signals;

/// No driver has more; a faulty one that never ends its list is cut off here.
pub(super) const LONGEST_LIST: u32 = 256;

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

/// Chooses an input. Its signal stays what it was set to.
///
/// # Errors
/// `EINVAL` where there is no such input, `EBUSY` while a program captures.
pub fn select(node: &Node, input: u32) -> Result<(), Errno> {
    let mut index = i32::try_from(input).or(Err(Errno::INVAL))?;
    abi::S_INPUT.send(node, &mut index)
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
        standards: signals::standard_words(input.std),
        ..VideoInput::default()
    };
    if is_current {
        described.trouble = trouble(input.status);
        signals::describe(node, input, &mut described);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_of_a_signal_become_words() {
        assert_eq!(trouble(0), None);
        assert_eq!(trouble(0x0102).unwrap(), "no signal, no horizontal lock");
    }

    #[test]
    fn a_type_that_is_not_known_is_a_camera() {
        assert_eq!(
            [kind(1), kind(2), kind(3), kind(77)].map(VideoInputKind::name),
            ["tuner", "camera", "touch", "camera"]
        );
    }
}
