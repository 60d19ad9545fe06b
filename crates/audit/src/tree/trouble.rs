//! What can be wrong with keys, checkpoints, proofs and tiles, in words for people.

use gridwhistle_domain::text::Text;
use gridwhistle_store::{Fault, FaultKind};
use std::path::{Path, PathBuf};

/// Why a question about the tree got no good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TreeProblem {
    /// The system refused a file.
    Io {
        /// Which.
        path: PathBuf,
        /// What it said.
        what: String,
    },
    /// Another process seals this tree.
    Locked(PathBuf),
    /// Nothing was sealed here yet.
    NoTree(PathBuf),
    /// A tile is not there, or is not what the checkpoint covers.
    Tile(PathBuf),
    /// A text is no key.
    Key(&'static Rule),
    /// The key is of the other kind.
    Role {
        /// Its name.
        name: String,
        /// What is wanted.
        wanted: super::Role,
    },
    /// A file is no checkpoint, proof or extension.
    Form(&'static Rule),
    /// The checkpoint is of another log than the key.
    Origin {
        /// The log of the key.
        wanted: String,
        /// The log of the checkpoint.
        found: String,
    },
    /// No signature of this key is there.
    NotSigned(String),
    /// A signature that claims to be of this key is not.
    Forged(String),
    /// Fewer witnesses have signed than are wanted.
    Witnesses {
        /// How many have.
        found: usize,
        /// How many are wanted.
        wanted: usize,
    },
    /// The event does not stand in the tree where the proof says.
    NotIncluded(u64),
    /// Two checkpoints of one size have different roots.
    Split(u64),
    /// The newer tree does not begin with the older one.
    NotExtended {
        /// Size of the older.
        old: u64,
        /// Size of the newer.
        new: u64,
    },
    /// What should be newer is older.
    Backwards {
        /// Size of what is there.
        have: u64,
        /// Size of what was given.
        given: u64,
    },
    /// The proof begins at another size than the checkpoint that it should continue.
    Elsewhere {
        /// Size of that checkpoint.
        have: u64,
        /// Where the proof begins.
        given: u64,
    },
    /// A witness that has signed nothing yet of this log must be told so.
    First,
    /// The log no longer holds what was sealed.
    Altered(Box<super::TreeFault>),
    /// The log itself does not fit together.
    Damaged(Fault),
    /// The event is not in the log.
    NoEvent(String),
    /// The event is in the log and not in the tree yet.
    NotSealed {
        /// Its position.
        position: u64,
        /// Size of the tree.
        size: u64,
    },
}

/// A rule that a text breaks, in both languages.
pub type Rule = (&'static str, &'static str);

/// What sort of trouble it is; the command's exit code follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// A check found something.
    Found,
    /// What was handed over cannot be read.
    Input,
    /// Log, tree or disk are not in order.
    Store,
    /// What was asked for is not there.
    Missing,
}

impl TreeProblem {
    pub(crate) fn io(path: &Path, error: &std::io::Error) -> Self {
        let (path, what) = (path.to_owned(), error.to_string());
        Self::Io { path, what }
    }

