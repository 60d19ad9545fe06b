//! Examples of embedding Gridwhistle; each is an `--example` of this crate, and each is run here.

#[cfg(test)]
#[path = "../embed.rs"]
mod embed;

#[cfg(test)]
mod tests {
    #[test]
    fn the_embedding_of_the_readme_runs() {
        super::embed::main().expect("the example runs on a memory store");
    }
}
