//! JPEG, walked to its last marker. Phones hang films and second pictures behind the end, with places of
//! their own in them; a reader that stops at the first scan passes all of that on.

use super::{COLOURS, EXIF, orientation, turned};
use axum::body::Bytes;

const START: u8 = 0xD8;
const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;
const APP15: u8 = 0xEF;
const COMMENT: u8 = 0xFE;

/// Without notes, up to its end; none: it has no picture, or no end.
pub(super) fn stripped(bytes: &[u8]) -> Option<Bytes> {
    let mut rest = bytes.strip_prefix(&[0xFF, START])?;
    let mut out = vec![0xFF, START];
    let (mut framed, mut scanned) = (false, false);
    loop {
        let (marker, after) = next_marker(rest)?;
        rest = after;
        match marker {
            END if framed && scanned => {
                out.extend_from_slice(&[0xFF, END]);
                return Some(out.into());
            }
            END | START => return None,
            // These stand alone.
            0x01 | 0xD0..=0xD7 => continue,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]));
        let (segment, after) = rest.split_at_checked(length)?;
        let content = segment.get(2..)?;
        rest = after;
        framed |= is_frame(marker);
        if marker == APP1 {
            // How it was held is all that stays of what the camera wrote.
            if let Some(held) = content.strip_prefix(EXIF).and_then(orientation) {
                let exif = turned(held);
                let length = u16::try_from(exif.len() + 2).ok()?;
                out.extend_from_slice(&[0xFF, APP1]);
                out.extend_from_slice(&length.to_be_bytes());
                out.extend_from_slice(&exif);
            }
        } else if is_shown(marker, content) {
            out.extend_from_slice(&[0xFF, marker]);
            out.extend_from_slice(segment);
        }
        if marker == SCAN {
            scanned = true;
            let (data, after) = rest.split_at_checked(scan_length(rest))?;
            out.extend_from_slice(data);
            rest = after;
        }
    }
}

/// The next marker, and what follows it; fill bytes may stand before it.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let bytes = bytes.strip_prefix(&[0xFF])?;
    let fill = bytes.iter().take_while(|byte| **byte == 0xFF).count();
    let (marker, rest) = bytes.get(fill..)?.split_first()?;
    (*marker != 0).then_some((*marker, rest))
}

const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF)
}

/// How long the data of a scan are: up to a marker that is no restart.
fn scan_length(bytes: &[u8]) -> usize {
    let ends =
        |pair: &[u8]| matches!(pair, [0xFF, marker] if !matches!(marker, 0 | 0xD0..=0xD7 | 0xFF));
    bytes.windows(2).position(ends).unwrap_or(bytes.len())
}

/// Whether a segment is needed to show the picture.
fn is_shown(marker: u8, content: &[u8]) -> bool {
    match marker {
        // The plain header, where no small copy stands in it.
        APP0 => content.starts_with(b"JFIF\0") && content.get(12..14) == Some(&[0, 0]),
        APP2 => content.starts_with(COLOURS),
        // How the colours are coded.
        APP14 => content.starts_with(b"Adobe"),
        APP1..=APP15 | COMMENT => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker], &length[..], content].concat()
    }

    fn photo(notes: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![0xFF, START];
        bytes.extend(notes.concat());
        bytes.extend(segment(0xC0, b"\x08\0\x01\0\x01\x01\x01\x11\0"));
        bytes.extend(segment(SCAN, b"\x01\x01\0\0\x3f\0"));
        bytes.extend(b"\x12\xff\0\x34\xff\xd0\x56\xff\xd9");
        bytes
    }

    fn holds(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|one| one == part)
    }

    #[test]
    fn notes_and_what_hangs_behind_the_end_go_and_what_shows_it_stays() {
        let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0secret";
        let mut noted = photo(&[
            segment(APP0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            segment(APP0, b"JFXX\0\x10secret"),
            segment(APP1, exif),
            segment(APP1, b"http://ns.adobe.com/xap/1.0/\0secret"),
            segment(APP2, b"ICC_PROFILE\0\x01\x01colours"),
            segment(APP2, b"MPF\0secret"),
            segment(0xED, b"Photoshop 3.0\0secret"),
            segment(COMMENT, b"secret"),
        ]);
        noted.extend(photo(&[segment(APP1, exif)]));
        noted.extend(b"ftypmp42 secret film");
        let shown = stripped(&noted).unwrap();
        assert!(!holds(&shown, b"secret"));
        assert!(holds(&shown, b"colours") && holds(&shown, &turned(6)));
        assert!(shown.ends_with(b"\x12\xff\0\x34\xff\xd0\x56\xff\xd9"));
        assert_eq!(stripped(&shown), Some(shown.clone()), "once is enough");
    }

    #[test]
    fn a_photo_that_is_torn_anywhere_is_none() {
        let whole = photo(&[segment(COMMENT, b"note")]);
        assert!(stripped(&whole).is_some());
        for length in 0..whole.len() {
            assert_eq!(stripped(&whole[..length]), None, "{length}");
        }
        assert_eq!(stripped(b"\xff\xd8\xff\xd9"), None);
        assert_eq!(stripped(b"\xff\xd8\xff\xe0<script>"), None);
    }
}
