//! What a capture PCM can do, asked of ALSA without waiting and without starting it.

use std::path::Path;

use alsa::Direction;
use alsa::pcm::{Format, HwParams, PCM};
use rustix::fs::Access;
use rustix::io::Errno;

use crate::model::{AudioMode, Extent, MicrophoneMode, SampleFormat};

use super::cards::PcmName;

/// The codings that can be captured right, the commonest first.
const FORMATS: [(SampleFormat, Format); 6] = [
    (SampleFormat::S16, Format::s16()),
    (SampleFormat::S24In3, Format::s24_3()),
    (SampleFormat::S24, Format::s24()),
    (SampleFormat::S32, Format::s32()),
    (SampleFormat::F32, Format::float()),
    (SampleFormat::U8, Format::U8),
];
/// Rates that a PCM without a range of them is asked for.
const RATES: [u32; 14] =
    [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000, 176_400, 192_000];
/// More channels than any microphone has; plugins claim any number.
const MOST_CHANNELS: u32 = 64;

/// A call of ALSA, or its error number.
type Asked<T> = Result<T, i32>;

/// All modes of a PCM.
///
/// # Errors
/// `EBUSY`, `EACCES`, `ENODEV` and what else the system says.
pub fn modes(name: PcmName) -> Asked<Vec<AudioMode>> {
    let pcm = open(name)?;
    let mut modes = Vec::new();
    for (sample_format, format) in FORMATS {
        let params = any(&pcm)?;
        if params.set_format(format).is_err() {
            continue;
        }
        for channels in channel_counts(&params)? {
            let params = any(&pcm)?;
            if params.set_format(format).is_ok() && params.set_channels(channels).is_ok() {
                let rates = rates(&params)?;
                modes.extend(rates.into_iter().map(|sample_rate| (sample_format, channels, sample_rate)));
            }
        }
    }
    Ok(joined(&modes))
}

/// The period nearest to the one asked for that a PCM takes in a mode, twice of which must fit in its buffer.
///
/// # Errors
/// As [`modes`], and `EINVAL` where it does not take the mode.
pub fn period(name: PcmName, mode: &MicrophoneMode) -> Asked<u32> {
    let pcm = open(name)?;
    let params = any(&pcm)?;
    let format = FORMATS.iter().find(|(format, _)| *format == mode.sample_format).map_or(Format::s16(), |(_, it)| *it);
    params.set_format(format).map_err(number)?;
    params.set_channels(mode.channels).map_err(number)?;
    params.set_rate(mode.sample_rate, alsa::ValueOr::Nearest).map_err(number)?;
    let least = params.get_period_size_min().map_err(number)?;
    let most = params.get_period_size_max().map_err(number)?;
    let buffer = params.get_buffer_size_max().map_err(number)?;
    Ok(fitting(mode.period, least, most, buffer))
}

fn fitting(period: u32, least: i64, most: i64, buffer: i64) -> u32 {
    let least = least.max(1);
    i64::from(period).clamp(least, most.min(buffer / 2).max(least)) as u32
}

fn open(name: PcmName) -> Asked<PCM> {
    PCM::new(&name.to_string(), Direction::Capture, true).map_err(|error| match number(error) {
        // What ALSA says where the card's nodes are there and closed to this user.
        libc::ENOENT if is_closed(&name.node()) => libc::EACCES,
        number => number,
    })
}

fn is_closed(node: &Path) -> bool {
    matches!(rustix::fs::access(node, Access::READ_OK | Access::WRITE_OK), Err(Errno::ACCESS | Errno::PERM))
}

fn any(pcm: &PCM) -> Asked<HwParams<'_>> {
    HwParams::any(pcm).map_err(number)
}

fn number(error: alsa::Error) -> i32 {
    error.errno().abs()
}

fn channel_counts(params: &HwParams<'_>) -> Asked<Vec<u32>> {
    let least = params.get_channels_min().map_err(number)?;
    let most = params.get_channels_max().map_err(number)?.min(MOST_CHANNELS);
    Ok((least..=most).filter(|channels| params.test_channels(*channels).is_ok()).collect())
}

fn rates(params: &HwParams<'_>) -> Asked<Vec<Extent>> {
    let (min, max) = (params.get_rate_min().map_err(number)?, params.get_rate_max().map_err(number)?);
    if min == max {
        return Ok(vec![Extent::One(min)]);
    }
    if params.test_rate(min + 1).is_ok() {
        return Ok(vec![Extent::Range { min, max, step: 1 }]);
    }
    let mut rates: Vec<u32> = RATES.into_iter().chain([min, max]).collect();
    rates.sort_unstable();
    rates.dedup();
    rates.retain(|rate| (min..=max).contains(rate) && params.test_rate(*rate).is_ok());
    Ok(rates.into_iter().map(Extent::One).collect())
}

/// Modes that differ only by channels in a row become one.
fn joined(modes: &[(SampleFormat, u32, Extent)]) -> Vec<AudioMode> {
    let mut joined: Vec<AudioMode> = Vec::new();
    for (sample_format, channels, sample_rate) in modes.iter().copied() {
        let next = |mode: &&mut AudioMode| {
            mode.sample_format == sample_format
                && mode.sample_rate == sample_rate
                && mode.channels.max() + 1 == channels
        };
        match joined.iter_mut().find(next) {
            Some(mode) => mode.channels = Extent::Range { min: mode.channels.min(), max: channels, step: 1 },
            None => joined.push(AudioMode { sample_rate, channels: Extent::One(channels), sample_format }),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_in_a_row_are_one_mode() {
        let (low, high) = (Extent::One(44_100), Extent::One(48_000));
        let mut modes = Vec::new();
        for channels in 1..=3 {
            modes.extend([(SampleFormat::S16, channels, low), (SampleFormat::S16, channels, high)]);
        }
        modes.extend([(SampleFormat::S16, 6, high), (SampleFormat::S32, 2, high)]);
        let range = Extent::Range { min: 1, max: 3, step: 1 };
        let found: Vec<_> =
            joined(&modes).into_iter().map(|mode| (mode.sample_format, mode.channels, mode.sample_rate)).collect();
        let expected = [
            (SampleFormat::S16, range, low),
            (SampleFormat::S16, range, high),
            (SampleFormat::S16, Extent::One(6), high),
            (SampleFormat::S32, Extent::One(2), high),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_period_fits_twice_in_the_buffer() {
        let table =
            [(960, 32, 4096, 8192, 960), (10, 32, 4096, 8192, 32), (9600, 32, 8192, 8192, 4096), (5, 64, 64, 64, 64)];
        for (period, least, most, buffer, expected) in table {
            assert_eq!(fitting(period, least, most, buffer), expected);
        }
    }
}
