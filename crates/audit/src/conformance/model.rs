//! The flow of a class as its policy lays it down: arrows between stages, and what is owed on the way.

use gridwhistle_domain::case::stage::Stage;
use gridwhistle_domain::case::steps::STEPS;
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::PolicyVersion;
use gridwhistle_domain::policy::Policy;
use gridwhistle_domain::policy::book::PolicyBook;
use gridwhistle_domain::policy::flow::{Target, moves};
use gridwhistle_domain::policy::rows::ClassRow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

/// The arrows of one class under one policy.
#[derive(Debug, Default)]
pub struct Model {
    arrows: BTreeSet<(Option<Stage>, Stage)>,
    leaves: BTreeSet<Stage>,
    /// The class's row; none before a class is chosen.
    pub row: Option<ClassRow>,
}

impl Model {
    fn add(&mut self, policy: &Policy, row: &ClassRow) {
        for one in moves(policy, row, STEPS) {
            match one.to {
                Target::Stage(to) => {
                    self.arrows.insert((one.from, to));
                }
                Target::OtherClass => self.leaves.extend(one.from),
            }
        }
    }

    /// Whether an arrow leads from one stage to another.
    #[must_use]
    pub fn leads(&self, from: Option<Stage>, to: Stage) -> bool {
        self.arrows.contains(&(from, to))
    }

    /// Whether the class may be changed at a stage.
    #[must_use]
    pub fn may_leave(&self, from: Stage) -> bool {
        self.leaves.contains(&from)
    }

    /// The stages between two on a shortest way; none where no way leads there.
    #[must_use]
    pub fn between(&self, from: Option<Stage>, to: Stage) -> Option<Vec<Stage>> {
        let mut came_from: BTreeMap<Stage, Option<Stage>> = BTreeMap::new();
        let mut next = VecDeque::from([from]);
        while let Some(here) = next.pop_front() {
            for (_, stage) in self.arrows.iter().filter(|(start, _)| *start == here) {
                if *stage != to && !came_from.contains_key(stage) {
                    came_from.insert(*stage, here);
                    next.push_back(Some(*stage));
                }
                if *stage == to {
                    return Some(way(&came_from, from, here));
                }
            }
        }
        None
    }
}

/// The stages walked to `last`, without the one that the walk began at.
fn way(
    came_from: &BTreeMap<Stage, Option<Stage>>,
    from: Option<Stage>,
    last: Option<Stage>,
) -> Vec<Stage> {
    let mut found = Vec::new();
    let mut here = last;
    while let Some(stage) = here.filter(|_| here != from) {
        found.push(stage);
        here = came_from.get(&stage).copied().flatten();
    }
    found.reverse();
    found
}

/// The models met so far; a policy never changes, so each is made once.
pub struct Models<'a> {
    policies: &'a PolicyBook,
    made: BTreeMap<(PolicyVersion, Option<CaseClass>), Rc<Model>>,
}

impl<'a> Models<'a> {
    /// None made yet.
    #[must_use]
    pub fn new(policies: &'a PolicyBook) -> Self {
        Self {
            policies,
            made: BTreeMap::new(),
        }
    }

    /// The policies.
    #[must_use]
    pub fn policies(&self) -> &'a PolicyBook {
        self.policies
    }

    /// The model of a class under a policy version, or of all its classes together before one is
    /// chosen; none for a version that was never published.
    pub fn of(&mut self, version: &PolicyVersion, class: Option<CaseClass>) -> Option<Rc<Model>> {
        let key = (version.clone(), class);
        if let Some(known) = self.made.get(&key) {
            return Some(Rc::clone(known));
        }
        let policy = self.policies.get(version)?;
        let mut model = Model::default();
        match class {
            Some(class) => {
                let row = policy.row(class)?;
                model.add(policy, row);
                model.row = Some(row.clone());
            }
            None => policy.class.values().for_each(|row| model.add(policy, row)),
        }
        let model = Rc::new(model);
        self.made.insert(key, Rc::clone(&model));
        Some(model)
    }
}
