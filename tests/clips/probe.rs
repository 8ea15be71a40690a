//! What ffmpeg finds in a clip, where it is installed, and measurements of decoded sound.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

/// Whether ffmpeg and ffprobe can be run; says which check is skipped where not.
pub fn is_installed(check: &str) -> bool {
    let runs = |tool: &str| {
        Command::new(tool)
            .arg("-version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    };
    let installed = runs("ffmpeg") && runs("ffprobe");
    if !installed {
        // Past the harness, which would keep a passing test's words to itself.
        writeln!(io::stderr(), "skipped: no ffmpeg: {check}").ok();
    }
    installed
}

/// The output of a command, and its complaints.
fn run(tool: &str, arguments: &[&str]) -> (Vec<u8>, String) {
    let output = Command::new(tool).args(arguments).stdin(Stdio::null()).output().unwrap();
    (output.stdout, String::from_utf8_lossy(&output.stderr).into_owned())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// One line of numbers for each frame or packet or stream.
fn entries(path: &Path, stream: &str, entries: &str) -> Vec<Vec<f64>> {
    let (output, _) = run(
        "ffprobe",
        &["-v", "quiet", "-select_streams", stream, "-show_entries", entries, "-of", "csv=p=0", text(path)],
    );
    let lines = String::from_utf8(output).unwrap();
    let numbers = |line: &str| line.split(',').filter_map(|field| field.parse().ok()).collect();
    lines.lines().filter(|line| !line.is_empty()).map(numbers).collect()
}

/// Start and length of a track, `v` or `a`, in seconds.
pub fn track(path: &Path, stream: &str) -> (f64, f64) {
    let lines = entries(path, stream, "stream=start_time,duration");
    (lines[0][0], lines[0][1])
}

/// Times of the packets of a track, in seconds.
pub fn packet_times(path: &Path, stream: &str) -> Vec<f64> {
    entries(path, stream, "packet=pts_time").iter().map(|line| line[0]).collect()
}

/// Times of the pictures, and whether each is a key frame.
pub fn pictures(path: &Path) -> Vec<(bool, f64)> {
    let lines = entries(path, "v", "frame=key_frame,pts_time");
    lines.iter().map(|line| (line[0] > 0.5, line[1])).collect()
}

/// The luma of each decoded picture, and what the decoder complained about.
pub fn luma(path: &Path) -> (Vec<Vec<u8>>, (u32, u32), String) {
    let size = entries(path, "v", "stream=width,height");
    let (width, height) = (size[0][0] as u32, size[0][1] as u32);
    let (output, complaints) = run(
        "ffmpeg",
        &[
            "-v",
            "warning",
            "-i",
            text(path),
            "-map",
            "0:v",
            "-fps_mode",
            "passthrough",
            "-enc_time_base",
            "-1",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "gray",
            "-",
        ],
    );
    let pictures = output.chunks_exact((width * height) as usize).map(<[u8]>::to_vec).collect();
    (pictures, (width, height), complaints)
}

/// Decoded sound as interleaved samples at 48 kHz, and what the decoder complained about.
pub fn sound(path: &Path) -> (Vec<f32>, String) {
    let (output, complaints) =
        run("ffmpeg", &["-v", "warning", "-i", text(path), "-map", "0:a", "-f", "f32le", "-ar", "48000", "-"]);
    let samples = output.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect();
    (samples, complaints)
}

/// One channel of stereo.
pub fn channel(samples: &[f32], channel: usize) -> Vec<f64> {
    samples.chunks_exact(2).map(|frame| f64::from(frame[channel])).collect()
}

/// Peak of a sine in dBFS, from its power.
pub fn sine_dbfs(samples: &[f64]) -> f64 {
    let power = samples.iter().map(|sample| sample * sample).sum::<f64>() / samples.len() as f64;
    20.0 * (power * 2.0).sqrt().log10()
}

/// Frequency from the first and the last upward zero crossing.
pub fn frequency(samples: &[f64], rate: f64) -> f64 {
    let crossings: Vec<f64> = samples
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair[0] < 0.0 && pair[1] >= 0.0)
        .map(|(index, pair)| index as f64 - pair[0] / (pair[1] - pair[0]))
        .collect();
    let (first, last) = (crossings[0], crossings[crossings.len() - 1]);
    (crossings.len() - 1) as f64 * rate / (last - first)
}

/// By how many samples `got` lags behind `wanted`, at most `most` either way: where they agree best.
pub fn lag(got: &[f64], wanted: &[f64], most: i64) -> i64 {
    let sounding: Vec<_> = (0..).zip(wanted).filter(|(_, sample)| **sample != 0.0).collect();
    let agreement = |lag: i64| -> f64 {
        let at = |index: i64| usize::try_from(index + lag).ok().and_then(|index| got.get(index));
        sounding.iter().filter_map(|(index, sample)| Some(*sample * at(*index)?)).sum()
    };
    (-most..=most).max_by(|left, right| agreement(*left).total_cmp(&agreement(*right))).unwrap()
}
