//! The contract of a view store, clause by clause. A new backend joins with one line at the end.

#[path = "conformance/life.rs"]
mod life;
#[path = "conformance/questions.rs"]
mod questions;
#[path = "conformance/refusals.rs"]
mod refusals;
#[path = "conformance/rows.rs"]
mod rows;

macro_rules! conformance_suite {
    ($backend:ident, $desk:expr, $($group:ident: $($clause:ident)+;)+) => {
        mod $backend {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $clause() {
                    super::$group::$clause($desk).await;
                }
            )+)+
        }
    };
    ($backend:ident, $desk:expr) => {
        conformance_suite!($backend, $desk,
            rows:
                plain_rows_are_written_over_and_removed
                packed_rows_are_what_their_cells_are
                numbers_are_added_up_and_a_row_of_zeros_does_not_stand
                history_can_be_read_as_of_any_instant
                versions_never_overlap_and_are_never_empty
                instants_are_kept_to_the_microsecond;
            questions:
                filters_are_two_valued
                paging_is_total_under_ties_and_nulls
                a_cursor_serves_its_own_question_only
                a_tally_counts_and_sums_by_group;
            life:
                rows_and_checkpoint_stand_or_fall_together
                a_checkpoint_names_the_log_whose_past_its_rows_are_of
                of_many_workers_on_one_stretch_one_applies
                a_rebuild_grows_beside_the_live_view
                another_version_asks_for_a_rebuild
                tenants_are_independent
                work_is_one_holder_s_at_a_time_where_there_are_several;
            refusals:
                names_and_values_are_checked_and_named;
        );
    };
}

conformance_suite!(memory, crate::sample::Desk::memory());
conformance_suite!(sqlite, crate::sample::Desk::sqlite());
conformance_suite!(postgres, crate::sample::Desk::postgres());
conformance_suite!(postgres_icu, crate::sample::Desk::postgres_icu());
