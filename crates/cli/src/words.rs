//! Every word that this program itself says to people, in zh-CN and English, in one place. Words of
//! the rules (stages, classes, refusals) come from the domain, help from [`crate::help`].

use gridwhistle::domain::text::{Language, Text, fill};
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

/// What the system says about a file, with the way out; its own words where it is something rare.
pub(crate) fn of_system(error: &std::io::Error) -> String {
    use std::io::ErrorKind as K;
    let word = match error.kind() {
        K::NotFound => Word::IoMissing,
        K::PermissionDenied => Word::IoDenied,
        K::IsADirectory => Word::IoFolder,
        K::NotADirectory => Word::IoNoFolder,
        K::StorageFull | K::QuotaExceeded => Word::IoFull,
        K::ReadOnlyFilesystem => Word::IoReadOnly,
        K::AlreadyExists => Word::IoThere,
        _ => return error.to_string(),
    };
    word.to_string()
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
    MissingArgument "缺少参数：{}" "missing: {}";
    InvalidValue "{} 的值 {} 无效" "{} cannot be {}";
    Together "{} 不能与 {} 同用" "{} does not go with {}";
    ValuesCount "{} 的值数目不对" "{} has the wrong number of values";
    ArgumentNotUtf8 "参数不是 UTF-8，请检查终端的编码：" "an argument is no UTF-8; check the encoding of the terminal:";
    UsageOther "命令行有误" "the command line is wrong";
    Accepted "可用：{}" "accepted: {}";
    SeeHelp "用法见：{} --help" "for the usage: {} --help";
    DidYouMean "是否想输入 {}?" "did you mean {}?";
    ActorForm "操作人 `{}` 应写作 人员/角色/单位，例如 P-lin/grid_officer/C-east；角色可为：{}" "actor `{}` is written PERSON/ROLE/UNIT, e.g. P-lin/grid_officer/C-east; accepted roles: {}";
    ActorMissing "不知道是谁在操作；请用 --as 人员/角色/单位，或设置 GRIDWHISTLE_AS，或写入 gridwhistle.toml" "nobody acts; use --as PERSON/ROLE/UNIT, set GRIDWHISTLE_AS, or write `as` into gridwhistle.toml";
    StoreMissing "没有找到存储 {}；请先执行：gridwhistle init --store {}" "there is no store {}; first run: gridwhistle init --store {}";
    StoreForm "存储地址 `{}` 应写作 sqlite://路径（例如 sqlite://city.db）或 postgres://用户：口令@主机：端口/数据库" "the store `{}` is written sqlite://PATH, e.g. sqlite://city.db, or postgres://USER:PASSWORD@HOST:PORT/DATABASE";
    Migrated "数据库格式已更新，共 {} 步" "the schema is up to date after {} step(s)";
    MigratedNone "格式已是最新，未作改动" "the schema was up to date; nothing was changed";
    Distributed "日志已按租户分布到集群各节点，共 {} 步" "the log is spread over the nodes by tenant after {} step(s)";
    DistributedBefore "日志已分布到集群各节点，未作改动" "the log was spread over the nodes before; nothing was changed";
    Copied "已复制 {} 个事件；目标现有 {} 个，与源逐一相同" "copied {} events; the target now holds {}, equal to the source";
    CopiedChain "两份日志的链值：{}" "chain value of both: {}";
    StockView "postgres-es 可由视图 {} 读取租户 {} 的事件" "by the view {} postgres-es reads the events of tenant {}";
    BackupThere "文件 {} 已存在；请另取名" "the file {} is there already; name a new one";
    BackupOfDatabase "数据库请用其自身的工具备份（pg_dump、pg_basebackup），或用 gridwhistle copy --to" "a database is backed up by its own tools (pg_dump, pg_basebackup), or by gridwhistle copy --to";
    BackedUp "已备份至 {}" "backed up to {}";
    BackedUpLog "租户 {}：{} 个事件，核验无误，链值 {}" "tenant {}: {} events, sound, chain value {}";
    CopiedKeys "密钥文件不在日志中，请另行安全转移；视图会自动重建" "the key ring is not in the log: move it apart and safely; views are filled again by themselves";
    TenantForm "租户名 `{}` 无效；应为不含控制字符的非空文字，如 city" "the tenant `{}` is no name; accepted: a text that is not empty and holds no control characters, e.g. city";
    TenantMissing "此存储中没有租户 {}；现有：{}。新建请执行：gridwhistle init --tenant {}" "this store has no tenant {}; accepted: {}. To make one: gridwhistle init --tenant {}";
    IoMissing "没有此文件或目录，请检查路径" "there is no such file or folder; check the path";
    IoDenied "没有权限，请检查文件与目录的权限" "not permitted; check the permissions of file and folder";
    IoFolder "这是目录，应为文件" "this is a folder; accepted: a file";
    IoNoFolder "路径中有一段不是目录，请检查路径" "a part of the path is no folder; check the path";
    IoFull "磁盘已满，请腾出空间后重试" "the disk is full; make room and repeat";
    IoReadOnly "文件系统只读，请换用可写的目录" "the file system is read-only; choose a folder that may be written";
    IoThere "已有同名文件，请换用其他名称" "a file of that name is there; choose another name";
    FileUnreadable "文件 {} 无法读取：{}" "the file {} cannot be read: {}";
    FileNotUtf8 "文件 {} 不是 UTF-8（第 {} 字节）；请转换，例如 iconv -f GB18030 -t UTF-8" "the file {} is no UTF-8 (byte {}); convert it, e.g. by iconv -f GB18030 -t UTF-8";
    FileUnwritable "文件 {} 无法写入：{}" "the file {} cannot be written: {}";
    SettingsWrong "配置文件 {} 有误：{}" "the settings file {} is wrong: {}";
    SettingsSyntax "第 {} 行：不是有效的 TOML" "line {}: this is no TOML";
    Serving "服务已启动：{}；按 Ctrl-C 停止" "serving at {}; stop it with Ctrl-C";
    SettingsServer "[server] 有误：{}" "[server] is wrong: {}";
    SettingsKey "不认识的键 `{}`；可用：{}" "unknown key `{}`; accepted: {}";
    SettingsText "键 `{}` 应为引号内的文字，如 {}" "key `{}` must be text in quotes, such as {}";
    SettingsLang "键 `lang`：{}" "key `lang`: {}";
    LanguageUnknown "不支持语言 `{}`；可用：zh-CN, en" "language `{}` is not spoken here; accepted: zh-CN, en";
    InstantForm "时间 `{}` 无效；应为存在的日期，如 2026-07-01、2026-07-01 09:30（北京时间）或 2026-07-01T09:30:00+08:00" "`{}` is no instant; accepted: a date that exists, such as 2026-07-01, 2026-07-01 09:30 (UTC+8) or 2026-07-01T09:30:00+08:00";
    EvidenceForm "证据 `{}` 应写作 种类=哈希或文号[;说明]；种类可为：{}" "evidence `{}` is written KIND=HASH-OR-NUMBER[;NOTE]; accepted kinds: {}";
    DeliverableForm "交付项 `{}` 应写作 单位=内容" "deliverable `{}` is written UNIT=WHAT";
    PointForm "坐标 `{}` 应写作 纬度,经度（度，至多六位小数），如 26.075,119.306" "point `{}` is written LAT,LNG in degrees with at most six decimals, e.g. 26.075,119.306";
    SourceForm "来源 `{}` 应写作 系统：编号，如 12345:2026-000123" "source `{}` is written SYSTEM:ID, e.g. 12345:2026-000123";
    CaseForm "案件 `{}` 应写作编号（或其至少前 4 位）、台账号，或 来源系统：编号" "case `{}` is written as its id (or its first 4 characters and more), its number on the ledger, or SYSTEM:ID";
    CaseAmbiguous "`{}` 可指多件案件，请写得更长：" "`{}` may be any of several cases; write more of it:";
    CaseLine "台账号 {}  {}  {}  {}" "no {}  {}  {}  {}";
    ColumnUnknown "此表没有列 `{}`；可用：{}" "this table has no column `{}`; accepted: {}";
    LookUp "查看：{}" "see: {}";
    RuleLine "规则：{}，版本 {}" "rule: {}, policy {}";
    NotInRange "{} 应为 {} 至 {} 的整数" "{} is no whole number from {} to {}";
    NotANumber "应为不小于 0 的整数" "accepted: a whole number from 0";
    DemoElsewhere "可用 --dir 指定其他目录" "or choose another one: --dir FOLDER";
    DemoOwn "demo 不接受 {}：演示城市自有存储、租户与人员；存放目录请用 --dir 指定" "demo takes no {}: the demo city has a store, a tenant and people of its own; its folder is named by --dir";
    NumberForm "`{}` 应为不小于 0 的整数" "`{}` is no whole number from 0";
    UuidForm "`{}` 不是 UUID" "`{}` is no UUID";
    InputWrong "文件有 {} 处错误，未写入任何数据" "{} things are wrong in the file; nothing was written";
    PersonFile "个人信息文件 {} 第 {} 行第 {} 列有误；应为含 name、phone、identity_number、address 的 TOML 或 JSON，值均加引号，如 phone = \"13800000000\"" "the personal data in {} is wrong at line {}, column {}; accepted: TOML or JSON with name, phone, identity_number, address, every value in quotes, as in phone = \"13800000000\"";
    RegistryFile "文件 {} 不是登记文件；文件名应为：{}" "{} is no registry file; accepted names: {}";
    RegistryTwice "{} 给出了两次；每种文件一份" "{} is given twice; accepted: each kind of file once";
    CaseLater "案件 {} 在 {} 尚不存在；上报于 {}" "case {} was not there at {}; it was reported at {}";
    CaseMissing "没有案件 {}；请核对编号，或用 gridwhistle list ledger 查找" "there is no case {}; check the id, or look it up: gridwhistle list ledger";
    UnitMissing "没有单位 {}；请用 gridwhistle registry show units 查看" "there is no unit {}; see: gridwhistle registry show units";
    MatterMissing "事项 {} 不在现行清单内；请用 gridwhistle catalogue show 查看" "matter {} is not in force; see: gridwhistle catalogue show";
    PolicyMissing "没有规则版本 {}；现有：{}" "there is no policy version {}; accepted: {}";
    CalendarMissing "没有日历版本 {}；现有：{}" "there is no calendar version {}; accepted: {}";
    NoPolicyInForce "没有已生效的规则版本；请先执行：gridwhistle policy publish" "no policy is in force; first run: gridwhistle policy publish";
    ClassWithoutRow "规则 {} 没有 {} 类的规则" "policy {} has no row for class {}";
    PolicyHoles "规则有 {} 处漏洞，不能发布" "the policy has {} holes and cannot be published";
    Internal "程序内部错误：{}；请报告" "an internal error: {}; please report it";
    CursorWrong "翻页标记 `{}` 不属于此清单；请用上一页给出的标记，或不用标记从头查起" "cursor `{}` is not of this list; use the one that the page before gave, or none to begin";
    LimitWrong "时限 `{}` 无效；应为正整数加单位，如 15 min、24 h（连续计时）、30 wmin、2 wh（工作时）、3 wd（工作日）、5 d（自然日），最长 {} 日" "`{}` is no limit; accepted: a whole number from 1 and a unit, as in 15 min, 24 h (around the clock), 30 wmin, 2 wh (working time), 3 wd (working days), 5 d (natural days), at most {} days";
    LimitForm "`{}` 应为 1 至 10000 的整数" "`{}` is no whole number from 1 to 10000";
    ScoreForm "评分 `{}` 应写作 评价项=1至5[;理由代码]" "score `{}` is written ITEM=1..5[;REASON]";
    LogDamaged "日志已损坏：第 {} 号事件处不符；核对无误的有 {} 个事件。请保留副本并从备份恢复" "the log is damaged at position {}; {} events fit. Keep a copy and restore a backup";
    LogAltered "日志被改动：第一处不符在第 {} 号事件。请保留副本与检查点，并从备份恢复" "the log was altered: the first position that does not fit is {}. Keep a copy and the checkpoints, and restore a backup";
    TilesDamaged "树文件缺失或损坏，日志与检查点相符" "tiles are gone or damaged; log and checkpoint fit";
    TreeNotNamed "数据库旁没有树文件目录；请用 --tree 指定" "a database has no folder beside it; name the tree by --tree DIR";
    EraseUnconfirmed "删除 {} 的密钥后，其个人信息无法恢复；确认请加 --yes" "without its key the data of {} can never be read again; to confirm, add --yes";
    SubjectMissing "没有 {} 的密钥：已删除，或不在此存储" "there is no key of {}: erased already, or kept elsewhere";
    DataUnreadable "案件清单无法读取：{}" "the case list cannot be read: {}";
    RejectsNowhere "不予导入的行无处可写：{}：{}；请用 --rejects 指定可写目录中的文件。未导入任何数据" "rejected rows have no place: {}: {}; name a file in a folder that may be written by --rejects. Nothing was imported";
    RejectsThere "{} 已存在，不会覆盖；请用 --rejects 另指定文件，或不指定而由程序取名。未导入任何数据" "{} is there already and is not overwritten; name another file by --rejects, or leave it out and the program finds a free name. Nothing was imported";
    ImportStopped "导入中断：{}；已写入的案件保留，再次导入即可继续" "the import stopped: {}; what was taken stays, run it again to go on";
    // Receipts.
    Done "已办理：{}" "done: {}";
    Repeated "重复请求，已办理过：{}" "a repeat, done before: {}";
    Warned "提示：{}" "warning: {}";
    ReceiptNumber "台账号 {}；查看：gridwhistle case show {}" "no {} on the ledger; see it: gridwhistle case show {}";
    ReceiptLine "案件 {}  版本 {}  位置 {}" "case {}  version {}  position {}";
    SubjectLine "个人代号 {}（删除其个人信息时用：gridwhistle erase）" "data subject {} (for gridwhistle erase)";
    CommandKey "幂等键 {}" "key {}";
    InitDone "存储已就绪：{}（租户 {}）" "the store is ready: {} (tenant {})";
    InitReport "gridwhistle case report --as 人员/角色/单位 --channel patrol --grid 网格代码 --description 描述" "gridwhistle case report --as PERSON/ROLE/UNIT --channel patrol --grid GRID --description TEXT";
    InitNext "下一步（样例文件见项目目录 examples/city）：" "next (sample files are in examples/city of the project):";
    ChangeDone "已写入 {} 个事件，位置 {}" "{} events written, position {}";
    ChangeNone "没有变化：内容早已在册" "nothing changed: all of it stood already";
    PolicyFine "规则 {} 可以发布" "policy {} may be published";
    PolicyWarnings "{} 条提醒" "{} warnings";
    ProvisionalDue "暂定：{} 年的日历尚未公布，公布后可能变动" "provisional: the calendar of {} is not published, so it may move";
    InForce "现行" "in force";
    Later "未生效" "later";
    Superseded "已被取代" "superseded";
    CodeUnknown "登记与清单中没有代码 {}；查看：{}" "neither registry nor catalogue has the code {}; see: {}";
    NothingHere "没有记录" "nothing here";
    ListComma "、" ", ";
    YellowShort "黄{}" "Y{}";
    RedShort "红{}" "R{}";
    CardStands "有效" "stands";
    NamedCode "{}({})" "{} ({})";
    ColumnsDropped "未显示的列：{}；加 --wide 全部显示，或用 --columns 选择" "columns not shown: {}; add --wide to see all, or choose by --columns";
    Yes "是" "yes";
    No "否" "no";
    None "无" "none";
    Anonymous "匿名，或已删除" "anonymous, or erased";
    MoreRows "还有更多，下一页：--cursor {}" "there are more; next page: --cursor {}";
    ExcludedLine "以上不含：作废 {}，并案 {}" "not counted above: {} voided, {} merged";
    Total "合计" "total";
    Sealed "评价表已封存，位置 {}" "the form is sealed, position {}";
    Lapsed "逾期未评" "lapsed";
    UntilThen "可评至 {}" "open until {}";
    ByService "按服务登记派单" "by the service register";
    LimitOfClass "{}:{}" "{} {}";
    StatutoryLimit "法定 {}" "statutory {}";
    CatalogueLine "清单版本 {}，截至 {}" "catalogue {}, as of {}";
    Rebuilt "视图已重建至位置 {}" "the views are rebuilt up to position {}";
    Proved "第 {} 号事件的证明（检查点大小 {}）已写入 {}" "the proof of position {}, by the checkpoint of size {}, is in {}";
    Extends "大小为 {} 的检查点延续大小为 {} 的：已封存的内容未被改动" "the checkpoint of size {} continues that of size {}: nothing sealed was changed";
    KeyMade "签名密钥已写入 {}，请妥善保管；公钥如下，可公开：" "the signing key is in {}: keep it safe. Its public key, to be published:";
    Sound "日志完好：{} 个事件，链值 {}" "the log is sound: {} events, chain {}";
    Judged "已复核至位置 {}：{} 次操作，{} 个事件，{} 件案件" "judged up to position {}: {} commands, {} events, {} cases";
    NotJudged "未复核或未全复核：{}" "not judged, or not in full: {}";
    JudgedClean "全部合规" "everything was allowed";
    ByRule "不合规之处：{}" "deviations by rule: {}";
    JudgeFound "有 {} 处不合当时的规则" "{} deviations from the law in force then";
    HPosition "位置" "position";
    HStream "流" "stream";
    HSequence "序号" "seq";
    HEvent "事件" "event";
    HHappened "发生时间" "happened";
    HFinding "不合之处" "finding";
    WindowEmpty "时段为空：`--to` 应晚于 `--from`" "the window is empty; accepted: `--to` after `--from`";
    WeightsOnly "两套规则仅权重不同：案件经过不变，只重新计算得分与名次" "the policies differ in weights alone: nothing else changes, scores and ranks are counted anew";
    LivedAgain "推演 {} 件案件（其中时段内受理 {} 件），重新判定 {} 次操作；{} 件案件推演中止（当事人会另有做法），此后 {} 次操作不再推演" "lived again: {} cases, {} of them accepted in the window, {} commands decided anew; the model ends for {} cases, where somebody would have acted differently, and leaves out {} commands after that";
    LateDuties "逾期的时限" "duties past due";
    HOld "实际" "as it was";
    HNew "推演" "what if";
    HWhetherLate "是否逾期" "late";
    WasLate "逾期" "late";
    WasInTime "按期" "in time";
    WasNotTold "不得而知" "not told";
    DutiesNotTold "不得而知的时限：{} 项，推演中止时尚未到期，或此后才有；两边都未计入" "duties that are not told: {}; where the model ended they were not yet due, or had not come up, and neither column counts them";
    OfThemEnded "{}（* {}）" "{} (* {})";
    TDuties "有变化的时限（* 推演中止）" "duties that change (* the model ends)";
    TModelEnds "推演在此中止" "where the model ends";
    TRanking "得分与名次的变化" "scores and ranks that change";
    WouldHaveRunOut "“{}”当时已于 {} 到期" "`{}` would have run out at {}";
    Erased "{} 的密钥已删除" "the key of {} is deleted";
    Ticked "已执行 {} 项时钟命令，{} 项无须执行" "{} commands of the clock given, {} not needed";
    Imported "共 {} 行：新增 {}，早已导入 {}，不予导入 {}" "{} rows: {} imported, {} known before, {} rejected";
    ClosuresAdded "为已有案件补记办结 {} 件" "closures added to known cases: {}";
    RejectsIn "不予导入的行见 {}" "rejected rows are in {}";
    AnomalyLine "保留并标记的异常：{}：{} 行；查看：gridwhistle list ledger --anomaly {}" "kept and flagged: {}: {} rows; see: gridwhistle list ledger --anomaly {}";
    DoubleNames "{} 个单位编码有多个名称：" "{} unit ids have more than one name:";
    PartLead "主办" "lead";
    PartCoHandler "协办" "co-handler";
    PartOptional "配合" "optional";
    ClockRunning "计时中" "running";
    ClockSuspended "暂停" "suspended";
    ClockStopped "已完成" "done";
    ClockCancelled "已取消" "fell away";
    // One case.
    TLegs "办理单位" "legs";
    TClocks "时钟" "clocks";
    TCards "牌" "cards";
    TChain "销号链" "sign-off chain";
    TMayNow "{}，现在可办" "{}, allowed now";
    TMayNot "暂不可办" "not allowed now";
    TByRole "现在可由谁办理（写明 --as 可看本人可办的）" "who may do what now (with --as: what you may do)";
    OfOthers "由其他角色办理（--by-role 可看由谁）：{}" "of other roles (--by-role tells whose): {}";
    NowAlone "可办事项只按现在判断；请去掉 --as-of 再查，或用 gridwhistle audit permission 查当时可办什么" "what may be done is told for now alone: leave out --as-of, or ask `gridwhistle audit permission` for then";
    SayWho "写明 --as 人员/角色/单位，可看本人现在可办什么、为何不可办；--by-role 可看何种角色可办什么" "with --as PERSON/ROLE/UNIT: what you may do now and why not the rest; with --by-role: which role may do what";
    NamedText "{}:{}" "{}: {}";
    NotNow "不属于当前阶段或类别：{}" "not of this stage or class: {}";
    NoneNow "没有" "nothing";
    CardLifted "{} 解除" "lifted {}";
    ChainSigned "已签" "signed";
    ChainNext "待签" "next";
    ChainLater "未到" "later";
    ChainOwed "待签单位：{}" "still to sign: {}";
    OrAbove "（上级：{}）" " (or above: {})";
    LeftNow "还剩 {}" "{} left";
    LateNow "已超 {}" "{} late";
    MetInTime "按时" "in time";
    MetLate "逾期" "late";
    // The demo's page.
    DemoServing "演示城市已启动：{}（模拟时间，每秒 {} 秒）；按 Ctrl-C 停止" "the demo city is served at {} (simulated time, {} s a second); stop it with Ctrl-C";
    DemoHead "榕城示范区演示数据，截至 {}（模拟时间）。{} 个单位，{} 个网格，{} 名人员；人工操作 {} 次，系统定时 {} 次，互评表 {} 份，共 {} 个事件，用时 {} 秒。另有 {} 次违规尝试，全部被拒。" "Rongcheng demonstration district, as of {} (simulated). {} units, {} grids, {} people; {} commands of people, {} timers, {} evaluation forms, {} events, made in {} s. {} forbidden attempts, all refused.";
    DemoStages "各类案件所处阶段" "cases by stage and class";
    DemoNoClass "未定类" "no class";
    DemoLists "此刻的四张清单" "the four lists now";
    DemoCases "案件数" "cases";
    DemoLongest "超期最久" "longest overdue";
    DemoUnits "超期在办最多的单位" "units with most overdue cases";
    DemoNext "接下来可以试试" "what to try next";
    ListPrewarning "预警" "pre-warning";
    ListOverdue "超期" "overdue";
    ListSevere "严重超期" "severely overdue";
    ListSuspended "挂起与挂账" "suspended or on hold";
    // Headings.
    HSource "来源" "source";
    HPlace "地点" "place";
    HResponded "反馈" "responded";
    HStarted "起算" "started";
    HEnded "结束" "ended";
    HStep "环节" "step";
    HWho "何人" "who";
    HWhen "时间" "when";
    HWhat "事项经过" "what";
    HRule "依据" "rule";
    HCommand "操作" "command";
    HWhyNot "原因" "why not";
    HRoles "角色" "roles";
    HReview "复核期限" "review due";
    HAnomalies "数据异常" "anomalies";
    HKind "类型" "kind";
    HParent "上级" "within";
    HRole "角色" "role";
    HWhere "任职" "where";
    HAs "--as 写法" "--as";
    HVerdict "是否按时" "in time";
    HVersion "版本" "version";
    HTitle "名称" "title";
    HEffective "生效时间" "effective from";
    HPublished "发布时间" "published";
    HState "状态" "state";
    HKey "密钥" "key";
    HSystem "系统" "system";
    HOffice "任职" "office";
    HActions "用途" "actions";
    HExpires "到期" "expires";
    KeyActive "有效" "active";
    KeyExpired "已到期" "expired";
    KeyRevoked "已吊销" "revoked";
    KeyIssued "已签发密钥 {}，{} 到期。内容只在此显示一次：" "issued the key {}, until {}. It is shown here and never again:";
    ActionUnknown "没有用途 `{}`；可用：{}" "there is no action `{}`; accepted: {}";
    KeyIdForm "`{}` 不是密钥编号；请用 gridwhistle key list 查看" "`{}` is no id of a key; gridwhistle key list shows them";
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
    HNumber "台账号" "no";
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
    HUsed "已用" "used";
    HCards "牌" "cards";
    HReason "事由" "reason";
    HSince "起" "since";
    HStanding "已停" "standing for";
    HUntil "至" "until";
    HRemaining "剩余" "remaining";
    HLate "超期" "late by";
    HNext "下一责任人" "next";
    HGroup "分组" "group";
    HReceived "收件" "received";
    HClosedCount "已销号" "closed";
    HOpen "在办" "open";
    HOpenWithDue "在办有期限" "open with due";
    HOpenOverdue "超期" "overdue";
    HOnTime "按期" "on time";
    HLateCount "逾期" "late";
    HEndedOtherwise "另结" "ended otherwise";
    HReturns "退单" "returns";
    HReworks "返工" "reworks";
    HGiven "派到" "given";
    HHandled "办结" "done";
    HOnTimeRate "按期处置率" "on time";
    HInterval "95%区间" "95% interval";
    HAckRate "按时签收率" "acknowledged";
    HReportInRate "按时报到率" "reported in";
    HFirstTimeRate "一次办结率" "first time";
    HReworkRate "返工率" "reworked";
    HReturnRate "退单率" "returned";
    HMean "平均用时" "mean";
    HHalfDoneBy "含在办中位" "half done by";
    HBacklog "积压（1/3/5/10/30工作日）" "backlog 1/3/5/10/30 wd";
    HRefusedCount "不予受理或转出" "refused";
    HWhistled "吹哨" "whistled";
    HMedian "中位用时" "median";
    HNinety "九成用时" "nine in ten";
    HAgainstCity "对比全市" "against city";
    HMet "达标" "met";
    HDoneAt "完成" "done at";
    HIfOtherwise "若相反" "if otherwise";
    HEvents "依据事件" "events";
    NoMissedBefore "否（曾超期）" "no, was past due";
    HRank "名次" "rank";
    HPeers "同类组" "peers";
    HTier "规模档" "tier";
    HLegs "应办" "should";
    HScore "得分" "score";
    HTimeliness "时效" "timeliness";
    HQuality "质量" "quality";
    HMutual "互评" "mutual";
    HResident "群众" "residents";
    HPartyOrg "党组织" "party orgs";
    HDeduction "扣分" "cards";
    HComponent "构成" "component";
    HFigure "指标" "figure";
    HInput "依据" "made of";
    HPeersMean "同类均值" "peers' mean";
    HValue "收缩后" "shrunk";
    HWeight "满分" "most";
    HPoints "得分" "points";
    HOneMore "多一件达标" "one more met";
    HRun "编号" "run";
    HMadeAt "发布时间" "recorded";
    HMadeBy "发布人" "by";
    HWindow "区间" "window";
    HUnits "单位数" "units";
    HPolicy "规则" "policy";
    HUpTo "事件至" "events up to";
    HHash "结果哈希" "hash";
    HChange "变化" "change";
    HWhy "原因" "by what";
    NotRanked "不排名" "not ranked";
    RankingLine "规则：{}；不足{}件的不排名，列在各档之后" "policy: {}; units with fewer than {} legs are not ranked and stand last in their tier";
    FormsOf "{} 分，{} 份" "{}, {} forms";
    ScoreLine "{}：{} 分，第 {} 名（同类 {}，规模档 {}），扣分 {}" "{}: {} points, rank {} (peers {}, tier {}), cards took {}";
    ScoreCards "所扣的牌：" "Cards that took from it:";
    ScorePublished "已发布，编号 {}；{} 个单位，事件 1 至 {}，结果哈希 {}" "on record as run {}: {} units, events 1 to {}, hash {}";
    ScoreSame "核对一致：按事件 1 至 {} 重新计算，结果哈希相同 {}" "the same: counted again from events 1 to {}, hash {}";
    ScoreDiffers "核对不一致：按事件 1 至 {} 重新计算得 {}，发布时为 {}；请先以 gridwhistle verify 核验日志，并核对程序版本" "not the same: counted again from events 1 to {} the hash is {}, on record it is {}; check the log by `gridwhistle verify`, and the version of the program";
    ScoreOtherDefinition "无法核对：该次得分按口径第 {} 版计算，本程序按第 {} 版计算，结果不能逐字节比较（重新计算得 {}，发布时为 {}）。这不说明日志被改动；请用当时版本的程序核对" "not to be checked by this program: the run was computed by definition {}, this program computes by {}, and the bytes cannot be compared (counted again {}, on record {}). That says nothing against the log; check it by the program of that time";
    ScoreDefinition "口径第 {} 版" "definition {}";
    ScoreDefinitions "口径不同：先按第 {} 版，后按第 {} 版；变化可能出自口径，不一定出自事实" "different definitions: first by {}, then by {}; a change may come of the definition and of no fact";
    ScoreNoChange "没有变化" "nothing has changed";
    ScoreOther "“{}”不是发布编号；应为 `score list` 所列的编号，或 now" "`{}` is no run; accepted: a number of `score list`, or now";
    ExplainLine "{} {}：{}，95%区间 {}" "{}, {}: {}, 95% interval {}";
    StarsTold "平均 {}，一星至五星 {}" "mean {}, one to five stars {}";
    MeasureLine "{} {}：{}" "{}, {}: {}";
    SpreadTold "平均 {}，中位 {}，九成 {}，共 {} 件" "mean {}, median {}, nine in ten {}, of {}";
    BacklogTold "不足1工作日 {}，1至3 {}，3至5 {}，5至10 {}，10至30 {}，30及以上 {}" "under 1 working day {}, 1 to 3 {}, 3 to 5 {}, 5 to 10 {}, 10 to 30 {}, 30 or more {}";
    WorkingDays "{}工作日" "{} wd";
    HAdds "计入" "adds";
    HAddsOf "对照" "of";
    WindowLine "统计区间：{} 至 {}（不含）" "window: {} to before {}";
    WindowForm "“{}”不是统计区间；应为 2026、2026-Q2、2026-06 或 2026-06-01..2026-07-01" "`{}` is no window; accepted: 2026, 2026-Q2, 2026-06 or 2026-06-01..2026-07-01";
    HAccepted "受理" "accepted";
    HStands "挂起挂账" "standing";
    HIndicator "指标" "indicator";
    HShare "比率" "share";
    HTimesOver "处置超时倍数" "times over";
    HReworkedCases "返工数" "reworked cases";
    HReworkTimes "返工次数" "reworks in all";
    HExtendedCases "延期数" "extended cases";
    HHeld "挂账数" "put on hold";
    HHeldBefore "历史挂账数" "on hold since before";
    HDrawn "抽中已访" "drawn called";
    HUnreachable "未联系上" "not reached";
    HMeanStars "平均星级" "mean stars";
    HThreeRates "三率合成" "three rates";
    HClosedAt "销号时间" "closed at";
    HCalls "回访次数" "calls";
    HAnswer "回访结果" "answer";
    HAgain "再次反映" "again";
    NotCalled "未回访" "not called yet";
    SaidSolved "已解决" "solved";
    SaidUnsolved "未解决" "not solved";
    WholeCity "全市" "the whole city";
    AllUnits "全部单位" "all units";
    GridMissing "没有网格 {}；请用 gridwhistle registry show grids 查看" "there is no grid {}; see: gridwhistle registry show grids";
    LegsOfUnit "指标 {} 以单位计；请给出 --unit 单位代码" "{} is a figure of units; accepted: --unit CODE";
    OpinionsLine "回访抽取比例 {}%；三率权重：响应率 {}、解决率 {}、满意率 {}" "called back: {}%; weights of the three rates: responded {}, solved {}, satisfied {}";
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
    HStreet "街道" "street";
    HPhone "电话" "phone";
    HIdentity "身份证号" "identity number";
    HAddress "住址" "address";
    TickFailed "{} 未能执行，下次再试：{}" "{} could not be done, the next tick tries again: {}";
    // Appraisal.
    HFormsOpened "公布份数" "opened";
    HWithheld "不公布份数" "withheld";
    HMeanPoints "均分" "mean";
    HAppraisalScore "得分" "score";
    HResponsible "责任人" "person";
    HPartyRater "网格党组织" "rater";
    HMetLegs "任务" "legs";
    HMetMeetings "协调会" "meetings";
    HItemWeight "权重" "weight";
    HReasons "理由" "reasons";
    HSealedOf "已密封" "sealed";
    HSilence "未评" "silent";
    TooFew "参评不足，不公布" "too few, withheld";
    PendingRounds "尚未揭示的轮次：{}" "rounds still sealed: {}";
    RoundOpen "{} 评议可评至 {}；{} 个网格党组织，{} 对" "round {} is open until {}; {} organisations, {} pairs";
    RoundClosed "{} 评议已揭示；{} 个网格党组织，其中 {} 个有未评" "round {} is closed; {} organisations, {} of them silent about some";
    RoundMissing "{} 评议尚未开启；请先执行：gridwhistle appraise open {}" "round {} is not open; first run: gridwhistle appraise open {}";
    QuarterForm "“{}”不是季度；应为 2026-Q2 之类" "`{}` is no quarter; accepted: e.g. 2026-Q2";
    PlaceForm "“{}”不是网格党组织；应写作 unit：代码 或 grid：代码" "`{}` is no party organisation; accepted: unit:CODE or grid:CODE";
    NoBallot "{} 在 {} 没有可填的评议票；应为现任网格党组织书记，且其党组织在该季度与人打过交道" "{} has no ballot in {}; accepted: the secretary of a grid party organisation that met anybody in that quarter";
    WhichBallot "可代表的党组织不止一个；请用 --rater 指定：{}" "there are several ballots; choose one by --rater: {}";
    NoNotes "没有可供阅读的文字：尚未揭示、参评不足，或无人留言" "nothing to read: still sealed, withheld, or nobody wrote";
    AppraisedLine "{}：参评 {}，均分 {}，得分 {}" "{}: participation {}, mean {}, score {}";
    NotAppraised "{} 在此区间无人评议；应为有网格党组织打过交道的单位或其责任人" "nobody was to rate {} in this window; accepted: units that a grid party organisation met, and who led them";
    RoundMark "{}（依据事件 {}）" "{} (event {})";
    // Exports.
    HAt "时间" "at";
    HBy "导出人" "by";
    HQuestion "问题" "question";
    HFilter "条件" "filter";
    HRowCount "行数" "rows";
    HFile "文件" "file";
    HChecksum "SHA-256 校验值" "SHA-256";
    ExportForm "`{}` 的格式不能导出；文件名应以 .xlsx 或 .csv 结尾" "`{}` is of no form that is written here; accepted: a name that ends in .xlsx or .csv";
    ExportThere "{} 已存在，未作任何更改；请换一个文件名，或用 --force 覆盖" "{} is there, and nothing was changed; choose another name, or --force to replace it";
    ExportDone "已导出 {}：{} 行；已记入日志，位置 {}" "exported {}: {} rows; on record at position {}";
    ConformanceTotal "共 {} 件案件，{} 件完全符合流程；{}/{} 步符合，拟合度 {}" "{} cases, {} fit wholly; {} of {} steps fit, fitness {}";
    ConformanceImported "另有导入案件 {} 件，按来源自身规则办理，不在评判之列" "{} imported cases went by rules of their source and are not judged";
    ConformanceFound "发现 {} 处偏离、{} 项提示" "found {} deviations, {} flags";
    FitCases "完全符合" "fit";
    Steps "步数" "steps";
    FittingSteps "符合步数" "fitting";
    Fitness "拟合度" "fitness";
    Deviations "偏离流程 {} 处，列出 {} 处：" "{} deviations, {} listed:";
    Flags "{}：{} 项，列出 {} 项" "{}: {}, {} listed";
    Unit "单位" "unit";
    Class "类别" "class";
    Case "案件" "case";
    Event "事件" "event";
    At "时间" "at";
    Policy "规则版本" "policy";
    Deviation "偏离" "deviation";
    From "起始" "from";
    Person "人员" "person";
    Figures "数字" "figures";
    CaseArchived "案件 {} 已归档到 {}；SHA-256 {}" "case {} is archived in {}; SHA-256 {}";
    SegmentWritten "已写入 {}；SHA-256 {}" "written to {}; SHA-256 {}";
    SegmentSound "{}：租户 {}，位置 {} 至 {}，完好；链值 {}" "{}: tenant {}, positions {} to {}, sound; chain {}";
    OnlyOld "{}，只在原规则下：{}" "{}, only as it was: {}";
    OnlyNew "{}，只在新规则下：{}" "{}, only under the other law: {}";
    SegmentSealed "{}：检查点覆盖至位置 {}" "{}: a checkpoint covers it up to position {}";
    SegmentNotCovered "{}：所给检查点都未覆盖；重算过的文件也会通过" "{}: no checkpoint that was given covers it; with everything computed anew it would pass too";
    SegmentsReplayed "已重放到 {}：租户 {}，{} 个事件，链值 {}" "replayed into {}: tenant {}, {} events, chain {}";
    LogAsXes "已写入 {}：{} 件案件，{} 个事件；SHA-256 {}" "written to {}: {} cases, {} events; SHA-256 {}";
    LogAsOcel "已写入 {}：{} 件案件，{} 个事件，{} 个对象；SHA-256 {}" "written to {}: {} cases, {} events, {} objects; SHA-256 {}";
    KeyRenamed "属性名 `{}` 不是 XML 名称，写作 `{}`" "the key `{}` is no XML name and stands as `{}`";
    WithoutCase "未计入：{} 个事件不属于任何案件" "left out: {} events of no case";
    WithoutActivity "未计入：{} 个事件没有活动名称" "left out: {} events without an activity";
    WithoutTime "未计入：{} 个事件没有可读的时间" "left out: {} events without a time that can be read";
    Nested "未带出：{} 个嵌套属性" "left out: {} attributes within attributes";
    MiningCases "案件" "cases";
    MiningEvents "事件" "events";
    Activities "活动" "activities";
    Resources "人员（资源）" "resources";
    Variants "路径变体" "variants";
    Pairs "直接相继对" "directly-follows pairs";
    FirstEvent "最早事件" "first event";
    LastEvent "最晚事件" "last event";
    MedianHours "案件历时中位数（小时）" "median hours of a case";
    P90Hours "案件历时 90% 分位（小时）" "90th percentile";
    FirstActivity "活动" "activity";
    NextActivity "随后" "next";
    Times "次数" "times";
    XlsxFull "一张表至多 {} 行；请缩小范围，或导出为 .csv" "a sheet holds {} rows at most; ask for less, or export as .csv";
    RoundTooFew "参评 {}/{}，不足，不公布" "{} of {} took part: too few, withheld";
    // Mutual evaluation.
    AppealFiled "申诉已提出，位置 {}" "the appeal is filed, position {}";
    AppealDecided "申诉已裁定，位置 {}" "the appeal is decided, position {}";
    AppealLine "对{}一方评价表的申诉（{}）：{}；{}" "appeal against the form of the side {} ({}): {}; {}";
    AppealWaits "待裁定" "waits for its decision";
    AppealUpheld "成立，该表不计分" "upheld, the form counts in no figure";
    AppealDismissed "不成立" "dismissed";
    FactsLine "已知事实：{}" "known facts: {}";
    FactDuty "{} 用时 {}/{}（{}）" "{} {} of {} ({})";
    FactInTime "按时" "in time";
    FactLate "超时" "late";
    FactByTheClock "到时自动签收" "acknowledged by the clock";
    FactWaived "免除报到" "report-in waived";
    FactCarded "亮牌于 {}" "carded at {}";
    FlagLine "提示 {}：{} 评 {}，{} 份：{}" "look at {}: {} about {}, evaluations {}: {}";
    StruckLine "以上不含作废、并案案件的互评 {} 件：{}" "not counted above: {} evaluations of voided or merged cases: {}";
    MutualLine "{}：得分 {}，原始均分 {}，计入 {} 份，参评率 {}" "{}: score {}, plain mean {}, forms {}, participation {}";
    CountsExcluded "申诉成立，不计" "no, appeal upheld";
    CountsTrimmed "截尾，不计" "no, trimmed";
    CountsAppealed "是（申诉中）" "yes, appealed";
    CountsCapped "是（已限权）" "yes, capped";
    HContacted "联系" "contacted";
    HExtensions "延期" "extensions";
    HFacts "已知事实" "known facts";
    HItem "评价项" "item";
    HFactor "权重" "weight";
    HUnitKind "单位类别" "kind";
    HRatedBy "评价方" "rated by";
    HRater "评价单位" "rater";
    HForms "份数" "forms";
    HFormsBack "反向份数" "forms back";
    HRaters "评价单位数" "raters";
    HPlainMean "原始均分" "plain mean";
    HFairScore "得分" "score";
    HTrimmed "截尾" "trimmed";
    HExcluded "剔除" "excluded";
    HParticipation "参评率" "participation";
    HFlags "提示" "flags";
    HEvaluation "互评" "evaluation";
    HEvaluations "互评数" "evaluations";
    HOfDepartment "对部门均分" "of department";
    HOfArea "对街道社区均分" "of area";
    HLevelled "校正后" "levelled";
    HCounts "计入" "counts";
    HIfAbsent "若无此表" "if absent";
    // Audit: what was known when.
    AuditNoEngine "审计不经引擎，不能回答此问；请改用不带 audit 的同名命令" "the auditor works without the engine and cannot answer this; use the same command without `audit`";
    KnownLine "截至 {} 的情况，按日志至位置 {} 所知（{}）" "as of {}, as known up to position {} of the log ({})";
    TStory "经过" "what happened";
    TMightThen "{}，当时可办" "{}, allowed then";
    HRecordedAt "记入日志" "recorded";
    HKnownMark "所知" "known";
    LearntLater "事后得知" "learnt later";
    NotKnownThen "当时不知" "not known then";
    PointsDiffer "两点应同为时间或同为位置，例如 2026-03-01 2026-04-01，或 100 200" "both points are instants or both are positions, e.g. 2026-03-01 2026-04-01, or 100 200";
    DiffLine "自 {}（位置 {}）至 {}（位置 {}）" "from {} (position {}) to {} (position {})";
    DiffNone "案件没有变化" "no case has changed";
    TLaw "规则、日历、清单与登记" "the law: policies, calendars, catalogue, registry";
    TChanges "案件" "cases";
    LawMore "另有 {} 项未列出" "{} more are not listed";
    HFirst "前一点" "first";
    HSecond "后一点" "second";
    HBehind "由何事" "by what";
    ByTime "（时间推移）" "(time alone)";
    HTable "表" "table";
    CertificateSame "证书相符：至位置 {}，链值 {}" "the certificate holds: up to position {}, chain {}";
    CertificateDiffers "证书不符，共 {} 处：" "the certificate does not hold; {} difference(s):";
    ViewsSame "视图与日志逐行相同：至位置 {}，日志至 {}" "the views are what the log says, row by row: up to position {}, the log ends at {}";
    ViewsDiffer "视图有 {} 行与日志不同（至位置 {}）；可执行 gridwhistle rebuild 重建：" "{} row(s) of the views are not what the log says (up to position {}); `gridwhistle rebuild` builds them anew:";
    ViewsEmpty "视图尚未填充，无从比对；任何查询都会填充它" "the views are not filled yet, so there is nothing to compare; any question fills them";
    ViewsOtherRules "视图由其他版本的规则生成，无从比对；请先执行 gridwhistle rebuild" "the views were made by other rules and cannot be compared; first run `gridwhistle rebuild`";
    ViewsOtherLog "视图不属于此日志；请执行 gridwhistle rebuild" "the views are not of this log; run `gridwhistle rebuild`";
}

/// The words in the language of this process, filled in.
pub(crate) fn told(word: Word, parts: &[&dyn std::fmt::Display]) -> String {
    fill(word.get(language()), parts)
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
            let marks_alone = !zh.chars().any(char::is_alphabetic);
            assert!(
                marks_alone || !zh.is_ascii(),
                "{word:?} is not Chinese: {zh}"
            );
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
