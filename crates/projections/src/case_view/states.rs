//! A bounded cache of cases. What falls out of it is folded again from the log when it is needed.

use super::held::Held;
use foldhash::fast::RandomState as Fast;
use std::collections::HashMap;

/// Cases in two generations: those used lately, and those used before them.
#[derive(Debug)]
pub(crate) struct States {
    // Boxed: the state of a case is some kilobytes, which a map that grows would move.
    young: HashMap<String, Box<Held>, Fast>,
    old: HashMap<String, Box<Held>, Fast>,
    generation_cases_max: usize,
}

impl States {
    /// An empty cache of at most three times as many cases, plus those of one batch.
    pub(crate) fn new(generation_cases_max: usize) -> Self {
        Self {
            young: HashMap::default(),
            old: HashMap::default(),
            generation_cases_max,
        }
    }

    /// Whether a case is held.
    pub(crate) fn holds(&self, id: &str) -> bool {
        self.young.contains_key(id) || self.old.contains_key(id)
    }

    /// A case that is held, now among those used lately.
    pub(crate) fn get(&mut self, id: &str) -> Option<&mut Held> {
        if !self.young.contains_key(id)
            && let Some((id, held)) = self.old.remove_entry(id)
        {
            self.young.insert(id, held);
        }
        self.young.get_mut(id).map(Box::as_mut)
    }

    /// Takes a case.
    pub(crate) fn insert(&mut self, held: Box<Held>) {
        self.young.insert(held.id.clone(), held);
    }

    /// Between two batches: drops what was not used for long, and imported cases that are closed:
    /// nothing follows there, and an import of a million rows would hold as many. Of what was not used
    /// for long the open cases go last: something follows there, and would be read from the log.
    /// Only those touched since can have become closed.
    pub(crate) fn settle(&mut self, touched: &[String]) {
        let is_over = |held: &Held| held.case.foreign.is_some() && !held.case.is_open();
        for id in touched {
            if self.young.get(id).is_some_and(|held| is_over(held)) {
                self.young.remove(id);
            }
        }
        if self.young.len() > self.generation_cases_max {
            let mut room = self.generation_cases_max;
            self.old.retain(|_, held| {
                let stays = room > 0 && held.case.is_open();
                room -= usize::from(stays);
                stays
            });
            self.old.extend(self.young.drain());
        }
    }

    /// Drops everything.
    pub(crate) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}
