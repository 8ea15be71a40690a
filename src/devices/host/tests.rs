use super::*;
use crate::devices::{CameraStream, CancelToken, DeviceErrorKind, MicrophoneStream};
use crate::media::FakeClock;
use crate::model::{AudioMode, CameraMode, DeviceId, Extent, MicrophoneMode, Mode, SampleFormat};

/// A backend that lists devices and opens none.
struct Listed(Backend, Result<Vec<DeviceInfo>, DeviceError>);

impl CameraBackend for Listed {
    fn backend(&self) -> Backend {
        self.0
    }
    fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        self.1.clone()
    }
    fn open(&self, _: &DeviceInfo, _: CameraMode, _: &CancelToken) -> Result<Box<dyn CameraStream>, DeviceError> {
        Err(DeviceError::new(DeviceErrorKind::Gone, "not there"))
    }
}

impl MicrophoneBackend for Listed {
    fn backend(&self) -> Backend {
        self.0
    }
    fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        self.1.clone()
    }
    fn open(
        &self,
        _: &DeviceInfo,
        _: MicrophoneMode,
        _: &CancelToken,
    ) -> Result<Box<dyn MicrophoneStream>, DeviceError> {
        Err(DeviceError::new(DeviceErrorKind::Gone, "not there"))
    }
}

fn made(options: &HostOptions) -> (DeviceHost, Vec<String>) {
    DeviceHost::new(options, FakeClock::shared()).unwrap()
}

#[test]
fn the_built_in_pair_is_there_once_or_waits_beside_real_devices() {
    let only = HostOptions { only_virtual: true, builtin: true, ..HostOptions::default() };
    for options in [only.clone(), HostOptions { builtin_where_none: true, ..only.clone() }] {
        let (host, warnings) = made(&options);
        assert_eq!((host.cameras.len(), host.microphones.len(), warnings.len()), (1, 1, 0));
        assert!(host.spare_cameras.is_empty() && !host.needs_watch());
    }
    let (host, _) = made(&HostOptions { builtin_where_none: true, ..HostOptions::default() });
    assert_eq!((host.spare_cameras.len(), host.spare_microphones.len()), (1, 1));
    assert!(host.cameras.iter().all(|camera| camera.backend() != Backend::Virtual) && host.needs_watch());
}

#[test]
fn a_description_that_cannot_be_read_is_an_error_that_names_it() {
    let options = HostOptions { virtual_files: vec![PathBuf::from("absent.ron")], ..HostOptions::default() };
    let error = DeviceHost::new(&options, FakeClock::shared()).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("absent.ron"), "{error}");
}

#[test]
#[cfg(target_os = "linux")]
fn the_choice_of_code_for_cameras_is_followed() {
    let chosen = |cameras| {
        let (host, warnings) = made(&HostOptions { cameras, ..HostOptions::default() });
        let backends: Vec<Backend> = host.cameras.iter().map(|camera| camera.backend()).collect();
        (backends, warnings.len())
    };
    assert_eq!(chosen(CameraChoice::Auto), (vec![Backend::V4l2], 0));
    assert_eq!(chosen(CameraChoice::V4l2), (vec![Backend::V4l2], 0));
    let (nokhwa, warnings) = if cfg!(feature = "nokhwa") { (Backend::Nokhwa, 0) } else { (Backend::V4l2, 1) };
    assert_eq!(chosen(CameraChoice::Nokhwa), (vec![nokhwa], warnings));
}

#[test]
#[cfg(target_os = "linux")]
fn the_choice_of_code_for_microphones_is_followed() {
    let chosen = |microphones| {
        let (host, warnings) = made(&HostOptions { microphones, ..HostOptions::default() });
        let backends: Vec<Backend> = host.microphones.iter().map(|microphone| microphone.backend()).collect();
        (backends, warnings)
    };
    assert_eq!(chosen(MicrophoneChoice::Auto), (vec![Backend::Pulse, Backend::Alsa], vec![]));
    assert_eq!(chosen(MicrophoneChoice::Alsa), (vec![Backend::Alsa], vec![]));
    let (backends, warnings) = chosen(MicrophoneChoice::Pulse);
    assert_eq!(backends, [Backend::Pulse]);
    // Whether a server runs where the tests do is not known.
    assert!(warnings.iter().all(|warning| warning.contains("sound server")), "{warnings:?}");
}

fn device(backend: Backend, kind: MediaDeviceKind, name: &str) -> DeviceInfo {
    DeviceInfo {
        device_id: DeviceId(name.trim_end_matches('*').to_owned()),
        is_default: name.ends_with('*'),
        backend,
        ..DeviceInfo::bare(kind, "", "")
    }
}

