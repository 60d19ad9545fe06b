//! The slow count of mutual evaluation: streams as the JSON of their events tells them, and the
//! procedure of `DOMAIN.md` 4.6 written down once more, in floats.

mod flags;
mod score;

use flags::Flag;
use score::score;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

pub(super) type Instant = chrono::DateTime<chrono::Utc>;

/// One evaluation.
#[derive(Clone, Debug, Default)]
struct Told {
    case: String,
    area: String,
    department: String,
    optional: bool,
    window_ends: Instant,
    items: BTreeMap<String, Vec<(String, f64, bool)>>,
    computed: BTreeMap<String, f64>,
    sealed: BTreeMap<String, Instant>,
    points: BTreeMap<String, f64>,
    answers: BTreeMap<String, String>,
    revealed: Option<Instant>,
    settled: Option<Instant>,
    appeals: BTreeMap<String, &'static str>,
}

/// One form that was revealed.
#[derive(Clone, Debug)]
struct Form {
    id: String,
    by: String,
    rater: String,
    rated: String,
    points: f64,
    answers: String,
    sealed: Instant,
    revealed: Instant,
    ends: Instant,
    out: bool,
}

/// What is said of a unit.
#[derive(Clone, Debug, Default)]
pub(super) struct Spoken {
    pub(super) unit: String,
    pub(super) kind: Option<String>,
    /// Forms, raters, trimmed, excluded, appealed.
    pub(super) counts: [u64; 5],
    pub(super) plain: Option<f64>,
    pub(super) score: Option<f64>,
    pub(super) participation: (u64, u64),
    pub(super) weight: Option<f64>,
    pub(super) flags: BTreeSet<String>,
}

/// A card for a unit, and the street and community of its case.
#[derive(Clone, Debug)]
struct Card {
    unit: String,
    at: Instant,
    areas: Vec<String>,
}

/// Where grids and units lie: a grid in a grid or a community, a unit in a unit.
#[derive(Default)]
struct Places(BTreeMap<String, String>);

impl Places {
    fn tell(&mut self, name: &str, fact: &Value) {
        let details = &fact["details"];
        let (what, lies_in) = match name {
            "UnitRegistered" => (&fact["unit"], &details["parent"]),
            "GridRegistered" => {
                let seat = details["seat"].as_object().expect("a seat");
                (&fact["grid"], seat.values().next().expect("a place"))
            }
            _ => return,
        };
        if let (Some(what), Some(lies_in)) = (what.as_str(), lies_in.as_str()) {
            self.0.insert(what.to_owned(), lies_in.to_owned());
        }
    }

    /// The first two units above a grid: its community and its street.
    fn areas(&self, grid: &str) -> Vec<String> {
        let above = std::iter::successors(self.0.get(grid), |one| self.0.get(*one));
        let units = above.filter(|one| !one.starts_with("G-"));
        units.take(2).cloned().collect()
    }
}

/// Evaluations of a pair, and the points of the forms about department and area.
type Cell = (u64, Vec<f64>, Vec<f64>);

/// The evaluations of a window.
#[derive(Clone, Debug)]
pub(super) struct Forms {
    kinds: BTreeMap<String, String>,
    inside: BTreeMap<String, Told>,
    /// Also those revealed before the window.
    all: BTreeMap<String, Told>,
    cards: Vec<Card>,
    pub(super) struck: Vec<String>,
}

fn instant(value: &Value) -> Instant {
    serde_json::from_value(value.clone()).expect("an instant")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn other(side: &str) -> &'static str {
    if side == "area" { "department" } else { "area" }
}

impl Told {
    fn open(opening: &Value) -> Self {
        let mut told = Self {
            case: text(&opening["case"]),
            area: text(&opening["area"]),
            department: text(&opening["department"]),
            optional: opening["optional"] == true,
            window_ends: instant(&opening["window_ends"]),
            ..Self::default()
        };
        for side in ["area", "department"] {
            let items = opening[format!("{side}_form")]["items"].as_array();
            let items = items.expect("items").iter().map(|item| {
                let weight = item["weight"].as_f64().expect("a weight");
                (text(&item["code"]), weight, item["computed"] == true)
            });
            told.items.insert(side.to_owned(), items.collect());
        }
        for (item, stars) in opening["computed"].as_object().into_iter().flatten() {
            let stars = stars.as_f64().expect("stars");
            told.computed.insert(item.clone(), stars);
        }
        told
    }

