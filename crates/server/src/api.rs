//! `/api/v1`: a file a resource, and one table of all addresses: from it come the routes, the gate
//! before each, and what the interface says of itself.

mod about;
mod administration;
mod cases;
mod commands;
mod explain;
mod keys;
mod lists;
mod reference;
mod reports;
mod scores;
pub(crate) mod session;

use crate::app::Shared;
use crate::permission::gate;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, delete, get, post};
use gridwhistle::domain::authority::Sight;

/// One address.
pub(crate) struct Endpoint {
    /// `get`, `post`, `delete`.
    pub(crate) method: &'static str,
    /// Under `/api/v1`.
    pub(crate) path: &'static str,
    /// What it shows; none: the rules of the command decide.
    pub(crate) sight: Option<Sight>,
    /// In zh-CN and English.
    pub(crate) about: (&'static str, &'static str),
    /// The parameters beside those that every question takes.
    pub(crate) parameters: &'static [&'static str],
    handler: fn() -> MethodRouter<Shared>,
}

macro_rules! endpoints {
    ($($method:ident $path:literal $sight:expr, $handler:path, [$($parameter:literal),*], $zh:literal $en:literal;)*) => {
        /// Every address under `/api/v1`, in the order of the documentation.
        pub(crate) const ENDPOINTS: &[Endpoint] = &[$(Endpoint {
            method: stringify!($method),
            path: $path,
            sight: $sight,
            about: ($zh, $en),
            parameters: &[$($parameter),*],
            handler: || $method($handler),
        }),*];
    };
}

const CASES: Option<Sight> = Some(Sight::Cases);
const FIGURES: Option<Sight> = Some(Sight::Figures);
const REFERENCE: Option<Sight> = Some(Sight::Reference);
const AUDIT: Option<Sight> = Some(Sight::Audit);

endpoints! {
    get "/about" None, about::about, [], "程序、租户与数据截至" "the program, the tenant, and how far data reach";
    get "/cases" CASES, lists::ledger, ["stage", "class", "unit", "street", "community", "grid", "matter", "source", "anomaly", "text", "reported_from", "reported_before", "open_only", "overdue", "figure", "sort", "cursor", "limit"], "台账" "the ledger";
    post "/cases" None, commands::report, [], "上报" "report a case";
    post "/cases/report-handled" None, commands::report_handled, [], "自行处置上报" "report what was handled on the spot";
    get "/cases/{case}" CASES, cases::show, [], "一个案件:台账行、任务、时钟、牌、签批链" "one case: its row, legs, clocks, cards, sign-off chain";
    get "/cases/{case}/timeline" CASES, cases::timeline, [], "案件经过" "what happened to a case";
    get "/cases/{case}/commands" CASES, cases::commands, [], "可办事项与不可办的理由" "what the caller may do, and why not the rest";
    get "/cases/{case}/people" CASES, cases::people, ["purpose"], "上报人等,按权限明文或掩码;查看留痕" "the people of a case, in clear or masked; each look is on record";
    post "/cases/{case}/{command}" None, commands::give, [], "办理" "a command to a case";
    get "/lists/{list}" CASES, lists::watch, ["class", "unit", "street", "community", "grid", "matter", "source", "cursor", "limit"], "预警、超期、严重超期、挂起清单" "pre-warning, overdue, severe, suspended";
    get "/reports/counts" FIGURES, reports::counts, ["by", "class", "unit", "street", "community", "grid", "matter", "source", "reported_from", "reported_before"], "件数统计" "counts";
    get "/reports/departments" FIGURES, reports::departments, ["window"], "部门指标" "figures of units";
    get "/reports/areas" FIGURES, reports::areas, ["level", "window"], "街道、社区、网格指标" "figures of areas";
    get "/reports/evaluations" FIGURES, reports::evaluations, ["window", "rated_by"], "双向互评" "mutual evaluation";
    get "/reports/matrix" FIGURES, reports::matrix, ["window"], "互评矩阵" "street by department, in both directions";
    get "/reports/indicators" FIGURES, reports::indicators, ["by", "window"], "国标指标" "the indicators of GB/T 30428";
    get "/reports/satisfaction" FIGURES, reports::satisfaction, ["by", "window"], "群众满意度" "what residents say";
    get "/reports/appraisals" FIGURES, reports::appraisals, ["window"], "党组织评议" "what grid party organisations say";
    get "/reports/ranking" FIGURES, reports::ranking, ["window"], "得分与排名" "scores and ranks";
    get "/explain/{figure}" FIGURES, explain::explain, ["unit", "area", "level", "window", "cursor", "limit"], "一个指标背后的案件与事件" "the cases and events behind a figure";
    get "/scores" FIGURES, scores::runs, ["cursor", "limit"], "已发布的得分" "published score runs";
    get "/scores/{run}" FIGURES, scores::run, [], "一次发布的得分" "one score run";
    get "/scores/{run}/changes" FIGURES, scores::changes, ["with"], "两次得分的差别" "what differs from another run, or from now";
    get "/units" REFERENCE, reference::units, ["within"], "单位" "units";
    get "/grids" REFERENCE, reference::grids, ["within"], "网格" "grids";
    get "/people" REFERENCE, reference::people, ["within"], "在岗人员" "people in office";
    get "/matters" REFERENCE, reference::matters, [], "事项清单" "matters in force";
    get "/matters/{matter}" REFERENCE, reference::matter, [], "一个事项" "one matter";
    get "/policies" REFERENCE, reference::policies, [], "规则版本" "versions of the policy";
    get "/policies/{version}" REFERENCE, reference::policy, [], "一个规则版本" "one version of the policy";
    get "/flows/{class}" REFERENCE, reference::flow, ["matter", "version"], "流程图(Mermaid)" "the flow chart of a class, as Mermaid text";
    get "/session" None, session::show, [], "本人身份与可选任职" "who one is, and which offices one may choose";
    post "/session" None, session::begin, [], "浏览器登录,或改选任职" "log a browser in, or choose another office";
    delete "/session" None, session::end, [], "退出登录" "log a browser out";
    get "/keys" None, keys::list, [], "外部系统密钥" "keys of other systems";
    post "/keys" None, keys::issue, [], "签发密钥;内容只在此显示一次" "issue a key; it is shown here and never again";
    delete "/keys/{id}" None, keys::revoke, [], "吊销密钥" "revoke a key";
    get "/administration" AUDIT, administration::list, ["cursor", "limit"], "管理行为审计,最近的在前" "who administered what, the latest first";
}

/// The addresses under `/api/v1`, each behind its gate.
pub(crate) fn router(app: &Shared) -> Router<Shared> {
    let mut router = Router::new();
    for endpoint in ENDPOINTS {
        let handler = (endpoint.handler)();
        let handler = if endpoint.path == session::PATH {
            // It says itself who is let in, and looks at no more of a body than a name and an office.
            handler.layer(DefaultBodyLimit::max(4 << 10))
        } else {
            handler.layer(from_fn_with_state((app.clone(), endpoint.sight), gate))
        };
        router = router.route(endpoint.path, handler);
    }
    router
}
