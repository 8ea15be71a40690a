//! The list of modes from what a driver tells of formats, sizes and rates.

use crate::model::{Extent, FrameRate, PixelFormat, RateExtent, VideoMode};

use super::abi;

/// Modes that are listed at most: many times what any camera has. A faulty driver could otherwise list for ever.
const MOST_MODES: usize = 1 << 16;
/// What is assumed where a driver tells no frame rate at all.
const ASSUMED_RATE: (u32, u32) = (30, 1);

/// A size, or a range of sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeExtent {
    /// Pixels.
    pub width: Extent,
    /// Pixels.
    pub height: Extent,
}

impl SizeExtent {
    /// The size or sizes in one answer of `VIDIOC_ENUM_FRAMESIZES`; `None` where the driver gives an impossible one.
    pub fn from_answer(answer: &abi::FrmSizeEnum) -> Option<Self> {
        let [min_width, max_width, step_width, min_height, max_height, step_height] = answer.area;
        let (width, height) = match answer.type_ {
            // A discrete size has just the first two numbers: width and height.
            abi::TYPE_DISCRETE => (Extent::One(min_width), Extent::One(max_width)),
            _ => (extent(min_width, max_width, step_width), extent(min_height, max_height, step_height)),
        };
        (width.min() > 0 && height.min() > 0).then_some(Self { width, height })
    }

    const fn smallest(self) -> (u32, u32) {
        (self.width.min(), self.height.min())
    }

    const fn largest(self) -> (u32, u32) {
        (self.width.max(), self.height.max())
    }

    const fn exactly((width, height): (u32, u32)) -> Self {
        Self { width: Extent::One(width), height: Extent::One(height) }
    }
}

fn extent(min: u32, max: u32, step: u32) -> Extent {
    if min >= max { Extent::One(min) } else { Extent::Range { min, max, step: step.max(1) } }
}

/// What a driver can be asked about its modes. Lists that it does not have are empty.
pub trait ModeSource {
    /// Pixel formats, in the driver's order.
    fn formats(&self) -> Vec<PixelFormat>;
    /// Sizes of a format.
    fn sizes(&self, format: PixelFormat) -> Vec<SizeExtent>;
    /// Frame rates of a format at a size.
    fn rates(&self, format: PixelFormat, width: u32, height: u32) -> Vec<RateExtent>;
    /// The size that is set.
    fn current_size(&self) -> Option<(u32, u32)>;
    /// The frame rate that is set.
    fn current_rate(&self) -> Option<FrameRate>;
}

/// All modes, in the driver's order, and a sentence about what had to be assumed.
pub fn modes(source: &impl ModeSource) -> (Vec<VideoMode>, Option<String>) {
    let mut list = ModeList { source, modes: Vec::new(), note: None };
    for format in source.formats() {
        list.add_format(format);
    }
    if list.is_full() {
        list.note = Some(format!("lists more than {MOST_MODES} modes: the rest is left out; its driver is at fault"));
    }
    if list.modes.is_empty() {
        list.note = Some("offers no mode at the moment; it may wait for a program that feeds it".to_owned());
    }
    (list.modes, list.note)
}

struct ModeList<'a, S> {
    source: &'a S,
    modes: Vec<VideoMode>,
    note: Option<String>,
}

impl<S: ModeSource> ModeList<'_, S> {
    fn add_format(&mut self, format: PixelFormat) {
        let mut sizes = self.source.sizes(format);
        if sizes.is_empty() {
            // An old driver without a list takes at least what is set.
            sizes.extend(self.source.current_size().map(SizeExtent::exactly));
        }
        for size in sizes {
            if self.is_full() {
                return;
            }
            self.add_size(format, size);
        }
    }

    const fn is_full(&self) -> bool {
        self.modes.len() >= MOST_MODES
    }

    /// Of a range of sizes only the two ends are asked: the rates that both have stand for the range, what just one of
    /// them has stands for that size alone.
    fn add_size(&mut self, format: PixelFormat, size: SizeExtent) {
        let (width, height) = size.largest();
        let at_largest = self.rates(format, width, height);
        if size.smallest() == size.largest() {
            return self.add(format, size, &at_largest);
        }
        let (width, height) = size.smallest();
        let at_smallest = self.rates(format, width, height);
        let (common, only_smallest) = parted(&at_smallest, &at_largest);
        let (_, only_largest) = parted(&at_largest, &at_smallest);
        self.add(format, size, &common);
        self.add(format, SizeExtent::exactly(size.smallest()), &only_smallest);
        self.add(format, SizeExtent::exactly(size.largest()), &only_largest);
    }

    fn rates(&mut self, format: PixelFormat, width: u32, height: u32) -> Vec<RateExtent> {
        let rates = self.source.rates(format, width, height);
        if !rates.is_empty() {
            return rates;
        }
        let current = self.source.current_rate().unwrap_or_else(|| {
            self.note = Some("does not tell its frame rates: 30 per second is assumed".to_owned());
            ASSUMED_RATE.into()
        });
        vec![RateExtent::One(current)]
    }

    fn add(&mut self, pixel_format: PixelFormat, size: SizeExtent, rates: &[RateExtent]) {
        for &frame_rate in rates {
            let mode = VideoMode { width: size.width, height: size.height, frame_rate, pixel_format };
            if self.modes.last() != Some(&mode) && !self.is_full() {
                self.modes.push(mode);
            }
        }
    }
}

