//! What a city scores its units by: residents' opinions, appraisal, the composite and its ranks.

use super::{Policy, both, evaluation, words};
use gridwhistle_domain::score::composite::{Part, ScoreRules};

/// Residents' opinions: who is called back, and the weights of the three rates.
pub(super) fn opinions(policy: &Policy) -> String {
    let rules = &policy.satisfaction;
    format!(
        "\n## Residents' opinions 居民评价\n\n\
         - Called back, of a hundred closed cases, by a hash 按哈希抽取回访: {} %\n\
         - Weights of the three rates 三率权重: 响应率 responded {}, 解决率 solved {}, \
         满意率 satisfied {}\n",
        rules.callback_percent, rules.response_weight, rules.solved_weight, rules.satisfied_weight,
    )
}

/// What grid party organisations are asked each quarter.
pub(super) fn appraisal(policy: &Policy) -> String {
    let Some(rules) = &policy.appraisal else {
        return String::new();
    };
    let form = evaluation::form(
        "Quarterly appraisal by grid party organisations 网格党组织季度评议",
        &rules.form,
    );
    format!(
        "\n## Appraisal 评议\n{form}\n\
         - Window 时段: {}; opened from 揭晓条件: {} forms on 份起; {} forms like the peers' are added \
         向同类均值收缩\n",
        both(&words::limit(rules.window)),
        rules.raters_min,
        rules.shrink,
    )
}

/// The components of a hundred points with their parts, and what cards take.
pub(super) fn composite(policy: &Policy) -> String {
    let rules: ScoreRules = policy.score_rules();
    let mut page = String::from(
        "\n## Scores and ranks 综合得分与排名\n\n\
         | Component 构成 | Points 满分 | Parts and their shares 指标及占比 |\n|---|---|---|\n",
    );
    for (component, row) in &rules.component {
        let part =
            |(part, share): (&Part, &u32)| format!("`{part}` {} {share}", both(&part.label()));
        let parts: Vec<String> = row.parts.iter().map(part).collect();
        page += &format!(
            "| `{component}` {} | {} | {} |\n",
            both(&component.label()),
            row.weight,
            parts.join(", ")
        );
    }
    let tiers: Vec<String> = rules.tiers.iter().map(u64::to_string).collect();
    let cards = rules.cards;
    page + &format!(
        "\n- Cards 亮牌: yellow 黄牌 −{}, red 红牌 −{} for each 每 {} legs 个承办部分, \
         at most 至多 −{}\n\
         - Small units 小样本: {} legs like the peers' are added to each rate 各率向同类均值收缩; \
         with fewer than 少于 {} legs a unit is shown and not ranked 只展示不排名\n\
         - Tiers of volume 体量分档: from 自 {} legs on\n",
        cards.yellow,
        cards.red,
        cards.legs,
        cards.cap,
        rules.shrink,
        rules.min_legs,
        tiers.join(", "),
    )
}
