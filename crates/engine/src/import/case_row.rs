//! One row to one import command.

use super::Anomaly;
use super::columns::{Columns, Field};
use super::mapping::{Located, Mapping};
use super::reject::{NAME_CHARS_MAX, RejectReason, TEXT_CHARS_MAX, excerpt};
use super::wall_clock::{LocalQuirk, Moment};
use chrono::{DateTime, Utc};
use csv::StringRecord;
use gridwhistle_domain::case::command::CaseCommand;
use gridwhistle_domain::case::record::{ForeignCase, Point, SourceRef};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::UnitId;
use std::collections::{BTreeMap, BTreeSet};

type Taken<T> = Result<T, RejectReason>;

/// One row while it is read; anomalies gather here.
pub(super) struct CaseRow<'r> {
    mapping: &'r Mapping,
    columns: &'r Columns,
    record: &'r StringRecord,
    anomalies: BTreeSet<Anomaly>,
}

/// When and how it was closed, as far as the source says.
#[derive(Clone, Copy, Debug, Default)]
struct Closure {
    at: Option<DateTime<Utc>>,
    on_time: Option<bool>,
}

impl<'r> CaseRow<'r> {
    pub(super) fn new(
        mapping: &'r Mapping,
        columns: &'r Columns,
        record: &'r StringRecord,
    ) -> Self {
        Self {
            mapping,
            columns,
            record,
            anomalies: BTreeSet::new(),
        }
    }

    /// Flags something that was seen outside of the row.
    pub(super) fn flag(&mut self, anomaly: Anomaly) {
        self.anomalies.insert(anomaly);
    }

    /// The command, or why there is none. Reasons in the order of the documentation.
    pub(super) fn command(mut self, id: &str) -> Taken<CaseCommand> {
        let columns = self.columns;
        let received_at = self.created()?;
        let due = self.time(columns.due.as_ref())?;
        let closure = self.closure(received_at)?;
        let class = self.class()?;
        if closure.at.is_some_and(|at| at < received_at) {
            self.flag(Anomaly::ClosedBeforeOpened);
        }
        if due.is_some_and(|due| due < received_at) {
            self.flag(Anomaly::DueBeforeOpened);
        }
        self.status(closure.at.is_some());
        fits(&columns.id, id, NAME_CHARS_MAX)?;
        let case = ForeignCase {
            source: SourceRef {
                source: self.mapping.source.clone(),
                id: id.to_owned(),
            },
            received_at,
            due,
            unit: self
                .text(columns.unit.as_ref(), NAME_CHARS_MAX)?
                .map(UnitId::new),
            class,
            matter: self.joined(&columns.matter, NAME_CHARS_MAX)?,
            areas: self.areas()?,
            point: self.point(),
            place: self
                .text(columns.place.as_ref(), TEXT_CHARS_MAX)?
                .unwrap_or_default(),
            summary: self.joined(&columns.title, TEXT_CHARS_MAX)?,
            source_on_time: self.on_time_flag(),
            anomalies: self
                .anomalies
                .iter()
                .map(|anomaly| anomaly.code().to_owned())
                .collect(),
        };
        Ok(CaseCommand::Import {
            case: Box::new(case),
            closed_at: closure.at,
            closure_note: String::new(),
            on_time: closure.on_time,
        })
    }

    fn created(&mut self) -> Taken<DateTime<Utc>> {
        let column = &self.columns.created;
        let missing = || RejectReason::CreatedMissing {
            column: column.name.clone(),
        };
        self.time(Some(column))?.ok_or_else(missing)
    }

    /// A time that is missing is nothing; one that cannot be is a reject, for a lost closure or due
    /// time would change the counts in silence.
    fn time(&mut self, field: Option<&Field>) -> Taken<Option<DateTime<Utc>>> {
        let found = field.and_then(|field| Some((field, field.get(self.record)?)));
        let Some((field, text)) = found else {
            return Ok(None);
        };
        let Some(Moment { at, quirk }) = self.mapping.clock.read(text) else {
            let (column, value) = (field.name.clone(), excerpt(text));
            return Err(RejectReason::ImpossibleTime { column, value });
        };
        match quirk {
            Some(LocalQuirk::Skipped) => self.flag(Anomaly::LocalTimeNonexistent),
            Some(LocalQuirk::Repeated) => self.flag(Anomaly::LocalTimeAmbiguous),
            None => {}
        }
        Ok(Some(at))
    }

