//! Pictures that show nothing.

/// A picture of a mean luma under this is dark.
const DARK_LUMA: f64 = 20.0;
/// And it has nothing on it where the standard deviation of its luma is under this.
const PLAIN: f64 = 4.0;
/// Black is told of after as many pictures in a row that were looked at.
const PICTURES: u32 = 10;

/// Notices a covered lens or a dark room: mean luma below 20 of 255 and standard deviation below 4, in ten pictures in a
/// row that were looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct BlackDetector {
    in_a_row: u32,
}

impl BlackDetector {
    /// Takes mean and standard deviation of the luma of a picture.
    pub(super) fn picture(&mut self, mean: f64, deviation: f64) {
        let is_dark = mean < DARK_LUMA && deviation < PLAIN;
        self.in_a_row = if is_dark { self.in_a_row.saturating_add(1) } else { 0 };
    }

    /// Whether it is black for long enough.
    pub(super) const fn is_black(self) -> bool {
        self.in_a_row >= PICTURES
    }

    /// Whether the newest picture is black.
    pub(super) const fn is_dark(self) -> bool {
        self.in_a_row > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_dark_and_plain_pictures_in_a_row_are_black() {
        let looks = |mean, deviation, count| {
            let mut detector = BlackDetector::default();
            (0..count).for_each(|_| detector.picture(mean, deviation));
            (detector.is_dark(), detector.is_black())
        };
        assert_eq!((looks(0.0, 0.0, 9), looks(19.9, 3.9, 10)), ((true, false), (true, true)));
        assert_eq!((looks(20.0, 0.0, 99), looks(5.0, 4.0, 99)), ((false, false), (false, false)), "a lamp in the dark");
        let mut interrupted = BlackDetector { in_a_row: 9 };
        interrupted.picture(30.0, 0.0);
        interrupted.picture(0.0, 0.0);
        assert!(!interrupted.is_black());
    }
}
