//! The command line's definition.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::app::Renderer;
use crate::devices::{CameraChoice, HostOptions, MicrophoneChoice};
use crate::model::{ColourMatrix, ColourOverride, ColourRange, PixelFormat};
use crate::preferences::Theme;
use crate::worker::Choice;

/// The longest time that can be asked for: a year, in seconds.
const LONGEST: f64 = 366.0 * 24.0 * 3600.0;

/// The whole command line.
#[derive(Clone, Debug, Parser)]
#[command(name = "capture-lab", version, about, disable_help_subcommand = true)]
#[command(
    after_help = "Without a subcommand the window opens. CONSTRAINTS are written as the web writes them, for instance \
    '{\"video\":{\"width\":{\"ideal\":1280}},\"audio\":true}'; a preset file (RON) serves as well."
)]
pub struct Arguments {
    /// What devices there are, and what is said.
    #[command(flatten)]
    pub common: Common,
    /// Of the window alone.
    #[command(flatten)]
    pub window: Window,
    /// What to do instead of opening the window.
    #[command(subcommand)]
    pub task: Option<Task>,
}

/// Options that the window and all subcommands have.
#[derive(Args, Clone, Debug)]
pub struct Common {
    /// Add the virtual devices that a RON file describes, or the built-in pair (“builtin”)
    #[arg(long = "virtual", value_name = "FILE|builtin", global = true)]
    pub virtual_devices: Vec<String>,
    /// Hide real devices
    #[arg(long, global = true)]
    pub only_virtual: bool,
    /// The code that talks to cameras (V4L2 is of Linux)
    #[arg(long, value_enum, default_value_t = CameraBackendName::Auto, global = true)]
    pub backend: CameraBackendName,
    /// The code that talks to microphones on Linux
    #[arg(long, value_enum, default_value_t = AudioBackendName::Auto, global = true)]
    pub audio_backend: AudioBackendName,
    /// Keep everything under this folder
    #[arg(long, value_name = "DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// Choose among these devices only: a node, a deviceId, or a unique part of a label
    #[arg(long, value_name = "NODE|ID|LABEL", global = true)]
    pub device: Vec<String>,
    /// Choose an input of the camera first (of those that “devices” lists); the device keeps it
    #[arg(long, value_name = "N|NAME", global = true)]
    pub input: Option<String>,
    /// Set the camera's input to a television standard (of those that “devices” lists); the device keeps it
    #[arg(long, value_name = "NAME", global = true, conflicts_with = "timings")]
    pub standard: Option<String>,
    /// Set the camera's input to DV timings, such as 1920x1080p60 (of those that “devices” lists); the device keeps them
    #[arg(long, value_name = "NAME", global = true)]
    pub timings: Option<String>,
    /// Fix the pixel format
    #[arg(long, value_name = "FOURCC|auto", global = true, value_parser = pixel_format)]
    pub pixel_format: Option<PixelFormatChoice>,
    /// Read the camera's pictures in this range, whatever its driver says
    #[arg(long, value_name = "limited|full", global = true, value_parser = colour_range)]
    pub colour_range: Option<ColourRange>,
    /// Read the camera's pictures with this matrix, whatever its driver says
    #[arg(long, value_name = "601|709|2020", global = true, value_parser = colour_matrix)]
    pub colour_matrix: Option<ColourMatrix>,
    /// Say errors only
    #[arg(long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more
    #[arg(long, global = true)]
    pub verbose: bool,
}

/// Options of the window.
#[derive(Args, Clone, Debug)]
pub struct Window {
    /// Capture at once and show the preview
    #[arg(long, value_name = "CONSTRAINTS|PRESET")]
    pub open: Vec<String>,
    /// What draws the window: glow on Linux and wgpu elsewhere, or one of them
    #[arg(long, value_enum, default_value_t = RendererName::Auto)]
    pub renderer: RendererName,
    /// The window's language
    #[arg(long)]
    pub lang: Option<String>,
    /// The window's theme
    #[arg(long, value_enum)]
    pub theme: Option<ThemeName>,
    /// Answer the next file dialog with this path
    #[arg(long, value_name = "PATH")]
    pub dialog_answer: Vec<PathBuf>,
}

