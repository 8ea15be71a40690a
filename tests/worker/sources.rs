//! A camera that shows a file.

use capture_lab::worker::TrackMonitor;

use crate::support::{Lab, delivered};

#[test]
fn a_track_shows_the_colours_of_the_file() {
    // Red and green, green and blue, blue and red: left and right half, five pictures per second.
    let camera = r#"(name: "file", label: "File", source: File("assets/virtual/replay.y4m"))"#;
    let mut lab = Lab::new(&[camera], &[]);
    let track = lab.open_one(r#"{"video":{"width":{"exact":64},"height":{"exact":32}}}"#);
    let TrackMonitor::Video { preview, .. } = &track.monitor else { panic!("no picture") };
    let [red, green, blue] = [[255, 0, 0], [0, 255, 0], [0, 0, 255]];
    let halves = [(red, green), (green, blue), (blue, red)];
    for _ in 0..7 {
        lab.advance(0.2);
        let image = lab.until("a picture", |_| preview.take());
        let (left, right) = halves[image.sequence as usize % 3];
        assert_eq!((image.width, image.height), (64, 32));
        for (pixel, wanted) in [(image.pixels[8], left), (image.pixels[64 * 31 + 60], right)] {
            let is_near =
                pixel.to_ne_bytes().iter().zip(wanted).all(|(part, wanted): (&u8, u8)| part.abs_diff(wanted) <= 3);
            assert!(is_near, "picture {}: {pixel:08x}", image.sequence);
        }
    }
    assert!(delivered(&track) >= 7);
}
