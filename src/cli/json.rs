//! Values of the model as JSON, in the form that other programs rely on.

use serde_json::{Map, Value as Json, json};

use crate::measure::{ChannelLevel, dbfs};
use crate::model::{
    AudioMode, Capabilities, Capability, ControlKind, ControlValue, DeviceControl, DeviceInfo, Extent, FrameRate, Mode,
    RateExtent, Reason, Settings, Value, VideoInput, VideoMode,
};

/// One device of `devices --json`.
pub(super) fn device(device: &DeviceInfo) -> Json {
    let usb = device
        .usb
        .as_ref()
        .map(|usb| json!({ "vid": usb.vid, "pid": usb.pid, "serial": usb.serial, "speed_mbps": usb.speed_mbps }));
    json!({
        "deviceId": device.device_id.as_str(),
        "kind": device.kind.name(),
        "label": device.label,
        "groupId": device.group_id.as_str(),
        "default": device.is_default,
        "node": device.node,
        "backend": device.backend.name(),
        "driver": device.driver,
        "bus": device.bus,
        "usb": usb,
        "capabilities": capabilities(&device.capabilities),
        "firmware": device.firmware,
        "inputs": device.inputs.iter().map(input).collect::<Vec<_>>(),
        "modes": device.modes.iter().map(mode).collect::<Vec<_>>(),
        "controls": device.device_controls.iter().map(control).collect::<Vec<_>>(),
        "note": device.note,
    })
}

/// One input of a camera.
fn input(input: &VideoInput) -> Json {
    json!({
        "index": input.index,
        "name": input.name,
        "kind": input.kind.name(),
        "current": input.is_current,
        "trouble": input.trouble,
        "standards": input.standards,
        "standard": input.standard,
        "timings": input.timings,
        "timing": input.timing,
        "detected": input.detected,
        "undetected": input.undetected,
    })
}

/// One control, in the form of the contract.
fn control(control: &DeviceControl) -> Json {
    let value = match &control.value {
        Some(ControlValue::Integer(integer)) => json!(integer),
        Some(ControlValue::Text(text)) => json!(text),
        None => Json::Null,
    };
    let is_menu = matches!(control.kind, ControlKind::Menu | ControlKind::IntegerMenu);
    let items: Vec<_> = control.items.iter().map(|item| json!({ "index": item.index, "name": item.name })).collect();
    let items = if is_menu { Json::Array(items) } else { Json::Null };
    let mut told = json!({
        "id": control.id,
        "name": control.name,
        "type": control.kind.name(),
        "min": control.min,
        "max": control.max,
        "step": control.step,
        "default": control.has_default.then_some(control.default),
        "value": value,
        "inactive": control.is_inactive,
        "readOnly": control.is_read_only,
        "items": items,
    });
    // Only where the driver tells.
    if let Some(decibels) = control.decibels() {
        told["decibels"] = json!(decibels);
    }
    told
}

/// One mode, in the form of the contract.
pub(super) fn mode(mode: &Mode) -> Json {
    match mode {
        Mode::Video(mode) => video_mode(mode),
        Mode::Audio(mode) => audio_mode(mode),
    }
}

fn video_mode(mode: &VideoMode) -> Json {
    let mut members = Map::new();
    members.insert("width".to_owned(), extent(mode.width));
    members.insert("height".to_owned(), extent(mode.height));
    match mode.frame_rate {
        RateExtent::One(rate) => {
            members.insert("frameRate".to_owned(), number(rate.as_f64()));
            members.insert("frameRateExact".to_owned(), json!(exact(rate)));
        }
        RateExtent::Range { min, max } => {
            let range = json!({ "min": number(min.as_f64()), "max": number(max.as_f64()) });
            members.insert("frameRate".to_owned(), range);
            members.insert("frameRateExact".to_owned(), Json::Null);
        }
    }
    members.insert("pixelFormat".to_owned(), json!(mode.pixel_format.to_string()));
    members.insert("decodable".to_owned(), json!(mode.pixel_format.is_decodable()));
    Json::Object(members)
}

