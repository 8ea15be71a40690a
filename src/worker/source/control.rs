//! What the session orders a source to do.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::devices::CancelToken;
use crate::model::ChosenMode;

/// An order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::worker) enum Order {
    /// Run in another mode, or again.
    Reconfigure(ChosenMode),
    /// Close the device and wait for the next order (TRK-13).
    Release,
    /// Close the device and end.
    Close,
}

/// The session's hold on a source: an order is noted, then whatever blocks is cancelled. Clones share it.
#[derive(Clone, Debug, Default)]
pub(in crate::worker) struct Control(Arc<(Mutex<State>, Condvar)>);

#[derive(Debug, Default)]
struct State {
    order: Option<Order>,
    /// Whether what it delivers is kept from its tracks.
    withholds: bool,
    token: CancelToken,
}

impl Control {
    /// Orders something. An order to close is final.
    pub fn order(&self, order: Order) {
        let mut state = self.state();
        if state.order != Some(Order::Close) {
            state.order = Some(order);
        }
        let token = state.token.clone();
        drop(state); // its hooks may take a lock of their own
        self.0.1.notify_all();
        token.cancel();
    }

    /// The order that stands; an order to close stays.
    pub fn take_order(&self) -> Option<Order> {
        let mut state = self.state();
        if state.order == Some(Order::Close) { state.order } else { state.order.take() }
    }

    /// Keeps what the device delivers from its tracks, which are muted by something else than silence, or not any more.
    pub fn withhold(&self, withholds: bool) {
        self.state().withholds = withholds;
    }

    /// Whether what it delivers is kept from its tracks.
    pub fn withholds(&self) -> bool {
        self.state().withholds
    }

    /// Waits for an order, up to `timeout`, and takes it as [`take_order`](Self::take_order) does.
    pub fn wait_order(&self, timeout: Duration) -> Option<Order> {
        let waited = self.0.1.wait_timeout_while(self.state(), timeout, |state| state.order.is_none());
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        self.take_order()
    }

    /// A token for the next opening, cancelled at once where an order stands.
    pub fn fresh_token(&self) -> CancelToken {
        let mut state = self.state();
        state.token = CancelToken::new();
        if state.order.is_some() {
            state.token.cancel();
        }
        state.token.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
