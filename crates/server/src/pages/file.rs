//! The answer that a page shows, where it is a file as well: its address, from the tables of pages and of
//! the API, so that a page cannot lead to another list than it shows.

use super::PAGES;
use crate::api::ENDPOINTS;
use crate::sheets::{FORMAT, PASSING};
use gridwhistle_web::Address;

/// The address under `/api/v1` of the answer that a page shows, with what narrows and sorts it; none where
/// that answer is no file, or where the page shows a part of it.
pub(super) fn of(route: &str, page: &Address) -> Option<Address> {
    let shows = PAGES.iter().find(|one| one.path == route)?.shows?;
    let mut all = ENDPOINTS.iter();
    let answer = all.find(|one| one.method == "get" && one.path == shows)?;
    let path = along(route, page.path(), shows).filter(|_| answer.parameters.contains(&FORMAT))?;
    let takes = |name: &str| {
        let own = answer.parameters.contains(&name) && !PASSING.contains(&name);
        own || answer.times.names().contains(&name)
    };
    let pairs = page.pairs().filter(|(name, _)| takes(name));
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Some(Address::new(path, pairs))
}

/// Whether a step of an address is a name that something stands for.
fn is_name(step: &str) -> bool {
    step.starts_with('{')
}

/// The address of the answer, with what stands in the page's under the same names; none where the page says
/// more of what it is of.
fn along(route: &str, path: &str, shows: &str) -> Option<String> {
    let given = route.split('/').zip(path.split('/'));
    let given: Vec<(&str, &str)> = given.filter(|(name, _)| is_name(name)).collect();
    let stands = |step| {
        let found = given.iter().find(|(name, _)| *name == step);
        found.map(|(_, value)| *value)
    };
    let steps = shows.split('/').map(|step| match is_name(step) {
        true => stands(step),
        false => Some(step),
    });
    let steps: Vec<&str> = steps.collect::<Option<_>>()?;
    let named = shows.split('/').filter(|step| is_name(step)).count();
    (named == given.len()).then(|| steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(route: &str, path: &str, query: &[(&str, &str)]) -> Option<String> {
        let query = query.iter();
        let query = query.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        of(route, &Address::new(path, query)).map(|address| address.written())
    }

    #[test]
    fn a_page_leads_to_the_file_of_what_it_shows_as_it_is_narrowed_and_sorted() {
        let asked = [
            ("within", "S-1"),
            ("sort", "unit"),
            ("cursor", "x"),
            ("as_of", "2026-03-01"),
            ("done", "y"),
        ];
        let people = written("/admin/people", "/admin/people", &asked);
        let people = people.expect("people are a file");
        assert_eq!(people, "/people?within=S-1&sort=unit&as_of=2026-03-01");
        let list = written("/lists/{list}", "/lists/overdue", &[]);
        assert_eq!(list.as_deref(), Some("/lists/overdue"));
        // What is on record is asked of the present alone.
        let then = [("as_of", "2026-03-01")];
        let reads = written("/audit/reads", "/audit/reads", &then);
        assert_eq!(reads.as_deref(), Some("/reads"));
    }

    #[test]
    fn what_is_no_file_or_a_part_of_one_leads_to_none() {
        for (route, path) in [
            ("/", "/"),
            ("/map", "/map"),
            ("/cases/{case}", "/cases/7"),
            ("/reports/areas/{area}", "/reports/areas/S-1"),
            ("/report", "/report"),
        ] {
            assert_eq!(written(route, path, &[]), None, "{path}");
        }
    }
}
