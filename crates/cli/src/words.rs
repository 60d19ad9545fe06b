//! Every word that this program itself says to people, in zh-CN and English, in one place. Words of
//! the rules (stages, classes, refusals) come from the domain, help from [`crate::help`].

use gridwhistle::domain::text::{Language, Text};
use std::sync::OnceLock;

static SPOKEN: OnceLock<Language> = OnceLock::new();

/// Settles the language of this process; the first call counts.
pub(crate) fn speak(language: Language) {
    let _ = SPOKEN.set(language);
}

/// The language of this process.
pub(crate) fn language() -> Language {
    SPOKEN.get().copied().unwrap_or_default()
}

/// The words of a text of the domain, in the language of this process.
pub(crate) fn say(text: &Text) -> String {
    text.get(language()).to_owned()
}

macro_rules! words {
    ($($name:ident $zh:literal $en:literal;)*) => {
        /// A thing this program says. `{}` stands for what is filled in, in order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Word { $($name,)* }

        impl Word {
            /// Every word.
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The words in a language.
            pub(crate) const fn get(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$name, Language::ZhCn) => $zh, (Self::$name, Language::En) => $en,)*
                }
            }
        }
    };
}

words! {
    // Errors.
    Error "错误" "error";
    UnknownArgument "不认识的参数 {}" "unknown argument {}";
    UnknownCommand "没有子命令 {}" "there is no command {}";
    MissingCommand "缺少子命令" "a command is missing";
    MissingArgument "缺少参数:{}" "missing: {}";
    InvalidValue "{} 的值 {} 无效" "{} cannot be {}";
    UsageOther "命令行有误" "the command line is wrong";
    Accepted "可用:{}" "accepted: {}";
    SeeHelp "用法见:{} --help" "for the usage: {} --help";
    DidYouMean "是否想输入 {}?" "did you mean {}?";
    ActorForm "操作人 `{}` 应写作 人员/角色/单位,例如 P-lin/grid_officer/C-east;角色可为:{}" "actor `{}` is written PERSON/ROLE/UNIT, e.g. P-lin/grid_officer/C-east; accepted roles: {}";
    ActorMissing "不知道是谁在操作;请用 --as 人员/角色/单位,或设置 GRIDWHISTLE_AS,或写入 gridwhistle.toml" "nobody acts; use --as PERSON/ROLE/UNIT, set GRIDWHISTLE_AS, or write `as` into gridwhistle.toml";
    StoreMissing "没有找到存储 {};请先执行:gridwhistle init --store {}" "there is no store {}; first run: gridwhistle init --store {}";
    StoreForm "存储地址 `{}` 应写作 sqlite://路径,例如 sqlite://city.db" "the store `{}` is written sqlite://PATH, e.g. sqlite://city.db";
    FileUnreadable "文件 {} 无法读取:{}" "the file {} cannot be read: {}";
    FileNotUtf8 "文件 {} 不是 UTF-8(第 {} 字节);请转换,例如 iconv -f GB18030 -t UTF-8" "the file {} is no UTF-8 (byte {}); convert it, e.g. by iconv -f GB18030 -t UTF-8";
    FileUnwritable "文件 {} 无法写入:{}" "the file {} cannot be written: {}";
    SettingsWrong "配置文件 {} 有误:{}" "the settings file {} is wrong: {}";
    LanguageUnknown "不支持语言 `{}`;可用:zh-CN, en" "language `{}` is not spoken here; accepted: zh-CN, en";
    InstantForm "时间 `{}` 无效;应为存在的日期,如 2026-07-01、2026-07-01 09:30(北京时间)或 2026-07-01T09:30:00+08:00" "`{}` is no instant; accepted: a date that exists, such as 2026-07-01, 2026-07-01 09:30 (UTC+8) or 2026-07-01T09:30:00+08:00";
    EvidenceForm "证据 `{}` 应写作 种类=哈希或文号[;说明];种类可为:{}" "evidence `{}` is written KIND=HASH-OR-NUMBER[;NOTE]; accepted kinds: {}";
    DeliverableForm "交付项 `{}` 应写作 单位=内容" "deliverable `{}` is written UNIT=WHAT";
    PointForm "坐标 `{}` 应写作 纬度,经度(度,至多六位小数),如 26.075,119.306" "point `{}` is written LAT,LNG in degrees with at most six decimals, e.g. 26.075,119.306";
    SourceForm "来源 `{}` 应写作 系统:编号,如 12345:2026-000123" "source `{}` is written SYSTEM:ID, e.g. 12345:2026-000123";
    CaseForm "案件 `{}` 应写作案件编号(UUID)或 来源系统:编号" "case `{}` is written as its UUID, or SYSTEM:ID for an imported case";
    NumberForm "`{}` 应为不小于 0 的整数" "`{}` is no whole number from 0";
    UuidForm "`{}` 不是 UUID" "`{}` is no UUID";
    InputWrong "文件有 {} 处错误,未写入任何数据" "{} things are wrong in the file; nothing was written";
    PersonFile "个人信息文件 {} 有误:{};应为含 name、phone、identity_number、address 的 TOML 或 JSON" "the personal data in {} is wrong: {}; accepted: TOML or JSON with name, phone, identity_number, address";
    RegistryFile "文件 {} 不是登记文件;文件名应为:{}" "{} is no registry file; accepted names: {}";
    RegistryTwice "{} 给出了两次;每种文件一份" "{} is given twice; accepted: each kind of file once";
    CaseMissing "没有案件 {};请核对编号,或用 gridwhistle list ledger 查找" "there is no case {}; check the id, or look it up: gridwhistle list ledger";
    MatterMissing "事项 {} 不在现行清单内;请用 gridwhistle catalogue show 查看" "matter {} is not in force; see: gridwhistle catalogue show";
    PolicyMissing "没有规则版本 {};现有:{}" "there is no policy version {}; accepted: {}";
    CalendarMissing "没有日历版本 {};现有:{}" "there is no calendar version {}; accepted: {}";
    NoPolicyInForce "没有已生效的规则版本;请先执行:gridwhistle policy publish" "no policy is in force; first run: gridwhistle policy publish";
    ClassWithoutRow "规则 {} 没有 {} 类的规则" "policy {} has no row for class {}";
    PolicyHoles "规则有 {} 处漏洞,不能发布" "the policy has {} holes and cannot be published";
    Internal "程序内部错误:{};请报告" "an internal error: {}; please report it";
    CursorWrong "翻页标记 `{}` 不属于此清单;请用上一页给出的标记,或不用标记从头查起" "cursor `{}` is not of this list; use the one that the page before gave, or none to begin";
    LimitForm "`{}` 应为 1 至 10000 的整数" "`{}` is no whole number from 1 to 10000";
    ScoreForm "评分 `{}` 应写作 评价项=1至5[;理由代码]" "score `{}` is written ITEM=1..5[;REASON]";
    LogDamaged "日志已损坏:{};此前 {} 个事件完好。请保留副本并从备份恢复" "the log is damaged: {}; the {} events before it fit. Keep a copy and restore a backup";
    EraseUnconfirmed "删除 {} 的密钥后,其个人信息无法恢复;确认请加 --yes" "without its key the data of {} can never be read again; to confirm, add --yes";
    SubjectMissing "没有 {} 的密钥:已删除,或不在此存储" "there is no key of {}: erased already, or kept elsewhere";
    DataUnreadable "案件清单无法读取:{}" "the case list cannot be read: {}";
    ImportStopped "导入中断:{};已写入的案件保留,再次导入即可继续" "the import stopped: {}; what was taken stays, run it again to go on";
    // Receipts.
    Done "已办理:{}" "done: {}";
    Repeated "重复请求,已办理过:{}" "a repeat, done before: {}";
    Warned "提示:{}" "warning: {}";
    ReceiptLine "案件 {}  版本 {}  位置 {}" "case {}  version {}  position {}";
    CommandKey "幂等键 {}" "key {}";
    InitDone "存储已就绪:{}(租户 {})" "the store is ready: {} (tenant {})";
    InitNext "下一步:" "next:";
    ChangeDone "已写入 {} 个事件,位置 {}" "{} events written, position {}";
    ChangeNone "没有变化:内容早已在册" "nothing changed: all of it stood already";
    PolicyFine "规则 {} 可以发布" "policy {} may be published";
    PolicyWarnings "{} 条提醒" "{} warnings";
    ProvisionalDue "暂定:{} 年的日历尚未公布,公布后可能变动" "provisional: the calendar of {} is not published, so it may move";
    InForce "现行" "in force";
    Later "未生效" "later";
    Superseded "已被取代" "superseded";
    NothingHere "没有记录" "nothing here";
    Yes "是" "yes";
    No "否" "no";
    None "无" "none";
    Anonymous "匿名,或已删除" "anonymous, or erased";
    MoreRows "还有更多,下一页:--cursor {}" "there are more; next page: --cursor {}";
    ExcludedLine "以上不含:作废 {},并案 {}" "not counted above: {} voided, {} merged";
    Total "合计" "total";
    DaysHours "{}天{}时" "{}d {}h";
    HoursMinutes "{}时{}分" "{}h {}min";
    Sealed "评价表已封存,位置 {}" "the form is sealed, position {}";
    Lapsed "逾期未评" "lapsed";
    UntilThen "可评至 {}" "open until {}";
    Rebuilt "视图已重建至位置 {}" "the views are rebuilt up to position {}";
    Sound "日志完好:{} 个事件,链值 {}" "the log is sound: {} events, chain {}";
    Erased "{} 的密钥已删除" "the key of {} is deleted";
    Ticked "已执行 {} 项时钟命令,{} 项无须执行" "{} commands of the clock given, {} not needed";
    Imported "共 {} 行:新增 {},早已导入 {},不予导入 {}" "{} rows: {} imported, {} known before, {} rejected";
    ClosuresAdded "为已有案件补记办结 {} 件" "closures added to known cases: {}";
    RejectsIn "不予导入的行见 {}" "rejected rows are in {}";
    AnomalyLine "保留并标记的异常:{}:{} 行" "kept and flagged: {}: {} rows";
    DoubleNames "{} 个单位编码有多个名称:" "{} unit ids have more than one name:";
    PartLead "主办" "lead";
    PartCoHandler "协办" "co-handler";
    PartOptional "配合" "optional";
    ClockRunning "计时中" "running";
    ClockSuspended "暂停" "suspended";
    ClockStopped "已完成" "done";
    ClockCancelled "已取消" "fell away";
    // Headings.
    HVersion "版本" "version";
    HTitle "名称" "title";
    HEffective "生效时间" "effective from";
    HPublished "发布时间" "published";
    HState "状态" "state";
    HCode "代码" "code";
    HDomain "领域" "domain";
    HName "名称" "name";
    HClasses "类别" "classes";
    HOwner "责任单位" "owner";
    HLimits "时限" "limits";
    HEvidence "证据" "evidence";
    HSafety "安全" "safety";
    HFunding "经费责任" "funding";
    HGuide "办理指引" "guide";
    HKnown "获知时间" "known at";
    HYears "年份" "years";
    HCase "案件" "case";
    HStage "阶段" "stage";
    HClass "类别" "class";
    HMatter "事项" "matter";
    HDescription "描述" "description";
    HGrid "网格" "grid";
    HChannel "渠道" "channel";
    HReported "上报" "reported";
    HAcceptedAt "受理" "accepted";
    HClosed "销号" "closed";
    HHandler "办理人" "handler";
    HOutcome "结果" "outcome";
    HLeg "任务" "leg";
    HUnit "单位" "unit";
    HPart "主协办" "part";
    HClock "时钟" "clock";
    HDue "到期" "due";
    HUsed "已用/预算(分)" "used/budget (min)";
    HCards "牌" "cards";
    HReason "事由" "reason";
    HSince "起" "since";
    HStanding "已停" "standing for";
    HUntil "至" "until";
    HRemaining "剩余" "remaining";
    HLate "超期" "late by";
    HNext "下一责任人" "next";
    HGroup "分组" "group";
    HReceived "受理上报" "received";
    HClosedCount "已销号" "closed";
    HOpen "在办" "open";
    HOpenWithDue "有期限" "with due";
    HOpenOverdue "超期在办" "overdue";
    HOnTime "按期" "on time";
    HLateCount "逾期办结" "late";
    HEndedOtherwise "其他终结" "ended otherwise";
    HReturns "退单" "returns";
    HReworks "返工" "reworks";
    HArea "街道社区" "area";
    HDepartment "部门" "department";
    HSide "一方" "side";
    HCommitment "承诺值" "commitment";
    HScores "评分" "scores";
    HOpened "派出" "dispatched";
    HAcknowledged "签收" "acknowledged";
    HReportedIn "报到" "reported in";
    HDone "办毕" "done";
    HVersionOfCase "版本" "version";
    HCommunity "社区" "community";
    HStreet "街道" "street";
    HPhone "电话" "phone";
    HIdentity "身份证号" "identity number";
    HAddress "住址" "address";
}

/// The words in the language of this process, filled in.
pub(crate) fn told(word: Word, parts: &[&dyn std::fmt::Display]) -> String {
    fill(word.get(language()), parts)
}

fn fill(words: &str, parts: &[&dyn std::fmt::Display]) -> String {
    let mut pieces = words.split("{}");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for (index, piece) in pieces.enumerate() {
        if let Some(part) = parts.get(index) {
            out.push_str(&part.to_string());
        }
        out.push_str(piece);
    }
    out
}

impl std::fmt::Display for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.get(language()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_lacks_a_language_or_a_place_to_fill() {
        for word in Word::ALL {
            let (zh, en) = (word.get(Language::ZhCn), word.get(Language::En));
            assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{word:?}");
            assert!(!zh.is_ascii(), "{word:?} is not Chinese: {zh}");
            assert!(en.is_ascii(), "{word:?} is not English: {en}");
            let places = |text: &str| text.matches("{}").count();
            assert_eq!(places(zh), places(en), "{word:?}");
        }
    }

    #[test]
    fn parts_are_filled_in_order() {
        assert_eq!(fill("{} of {}", &[&1, &"two"]), "1 of two");
        assert_eq!(fill("no place", &[&1]), "no place");
    }
}
