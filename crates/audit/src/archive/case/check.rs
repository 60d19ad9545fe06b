//! An archived case without its log: whether its events are what their checksums, their links and their
//! proofs say.
//!
//! What is checked is the object for programs. The text for people beside it is made from that object and
//! the city's names, and can be changed by whoever holds the file: it is the object that counts.

use super::{Archived, FORM};
use crate::archive::ArchiveProblem;
use crate::problem::Problem;
use crate::tree::{EventProof, VerifierKey};
use gridwhistle_domain::text::Text;
use gridwhistle_store::{Fault, FaultKind, RecordedEvent, digest};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How the object for programs begins and ends in the page.
const BEGINS: &str = "<script type=\"application/json\" id=\"archive\">";
const ENDS: &str = "</script>";

/// Which signatures are believed.
#[derive(Clone, Debug)]
pub struct Believed {
    /// The key of the log.
    pub log: VerifierKey,
    /// Witnesses.
    pub witnesses: Vec<VerifierKey>,
    /// How many of them must have signed.
    pub wanted: usize,
}

/// An archived case that is what its checksums say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseVerified {
    /// Whose log.
    pub tenant: String,
    /// The case.
    pub case: String,
    /// How many events it has.
    pub events: u64,
    /// The head of the log when it was archived, and the chain value there, in hexadecimal: to be held
    /// against a published one.
    pub until: u64,
    /// See `until`.
    pub chain: String,
    /// Every hash or number of evidence that its events name, in order of first mention.
    pub evidence: Vec<String>,
    /// Positions that a proof in the file leads from to a checkpoint.
    pub proven: Vec<u64>,
    /// The log whose signature was checked; none where no key was named.
    pub signed_by: Option<String>,
    /// Files in it that are no proof of one of its events.
    pub other_files: Vec<String>,
}

impl CaseVerified {
    /// What was found and what was not, a line each.
    #[must_use]
    pub fn lines(&self) -> Vec<Text> {
        let (case, events, proven) = (&self.case, self.events, self.proven.len());
        let mut lines = vec![
            Text::new(
                format!("案件 {case}：{events} 个事件的校验和与相邻链值均相符"),
                format!(
                    "case {case}: the checksums of {events} events fit, and so do the links of neighbours"
                ),
            ),
            Text::new(
                format!(
                    "归档时的日志：租户 {}，位置 {}，链值 {}",
                    self.tenant, self.until, self.chain
                ),
                format!(
                    "the log when it was archived: tenant {}, position {}, chain {}",
                    self.tenant, self.until, self.chain
                ),
            ),
        ];
        lines.push(match &self.signed_by {
            Some(origin) => Text::new(
                format!("每个事件都有证明，检查点由 {origin} 签署"),
                format!("every event is proven, by checkpoints that {origin} signed"),
            ),
            None => Text::new(
                format!(
                    "未核对签名：{proven} 个事件附有证明；请用 --verifier 指定日志公钥，否则重算过的文件也会通过"
                ),
                format!(
                    "no signature was checked: {proven} events bring a proof; name the key of the log by --verifier, or a file with all checksums computed anew passes too"
                ),
            ),
        });
        lines.push(Text::new(
            "所核对的是页内供程序读取的数据；供人阅读的文字以它为准。",
            "What was checked is the object for programs in the page; the text for people is as good as that.",
        ));
        lines
    }
}

/// Verifies an archived case by itself: its page, or its object alone. `file` is its name in what is told.
/// Where keys are named, every event must be proven by a checkpoint that they signed.
///
/// # Errors
/// [`ArchiveProblem::NoArchive`], [`ArchiveProblem::Changed`] with the first position that does not fit,
/// [`ArchiveProblem::NotOver`], [`ArchiveProblem::Unproven`]; [`Problem::Tree`] for a proof that does not hold.
pub fn verify(
    file: &str,
    text: &str,
    believed: Option<&Believed>,
) -> Result<CaseVerified, Problem> {
    let unreadable = |what: &str| ArchiveProblem::NoArchive {
        file: file.to_owned(),
        what: what.to_owned(),
    };
    let archived = held(text).map_err(|what| unreadable(&what))?;
    let rows = archived.rows();
    let rows = rows.ok_or_else(|| unreadable("a checksum or chain value is none"))?;
    if let Some(fault) = fault(&archived, &rows) {
        let file = file.to_owned();
        return Err(ArchiveProblem::Changed { file, fault }.into());
    }
    let mut verified = CaseVerified {
        tenant: archived.tenant.clone(),
        case: archived.case.clone(),
        events: rows.len() as u64,
        until: archived.until,
        chain: archived.chain.clone(),
        evidence: evidence(&rows)?,
        proven: Vec::new(),
        signed_by: None,
        other_files: Vec::new(),
    };
    let known = rows.iter().map(|row| (row.position, row.checksum));
    let known: BTreeMap<u64, [u8; 32]> = known.collect();
    proofs(&archived, &known, believed, &mut verified)?;
    let unproven = known
        .keys()
        .find(|position| !verified.proven.contains(position));
    if let (Some(position), Some(_)) = (unproven, believed) {
        let (file, position) = (file.to_owned(), *position);
        return Err(ArchiveProblem::Unproven { file, position }.into());
    }
    Ok(verified)
}

