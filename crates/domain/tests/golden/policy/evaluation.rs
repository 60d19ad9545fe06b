//! The section on mutual evaluation: both forms, and the numbers by which they are counted.

use super::{both, roles};
use gridwhistle_domain::evaluation::Form;
use gridwhistle_domain::policy::{Policy, words};

pub(super) fn section(policy: &Policy) -> String {
    let rules = &policy.evaluation;
    let (scores, flags, appeal) = (&rules.scores, &rules.flags, &rules.appeal);
    let mut page = String::from("\n## Mutual evaluation 双向互评\n");
    page += &form(
        "Street or community about the department 街道(社区)评部门",
        &policy.form.area,
    );
    page += &form(
        "Department about the street or community 部门评街道(社区)",
        &policy.form.department,
    );
    let percents = rules
        .response_speed
        .percents
        .map(|percent| format!("{percent} %"));
    let grounds: Vec<String> = appeal.grounds.values().map(both).collect();
    page + &format!(
        "\n- Response speed 响应速度 5, 4, 3, 2 stars up to 占签收时限 {}; 1 star beyond, or when the clock acknowledged 超期或到时自动签收 1 星.\n\
         - Score 得分: leniency 宽严校正 n / (n + {}); of {} forms and more {} % are cut off at each end 截尾; \
         one rater weighs at most 单一评价方至多占 {} %; {} forms like the peers' are added 向同类均值收缩.\n\
         - Participation 参评率: below 低于 {} % the weight falls in proportion 权重按比例降低.\n\
         - Flags 提示: all 全部 ≥ {} with {} forms each way 双向各 {} 份; below 低于 {} within {} h 小时 of a low form or a card 低分或亮牌之后; \
         {} alike in a row 连续 {} 份雷同; last {} minutes 最后 {} 分钟.\n\
         - Appeal 申诉: {} from the reveal 自揭晓起; decided by a third unit's 由第三方单位裁定: {}; grounds 理由: {}.\n",
        percents.join(", "),
        scores.leniency,
        scores.trim_from,
        scores.trim_percent,
        scores.pair_percent,
        scores.shrink,
        rules.participation_percent,
        flags.collusion_points,
        flags.collusion_forms,
        flags.collusion_forms,
        flags.low_points,
        flags.retaliation_hours,
        flags.same_answers,
        flags.same_answers,
        flags.last_minutes,
        flags.last_minutes,
        both(&words::limit(appeal.window)),
        roles(&appeal.deciders),
        grounds.join(", "),
    )
}

pub(super) fn form(title: &str, form: &Form) -> String {
    let mut page = format!(
        "\n{title}, `{}`:\n\n| Item 评价项 | Weight 权重 | |\n|---|---|---|\n",
        form.version
    );
    for item in &form.items {
        let how = if item.computed {
            "computed 系统计算"
        } else {
            ""
        };
        page += &format!(
            "| `{}` {} | {} | {how} |\n",
            item.code,
            both(&item.name),
            item.weight
        );
    }
    let reasons = form.reasons.iter();
    let reasons: Vec<String> = reasons
        .map(|(code, text)| format!("`{code}` {}", both(text)))
        .collect();
    page + &format!(
        "\nReasons at two stars and below 二星及以下须选理由: {}.\n",
        reasons.join(", ")
    )
}