/// A subcommand. None needs a display.
#[derive(Clone, Debug, Subcommand)]
pub enum Task {
    /// List inputs and their modes
    Devices {
        /// Print JSON
        #[arg(long)]
        json: bool,
        /// Stay, and print each change
        #[arg(long)]
        watch: bool,
    },
    /// Say what would be selected for given devices and constraints, without opening anything
    Select {
        /// A JSON list of cases; - reads standard input
        #[arg(value_name = "FILE")]
        file: String,
        /// Add every mode with its distances, and on failure what conflicts and what would help
        #[arg(long)]
        explain: bool,
    },
    /// Open tracks and report what they deliver
    Watch {
        /// What to capture
        #[arg(value_name = "CONSTRAINTS|PRESET")]
        request: String,
        /// End after this time
        #[arg(long, value_parser = seconds, allow_negative_numbers = true)]
        seconds: Option<Duration>,
        /// Print one line of JSON per happening
        #[arg(long)]
        json: bool,
        /// Whether it waits for its device
        #[command(flatten)]
        wait: Waiting,
    },
    /// Record a clip
    Record(RecordArguments),
    /// Take pictures
    Snapshot {
        /// What to capture
        #[arg(value_name = "CONSTRAINTS|PRESET")]
        request: String,
        /// The file: .png, .jpg or .raw
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// How many pictures; above 1 the files are numbered
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        count: u32,
        /// Keep the camera's own JPEG bytes
        #[arg(long)]
        original: bool,
        /// Replace a file that is there
        #[arg(long)]
        overwrite: bool,
        /// Whether it waits for its device
        #[command(flatten)]
        wait: Waiting,
    },
    /// Measure a camera in each of its modes, one after the other
    Sweep(SweepArguments),
    /// Compare what V4L2 and nokhwa list and deliver of one camera (Linux)
    Compare(CompareArguments),
    /// Print the man page or shell completions
    #[command(hide = true)]
    Generate {
        /// What to print
        #[arg(value_enum)]
        what: Generated,
    },
}

/// What `record` is told.
#[derive(Args, Clone, Debug)]
pub struct RecordArguments {
    /// What to capture
    #[arg(value_name = "CONSTRAINTS|PRESET")]
    pub request: String,
    /// The clip: .mp4, or .wav for sound alone
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// End after this time
    #[arg(long, value_parser = seconds, allow_negative_numbers = true)]
    pub seconds: Option<Duration>,
    /// End at this size of the file
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub bytes: Option<u64>,
    /// The format; auto follows the extension
    #[arg(long, value_enum, default_value_t = ClipFormat::Auto)]
    pub format: ClipFormat,
    /// Replace a file that is there
    #[arg(long)]
    pub overwrite: bool,
    /// Whether it waits for its device.
    #[command(flatten)]
    pub wait: Waiting,
}

/// Whether, and how long, a subcommand waits for its device.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct Waiting {
    /// Wait for a device that is not there, as long as it takes or for so many seconds
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, value_parser = seconds)]
    #[allow(clippy::option_option)] // not given, given, given with a time: clap's way to say so
    pub wait: Option<Option<Duration>>,
}

/// What `sweep` is told.
#[derive(Args, Clone, Debug)]
pub struct SweepArguments {
    /// The camera: its node, deviceId, or a unique part of its label
    #[arg(value_name = "DEVICE")]
    pub camera: String,
    /// How long each mode is measured
    #[arg(long, default_value = "3", value_parser = seconds, allow_negative_numbers = true)]
    pub seconds: Duration,
    /// Only modes of this pixel format (may be repeated)
    #[arg(long, value_name = "FOURCC", value_parser = fourcc)]
    pub format: Vec<PixelFormat>,
    /// Only modes of this size, for instance 1280x720 (may be repeated)
    #[arg(long, value_name = "WxH", value_parser = size)]
    pub size: Vec<(u32, u32)>,
    /// Only modes of this rate, in frames per second (may be repeated)
    #[arg(long, value_name = "FPS", value_parser = rate)]
    pub rate: Vec<f64>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Write the results too: .json, or .csv for a spreadsheet
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long)]
    pub overwrite: bool,
    /// Compare with an earlier sweep's JSON; ends with 1 where a mode became worse
    #[arg(long, value_name = "FILE")]
    pub compare: Option<PathBuf>,
}