    fn tell(&mut self, at: Instant, name: &str, fact: &Value) {
        match name {
            "EvaluationSealed" => drop(self.sealed.insert(text(&fact["side"]), at)),
            "EvaluationsRevealed" => {
                self.revealed = Some(at);
                self.settled = self.settled.or(Some(at));
                for (side, form) in fact["forms"].as_object().expect("forms") {
                    self.reveal(side, &form["answers"]);
                }
            }
            "EvaluationLapsed" if fact["sides"].as_array().expect("sides").len() == 2 => {
                self.settled = self.settled.or(Some(at));
            }
            "AppealFiled" => drop(self.appeals.insert(text(&fact["side"]), "waits")),
            "AppealDecided" => {
                let upheld = if fact["upheld"] == true {
                    "upheld"
                } else {
                    "no"
                };
                self.appeals.insert(text(&fact["side"]), upheld);
            }
            _ => {}
        }
    }

    fn reveal(&mut self, side: &str, answers: &Value) {
        let (mut sum, mut weights) = (0.0, 0.0);
        let mut said = String::new();
        for (item, weight, computed) in &self.items[side] {
            let stars = if *computed {
                self.computed.get(item).copied()
            } else {
                answers[item]["score"].as_f64()
            };
            if let Some(stars) = stars {
                sum += weight * 25.0 * (stars - 1.0);
                weights += weight;
            }
            if !computed {
                said.push_str(&answers[item]["score"].to_string());
            }
        }
        // A form comes to whole hundredths.
        let points = (sum * 100.0 / weights).round_ties_even() / 100.0;
        self.points.insert(side.to_owned(), points);
        self.answers
            .insert(side.to_owned(), format!("{side} {said}"));
    }

    fn unit(&self, side: &str) -> &str {
        if side == "area" {
            &self.area
        } else {
            &self.department
        }
    }
}

impl Forms {
    pub(super) fn of(
        events: &[(String, String, Value)],
        (from, before, at): (Instant, Instant, Instant),
    ) -> Self {
        let mut kinds = BTreeMap::new();
        let mut all: BTreeMap<String, Told> = BTreeMap::new();
        let mut out = BTreeSet::new();
        let (mut places, mut grids) = (Places::default(), BTreeMap::new());
        let mut raised: Vec<(String, String, Instant)> = Vec::new();
        for (kind, id, event) in events {
            let happened = instant(&event["at"]);
            let fact = event["fact"].as_object().and_then(|map| map.iter().next());
            let (name, fact) = fact.expect("a fact");
            match (kind.as_str(), name.as_str()) {
                _ if happened > at => {}
                ("registry", name) => {
                    if name == "UnitRegistered" {
                        kinds.insert(text(&fact["unit"]), text(&fact["kind"]));
                    }
                    places.tell(name, fact);
                }
                ("case", "CaseReported" | "LocationAssigned") => {
                    let grid = fact["form"]["grid"].as_str().or(fact["grid"].as_str());
                    grids.extend(grid.map(|grid| (id.clone(), grid.to_owned())));
                }
                ("case", "SupervisionRaised") => {
                    let unit = fact["unit"].as_str();
                    raised.extend(unit.map(|unit| (id.clone(), unit.to_owned(), happened)));
                }
                ("case", "CaseVoided" | "CaseMerged") => drop(out.insert(id.clone())),
                ("evaluation", "EvaluationOpened") => {
                    all.insert(id.clone(), Told::open(&fact["opening"]));
                }
                ("evaluation", _) => {
                    let told = all.get_mut(id).expect("opened before");
                    told.tell(happened, name, fact);
                }
                _ => {}
            }
        }
        let stand = raised.into_iter().filter(|(case, ..)| !out.contains(case));
        let cards = stand.map(|(case, unit, at)| Card {
            areas: grids
                .get(&case)
                .map_or_else(Vec::new, |grid| places.areas(grid)),
            unit,
            at,
        });
        let cards = cards.collect();
        all.retain(|_, told| told.settled.is_some());
        let within = |told: &Told| told.settled.is_some_and(|it| from <= it && it < before);
        let struck = all
            .iter()
            .filter(|(_, told)| within(told) && out.contains(&told.case));
        let struck = struck.map(|(id, _)| id.clone()).collect();
        all.retain(|_, told| !out.contains(&told.case));
        let inside = all.iter().filter(|(_, told)| within(told));
        Self {
            kinds,
            inside: inside
                .map(|(id, told)| (id.clone(), told.clone()))
                .collect(),
            all,
            cards,
            struck,
        }
    }

