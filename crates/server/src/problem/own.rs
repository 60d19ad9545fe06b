//! The troubles of the service itself: what it refuses before, or beside, the engine.

use super::wrong::Wrong;
use axum::http::StatusCode;
use axum::response::Response;
use gridwhistle::domain::text::{Language, Text};
use std::str::Utf8Error;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $status:ident $code:literal $zh:literal $en:literal;)*) => {
        /// What the service refuses.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// Every kind, in the order of the documentation.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name),*];

            pub(crate) const fn status(self) -> StatusCode { match self { $(Self::$name => StatusCode::$status),* } }

            pub(crate) const fn code(self) -> &'static str { match self { $(Self::$name => $code),* } }

            pub(crate) fn words(self) -> Text { match self { $(Self::$name => Text::new($zh, $en)),* } }
        }
    };
}

kinds! {
    /// The address names nothing.
    AddressUnknown NOT_FOUND "address_unknown" "没有此地址；接口目录见 /api/v1/openapi.json" "there is nothing at this address; see /api/v1/openapi.json";
    /// The thing that was named is not there, or not for this caller.
    NotFound NOT_FOUND "not_found" "没有“{given}”，或您无权查看" "there is no `{given}`, or you may not see it";
    MethodUnknown METHOD_NOT_ALLOWED "method_not_allowed" "此地址不接受该方法；可用方法见 Allow 头" "this address does not take this method; see the header Allow";
    NotLoggedIn UNAUTHORIZED "not_logged_in" "未登录或登录已失效；应附 Authorization: Bearer 令牌" "nobody is logged in, or no longer; send Authorization: Bearer with a token";
    OfficeNeeded FORBIDDEN "office_needed" "您任职不止一处，须用 Gridwhistle-Office 头写明以何身份办理；可为：{accepted}" "you hold several offices; name one in the header Gridwhistle-Office; accepted: {accepted}";
    OfficeNotHeld FORBIDDEN "office_not_held" "您现未任职“{given}”；可为：{accepted}" "you do not hold the office `{given}`; accepted: {accepted}";
    NotPermitted FORBIDDEN "not_permitted" "角色 {given} 无权查看或办理；可为：{accepted}" "role {given} may not see or do this; accepted: {accepted}";
    /// A key may not be used for that.
    KeyScope FORBIDDEN "key_scope" "此密钥不可用于“{given}”；可用于：{accepted}" "this key is not for `{given}`; accepted: {accepted}";
    /// A page of another site made a browser send it.
    CrossSite FORBIDDEN "cross_site" "请求并非由本站页面发出；凭会话办理须附 X-Requested-With 头，或同源的 Origin" "this was not sent by a page of this service; with a session, send the header X-Requested-With, or an Origin of this host";
    TooMany TOO_MANY_REQUESTS "too_many_requests" "请求过于频繁；请在 {accepted} 秒后再试" "too many requests; accepted: again in {accepted} seconds";
    IdentityAway SERVICE_UNAVAILABLE "identity_unavailable" "身份提供方暂时无法连接，尚无法核验登录；请稍后再试" "the provider of identities cannot be reached yet; ask again";
    JsonSyntax BAD_REQUEST "json_syntax" "请求正文不是完整的 JSON" "the body is no well-formed JSON";
    ParameterWrong BAD_REQUEST "parameter_wrong" "参数“{given}”有误；应为：{accepted}" "the parameter `{given}` is wrong; accepted: {accepted}";
    /// A question about the past where only the present is answered.
    TimeNotAnswered BAD_REQUEST "time_not_answered" "此地址不能按参数“{given}”所问的时间作答；可用的时间参数：{accepted}" "what is asked here cannot be answered as of the time of `{given}`; parameters of time that are: {accepted}";
    CursorWrong BAD_REQUEST "cursor_wrong" "翻页标记“{given}”不属于此查询；应从第一页重新取" "the cursor `{given}` is not of this question; begin again with the first page";
    ContentWrong UNPROCESSABLE_ENTITY "content_wrong" "请求内容有误，见 errors" "the content is wrong; see errors";
    MediaType UNSUPPORTED_MEDIA_TYPE "media_type" "只接受 {accepted}" "accepted: {accepted}";
    TooLarge PAYLOAD_TOO_LARGE "too_large" "请求过大；最多 {accepted} 字节" "the request is too large; accepted: at most {accepted} bytes";
    ImageDamaged UNPROCESSABLE_ENTITY "image_damaged" "图片已损坏，无法读取；应为完整的 JPEG、PNG 或 WebP" "the image is damaged and cannot be read; accepted: a whole JPEG, PNG or WebP";
    BodyBrokenOff BAD_REQUEST "body_broken_off" "文件没有传完，未保存；请重新上传" "the file did not arrive whole, and nothing of it is kept; send it again";
    FilesAway SERVICE_UNAVAILABLE "files_unavailable" "证据文件暂时无法存取；请稍后再试" "files of evidence cannot be kept or read now; try again later";
    /// A form that issues a key was sent twice.
    KeyShown CONFLICT "key_shown" "密钥 {given} 已签发，内容只显示一次；如未记下，请吊销后另行签发" "the key {given} has been issued and is shown once; whoever missed it revokes it and issues another";
    /// Files that no case names yet are too many for one person.
    FilesWaiting PAYLOAD_TOO_LARGE "files_waiting" "您上传而尚无案件引用的文件将达 {given} 字节，超过 {accepted} 字节；请先在办理中引用，或待其过期清除" "files of yours that no case names yet would be {given} bytes; accepted: at most {accepted}; name them in a command first, or wait until they are removed";
    SheetFull UNPROCESSABLE_ENTITY "sheet_full" "一张表至多 {accepted} 行；请缩小范围，或改取 CSV" "a sheet holds {accepted} rows at most; ask for less, or for CSV";
    SheetFailed SERVICE_UNAVAILABLE "sheet_failed" "文件无法生成（{given}）；未记录，请稍后再试" "the file cannot be made ({given}); nothing is on record, try again later";
    VersionMissing PRECONDITION_REQUIRED "version_missing" "须用 If-Match 头写明所见的案件版本（ETag），或 `*` 表示不论版本" "name the version of the case that you saw (its ETag) in the header If-Match, or `*` for any";
    StaleVersion PRECONDITION_FAILED "stale_version" "案件在此期间已有变化，见 events；请看过后再办" "the case has moved on meanwhile, see events; look at it and try again";
    NotYet SERVICE_UNAVAILABLE "not_yet" "数据尚未更新到第 {given} 条；请稍后再试" "the views have not reached position {given} yet; ask again";
    FeedFull SERVICE_UNAVAILABLE "feed_full" "实时推送的连接已满（最多 {accepted} 个）；请稍后再连" "the live feed serves as many clients as it may (accepted: at most {accepted}); come again later";
    /// More is asked than can be answered in time.
    Overloaded SERVICE_UNAVAILABLE "overloaded" "系统繁忙，未受理此请求；请稍后再试" "more is asked than can be answered in time, and nothing of this was taken; ask again later";
    TookTooLong SERVICE_UNAVAILABLE "took_too_long" "处理超时；请缩小范围或稍后再试" "the answer took too long; ask for less, or later";
    Internal INTERNAL_SERVER_ERROR "internal" "程序内部错误，已记录；请告知管理员编号 trace_id" "a mistake of the program, which is on record; tell an administrator the trace_id";
}

