//! The payload that all subjects write, ours and the peers': a case event of about 300 bytes of
//! JSON. The peers' workspace compiles this very file, so that nobody writes more or less.

/// Streams that single-event commands rotate on.
pub(crate) const STREAMS: u64 = 2_000;

/// The metadata of every event.
pub(crate) const METADATA: &str = "{\"actor\":\"p-1033\",\"role\":\"grid_worker\",\"policy\":\"2026-01\",\"correlation\":\"c-88121\"}";

/// The event `sequence` of case `case`.
pub(crate) fn payload(case: u64, sequence: u64) -> String {
    let stage = ["registered", "dispatched", "working", "done"][sequence as usize % 4];
    format!(
        "{{\"case\":{case},\"stage\":\"{stage}\",\"unit\":\"unit-{}\",\"grid\":\"440310-{:05}\",\
         \"matter\":\"waste.dumping.mixed\",\"minutes\":{},\"due\":{},\"legs\":[1,2,{}],\
         \"text\":\"Household waste lies beside the collection point at the north gate of the \
         market since yesterday evening, the smell reaches the school; photo attached\"}}",
        case % 25,
        case % 300,
        sequence * 17,
        1_700_000_000 + case,
        sequence % 9,
    )
}

/// The stream of case `case`.
pub(crate) fn stream(case: u64) -> String {
    format!("case-{case:08}")
}

/// The commands of one caller as (case, version before it): its share of the streams, round and
/// round, so that no two callers meet on a stream.
pub(crate) fn turns(caller: u64, callers: u64) -> impl Iterator<Item = (u64, u64)> {
    let share = STREAMS / callers;
    (0..).map(move |nth| (caller + nth % share * callers, nth / share))
}
