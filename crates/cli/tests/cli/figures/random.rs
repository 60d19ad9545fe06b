//! Random cities, windows and instants: what the views answer is what a slow count of the events says.

use super::cases::{Demo, Told, near, same};
use super::slow::{slowly, spread};
use super::slow_cases::left_out;
use super::told::{of_area, of_indicators, of_opinions};
use super::{agree, local};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::policy::satisfaction::SatisfactionRules;
use gridwhistle::projections::questions::{AreaLevel, CasesBy, Moment, Questions, Window};
use proptest::prelude::*;

/// From which day on, for how many days, how many days after its end it is asked, and whether it is of
/// whole months instead.
type Span = (i64, i64, i64, bool);

fn any_span() -> impl Strategy<Value = Span> {
    (0_i64..120, 1_i64..70, -4_i64..60, any::<bool>())
}

/// The city lives from March to July.
fn window((from, days, later, months): Span) -> (Window, DateTime<Utc>) {
    let window = if months {
        let names = ["2026-03", "2026-04", "2026-05", "2026-Q2", "2026-06"];
        let place = usize::try_from(from).expect("days") % names.len();
        Window::read(names[place])
    } else {
        let from = local("2026-03-01 09:30") + TimeDelta::days(from);
        Window::new(from, from + TimeDelta::days(days))
    };
    let window = window.expect("a window");
    (window, window.before + TimeDelta::days(later))
}

async fn check(demo: &Demo, questions: &Questions, span: Span) {
    let (window, asked_at) = window(span);
    let (moment, what) = (Moment::then(asked_at), format!("{window:?} {asked_at}"));
    let calendars = &demo.calendars;
    let asked = demo.asked(window, asked_at).0;
    let units = questions.departments(window, moment, calendars);
    let slow = slowly(&demo.events, (&asked, asked_at), calendars);
    agree(&units.await.expect("an answer"), &slow);

    let answer = questions.areas(AreaLevel::Street, window, moment, calendars);
    let answer = answer.await.expect("an answer");
    let slow = demo.slowly(window, asked_at, "street");
    let areas = answer.areas.iter();
    let areas: Told<'_> = areas
        .map(|area| (area.area.as_deref(), of_area(area)))
        .collect();
    same(&areas, &slow, &what);
    let all = demo.slowly(window, asked_at, "city");
    let all = all.get(&None).cloned().unwrap_or_default();
    for area in &answer.areas {
        let slow = slow.get(&area.area).cloned().unwrap_or_default();
        assert_eq!(area.handling, spread(&slow.minutes), "{what}");
        assert_eq!(area.backlog.0, slow.ages, "{what}");
        assert_eq!(area.half_done_by, slow.half_done(), "{what}");
        near(area.observed_over_expected, slow.against(&all), &what);
    }
    let out = left_out(&demo.events, (&asked, asked_at));
    let told = answer.left_out;
    assert_eq!((told.voided, told.merged), out, "{what}");

    let slow = demo.slowly(window, asked_at, "unit");
    let answer = questions.indicators(CasesBy::Unit, window, moment).await;
    let answer = answer.expect("an answer");
    let groups = answer.groups.iter();
    let told: Told<'_> = groups
        .map(|of| (of.group.as_deref(), of_indicators(of)))
        .collect();
    same(&told, &slow, &what);
    let rules = SatisfactionRules::default();
    let answer = questions.satisfaction(CasesBy::Unit, window, moment, &rules);
    let answer = answer.await.expect("an answer");
    let groups = answer.groups.iter();
    let told: Told<'_> = groups
        .map(|of| (of.group.as_deref(), of_opinions(of)))
        .collect();
    same(&told, &slow, &what);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 3,
        max_shrink_iters: 0,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_figures_of_a_random_city_are_what_a_slow_count_of_its_events_says(
        (cases, seed) in (20_u32..60, any::<u32>()),
        spans in prop::collection::vec(any_span(), 6),
    ) {
        let demo = Demo::of(cases, seed);
        demo.with_engine(async |engine| {
            engine.catch_up().await.expect("its views");
            for span in spans {
                check(&demo, engine.questions(), span).await;
            }
        });
    }
}