    /// The same without one form.
    pub(super) fn without(&self, id: &str, side: &str) -> Self {
        let mut forms = self.clone();
        if let Some(told) = forms.inside.get_mut(id) {
            told.points.remove(side);
        }
        forms
    }

    fn forms(all: &BTreeMap<String, Told>) -> Vec<Form> {
        let mut forms = Vec::new();
        for (id, told) in all {
            for (side, points) in &told.points {
                forms.push(Form {
                    id: id.clone(),
                    by: side.clone(),
                    rater: told.unit(side).to_owned(),
                    rated: told.unit(other(side)).to_owned(),
                    points: *points,
                    answers: told.answers[side].clone(),
                    sealed: told.sealed[side],
                    revealed: told.revealed.expect("revealed"),
                    ends: told.window_ends,
                    out: told.appeals.get(side) == Some(&"upheld"),
                });
            }
        }
        forms
    }

    pub(super) fn matrix(&self) -> BTreeMap<(String, String), Cell> {
        let mut cells: BTreeMap<_, Cell> = BTreeMap::new();
        for told in self.inside.values() {
            let pair = (told.area.clone(), told.department.clone());
            cells.entry(pair).or_default().0 += 1;
        }
        for form in Self::forms(&self.inside)
            .into_iter()
            .filter(|form| !form.out)
        {
            if form.by == "area" {
                let cell = cells.get_mut(&(form.rater, form.rated));
                cell.expect("a pair").1.push(form.points);
            } else {
                let cell = cells.get_mut(&(form.rated, form.rater));
                cell.expect("a pair").2.push(form.points);
            }
        }
        cells
    }
}

/// What is said of every unit that `side` rates, by kind and code.
pub(super) fn told(forms: &Forms, side: &str) -> Vec<Spoken> {
    let own = other(side);
    let units: BTreeSet<&str> = forms.inside.values().map(|told| told.unit(own)).collect();
    let given = Forms::forms(&forms.inside);
    let given: Vec<&Form> = given.iter().filter(|form| form.by == side).collect();
    let flags = forms.flags();
    let mut all = Vec::new();
    for unit in units {
        let kind = forms.kinds.get(unit);
        let peers = |form: &&&Form| !form.out && forms.kinds.get(&form.rated) == kind;
        let peers: Vec<&Form> = given.iter().filter(peers).copied().collect();
        let (score, trimmed) = score(&peers, unit);
        let about: Vec<&&Form> = peers.iter().filter(|form| form.rated == unit).collect();
        let raters: BTreeSet<&str> = about.iter().map(|form| form.rater.as_str()).collect();
        let state = |state: &str| {
            let of_unit = forms.inside.values().filter(|told| told.unit(own) == unit);
            of_unit
                .filter(|told| told.appeals.get(side) == Some(&state))
                .count() as u64
        };
        let asked: Vec<&Told> = forms.inside.values().collect();
        let asked = asked
            .iter()
            .filter(|told| !told.optional && told.unit(own) == unit);
        let sealed = asked
            .clone()
            .filter(|told| told.sealed.contains_key(own))
            .count();
        let asked = asked.count();
        let plain: f64 = about.iter().map(|form| form.points).sum();
        let touching = |flag: &&Flag| flag.1 == unit || flag.2 == unit;
        all.push(Spoken {
            unit: unit.to_owned(),
            kind: kind.cloned(),
            counts: [
                about.len() as u64,
                raters.len() as u64,
                trimmed,
                state("upheld"),
                state("waits"),
            ],
            plain: (!about.is_empty()).then(|| plain / about.len() as f64),
            score,
            participation: (sealed as u64, asked as u64),
            weight: (asked > 0).then(|| (sealed as f64 / asked as f64 / 0.8).min(1.0)),
            flags: flags
                .iter()
                .filter(touching)
                .map(|flag| flag.0.clone())
                .collect(),
        });
    }
    all.sort_by(|one, other| (&one.kind, &one.unit).cmp(&(&other.kind, &other.unit)));
    all
}
