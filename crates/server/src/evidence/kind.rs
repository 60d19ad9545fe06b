//! What a file is, by its own bytes; whatever the sender calls it counts for nothing.

/// A kind of file that is taken as evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileKind {
    /// The media type.
    pub(crate) media: &'static str,
    /// Whether it is an image that can be shown without what its camera wrote into it.
    pub(crate) image: bool,
    /// How its name ends.
    pub(crate) ending: &'static str,
}

/// So many bytes from the beginning tell what a file is.
pub(crate) const HEAD: usize = 4_096;

const fn image(media: &'static str, ending: &'static str) -> FileKind {
    FileKind {
        media,
        image: true,
        ending,
    }
}

const fn other(media: &'static str, ending: &'static str) -> FileKind {
    FileKind {
        media,
        image: false,
        ending,
    }
}

/// Nothing that a browser would run: no HTML, no SVG, no XML, no archive.
const KINDS: [FileKind; 10] = [
    image("image/jpeg", "jpg"),
    image("image/png", "png"),
    image("image/webp", "webp"),
    other("application/pdf", "pdf"),
    other("video/mp4", "mp4"),
    other("audio/mpeg", "mp3"),
    other("audio/m4a", "m4a"),
    other(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    other(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
    other("application/msword", "doc"),
];

impl FileKind {
    /// The kind of a file that begins so; none: it is not taken.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        let media = infer::get(head)?.mime_type();
        KINDS.into_iter().find(|kind| kind.media == media)
    }

    /// Every media type that is taken.
    pub(crate) fn accepted() -> String {
        KINDS.map(|kind| kind.media).join(", ")
    }
}
