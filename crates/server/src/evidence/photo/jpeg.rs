//! JPEG, walked to its last marker: phones hang whole films and second pictures behind the end, with
//! notes of their own, and a library that stops at the first scan would pass them on.

const START: u8 = 0xD8;
const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;
const APP15: u8 = 0xEF;
const COMMENT: u8 = 0xFE;

/// Without notes; none: not a JPEG to its end.
pub(super) fn public(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes.strip_prefix(&[0xFF, START])?;
    let mut out = vec![0xFF, START];
    let (mut framed, mut scanned) = (false, false);
    loop {
        let (marker, after) = next_marker(rest)?;
        rest = after;
        match marker {
            END if framed && scanned => {
                out.extend_from_slice(&[0xFF, END]);
                return Some(out);
            }
            END | START => return None,
            0x01 | 0xD0..=0xD7 => continue,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]));
        let (segment, after) = rest.split_at_checked(length)?;
        let content = segment.get(2..)?;
        rest = after;
        framed |= matches!(marker, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF);
        if let Some(orientation) = orientation(marker, content) {
            out.extend_from_slice(&upright(orientation));
        }
        if is_kept(marker, content) {
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

/// How long the data of a scan are: up to a marker that is no restart.
fn scan_length(bytes: &[u8]) -> usize {
    let ends = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xD0..=0xD7 | 0xFF);
    bytes.windows(2).position(ends).unwrap_or(bytes.len())
}

fn is_kept(marker: u8, content: &[u8]) -> bool {
    match marker {
        // JFIF, without the small preview that it may hold beside.
        APP0 => content.starts_with(b"JFIF\0") && content.get(12..14) == Some(&[0, 0]),
        APP2 => content.starts_with(b"ICC_PROFILE\0"),
        // How colours are coded.
        APP14 => content.starts_with(b"Adobe"),
        APP1..=APP15 | COMMENT => false,
        _ => true,
    }
}

/// Which side is up, of EXIF; none where it says nothing of it.
fn orientation(marker: u8, content: &[u8]) -> Option<u8> {
    let tiff = content.strip_prefix(b"Exif\0\0").filter(|_| marker == APP1)?;
    let big = match tiff.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let number = |at: usize, length: usize| -> Option<usize> {
        let bytes = tiff.get(at..at.checked_add(length)?)?;
        let fold = |number: usize, byte: &u8| number << 8 | usize::from(*byte);
        Some(if big {
            bytes.iter().fold(0, fold)
        } else {
            bytes.iter().rev().fold(0, fold)
        })
    };
    let first = number(4, 4)?;
    let entries = number(first, 2)?;
    let mut places = (0..entries).map(|entry| first + 2 + entry * 12);
    let place = places.find(|place| number(*place, 2) == Some(0x0112))?;
    let side = u8::try_from(number(place + 8, 2)?).ok()?;
    (1..=8).contains(&side).then_some(side)
}

/// An EXIF segment that says which side is up, and nothing else.
fn upright(orientation: u8) -> Vec<u8> {
    let mut segment = vec![0xFF, APP1, 0, 34];
    segment.extend_from_slice(b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    segment.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    segment
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xFF, marker];
        let length = u16::try_from(content.len() + 2).unwrap();
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(content);
        bytes
    }

    fn jpeg(notes: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![0xFF, START];
        bytes.extend(notes.concat());
        bytes.extend(segment(0xC0, b"\x08\0\x01\0\x01\x01\x01\x11\0"));
        bytes.extend(segment(SCAN, b"\x01\x01\0\0\x3f\0"));
        bytes.extend_from_slice(b"\x12\xff\0\x34\xff\xd0\x56\xff\xd9");
        bytes
    }

    #[test]
    fn notes_go_and_what_is_needed_to_show_it_stays() {
        let little = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0secret";
        let noted = jpeg(&[
            segment(APP0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            segment(APP1, little),
            segment(APP1, b"http://ns.adobe.com/xap/1.0/\0secret"),
            segment(APP2, b"ICC_PROFILE\0\x01\x01colours"),
            segment(APP2, b"MPF\0secret"),
            segment(0xED, b"Photoshop 3.0\0secret"),
            segment(COMMENT, b"secret"),
        ]);
        let mut behind = noted.clone();
        behind.extend_from_slice(b"secret film");
        let public = public(&behind).unwrap();
        assert!(!public.windows(6).any(|part| part == b"secret"));
        assert!(public.windows(7).any(|part| part == b"colours"));
        let up = upright(6);
        assert!(public.windows(up.len()).any(|part| part == up));
        assert_eq!(orientation(APP1, &up[4..]), Some(6));
        assert_eq!(usize::from(up[3]) + 2, up.len());
        assert!(public.ends_with(b"\x12\xff\0\x34\xff\xd0\x56\xff\xd9"));
        assert_eq!(super::public(&public), Some(public.clone()), "once is enough");
    }

    #[test]
    fn what_is_torn_or_empty_is_no_photo() {
        let whole = jpeg(&[]);
        assert!(public(&whole).is_some());
        for length in 0..whole.len() {
            assert!(public(&whole[..length]).is_none(), "{length}");
        }
        assert!(public(b"\xff\xd8\xff\xd9").is_none());
        assert!(public(b"\xff\xd8\xff\xe0<script>").is_none());
    }
}
