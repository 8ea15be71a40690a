//! `capture-lab devices`.

use serde_json::{Map, Value as Json, json};

use crate::model::{DeviceId, DeviceInfo};
use crate::worker::Event;

use super::args::Common;
use super::lines::{Lines, members, print};
use super::session::Session;
use super::{Failure, Status, json, table};

/// Lists devices; with `watch` stays and tells of each change.
pub(super) fn run(common: &Common, as_json: bool, watch: bool) -> Result<Status, Failure> {
    let mut session = Session::start(common)?;
    let devices = session.devices()?;
    if as_json {
        let list = Json::Array(devices.iter().map(json::device).collect());
        // On one line while watching, since a line is a happening there.
        print(&if watch { list.to_string() } else { format!("{list:#}") });
    } else {
        print(&table::devices(&devices));
    }
    Ok(if watch { stay(&mut session, devices, as_json) } else { Status::Done })
}

fn stay(session: &mut Session, mut known: Vec<DeviceInfo>, as_json: bool) -> Status {
    let lines = Lines::new(session.clock.now());
    while !session.is_signalled() {
        let Some(Event::DeviceChange(devices)) = session.next_event() else { continue };
        if as_json {
            if let Some(change) = change(&known, &devices) {
                lines.print(session.clock.now(), "devicechange", change);
            }
        } else {
            for (word, one, other) in [("added  ", &known, &devices), ("removed", &devices, &known)] {
                for device in missing_from(one, other) {
                    print(&format!("{word}  {}", device.name()));
                }
            }
        }
        known = devices;
    }
    session.status_after_signal()
}

/// The members of a `devicechange` line; `None` where nothing changed.
pub(super) fn change(known: &[DeviceInfo], devices: &[DeviceInfo]) -> Option<Map<String, Json>> {
    let ids = |devices: Vec<&DeviceInfo>| devices.iter().map(|device| device.device_id.0.clone()).collect::<Vec<_>>();
    let (added, removed) = (ids(missing_from(known, devices)), ids(missing_from(devices, known)));
    let list: Vec<_> = devices.iter().map(json::device).collect();
    (!DeviceInfo::are_alike(known, devices))
        .then(|| members(json!({ "added": added, "removed": removed, "devices": list })))
}

/// The devices of `list` that are not in `other`.
fn missing_from<'a>(other: &[DeviceInfo], list: &'a [DeviceInfo]) -> Vec<&'a DeviceInfo> {
    let known = |id: &DeviceId| other.iter().any(|device| device.device_id == *id);
    list.iter().filter(|device| !known(&device.device_id)).collect()
}
