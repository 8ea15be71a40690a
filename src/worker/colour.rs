//! How the pictures of a camera are read: as its driver says, or as the tester says.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::{Colour, ColourOverride};

/// What the driver of a camera says of its colours, and what the tester has put in its place. Clones share it, and so do all
/// tracks of one open camera.
#[derive(Clone, Debug, Default)]
pub struct PictureColour(Arc<Mutex<State>>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    driver: Option<Colour>,
    chosen: ColourOverride,
}

impl PictureColour {
    /// What the driver said with the newest frame; `None` before the first.
    pub fn driver(&self) -> Option<Colour> {
        self.state().driver
    }

    /// What the tester has put in its place.
    pub fn chosen(&self) -> ColourOverride {
        self.state().chosen
    }

    pub(super) fn choose(&self, colour: ColourOverride) {
        self.state().chosen = colour;
    }

    /// How a frame is to be read of which the driver says this.
    pub(super) fn read(&self, driver: Colour) -> Colour {
        let mut state = self.state();
        state.driver = Some(driver);
        state.chosen.applied(driver)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
