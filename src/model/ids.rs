//! Identifiers of devices, groups, streams and tracks.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// `MediaDeviceInfo.deviceId`: 128 bits as 32 hexadecimal digits, stable over restarts and replugs
    /// (`#def-mediadeviceinfo-deviceId`).
    DeviceId
}

text_id! {
    /// `MediaDeviceInfo.groupId`: equal for devices in the same physical unit (`#def-mediadeviceinfo-groupId`).
    GroupId
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A new random (version 4) identifier.
            pub fn random() -> Self {
                Self(Uuid::new_v4())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
    };
}

uuid_id! {
    /// `MediaStreamTrack.id`: a UUID of 36 characters, new for each track (`#dom-mediastreamtrack-id`).
    TrackId
}

uuid_id! {
    /// `MediaStream.id`: a UUID of 36 characters, new for each stream (`#dom-mediastream-id`).
    StreamId
}
