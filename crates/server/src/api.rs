//! `/api/v1`: a file a resource, and one table of all addresses: from it come the routes, the gate
//! before each, and what the interface says of itself.

pub(crate) mod about;
pub(crate) mod administered;
pub(crate) mod administration;
pub(crate) mod board;
pub(crate) mod cases;
pub(crate) mod commands;
pub(crate) mod evaluations;
pub(crate) mod explain;
pub(crate) mod keys;
pub(crate) mod lists;
pub(crate) mod map;
pub(crate) mod proofs;
pub(crate) mod proposals;
pub(crate) mod reference;
pub(crate) mod reports;
pub(crate) mod scores;
pub(crate) mod session;

pub(crate) use cases::case_id;
pub(crate) use commands::people::Person;
pub(crate) use commands::{by_people, tell_repeat, under_key};

use crate::app::Shared;
use crate::identity::limits::counted;
use crate::openapi::Shape;
use crate::params::{Times, present};
use crate::permission::gate;
use crate::unchanged::unchanged;
use crate::{evidence, feed, incoming, operation, outgoing, sheets};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, delete, get, post, put};
use gridwhistle::domain::authority::Sight;
use gridwhistle::domain::policy::Policy;
use gridwhistle::projections::models::{
    ActsPage, CalendarYear, CaseSheet, CheckedPolicy, Compared, DeadLetters, EvaluationSheet,
    EvidenceOfCase, Explained, FileSheet, Flow, Grids, Keys, MatterGuide, Matters, Operation,
    People, PolicyVersions, Proposed, PublishedRun, ReadsPage, SealSheet, TakenOut, Units, Webhook,
    WebhookSheet, Webhooks,
};
use gridwhistle::projections::questions::{
    Appraisals, Areas, Board, CityMap, Counts, Departments, EvaluationPage, Evaluations,
    Indicators, LedgerPage, Matrix, Portrait, Ranking, RunPage, Satisfactions, Trend, WatchPage,
};

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
    /// Which questions about the past it answers.
    pub(crate) times: Times,
    /// The parameters of its own.
    pub(crate) parameters: &'static [&'static str],
    /// The shape of its body, where it has one that is no command.
    pub(crate) body: &'static [fn() -> Shape],
    /// The shape of its answer.
    pub(crate) answer: fn() -> Shape,
    handler: fn() -> MethodRouter<Shared>,
}

macro_rules! endpoints {
    ($($method:ident $path:literal $sight:expr, $handler:path, [$($parameter:literal),*] $(@$times:ident)? $(($body:ty))? -> $answer:ty, $zh:literal $en:literal;)*) => {
        /// Every address under `/api/v1`, in the order of the documentation.
        pub(crate) const ENDPOINTS: &[Endpoint] = &[$(Endpoint {
            method: stringify!($method),
            path: $path,
            sight: $sight,
            about: ($zh, $en),
            times: Times::of(stringify!($method), &[$(Times::$times)?]),
            parameters: &[$($parameter),*],
            body: &[$(Shape::of::<$body>)?],
            answer: Shape::of::<$answer>,
            handler: || $method($handler),
        }),*];
    };
}

const CASES: Option<Sight> = Some(Sight::Cases);
const FIGURES: Option<Sight> = Some(Sight::Figures);
const SYSTEM: Option<Sight> = Some(Sight::System);
const REFERENCE: Option<Sight> = Some(Sight::Reference);
const AUDIT: Option<Sight> = Some(Sight::Audit);

