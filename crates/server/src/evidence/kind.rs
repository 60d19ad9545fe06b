//! What a file is, by its first bytes; what its sender says of it only has to agree.

/// The kinds that are taken: photos whose inner notes can be taken out, and papers. Nothing that a
/// browser would run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    Jpeg,
    Png,
    WebP,
    Pdf,
    Docx,
    Xlsx,
}

impl FileKind {
    pub(crate) const ALL: [Self; 6] = [
        Self::Jpeg,
        Self::Png,
        Self::WebP,
        Self::Pdf,
        Self::Docx,
        Self::Xlsx,
    ];

    /// The media type.
    pub(crate) const fn media(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// How a file of it is called.
    pub(crate) const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
        }
    }

    pub(crate) const fn is_photo(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::WebP)
    }

    /// What a file is; none: nothing that is taken anywhere.
    pub(crate) fn of(beginning: &[u8]) -> Option<Self> {
        let media = infer::get(beginning)?.mime_type();
        Self::ALL.into_iter().find(|kind| kind.media() == media)
    }

    /// What a file is in words, for whoever sent something else.
    pub(crate) fn name_of(beginning: &[u8]) -> &'static str {
        infer::get(beginning).map_or("application/octet-stream", |known| known.mime_type())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        for (bytes, kind) in [
            (&b"\xff\xd8\xff\xe0"[..], Some(FileKind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Some(FileKind::Png)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some(FileKind::WebP)),
            (b"%PDF-1.7", Some(FileKind::Pdf)),
            (b"<!DOCTYPE html><script>", None),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\">", None),
            (b"PK\x03\x04", None),
            (b"GIF89a", None),
            (b"", None),
        ] {
            assert_eq!(FileKind::of(bytes), kind, "{bytes:?}");
        }
        assert_eq!(FileKind::name_of(b"<!DOCTYPE html>"), "text/html");
    }
}
