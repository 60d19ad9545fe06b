//! What the engine tells, as people read it: in Chinese it sets a code beside each word for whoever
//! scripts; a page has room for the word alone.

use crate::reader::Reader;
use gridwhistle_domain::actor::Role;
use gridwhistle_domain::case::ladder::LadderRule;
use gridwhistle_domain::text::Language;

/// The words without the codes that stand beside them, roles by name.
pub(crate) fn plain(reader: &Reader, told: &str) -> String {
    match reader.language {
        Language::ZhCn => without_codes(told),
        Language::En => told.to_owned(),
    }
}

fn without_codes(told: &str) -> String {
    let mut out = String::with_capacity(told.len());
    let mut rest = told;
    while let Some(next) = rest.chars().next() {
        let code = rest.split(|one: char| !is_of_code(one)).next();
        let code = code.unwrap_or_default();
        if code.is_empty() {
            let (one, after) = rest.split_at(next.len_utf8());
            match bracketed(after).filter(|_| one == "（" && ends_in_words(&out)) {
                Some(after) => rest = after,
                None => {
                    out.push_str(one);
                    rest = after;
                }
            }
            continue;
        }
        rest = rest.strip_prefix(code).unwrap_or_default();
        if let Some(role) = Role::from_code(code) {
            out += &role.label().zh;
            // Roles in a row are set apart as Chinese words are.
            if let Some(after) = rest.strip_prefix(", ") {
                out.push('、');
                rest = after;
            }
        } else if LadderRule::from_code(code).is_some() && out.ends_with(' ') {
            out.truncate(out.trim_end().len());
        } else {
            out += code;
        }
    }
    out
}

/// What follows a code that fills a bracket.
fn bracketed(text: &str) -> Option<&str> {
    let (code, after) = text.split_once('）')?;
    let all = code.chars().all(|one| is_of_code(one) || one == '-');
    (all && code.starts_with(|one: char| one.is_ascii_lowercase())).then_some(after)
}

const fn is_of_code(one: char) -> bool {
    one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_'
}

fn ends_in_words(told: &str) -> bool {
    told.chars().last().is_some_and(|last| !last.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_beside_their_words_are_left_out() {
        for (told, shown) in [
            (
                "角色 督查员（supervisor）无权执行此操作；应为：派遣员（dispatcher）、街道书记（主任）（street_leader）",
                "角色 督查员无权执行此操作；应为：派遣员、街道书记（主任）",
            ),
            (
                "角色 administrator 无权查看或办理；可为：grid_officer, grid_leader",
                "角色 系统管理员 无权查看或办理；可为：网格员、网格长",
            ),
            (
                "没有待决定的申请；应先：提请作废（propose-void）",
                "没有待决定的申请；应先：提请作废",
            ),
            (
                "出示红牌（用时达时限两倍 overdue_200）",
                "出示红牌（用时达时限两倍）",
            ),
            ("没有第 1 号（score list）", "没有第 1 号（score list）"),
            ("人员 P-0012 未在岗（2 人）", "人员 P-0012 未在岗（2 人）"),
        ] {
            assert_eq!(without_codes(told), shown);
        }
    }
}
