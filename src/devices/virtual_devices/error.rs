//! Why virtual devices cannot be loaded.

use std::path::PathBuf;

/// Why a description of virtual devices cannot be used. The message is one sentence with the place in the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VirtualError {
    /// The file cannot be read.
    #[error("cannot read the virtual devices in {}: {message}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        message: String,
    },
    /// The text is no description of virtual devices.
    #[error("{}, line {line}, column {column}: {message}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What was found or expected.
        message: String,
    },
    /// The file that a camera is to show cannot be used.
    #[error("cannot use {} as the source of the virtual camera “{camera}”: {message}", path.display())]
    Source {
        /// The name of the camera.
        camera: String,
        /// The camera's file.
        path: PathBuf,
        /// What the system says, or what is possible.
        message: String,
    },
    /// The file that a microphone is to hear cannot be used.
    #[error("cannot use {} as the source of the virtual microphone “{microphone}”: {message}", path.display())]
    Sound {
        /// The name of the microphone.
        microphone: String,
        /// The microphone's file.
        path: PathBuf,
        /// What the system says, or what is possible.
        message: String,
    },
    /// The file that a camera is to show is damaged or empty.
    #[error("{}, byte {at}: {message} (the source of the virtual camera “{camera}”)", path.display())]
    DamagedSource {
        /// The name of the camera.
        camera: String,
        /// The camera's file.
        path: PathBuf,
        /// Counted from 0.
        at: u64,
        /// What was expected there.
        message: String,
    },
}
