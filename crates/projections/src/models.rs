//! What a command line, an address and a page show alike, where it is more than one answer of the
//! views: put together here once, from the reference data and the rows, and told by each in its own
//! way. Their fields are the stable shapes of `--json` and `/api/v1`.

mod calendar;
mod case;
mod evaluation;
mod evidence;
mod explained;
mod law;
mod matters;
mod names;
mod operation;
mod oversight;
mod policy_check;
mod proposal;
mod public;
mod registry;
mod scores;
pub mod why;

pub use calendar::{CalendarYear, DayShown, HoursShown};
pub use case::{CaseSheet, OwedClock};
pub use evaluation::{Coded, EvaluationSheet, SheetAct, SheetAppeal, SheetForm, SheetItem};
pub use evidence::{EvidenceItem, EvidenceOfCase, FileSheet};
pub use explained::{CountedFigure, Explained};
pub use law::{Flow, PolicyVersions, VersionShown};
pub use matters::{MatterFilter, MatterGuide, MatterService, MatterWay, Matters};
pub use names::{DASH, Names, known};
pub use operation::{
    DeadLetterSheet, DeadLetters, KeySheet, Keys, Operation, Webhook, WebhookQuiet, WebhookScope,
    WebhookSheet, Webhooks,
};
pub use oversight::{
    ActSheet, ActsPage, CheckpointSheet, ExportSheet, ReadSheet, ReadsPage, SealSheet, TakenOut,
    ToldBy, ToldEvent, ToldEvents,
};
pub use policy_check::{
    CheckedPolicy, DutiesOfClass, DutiesUnder, FoundInPolicy, PolicyChange, policy_changes, values,
};
pub use proposal::{Proposal, Proposed, ProposedClass};
pub use public::{PublicCase, PublicStep};
pub use registry::{GridShown, Grids, Holder, People, UnitShown, Units};
pub use scores::{Compared, PublishedRun};
