//! nokhwa's cameras on macOS and Windows, listed by nokhwa itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nokhwa::utils::{
    ApiBackend, CameraIndex, CameraInfo, FrameFormat, RequestedFormat, RequestedFormatType, frame_formats,
};
use nokhwa::{Camera, NokhwaError};

use crate::devices::{DeviceError, DeviceErrorKind, IdMaker};
use crate::media::Clock;
use crate::model::{Backend, CameraMode, DeviceInfo, Extent, FrameRate, MediaDeviceKind, Mode, RateExtent, VideoMode};
use crate::selection;

use super::{formats, guard, session};

/// How long nokhwa may take to list the cameras, or the modes of one.
const PATIENCE: Duration = Duration::from_secs(10);

/// The list of cameras. Their modes are asked once: a camera must be opened for that, which fails while it is in use.
pub struct Listing {
    ids: IdMaker,
    modes: Mutex<HashMap<String, Vec<Mode>>>,
}

impl Listing {
    pub fn new(ids: IdMaker, _clock: Arc<dyn Clock>) -> Self {
        Self { ids, modes: Mutex::default() }
    }

    /// All cameras, in the system's order.
    pub fn cameras(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        let list = || {
            session::authorise()?;
            nokhwa::query(ApiBackend::Auto).map_err(|error| error.to_string())
        };
        let found = guard::ask(PATIENCE, list).map_err(|words| {
            DeviceError::new(DeviceErrorKind::Driver, format!("the cameras cannot be listed: {words}"))
        })?;
        Ok(found.iter().map(|info| self.device(info)).collect())
    }

    /// How nokhwa finds the camera again.
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "on Linux it can fail")]
    pub fn prepare(&self, device: &DeviceInfo, _mode: CameraMode) -> Result<CameraIndex, DeviceError> {
        let number = device.node.strip_prefix("camera ").and_then(|number| number.parse().ok());
        Ok(number.map_or_else(|| CameraIndex::String(device.node.clone()), CameraIndex::Index))
    }

    fn device(&self, info: &CameraInfo) -> DeviceInfo {
        // macOS: the uniqueID; Windows: the symbolic link. Both stay the same at the same port.
        let unique = info.misc();
        let node = if unique.is_empty() { format!("camera {}", info.index().as_string()) } else { unique };
        let (modes, note) = self.modes(&node, info.index());
        let device_id = self.ids.device_id(MediaDeviceKind::VideoInput, &["nokhwa", &node]);
        let group_id = self.ids.group_id(&["nokhwa", &node]);
        DeviceInfo {
            capabilities: selection::capabilities(&device_id, &group_id, None, &modes),
            device_id,
            kind: MediaDeviceKind::VideoInput,
            label: info.human_name(),
            group_id,
            is_default: false,
            node,
            backend: Backend::Nokhwa,
            driver: None,
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

    fn modes(&self, node: &str, index: &CameraIndex) -> (Vec<Mode>, Option<String>) {
        if let Some(modes) = self.modes.lock().unwrap_or_else(PoisonError::into_inner).get(node) {
            return (modes.clone(), None);
        }
        let index = index.clone();
        match guard::ask(PATIENCE, move || ask_modes(index).map_err(|error| error.to_string())) {
            Ok(modes) => {
                let mut known = self.modes.lock().unwrap_or_else(PoisonError::into_inner);
                known.insert(node.to_owned(), modes.clone());
                (modes, None)
            }
            Err(words) => (Vec::new(), Some(format!("could not be asked ({words})"))),
        }
    }
}

fn ask_modes(index: CameraIndex) -> Result<Vec<Mode>, NokhwaError> {
    let request = RequestedFormat::with_formats(RequestedFormatType::None, frame_formats());
    let mut camera = Camera::new(index, request)?;
    let mut modes = Vec::new();
    for format in camera.compatible_fourcc()? {
        for (size, rates) in sizes(&mut camera, format)? {
            modes.extend(rates.into_iter().map(|rate| {
                Mode::Video(VideoMode {
                    width: Extent::One(size.width()),
                    height: Extent::One(size.height()),
                    frame_rate: RateExtent::One(FrameRate::new(rate, 1)),
                    pixel_format: formats::pixel_format(format),
                })
            }));
        }
    }
    Ok(modes)
}

type Sizes = Vec<(nokhwa::utils::Resolution, Vec<u32>)>;

/// Sizes and rates of a format, the largest size first (nokhwa keeps them in a map without order).
fn sizes(camera: &mut Camera, format: FrameFormat) -> Result<Sizes, NokhwaError> {
    let mut sizes: Sizes = if cfg!(target_os = "macos") {
        // nokhwa 0.10.11 gives the sizes of all formats but the one asked for: the union of all is the best there is, and
        // a pair that the camera does not have is refused at the opening.
        let mut all = HashMap::new();
        for &format in frame_formats() {
            all.extend(camera.compatible_list_by_resolution(format)?);
        }
        all.into_iter().collect()
    } else {
        camera.compatible_list_by_resolution(format)?.into_iter().collect()
    };
    sizes.sort_by_key(|(size, _)| *size);
    for (_, rates) in &mut sizes {
        rates.sort_unstable();
        rates.dedup();
    }
    Ok(sizes)
}
