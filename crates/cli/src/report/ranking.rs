//! `report ranking` and `explain score`: composite scores, ranks, and what they are made of.

use super::departments::{dash, interval, share};
use crate::args::{AsOf, ExplainArgs};
use crate::desk::Desk;
use crate::failure::{Exit, Failure};
use crate::labels::{self, Names};
use crate::list::more;
use crate::moment;
use crate::output::Output;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::window;
use crate::words::{Word as W, language, say, told};
use gridwhistle::EngineError;
use gridwhistle::domain::policy::words;
use gridwhistle::domain::registry::{UnitKind, UnitLevel};
use gridwhistle::domain::score::composite::{Component, Input, Part, PartScore, UnitScore};
use gridwhistle::domain::text::Language;
use gridwhistle::projections::questions::{ExplainedCard, Moment, Ranking, Window};
use rust_decimal::Decimal;

/// Shows scores and ranks.
///
/// # Errors
/// When the store cannot be read.
pub(super) async fn run(
    session: &Session,
    window: Option<Window>,
    as_of: &AsOf,
) -> Result<(), Failure> {
    let desk = session.desk().await?;
    let moment = desk.moment(as_of.as_of)?;
    let window = window::or_month(window, moment.instant())?;
    let ranking = asked(&desk, window, moment).await?;
    let reference = desk.reference();
    let policy = reference.policies.judging(window.from);
    let least = policy
        .map(|policy| policy.score.min_legs)
        .unwrap_or_default();
    session.output.answer(&ranking, |out| {
        heading(out, window)?;
        let policy = ranking
            .policy
            .as_ref()
            .map_or_else(dash, ToString::to_string);
        out.say(told(W::RankingLine, &[&policy, &least]))?;
        out.table(&table(&ranking.units, &Names::of(&desk, ranking.at)))
    })
}

async fn asked(desk: &Desk, window: Window, moment: Moment) -> Result<Ranking, Failure> {
    let reference = desk.reference();
    let asked = desk.questions().ranking(window, moment, &reference);
    Ok(asked.await.map_err(EngineError::from)?)
}

fn heading(out: &Output, window: Window) -> Result<(), Failure> {
    let (from, before) = (moment::show(window.from), moment::show(window.before));
    out.say(told(W::WindowLine, &[&from, &before]))
}

/// Scores as people read them.
pub(crate) fn table(units: &[UnitScore], names: &Names) -> Table {
    let figure = |word: W, rank: u8| Column::from(word).rank(rank).right().least(5);
    let mut table = Table::new([
        Column::from(W::HPeers).rank(5).least(8),
        figure(W::HTier, 9),
        figure(W::HRank, 0),
        Column::from(W::HUnit).least(12),
        figure(W::HLegs, 3),
        figure(W::HScore, 0),
        figure(W::HTimeliness, 4),
        figure(W::HQuality, 4),
        figure(W::HMutual, 4),
        figure(W::HResident, 4),
        figure(W::HPartyOrg, 4),
        figure(W::HDeduction, 2),
        Column::from(W::HOnTimeRate).rank(6).right().least(13),
        Column::from(W::HInterval).rank(7).right().least(13),
    ]);
    for unit in units {
        table.row(cells(unit, names));
    }
    table
}

fn cells(unit: &UnitScore, names: &Names) -> [String; 14] {
    let component = |of: Component| {
        let mut parts = unit
            .parts
            .iter()
            .filter(|part| part.component == of)
            .peekable();
        match parts.peek() {
            Some(_) => two(parts.map(|part| part.points).sum()),
            None => dash(),
        }
    };
    let on_time = unit.parts.iter().find(|part| part.part == Part::OnTime);
    let on_time = on_time.and_then(|part| part.share).unwrap_or_default();
    [
        group(&unit.group),
        (unit.tier + 1).to_string(),
        rank(unit.rank),
        names.unit(Some(&unit.unit)),
        unit.legs.to_string(),
        unit.score.map_or_else(dash, two),
        component(Component::Timeliness),
        component(Component::Quality),
        component(Component::Mutual),
        component(Component::Resident),
        component(Component::PartyOrg),
        two(unit.deduction),
        share(&on_time),
        interval(&on_time),
    ]
}

pub(crate) fn rank(rank: Option<u64>) -> String {
    rank.map_or_else(|| W::NotRanked.to_string(), |rank| rank.to_string())
}

