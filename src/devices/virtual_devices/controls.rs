//! The controls of a virtual camera in its description: properties of the web, each of which is a control of the device, and
//! controls that the web does not know.

use serde::Deserialize;

use crate::model::{
    Control, ControlKind, ControlRange, ControlValue, DYNAMIC_RATE_CONTROL, DeviceControl, MenuItem, PRIVACY_CONTROL,
    Property, Value,
};

use super::description::ControlDescription;

/// Controls of the device that no property stands for begin with this id, as those of a driver of its own.
const FIRST_OWN: u32 = 0x0098_f000;
const USER: &str = "User Controls";
const CAMERA: &str = "Camera Controls";

/// A control, and how many of its steps make one of the property that stands for it.
#[derive(Clone, Debug)]
pub(super) struct BoardControl {
    pub device: DeviceControl,
    web: Option<Control>,
    factor: f64,
}

impl BoardControl {
    /// The property that stands for it, as it is now.
    pub fn as_property(&self) -> Option<Control> {
        let web = self.web.as_ref()?;
        let now = self.device.value.as_ref()?.as_integer()?;
        let value = match &web.range {
            ControlRange::Numbers { .. } => Value::Number(now as f64 / self.factor),
            ControlRange::Choices(choices) => choices.get(usize::try_from(now).ok()?)?.clone(),
        };
        Some(Control { value, ..web.clone() })
    }

    /// What it is set to for a value of the property.
    pub fn raw(&self, value: &Value) -> Option<ControlValue> {
        let number = match &self.web.as_ref()?.range {
            ControlRange::Numbers { .. } => (value.as_number()? * self.factor).round() as i64,
            ControlRange::Choices(choices) => choices.iter().position(|choice| choice == value)? as i64,
        };
        Some(ControlValue::Integer(number))
    }
}

/// The controls of a camera: first those of the web, in their order, then its own.
pub(super) fn board_controls(web: &[ControlDescription], own: &[DeviceControlDescription]) -> Vec<BoardControl> {
    let web = web.iter().map(|control| of_property(&control.0));
    let own = own.iter().zip(FIRST_OWN..).map(|(control, id)| {
        let mut device = control.0.clone();
        device.id = if device.id == 0 { id } else { device.id };
        BoardControl { device, web: None, factor: 1.0 }
    });
    let mut controls: Vec<_> = web.chain(own).collect();
    controls.sort_by_key(|control| control.device.id);
    controls
}

/// The control that a property of the web is one of, with V4L2's name and id for it.
fn of_property(control: &Control) -> BoardControl {
    let (id, name, group) = name_of(control.property);
    let mut device = DeviceControl { id, property: Some(control.property), ..plain(name, group) };
    let mut factor = 1.0;
    match &control.range {
        ControlRange::Numbers { min, max, step } => {
            factor = whole(&[*min, *max, *step]);
            let scaled = |number: f64| (number * factor).round() as i64;
            (device.min, device.max, device.step) = (scaled(*min), scaled(*max), scaled(*step).max(1) as u64);
            device.default = scaled(control.value.as_number().unwrap_or(*min));
        }
        ControlRange::Choices(choices) => {
            let is_switch = choices.iter().all(|choice| choice.as_boolean().is_some());
            device.kind = if is_switch && choices.len() == 2 { ControlKind::Boolean } else { ControlKind::Menu };
            let items = choices.iter().zip(0..).map(|(choice, index)| MenuItem { index, name: choice.to_string() });
            device.items = if device.kind == ControlKind::Menu { items.collect() } else { Vec::new() };
            device.max = choices.len() as i64 - 1;
            device.default = choices.iter().position(|choice| *choice == control.value).unwrap_or(0) as i64;
        }
    }
    device.value = Some(ControlValue::Integer(device.default));
    BoardControl { device, web: Some(control.clone()), factor }
}

/// The power of ten that makes all of these whole.
fn whole(numbers: &[f64]) -> f64 {
    let is_whole =
        |factor: &f64| numbers.iter().all(|number| ((number * factor).round() - number * factor).abs() < 1e-6);
    [1.0, 10.0, 100.0, 1000.0].into_iter().find(is_whole).unwrap_or(10_000.0)
}

fn plain(name: &str, group: &str) -> DeviceControl {
    DeviceControl {
        id: 0,
        name: name.to_owned(),
        group: group.to_owned(),
        kind: ControlKind::Integer,
        min: 0,
        max: 0,
        step: 1,
        default: 0,
        has_default: true,
        millibels: None,
        value: None,
        items: Vec::new(),
        is_inactive: false,
        is_grabbed: false,
        is_read_only: false,
        is_write_only: false,
        is_volatile: false,
        property: None,
    }
}

