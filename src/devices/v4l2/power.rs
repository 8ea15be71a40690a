//! Whether the bus of a camera sleeps.

use std::fs;
use std::path::{Path, PathBuf};

use crate::model::{Reason, ReasonKind};

use super::place::{self, Place};

/// The power state of the USB device behind a node, as sysfs has it.
#[derive(Clone, Debug, Default)]
pub struct Power {
    /// `power/runtime_status` of the unit; `None` where the camera is on another bus.
    status: Option<PathBuf>,
}

impl Power {
    /// Of a node.
    pub fn of(node: &Path) -> Self {
        let unit = place::class_folder(node).and_then(|folder| Place::of(&folder).usb);
        Self { status: unit.map(|unit| Path::new(&unit.path).join("power/runtime_status")) }
    }

    /// Why nothing comes, where the kernel has put the device to sleep.
    pub fn suspended(&self, name: &str) -> Option<Reason> {
        let status = fs::read_to_string(self.status.as_ref()?).ok()?;
        (status.trim() == "suspended").then(|| Reason {
            kind: ReasonKind::Suspended,
            text: format!(
                "the USB device of {name} is suspended (power/runtime_status): it delivers again when it is resumed"
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_suspended_device_is_a_reason() {
        let folder = tempfile::tempdir().unwrap();
        let status = folder.path().join("runtime_status");
        let power = Power { status: Some(status.clone()) };
        assert!(power.suspended("Cam").is_none() && Power::default().suspended("Cam").is_none());
        for (text, is_reason) in [("active\n", false), ("suspended\n", true), ("suspending\n", false)] {
            fs::write(&status, text).unwrap();
            let reason = power.suspended("Cam (/dev/video0)");
            assert_eq!(reason.is_some(), is_reason, "{text}");
            assert!(
                reason.is_none_or(|reason| reason.kind == ReasonKind::Suspended && reason.text.contains("/dev/video0"))
            );
        }
    }
}
