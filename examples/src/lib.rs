//! Examples of embedding Gridwhistle; each is an `--example` of this crate with a test that runs it.

#[cfg(test)]
mod tests {
    const EMBED: &str = include_str!("../embed.rs");
    const PAGES: [(&str, &str); 2] = [
        ("README.md", include_str!("../../README.md")),
        ("README.zh-CN.md", include_str!("../../README.zh-CN.md")),
    ];

    /// The program of the example: from its first `use` to the end of `main`.
    fn program() -> &'static str {
        let begin = EMBED.find("\nuse ").expect("a `use`") + 1;
        let end = EMBED.find("\n}\n").expect("the end of `main`") + 3;
        &EMBED[begin..end]
    }

    #[test]
    fn the_readmes_show_the_whole_example_in_25_lines() {
        for (name, page) in PAGES {
            let shown = page.split("```rust\n").nth(1).expect("a Rust block");
            let shown = shown.split("```").next().unwrap_or_default();
            assert_eq!(shown, program(), "{name} shows another program");
        }
        let lines = program().lines().filter(|line| !line.trim().is_empty());
        assert_eq!(lines.count(), 25);
    }
}
