//! The flow of a class, drawn: the stages of the way in one column, and beside each what leads
//! elsewhere, with the name of where. No arrow crosses another. Whole numbers only.

use crate::reader::Reader;
use crate::words::city::Word as W;
use gridwhistle_domain::case::stage::Stage;
use gridwhistle_domain::policy::chart::{Chart, ChartArrow, ChartStage};
use maud::{Markup, html};

/// The column of stages: where it begins and how wide it is.
const BOX: (i32, i32) = (1, 236);
/// The words of an arrow.
const WORDS: (i32, i32) = (252, 196);
/// The names of where arrows lead.
const TAG: (i32, i32) = (462, 124);
const WIDTH: i32 = 588;
/// From line to line of text.
const LINE: i32 = 16;

/// One stage with its place.
struct Node<'c> {
    /// None: the beginning.
    stage: Option<&'c ChartStage>,
    notes: Vec<String>,
    exits: Vec<Exit<'c>>,
    top: i32,
    height: i32,
    /// The words of the arrow to the next stage of the way.
    onward: Option<Vec<String>>,
}

/// An arrow that leaves the way.
struct Exit<'c> {
    words: Vec<String>,
    to: Option<Stage>,
    name: &'c str,
    y: i32,
}

/// The chart as a drawing.
pub(crate) fn drawn(reader: &Reader, chart: &Chart) -> Markup {
    let nodes = nodes(reader, chart);
    let height = nodes.last().map_or(0, |node| node.top + node.height) + 8;
    let last = |stage: Option<Stage>| {
        let known = chart.stages.iter().find(|one| Some(one.stage) == stage);
        known.is_none_or(|one| one.last)
    };
    html! {
        svg.chart viewBox={ "0 0 " (WIDTH) " " (height) } width=(WIDTH) height=(height) role="img" aria-labelledby="chart-title" {
            title #chart-title { (chart.title) }
            @for node in &nodes {
                (node.shape())
                @for exit in &node.exits {
                    path.way d={ "M" (node.side()) " " (exit.y) "H" (TAG.0 - 7) } {}
                    path.head d={ "M" (TAG.0 - 1) " " (exit.y) "l-8-4v8z" } {}
                    (lines(&exit.words, WORDS.0, exit.y - 5 - LINE * (i32::try_from(exit.words.len()).unwrap_or(1) - 1), "words"))
                    rect.tag.last[last(exit.to)] x=(TAG.0) y=(exit.y - 11) width=(TAG.1) height="22" rx="2" {}
                    text.name x=(TAG.0 + TAG.1 / 2) y=(exit.y + 5) text-anchor="middle" { (exit.name) }
                }
                (node.onward())
            }
        }
    }
}

/// The same in words, stage by stage.
pub(crate) fn told(reader: &Reader, chart: &Chart) -> Markup {
    let begin = chart.arrows.iter().filter(|arrow| arrow.from.is_none());
    html! {
        ol.told {
            li { strong { (reader.say(W::Begin)) } ul { @for arrow in begin { (step(reader, chart, arrow)) } } }
            @for stage in chart.stages.iter().filter(|stage| !stage.last) {
                li {
                    strong { (stage.label) }
                    @if !stage.notes.is_empty() { p.minor { (stage.notes.join(" · ")) } }
                    @if !stage.steps.is_empty() {
                        ol.within { @for line in parts(stage) { li { (line) } } }
                    }
                    ul { @for arrow in chart.arrows.iter().filter(|arrow| arrow.from == Some(stage.stage)) { (step(reader, chart, arrow)) } }
                }
            }
        }
    }
}

fn step(reader: &Reader, chart: &Chart, arrow: &ChartArrow) -> Markup {
    html! { li { (arrow.commands.join(" / ")) " → " (name(reader, chart, arrow.to)) } }
}

fn name<'c>(reader: &Reader, chart: &'c Chart, stage: Option<Stage>) -> &'c str {
    let known = chart.stages.iter().find(|one| Some(one.stage) == stage);
    known.map_or(reader.say(W::OtherClass), |one| one.label.as_str())
}

/// The steps of the mandate within a stage.
fn parts(stage: &ChartStage) -> Vec<String> {
    let name = |part| {
        let mut all = stage.parts.iter();
        let found = all.find(|one| one.part == part);
        found.map(|one| one.label.as_str()).unwrap_or_default()
    };
    let steps = stage.steps.iter();
    steps
        .map(|step| format!("{} → {} ({})", name(step.from), name(step.to), step.command))
        .collect()
}

fn nodes<'c>(reader: &Reader, chart: &'c Chart) -> Vec<Node<'c>> {
    let on_the_way = |aside: bool| {
        let all = chart.stages.iter();
        all.filter(move |stage| !stage.last && stage.aside == aside)
    };
    let way: Vec<Option<&ChartStage>> = [None]
        .into_iter()
        .chain(on_the_way(false).map(Some))
        .collect();
    let beside = on_the_way(true).map(|stage| (Some(stage), None));
    let next = way.iter().skip(1).map(|next| next.map(|next| next.stage));
    let next: Vec<Option<Stage>> = next.chain([None]).collect();
    let mut top = 4;
    let mut nodes = Vec::new();
    for (stage, next) in way.into_iter().zip(next).chain(beside) {
        let node = node(reader, chart, stage, next, top);
        let gap = node.onward.as_ref().map_or(16, |words| height(words) + 20);
        top += node.height + gap;
        nodes.push(node);
    }
    nodes
}

