//! Object URLs.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::error::Exception;
use super::stream::MediaStream;

/// What an object URL is asked for.
#[derive(Clone, Debug)]
pub enum ObjectSource {
    /// A recorded clip.
    Clip(PathBuf),
    /// A stream, which has none any more.
    Stream(MediaStream),
}

/// `URL.createObjectURL()` and `URL.revokeObjectURL()`, for recorded clips (LEG-06).
#[derive(Clone, Copy, Debug)]
pub struct Url;

static CLIPS: LazyLock<Mutex<HashMap<String, PathBuf>>> = LazyLock::new(Mutex::default);

fn clips() -> MutexGuard<'static, HashMap<String, PathBuf>> {
    CLIPS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Url {
    /// A URL `blob:` and a UUID, which stands for a clip until it is revoked.
    ///
    /// # Errors
    /// `TypeError` for a stream: give the stream itself to what shows it.
    pub fn create_object_url(source: ObjectSource) -> Result<String, Exception> {
        match source {
            ObjectSource::Clip(path) => {
                let url = format!("blob:{}", Uuid::new_v4());
                clips().insert(url.clone(), path);
                Ok(url)
            }
            ObjectSource::Stream(stream) => {
                let message = format!("The stream {} has no URL: assign it to what shows it.", stream.id());
                Err(Exception::Type(message))
            }
        }
    }

    /// The clip that a URL stands for.
    pub fn resolve(url: &str) -> Option<PathBuf> {
        clips().get(url).cloned()
    }

    /// Takes a URL back; one that is not there does no harm.
    pub fn revoke_object_url(url: &str) {
        clips().remove(url);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_has_a_url_until_it_is_revoked() {
        crate::covers!("LEG-06");
        let url = Url::create_object_url(ObjectSource::Clip("clip.mp4".into())).unwrap();
        assert_eq!((url.len(), &url[..5]), (41, "blob:"));
        assert_eq!(Url::resolve(&url), Some("clip.mp4".into()));
        for _ in 0..2 {
            Url::revoke_object_url(&url);
            assert_eq!(Url::resolve(&url), None);
        }
    }
}
