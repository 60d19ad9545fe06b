//! The evidence of a case: what its events name, and the files that are here.

use gridwhistle_domain::ids::CaseId;
use gridwhistle_domain::policy::rows::EvidenceKind;
use serde::Serialize;

/// The evidence of a case.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EvidenceOfCase {
    /// The case.
    pub case: CaseId,
    /// Piece by piece, in the order of the events.
    pub evidence: Vec<EvidenceItem>,
}

/// One piece of evidence.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EvidenceItem {
    /// What it shows.
    pub kind: EvidenceKind,
    /// SHA-256 of a file, or a document number.
    pub reference: String,
    /// Words beside it.
    pub note: String,
    /// The file; none where the reference names none that is here.
    pub file: Option<FileSheet>,
}

/// A file that was taken in.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FileSheet {
    /// SHA-256 of its bytes, in lower-case hexadecimal: the `reference` that a command gives as evidence.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// What it is, by its own bytes.
    pub media_type: &'static str,
}
