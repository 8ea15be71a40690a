//! What other programs are told to capture the same: command lines for a POSIX shell.

use crate::model::{Backend, CameraMode, ChosenMode, DeviceInfo, FrameRate, MicrophoneMode, PixelFormat, SampleFormat};

/// How long they capture: seconds.
const SECONDS: u32 = 10;

/// How ffmpeg calls the pixel formats and codecs of V4L2 (`ffmpeg -f v4l2 -list_formats all`).
const FFMPEG_FORMATS: [([u8; 4], &str); 17] = [
    (*b"YUYV", "yuyv422"),
    (*b"UYVY", "uyvy422"),
    (*b"NV12", "nv12"),
    (*b"YU12", "yuv420p"),
    (*b"422P", "yuv422p"),
    (*b"411P", "yuv411p"),
    (*b"YUV9", "yuv410p"),
    (*b"RGB3", "rgb24"),
    (*b"BGR3", "bgr24"),
    (*b"RGBP", "rgb565le"),
    (*b"GREY", "gray"),
    (*b"Y16 ", "gray16le"),
    (*b"MJPG", "mjpeg"),
    (*b"JPEG", "mjpeg"),
    (*b"H264", "h264"),
    (*b"HEVC", "hevc"),
    (*b"VP80", "vp8"),
];

/// A camera's mode as `v4l2-ctl` sets it and captures ten seconds in it; a microphone's as `arecord` or `parecord` does.
///
/// # Errors
/// A sentence where these programs cannot reach the device.
pub fn to_recorder(device: &DeviceInfo, mode: ChosenMode) -> Result<String, String> {
    match (mode, device.backend) {
        (ChosenMode::Video(mode), Backend::V4l2 | Backend::Nokhwa) if device.node.starts_with("/dev/") => {
            Ok(v4l2_ctl(&device.node, mode))
        }
        (ChosenMode::Audio(mode), Backend::Alsa) => Ok(arecord(&device.node, mode)),
        (ChosenMode::Audio(mode), Backend::Pulse) => Ok(parecord(&device.node, mode)),
        (ChosenMode::Video(_), _) => Err(out_of_reach("v4l2-ctl", device)),
        (ChosenMode::Audio(_), _) => Err(out_of_reach("arecord", device)),
    }
}

/// How ffmpeg captures ten seconds of the device in this mode.
///
/// # Errors
/// A sentence where it cannot reach the device.
pub fn to_ffmpeg(device: &DeviceInfo, mode: ChosenMode) -> Result<String, String> {
    match (mode, device.backend) {
        (ChosenMode::Video(mode), Backend::V4l2 | Backend::Nokhwa) if device.node.starts_with("/dev/") => {
            Ok(ffmpeg_camera(&device.node, mode))
        }
        (ChosenMode::Audio(mode), Backend::Alsa) => Ok(ffmpeg_microphone("alsa", &device.node, mode)),
        (ChosenMode::Audio(mode), Backend::Pulse) => Ok(ffmpeg_microphone("pulse", source(&device.node), mode)),
        _ => Err(out_of_reach("ffmpeg", device)),
    }
}

fn out_of_reach(program: &str, device: &DeviceInfo) -> String {
    match device.backend {
        Backend::Virtual => format!("{} is played by the lab itself: {program} cannot reach it.", device.name()),
        backend => format!("{program} has no way to {} that is known here: it is reached by {backend}.", device.name()),
    }
}

fn v4l2_ctl(node: &str, mode: CameraMode) -> String {
    let CameraMode { width, height, frame_rate, pixel_format } = mode;
    let frames = (frame_rate.as_f64() * f64::from(SECONDS)).ceil();
    let format = format!("--set-fmt-video=width={width},height={height},pixelformat={pixel_format}");
    let parts = [
        "v4l2-ctl".to_owned(),
        "-d".to_owned(),
        node.to_owned(),
        format,
        format!("--set-parm={frame_rate}"),
        "--stream-mmap".to_owned(),
        format!("--stream-count={frames}"),
    ];
    line(&parts)
}

