//! Captures from a camera and a microphone, and reads like web code: `cargo run --example get_user_media`.

use std::error::Error;
use std::thread;
use std::time::Duration;

use capture_lab::api::{Exception, MediaDevices, MediaStreamTrack, TrackEventName};
use capture_lab::devices::HostOptions;
use capture_lab::selection::{parse_constraints, parse_track_constraints};

fn main() -> Result<(), Box<dyn Error>> {
    pollster::block_on(run())
}

async fn run() -> Result<(), Box<dyn Error>> {
    // Built-in devices stand in where there is no camera or no microphone.
    let media_devices =
        MediaDevices::with_options(&HostOptions { builtin_where_none: true, ..HostOptions::default() })?;
    for device in media_devices.enumerate_devices().await? {
        println!("{} {:?} {}", device.kind, device.label, device.device_id);
    }

    let constraints = parse_constraints(r#"{"video": {"width": {"ideal": 1280}}, "audio": true}"#)?.constraints;
    let stream = match media_devices.get_user_media(constraints).await {
        Ok(stream) => stream,
        Err(Exception::Overconstrained(error)) => return Err(format!("{} is too much", error.constraint).into()),
        Err(error) => return Err(error.into()),
    };
    for track in stream.get_tracks() {
        tell(&track);
        track.add_event_listener(TrackEventName::Ended, |event| println!("{} has ended", event.target.label()));
    }

    // A second view of the camera, a quarter of the size, from the same device.
    if let Some(camera) = stream.get_video_tracks().first() {
        let small = camera.clone_track();
        small.apply_constraints(parse_track_constraints(r#"{"width": {"exact": 320}}"#)?.constraints).await?;
        tell(&small);
        thread::sleep(Duration::from_secs(1));
        small.stop();
    }
    stream.get_tracks().iter().for_each(MediaStreamTrack::stop);
    println!("active: {}", stream.active());
    Ok(())
}

fn tell(track: &MediaStreamTrack) {
    println!("{} track of {}:", track.kind(), track.label());
    for (property, value) in track.get_settings().iter() {
        println!("  {property}: {value}");
    }
}
