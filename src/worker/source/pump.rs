//! The loop of a source: open, deliver, notice a stall, change the mode, end.

use std::time::Duration;

use crate::devices::{Delivery, DeviceError};
use crate::model::{ChosenMode, Timestamp};

use super::control::{Control, Order};
use super::{Engine, Reporter, SourceNews};

/// Runs a device until it is ordered to close or fails. Reports all but the closing itself.
pub(super) fn run<E: Engine>(mut engine: E, first: E::Mode, control: &Control, reporter: &Reporter) {
    let Some((mut stream, mut mode)) = open_first(&mut engine, first, control, reporter) else { return };
    loop {
        let error = deliver_all(&mut engine, &mut stream, mode, control, reporter);
        drop(stream);
        let order = match control.take_order() {
            Some(Order::Release) => Some(wait_released(&mut engine, mode, control, reporter)),
            order => order,
        };
        match order {
            Some(Order::Close | Order::Release) => break,
            Some(Order::Reconfigure(wanted)) => {
                let Some(next) = reconfigure(&mut engine, wanted, mode, control, reporter) else { break };
                (stream, mode) = next;
            }
            None => {
                let now = reporter.clock.now();
                engine.finish(now);
                return reporter.tell_at(now, SourceNews::Ended(error));
            }
        }
    }
    engine.finish(reporter.clock.now());
}

/// Waits with the device closed. Recorders go on with black and silence.
fn wait_released<E: Engine>(engine: &mut E, mode: E::Mode, control: &Control, reporter: &Reporter) -> Order {
    let now = reporter.clock.now();
    engine.stalled(mode, now);
    reporter.tell_at(now, SourceNews::Released);
    loop {
        match control.wait_order(IDLE) {
            None | Some(Order::Release) => engine.idle(mode, reporter.clock.now(), true),
            Some(order) => return order,
        }
    }
}

type Open<E> = (<E as Engine>::Stream, <E as Engine>::Mode);

fn open<E: Engine>(engine: &mut E, mode: E::Mode, control: &Control) -> Result<Open<E>, DeviceError> {
    let stream = engine.open(mode, &control.fresh_token())?;
    let granted = engine.granted(&stream);
    engine.configured(granted);
    Ok((stream, granted))
}

fn open_first<E: Engine>(engine: &mut E, mode: E::Mode, control: &Control, reporter: &Reporter) -> Option<Open<E>> {
    match open(engine, mode, control) {
        Ok(open) => {
            reporter.tell(SourceNews::Opened(E::to_chosen(open.1)));
            Some(open)
        }
        Err(error) => {
            reporter.tell(SourceNews::OpenFailed(error));
            None
        }
    }
}

/// Sets the device, which is closed, to another mode; where that fails, to the mode before (APP-10).
fn reconfigure<E: Engine>(
    engine: &mut E,
    wanted: ChosenMode,
    before: E::Mode,
    control: &Control,
    reporter: &Reporter,
) -> Option<Open<E>> {
    let error = match open(engine, E::from_chosen(wanted).unwrap_or(before), control) {
        Ok(open) => {
            reporter.tell(SourceNews::Reconfigured(E::to_chosen(open.1)));
            return Some(open);
        }
        Err(error) => error,
    };
    let restored = open(engine, before, control).ok();
    let mode = restored.as_ref().map(|(_, mode)| E::to_chosen(*mode));
    reporter.tell(SourceNews::ReconfigureFailed { error, restored: mode });
    restored
}

/// Delivers until the device fails or is cancelled.
fn deliver_all<E: Engine>(
    engine: &mut E,
    stream: &mut E::Stream,
    mode: E::Mode,
    control: &Control,
    reporter: &Reporter,
) -> DeviceError {
    let patience = engine.patience(mode);
    let now = reporter.clock.now();
    let mut stall = Stall { last: now, waited: now, muted: false };
    let mut withheld = false;
    // Why the driver says that nothing comes.
    let mut said = None;
    loop {
        let delivery = engine.next(stream, stall.timeout(patience));
        if let Some(text) = engine.take_notice(stream) {
            reporter.tell(SourceNews::Noticed(text));
        }
        match delivery {
            Ok(Delivery { at, item: Some(item) }) => {
                if stall.came(at) {
                    reporter.tell_at(at, SourceNews::Unmuted);
                }
                if !control.withholds() {
                    withheld = false;
                    engine.deliver(item);
                } else if std::mem::replace(&mut withheld, true) {
                    engine.idle(mode, at, true);
                } else {
                    engine.stalled(mode, at);
                }
            }
            Ok(Delivery { at, item: None }) => {
                let condition = engine.condition(stream);
                // What the driver says needs no patience.
                let patience = if condition.is_some() { Duration::ZERO } else { patience };
                let kind = condition.as_ref().map(|reason| reason.kind);
                let is_other = std::mem::replace(&mut said, kind) != kind;
                if stall.waited(at, patience) || (stall.muted && is_other) {
                    engine.stalled(mode, at);
                    let reason = condition.unwrap_or_else(|| engine.stall_reason(mode));
                    reporter.tell_at(at, SourceNews::Muted(reason));
                } else {
                    engine.idle(mode, at, stall.muted);
                }
            }
            Err(error) => return error,
        }
    }
}

/// Watches for a stall (TRK-14).
struct Stall {
    last: Timestamp,
    /// Up to when nothing has come since.
    waited: Timestamp,
    muted: bool,
}

/// How long a source waits at once: what is measured of it falls meanwhile, and a muted microphone is silent.
const IDLE: Duration = Duration::from_millis(250);

impl Stall {
    /// How long to wait for the next item: a stall begins in time.
    fn timeout(&self, patience: Duration) -> Duration {
        let left = patience.saturating_sub(self.waited.since(self.last));
        if self.muted || left.is_zero() { IDLE } else { left.min(IDLE) }
    }

    /// Something came. Returns whether it ends a stall.
    fn came(&mut self, at: Timestamp) -> bool {
        (self.last, self.waited) = (at, at);
        std::mem::replace(&mut self.muted, false)
    }

    /// Nothing came until `at`. Returns whether a stall begins.
    fn waited(&mut self, at: Timestamp, patience: Duration) -> bool {
        self.waited = at;
        at.since(self.last) >= patience && !std::mem::replace(&mut self.muted, true)
    }
}
