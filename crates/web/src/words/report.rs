//! The words that reports share: windows, shares, intervals.

use super::words;

words! {
    /// A word of every report.
    Word {
        Window "时段" "Window";
        Show "查看" "Show";
        Interval "95% 区间 {} 至 {}" "95% interval {} to {}";
    }
}
