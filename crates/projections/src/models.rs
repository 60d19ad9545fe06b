//! What a command line, an address and a page show alike, where it is more than one answer of the
//! views: put together here once, from the reference data and the rows, and told by each in its own
//! way. Their fields are the stable shapes of `--json` and `/api/v1`.

mod case;
mod evaluation;
mod law;
mod matters;
mod names;
mod public;
mod registry;
mod scores;
pub mod why;

pub use case::{CaseSheet, OwedClock};
pub use evaluation::{Coded, EvaluationSheet, SheetAppeal, SheetForm, SheetItem};
pub use law::{Flow, PolicyVersions, VersionShown};
pub use matters::{MatterFilter, MatterGuide, MatterService, MatterWay, Matters};
pub use names::{DASH, Names, known};
pub use public::{PublicCase, PublicStep};
pub use registry::{GridShown, Grids, Holder, People, UnitShown, Units};
pub use scores::Compared;
