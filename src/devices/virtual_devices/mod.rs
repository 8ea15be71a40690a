//! Cameras and microphones that the lab plays itself, from a description in RON, with faults by script or by hand.
//!
//! They know time only from the clock that they are given. On a simulated clock every frame and block comes with the
//! exact time at which it is due, however late its thread gets its turn.

mod board;
mod camera;
mod canvas;
mod controls;
mod damage;
mod description;
mod desk;
mod error;
mod fault;
mod glyphs;
mod hold;
mod info;
mod jpeg;
mod microphone;
mod microphone_description;
mod microphone_fault;
mod microphone_timeline;
mod picture;
mod plug;
mod script;
mod show;
mod sound;
mod source;
#[cfg(test)]
mod tests;
mod timeline;
mod tone;
mod values;

pub use error::VirtualError;
pub use fault::CameraFault;
pub use microphone_fault::{DeviceFault, MicrophoneFault};
pub use picture::read_frame_number;
pub use plug::FaultHandle;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::media::Clock;
use crate::model::CameraMode;

use super::{CameraBackend, IdMaker, MicrophoneBackend};

use board::Board;
use camera::VirtualCamera;
use controls::board_controls;
use description::{CameraDescription, Description, SourceDescription};
use microphone::VirtualMicrophone;
use microphone_description::MicrophoneDescription;
use show::Shown;
use sound::{Heard, SoundDescription, Wav};
use source::{Flaw, Source};

const BUILTIN: &str = include_str!("../../../assets/virtual/builtin.ron");

/// The virtual devices of one description. Each backend has one device.
#[derive(Clone, Default)]
pub struct VirtualDevices {
    /// The cameras, in the order of the description.
    pub cameras: Vec<Arc<dyn CameraBackend>>,
    /// The microphones, in the order of the description.
    pub microphones: Vec<Arc<dyn MicrophoneBackend>>,
    handles: BTreeMap<String, FaultHandle>,
}

impl VirtualDevices {
    /// What unplugs the device of this name.
    pub fn fault_handle(&self, name: &str) -> Option<FaultHandle> {
        self.handles.get(name).cloned()
    }
}

/// The built-in pair: a test camera (`virtual:test-camera`) and a test microphone (`virtual:test-microphone`) of 997 Hz,
/// left −18 dBFS peak, right −24 dBFS peak.
///
/// # Errors
/// Where the description that is built in is malformed, which its test excludes.
pub fn load_builtin(ids: &IdMaker, clock: Arc<dyn Clock>) -> Result<VirtualDevices, VirtualError> {
    load_text(BUILTIN, Path::new("builtin"), ids, clock)
}

/// The devices that a RON file describes.
///
/// # Errors
/// Where the file cannot be read or is malformed, then with line and column; and where the file of a source cannot be
/// used or is damaged, then with the byte.
pub fn load_file(path: &Path, ids: &IdMaker, clock: Arc<dyn Clock>) -> Result<VirtualDevices, VirtualError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| VirtualError::Read { path: path.to_owned(), message: error.to_string() })?;
    load_text(&text, path, ids, clock)
}

/// The devices that a text in RON describes; `path` is for messages.
///
/// # Errors
/// Where the text is malformed, with line and column; and where the file of a source, relative to the folder of `path`,
/// cannot be used or is damaged, then with the byte.
pub fn load_text(
    text: &str,
    path: &Path,
    ids: &IdMaker,
    clock: Arc<dyn Clock>,
) -> Result<VirtualDevices, VirtualError> {
    let description = Description::parse(text, path)?;
    let loader = Loader { ids, clock, folder: path.parent().unwrap_or(Path::new("")) };
    let mut devices = VirtualDevices::default();
    for camera in description.cameras {
        let name = camera.name.clone();
        let camera = loader.camera(camera)?;
        devices.handles.insert(name, camera.handle.clone());
        devices.cameras.push(Arc::new(camera));
    }
    for microphone in description.microphones {
        let name = microphone.name.clone();
        let microphone = loader.microphone(microphone)?;
        devices.handles.insert(name, microphone.handle.clone());
        devices.microphones.push(Arc::new(microphone));
    }
    Ok(devices)
}

struct Loader<'a> {
    ids: &'a IdMaker,
    clock: Arc<dyn Clock>,
    /// Files of sources are relative to it.
    folder: &'a Path,
}

impl Loader<'_> {
    fn camera(&self, description: CameraDescription) -> Result<VirtualCamera, VirtualError> {
        let (shown, modes) = match &description.source {
            Some(SourceDescription::File(file)) => self.source(&description, file)?,
            None => (Shown::Pattern(description.pattern), description.camera_modes()),
        };
        let info = info::of_camera(&description, &modes, self.ids);
        let board = Board::new(board_controls(&description.controls, &description.device_controls));
        Ok(VirtualCamera {
            modes,
            shown,
            opening: description.open,
            faults: description.faults,
            handle: FaultHandle::with_board(Arc::clone(&self.clock), &info, board),
            ids: self.ids.clone(),
            unit: description.unit,
            info,
        })
    }

    /// Looks through a camera's file; its modes are of the file's size.
    fn source(&self, camera: &CameraDescription, file: &Path) -> Result<(Shown, Vec<CameraMode>), VirtualError> {
        let path = self.folder.join(file);
        let source = Source::load(&path).and_then(|source| {
            let rates: Vec<_> = camera.rates.iter().map(|rate| rate.0).collect();
            let no_rate = || Flaw::At(0, "the header has no frame rate (F): give the camera `rates`".to_owned());
            Ok((source.modes(&rates).ok_or_else(no_rate)?, source))
        });
        let name = camera.name.clone();
        let (modes, source) = source.map_err(|flaw| match flaw {
            Flaw::Unusable(message) => VirtualError::Source { camera: name, path, message },
            Flaw::At(at, message) => VirtualError::DamagedSource { camera: name, path, at, message },
        })?;
        Ok((Shown::Source(Arc::new(source)), modes))
    }

    fn microphone(&self, description: MicrophoneDescription) -> Result<VirtualMicrophone, VirtualError> {
        let (heard, channels) = self.heard(&description)?;
        let counts = description.counts(channels);
        let info = info::of_microphone(&description, &counts, self.ids);
        Ok(VirtualMicrophone {
            rates: description.rates.iter().map(|rate| rate.0).collect(),
            formats: description.formats(),
            counts,
            periods: description.periods,
            heard,
            defects: description.defects,
            opening: description.open,
            faults: description.faults,
            handle: FaultHandle::new(Arc::clone(&self.clock), &info),
            ids: self.ids.clone(),
            unit: description.unit,
            info,
        })
    }

    /// What a microphone hears, and on how many channels.
    fn heard(&self, microphone: &MicrophoneDescription) -> Result<(Heard, usize), VirtualError> {
        let file = match &microphone.source {
            None => return Ok((Heard::Tones(microphone.channels.clone()), microphone.channels.len())),
            Some(SoundDescription::File(file)) => file,
            Some(source) => return Ok((Heard::Source(source.clone()), 1)),
        };
        let path = self.folder.join(file);
        let wav = Wav::load(&path).and_then(|wav| {
            let rate = wav.sample_rate;
            let is_its = microphone.rates.iter().all(|one| one.0 == rate);
            is_its.then_some(wav).ok_or_else(|| format!("it is of {rate} Hz: give the microphone just this rate"))
        });
        let of = |message| VirtualError::Sound { microphone: microphone.name.clone(), path, message };
        let wav = wav.map_err(of)?;
        let channels = wav.channels;
        Ok((Heard::File(Arc::new(wav)), channels))
    }
}
