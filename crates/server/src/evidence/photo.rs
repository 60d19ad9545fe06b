//! A photo without what the camera and other programs wrote into it: place, time, device, comments,
//! small previews. What is needed to show it stays: colours, transparency, and which side is up.
//!
//! Nothing is decoded: the parts of the container are walked and known ones kept, so that what is not
//! known cannot pass. A photo whose container cannot be walked to its end is none.

mod jpeg;

use super::kind::FileKind;
use bytes::Bytes;
use img_parts::png::Png;
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::WebP;

/// The photo for everybody; none: it is not what it says it is.
pub(super) fn public(kind: FileKind, bytes: &Bytes) -> Option<Vec<u8>> {
    match kind {
        FileKind::Jpeg => jpeg::public(bytes),
        FileKind::Png => png(bytes),
        FileKind::WebP => webp(bytes),
        FileKind::Pdf | FileKind::Docx | FileKind::Xlsx => None,
    }
}

/// The same beside other work: a large photo takes its time.
pub(super) async fn walked(kind: FileKind, bytes: Bytes) -> Option<Vec<u8>> {
    let walk = tokio::task::spawn_blocking(move || public(kind, &bytes));
    walk.await.ok().flatten()
}

/// Chunks that a picture needs; texts, times and EXIF are not among them.
const PNG_KEPT: [&[u8; 4]; 15] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
    b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

fn png(bytes: &Bytes) -> Option<Vec<u8>> {
    let mut png = Png::from_bytes(bytes.clone()).ok()?;
    png.dimensions()?;
    png.chunk_by_type(*b"IDAT")?;
    png.chunk_by_type(*b"IEND")?;
    let kept = |kind: [u8; 4]| PNG_KEPT.iter().any(|one| **one == kind);
    png.chunks_mut().retain(|chunk| kept(chunk.kind()));
    Some(png.encoder().bytes().to_vec())
}

const WEBP_KEPT: [&[u8; 4]; 7] = [
    b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP",
];
/// The bits of `VP8X` that say that EXIF and XMP follow.
const NOTES: u8 = 0b0000_1100;

fn webp(bytes: &Bytes) -> Option<Vec<u8>> {
    let mut webp = WebP::from_bytes(bytes.clone()).ok()?;
    webp.dimensions()?;
    let pictures: [[u8; 4]; 3] = [*b"VP8 ", *b"VP8L", *b"ANMF"];
    if !pictures.iter().any(|id| webp.has_chunk(*id)) {
        return None;
    }
    let chunks = webp.chunks_mut();
    chunks.retain(|chunk| WEBP_KEPT.iter().any(|one| **one == chunk.id()));
    for chunk in chunks.iter_mut().filter(|chunk| chunk.id() == *b"VP8X") {
        let mut flags = chunk.content().data()?.to_vec();
        *flags.first_mut()? &= !NOTES;
        *chunk = RiffChunk::new(*b"VP8X", RiffContent::Data(flags.into()));
    }
    Some(webp.encoder().bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use img_parts::png::PngChunk;

    /// A PNG of one point, with a note of each kind.
    fn noted_png() -> Bytes {
        let chunk = |kind: &[u8; 4], content: &'static [u8]| {
            PngChunk::new(*kind, Bytes::from_static(content))
        };
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        for one in [
            chunk(b"IHDR", b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0"),
            chunk(b"tEXt", b"Comment\0secret place"),
            chunk(b"eXIf", b"MM\0*secret place"),
            chunk(b"IDAT", b"\x78\x9c\x63\x60\0\0\0\x02\0\x01"),
            chunk(b"IEND", b""),
        ] {
            bytes.extend_from_slice(&one.encoder().bytes());
        }
        bytes.extend_from_slice(b"secret place");
        bytes.into()
    }

    #[test]
    fn a_png_loses_its_notes_and_what_hangs_behind_it() {
        let noted = noted_png();
        let public = public(FileKind::Png, &noted).unwrap();
        assert!(public.len() < noted.len());
        assert!(!public.windows(6).any(|part| part == b"secret"));
        assert!(public.windows(4).any(|part| part == b"IDAT"));
        let torn = noted.slice(..noted.len() - 30);
        assert!(super::public(FileKind::Png, &torn).is_none());
    }

    #[test]
    fn a_webp_loses_its_notes_and_no_longer_announces_them() {
        let mut body = b"WEBP".to_vec();
        for (id, content) in [
            (b"VP8X", &b"\x0c\0\0\0\0\0\0\0\0\0"[..]),
            (b"VP8L", b"\x2f\0\0\0\0\0"),
            (b"EXIF", b"secret"),
            (b"XMP ", b"secret"),
        ] {
            body.extend_from_slice(id);
            body.extend_from_slice(&u32::try_from(content.len()).unwrap().to_le_bytes());
            body.extend_from_slice(content);
        }
        let mut bytes = b"RIFF".to_vec();
        bytes.extend_from_slice(&u32::try_from(body.len()).unwrap().to_le_bytes());
        bytes.extend_from_slice(&body);
        let public = public(FileKind::WebP, &bytes.into()).unwrap();
        assert!(!public.windows(6).any(|part| part == b"secret"));
        assert_eq!(public[20], 0, "the flags of VP8X");
    }

    #[test]
    fn a_paper_is_no_photo() {
        assert!(public(FileKind::Pdf, &Bytes::from_static(b"%PDF-1.7")).is_none());
    }
}
