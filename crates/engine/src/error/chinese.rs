//! The Chinese words of failures that no rule speaks of: what happened, and the way out. What a
//! technician wants beside them is [`EngineError::detail`].

use super::EngineError;
use crate::keyring::KeyringError;
use gridwhistle_domain::actor::Role;
use gridwhistle_projections::ProjectionError;
use gridwhistle_projections::questions::QuestionError;
use gridwhistle_store::views::ViewError;
use gridwhistle_store::{AppendError, CopyError, StoreError};

/// What happened and what to do.
pub(super) fn words(error: &EngineError) -> String {
    use EngineError as E;
    match error {
        // Rules speak for themselves.
        E::Refused(_) | E::Registry(_) | E::Catalogue(_) | E::Policy(_) => String::new(),
        E::Calendar(_) | E::Evaluation(_) | E::Appraisal(_) | E::Scores(_) => String::new(),
        E::Key(_) => String::new(),
        E::NoAppraisal => {
            "现行规则没有评议；请发布含 `[appraisal]` 表的规则，样式见 `gridwhistle policy show --built-in`"
                .to_owned()
        }
        E::NoScoreRun { number } => {
            format!("没有第 {number} 号得分发布；应为得分发布清单（score list）中的编号")
        }
        E::NoSubscriber { id } => format!("没有订阅方 {id}；应为订阅列表所列的编号"),
        E::NoEvaluation { case } => format!(
            "案件 {case} 没有此项互评；须互评类别的案件销号后才开启互评，请用 evaluation_pairs 查询"
        ),
        E::NotAuthorised { given, accepted } => {
            let label = Role::from_code(accepted).map_or_else(String::new, |role| role.label().zh);
            format!("{given} 无权执行此操作；可由在任的{label}（{accepted}）执行")
        }
        E::Input(lines) => format!("输入有误，未写入任何数据；请更正后重试：{}", lines.join(";")),
        E::Append(error) => append(error),
        E::Store(error) => store(error),
        E::View(error) => view(error),
        E::Question(error) => question(error),
        E::Projection(error) => projection(error),
        E::Unreadable { position, .. } => {
            format!("日志第 {position} 号事件的格式不被本程序识别；请使用写入它的程序版本或更新版本")
        }
        E::NotYet { reached, wanted } => {
            format!("视图已更新到第 {reached} 号事件，尚未到第 {wanted} 号；命令已保存，请稍后再查")
        }
        E::Json(_) => "数据无法写成或读作 JSON，未写入任何数据；属程序错误，请报告".to_owned(),
        E::Copy(error) => copy(error),
        E::Keys(error) => keys(error),
    }
}

fn copy(error: &CopyError) -> String {
    match error {
        CopyError::Store(error) => store(error),
        CopyError::Another { tenant, position } => format!(
            "目标存储中租户 {tenant} 的日志与源不同（第 {position} 号事件处不符），未作改动；请另选目标"
        ),
        CopyError::Damaged { which, fault } => {
            let which = if *which == "source" { "源" } else { "目标" };
            format!(
                "{which}日志第 {} 号事件处已损坏，不能证明两者相同；请执行 verify 并从备份恢复",
                fault.position
            )
        }
        CopyError::NotEqual { tenant, position } => format!(
            "租户 {tenant} 的副本在第 {position} 号事件处与源不同；请停止写入目标存储后重新复制"
        ),
        _ => "日志未能复制；已复制的部分保留，可再次执行".to_owned(),
    }
}

fn append(error: &AppendError) -> String {
    match error {
        AppendError::Conflict { expected, actual } => {
            format!(
                "案件已被他人更新：现为第 {actual} 版，而非第 {expected} 版；请重新读取后再决定"
            )
        }
        AppendError::Behind { knows, others } => {
            format!(
                "其他程序已写入至第 {others} 号事件，而本决定只依据第 {knows} 号之前的内容；未写入，请重新读取后再决定"
            )
        }
        AppendError::CommandReused { command_id } => {
            format!("幂等键 {command_id} 已用于另一请求；新请求请换用新键")
        }
        AppendError::Overloaded { .. } => "系统繁忙，命令未写入；请稍后用同一幂等键重试".to_owned(),
        AppendError::Invalid { field, .. } => {
            format!("写入日志的字段 `{field}` 不合规则，未写入任何数据；属调用方程序错误，请报告")
        }
        AppendError::Storage(error) => store(error),
        _ => "日志未接受该命令，未写入任何数据；请用同一幂等键重试".to_owned(),
    }
}

