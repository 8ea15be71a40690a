//! Bytes in files: encoders and muxers. Nothing here knows of devices or threads.