/// The name of a peer group: kind of unit, and level for departments.
pub(crate) fn group(code: &str) -> String {
    let (kind, level) = match code.split_once('/') {
        Some((kind, level)) => (kind, Some(level)),
        None => (code, None),
    };
    let named = UnitKind::from_code(kind).map(|kind| say(&words::unit_kind(kind)));
    let kind = named.unwrap_or_else(|| kind.to_owned());
    match (level.and_then(UnitLevel::from_code), language()) {
        (None, _) => kind,
        (Some(level), Language::ZhCn) => format!("{}{kind}", words::unit_level(level).zh),
        (Some(level), Language::En) => format!("{} {kind}", words::unit_level(level).en),
    }
}

/// With two digits after the point, rounded half to even.
pub(crate) fn two(value: Decimal) -> String {
    let mut value = value.round_dp(2);
    value.rescale(2);
    value.to_string()
}

/// Opens the score of one unit: each part, what it is made of, and what one more would bring.
///
/// # Errors
/// When the unit is not in it, or the store cannot be read.
pub(super) async fn explain(session: &Session, args: ExplainArgs) -> Result<(), Failure> {
    let code = args.unit_of_legs()?;
    let desk = session.desk().await?;
    let moment = desk.moment(args.span.as_of.as_of)?;
    let window = window::or_month(args.span.window, moment.instant())?;
    let (questions, reference) = (desk.questions(), desk.reference());
    let page = (args.page.limit(), args.page.cursor.as_deref());
    let asked = questions.explain_score(code, window, moment, &reference, page);
    let Some(opened) = asked.await.map_err(EngineError::from)? else {
        let message = told(W::UnitMissing, &[&code]);
        return Err(Failure::new(Exit::Input, "unit_unknown", message));
    };
    session.output.answer(&opened, |out| {
        heading(out, window)?;
        let unit = &opened.score;
        let name = Names::of(&desk, moment.instant().min(window.before)).unit(Some(&unit.unit));
        let score = unit.score.map_or_else(dash, two);
        let tier = unit.tier + 1;
        let (rank, group, taken) = (rank(unit.rank), group(&unit.group), two(unit.deduction));
        let parts: [&dyn std::fmt::Display; 6] = [&name, &score, &rank, &group, &tier, &taken];
        out.say(told(W::ScoreLine, &parts))?;
        out.table(&parts_table(&unit.parts))?;
        if !opened.cards.is_empty() {
            out.say(W::ScoreCards)?;
            out.table(&cards_table(&opened.cards))?;
        }
        more(out, opened.next.as_deref())
    })
}

/// The cards that took from a score.
fn cards_table(cards: &[ExplainedCard]) -> Table {
    let mut table = Table::new([
        Column::from(W::HNumber).right().least(5),
        Column::from(W::HCards).least(4),
        Column::from(W::HWhen).least(16),
        Column::from(W::HRule).rank(1).least(14),
        Column::from(W::HEvents).rank(2).least(6),
    ]);
    for card in cards {
        let events: Vec<String> = card.events.iter().map(u64::to_string).collect();
        table.row([
            card.ledger_no.to_string(),
            labels::card(&card.card),
            moment::show(card.raised_at),
            labels::card_rule(&card.rule),
            events.join(" "),
        ]);
    }
    table
}

fn parts_table(parts: &[PartScore]) -> Table {
    let figure = |word: W, rank: u8| Column::from(word).rank(rank).right().least(6);
    let mut table = Table::new([
        Column::from(W::HComponent).rank(3).least(8),
        Column::from(W::HFigure).least(10),
        Column::from(W::HInput).rank(1).right().least(12),
        Column::from(W::HInterval).rank(6).right().least(12),
        figure(W::HPeersMean, 5),
        figure(W::HValue, 2),
        figure(W::HWeight, 4),
        figure(W::HPoints, 0),
        figure(W::HOneMore, 4),
    ]);
    for part in parts {
        let percent = |value: Decimal| format!("{}%", two(value * Decimal::ONE_HUNDRED));
        table.row([
            say(&part.component.label()),
            say(&part.part.label()),
            match part.input {
                Input::Rate(_) => share(&part.share.unwrap_or_default()),
                Input::Opinion { score, forms, .. } => told(W::FormsOf, &[&two(score), &forms]),
            },
            interval(&part.share.unwrap_or_default()),
            part.mean.map_or_else(dash, percent),
            percent(part.value),
            two(part.weight),
            two(part.points),
            part.one_more
                .map_or_else(dash, |more| format!("+{}", more.normalize())),
        ]);
    }
    table
}
