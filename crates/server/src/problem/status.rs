//! Which HTTP status says what the engine or the auditor refuses.

use super::own::{Issue, Kind};
use axum::http::StatusCode;
use gridwhistle::EngineError;
use gridwhistle::domain::case::refusal::{About, RefusalCode as Code};
use gridwhistle::domain::text::Language;
use gridwhistle::projections::questions::QuestionError;
use gridwhistle_audit::replay::ReplayProblem;
use gridwhistle_audit::tree::Nature;

/// The status of an answer of the engine.
pub(super) fn of_engine(error: &EngineError) -> StatusCode {
    use EngineError as E;
    match error {
        E::Refused(refusal) => of_refusal(refusal.code),
        // Whoever refuses somebody says so by one code.
        error if error.code() == "not_authorised" => StatusCode::FORBIDDEN,
        E::NoEvaluation { .. } | E::NoAppraisal | E::NoScoreRun { .. } => StatusCode::NOT_FOUND,
        E::NoSubscriber { .. } => StatusCode::NOT_FOUND,
        E::Input(_) => StatusCode::UNPROCESSABLE_ENTITY,
        E::Registry(_) | E::Catalogue(_) | E::Policy(_) | E::Calendar(_) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        E::Evaluation(_) | E::Appraisal(_) | E::Scores(_) => StatusCode::CONFLICT,
        E::Key(refusal) => match refusal.code() {
            "key_unknown" => StatusCode::NOT_FOUND,
            "key_exists" => StatusCode::CONFLICT,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        },
        other => match other.code() {
            "stale_version" => StatusCode::PRECONDITION_FAILED,
            "idempotency_key_reused" => StatusCode::UNPROCESSABLE_ENTITY,
            _ => of_failure(other.may_retry()),
        },
    }
}

/// A failure of ours: 503 with `Retry-After` asks the caller to come again, so it is told only
/// where that may help. A damaged log or a schema of another version wants an operator.
const fn of_failure(may_retry: bool) -> StatusCode {
    if may_retry {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::INTERNAL_SERVER_ERROR
    }
}

/// Who asks is 403, what is asked 422, the state of the case 409.
const fn of_refusal(code: Code) -> StatusCode {
    match code.about() {
        About::Absence => StatusCode::NOT_FOUND,
        About::Asker => StatusCode::FORBIDDEN,
        About::Content => StatusCode::UNPROCESSABLE_ENTITY,
        About::State => StatusCode::CONFLICT,
    }
}

/// The status of an answer of the auditor.
pub(super) fn of_audit(audited: &gridwhistle_audit::Problem) -> StatusCode {
    use gridwhistle_audit::Problem as P;
    match audited {
        P::Replay(problem) => match **problem {
            ReplayProblem::NoCase { .. } | ReplayProblem::NoCaseYet { .. } => StatusCode::NOT_FOUND,
            ReplayProblem::NoPosition { .. }
            | ReplayProblem::NotYetKnown { .. }
            | ReplayProblem::BeforeLog { .. }
            | ReplayProblem::AfterKnown { .. }
            | ReplayProblem::Order { .. } => StatusCode::BAD_REQUEST,
            _ => of_failure(problem.may_retry()),
        },
        P::Tree(trouble) => match trouble.nature() {
            Nature::Found => StatusCode::CONFLICT,
            Nature::Input => StatusCode::BAD_REQUEST,
            Nature::Store => of_failure(audited.may_retry()),
            Nature::Missing => StatusCode::NOT_FOUND,
        },
        P::NoTenant { .. } => StatusCode::NOT_FOUND,
        other => of_failure(other.may_retry()),
    }
}

/// A cursor of another question is the asker's.
pub(super) fn asker_error(error: &QuestionError) -> Option<Issue> {
    error.is_askers().then(|| Issue::new(Kind::CursorWrong))
}

/// The status in few words.
pub(crate) fn title(status: StatusCode, language: Language) -> &'static str {
    let (zh, en) = match status.as_u16() {
        400 => ("请求有误", "the request is malformed"),
        401 => ("未登录", "not logged in"),
        403 => ("无权限", "not permitted"),
        404 => ("不存在", "not found"),
        405 => ("方法不适用", "method not allowed"),
        409 => ("案件状态不允许", "the state refuses"),
        412 => ("版本已变", "the version has changed"),
        413 => ("请求过大", "too large"),
        415 => ("格式不支持", "media type not supported"),
        422 => ("内容不合规则", "the content is refused"),
        428 => ("须写明版本", "a version is required"),
        429 => ("请求过于频繁", "too many requests"),
        503 => ("暂时不可用", "not available now"),
        _ => ("内部错误", "internal error"),
    };
    match language {
        Language::ZhCn => zh,
        Language::En => en,
    }
}