/// Id, name and class in V4L2; what V4L2 does not know has an id of its own.
fn name_of(property: Property) -> (u32, &'static str, &'static str) {
    match property {
        Property::Brightness => (0x0098_0900, "Brightness", USER),
        Property::Contrast => (0x0098_0901, "Contrast", USER),
        Property::Saturation => (0x0098_0902, "Saturation", USER),
        Property::WhiteBalanceMode => (0x0098_090c, "White Balance, Automatic", USER),
        Property::ColorTemperature => (0x0098_091a, "White Balance Temperature", USER),
        Property::Sharpness => (0x0098_091b, "Sharpness", USER),
        Property::ExposureMode => (0x009a_0901, "Auto Exposure", CAMERA),
        Property::ExposureTime => (0x009a_0902, "Exposure Time, Absolute", CAMERA),
        Property::Pan => (0x009a_0908, "Pan, Absolute", CAMERA),
        Property::Tilt => (0x009a_0909, "Tilt, Absolute", CAMERA),
        Property::FocusDistance => (0x009a_090a, "Focus, Absolute", CAMERA),
        Property::FocusMode => (0x009a_090c, "Focus, Automatic Continuous", CAMERA),
        Property::Zoom => (0x009a_090d, "Zoom, Absolute", CAMERA),
        Property::ExposureCompensation => (0x009a_0913, "Auto Exposure, Bias", CAMERA),
        Property::Iso => (0x009a_0917, "ISO Sensitivity", CAMERA),
        Property::Torch => (0x009c_0901, "LED Mode", "Flash Controls"),
        other => (0x0098_e000 + other as u32, other.name(), USER),
    }
}

/// A control that the web does not know.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawDeviceControl")]
pub(super) struct DeviceControlDescription(pub(super) DeviceControl);

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "DeviceControl")]
struct RawDeviceControl {
    /// `Privacy` is the privacy shutter.
    name: String,
    kind: ControlKind,
    #[serde(default)]
    min: i64,
    #[serde(default)]
    max: i64,
    #[serde(default = "one")]
    step: u64,
    /// The names of a menu's items.
    #[serde(default)]
    items: Vec<String>,
    /// What it is at first, and its default.
    #[serde(default)]
    value: Option<ControlValue>,
    #[serde(default)]
    read_only: bool,
}

const fn one() -> u64 {
    1
}

impl TryFrom<RawDeviceControl> for DeviceControlDescription {
    type Error = String;

    fn try_from(raw: RawDeviceControl) -> Result<Self, String> {
        let RawDeviceControl { name, kind, min, max, step, items, value, read_only } = raw;
        let is_menu = matches!(kind, ControlKind::Menu | ControlKind::IntegerMenu);
        if is_menu == items.is_empty() {
            return Err(format!("{name}: a menu has items, and nothing else has"));
        }
        let (min, max) = match kind {
            ControlKind::Boolean => (0, 1),
            ControlKind::Menu | ControlKind::IntegerMenu => (0, items.len() as i64 - 1),
            _ => (min, max),
        };
        let value = checked(&name, kind, (min, max), value)?;
        let id = match name.as_str() {
            "Privacy" => PRIVACY_CONTROL,
            "Exposure, Dynamic Framerate" => DYNAMIC_RATE_CONTROL,
            _ => 0,
        };
        let group = if id == 0 { USER } else { CAMERA };
        let items = items.into_iter().zip(0..).map(|(name, index)| MenuItem { index, name }).collect();
        let default = value.as_ref().and_then(ControlValue::as_integer).unwrap_or(0);
        let is_write_only = kind == ControlKind::Button;
        let control =
            DeviceControl { id, kind, min, max, step, default, value, items, is_write_only, ..plain(&name, group) };
        Ok(Self(DeviceControl { is_read_only: read_only, ..control }))
    }
}

fn checked(
    name: &str,
    kind: ControlKind,
    (min, max): (i64, i64),
    value: Option<ControlValue>,
) -> Result<Option<ControlValue>, String> {
    let is_in_range = match (kind, &value) {
        (ControlKind::Button | ControlKind::Other, None) => return Ok(None),
        (ControlKind::Text, Some(ControlValue::Text(text))) => (min..=max).contains(&(text.len() as i64)),
        (ControlKind::Text | ControlKind::Button | ControlKind::Other, _) | (_, None | Some(ControlValue::Text(_))) => {
            false
        }
        (ControlKind::Bitmask, Some(ControlValue::Integer(bits))) => bits & !max == 0,
        (_, Some(ControlValue::Integer(number))) => (min..=max).contains(number),
    };
    if is_in_range { Ok(value) } else { Err(format!("{name} has a value of its kind between min and max")) }
}
