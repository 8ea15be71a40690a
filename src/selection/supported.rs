//! `getSupportedConstraints()`.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::model::Property;

/// `MediaTrackSupportedConstraints` (`#media-track-supported-constraints`): the properties that some device of the lab has.
/// Others are known by name, and no device can satisfy them (GUM-18, PROP-07). The same while the program runs. Serialised,
/// it is a dictionary of `true`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SupportedConstraints;

impl SupportedConstraints {
    /// Whether the property is supported.
    pub const fn contains(self, property: Property) -> bool {
        use Property as P;
        matches!(
            property,
            P::Width
                | P::Height
                | P::AspectRatio
                | P::FrameRate
                | P::FacingMode
                | P::ResizeMode
                | P::SampleRate
                | P::SampleSize
                | P::EchoCancellation
                | P::AutoGainControl
                | P::NoiseSuppression
                | P::Latency
                | P::ChannelCount
                | P::DeviceId
                | P::GroupId
                | P::WhiteBalanceMode
                | P::ExposureMode
                | P::FocusMode
                | P::ColorTemperature
                | P::ExposureCompensation
                | P::ExposureTime
                | P::Iso
                | P::Brightness
                | P::Contrast
                | P::Saturation
                | P::Sharpness
                | P::FocusDistance
                | P::Pan
                | P::Tilt
                | P::Zoom
                | P::Torch
        )
    }

    /// All that are supported, in the order of [`Property`].
    pub fn iter(self) -> impl Iterator<Item = Property> {
        Property::ALL.into_iter().filter(move |property| self.contains(*property))
    }
}

impl Serialize for SupportedConstraints {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for property in self.iter() {
            map.serialize_entry(property.name(), &true)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_selects_devices_is_supported() {
        crate::covers!("GUM-18", "PROP-07");
        let supported = SupportedConstraints;
        assert!(Property::ALL.into_iter().filter(|one| one.selects_devices()).all(|one| supported.contains(one)));
        let json = serde_json::to_value(supported).unwrap();
        assert_eq!((json.get("width"), json.get("backgroundBlur")), (Some(&true.into()), None));
        assert_eq!(json.as_object().unwrap().len(), supported.iter().count());
    }
}
