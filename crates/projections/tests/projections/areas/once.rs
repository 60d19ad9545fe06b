//! A figure that is opened is counted once, however many pages of what is behind it are read.

use super::*;
use async_trait::async_trait;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::score::indicator::Indicator;
use gridwhistle_domain::score::measure::Measure;
use gridwhistle_projections::models::{CountedFigure, Explained};
use gridwhistle_store::views::{
    self, Page, Query, RowOp, Select, Stretch, Tally, TallyRow, Value, View, ViewError,
    ViewOptions, ViewState, ViewStore,
};
use serde_json::Value as Json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A store that says how often rows were counted, or were all looked at.
struct Counting {
    inner: Arc<dyn ViewStore>,
    counts: AtomicUsize,
}

impl Counting {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            inner: views::open("memory:", ViewOptions::default()).unwrap(),
            counts: AtomicUsize::new(0),
        })
    }

    fn one_more(&self) {
        self.counts.fetch_add(1, Ordering::Relaxed);
    }

    fn so_far(&self) -> usize {
        self.counts.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl ViewStore for Counting {
    async fn open_view(&self, tenant: &str, view: &View) -> Result<ViewState, ViewError> {
        self.inner.open_view(tenant, view).await
    }

    async fn apply(
        &self,
        tenant: &str,
        view: &str,
        generation: u64,
        stretch: Stretch,
        ops: Vec<RowOp>,
    ) -> Result<(), ViewError> {
        let inner = &self.inner;
        inner.apply(tenant, view, generation, stretch, ops).await
    }

    async fn begin_rebuild(&self, tenant: &str, view: &View) -> Result<u64, ViewError> {
        self.inner.begin_rebuild(tenant, view).await
    }

    async fn swap(&self, tenant: &str, view: &str, generation: u64) -> Result<(), ViewError> {
        self.inner.swap(tenant, view, generation).await
    }

    async fn position(&self, tenant: &str, view: &str) -> Result<u64, ViewError> {
        self.inner.position(tenant, view).await
    }

    async fn get(
        &self,
        tenant: &str,
        view: &str,
        table: &str,
        key: &[Value],
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Option<Vec<Value>>, ViewError> {
        self.inner.get(tenant, view, table, key, as_of).await
    }

    async fn query(&self, tenant: &str, view: &str, query: Query) -> Result<Page, ViewError> {
        self.inner.query(tenant, view, query).await
    }

    async fn select(
        &self,
        tenant: &str,
        view: &str,
        select: Select,
        take: &mut (dyn for<'r> FnMut(&'r [Value]) + Send),
    ) -> Result<(), ViewError> {
        self.one_more();
        self.inner.select(tenant, view, select, take).await
    }

    async fn tally(
        &self,
        tenant: &str,
        view: &str,
        tally: Tally,
    ) -> Result<Vec<TallyRow>, ViewError> {
        self.one_more();
        self.inner.tally(tenant, view, tally).await
    }

    async fn scan(
        &self,
        tenant: &str,
        view: &str,
        table: &str,
        after: Option<&[Value]>,
        limit: usize,
    ) -> Result<Vec<Vec<Value>>, ViewError> {
        self.inner.scan(tenant, view, table, after, limit).await
    }
}

/// The rows of a page, whatever is opened.
fn rows(page: &Explained) -> Vec<Json> {
    let told = serde_json::to_value(page).unwrap();
    let all = ["legs", "cases", "rows"].into_iter();
    let rows = all.filter_map(|name| told[name].as_array()).next();
    rows.unwrap().clone()
}

/// Opens a figure page by page, and at once: the same, and nothing is counted on the way. Answers how many
/// rows it has.
async fn page_by_page(store: &Counting, questions: &Questions, figure: &CountedFigure) -> usize {
    let (reference, before) = (Reference::default(), store.so_far());
    let whole = figure.page(questions, &reference, (100, None));
    let whole = rows(&whole.await.unwrap());
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = figure.page(questions, &reference, (2, cursor.as_deref()));
        let page = page.await.unwrap();
        all.extend(rows(&page));
        cursor = page.next().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(all, whole);
    assert_eq!(store.so_far(), before, "counted once: {figure:?}");
    all.len()
}

#[tokio::test]
async fn a_figure_is_counted_once_for_all_its_pages() {
    let store = Counting::new();
    let city = City::over(Arc::clone(&store) as Arc<dyn ViewStore>);
    let mut city = city.with_policy().await.with_registry().await;
    let note = String::new();
    for number in 1..=5 {
        let said = [
            F::ResidentConfirmed { note: note.clone() },
            F::SatisfactionRated {
                satisfaction: Satisfaction::Satisfied,
            },
        ];
        called(&mut city, number, &said).await;
    }
    let questions = city.caught_up().await;
    let (window, asked) = (window(0, DAY), Moment::then(at(100)));
    let reference = Reference::default();
    let mut lengths = Vec::new();
    let legs = questions.count_legs(("B-water", Indicator::OnTime), window, asked);
    let legs = CountedFigure::Legs(legs.await.unwrap());
    lengths.push(page_by_page(&store, &questions, &legs).await);
    for indicator in [I::Handled, I::SaidSatisfied] {
        let cases = (CasesBy::City, None, indicator);
        let cases = questions.count_cases(cases, window, asked).await.unwrap();
        lengths.push(page_by_page(&store, &questions, &CountedFigure::Cases(cases)).await);
    }
    for measure in [
        Measure::ObservedOverExpected,
        Measure::CaseObservedOverExpected,
        Measure::Handling,
        Measure::CasesDone,
        Measure::Stars,
        Measure::FourStars,
    ] {
        let of = (CasesBy::Unit, Some("B-water"), measure);
        let counted = questions.count_measure(of, window, asked, &reference);
        let counted = CountedFigure::Measured(counted.await.unwrap());
        lengths.push(page_by_page(&store, &questions, &counted).await);
    }
    // The bureau answered for no leg: of legs there is nothing to list.
    assert_eq!(lengths, [0, 5, 5, 0, 5, 0, 5, 5, 5]);
    assert!(store.so_far() >= lengths.len(), "each was counted");
}
