//! What was proved or found, for people: what it means, and what it does not mean.
//!
//! Instants are written in UTC; whoever shows them puts them into local time.

use super::checkpoint::Sealed;
use super::proof::{Proven, ProvenEvent};
use super::trouble::fault_text;
use super::verify::{LogReport, TreeReport};
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::case::upcast::read_event;
use gridwhistle_domain::text::Text;

impl Proven {
    /// What was proved, a line each.
    #[must_use]
    pub fn lines(&self) -> Vec<Text> {
        let event = &self.event;
        let mut lines = vec![
            Text::new("证明成立。", "The proof holds."),
            Text::new(
                format!("日志：{}；检查点覆盖 {} 个事件", self.origin, self.size),
                format!(
                    "log: {}; the checkpoint covers {} events",
                    self.origin, self.size
                ),
            ),
            Text::new(
                format!("事件：第 {} 号，{}", event.position, event.sentence().zh),
                format!(
                    "event: position {}, {}",
                    event.position,
                    event.sentence().en
                ),
            ),
            Text::new(
                format!(
                    "对象：{}/{}，第 {} 步",
                    event.aggregate_type, event.aggregate_id, event.sequence
                ),
                format!(
                    "of: {}/{}, number {}",
                    event.aggregate_type, event.aggregate_id, event.sequence
                ),
            ),
            Text::new(
                format!("发生：{}；入库：{}", self.occurred_at, self.recorded_at),
                format!(
                    "happened: {}; recorded: {}",
                    self.occurred_at, self.recorded_at
                ),
            ),
            Text::new(
                format!("原文：{}", event.payload),
                format!("its text: {}", event.payload),
            ),
        ];
        for witness in &self.witnesses {
            lines.push(Text::new(
                format!("见证方 {} 于 {} 签署了该检查点", witness.name, witness.at),
                format!(
                    "witness {} signed the checkpoint at {}",
                    witness.name, witness.at
                ),
            ));
        }
        if self.witnesses.is_empty() {
            lines.push(Text::new(
                "未核对见证方：日志若对不同的人出示不同内容，仅凭此文件看不出；请用 --witness 指定见证方公钥",
                "no witness was checked: a log that shows different people different contents cannot be told by this file alone; name witnesses by --witness",
            ));
        }
        lines.push(Text::new(
            "它证明：该事件一字不差地写入了这份日志的这个位置；此后改动、删除或插到它之前，都会与检查点不符。",
            "It proves that this very event stands in this log at this position; to change it, drop it or put another before it no longer fits the checkpoint.",
        ));
        lines.push(Text::new(
            "它不证明：所写内容属实，或此后案件如何办理。",
            "It does not prove that what the event says is true, nor what became of the case.",
        ));
        lines
    }
}

impl ProvenEvent {
    /// What happened, in a sentence where this program knows the form.
    fn sentence(&self) -> Text {
        let case = (self.aggregate_type == "case")
            .then(|| read_event(&self.event_type, &self.event_version, &self.payload).ok());
        match case.flatten() {
            Some(event) => {
                gridwhistle_projections::timeline::words_of(&event, &Reference::default())
            }
            None => Text::new(self.event_type.as_str(), self.event_type.as_str()),
        }
    }
}

impl LogReport {
    /// What was found, a line each.
    #[must_use]
    pub fn lines(&self) -> Vec<Text> {
        let log = &self.log;
        let mut lines = vec![match &log.fault {
            Some(fault) => fault_text(fault),
            None => Text::new(
                format!("日志自身相符：{} 个事件，链值 {}", log.events, log.chain),
                format!(
                    "the log fits in itself: {} events, chain {}",
                    log.events, log.chain
                ),
            ),
        }];
        match &self.tree {
            Some(tree) => lines.extend(tree.lines()),
            None => lines.push(Text::new(
                "没有检查点可供对照：能改写整个数据库的人也能重算链值；请用 gridwhistle audit checkpoint 封存",
                "there is no checkpoint to hold it against: whoever can write the whole database can compute the chain anew; seal it by gridwhistle audit checkpoint",
            )),
        }
        lines
    }
}

impl TreeReport {
    fn lines(&self) -> Vec<Text> {
        let mut lines = Vec::new();
        let (size, unsealed) = (self.size, self.unsealed);
        match (&self.fault, &self.tile) {
            (Some(fault), _) => lines.push(fault.text()),
            (None, Some(tile)) => lines.push(Text::new(
                format!(
                    "日志与检查点相符，但树文件 {} 缺失或损坏：请移走该树目录并重新封存",
                    tile.display()
                ),
                format!(
                    "log and checkpoint fit, but the tile {} is gone or damaged: move the folder of the tree away and seal anew",
                    tile.display()
                ),
            )),
            (None, None) => lines.push(Text::new(
                format!("与 {} 的检查点相符：已封存 {size} 个事件，其后 {unsealed} 个尚未封存", self.origin),
                format!("it fits the checkpoint of {}: {size} events sealed, {unsealed} after them not yet", self.origin),
            )),
        }
        if !self.signed {
            lines.push(Text::new(
                "未核对检查点的签名；请用 --verifier 指定日志公钥",
                "the signature of the checkpoint was not checked; name the key of the log by --verifier",
            ));
        }
        lines
    }
}

impl Sealed {
    /// The checkpoint in a line.
    #[must_use]
    pub fn text(&self) -> Text {
        let (origin, size, root) = (self.origin(), self.size(), self.root());
        Text::new(
            format!("{origin}：已封存 {size} 个事件，根值 {root}"),
            format!("{origin}: {size} events sealed, root {root}"),
        )
    }
}
