//! Whatever a driver answers: no panic, no endless list, no impossible mode, and no control set to what it cannot be.
#![no_main]

use capture_lab_fuzz::model::{
    ControlKind, ControlRange, ControlValue, DeviceControl, FrameRate, MenuItem, PixelFormat, RateExtent,
};
use capture_lab_fuzz::v4l2::abi::{Fract, FrmIvalEnum, FrmSizeEnum};
use capture_lab_fuzz::v4l2::modes::{ModeSource, SizeExtent, modes};
use capture_lab_fuzz::v4l2::{abi_controls::cid, intervals, properties};
use libfuzzer_sys::fuzz_target;

/// Many times what any camera has.
const MOST_MODES: usize = 1 << 17;

fuzz_target!(|bytes: &[u8]| {
    let (listed, rest) = bytes.split_at(bytes.len() / 2);
    list_modes(listed);
    map_controls(&mut Answers(rest));
});

/// Numbers from the fuzzer's bytes; zeros at their end.
struct Answers<'a>(&'a [u8]);

impl Answers<'_> {
    fn number(&mut self) -> u32 {
        let (head, rest) = self.0.split_at(self.0.len().min(4));
        self.0 = rest;
        let mut word = [0; 4];
        word[..head.len()].copy_from_slice(head);
        u32::from_le_bytes(word)
    }

    fn wide(&mut self) -> i64 {
        i64::from(self.number() as i32) << (self.number() % 33)
    }

    fn fraction(&mut self) -> Fract {
        Fract { numerator: self.number(), denominator: self.number() }
    }
}

/// A driver that answers from bytes, from the start again for each list.
struct Driver<'a>(&'a [u8]);

impl Driver<'_> {
    fn answers(&self, salt: u32) -> Answers<'_> {
        Answers(self.0.get(salt as usize % (self.0.len() + 1)..).unwrap_or_default())
    }
}

impl ModeSource for Driver<'_> {
    fn formats(&self) -> Vec<PixelFormat> {
        let mut answers = self.answers(0);
        (0..answers.number() % 8).map(|_| PixelFormat::from_u32(answers.number())).collect()
    }

    fn sizes(&self, format: PixelFormat) -> Vec<SizeExtent> {
        let mut answers = self.answers(format.to_u32());
        let count = answers.number() % 16;
        let answer = |_| {
            let type_ = answers.number() % 4;
            let area = std::array::from_fn(|_| answers.number());
            SizeExtent::from_answer(&FrmSizeEnum { type_, area, ..FrmSizeEnum::default() })
        };
        (0..count).filter_map(answer).collect()
    }

    fn rates(&self, format: PixelFormat, width: u32, height: u32) -> Vec<RateExtent> {
        let mut answers = self.answers(format.to_u32() ^ width ^ height);
        let count = answers.number() % 16;
        let answer = |_| {
            let type_ = answers.number() % 4;
            let (min, max, step) = (answers.fraction(), answers.fraction(), answers.fraction());
            intervals::rates(&FrmIvalEnum { type_, min, max, step, ..FrmIvalEnum::default() })
        };
        (0..count).flat_map(answer).collect()
    }

    fn current_size(&self) -> Option<(u32, u32)> {
        let mut answers = self.answers(3);
        Some((answers.number(), answers.number())).filter(|(width, height)| *width > 0 && *height > 0)
    }

    fn current_rate(&self) -> Option<FrameRate> {
        let Fract { numerator, denominator } = self.answers(5).fraction();
        (numerator > 0 && denominator > 0).then(|| FrameRate::from_interval(numerator, denominator))
    }
}

fn list_modes(bytes: &[u8]) {
    let (modes, _) = modes(&Driver(bytes));
    assert!(modes.len() <= MOST_MODES, "{} modes", modes.len());
    for mode in modes {
        assert!(mode.width.min() > 0 && mode.width.min() <= mode.width.max(), "{mode:?}");
        assert!(mode.height.min() > 0 && mode.height.min() <= mode.height.max(), "{mode:?}");
        let (min, max) = (mode.frame_rate.min(), mode.frame_rate.max());
        assert!(min.as_f64() > 0.0 && min <= max, "{mode:?}");
    }
}

const IDS: [u32; 15] = [
    cid::BRIGHTNESS,
    cid::CONTRAST,
    cid::SATURATION,
    cid::SHARPNESS,
    cid::WHITE_BALANCE_TEMPERATURE,
    cid::EXPOSURE_ABSOLUTE,
    cid::PAN_ABSOLUTE,
    cid::TILT_ABSOLUTE,
    cid::ZOOM_ABSOLUTE,
    cid::AUTO_EXPOSURE_BIAS,
    cid::ISO_SENSITIVITY,
    cid::FLASH_LED_MODE,
    cid::EXPOSURE_AUTO,
    cid::AUTO_WHITE_BALANCE,
    cid::FOCUS_AUTO,
];

fn control(id: u32, answers: &mut Answers<'_>) -> DeviceControl {
    let kinds = [
        ControlKind::Integer,
        ControlKind::Boolean,
        ControlKind::Menu,
        ControlKind::IntegerMenu,
        ControlKind::Button,
        ControlKind::Bitmask,
    ];
    let kind = kinds[answers.number() as usize % kinds.len()];
    let items = (0..i64::from(answers.number() % 6)).map(|index| MenuItem { index, name: answers.wide().to_string() });
    let items = items.collect();
    let value = Some(ControlValue::Integer(answers.wide()));
    let (min, max, default) = (answers.wide(), answers.wide(), answers.wide());
    let step = answers.number().into();
    DeviceControl {
        id,
        name: "Control".to_owned(),
        group: String::new(),
        kind,
        min,
        max,
        step,
        default,
        has_default: true,
        millibels: None,
        value,
        items,
        is_inactive: false,
        is_grabbed: false,
        is_read_only: false,
        is_write_only: false,
        is_volatile: false,
        property: None,
    }
}

fn map_controls(answers: &mut Answers<'_>) {
    let controls: Vec<_> = IDS.iter().map(|id| control(*id, answers)).collect();
    for known in properties::of(&controls) {
        if let ControlRange::Numbers { min, max, step } = known.range {
            assert!(min <= max && step > 0.0, "{known:?}");
        }
        let Some((id, value)) = properties::translated(&controls, known.property, &known.value) else { continue };
        let control = controls.iter().find(|control| control.id == id).expect("one of them");
        let ControlValue::Integer(number) = value else { panic!("{value:?} for {control:?}") };
        // Or what it is already, though its driver does not list that: the kernel's UVC gadget is such a one.
        let is_now = control.value == Some(ControlValue::Integer(number));
        let is_item = is_now || control.items.iter().any(|item| item.index == number);
        assert!(
            !matches!(control.kind, ControlKind::Menu | ControlKind::IntegerMenu) || is_item,
            "{number} for {control:?}"
        );
        assert!(
            control.kind != ControlKind::Integer || (control.min..=control.max).contains(&number),
            "{number} for {control:?}"
        );
    }
}