/// Checks each proof that is of an event of the file; others are told.
fn proofs(
    archived: &Archived,
    known: &BTreeMap<u64, [u8; 32]>,
    believed: Option<&Believed>,
    verified: &mut CaseVerified,
) -> Result<(), Problem> {
    let mut proven = BTreeSet::new();
    for proof in &archived.proofs {
        let read = EventProof::read(proof.text.as_bytes()).ok();
        let of_it = |read: &EventProof| {
            let row = read.event().as_row();
            known.get(&row.position) == Some(&digest::checksum(&row))
        };
        let Some(read) = read.filter(of_it) else {
            verified.other_files.push(proof.name.clone());
            continue;
        };
        match believed {
            Some(by) => {
                let checked = read.check(&by.log, &by.witnesses, by.wanted)?;
                verified.signed_by = Some(checked.origin);
            }
            None => read.leads()?,
        }
        proven.insert(read.event().position);
    }
    verified.proven = proven.into_iter().collect();
    Ok(())
}

/// The object in a page, or alone.
fn held(text: &str) -> Result<Archived, String> {
    let json = match text.split_once(BEGINS) {
        Some((_, rest)) => rest.split_once(ENDS).map_or(rest, |(json, _)| json),
        None => text,
    };
    let archived: Archived = serde_json::from_str(json).map_err(|error| error.to_string())?;
    match archived.form.as_str() {
        FORM if !archived.events.is_empty() => Ok(archived),
        FORM => Err("it holds no event".to_owned()),
        other => Err(format!("its form is `{other}`; accepted: `{FORM}`")),
    }
}

/// The first event that does not fit its checksum, its place in the stream, or its neighbour.
fn fault(archived: &Archived, rows: &[RecordedEvent]) -> Option<Fault> {
    let mut before: Option<&RecordedEvent> = None;
    for (number, row) in (1..).zip(rows) {
        let position = row.position;
        let follows = before.is_none_or(|before| before.position < position);
        let neighbour = before.filter(|before| before.position + 1 == position);
        let previous = match position {
            1 => Some(&digest::GENESIS),
            _ => neighbour.map(|before| &before.chain),
        };
        let link = |chain: &[u8; 32]| digest::chain(chain, &row.checksum) == row.chain;
        let kind = if row.sequence != number || !follows || position > archived.until {
            Some(FaultKind::Unreadable(format!(
                "it is number {} of the case; wanted: {number}, behind what stands before it",
                row.sequence
            )))
        } else if digest::checksum(&row.borrowed()) != row.checksum {
            Some(FaultKind::Checksum)
        } else if previous.is_some_and(|chain| !link(chain)) {
            Some(FaultKind::Chain)
        } else if before.is_some_and(|before| before.recorded_at > row.recorded_at) {
            Some(FaultKind::RecordedBack)
        } else if position == archived.until && hex::encode(row.chain) != archived.chain {
            Some(FaultKind::Chain)
        } else {
            None
        };
        if let Some(kind) = kind {
            return Some(Fault { position, kind });
        }
        before = Some(row);
    }
    None
}

/// What the events name as evidence, of a case that is over by them.
fn evidence(rows: &[RecordedEvent]) -> Result<Vec<String>, Problem> {
    let story = crate::mining::story::read(rows)?;
    super::ensure_over(&story)?;
    let mut seen: Vec<String> = Vec::new();
    for one in story.end.evidence {
        if !seen.contains(&one.reference) {
            seen.push(one.reference);
        }
    }
    Ok(seen)
}
