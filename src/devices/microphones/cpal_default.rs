//! The system's own audio: Core Audio on macOS, WASAPI on Windows. Compiled, never run by the lab's authors.

use std::sync::Arc;
use std::time::Duration;

use cpal::traits::{DeviceTrait as _, HostTrait as _};
use crossbeam_channel::bounded;

use crate::devices::{CancelToken, DeviceError, DeviceErrorKind, IdMaker, MicrophoneBackend, MicrophoneStream};
use crate::media::Clock;
use crate::model::{AudioMode, Backend, DeviceInfo, Extent, MediaDeviceKind, MicrophoneMode, Mode, SampleFormat};
use crate::selection;

use super::capture::{Found, Order};
use super::errors::Subject;
use super::stream;

/// How long the system may take to list its devices, or to make a stream.
const PATIENCE: Duration = Duration::from_secs(5);

/// All inputs of cpal's default host.
pub struct CpalMicrophones {
    ids: IdMaker,
    clock: Arc<dyn Clock>,
}

impl CpalMicrophones {
    /// With the clock that stamps arrivals.
    pub fn new(ids: IdMaker, clock: Arc<dyn Clock>) -> Self {
        Self { ids, clock }
    }
}

impl MicrophoneBackend for CpalMicrophones {
    fn backend(&self) -> Backend {
        Backend::Cpal
    }

    fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        let (sender, listed) = bounded(1);
        let ids = self.ids.clone();
        let spawned = std::thread::Builder::new().name("microphones".to_owned()).spawn(move || {
            let _ = sender.send(list(&ids)); // the asker may have lost patience
        });
        spawned.map_err(|error| not_listed(&error.to_string()))?;
        listed.recv_timeout(PATIENCE).map_err(|error| not_listed(&format!("the system does not answer: {error}")))?
    }

    fn open(
        &self,
        device: &DeviceInfo,
        mode: MicrophoneMode,
        cancel: &CancelToken,
    ) -> Result<Box<dyn MicrophoneStream>, DeviceError> {
        let subject = Subject::new(device);
        let find = {
            let subject = subject.clone();
            Box::new(move || find(&subject, mode.period))
        };
        let order = Order { subject, mode, format: to_cpal(mode.sample_format), timeout: PATIENCE, find, free: None };
        Ok(Box::new(stream::open(order, cancel, Arc::clone(&self.clock))?))
    }
}

fn not_listed(why: &str) -> DeviceError {
    DeviceError::new(DeviceErrorKind::Driver, format!("the microphones cannot be listed: {why}"))
}

fn list(ids: &IdMaker) -> Result<Vec<DeviceInfo>, DeviceError> {
    let host = cpal::default_host();
    let default = host.default_input_device().and_then(|device| device.id().ok());
    let devices = host.input_devices().map_err(|error| not_listed(&error.to_string()))?;
    let mut list: Vec<_> =
        devices.filter_map(|device| Some(info(&device, device.id().ok()?, default.as_ref(), ids))).collect();
    list.sort_by_key(|device| !device.is_default);
    Ok(list)
}

fn info(device: &cpal::Device, id: cpal::DeviceId, default: Option<&cpal::DeviceId>, ids: &IdMaker) -> DeviceInfo {
    let device_id = ids.device_id(MediaDeviceKind::AudioInput, &["cpal", id.id()]);
    let group_id = ids.group_id(&["cpal", id.id()]);
    let (modes, note) = match device.supported_input_configs() {
        Ok(configs) => (configs.filter_map(|config| mode(&config)).map(Mode::Audio).collect(), None),
        Err(error) => (Vec::new(), Some(format!("it could not be asked what it can do: {error}"))),
    };
    DeviceInfo {
        capabilities: selection::capabilities(&device_id, &group_id, None, &modes),
        device_id,
        kind: MediaDeviceKind::AudioInput,
        label: device.description().map(|it| it.name().to_owned()).unwrap_or_default(),
        group_id,
        is_default: default == Some(&id),
        node: id.id().to_owned(),
        backend: Backend::Cpal,
        driver: Some(id.host().name().to_owned()),
        bus: None,
        usb: None,
        firmware: None,
        inputs: Vec::new(),
        modes,
        note,
        controls: Vec::new(),
        device_controls: Vec::new(),
        is_denied: false,
    }
}

fn mode(config: &cpal::SupportedStreamConfigRange) -> Option<AudioMode> {
    let (min, max) = (config.min_sample_rate(), config.max_sample_rate());
    Some(AudioMode {
        sample_rate: if min == max { Extent::One(min) } else { Extent::Range { min, max, step: 1 } },
        channels: Extent::One(config.channels().into()),
        sample_format: from_cpal(config.sample_format())?,
    })
}

/// 24 bits are left out: hosts differ in what they put into the fourth byte.
const fn from_cpal(format: cpal::SampleFormat) -> Option<SampleFormat> {
    Some(match format {
        cpal::SampleFormat::U8 => SampleFormat::U8,
        cpal::SampleFormat::I16 => SampleFormat::S16,
        cpal::SampleFormat::I32 => SampleFormat::S32,
        cpal::SampleFormat::F32 => SampleFormat::F32,
        _ => return None,
    })
}

const fn to_cpal(format: SampleFormat) -> cpal::SampleFormat {
    match format {
        SampleFormat::U8 => cpal::SampleFormat::U8,
        SampleFormat::S16 => cpal::SampleFormat::I16,
        SampleFormat::S24 | SampleFormat::S24In3 | SampleFormat::S32 => cpal::SampleFormat::I32,
        SampleFormat::F32 => cpal::SampleFormat::F32,
    }
}

fn find(subject: &Subject, period: u32) -> Result<Found, DeviceError> {
    let host = cpal::default_host();
    let id = cpal::DeviceId::new(host.id(), &subject.node);
    Ok((host.device_by_id(&id).ok_or_else(|| subject.gone())?, period.max(1)))
}