/// A backend with devices by name; a star marks the default.
fn listed(backend: Backend, kind: MediaDeviceKind, names: &[&str]) -> Arc<Listed> {
    Arc::new(Listed(backend, Ok(names.iter().map(|name| device(backend, kind, name)).collect())))
}

fn cameras(backend: Backend, names: &[&str]) -> Arc<dyn CameraBackend> {
    listed(backend, MediaDeviceKind::VideoInput, names)
}

fn microphones(backend: Backend, names: &[&str]) -> Arc<dyn MicrophoneBackend> {
    listed(backend, MediaDeviceKind::AudioInput, names)
}

fn names(host: &DeviceHost) -> Vec<String> {
    let name = |device: DeviceInfo| device.device_id.0 + if device.is_default { "*" } else { "" };
    host.enumerate().0.into_iter().map(name).collect()
}

// ENUM-02: microphones A, B (default), camera C.
#[test]
fn microphones_come_first_and_the_default_of_a_kind_before_the_others() {
    crate::covers!("ENUM-02");
    let host = DeviceHost::from_backends(
        vec![cameras(Backend::V4l2, &["C", "D"])],
        vec![microphones(Backend::Pulse, &["A", "B*"]), microphones(Backend::Alsa, &["E*", "F"])],
    );
    assert_eq!(names(&host), ["B*", "A", "E", "F", "C*", "D"]);
}

#[test]
fn a_camera_that_cannot_deliver_is_no_default() {
    let [closed, mut open] = ["C", "D"].map(|name| device(Backend::V4l2, MediaDeviceKind::VideoInput, name));
    let mode =
        AudioMode { sample_rate: Extent::One(48_000), channels: Extent::One(2), sample_format: SampleFormat::S16 };
    open.modes.push(Mode::Audio(mode));
    let host = DeviceHost::from_backends(vec![Arc::new(Listed(Backend::V4l2, Ok(vec![closed, open])))], vec![]);
    assert_eq!(names(&host), ["D*", "C"]);
}

#[test]
fn a_backend_that_cannot_list_hides_no_other() {
    let error = DeviceError::new(DeviceErrorKind::ServerGone, "no server");
    let broken = Arc::new(Listed(Backend::Pulse, Err(error.clone())));
    let host = DeviceHost::from_backends(vec![], vec![broken, microphones(Backend::Alsa, &["A"])]);
    assert_eq!(names(&host), ["A*"]);
    assert_eq!(host.enumerate().1, [error]);
}

#[test]
fn spare_devices_are_there_only_while_no_other_of_the_kind_is() {
    let spare = |host: DeviceHost| {
        host.with_spare(vec![cameras(Backend::Virtual, &["VC"])], vec![microphones(Backend::Virtual, &["VM"])])
    };
    let host = spare(DeviceHost::from_backends(vec![cameras(Backend::V4l2, &["C"])], vec![]));
    assert_eq!(names(&host), ["VM*", "C*"]);
    assert_eq!(names(&spare(DeviceHost::from_backends(vec![cameras(Backend::V4l2, &[])], vec![]))), ["VM*", "VC*"]);
}

#[test]
fn a_device_is_opened_by_the_backend_that_lists_it() {
    let [first, second] = [["P"], ["Q"]].map(|names| cameras(Backend::Virtual, &names));
    let real = cameras(Backend::V4l2, &["C"]);
    let all = vec![Arc::clone(&real), Arc::clone(&first), Arc::clone(&second)];
    let host = DeviceHost::from_backends(all, vec![microphones(Backend::Virtual, &["P"])]);
    let found = |backend, name| host.camera(&device(backend, MediaDeviceKind::VideoInput, name));
    let is = |found: Option<Arc<dyn CameraBackend>>, expected: &Arc<dyn CameraBackend>| {
        found.is_some_and(|found| Arc::ptr_eq(&found, expected))
    };
    assert!(is(found(Backend::V4l2, "C"), &real));
    assert!(is(found(Backend::Virtual, "P"), &first));
    assert!(is(found(Backend::Virtual, "Q"), &second));
    assert!(found(Backend::Virtual, "R").is_none());
    assert!(found(Backend::Nokhwa, "C").is_none());
    assert!(host.camera(&device(Backend::Virtual, MediaDeviceKind::AudioInput, "P")).is_none());
    assert!(host.microphone(&device(Backend::Virtual, MediaDeviceKind::AudioInput, "P")).is_some());
}
