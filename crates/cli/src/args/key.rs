//! The commands to keys of other systems.

use crate::words::{Word, told};
use chrono::{DateTime, Utc};
use clap::Subcommand;
use gridwhistle::access_keys::Action;
use uuid::Uuid;

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    Issue {
        #[arg(long, value_name = "SYSTEM")]
        name: String,
        #[arg(long, value_name = "PERSON/ROLE/UNIT")]
        office: String,
        #[arg(long = "action", value_name = "ACTION", required = true, value_delimiter = ',', value_parser = action)]
        actions: Vec<Action>,
        #[arg(long, value_name = "INSTANT", value_parser = crate::moment::read)]
        expires: DateTime<Utc>,
    },
    List,
    Revoke {
        #[arg(value_name = "KEY", value_parser = id)]
        id: Uuid,
    },
}

fn action(text: &str) -> Result<Action, String> {
    let all = Action::ALL.map(Action::code).join(", ");
    Action::from_code(text).ok_or_else(|| told(Word::ActionUnknown, &[&text, &all]))
}

fn id(text: &str) -> Result<Uuid, String> {
    Uuid::try_parse(text).map_err(|_| told(Word::KeyIdForm, &[&text]))
}
