//! The reference pages are written by these tests (`UPDATE_EXPECT=1`) and compared otherwise, so that
//! a change of a rule shows in its page.
#![expect(clippy::expect_used, reason = "tests fail by panicking")]

mod golden {
    mod authority;
    mod flow;
    mod policy;
    mod refusals;
    mod steps;
}
