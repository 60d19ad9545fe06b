//! The sheets of reference data as they stood at an instant: units, grids, people in office, matters.

use crate::cell::{Cell, Heading};
use crate::sheets::{AsSheet, Sheet};
use crate::spoken;
use gridwhistle_domain::catalogue::{Matter, MatterOwner};
use gridwhistle_domain::policy::words;
use gridwhistle_domain::text::Text;
use gridwhistle_projections::models::{Grids, Matters, Names, People, Units};

const UNITS: &[Heading] = &[
    ("单位代码", "unit code"),
    ("单位", "unit"),
    ("单位类别", "kind"),
    ("上级代码", "parent code"),
    ("上级", "parent"),
];

const GRIDS: &[Heading] = &[
    ("网格代码", "grid code"),
    ("网格", "grid"),
    ("级别", "level"),
    ("类别", "kind"),
    ("所属代码", "within code"),
];

const PEOPLE: &[Heading] = &[
    ("人员代码", "person code"),
    ("姓名", "name"),
    ("角色代码", "role code"),
    ("角色", "role"),
    ("单位代码", "unit code"),
    ("单位", "unit"),
    ("网格代码", "grid code"),
    ("网格", "grid"),
    ("任职起", "from"),
    ("任职止（不含）", "until"),
];

const MATTERS: &[Heading] = &[
    ("事项代码", "matter code"),
    ("事项", "matter"),
    ("领域", "domain"),
    ("可办类别", "classes"),
    ("承办单位代码", "owner code"),
    ("承办单位", "owner"),
    ("保障单位代码", "funding unit code"),
    ("保障单位", "funding unit"),
    ("自定时限", "limits of its own"),
    ("法定时限", "limit by law"),
    ("应附证据", "evidence"),
    ("安全事项", "safety"),
    ("可代办", "by proxy"),
    ("须本人到场", "in person"),
    ("办事指南", "guide"),
];

fn said(text: &Text, names: &Names) -> Cell {
    text.spoken(names.language()).to_owned().into()
}

impl AsSheet for Units {
    fn sheet(&self, names: &Names) -> Sheet {
        let rows = self.units.iter().map(|one| {
            let parent = one.parent.as_ref().map(|unit| unit.as_str());
            vec![
                one.unit.to_string().into(),
                names.unit(Some(one.unit.as_str())).into(),
                spoken::unit_kind(names, one.kind.code()).into(),
                Cell::code(parent),
                Cell::label(parent, |code| names.unit(code)),
            ]
        });
        Sheet::new(("单位", "units"), UNITS, rows)
    }
}

impl AsSheet for Grids {
    fn sheet(&self, names: &Names) -> Sheet {
        let rows = self.grids.iter().map(|one| {
            let kind = words::grid_kind(one.level, one.kind);
            vec![
                one.grid.to_string().into(),
                names.grid(Some(one.grid.as_str())).into(),
                one.level.code().to_owned().into(),
                said(&kind, names),
                one.within.clone().into(),
            ]
        });
        Sheet::new(("网格", "grids"), GRIDS, rows)
    }
}

impl AsSheet for People {
    fn sheet(&self, names: &Names) -> Sheet {
        let rows = self.people.iter().map(|one| {
            let grid = one.grid.as_ref().map(|grid| grid.as_str());
            vec![
                one.person.to_string().into(),
                one.name.clone().into(),
                one.role.code().to_owned().into(),
                spoken::role(names, one.role.code()).into(),
                one.unit.to_string().into(),
                names.unit(Some(one.unit.as_str())).into(),
                Cell::code(grid),
                Cell::label(grid, |code| names.grid(code)),
                one.from.into(),
                Cell::of(one.until),
            ]
        });
        Sheet::new(("在岗人员", "people"), PEOPLE, rows)
    }
}

fn matter(one: &Matter, names: &Names) -> Vec<Cell> {
    let owner = match &one.owner {
        MatterOwner::Unit(unit) => Some(unit.as_str()),
        MatterOwner::ByService => None,
    };
    let owner_name = owner.map_or_else(
        || spoken::own(names, "按登记的服务", "by the registry's services"),
        |code| names.unit(Some(code)),
    );
    let language = names.language();
    let classes = one
        .classes
        .iter()
        .map(|class| names.class(Some(class.code())));
    let limits = one.limits.iter().map(|(class, limit)| {
        let limit = words::limit(*limit);
        format!(
            "{} {}",
            names.class(Some(class.code())),
            limit.get(language)
        )
    });
    let evidence = one.evidence.iter();
    let evidence = evidence.map(|kind| kind.label().get(language).to_owned());
    let funding = one.funding_owner.as_str();
    vec![
        one.code.to_string().into(),
        said(&one.name, names),
        said(&one.domain.label(), names),
        spoken::together(names, classes).into(),
        Cell::code(owner),
        owner_name.into(),
        Cell::code(Some(funding)),
        names.unit(Some(funding)).into(),
        spoken::together(names, limits).into(),
        Cell::of(one.statutory_limit.map(|limit| {
            let limit = words::limit(limit);
            limit.get(language).to_owned()
        })),
        spoken::together(names, evidence).into(),
        one.safety.into(),
        one.proxy.into(),
        one.person_must_appear.into(),
        said(&one.guide, names),
    ]
}

impl AsSheet for Matters {
    fn sheet(&self, names: &Names) -> Sheet {
        let rows = self.matters.iter().map(|one| matter(one, names));
        Sheet::new(("事项清单", "matters"), MATTERS, rows)
    }
}
