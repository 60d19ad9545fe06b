//! What is written into reports, replies and minutes: invented words and document numbers.

use super::super::city::{person_name, place_name};
use super::super::dice::Dice;
use super::super::plan::{Plan, Quirk};
use super::Scene;
use gridwhistle::domain::case::fact::ReportForm;
use gridwhistle::domain::case::record::{Evidence, Precedent, ReplyElements};
use gridwhistle::domain::ids::{SubjectId, UnitId};
use gridwhistle::domain::policy::rows::EvidenceKind;
use gridwhistle::personal::PersonalData;
use sha2::{Digest, Sha256};

/// How residents begin.
const OPENINGS: [&str; 6] = [
    "居民反映",
    "市民来电反映",
    "巡查发现",
    "网格走访了解到",
    "多名居民反映",
    "随手拍上报",
];
/// How they end.
const ENDINGS: [&str; 6] = [
    "希望尽快处理。",
    "已持续数日。",
    "影响周边居民生活。",
    "早晚时段尤为明显。",
    "此前曾处理过，近日反弹。",
    "请相关部门到场查看。",
];

/// The pseudonym of the resident behind a case.
pub(in super::super) fn subject(plan: &Plan) -> SubjectId {
    SubjectId::new(format!("R-{:06}", plan.no))
}

/// Invented personal data. Region 99 and prefix 100 are given to nobody.
pub(in super::super) fn personal_data(plan: &Plan, dice: &mut Dice) -> PersonalData {
    PersonalData {
        name: person_name(dice),
        phone: format!("100{:08}", dice.below(100_000_000)),
        identity_number: format!("99000019{:010}", dice.below(10_000_000_000)),
        address: format!(
            "{}{}室",
            place_name(dice),
            dice.between(101, 1806) + plan.no as i64 % 2
        ),
    }
}

impl Scene<'_> {
    /// The report, still without its reporter: that is sealed when it is given.
    pub(super) fn form(&mut self) -> ReportForm {
        let plan = self.plan;
        let place = place_name(self.dice);
        let description = format!(
            "{}{place}{}，{}",
            self.dice.pick(&OPENINGS),
            plan.matter.name.zh,
            self.dice.pick(&ENDINGS)
        );
        let orphan = self.has(Quirk::Orphan);
        ReportForm {
            channel: plan.channel.to_owned(),
            grid: (!orphan).then(|| plan.spot.grid.as_str().into()),
            place,
            point: super::opinion::point(plan),
            description,
            reporter: None,
            evidence: vec![self.paper(EvidenceKind::BeforePhoto)],
            source: None,
            received_at: None,
        }
    }

    /// A file by its hash; the file itself is nowhere.
    pub(super) fn paper(&self, kind: EvidenceKind) -> Evidence {
        Evidence {
            kind,
            reference: self.hash(kind.code()),
            note: String::new(),
        }
    }

    /// Evidence that every class takes for a response.
    pub(super) fn results(&self) -> Vec<Evidence> {
        [EvidenceKind::BeforePhoto, EvidenceKind::AfterPhoto]
            .into_iter()
            .map(|kind| self.paper(kind))
            .collect()
    }

    /// The SHA-256 of a document of this case.
    pub(super) fn hash(&self, what: &str) -> String {
        let text = format!("{} {} {what}", self.plan.id, self.case.version);
        hex::encode(Sha256::digest(text.as_bytes()))
    }

    pub(super) fn number(&self, what: &str) -> String {
        format!("{what}-2026-{:05}", self.plan.no)
    }

    pub(super) fn reply(&mut self) -> String {
        let done = [
            "已到场处置完毕",
            "经核查已整改到位",
            "已联合相关单位处理",
            "已向居民解释并达成一致",
        ];
        format!("{}，并告知居民。", self.dice.pick(&done))
    }

    pub(super) fn elements(&self) -> ReplyElements {
        ReplyElements {
            contacted_at: self.now,
            contact: "反映人（化名）".to_owned(),
            measure: "现场处置并落实长效管理".to_owned(),
            deadline: self.world.working(self.now, 480),
        }
    }

    pub(super) fn precedent(&self, lead: &UnitId, co_handlers: &[UnitId]) -> Precedent {
        Precedent {
            matter: self.plan.matter.code.clone(),
            criteria: format!("同类事项（{}）权属不清时", self.plan.matter.name.zh),
            lead: lead.clone(),
            co_handlers: co_handlers.to_vec(),
            minutes: self.hash("minutes"),
        }
    }
}