fn node<'c>(
    reader: &Reader,
    chart: &'c Chart,
    stage: Option<&'c ChartStage>,
    next: Option<Stage>,
    top: i32,
) -> Node<'c> {
    let here = stage.map(|stage| stage.stage);
    let leaving = || chart.arrows.iter().filter(|arrow| arrow.from == here);
    let goes_on = |arrow: &&ChartArrow| next.is_some() && arrow.to == next;
    let onward = leaving().find(goes_on);
    let mut y = top;
    let exits = leaving().filter(|arrow| !goes_on(arrow)).map(|arrow| {
        let words = wrapped(&arrow.commands.join(" / "), WORDS.1);
        y += height(&words) + 14;
        Exit {
            words,
            to: arrow.to,
            name: name(reader, chart, arrow.to),
            y: y - 12,
        }
    });
    let exits: Vec<Exit<'_>> = exits.collect();
    let told = stage.into_iter().flat_map(|stage| {
        let notes = stage.notes.iter().cloned();
        notes.chain(parts(stage))
    });
    let notes: Vec<String> = told.flat_map(|note| wrapped(&note, BOX.1 - 24)).collect();
    let own = stage.map_or(14, |_| 34 + height(&notes));
    Node {
        stage,
        notes,
        exits,
        top,
        height: own.max(y - top),
        onward: onward.map(|arrow| wrapped(&arrow.commands.join(" / "), 320)),
    }
}

impl Node<'_> {
    fn shape(&self) -> Markup {
        let Some(stage) = self.stage else {
            return html! { circle.begin cx=(self.side()) cy=(self.heart()) r="6" {} };
        };
        html! {
            rect.stage.aside[stage.aside] x=(BOX.0) y=(self.top) width=(BOX.1) height=(self.height) rx="3" {}
            text.title x=(BOX.0 + 12) y=(self.top + 21) { (stage.label) }
            (lines(&self.notes, BOX.0 + 12, self.top + 40, "note"))
        }
    }

    /// Where arrows leave it: a box at its edge, the beginning at its dot.
    fn side(&self) -> i32 {
        BOX.0 + self.stage.map_or(BOX.1 / 2, |_| BOX.1)
    }

    /// How low the dot of the beginning lies: where the first arrow leaves it.
    fn heart(&self) -> i32 {
        self.exits.first().map_or(self.top + 7, |exit| exit.y)
    }

    /// The arrow to the next stage of the way.
    fn onward(&self) -> Markup {
        let Some(words) = &self.onward else {
            return html! {};
        };
        let (x, from) = (BOX.0 + BOX.1 / 2, self.top + self.height);
        let length = height(words) + 20;
        html! {
            path.way d={ "M" (x) " " (self.stage.map_or(self.heart(), |_| from)) "V" (from + length - 7) } {}
            path.head d={ "M" (x) " " (from + length - 1) "l-4-8h8z" } {}
            (lines(words, x + 12, from + 21, "words"))
        }
    }
}

fn lines(words: &[String], x: i32, y: i32, class: &str) -> Markup {
    let placed = words.iter().zip(0_i32..);
    html! { @for (line, no) in placed { text class=(class) x=(x) y=(y + no * LINE) { (line) } } }
}

fn height(lines: &[String]) -> i32 {
    i32::try_from(lines.len()).unwrap_or(0) * LINE
}

/// A text in lines of at most so many units, as wide as its letters are likely to be.
fn wrapped(text: &str, width: i32) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut word) = (String::new(), String::new());
    let mut end = |line: &mut String| {
        let full = std::mem::take(line);
        if !full.trim().is_empty() {
            lines.push(full.trim().to_owned());
        }
    };
    for letter in text.chars() {
        word.push(letter);
        if letter == ' ' || !letter.is_ascii() {
            if wide(&line) + wide(word.trim_end()) > width {
                end(&mut line);
            }
            line.push_str(&word);
            word.clear();
        }
    }
    if wide(&line) + wide(&word) > width {
        end(&mut line);
    }
    line.push_str(&word);
    end(&mut line);
    lines
}

fn wide(text: &str) -> i32 {
    text.chars()
        .map(|letter| if letter.is_ascii() { 7 } else { 13 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hold_whole_words_and_lose_none() {
        let lines = wrapped("acknowledge / acknowledge by the clock", 100);
        assert_eq!(lines, ["acknowledge /", "acknowledge by", "the clock"]);
        let lines = wrapped("证据 处置前照片 + 处置后照片", 100);
        assert!(lines.iter().all(|line| wide(line) <= 100), "{lines:?}");
        assert_eq!(lines.concat().replace(' ', ""), "证据处置前照片+处置后照片");
        assert!(wrapped("", 100).is_empty());
    }
}
