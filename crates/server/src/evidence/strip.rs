//! A photo without what its camera wrote into it: where and when it was taken, by which device, a small
//! copy of it, words. How it was held stays, or it would lie on its side.

use axum::body::Bytes;
use img_parts::ImageEXIF;
use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::Png;
use img_parts::webp::WebP;

use super::kind::FileKind;

/// Beginning of an Exif segment of a JPEG.
const EXIF: &[u8] = b"Exif\0\0";
/// Beginning of the colours of a JPEG, which are not about anybody.
const COLOURS: &[u8] = b"ICC_PROFILE\0";
/// The parts of a PNG that draw it.
const DRAWN: [&[u8; 4]; 12] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT",
    b"bKGD", b"pHYs",
];
/// The tag of the orientation in Exif.
const ORIENTATION: u16 = 0x0112;

/// The image as it may be shown; none: it cannot be read as what it says it is.
pub(crate) fn stripped(kind: FileKind, bytes: Bytes) -> Option<Bytes> {
    match kind.media {
        "image/jpeg" => jpeg(bytes),
        "image/png" => png(bytes),
        "image/webp" => webp(bytes),
        _ => None,
    }
}

fn jpeg(bytes: Bytes) -> Option<Bytes> {
    let mut image = Jpeg::from_bytes(bytes).ok()?;
    let held = image.segments().iter().find_map(|segment| {
        let exif = segment.contents().strip_prefix(EXIF)?;
        (segment.marker() == markers::APP1).then(|| orientation(exif))?
    });
    // All that applications write beside the picture goes, but colours and the plain header.
    image
        .segments_mut()
        .retain(|segment| match segment.marker() {
            markers::APP2 => segment.contents().starts_with(COLOURS),
            markers::APP1 | markers::APP3..=markers::APP13 | markers::APP15 | markers::COM => false,
            _ => true,
        });
    if let Some(held) = held {
        let exif = JpegSegment::new_with_contents(markers::APP1, turned(held));
        image.segments_mut().insert(0, exif);
    }
    image
        .segments()
        .iter()
        .any(JpegSegment::has_entropy)
        .then(|| image.encoder().bytes())
}

fn png(bytes: Bytes) -> Option<Bytes> {
    let mut image = Png::from_bytes(bytes).ok()?;
    image
        .chunks_mut()
        .retain(|chunk| DRAWN.contains(&&chunk.kind()));
    let drawn = image.chunks().iter().any(|chunk| chunk.kind() == *b"IDAT");
    drawn.then(|| image.encoder().bytes())
}

fn webp(bytes: Bytes) -> Option<Bytes> {
    let mut image = WebP::from_bytes(bytes).ok()?;
    image.remove_chunks_by_id(*b"XMP ");
    // It takes the mark out of the head as well.
    image.set_exif(None);
    image.dimensions()?;
    Some(image.encoder().bytes())
}

/// How the camera was held, 2 to 8, of an Exif block; none: upright, or not told.
fn orientation(exif: &[u8]) -> Option<u16> {
    let little = match exif.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let two = |at: usize| {
        let pair: [u8; 2] = exif.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        })
    };
    let four: [u8; 4] = exif.get(4..8)?.try_into().ok()?;
    let first = if little {
        u32::from_le_bytes(four)
    } else {
        u32::from_be_bytes(four)
    };
    let first = usize::try_from(first).ok()?;
    for entry in 0..usize::from(two(first)?) {
        let at = first.checked_add(2 + entry * 12)?;
        if two(at)? == ORIENTATION {
            return two(at.checked_add(8)?).filter(|held| (2..=8).contains(held));
        }
    }
    None
}

/// An Exif block that says how the camera was held, and nothing else.
fn turned(held: u16) -> Bytes {
    let mut exif = EXIF.to_vec();
    exif.extend(b"MM\0*\0\0\0\x08\0\x01");
    exif.extend(ORIENTATION.to_be_bytes());
    exif.extend(b"\0\x03\0\0\0\x01");
    exif.extend(held.to_be_bytes());
    exif.extend(b"\0\0\0\0\0\0");
    exif.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_the_camera_was_held_is_read_back_from_what_is_written() {
        for held in 2..=8 {
            let block = turned(held);
            assert_eq!(orientation(block.strip_prefix(EXIF).unwrap()), Some(held));
        }
        assert_eq!(orientation(b"MM\0*\0\0\0\x08\0"), None);
        assert_eq!(orientation(b"II*\0\xff\xff\xff\xff"), None);
    }
}
