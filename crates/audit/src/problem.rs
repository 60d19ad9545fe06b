//! Why an auditor's question got no answer. What an audit *finds* is no problem but its answer.

use crate::archive::ArchiveProblem;
use crate::mining::MiningProblem;
use crate::replay::ReplayProblem;
use crate::tree::TreeProblem;
use crate::whatif::ScenarioProblem;
use gridwhistle_domain::text::{Language, Text};
use gridwhistle_projections::{QuestionError, Unreadable};
use gridwhistle_store::StoreError;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Handling: of the [`StoreError`].
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Handling: of the [`QuestionError`].
    #[error(transparent)]
    Question(#[from] QuestionError),
    /// An event has a form that this program does not know, or cannot be read at all. Handling: use
    /// the version that wrote it or a newer one.
    #[error(transparent)]
    Unreadable(Box<Unreadable>),
    /// Handling: of the [`TreeProblem`].
    #[error(transparent)]
    Tree(#[from] TreeProblem),
    /// What is to be tried is no law. Handling: correct what is named.
    #[error(transparent)]
    Scenario(#[from] ScenarioProblem),
    /// Handling: of the [`ArchiveProblem`].
    #[error(transparent)]
    Archive(#[from] ArchiveProblem),
    /// Handling: of the [`MiningProblem`].
    #[error(transparent)]
    Mining(#[from] MiningProblem),
    /// The store holds no event of the tenant.
    #[error("the log holds no tenant `{tenant}`; it holds: {held}")]
    NoTenant {
        /// Who was asked for.
        tenant: String,
        /// Who is there, separated by commas.
        held: String,
    },
    /// Handling: of the [`ReplayProblem`].
    #[error(transparent)]
    Replay(Box<ReplayProblem>),
}

impl Problem {
    /// The code for scripts; the store's and the views' own where the failure is theirs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(_) => "store",
            Self::Question(_) => "question",
            Self::Unreadable(_) => "event_unreadable",
            Self::Tree(trouble) => trouble.code(),
            Self::Scenario(problem) => problem.code(),
            Self::Archive(problem) => problem.code(),
            Self::Mining(problem) => problem.code(),
            Self::NoTenant { .. } => "tenant_unknown",
            Self::Replay(problem) => problem.code(),
        }
    }

    /// Whether the same question may be answered later without anybody changing anything.
    #[must_use]
    pub fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.may_retry(),
            Self::Question(error) => error.may_retry(),
            Self::Tree(trouble) => matches!(trouble, TreeProblem::Locked(_)),
            Self::Replay(problem) => problem.may_retry(),
            _ => false,
        }
    }

    /// What happened and what to do.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let zh = match self {
            Self::Tree(trouble) => Some(trouble.text().zh),
            Self::Store(_) | Self::Question(_) => None,
            Self::Scenario(problem) => Some(problem.message(Language::ZhCn)),
            Self::Archive(problem) => return problem.message(language),
            Self::Mining(problem) => return problem.message(language),
            Self::Unreadable(event) => Some(format!(
                "日志第 {} 号事件（{}）的格式不被本程序识别；请使用写入它的程序版本或更新版本",
                event.position, event.form
            )),
            Self::Replay(problem) => return problem.message(language),
            Self::NoTenant { tenant, held } => {
                Some(format!("日志中没有租户 `{tenant}`；现有：{held}"))
            }
        };
        let en = self.to_string();
        let zh = zh.unwrap_or_else(|| en.clone());
        Text { zh, en }.get(language).to_owned()
    }
}

impl From<Unreadable> for Problem {
    fn from(event: Unreadable) -> Self {
        Self::Unreadable(Box::new(event))
    }
}

impl From<ReplayProblem> for Problem {
    fn from(problem: ReplayProblem) -> Self {
        Self::Replay(Box::new(problem))
    }
}