fn ffmpeg_camera(node: &str, mode: CameraMode) -> String {
    let mut parts = strings(&["ffmpeg", "-f", "v4l2"]);
    if let Some(name) = ffmpeg_format(mode.pixel_format) {
        parts.extend(strings(&["-input_format", name]));
    }
    parts.extend(strings(&["-video_size", &format!("{}x{}", mode.width, mode.height)]));
    parts.extend(strings(&["-framerate", &fraction(mode.frame_rate), "-i", node]));
    parts.extend(strings(&["-t", &SECONDS.to_string(), "capture.mkv"]));
    line(&parts)
}

fn ffmpeg_format(format: PixelFormat) -> Option<&'static str> {
    FFMPEG_FORMATS.iter().find(|(code, _)| PixelFormat(*code) == format).map(|(_, name)| *name)
}

/// `30`, or `30000/1001`.
fn fraction(rate: FrameRate) -> String {
    match rate.denominator() {
        1 => rate.numerator().to_string(),
        denominator => format!("{}/{denominator}", rate.numerator()),
    }
}

fn arecord(node: &str, mode: MicrophoneMode) -> String {
    let format = match mode.sample_format {
        SampleFormat::U8 => "U8",
        SampleFormat::S16 => "S16_LE",
        SampleFormat::S24 => "S24_LE",
        SampleFormat::S24In3 => "S24_3LE",
        SampleFormat::S32 => "S32_LE",
        SampleFormat::F32 => "FLOAT_LE",
    };
    let (rate, channels) = (mode.sample_rate.to_string(), mode.channels.to_string());
    let period = format!("--period-size={}", mode.period);
    let seconds = SECONDS.to_string();
    line(&strings(&[
        "arecord",
        "-D",
        node,
        "-f",
        format,
        "-r",
        &rate,
        "-c",
        &channels,
        &period,
        "-d",
        &seconds,
        "capture.wav",
    ]))
}

/// It has no end of its own: `timeout` ends it.
fn parecord(node: &str, mode: MicrophoneMode) -> String {
    let format = match mode.sample_format {
        SampleFormat::U8 => "u8",
        SampleFormat::S16 => "s16le",
        SampleFormat::S24 => "s24-32le",
        SampleFormat::S24In3 => "s24le",
        SampleFormat::S32 => "s32le",
        SampleFormat::F32 => "float32le",
    };
    let parts = [
        "timeout".to_owned(),
        SECONDS.to_string(),
        "parecord".to_owned(),
        format!("--device={}", source(node)),
        format!("--format={format}"),
        format!("--rate={}", mode.sample_rate),
        format!("--channels={}", mode.channels),
        "capture.wav".to_owned(),
    ];
    line(&parts)
}

fn ffmpeg_microphone(demuxer: &str, name: &str, mode: MicrophoneMode) -> String {
    let codec = match mode.sample_format {
        SampleFormat::U8 => "pcm_u8",
        SampleFormat::S16 => "pcm_s16le",
        SampleFormat::S24 | SampleFormat::S32 => "pcm_s32le", // the same four bytes
        SampleFormat::S24In3 => "pcm_s24le",
        SampleFormat::F32 => "pcm_f32le",
    };
    let (rate, channels) = (mode.sample_rate.to_string(), mode.channels.to_string());
    let mut parts = strings(&["ffmpeg", "-f", demuxer, "-c:a", codec, "-sample_rate", &rate, "-channels", &channels]);
    parts.extend(strings(&["-i", name, "-t", &SECONDS.to_string(), "capture.wav"]));
    line(&parts)
}

/// The name of a source as the sound server has it; nodes put `pulse:` before it.
fn source(node: &str) -> &str {
    node.strip_prefix("pulse:").unwrap_or(node)
}

fn strings(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|part| (*part).to_owned()).collect()
}

fn line(parts: &[String]) -> String {
    parts.iter().map(|part| shell_quoted(part)).collect::<Vec<_>>().join(" ")
}