    /// A closing time, or else the verdict of a source that gives no times.
    fn closure(&mut self, received_at: DateTime<Utc>) -> Taken<Closure> {
        let columns = self.columns;
        let at = self.time(columns.closed.as_ref())?;
        let Some((on_time, late)) = &columns.verdict else {
            return Ok(Closure { at, on_time: None });
        };
        let Some(rule) = &self.mapping.verdict else {
            return Ok(Closure { at, on_time: None });
        };
        let shows =
            |field: &Field, value: &str| field.get(self.record).map(str::trim) == Some(value);
        let signs = (
            shows(on_time, &rule.on_time.value),
            shows(late, &rule.late.value),
        );
        let on_time = match signs {
            (true, false) => true,
            (false, true) => false,
            _ => {
                self.flag(Anomaly::ClosureUnknown);
                return Ok(Closure { at, on_time: None });
            }
        };
        if at.is_none() {
            self.flag(Anomaly::ClosureTimeUnknown);
        }
        Ok(Closure {
            at: at.or(Some(received_at)),
            on_time: Some(on_time),
        })
    }

    fn class(&self) -> Taken<CaseClass> {
        let rule = &self.mapping.class;
        let field = self.columns.class.as_ref();
        let text = field
            .and_then(|field| field.get(self.record))
            .unwrap_or_default();
        let found = rule.values.get(text.trim()).copied().or(rule.constant);
        found.ok_or_else(|| RejectReason::ClassUnknown {
            column: field.map(|field| field.name.clone()).unwrap_or_default(),
            value: excerpt(text),
        })
    }

    /// The status never decides; it may only disagree.
    fn status(&mut self, closed: bool) {
        let (Some(rule), Some(field)) = (&self.mapping.status, &self.columns.status) else {
            return;
        };
        match field
            .get(self.record)
            .map(|text| rule.closed.get(text.trim()))
        {
            Some(Some(says_closed)) if *says_closed == closed => {}
            Some(Some(_)) => self.flag(Anomaly::StatusDisagrees),
            Some(None) | None => self.flag(Anomaly::StatusUnknown),
        }
    }

    fn on_time_flag(&mut self) -> Option<bool> {
        let rule = self.mapping.on_time.as_ref()?;
        let text = self.columns.on_time.as_ref()?.get(self.record)?;
        let known = rule.on_time.get(text.trim()).copied();
        if known.is_none() {
            self.flag(Anomaly::OnTimeFlagUnknown);
        }
        known
    }

    fn point(&mut self) -> Option<Point> {
        let rule = self.mapping.location.as_ref()?;
        let (latitude, longitude) = self.columns.location.as_ref()?;
        let text = |field: &Field| field.get(self.record).unwrap_or_default();
        match rule.read(text(latitude), text(longitude)) {
            Located::At(point) => Some(point),
            Located::Nowhere => None,
            Located::Impossible => {
                self.flag(Anomaly::ImpossibleLocation);
                None
            }
        }
    }

    fn areas(&self) -> Taken<BTreeMap<String, String>> {
        let mut areas = BTreeMap::new();
        for (level, field) in &self.columns.areas {
            if let Some(name) = self.text(Some(field), NAME_CHARS_MAX)? {
                areas.insert(level.clone(), name);
            }
        }
        Ok(areas)
    }

    /// A text under the name it has here, if it fits into a case.
    fn text(&self, field: Option<&Field>, max: usize) -> Taken<Option<String>> {
        let found = field.and_then(|field| Some((field, field.get(self.record)?)));
        let Some((field, text)) = found else {
            return Ok(None);
        };
        let text = field.named(text);
        fits(field, text, max)?;
        Ok(Some(text.to_owned()))
    }

    /// Several columns as one text, coarse to fine.
    fn joined(&self, fields: &[Field], max: usize) -> Taken<String> {
        let mut whole = String::new();
        for field in fields {
            if let Some(text) = field.get(self.record) {
                if !whole.is_empty() {
                    whole.push_str(" / ");
                }
                whole.push_str(field.named(text));
                fits(field, &whole, max)?;
            }
        }
        Ok(whole)
    }
}

/// Whether a text has at most so many characters.
fn fits(field: &Field, text: &str, max: usize) -> Taken<()> {
    if text.len() > max {
        let chars = text.chars().count();
        if chars > max {
            return Err(RejectReason::TextTooLong {
                column: field.name.clone(),
                chars,
                max,
            });
        }
    }
    Ok(())
}
