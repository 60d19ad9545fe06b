//! What somebody should look at, found by looking at every form beside every other.

use super::{Form, Forms, Instant};
use std::collections::BTreeSet;

/// Kind, rater, rated, evaluations.
pub(super) type Flag = (String, String, String, Vec<String>);

impl Forms {
    /// Every flag of the forms in the window.
    pub(in crate::figures::mutual) fn flags(&self) -> BTreeSet<Flag> {
        let mut found = BTreeSet::new();
        let (inside, all) = (Self::forms(&self.inside), Self::forms(&self.all));
        for form in &inside {
            let mut flag = |kind: &str, behind: BTreeSet<&String>| {
                let behind = behind.into_iter().cloned().collect();
                found.insert((
                    kind.to_owned(),
                    form.rater.clone(),
                    form.rated.clone(),
                    behind,
                ));
            };
            if (form.ends - form.sealed).num_seconds() <= 300 {
                flag("last_minute", [&form.id].into());
            }
            let soon = |at: Instant| {
                let after = (form.sealed - at).num_seconds();
                (0..=48 * 3_600).contains(&after)
            };
            let dealt = all
                .iter()
                .filter(|blow| blow.points < 50.0 && soon(blow.revealed));
            let dealt = dealt.filter(|blow| blow.rated == form.rater && blow.rater == form.rated);
            let mut behind: BTreeSet<&String> = dealt.map(|blow| &blow.id).collect();
            let mut cards = self.cards.iter().filter(|card| {
                card.unit == form.rater && card.areas.contains(&form.rated) && soon(card.at)
            });
            if form.points < 50.0 && (!behind.is_empty() || cards.next().is_some()) {
                behind.insert(&form.id);
                flag("retaliation", behind);
            }
        }
        found.extend(praise(&inside));
        found.extend(alike(&inside));
        found
    }
}

/// Pairs with eight forms and more each way, all of 95 and more.
fn praise(forms: &[Form]) -> Vec<Flag> {
    let way = |rater: &str, rated: &str| -> Vec<&Form> {
        let of = |form: &&Form| form.rater == rater && form.rated == rated;
        forms.iter().filter(of).collect()
    };
    let pairs: BTreeSet<(&str, &str)> = forms
        .iter()
        .map(|form| (form.rater.as_str(), form.rated.as_str()))
        .filter(|(one, other)| one < other)
        .collect();
    let mut found = Vec::new();
    for (one, other) in pairs {
        let both = [way(one, other), way(other, one)];
        if both
            .iter()
            .all(|way| way.len() >= 8 && way.iter().all(|form| form.points >= 95.0))
        {
            let ids: BTreeSet<String> = both.iter().flatten().map(|form| form.id.clone()).collect();
            let ids = ids.into_iter().collect();
            found.push((
                "collusion".to_owned(),
                one.to_owned(),
                other.to_owned(),
                ids,
            ));
        }
    }
    found
}

/// Runs of ten and more of one rater that say the same.
fn alike(forms: &[Form]) -> Vec<Flag> {
    let mut found = Vec::new();
    let raters: BTreeSet<&str> = forms.iter().map(|form| form.rater.as_str()).collect();
    for rater in raters {
        let mut own: Vec<&Form> = forms.iter().filter(|form| form.rater == rater).collect();
        own.sort_by_key(|form| (form.sealed, &form.id));
        let mut run: Vec<&Form> = Vec::new();
        for form in own.into_iter().map(Some).chain([None]) {
            let goes_on =
                form.is_some_and(|form| run.last().is_none_or(|last| last.answers == form.answers));
            if !goes_on {
                if run.len() >= 10 {
                    let about: BTreeSet<&str> =
                        run.iter().map(|form| form.rated.as_str()).collect();
                    let about = about.first().filter(|_| about.len() == 1).copied();
                    let mut ids: Vec<String> = run.iter().map(|form| form.id.clone()).collect();
                    ids.sort();
                    let about = about.unwrap_or_default().to_owned();
                    found.push(("same_answers".to_owned(), rater.to_owned(), about, ids));
                }
                run.clear();
            }
            run.extend(form);
        }
    }
    found
}