endpoints! {
    get "/about" None, about::about, [] @NOW -> about::About, "程序、租户与数据截至" "the program, the tenant, and how far data reach";
    get "/cases" CASES, sheets::ledger, ["stage", "class", "unclassed", "unit", "street", "community", "grid", "matter", "source", "anomaly", "text", "reported_from", "reported_before", "open_only", "overdue", "figure", "list", "due_within", "review_due", "duty", "closed_from", "sort", "count", "cursor", "limit", "format"] -> LedgerPage, "台账" "the ledger";
    post "/cases" None, commands::report, [] -> commands::CommandAnswer, "上报" "report a case";
    post "/cases/report-handled" None, commands::report_handled, [] -> commands::CommandAnswer, "自行处置上报" "report what was handled on the spot";
    get "/cases/{case}" CASES, cases::show, [] -> CaseSheet, "一个案件：台账行、任务、时钟、牌、签批链" "one case: its row, legs, clocks, cards, sign-off chain";
    get "/cases/{case}/timeline" CASES, cases::timeline, [] -> cases::Story, "案件经过" "what happened to a case";
    get "/cases/{case}/commands" CASES, cases::commands, [] @NOW -> cases::Allowed, "可办事项与不可办的理由" "what the caller may do, and why not the rest";
    get "/cases/{case}/people" CASES, cases::people, ["purpose"] @AS_OF -> cases::PeopleOfCase, "上报人等，按权限明文或掩码；查看留痕" "the people of a case, in clear or masked; each look is on record";
    get "/cases/{case}/receipt" CASES, proofs::receipt, [] @NOW -> String, "回执：案件首个事件的存证（文本）" "the receipt of a case: the proof of its first event, as text";
    post "/evidence" None, evidence::put, [] -> FileSheet, "上传证据文件（正文即文件，或表单字段 file），得到 SHA-256，供命令引用" "take a file of evidence in (as the body, or the field `file` of a form); its SHA-256 is what a command names";
    get "/cases/{case}/evidence" CASES, evidence::list, [] @NOW -> EvidenceOfCase, "案件的证据" "the evidence of a case";
    get "/cases/{case}/evidence/{sha256}" CASES, evidence::show, ["original"] @NOW -> String, "一个证据文件：图片去除拍摄信息；original=true 为原件，限可看个人信息者，留痕" "one file of evidence: an image without what its camera wrote; original=true is the file as it came, for who may read personal data, on record";
    get "/cases/{case}/evaluations" CASES, evaluations::all, [] @AS_OF -> evaluations::OpenedEvaluations, "案件的互评" "the mutual evaluations of a case";
    post "/cases/{case}/evaluations/{leg}/seal" None, evaluations::seal, [] (evaluations::SealForm) -> EvaluationSheet, "密封评价表" "seal a form";
    post "/cases/{case}/evaluations/{leg}/appeal" None, evaluations::appeal, [] (evaluations::AppealForm) -> EvaluationSheet, "对评价提出申诉" "appeal against a form";
    post "/cases/{case}/evaluations/{leg}/decide-appeal" None, evaluations::decide, [] (evaluations::AppealVerdict) -> EvaluationSheet, "裁定申诉" "decide an appeal";
    post "/cases/{case}/{command}" None, commands::give, [] -> commands::CommandAnswer, "办理" "a command to a case";
    get "/evaluations" FIGURES, sheets::evaluation_list, ["state", "unit", "area", "department", "window", "sort", "cursor", "limit", "format"] -> EvaluationPage, "互评：待评价、待裁定申诉、已办结" "mutual evaluations: waiting for a form, for a decision on an appeal, or settled";
    get "/board" CASES, board::board, [] -> Board, "值班看板：眼下要办的案件、在办分布、近 24 小时进出、最近十条" "the duty officer's board: what must be done now, what is open, what came in and went out, the last ten events";
    get "/lists/{list}" CASES, sheets::watch, ["class", "unit", "street", "community", "grid", "matter", "source", "sort", "cursor", "limit", "format"] -> WatchPage, "预警、超期、严重超期、挂起清单" "pre-warning, overdue, severe, suspended";
    get "/map" FIGURES, map::map, ["level", "within", "figure"] -> CityMap, "网格地图：区域与在办、超期件数，街道内另有案件位置" "the map: areas with what is open and overdue; within a street also where its open cases lie";
    get "/reports/counts" FIGURES, sheets::counts, ["by", "class", "unit", "street", "community", "grid", "matter", "source", "reported_from", "reported_before", "sort", "format"] -> Counts, "件数统计" "counts";
    get "/reports/departments" FIGURES, sheets::departments, ["window", "sort", "format"] -> Departments, "部门指标" "figures of units";
    get "/reports/departments/{unit}" FIGURES, reports::portrait, ["window"] -> Portrait, "一个单位：指标、同类中位数、按月走势、超期最久" "one unit: its figures, the medians of its peers, on time by month, what is overdue the longest";
    get "/reports/trend" FIGURES, reports::trend, ["unit", "figure", "window"] -> Trend, "一个指标按月走势，十三个月" "a figure month by month, thirteen months";
    get "/reports/areas" FIGURES, sheets::areas, ["level", "window", "sort", "format"] -> Areas, "街道、社区、网格指标" "figures of areas";
    get "/reports/evaluations" FIGURES, sheets::evaluations, ["window", "rated_by", "sort", "format"] -> Evaluations, "双向互评" "mutual evaluation";
    get "/reports/matrix" FIGURES, sheets::matrix, ["window", "format"] -> Matrix, "互评矩阵" "street by department, in both directions";
    get "/reports/indicators" FIGURES, sheets::indicators, ["by", "window", "format"] -> Indicators, "国标指标" "the indicators of GB/T 30428";
    get "/reports/satisfaction" FIGURES, sheets::satisfaction, ["by", "window", "sort", "format"] -> Satisfactions, "群众满意度" "what residents say";
    get "/reports/appraisals" FIGURES, sheets::appraisals, ["window", "sort", "format"] -> Appraisals, "党组织评议" "what grid party organisations say";
    get "/reports/ranking" FIGURES, sheets::ranking, ["window", "sort", "format"] -> Ranking, "得分与排名" "scores and ranks";
    get "/explain/{figure}" FIGURES, sheets::explain, ["unit", "area", "level", "window", "cursor", "limit", "format"] -> Explained, "一个指标背后的案件与事件" "the cases and events behind a figure";
    get "/scores" FIGURES, sheets::runs, ["cursor", "limit", "format"] -> RunPage, "已发布的得分" "published score runs";
    post "/scores" None, administration::scores, [] (administration::WindowForm) -> PublishedRun, "发布得分" "publish the scores of a window";
    get "/scores/{run}" FIGURES, sheets::run, ["format"] @NOW -> PublishedRun, "一次发布的得分" "one score run";
    get "/scores/{run}/changes" FIGURES, scores::changes, ["with"] -> Compared, "两次得分的差别" "what differs from another run, or from now";
    get "/proofs/checkpoint" None, proofs::checkpoint, [] @NOW -> String, "最新的签名检查点（文本）" "the newest signed checkpoint, as text";
    get "/proofs/consistency" None, proofs::consistency, ["old"] @NOW -> String, "最新检查点延续旧检查点的证明（文本）" "the proof that the newest checkpoint continues an older one, as text";
    get "/proofs/{position}" AUDIT, proofs::event, [] @NOW -> String, "一个事件的存证（文本）" "the proof of an event, as text";
    get "/units" REFERENCE, sheets::units, ["within", "sort", "format"] -> Units, "单位" "units";
    get "/grids" REFERENCE, sheets::grids, ["within", "sort", "format"] -> Grids, "网格" "grids";
    get "/people" REFERENCE, sheets::people, ["within", "sort", "format"] -> People, "在岗人员" "people in office";
    get "/matters" REFERENCE, sheets::matters, ["text", "domain", "class", "unit", "sort", "format"] -> Matters, "事项清单" "matters in force";
    get "/matters/{matter}" REFERENCE, reference::matter, [] -> MatterGuide, "一个事项的办事指南" "the guide to one matter";
    get "/matters/{matter}/proposal" CASES, proposals::show, ["grid"] -> Proposed, "上报建议：可选类别与时限、承办单位、可能重复的案件" "before a report: the classes it may have and their limits, who would handle it, open cases that may be the same";
    get "/policies" REFERENCE, reference::policies, [] -> PolicyVersions, "规则版本" "versions of the policy";
    post "/policies" SYSTEM, administration::publish, [] (String) -> administration::Changed, "发布规则（TOML）" "publish a policy (TOML)";
    post "/policies/check" SYSTEM, administration::check, [] (String) -> CheckedPolicy, "检查规则（TOML），不发布：缺漏、与现行规则的差别、对在办时限的影响" "check a policy (TOML) without publishing it: its holes, its difference to the one in force, what it would make of the duties that are owed";
    post "/registry/{kind}" SYSTEM, administration::registry, [] (String) -> administration::Changed, "导入登记文件（CSV；boundaries 为 GeoJSON）" "import a registry file (CSV; GeoJSON for boundaries)";
    post "/calendars" SYSTEM, administration::calendar, [] (String) -> administration::Changed, "发布工作日历版本（TOML）；暂定时限随之改算" "publish a version of the working calendar (TOML); provisional due times follow it";
    post "/matters" SYSTEM, administration::catalogue, [] (String) -> administration::Changed, "导入事项清单（CSV）" "import the catalogue (CSV)";
    get "/exports" AUDIT, sheets::exports, ["year", "format"] @NOW -> TakenOut, "导出记录" "who took what out";
    get "/reads" AUDIT, sheets::reads, ["cursor", "limit", "format"] @NOW -> ReadsPage, "个人信息查看记录，最近的在前" "who was shown personal data in clear, the latest first";
    get "/seal" AUDIT, proofs::seal, [] @NOW -> SealSheet, "日志封存到哪里，以及日志公钥" "how far the log is sealed, and the public key of the log";
    get "/operation" SYSTEM, operation::stands, [] @NOW -> Operation, "运行状况：日志、视图、封存与推送" "how the service stands: log, views, seal, what waits to be told";
    delete "/subjects/{subject}" SYSTEM, administration::erase, [] -> administration::Erased, "删除一人的密钥" "delete a person's key";
    get "/policies/{version}" REFERENCE, reference::policy, [] -> Policy, "一个规则版本" "one version of the policy";
    get "/calendar" REFERENCE, reference::calendar, ["year"] -> CalendarYear, "工作日历的一年" "a year of the working calendar";
    get "/flows/{class}" REFERENCE, reference::flow, ["matter", "version"] -> Flow, "流程图：环节与流转，并附 Mermaid 文本" "the flow chart of a class: stages and arrows, and Mermaid text";
    get "/events" None, feed::page, ["case", "type", "actor", "unit", "after", "before", "limit"] @NOW -> feed::EventPage, "事件，按日志顺序分页" "events in the order of the log, in pages";
    get "/events/stream" None, feed::stream, ["case", "type", "actor", "unit", "after"] @NOW -> feed::EventStream, "实时事件流（SSE），可按 Last-Event-ID 续传" "events as they happen (SSE); resumes by Last-Event-ID";
    get "/webhooks" SYSTEM, outgoing::api::list, [] @NOW -> Webhooks, "订阅方" "subscribers";
    post "/webhooks" SYSTEM, outgoing::api::add, [] (outgoing::api::NewWebhook) -> outgoing::api::WebhookSecret, "新增订阅方；签名密钥只在此显示一次" "add a subscriber; its secret is shown here and never again";
    get "/webhooks/{id}" SYSTEM, outgoing::api::show, [] @NOW -> WebhookSheet, "一个订阅方与推送进度" "one subscriber, and where telling it stands";
    put "/webhooks/{id}" SYSTEM, outgoing::api::change, [] (gridwhistle::subscribers::Asked) -> Webhook, "更改订阅" "change what a subscriber asks for";
    delete "/webhooks/{id}" SYSTEM, outgoing::api::remove, [] -> Webhook, "移除订阅方并销毁其密钥" "remove a subscriber and delete its secrets";
    get "/webhooks/{id}/dead-letters" SYSTEM, sheets::dead_letters, ["format"] @NOW -> DeadLetters, "未能送达的事件" "events that could not be told";
    post "/webhooks/{id}/{order}" SYSTEM, outgoing::api::order, [] (outgoing::api::WebhookOrder) -> outgoing::api::WebhookAnswer, "enable 恢复、disable 暂停、rotate-secret 更换密钥、replay 重新推送死信" "enable, disable, rotate-secret, replay dead letters";
    post "/incoming/12345" None, incoming::hotline, [] (incoming::HotlineOrder) -> incoming::HotlineCase, "12345 工单（JSON 一件或 CSV 多件），重复推送只立一案" "work orders of 12345: one as JSON or many as CSV; a repeat makes no second case";
    get "/session" None, session::show, [] @NEVER -> session::Who, "本人身份与可选任职" "who one is, and which offices one may choose";
    post "/session" None, session::begin, [] (session::SessionForm) -> session::Who, "浏览器登录，或改选任职" "log a browser in, or choose another office";
    delete "/session" None, session::end, [] -> session::Ended, "退出登录" "log a browser out";
    get "/keys" None, keys::list, [] @NOW -> Keys, "外部系统密钥" "keys of other systems";
    post "/keys" None, keys::issue, [] (keys::KeyForm) -> keys::Issued, "签发密钥；内容只在此显示一次" "issue a key; it is shown here and never again";
    delete "/keys/{id}" None, keys::revoke, [] -> keys::KeyChanged, "吊销密钥" "revoke a key";
    get "/administration" AUDIT, sheets::acts, ["cursor", "limit", "format"] @NOW -> ActsPage, "管理行为审计，最近的在前" "who administered what, the latest first";
}

