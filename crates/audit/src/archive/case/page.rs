//! The page of an archived case.

use super::{Archived, Proof};
use chrono::{DateTime, FixedOffset, Utc};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::policy::words;
use gridwhistle_domain::text::Text;
use gridwhistle_projections::timeline::TimelineEntry;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = "body{font:15px/1.6 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}\
table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:.25em .5em;\
text-align:left;vertical-align:top}code,pre{font:12px/1.5 monospace;word-break:break-all;\
white-space:pre-wrap}.en{color:#555}@media print{body{margin:0}}";

/// The instant on the city's calendar (UTC+8).
fn shown(at: DateTime<Utc>) -> String {
    let local = FixedOffset::east_opt(8 * 3_600).map(|zone| at.with_timezone(&zone).naive_local());
    let local = local.unwrap_or_else(|| at.naive_utc());
    local.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// Both languages, the first one first.
fn both(text: &Text) -> Markup {
    html! { (text.zh) " " span.en lang="en" { (text.en) } }
}

fn say(zh: &str, en: &str) -> Markup {
    both(&Text::new(zh, en))
}

/// What the page says of the case in its first table.
fn facts(archived: &Archived, case: &Case) -> Vec<(Markup, Markup)> {
    let text = |value: Option<String>| value.filter(|value| !value.is_empty());
    let plain = [
        (say("案件编号", "case"), text(Some(archived.case.clone()))),
        (say("渠道", "channel"), text(Some(case.channel.clone()))),
        (
            say("网格", "grid"),
            case.grid.as_ref().map(ToString::to_string),
        ),
        (
            say("事项", "matter"),
            case.matter.as_ref().map(ToString::to_string),
        ),
        (
            say("规则版本", "policy"),
            case.policy.as_ref().map(ToString::to_string),
        ),
        (
            say("日历版本", "calendar"),
            case.calendar.as_ref().map(|one| one.as_str().to_owned()),
        ),
        (say("上报时间", "reported"), case.reported_at.map(shown)),
        (say("受理时间", "accepted"), case.accepted_at.map(shown)),
        (
            say("截止时间", "due"),
            crate::mining::story::due(case).map(shown),
        ),
        (
            say("销号时间", "closed"),
            case.closed_at.or(case.foreign_closed_at).map(shown),
        ),
        (
            say("描述", "description"),
            text(Some(case.description.clone())),
        ),
    ];
    let labels = [
        (say("类别", "class"), case.class.map(words::class)),
        (say("阶段", "stage"), case.stage.map(|stage| stage.label())),
        (
            say("办结结果", "outcome"),
            case.outcome.map(|outcome| outcome.label()),
        ),
    ];
    let plain = plain.into_iter().filter_map(|(name, value)| {
        let value = value?;
        Some((name, html! { (value) }))
    });
    let labels = labels
        .into_iter()
        .filter_map(|(name, text)| Some((name, both(&text?))));
    plain.chain(labels).collect()
}

fn timeline(told: &[TimelineEntry]) -> Markup {
    html! {
        h2 { (say("经过", "what happened")) }
        ol {
            @for entry in told {
                li value=(entry.sequence) { (entry.text.zh) br; span.en lang="en" { (entry.text.en) } }
            }
        }
    }
}

fn evidence(case: &Case) -> Markup {
    html! {
        h2 { (say("佐证（哈希或文号）", "evidence, by hash or number")) }
        @if case.evidence.is_empty() { p { (say("无", "none")) } }
        @else {
            table {
                @for one in &case.evidence {
                    tr { td { (both(&one.kind.label())) } td { code { (one.reference) } } td { (one.note) } }
                }
            }
        }
    }
}

fn events(archived: &Archived) -> Markup {
    html! {
        h2 { (say("事件与校验", "events and their checksums")) }
        table {
            tr {
                th { (say("位置", "position")) } th { (say("事件", "event")) }
                th { (say("入库", "recorded")) } th { (say("校验和 / 链值", "checksum / chain")) }
            }
            @for event in &archived.events {
                tr {
                    td { (event.position) } td { (event.event_type) }
                    td { (shown(event.recorded_at)) }
                    td { code { (event.checksum) } br; code { (event.chain) } }
                }
            }
        }
    }
}

fn proofs(archived: &Archived) -> Markup {
    // A proof of every event would bury the page.
    let given = |proof: &Proof| html! { details { summary { (proof.name) } pre { (proof.text) } } };
    html! {
        h2 { (say("证明", "proofs")) }
        p {
            (say("写出本文件时的日志：", "the log when this file was written:")) " "
            (archived.tenant) " #" (archived.until) " " code { (archived.chain) }
        }
        p {
            (say(
                "每个事件的校验和是其全部字段的 SHA-256；链值是前一链值与校验和的 SHA-256。\
                 与同一位置公布的链值一致，即未被改动。",
                "each checksum is the SHA-256 of all fields of its event, each chain value that of the \
                 one before and the checksum; equal to a published chain value of that position, \
                 nothing was changed.",
            ))
        }
        @for proof in &archived.proofs { (given(proof)) }
    }
}

/// The whole page.
pub(super) fn page(archived: &Archived, case: &Case, told: &[TimelineEntry]) -> String {
    let json = serde_json::to_string_pretty(archived).unwrap_or_default();
    // A text of the case may hold the end of this very element.
    let json = json.replace('<', "\\u003c");
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { "案件档案 " (archived.case) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (say("案件档案", "case archive")) }
                table {
                    @for (name, value) in facts(archived, case) { tr { th { (name) } td { (value) } } }
                }
                (timeline(told))
                (evidence(case))
                (events(archived))
                (proofs(archived))
                script type="application/json" id="archive" { (PreEscaped(json)) }
            }
        }
    };
    page.into_string()
}
