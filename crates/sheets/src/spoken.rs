//! Codes as people read them, in the language of the names that go with them.

use gridwhistle_domain::actor::Role;
use gridwhistle_domain::case::anomaly::Anomaly;
use gridwhistle_domain::case::stage::{ClockKind, Outcome, Stage};
use gridwhistle_domain::policy::words;
use gridwhistle_domain::registry::UnitKind;
use gridwhistle_domain::registry::unit::UnitLevel;
use gridwhistle_domain::score::flags::FlagKind;
use gridwhistle_domain::text::{Language, Text};
use gridwhistle_projections::models::{DASH, Names};
use gridwhistle_projections::questions::{CasesBy, CountsBy};

fn told(names: &Names, code: &str, label: Option<Text>) -> String {
    label.map_or_else(
        || code.to_owned(),
        |label| label.get(names.language()).to_owned(),
    )
}

/// Words of a sheet's own.
pub(crate) fn own(names: &Names, zh: &'static str, en: &'static str) -> String {
    Text::new(zh, en).get(names.language()).to_owned()
}

/// The row of all together.
pub(crate) fn total(names: &Names) -> String {
    own(names, "合计", "total")
}

pub(crate) fn stage(names: &Names, code: &str) -> String {
    told(names, code, Stage::from_code(code).map(Stage::label))
}

pub(crate) fn channel(names: &Names, code: &str) -> String {
    told(names, code, words::channel(code))
}

pub(crate) fn clock(names: &Names, code: &str) -> String {
    told(
        names,
        code,
        ClockKind::from_code(code).map(ClockKind::label),
    )
}

pub(crate) fn outcome(names: &Names, code: &str) -> String {
    told(names, code, Outcome::from_code(code).map(Outcome::label))
}

pub(crate) fn role(names: &Names, code: &str) -> String {
    told(names, code, Role::from_code(code).map(Role::label))
}

pub(crate) fn anomalies(names: &Names, codes: &str) -> String {
    let each = codes.split(' ');
    let each = each.map(|code| Anomaly::name_of(code).get(names.language()).to_owned());
    each.collect::<Vec<_>>().join("; ")
}

pub(crate) fn unit_kind(names: &Names, code: &str) -> String {
    told(names, code, UnitKind::from_code(code).map(words::unit_kind))
}

/// Units that are compared: a kind, and its level where there are several.
pub(crate) fn peers(names: &Names, code: &str) -> String {
    let (kind, level) = match code.split_once('/') {
        Some((kind, level)) => (kind, UnitLevel::from_code(level)),
        None => (code, None),
    };
    let kind = unit_kind(names, kind);
    let Some(level) = level.map(words::unit_level) else {
        return kind;
    };
    match names.language() {
        Language::ZhCn => format!("{}{kind}", level.zh),
        Language::En => format!("{} {kind}", level.en),
    }
}

pub(crate) fn flags(names: &Names, kinds: &[FlagKind]) -> String {
    if kinds.is_empty() {
        return DASH.to_owned();
    }
    let all = kinds
        .iter()
        .map(|kind| kind.label().get(names.language()).to_owned());
    all.collect::<Vec<_>>().join(&own(names, "、", ", "))
}

/// An area or unit; cases without one are named too.
pub(crate) fn area(names: &Names, by: CasesBy, code: Option<&str>) -> String {
    match (by, code) {
        (_, None) => own(names, "无", "none"),
        (CasesBy::Grid, code) => names.grid(code),
        (_, code) => names.unit(code),
    }
}

/// A group of counts.
pub(crate) fn group(names: &Names, by: CountsBy, code: Option<&str>) -> String {
    let Some(code) = code else {
        return own(names, "无", "none");
    };
    match by {
        CountsBy::Unit | CountsBy::Street | CountsBy::Community => names.unit(Some(code)),
        CountsBy::Grid => names.grid(Some(code)),
        CountsBy::Class => names.class(Some(code)),
        CountsBy::Matter => names.matter(Some(code)),
        CountsBy::Source => code.to_owned(),
    }
}

/// Several words as one cell.
pub(crate) fn together(names: &Names, all: impl Iterator<Item = String>) -> String {
    all.collect::<Vec<_>>().join(&own(names, "、", ", "))
}

/// What became of an appeal against a form.
pub(crate) fn appeal(names: &Names, code: &str) -> String {
    match code {
        "waiting" => own(names, "待裁定", "waiting"),
        "upheld" => own(names, "成立，不计分", "upheld, not counted"),
        "dismissed" => own(names, "不成立", "dismissed"),
        other => other.to_owned(),
    }
}