fn audio_mode(mode: &AudioMode) -> Json {
    json!({
        "sampleRate": extent(mode.sample_rate),
        "channelCount": extent(mode.channels),
        "sampleFormat": format!("{:?}", mode.sample_format),
        "sampleSize": mode.sample_format.bits(),
    })
}

fn extent(extent: Extent) -> Json {
    match extent {
        Extent::One(value) => json!(value),
        Extent::Range { min, max, step } => json!({ "min": min, "max": max, "step": step }),
    }
}

fn exact(rate: FrameRate) -> String {
    format!("{}/{}", rate.numerator(), rate.denominator())
}

fn capabilities(capabilities: &Capabilities) -> Json {
    let members = capabilities.iter().map(|(property, capability)| {
        let json = match capability {
            Capability::Steps { min, max, step } => {
                json!({ "min": number(*min), "max": number(*max), "step": number(*step) })
            }
            Capability::Range { min, max } => json!({ "min": number(*min), "max": number(*max) }),
            Capability::List(list) => Json::Array(list.iter().map(value).collect()),
            Capability::Text(text) => json!(text),
        };
        (property.name().to_owned(), json)
    });
    Json::Object(members.collect())
}

/// `MediaTrackSettings`.
pub(super) fn settings(settings: &Settings) -> Json {
    let members = settings.iter().map(|(property, setting)| (property.name().to_owned(), value(setting)));
    Json::Object(members.collect())
}

fn value(value: &Value) -> Json {
    match value {
        Value::Boolean(boolean) => json!(boolean),
        Value::Number(value) => number(*value),
        Value::Text(text) => json!(text),
        Value::Points(points) => json!(points),
    }
}

/// Why a track was muted or ended.
pub(super) fn reason(reason: &Reason) -> Json {
    json!({ "kind": reason.kind.name(), "text": reason.text })
}

/// The levels of one channel; `null` where the value is −∞.
pub(super) fn level(level: &ChannelLevel) -> Json {
    let decibels = |level: f64| dbfs(level).map_or(Json::Null, |level| rounded(level, 2));
    json!({ "peak_dbfs": decibels(level.peak), "rms_dbfs": decibels(level.rms), "clipped": level.clipped })
}

/// A number with so many decimals at most.
pub(super) fn rounded(value: f64, decimals: i32) -> Json {
    let scale = 10_f64.powi(decimals);
    number((value * scale).round() / scale)
}

/// A number, without a decimal point where it is whole.
fn number(value: f64) -> Json {
    if value.fract() == 0.0 && value.abs() < 9e15 { json!(value as i64) } else { json!(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PixelFormat;

    #[test]
    fn modes_have_the_form_of_the_contract() {
        let single = VideoMode {
            width: Extent::One(640),
            height: Extent::One(360),
            frame_rate: RateExtent::One(FrameRate::new(25, 2)),
            pixel_format: PixelFormat::YUYV,
        };
        let expected = r#"{"width":640,"height":360,"frameRate":12.5,"frameRateExact":"25/2","pixelFormat":"YUYV","decodable":true}"#;
        assert_eq!(video_mode(&single).to_string(), expected);
        let ranges = VideoMode {
            width: Extent::Range { min: 16, max: 1920, step: 2 },
            frame_rate: RateExtent::Range { min: FrameRate::new(1, 1), max: FrameRate::new(60, 1) },
            pixel_format: PixelFormat(*b"H264"),
            ..single
        };
        let expected = r#"{"width":{"min":16,"max":1920,"step":2},"height":360,"frameRate":{"min":1,"max":60},"frameRateExact":null,"pixelFormat":"H264","decodable":false}"#;
        assert_eq!(video_mode(&ranges).to_string(), expected);
    }

    #[test]
    fn silence_is_null() {
        let expected = r#"{"peak_dbfs":null,"rms_dbfs":-6.02,"clipped":0}"#;
        assert_eq!(level(&ChannelLevel { rms: 0.5, ..ChannelLevel::default() }).to_string(), expected);
    }
}