/// What of `rates` is also in `others`, and what is not.
fn parted(rates: &[RateExtent], others: &[RateExtent]) -> (Vec<RateExtent>, Vec<RateExtent>) {
    rates.iter().partition(|rate| others.contains(rate))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{DeviceId, GroupId, Mode};

    /// A driver that answers from tables.
    #[derive(Default)]
    struct Driver {
        sizes: Vec<SizeExtent>,
        current_size: Option<(u32, u32)>,
        current_rate: Option<FrameRate>,
        /// Rates at widths up to the first number.
        rates: Vec<(u32, Vec<RateExtent>)>,
    }

    impl ModeSource for Driver {
        fn formats(&self) -> Vec<PixelFormat> {
            vec![PixelFormat::YUYV]
        }
        fn sizes(&self, _: PixelFormat) -> Vec<SizeExtent> {
            self.sizes.clone()
        }
        fn rates(&self, _: PixelFormat, width: u32, _: u32) -> Vec<RateExtent> {
            self.rates.iter().find(|(limit, _)| width <= *limit).map(|(_, rates)| rates.clone()).unwrap_or_default()
        }
        fn current_size(&self) -> Option<(u32, u32)> {
            self.current_size
        }
        fn current_rate(&self) -> Option<FrameRate> {
            self.current_rate
        }
    }

    fn one(rate: u32) -> RateExtent {
        RateExtent::One(FrameRate::new(rate, 1))
    }

    fn mode(width: Extent, height: Extent, rate: u32) -> VideoMode {
        VideoMode { width, height, frame_rate: one(rate), pixel_format: PixelFormat::YUYV }
    }

    fn stepwise() -> SizeExtent {
        let area = [16, 1920, 2, 16, 1080, 2];
        SizeExtent::from_answer(&abi::FrmSizeEnum { type_: 3, area, ..Default::default() }).unwrap()
    }

    #[test]
    fn a_discrete_size_has_its_own_rates() {
        let answer = abi::FrmSizeEnum { type_: abi::TYPE_DISCRETE, area: [320, 180, 0, 0, 0, 0], ..Default::default() };
        let sizes = vec![SizeExtent::from_answer(&answer).unwrap()];
        let driver = Driver { sizes, rates: vec![(320, vec![one(15), one(15), one(30)])], ..Driver::default() };
        let expected = [15, 30].map(|rate| mode(Extent::One(320), Extent::One(180), rate));
        assert_eq!(modes(&driver), (expected.to_vec(), None));
    }

    #[test]
    fn an_impossible_size_is_left_out() {
        let answer = abi::FrmSizeEnum { type_: abi::TYPE_DISCRETE, area: [0; 6], ..Default::default() };
        assert_eq!(SizeExtent::from_answer(&answer), None);
    }

    #[test]
    fn a_range_of_sizes_claims_only_what_both_ends_have() {
        let rates = vec![(640, vec![one(30), one(60)]), (1920, vec![one(5), one(30)])];
        let driver = Driver { sizes: vec![stepwise()], rates, ..Driver::default() };
        let SizeExtent { width, height } = stepwise();
        let expected = vec![
            mode(width, height, 30),
            mode(Extent::One(16), Extent::One(16), 60),
            mode(Extent::One(1920), Extent::One(1080), 5),
        ];
        assert_eq!(modes(&driver), (expected, None));
    }

    #[test]
    fn a_driver_without_lists_offers_what_is_set() {
        let set =
            Driver { current_size: Some((720, 576)), current_rate: Some(FrameRate::new(25, 1)), ..Driver::default() };
        assert_eq!(modes(&set), (vec![mode(Extent::One(720), Extent::One(576), 25)], None));
        let (silent, note) = modes(&Driver { current_rate: None, ..set });
        assert_eq!(silent, [mode(Extent::One(720), Extent::One(576), 30)]);
        assert!(note.unwrap().contains("assumed"));
    }

    #[test]
    fn a_list_that_does_not_end_is_cut_off() {
        let sizes: Vec<_> = (1..=1024).map(|width| SizeExtent::exactly((width, 1))).collect();
        let rates = vec![(u32::MAX, (1..=1024).map(one).collect())];
        let (modes, note) = modes(&Driver { sizes, rates, ..Driver::default() });
        assert_eq!(modes.len(), MOST_MODES);
        assert!(note.unwrap().contains("left out"));
    }

    proptest! {
        #[test]
        fn any_answer_about_sizes_gives_sizes_in_order_or_none(type_: u32, area: [u32; 6]) {
            if let Some(size) = SizeExtent::from_answer(&abi::FrmSizeEnum { type_, area, ..Default::default() }) {
                for extent in [size.width, size.height] {
                    prop_assert!(extent.min() > 0 && extent.min() <= extent.max());
                    if let Extent::Range { min, max, step } = extent {
                        prop_assert!(min < max && step > 0);
                    }
                }
                // What follows from them is made at once, however wide they are.
                let rates = vec![(u32::MAX, vec![one(30)])];
                let (modes, _) = modes(&Driver { sizes: vec![size], rates, ..Driver::default() });
                let all: Vec<_> = modes.into_iter().map(Mode::Video).collect();
                crate::selection::capabilities(&DeviceId::default(), &GroupId::default(), None, &all);
            }
        }
    }

    #[test]
    fn a_camera_without_modes_says_so() {
        let (none, note) = modes(&Driver::default());
        assert!(none.is_empty() && note.is_some());
    }
}
