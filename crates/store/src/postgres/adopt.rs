//! Taking over commands of another log: the append function on a connection of its own, with events
//! that were sealed elsewhere.

use super::batch::Plan;
use super::link::{Failed, Link};
use crate::error::StoreError;
use crate::event::RecordedCommand;

/// See [`crate::EventLog::adopt`].
pub(crate) async fn adopt(
    link: &mut Link,
    tenant: &str,
    commands: &[RecordedCommand],
) -> Result<u64, StoreError> {
    link.connect().await?;
    let head = link.head().await?;
    let plan = Plan::adopting(head, tenant, commands)?;
    if plan.is_empty() {
        return Ok(head.position);
    }
    let moved = |what: &str| StoreError::NotNext {
        position: head.position + 1,
        what: what.to_owned(),
    };
    match link.append(&plan).await {
        Ok(true) => Ok(plan.after.position),
        Ok(false) => Err(moved("this log has moved on meanwhile")),
        Err(Failed::Refused) => Err(moved(
            "a stream or a command of it is there already, or a stream is not where it begins",
        )),
        Err(Failed::Store(error)) => Err(error),
    }
}
