//! What the engine tells, as people read it: in Chinese it sets a code in brackets beside each word, for
//! whoever scripts; a page has room for the word alone.

use crate::reader::Reader;
use gridwhistle_domain::text::Language;

/// The words without the codes that stand beside them.
pub(crate) fn plain(reader: &Reader, told: &str) -> String {
    match reader.language {
        Language::ZhCn => without_codes(told),
        Language::En => told.to_owned(),
    }
}

fn without_codes(told: &str) -> String {
    let mut parts = told.split('（');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match after_code(part).filter(|_| ends_in_words(&out)) {
            Some(after) => out += after,
            None => {
                out.push('（');
                out += part;
            }
        }
    }
    out
}

/// What follows a code that fills a bracket.
fn after_code(text: &str) -> Option<&str> {
    let (code, after) = text.split_once('）')?;
    let of_code =
        |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || "_-".contains(one);
    let whole = code.starts_with(|one: char| one.is_ascii_lowercase()) && code.chars().all(of_code);
    whole.then_some(after)
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
                "没有待决定的申请；应先：提请作废（propose-void）",
                "没有待决定的申请；应先：提请作废",
            ),
            ("没有第 1 号（score list）", "没有第 1 号（score list）"),
            ("人员 P-0012 未在岗（2 人）", "人员 P-0012 未在岗（2 人）"),
        ] {
            assert_eq!(without_codes(told), shown);
        }
    }
}
