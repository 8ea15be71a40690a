//! The constraints editor: rows and JSON text of the same request, kept in step, with undo.

use std::collections::{BTreeMap, VecDeque};

use crate::model::{
    Constraint, ControlValue, DeviceId, DeviceInfo, MediaStreamConstraints, MediaTrackConstraints, PixelFormat,
    Property, TrackKind,
};
use crate::presets::Preset;
use crate::selection::{ParseError, check_request, parse_constraints, to_json};
use crate::worker::Choice;

/// Changes that can be taken back.
const DEPTH: usize = 200;

/// All that an edit changes.
#[derive(Clone, Debug, PartialEq)]
struct Content {
    text: String,
    /// What the text says, or the newest one before it that was sound.
    constraints: MediaStreamConstraints,
    /// What is fixed beside them.
    choice: Choice,
}

/// The place of an edit: edits that follow each other at one place are taken back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Text,
    Row(TrackKind, Property),
}

/// The request that is being edited. The rows show [`constraints`](Self::constraints); a text that does not parse leaves
/// them as they were.
#[derive(Clone, Debug)]
pub struct Editor {
    content: Content,
    error: Option<ParseError>,
    notes: Vec<String>,
    undo: VecDeque<Content>,
    redo: Vec<Content>,
    last_place: Option<Place>,
}

impl Default for Editor {
    fn default() -> Self {
        let both = Some(MediaTrackConstraints::default());
        let constraints = MediaStreamConstraints { video: both.clone(), audio: both };
        Self {
            content: Content { text: to_json(&constraints), constraints, choice: Choice::default() },
            error: None,
            notes: Vec::new(),
            undo: VecDeque::new(),
            redo: Vec::new(),
            last_place: None,
        }
    }
}

impl Editor {
    /// The JSON text as it was typed.
    pub fn text(&self) -> &str {
        &self.content.text
    }

    /// The newest constraints that were sound.
    pub const fn constraints(&self) -> &MediaStreamConstraints {
        &self.content.constraints
    }

    /// Where the text is malformed.
    pub const fn error(&self) -> Option<&ParseError> {
        self.error.as_ref()
    }

    /// What was left out or converted on the way.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The pixel format; `None` leaves it to the lab.
    pub const fn pixel_format(&self) -> Option<PixelFormat> {
        self.content.choice.pixel_format
    }

    /// Whether the request is to wait for a device that is not there.
    pub const fn waits(&self) -> bool {
        self.content.choice.waits
    }

    /// Whether it can be asked for as it stands.
    pub fn is_request(&self) -> bool {
        self.error.is_none() && check_request(&self.content.constraints).is_ok()
    }

    /// What the tester fixes beside the constraints.
    pub fn choice(&self) -> Choice {
        self.content.choice.clone()
    }

