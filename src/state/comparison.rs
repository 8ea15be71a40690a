//! Two backends side by side on one camera, as the window shows it.

use crate::model::{DeviceId, Timestamp};

/// A comparison that runs, or is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The camera.
    pub device: DeviceId,
    /// Its name.
    pub name: String,
    /// When it began.
    pub since: Timestamp,
    /// What came of it; `None` while it runs.
    pub outcome: Option<Result<String, String>>,
}