fn store(error: &StoreError) -> String {
    match error {
        StoreError::ReadOnly { .. } => {
            "日志文件、其目录或本次打开方式只读；请授予写权限，或只查询".to_owned()
        }
        StoreError::DiskFull => {
            "磁盘或文件配额已满，本批命令均未写入；请腾出空间或提高配额，再用同一幂等键重试".to_owned()
        }
        StoreError::Locked { .. } => {
            "日志正由另一进程写入；请停止该进程、向它提交命令，或以只读方式打开".to_owned()
        }
        StoreError::NewerSchema { found, supported } => format!(
            "日志为第 {found} 版格式，本程序只识别到第 {supported} 版；请使用新版程序，文件未改动"
        ),
        StoreError::OlderSchema { found: 0, .. } => {
            "该数据库中还没有网格哨日志；请先执行 `gridwhistle migrate`".to_owned()
        }
        StoreError::OlderSchema { found, wanted, .. } => format!(
            "数据库为第 {found} 版格式，本程序需要第 {wanted} 版；请先执行 `gridwhistle migrate`"
        ),
        StoreError::Unavailable { .. } => {
            "数据库暂时没有应答（重启、切换、繁忙或无法连接）；请稍后用同一幂等键重试，命令是否已写入以重试结果为准"
                .to_owned()
        }
        StoreError::NotNext { position, .. } => format!(
            "第 {position} 号事件不能接在此日志之后，未写入任何数据；请确认两份日志属于同一租户且无人正在写入"
        ),
        StoreError::Corrupt { position, .. } => {
            let place = position.map_or(String::new(), |at| format!("（第 {at} 号事件）"));
            format!("日志已损坏{place}；请保留文件副本，执行 verify，并从备份恢复")
        }
        StoreError::NotACluster { .. } => {
            "该存储不是 Citus 协调节点：数据库中没有 citus 扩展，未作改动；请在每个节点执行 \
             `create extension citus`，并用 `select citus_add_node('主机', 端口)` 加入各工作节点，再重新执行；\
             单台服务器无需分布"
                .to_owned()
        }
        StoreError::NotADatabase { .. } => "该文件不是网格哨日志；请检查路径，文件未改动".to_owned(),
        StoreError::Io { .. } => {
            "读写日志文件失败；请检查目录是否存在、磁盘与权限是否正常，再用同一幂等键重试".to_owned()
        }
        StoreError::Closed => "日志已关闭；请重新打开".to_owned(),
        StoreError::Invalid { .. } => {
            "日志地址或参数不合规则；地址应为 `sqlite://路径` 或 `postgres://用户:口令@主机:端口/数据库`,\
             测试可用 `memory:`"
                .to_owned()
        }
        _ => "日志读写失败；请用同一幂等键重试".to_owned(),
    }
}

fn question(error: &QuestionError) -> String {
    match error {
        QuestionError::Views(error) => view(error),
        QuestionError::Log(error) => store(error),
        QuestionError::Misfit(_) => {
            "视图与本程序的版本不符；请执行 gridwhistle rebuild，命令不受影响".to_owned()
        }
        QuestionError::Unreadable(event) => format!(
            "日志第 {} 号事件的格式不被本程序识别；请使用写入它的程序版本或更新版本",
            event.position
        ),
        _ => "查询失败，命令不受影响；请重试".to_owned(),
    }
}

fn projection(error: &ProjectionError) -> String {
    match error {
        ProjectionError::Log { source, .. } => store(source),
        ProjectionError::Views { source, .. } => view(source),
        ProjectionError::Stopped { source, .. } => format!(
            "视图停在日志第 {} 号事件之前：其格式不被本程序识别；命令不受影响，请使用新版程序",
            source.position
        ),
        ProjectionError::Interrupted { .. } => {
            "程序正在停止，视图更新中断；重新启动即可".to_owned()
        }
        _ => "视图未能更新，命令不受影响；请执行 gridwhistle rebuild".to_owned(),
    }
}