/// What `compare` is told.
#[derive(Args, Clone, Debug)]
pub struct CompareArguments {
    /// The camera: its node, deviceId, or a unique part of its label
    #[arg(value_name = "DEVICE")]
    pub camera: String,
    /// How long each backend is measured
    #[arg(long, default_value = "3", value_parser = seconds, allow_negative_numbers = true)]
    pub seconds: Duration,
    /// Measure in a mode of this pixel format (may be repeated)
    #[arg(long, value_name = "FOURCC", value_parser = fourcc)]
    pub format: Vec<PixelFormat>,
    /// Measure in a mode of this size, for instance 1280x720 (may be repeated)
    #[arg(long, value_name = "WxH", value_parser = size)]
    pub size: Vec<(u32, u32)>,
    /// Measure in a mode of this rate, in frames per second (may be repeated)
    #[arg(long, value_name = "FPS", value_parser = rate)]
    pub rate: Vec<f64>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident => $target:ty { $($(#[$item:meta])* $variant:ident => $value:expr),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
        pub enum $name { $($(#[$item])* $variant),* }

        impl From<$name> for $target {
            fn from(name: $name) -> Self {
                match name { $($name::$variant => $value),* }
            }
        }
    };
}

choice! {
    /// `--backend`.
    CameraBackendName => CameraChoice {
        /// V4L2 on Linux, nokhwa elsewhere
        Auto => CameraChoice::Auto,
        /// The lab's own V4L2 loop
        V4l2 => CameraChoice::V4l2,
        /// nokhwa
        Nokhwa => CameraChoice::Nokhwa,
    }
}

choice! {
    /// `--audio-backend`.
    AudioBackendName => MicrophoneChoice {
        /// The sound server where one runs, and ALSA
        Auto => MicrophoneChoice::Auto,
        /// ALSA only
        Alsa => MicrophoneChoice::Alsa,
        /// The sound server only
        Pulse => MicrophoneChoice::Pulse,
    }
}

choice! {
    /// `--renderer`.
    RendererName => Renderer {
        /// What suits the system
        Auto => Renderer::Auto,
        /// OpenGL
        Glow => Renderer::Glow,
        /// Vulkan, Metal, DirectX 12
        Wgpu => Renderer::Wgpu,
    }
}

choice! {
    /// `--theme`.
    ThemeName => Theme {
        /// What the system has
        System => Theme::System,
        /// Dark on light
        Light => Theme::Light,
        /// Light on dark
        Dark => Theme::Dark,
    }
}

/// `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ClipFormat {
    /// What the extension says
    Auto,
    /// MP4 with H.264 and Opus
    Mp4,
    /// Sound alone
    Wav,
}

/// What `generate` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Generated {
    /// The man page
    Man,
    /// Completions for bash
    Bash,
    /// Completions for fish
    Fish,
    /// Completions for zsh
    Zsh,
}

/// `--pixel-format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelFormatChoice {
    /// Left to the lab.
    Auto,
    /// Fixed.
    Fixed(PixelFormat),
}

fn pixel_format(text: &str) -> Result<PixelFormatChoice, String> {
    if text == "auto" { Ok(PixelFormatChoice::Auto) } else { text.parse().map(PixelFormatChoice::Fixed) }
}

fn colour_range(text: &str) -> Result<ColourRange, String> {
    match text {
        "limited" => Ok(ColourRange::Limited),
        "full" => Ok(ColourRange::Full),
        _ => Err(format!("“{text}” is no range: write limited or full")),
    }
}

fn colour_matrix(text: &str) -> Result<ColourMatrix, String> {
    match text {
        "601" => Ok(ColourMatrix::Bt601),
        "709" => Ok(ColourMatrix::Bt709),
        "2020" => Ok(ColourMatrix::Bt2020),
        _ => Err(format!("“{text}” is no matrix: write 601, 709 or 2020")),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.0..=LONGEST).contains(seconds) && *seconds > 0.0);
    seconds
        .map(Duration::from_secs_f64)
        .ok_or_else(|| format!("“{text}” is no number of seconds above 0, up to a year"))
}

fn fourcc(text: &str) -> Result<PixelFormat, String> {
    text.parse()
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let parts =
        text.split_once(['x', '×']).and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    parts.ok_or_else(|| format!("“{text}” is no size such as 1280x720"))
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate| *rate > 0.0 && *rate <= 1e6);
    rate.ok_or_else(|| format!("“{text}” is no number of frames per second above 0"))
}

