//! Nodes that deliver only after a pipeline was set up: sensors of laptops and boards, behind the processor's own receiver.

use super::abi;

/// Drivers of such receivers and image processors whose nodes do not always say so themselves (`V4L2_CAP_IO_MC`), by the
/// beginning of the name.
const DRIVERS: [(&str, &str); 16] = [
    ("ipu3-cio2", "Intel IPU3"),
    ("ipu3-imgu", "Intel IPU3"),
    ("isys", "Intel IPU6 or IPU7"),
    ("intel-ipu", "Intel IPU6 or IPU7"),
    ("unicam", "Raspberry Pi’s camera port"),
    ("rp1-cfe", "Raspberry Pi’s camera port"),
    ("bcm2835-isp", "Raspberry Pi’s image processor"),
    ("pispbe", "Raspberry Pi’s image processor"),
    ("rkisp1", "Rockchip’s image processor"),
    ("rkcif", "Rockchip’s camera port"),
    ("qcom-camss", "Qualcomm’s camera port"),
    ("mtk-cam", "MediaTek’s image processor"),
    ("sun6i-csi", "Allwinner’s camera port"),
    ("mxc-isi", "NXP’s camera port"),
    ("imx-media", "NXP’s camera port"),
    ("j721e-csi2rx", "TI’s camera port"),
];

/// What to say of a node whose pictures need libcamera or `PipeWire`; `None` where it delivers by itself.
pub fn note(driver: &str, capabilities: u32) -> Option<String> {
    let family = DRIVERS.iter().find(|(start, _)| driver.starts_with(start)).map(|(_, family)| *family);
    let needs_controller = capabilities & abi::CAP_IO_MC != 0;
    let what = match family {
        Some(family) => format!("this is a node of {family}"),
        None if needs_controller => format!("this is a node of the driver “{driver}”"),
        None => return None,
    };
    Some(format!(
        "{what}, which delivers only through a pipeline that libcamera or PipeWire sets up: use such a camera in a program on \
         PipeWire, try it by “cam --list”, or start the lab by “libcamerify”"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cameras_for_libcamera_are_told_by_capability_or_driver() {
        let table = [
            ("uvcvideo", 0x0420_0001, None),
            ("vivid", 0x0523_0005, None),
            ("isys", 0x0520_0001, Some("IPU6")),
            ("intel-ipu6-isys", 0x2420_0001, Some("IPU6")),
            ("unicam", 0x0520_0001, Some("Raspberry Pi")),
            ("vimc", 0x2420_0001, Some("vimc")),
        ];
        for (driver, capabilities, words) in table {
            let note = note(driver, capabilities);
            assert_eq!(note.is_some(), words.is_some(), "{driver}");
            if let (Some(note), Some(words)) = (note, words) {
                assert!(note.contains(words) && note.contains("libcamera"), "{note}");
            }
        }
    }
}