fn view(error: &ViewError) -> String {
    match error {
        ViewError::CursorUnreadable | ViewError::CursorOfOtherQuery => {
            "翻页标记无效或属于另一查询；请从第一页重新查询".to_owned()
        }
        ViewError::OutOfBounds {
            min, max, found, ..
        } => format!("每页条数应为 {min} 至 {max}，而非 {found}"),
        ViewError::NotVersioned { .. } => "该表不保留历史；请不带时点查询".to_owned(),
        ViewError::UnknownColumn { column, .. } => format!("没有名为 `{column}` 的列；请更正"),
        ViewError::WrongKind { column, .. } => format!("列 `{column}` 的取值类型不符；请更正"),
        ViewError::DiskFull { .. } => {
            "磁盘已满，视图未能更新，命令不受影响；请腾出空间后重试".to_owned()
        }
        ViewError::Busy { .. } => "视图文件正由另一进程写入；请重试".to_owned(),
        ViewError::Damaged { .. } => {
            "视图文件已损坏；它只是缓存：请停止程序，删除该文件及其 -wal、-shm，将由日志重建"
                .to_owned()
        }
        ViewError::NewerFile { .. } => {
            "视图文件由新版程序创建；请使用新版程序，或删除该文件，将由日志重建".to_owned()
        }
        ViewError::NotAViewsFile { .. } => {
            "视图文件的位置上是另一程序的数据库；请移走它，视图将由日志重建".to_owned()
        }
        ViewError::Missing { .. } | ViewError::NotBuilt { .. } => {
            "视图尚未建立；请先由可写的进程打开一次".to_owned()
        }
        ViewError::NeedsRebuild { .. } => {
            "视图由另一版本建立；请执行 gridwhistle rebuild".to_owned()
        }
        ViewError::ReadOnly => "视图只读；请由可写的进程更新".to_owned(),
        ViewError::BadUrl { .. } => {
            "视图地址不合规则；应为 `sqlite://路径` 或 `postgres://用户:口令@主机:端口/数据库`,\
             测试可用 `memory:`"
                .to_owned()
        }
        ViewError::Unavailable { .. } => {
            "数据库暂时没有应答（重启、切换、繁忙或无法连接），命令不受影响；请稍后再查".to_owned()
        }
        ViewError::OlderSchema { .. } => {
            "数据库尚未备好视图；请先执行 `gridwhistle migrate`".to_owned()
        }
        ViewError::NewerSchema { found, supported } => format!(
            "数据库为第 {found} 版格式，本程序只识别到第 {supported} 版；请使用新版程序，数据库未改动"
        ),
        ViewError::DamagedTables { .. } => {
            "数据库中的视图表已损坏；它只是缓存：请执行 `gridwhistle rebuild`，将由日志重建"
                .to_owned()
        }
        ViewError::BadTenant { .. } => "租户名不合规则；应为不含 U+0000 的非空文字".to_owned(),
        _ => "视图读写失败，命令不受影响；请执行 gridwhistle rebuild".to_owned(),
    }
}

fn keys(error: &KeyringError) -> String {
    match error {
        KeyringError::Erased(subject) => {
            format!("当事人 {subject} 没有密钥：个人信息已删除，任何人都无法再读取")
        }
        KeyringError::Lost(subject) => format!(
            "当事人 {subject} 的密钥缺失，而日志中没有删除记录；请把本库的密钥文件从备份放回数据库旁"
        ),
        KeyringError::Missing { path } => format!(
            "日志中有密封的个人信息，而密钥文件 {path} 不见了，未密封任何信息；请从备份放回。确无备份时，可新建同名空文件，但此前的个人信息从此无人可读"
        ),
        KeyringError::NotNamed => "数据库旁没有存放密钥的位置；请用 `--keys 文件` 或 \
             `GRIDWHISTLE_KEYS` 指明密钥文件，同一数据库的各进程须用同一文件"
            .to_owned(),
        KeyringError::UnknownAlgorithm(name) => {
            format!("个人信息以本程序不识别的算法 `{name}` 密封；请使用密封它的程序版本")
        }
        KeyringError::Altered(subject) => format!(
            "当事人 {subject} 的密封字段无法打开：已被改动，或密钥属于另一库；请执行 verify 核对日志"
        ),
        KeyringError::File { path, .. } => format!(
            "密钥文件 {path} 无法读写或已损坏，未密封也未删除任何信息；请检查磁盘与权限，或从备份恢复"
        ),
        KeyringError::Randomness(_) => "系统未能提供随机数，未生成密钥；请重试".to_owned(),
    }
}