/// One refusal of the service.
#[derive(Clone, Debug)]
pub(crate) struct Issue {
    kind: Kind,
    pub(super) given: Option<String>,
    pub(super) accepted: Option<String>,
    pub(super) errors: Vec<Wrong>,
    /// In how many seconds to ask again.
    pub(super) retry_after: Option<u64>,
}

macro_rules! made {
    ($($(#[$doc:meta])* $name:ident = $kind:ident;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $name() -> Self { Self::new(Kind::$kind) }
    )*};
}

impl Issue {
    pub(crate) const fn new(kind: Kind) -> Self {
        Self {
            kind,
            given: None,
            accepted: None,
            errors: Vec::new(),
            retry_after: None,
        }
    }

    made! {
        address_unknown = AddressUnknown;
        not_logged_in = NotLoggedIn;
        json_syntax = JsonSyntax;
        version_missing = VersionMissing;
    }

    /// Nothing of that name, for this caller.
    pub(crate) fn not_found(named: impl Into<String>) -> Self {
        Self::new(Kind::NotFound).given(named)
    }

    /// The views are behind a position that somebody waits for.
    pub(crate) fn not_yet(position: u64) -> Self {
        Self::new(Kind::NotYet).given(position.to_string())
    }

    /// Somebody asks too often; in so many seconds they may again.
    pub(crate) fn too_many(seconds: u64) -> Self {
        let issue = Self::new(Kind::TooMany).accepted(seconds.to_string());
        issue.again_in(seconds)
    }

    /// In how many seconds to ask again.
    pub(crate) const fn again_in(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// A parameter or header of a form that is not taken.
    pub(crate) fn parameter(name: &str, accepted: &str) -> Self {
        Self::new(Kind::ParameterWrong)
            .given(name)
            .accepted(accepted)
    }

    /// A question of a time that is not answered here; those parameters of time that are, or none.
    pub(crate) fn time_not_answered(name: &str, accepted: &str) -> Self {
        let accepted = if accepted.is_empty() { "-" } else { accepted };
        Self::new(Kind::TimeNotAnswered)
            .given(name)
            .accepted(accepted)
    }

    /// Content of which one place holds something else than what is accepted there.
    pub(crate) fn content(pointer: impl Into<String>, accepted: &str) -> Self {
        Self::of(Wrong::accepted(pointer, accepted))
    }

    /// Content of which one place is wrong, in words.
    pub(crate) fn wrong(
        pointer: impl Into<String>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self::of(Wrong::told(pointer, Text::new(zh, en)))
    }

    /// Content of which a place is empty that must be filled in.
    pub(crate) fn required(pointer: impl Into<String>) -> Self {
        Self::of(Wrong::required(pointer))
    }

    /// Content that is to be text and is no UTF-8.
    pub(crate) fn no_utf8(pointer: impl Into<String>, error: Utf8Error) -> Self {
        Self::of(Wrong::no_utf8(pointer, error))
    }

    /// Content that is JSON, but not what was asked for.
    pub(crate) fn unread(pointer: impl Into<String>, error: &serde_json::Error) -> Self {
        Self::of(Wrong::unread(pointer, error))
    }

    fn of(wrong: Wrong) -> Self {
        let mut issue = Self::new(Kind::ContentWrong);
        issue.errors.push(wrong);
        issue
    }

    pub(crate) fn given(mut self, given: impl Into<String>) -> Self {
        self.given = Some(given.into());
        self
    }

    pub(crate) fn accepted(mut self, accepted: impl Into<String>) -> Self {
        self.accepted = Some(accepted.into());
        self
    }

    pub(super) const fn status(&self) -> StatusCode {
        self.kind.status()
    }

    pub(super) const fn code(&self) -> &'static str {
        self.kind.code()
    }

    pub(super) fn message(&self, language: Language) -> String {
        let words = self.kind.words();
        let filled = words.get(language);
        let filled = filled.replace("{given}", self.given.as_deref().unwrap_or("-"));
        filled.replace("{accepted}", self.accepted.as_deref().unwrap_or("-"))
    }
}

/// What the framework refused without our words: an address, a method, a body above its bound, an
/// answer that took too long. None: the response is an answer, or an error that says its own words.
pub(super) fn of_framework(response: &Response) -> Option<Issue> {
    let kind = match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => Kind::MethodUnknown,
        StatusCode::PAYLOAD_TOO_LARGE => Kind::TooLarge,
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => Kind::TookTooLong,
        StatusCode::INTERNAL_SERVER_ERROR => Kind::Internal,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Kind::MediaType,
        StatusCode::BAD_REQUEST => Kind::ParameterWrong,
        _ => return None,
    };
    Some(Issue::new(kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_a_code_of_its_own_and_words_in_both_languages() {
        let codes: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            let words = kind.words();
            assert!(
                !words.zh.is_ascii() && words.en.is_ascii(),
                "{}",
                kind.code()
            );
        }
    }
}