/// A word for a POSIX shell, in single quotes where it needs them. No shell can be given a NUL: it is left out.
pub fn shell_quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_=+,./:@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\0', "").replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MediaDeviceKind;

    fn camera(node: &str, backend: Backend) -> DeviceInfo {
        DeviceInfo { backend, ..DeviceInfo::bare(MediaDeviceKind::VideoInput, "Cam", node) }
    }

    fn microphone(node: &str, backend: Backend) -> DeviceInfo {
        DeviceInfo { backend, ..DeviceInfo::bare(MediaDeviceKind::AudioInput, "Mic", node) }
    }

    fn picture(pixel_format: PixelFormat) -> ChosenMode {
        ChosenMode::Video(CameraMode {
            width: 1280,
            height: 720,
            frame_rate: FrameRate::new(30000, 1001),
            pixel_format,
        })
    }

    const SOUND: ChosenMode = ChosenMode::Audio(MicrophoneMode {
        sample_rate: 48000,
        channels: 2,
        sample_format: SampleFormat::S16,
        period: 960,
    });

    #[test]
    fn a_camera_is_set_and_captured_by_v4l2_ctl_and_by_ffmpeg() {
        let (camera, mode) = (camera("/dev/video0", Backend::V4l2), picture(PixelFormat::MJPG));
        assert_eq!(
            to_recorder(&camera, mode).unwrap(),
            "v4l2-ctl -d /dev/video0 --set-fmt-video=width=1280,height=720,pixelformat=MJPG --set-parm=29.97 \
             --stream-mmap --stream-count=300"
        );
        assert_eq!(
            to_ffmpeg(&camera, mode).unwrap(),
            "ffmpeg -f v4l2 -input_format mjpeg -video_size 1280x720 -framerate 30000/1001 -i /dev/video0 -t 10 \
             capture.mkv"
        );
        let odd = picture(PixelFormat(*b"Y16 "));
        assert!(
            to_recorder(&camera, odd).unwrap().contains("'--set-fmt-video=width=1280,height=720,pixelformat=Y16 '")
        );
        assert!(!to_ffmpeg(&camera, picture(PixelFormat(*b"ABCD"))).unwrap().contains("input_format"));
    }

    #[test]
    fn a_microphone_is_recorded_as_its_backend_wants() {
        let (alsa, pulse) = (microphone("hw:1,0", Backend::Alsa), microphone("pulse:my mic", Backend::Pulse));
        assert_eq!(
            to_recorder(&alsa, SOUND).unwrap(),
            "arecord -D hw:1,0 -f S16_LE -r 48000 -c 2 --period-size=960 -d 10 capture.wav"
        );
        assert_eq!(
            to_ffmpeg(&alsa, SOUND).unwrap(),
            "ffmpeg -f alsa -c:a pcm_s16le -sample_rate 48000 -channels 2 -i hw:1,0 -t 10 capture.wav"
        );
        assert_eq!(
            to_recorder(&pulse, SOUND).unwrap(),
            "timeout 10 parecord '--device=my mic' --format=s16le --rate=48000 --channels=2 capture.wav"
        );
        assert!(
            to_ffmpeg(&pulse, SOUND).unwrap().contains("-f pulse")
                && to_ffmpeg(&pulse, SOUND).unwrap().contains("-i 'my mic'")
        );
    }

    #[test]
    fn what_no_program_reaches_is_said() {
        let test_camera = camera("virtual:cam", Backend::Virtual);
        let reason = to_recorder(&test_camera, picture(PixelFormat::NV12)).unwrap_err();
        assert_eq!(reason, "Cam (virtual:cam) is played by the lab itself: v4l2-ctl cannot reach it.");
        assert!(to_ffmpeg(&microphone("mic", Backend::Cpal), SOUND).unwrap_err().contains("by cpal"));
    }

    #[test]
    fn a_shell_gives_quoted_words_back() {
        for word in ["plain", "", "two words", "it's", "$HOME `id` \"x\" \\ ! * ~", "a\nb", "-x; rm"] {
            let echo = format!("printf %s {}", shell_quoted(word));
            let output = std::process::Command::new("sh").args(["-c", &echo]).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), word);
        }
    }
}