impl Common {
    /// Which devices there are to be; the salt is still to be filled in.
    pub fn host_options(&self) -> HostOptions {
        let builtin = |name: &&String| name.as_str() == "builtin";
        HostOptions {
            cameras: self.backend.into(),
            microphones: self.audio_backend.into(),
            only_virtual: self.only_virtual,
            builtin: self.virtual_devices.iter().any(|name| builtin(&name))
                || (self.only_virtual && self.virtual_devices.is_empty()),
            builtin_where_none: false,
            virtual_files: self.virtual_devices.iter().filter(|name| !builtin(name)).map(PathBuf::from).collect(),
            salt: Vec::new(),
        }
    }

    /// What is fixed beside the constraints; a preset's own choice holds where the command line has none.
    pub fn choice(&self, preset: Choice) -> Choice {
        Choice {
            devices: if self.device.is_empty() { preset.devices } else { self.device.clone() },
            pixel_format: match self.pixel_format {
                Some(PixelFormatChoice::Fixed(format)) => Some(format),
                Some(PixelFormatChoice::Auto) => None,
                None => preset.pixel_format,
            },
            colour: ColourOverride {
                range: self.colour_range.or(preset.colour.range),
                matrix: self.colour_matrix.or(preset.colour.matrix),
            },
            waits: preset.waits,
            controls: preset.controls,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn colours_of_the_command_line_go_before_those_of_the_preset() {
        let choice = |arguments: &[&str]| {
            let all = ["capture-lab"].into_iter().chain(arguments.iter().copied());
            let colour = ColourOverride { range: Some(ColourRange::Limited), matrix: None };
            let preset = Choice { colour, ..Choice::default() };
            Arguments::try_parse_from(all).map(|arguments| arguments.common.choice(preset).colour).ok()
        };
        let (range, matrix) = (Some(ColourRange::Limited), Some(ColourMatrix::Bt709));
        assert_eq!(choice(&[]), Some(ColourOverride { range, matrix: None }));
        assert_eq!(choice(&["--colour-matrix", "709"]), Some(ColourOverride { range, matrix }));
        let full = Some(ColourRange::Full);
        assert_eq!(choice(&["--colour-range", "full"]), Some(ColourOverride { range: full, matrix: None }));
        assert_eq!((choice(&["--colour-range", "wide"]), choice(&["--colour-matrix", "240"])), (None, None));
    }

    fn host(arguments: &[&str]) -> HostOptions {
        let all = ["capture-lab"].into_iter().chain(arguments.iter().copied());
        Arguments::try_parse_from(all).unwrap().common.host_options()
    }

    #[test]
    fn only_virtual_implies_the_built_in_pair_unless_others_are_given() {
        assert!(!host(&[]).builtin);
        assert!(host(&["--only-virtual"]).builtin);
        assert!(host(&["--virtual", "builtin"]).builtin);
        let file = host(&["--only-virtual", "--virtual", "file.ron"]);
        assert_eq!((file.builtin, file.virtual_files), (false, vec![PathBuf::from("file.ron")]));
        assert!(host(&["--only-virtual", "--virtual", "file.ron", "--virtual", "builtin"]).builtin);
    }
}