    /// The code for scripts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "tree_io",
            Self::Locked(_) => "tree_locked",
            Self::NoTree(_) => "tree_missing",
            Self::Tile(_) => "tile_damaged",
            Self::Key(_) => "key_unreadable",
            Self::Role { .. } => "key_of_other_kind",
            Self::Form(_) => "proof_unreadable",
            Self::Origin { .. } => "checkpoint_of_another_log",
            Self::NotSigned(_) => "not_signed",
            Self::Forged(_) => "signature_forged",
            Self::Witnesses { .. } => "witnesses_missing",
            Self::NotIncluded(_) => "not_included",
            Self::Split(_) => "split_view",
            Self::NotExtended { .. } => "not_extended",
            Self::Backwards { .. } => "checkpoint_older",
            Self::Elsewhere { .. } => "proof_begins_elsewhere",
            Self::First => "witness_first",
            Self::Altered(_) => "log_altered",
            Self::Damaged(_) => "log_damaged",
            Self::NoEvent(_) => "event_unknown",
            Self::NotSealed { .. } => "event_not_sealed",
        }
    }

    /// What sort of trouble it is.
    #[must_use]
    pub const fn nature(&self) -> Nature {
        match self {
            Self::Key(_) | Self::Role { .. } | Self::Form(_) => Nature::Input,
            Self::Io { .. } | Self::Locked(_) | Self::Tile(_) => Nature::Store,
            Self::Altered(_) | Self::Damaged(_) => Nature::Store,
            Self::NoTree(_) | Self::NoEvent(_) | Self::NotSealed { .. } => Nature::Missing,
            _ => Nature::Found,
        }
    }

    /// What happened and what to do.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Key(rule) | Self::Form(rule) => Text::new(rule.0, rule.1),
            Self::Altered(fault) => fault.text(),
            Self::Damaged(fault) => fault_text(fault),
            Self::Io { .. } | Self::Locked(_) | Self::NoTree(_) | Self::Tile(_) => self.of_files(),
            Self::NoEvent(_) | Self::NotSealed { .. } => self.of_log(),
            Self::Split(_) | Self::NotExtended { .. } | Self::Backwards { .. } => self.of_views(),
            _ => self.of_signatures(),
        }
    }

    fn of_files(&self) -> Text {
        match self {
            Self::Io { path, what } => Text::new(
                format!("{} 无法读写：{what}", path.display()),
                format!("{} cannot be read or written: {what}", path.display()),
            ),
            Self::Locked(path) => Text::new(
                format!("另一进程正在封存 {}；请等它结束，或停止它", path.display()),
                format!(
                    "another process seals {}; wait for it or stop it",
                    path.display()
                ),
            ),
            Self::NoTree(path) => Text::new(
                format!(
                    "{} 中尚无检查点；请先执行 gridwhistle audit checkpoint",
                    path.display()
                ),
                format!(
                    "{} holds no checkpoint; first run gridwhistle audit checkpoint",
                    path.display()
                ),
            ),
            Self::Tile(path) => Text::new(
                format!(
                    "树文件 {} 缺失或与检查点不符；日志可能完好：请执行 gridwhistle audit verify，再移走该树目录并重新封存",
                    path.display()
                ),
                format!(
                    "the tile {} is missing or not what the checkpoint covers; the log may be sound: run gridwhistle audit verify, then move the folder of the tree away and seal anew",
                    path.display()
                ),
            ),
            _ => Text::default(),
        }
    }

    fn of_log(&self) -> Text {
        match self {
            Self::NoEvent(name) => Text::new(
                format!("日志中没有事件 `{name}`；可用：位置号，或 案件编号/序号"),
                format!(
                    "the log holds no event `{name}`; accepted: a position, or CASE/SEQUENCE with the full id of the case"
                ),
            ),
            Self::NotSealed { position, size } => Text::new(
                format!(
                    "第 {position} 号事件尚未封存（检查点到第 {size} 号）；请先执行 gridwhistle audit checkpoint"
                ),
                format!(
                    "position {position} is not sealed yet, the checkpoint ends at {size}; first run gridwhistle audit checkpoint"
                ),
            ),
            _ => Text::default(),
        }
    }

    fn of_views(&self) -> Text {
        match self {
            Self::Split(size) => Text::new(
                format!(
                    "同一大小（{size}）的两个检查点根值不同：日志对不同的人出示了不同的内容（分叉）"
                ),
                format!(
                    "two checkpoints of size {size} have different roots: the log showed different people different contents (split view)"
                ),
            ),
            Self::NotExtended { old, new } => Text::new(
                format!(
                    "大小为 {new} 的树不以大小为 {old} 的树开头：已封存的内容被改动，或出现分叉"
                ),
                format!(
                    "the tree of size {new} does not begin with the tree of size {old}: what was sealed was changed, or the view is split"
                ),
            ),
            Self::Backwards { have, given } => Text::new(
                format!("给出的检查点较旧（大小 {given}，已有 {have}）：日志被回退，或拿错了文件"),
                format!(
                    "the checkpoint is older, size {given} after {have}: the log was rolled back, or this is the wrong file"
                ),
            ),
            _ => Text::default(),
        }
    }

    fn of_signatures(&self) -> Text {
        match self {
            Self::Role { name, wanted } => Text::new(
                format!("密钥 {name} 的用途不符；此处应为{}", wanted.text().zh),
                format!(
                    "the key {name} is of the other kind; accepted here: {}",
                    wanted.text().en
                ),
            ),
            Self::Origin { wanted, found } => Text::new(
                format!("这是另一日志的检查点：{found}；所给密钥属于 {wanted}"),
                format!("the checkpoint is of another log, {found}; the key is of {wanted}"),
            ),
            Self::NotSigned(name) => Text::new(
                format!("没有 {name} 的签名；请核对公钥与文件"),
                format!("there is no signature of {name}; check key and file"),
            ),
            Self::Forged(name) => Text::new(
                format!("自称 {name} 的签名不成立：内容被改动，或签名系伪造"),
                format!(
                    "the signature in the name of {name} does not hold: the text was changed, or the signature forged"
                ),
            ),
            Self::Witnesses { found, wanted } => Text::new(
                format!("见证签名不足：需要 {wanted} 个，有 {found} 个"),
                format!("too few witnesses have signed: {found} of {wanted}"),
            ),
            Self::NotIncluded(position) => Text::new(
                format!("证明不成立：第 {position} 号事件不在该检查点覆盖的树中，或内容被改动"),
                format!(
                    "the proof does not hold: position {position} is not in the tree of the checkpoint, or was changed"
                ),
            ),
            Self::Elsewhere { have, given } => Text::new(
                format!("一致性证明应从大小 {have} 开始，所给文件从 {given} 开始"),
                format!("the proof must begin at size {have}, this one begins at {given}"),
            ),
            Self::First => Text::new(
                "此见证方尚未签过该日志；首次签署请加 --first",
                "this witness has signed nothing of this log yet; for the first time add --first",
            ),
            _ => Text::default(),
        }
    }
}

impl std::fmt::Display for TreeProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for TreeProblem {}

/// What does not fit in a log, in both languages.
#[must_use]
pub fn fault_text(fault: &Fault) -> Text {
    let position = fault.position;
    let zh = match &fault.kind {
        FaultKind::Missing { found } => format!("缺第 {position} 号事件，其后为第 {found} 号"),
        FaultKind::Checksum => format!("第 {position} 号事件的内容与校验和不符"),
        FaultKind::Chain => format!("哈希链在第 {position} 号事件处断裂"),
        FaultKind::RecordedBack => {
            format!("第 {position} 号事件的入库时间早于前一事件（时钟倒退）")
        }
        FaultKind::Head { claims } => {
            format!("日志止于第 {position} 号事件，而末尾记录为第 {claims} 号或内容不同")
        }
        FaultKind::Index(what) => format!("由事件得出的表与事件不符：{what}"),
        FaultKind::Unreadable(what) => format!("第 {position} 号事件无法读取：{what}"),
        _ => format!("第 {position} 号事件处不符"),
    };
    Text::new(zh, fault.to_string())
}