    /// The device of a kind that the tester has fixed, where it is among these.
    pub fn device<'a>(&self, kind: TrackKind, devices: &'a [DeviceInfo]) -> Option<&'a DeviceInfo> {
        devices.iter().find(|device| device.kind.track_kind() == Some(kind) && self.names(device))
    }

    fn names(&self, device: &DeviceInfo) -> bool {
        self.content.choice.devices.iter().any(|name| *name == device.node || name == device.device_id.as_str())
    }

    /// What is fixed, without the devices of a kind that is not asked for.
    pub fn choice_for(&self, devices: &[DeviceInfo]) -> Choice {
        let mut choice = self.choice();
        let is_void = |name: &String| {
            let named = devices.iter().find(|device| *name == device.node || name == device.device_id.as_str());
            let kind = named.and_then(|device| device.kind.track_kind());
            kind.is_some_and(|kind| self.content.constraints.of_kind(kind).is_none())
        };
        choice.devices.retain(|name| !is_void(name));
        choice
    }

    /// The text was edited.
    pub fn set_text(&mut self, text: String) {
        if text != self.content.text {
            self.remember(Some(Place::Text));
            self.take(text);
        }
    }

    /// A kind was switched on or off.
    pub fn set_kind(&mut self, kind: TrackKind, wanted: bool) {
        let mut constraints = self.content.constraints.clone();
        let track = track_mut(&mut constraints, kind);
        *track = wanted.then(|| track.take().unwrap_or_default());
        self.remember(None);
        self.take(to_json(&constraints));
    }

    /// A row was edited.
    pub fn set_constraint(&mut self, kind: TrackKind, property: Property, constraint: Constraint) {
        if constraint == self.constraint(kind, property) {
            return; // what was half typed has been taken back
        }
        let mut constraints = self.content.constraints.clone();
        track_mut(&mut constraints, kind).get_or_insert_default().basic.set(property, constraint);
        self.remember(Some(Place::Row(kind, property)));
        self.take(to_json(&constraints));
    }

    /// Several rows were set at once: one change to take back.
    pub fn set_constraints(&mut self, kind: TrackKind, changes: Vec<(Property, Constraint)>) {
        let mut constraints = self.content.constraints.clone();
        let set = &mut track_mut(&mut constraints, kind).get_or_insert_default().basic;
        for (property, constraint) in changes {
            set.set(property, constraint);
        }
        self.remember(None);
        self.take(to_json(&constraints));
    }

    /// A device was fixed for a kind, or with `None` the choice left to the constraints.
    pub fn set_device(&mut self, kind: TrackKind, id: Option<DeviceId>, devices: &[DeviceInfo]) {
        self.remember(None);
        let of_kind: Vec<_> = devices.iter().filter(|device| device.kind.track_kind() == Some(kind)).collect();
        let is_of_kind =
            |name: &String| of_kind.iter().any(|device| *name == device.node || name == device.device_id.as_str());
        self.content.choice.devices.retain(|name| !is_of_kind(name));
        self.content.choice.devices.extend(id.map(|id| id.0));
    }

    /// The pixel format was fixed, or with `None` left to the lab.
    pub fn set_pixel_format(&mut self, pixel_format: Option<PixelFormat>) {
        self.remember(None);
        self.content.choice.pixel_format = pixel_format;
    }

    /// The request is to wait for a device that is not there, or not.
    pub fn set_waits(&mut self, waits: bool) {
        self.remember(None);
        self.content.choice.waits = waits;
    }

    /// A preset was opened.
    pub fn set_preset(&mut self, preset: &Preset) {
        let Preset { constraints, devices, pixel_format, colour, controls, waits, .. } = preset.clone();
        self.set_request(&constraints, Choice { devices, pixel_format, colour, waits, controls });
    }

    /// The whole request was replaced.
    pub fn set_request(&mut self, constraints: &MediaStreamConstraints, choice: Choice) {
        self.remember(None);
        self.take(to_json(constraints));
        self.content.choice = choice;
    }

    /// All constraints were replaced; what is fixed beside them stays. One change to take back.
    pub fn set_whole(&mut self, constraints: &MediaStreamConstraints) {
        self.set_request(constraints, self.choice());
    }

    /// What the camera's controls are set to when it is opened was replaced.
    pub fn set_controls(&mut self, controls: BTreeMap<String, ControlValue>) {
        self.remember(None);
        self.content.choice.controls = controls;
    }

    /// What the camera's controls are set to when it is opened, by name.
    pub const fn controls(&self) -> &BTreeMap<String, ControlValue> {
        &self.content.choice.controls
    }

    /// Forgets the changes: from here on there is nothing to take back.
    pub fn forget_history(&mut self) {
        self.undo.clear();
        self.redo.clear();
    }

    /// All of it as a preset. Devices that are there are kept by their ids, which outlive nodes and labels.
    pub fn to_preset(&self, name: String, known: &[DeviceInfo]) -> Preset {
        let Choice { devices, pixel_format, colour, waits, controls } = self.choice();
        let id = |name: String| match known.iter().find(|device| device.node == name) {
            Some(device) => device.device_id.0.clone(),
            None => name,
        };
        let devices = devices.into_iter().map(id).collect();
        Preset { name, constraints: self.content.constraints.clone(), devices, pixel_format, colour, controls, waits }
    }

    /// Takes the last change back.
    pub fn undo(&mut self) {
        if let Some(content) = self.undo.pop_back() {
            self.redo.push(self.content.clone());
            self.put_back(content);
        }
    }

    /// Makes it again.
    pub fn redo(&mut self) {
        if let Some(content) = self.redo.pop() {
            self.undo.push_back(self.content.clone());
            self.put_back(content);
        }
    }

    fn put_back(&mut self, content: Content) {
        self.last_place = None;
        self.take(content.text.clone()); // for its error and notes
        self.content = content;
    }

    /// Whether there is a change to take back.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether there is a change to make again.
    pub const fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    /// The constraint on a property in the basic set of a kind; empty where there is none.
    pub fn constraint(&self, kind: TrackKind, property: Property) -> Constraint {
        let set = self.content.constraints.of_kind(kind).map(|track| &track.basic);
        set.and_then(|set| set.get(property)).cloned().unwrap_or_default()
    }

    fn remember(&mut self, place: Option<Place>) {
        self.redo.clear();
        if place.is_some() && self.last_place == place {
            return;
        }
        self.last_place = place;
        if self.undo.len() == DEPTH {
            self.undo.pop_front();
        }
        self.undo.push_back(self.content.clone());
    }

    fn take(&mut self, text: String) {
        match parse_constraints(&text) {
            Ok(parsed) => {
                self.content.constraints = parsed.constraints;
                self.notes = parsed.notes;
                self.error = None;
            }
            Err(error) => self.error = Some(error),
        }
        self.content.text = text;
    }
}

