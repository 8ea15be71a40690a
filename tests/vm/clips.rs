//! Clips of kernel devices, decoded by ffmpeg on the host.

use std::path::Path;

use crate::probe;
use crate::rig::{self, Step};

const RATE: f64 = 12.5;

/// How many pictures the recorder says it lost.
fn lost(step: &Step) -> u64 {
    let text = step.text();
    assert!(text.contains(" lost"), "no summary: {text}");
    let Some((before, _)) = text.split_once(" pictures lost") else { return 0 };
    before.split_whitespace().last().expect("a number").parse().unwrap_or_else(|_| panic!("{text}"))
}

/// The clip has every frame of its time but for those that were reported as lost, and the picture moves.
fn check_pictures(clip: &Path, seconds: f64, lost: u64) {
    let times: Vec<f64> = probe::pictures(clip).into_iter().map(|(_, time)| time).collect();
    let expected = seconds * RATE - lost as f64;
    assert!((times.len() as f64 - expected).abs() <= 3.0, "{} pictures for {expected}", times.len());
    let holes: f64 = times.windows(2).map(|pair| (((pair[1] - pair[0]) * RATE).round() - 1.0).max(0.0)).sum();
    assert!(holes <= lost as f64, "{holes} pictures are missing, {lost} are reported: {times:?}");
    let (luma, size, complaints) = probe::luma(clip);
    assert_eq!((size, complaints.as_str()), ((320, 180), ""));
    assert_eq!(luma.len(), times.len());
    let still = luma.windows(2).filter(|pair| pair[0] == pair[1]).count();
    assert_eq!(still, 0, "pictures that equal the one before");
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_clip_of_camera_and_microphone_has_both_whole() {
    let Some(results) = rig::results() else { return };
    if !probe::is_installed("clips of kernel devices") {
        return;
    }
    let step = results.step("record");
    assert_eq!(step.status, 0, "{}", step.errors);
    let clip = results.path("record.mp4");
    check_pictures(&clip, 5.0, lost(&step));
    let (_, video) = probe::track(&clip, "v");
    let (_, audio) = probe::track(&clip, "a");
    assert!((video - audio).abs() <= 0.1, "{video} s of pictures, {audio} s of sound");
    assert!((audio - 5.0).abs() <= 0.5, "{audio} s");

    let (sound, _) = probe::sound(&clip);
    for (number, dbfs) in [-18.0, -24.0].into_iter().enumerate() {
        check_tone(&probe::channel(&sound, number), dbfs);
    }
}

/// The tone is right wherever it sounds, and it sounds nearly everywhere: a card of a machine that is emulated in software
/// loses some where the host is busy, and silence stands there.
fn check_tone(samples: &[f64], dbfs: f64) {
    let half_peak = 10_f64.powf(dbfs / 20.0) / 2.0;
    let sounds = |piece: &[f64]| piece.iter().any(|sample| sample.abs() > half_peak);
    // Without the encoder's run-in and run-out.
    let pieces: Vec<_> = samples[12_000..samples.len() - 12_000].chunks_exact(12_000).collect();
    let whole: Vec<_> = pieces.iter().filter(|piece| piece.chunks(240).all(sounds)).collect();
    assert!(whole.len() * 3 >= pieces.len() * 2, "{} of {} quarters of a second are whole", whole.len(), pieces.len());
    for piece in whole {
        let (level, hertz) = (probe::sine_dbfs(piece), probe::frequency(piece, 48_000.0));
        assert!((level - dbfs).abs() <= 1.0, "{level} dBFS");
        assert!((hertz - 997.0).abs() <= 1.0, "{hertz} Hz");
    }
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_clip_of_a_camera_alone_has_every_picture() {
    let Some(results) = rig::results() else { return };
    if !probe::is_installed("clips of kernel devices") {
        return;
    }
    let step = results.step("pictures");
    assert_eq!(step.status, 0, "{}", step.errors);
    check_pictures(&results.path("pictures.mp4"), 5.0, lost(&step));
}