/// Where an `Idempotency-Key` is taken, as every command to a case takes it. Elsewhere a repeat does
/// nothing twice by itself: a file is known by its digest, a work order by the hotline's number, a
/// session and a check write nothing.
pub(crate) const KEYED: [&str; 11] = [
    "/cases/{case}/evaluations/{leg}/seal",
    "/cases/{case}/evaluations/{leg}/appeal",
    "/cases/{case}/evaluations/{leg}/decide-appeal",
    "/policies",
    "/registry/{kind}",
    "/matters",
    "/calendars",
    "/webhooks",
    "/webhooks/{id}/{order}",
    "/keys",
    "/scores",
];

/// The addresses under `/api/v1`, each behind its gate.
pub(crate) fn router(app: &Shared) -> Router<Shared> {
    let mut router = Router::new();
    for endpoint in ENDPOINTS {
        let handler = (endpoint.handler)();
        let (handler, most) = if endpoint.path == evidence::ADDRESS {
            // A file has a bound of its own, which holds while it comes in.
            let most = app.settings.evidence.bytes;
            (handler.layer(DefaultBodyLimit::disable()), most)
        } else {
            (handler, app.settings.body_bytes as u64)
        };
        let handler = handler
            .layer(from_fn_with_state(app.clone(), unchanged))
            .layer(from_fn_with_state((app.clone(), endpoint.times), present));
        let handler = if endpoint.path == session::PATH {
            // It says itself who is let in, and looks at no more of a body than a name and an office.
            let handler = handler.layer(DefaultBodyLimit::max(4 << 10));
            match endpoint.method {
                // Whoever has none may end one.
                "delete" => handler.layer(from_fn_with_state(app.clone(), counted)),
                _ => handler,
            }
        } else {
            handler.layer(from_fn_with_state(
                (app.clone(), endpoint.sight, most),
                gate,
            ))
        };
        router = router.route(endpoint.path, handler);
    }
    router
}