const fn track_mut(constraints: &mut MediaStreamConstraints, kind: TrackKind) -> &mut Option<MediaTrackConstraints> {
    match kind {
        TrackKind::Audio => &mut constraints.audio,
        TrackKind::Video => &mut constraints.video,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_changes_the_text_and_the_text_changes_the_rows() {
        let mut editor = Editor::default();
        editor.set_constraint(TrackKind::Video, Property::Width, Constraint::ideal(1280));
        assert!(editor.text().contains("\"ideal\": 1280"), "{}", editor.text());
        editor.set_text(r#"{"video":{"height":{"exact":720}}}"#.to_owned());
        let row = |property| editor.constraint(TrackKind::Video, property);
        assert_eq!((row(Property::Height), row(Property::Width)), (Constraint::exact(720), Constraint::default()));
    }

    #[test]
    fn a_malformed_text_keeps_the_old_value_and_can_be_taken_back() {
        let mut editor = Editor::default();
        let before = editor.constraints().clone();
        editor.set_text("{\"video\":\n{\"width\":}}".to_owned());
        let error = editor.error().unwrap();
        assert_eq!((error.line, error.column, editor.constraints()), (2, 10, &before));
        assert!(!editor.is_request());
        editor.undo();
        assert!(editor.is_request() && editor.can_redo());
        editor.redo();
        assert!(editor.error().is_some());
    }

    #[test]
    fn what_is_typed_at_one_place_is_taken_back_together() {
        let mut editor = Editor::default();
        let before = editor.text().to_owned();
        for width in [1, 12, 128] {
            editor.set_constraint(TrackKind::Video, Property::Width, Constraint::ideal(width));
        }
        editor.set_pixel_format(Some(PixelFormat::MJPG));
        editor.undo();
        assert_eq!((editor.pixel_format(), editor.text().contains("128")), (None, true));
        editor.undo();
        assert_eq!((editor.text(), editor.can_undo()), (before.as_str(), false));
    }

    #[test]
    fn a_malformed_text_that_comes_back_brings_its_own_rows() {
        let mut editor = Editor::default();
        editor.set_constraint(TrackKind::Video, Property::Width, Constraint::ideal(640));
        editor.set_text("{".to_owned());
        editor.set_kind(TrackKind::Audio, false);
        editor.set_constraint(TrackKind::Video, Property::Width, Constraint::ideal(320));
        editor.undo();
        editor.undo();
        assert_eq!(editor.text(), "{");
        assert_eq!(editor.constraint(TrackKind::Video, Property::Width), Constraint::ideal(640));
    }

    #[test]
    fn neither_kind_is_no_request() {
        let mut editor = Editor::default();
        editor.set_kind(TrackKind::Video, false);
        assert!(editor.is_request());
        editor.set_kind(TrackKind::Audio, false);
        assert!(!editor.is_request());
    }
}
