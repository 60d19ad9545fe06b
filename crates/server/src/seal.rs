//! Sealing the log while it is served, and proofs for whoever asks: the transparency log's tree
//! ([guide](../../../docs/auditing/transparency.md)).

use crate::app::App;
use crate::problem::{Issue, Trouble};
use crate::settings::SealSettings;
use gridwhistle::Engine;
use gridwhistle_audit::Source;
use gridwhistle_audit::tree::{EventName, EventProof, Sealed, Sealer, SigningKey, Tree};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// A tree that this service seals.
pub(crate) struct Seal {
    tree: Tree,
    key: PathBuf,
    /// The public key, in the text form of C2SP.
    public: String,
    pause: Duration,
}

impl Seal {
    /// By the settings.
    ///
    /// # Errors
    /// What is wrong with the key, in words for the operator.
    pub(crate) fn read(settings: &SealSettings, tenant: &str) -> Result<Self, String> {
        let public = signing(&settings.key)?.verifier().to_string();
        Ok(Self {
            public,
            tree: Tree::at(&settings.folder, tenant),
            key: settings.key.clone(),
            pause: Duration::from_secs(settings.seconds),
        })
    }

    /// The tree.
    pub(crate) const fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The public key of the log.
    pub(crate) fn key(&self) -> &str {
        &self.public
    }

    /// Seals what comes, until the order to stop. A log that is no longer what was sealed is never
    /// sealed over: it is told of, again and again, until somebody looks.
    pub(crate) async fn keep(&self, engine: Engine, mut stopped: watch::Receiver<bool>) {
        loop {
            if let Err(problem) = self.follow(&engine, &stopped).await {
                tracing::error!(problem, "the log is not sealed");
            }
            tokio::select! {
                _ = stopped.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(self.pause) => {}
            }
        }
    }

    async fn follow(&self, engine: &Engine, stopped: &watch::Receiver<bool>) -> Result<(), String> {
        let told = |problem: gridwhistle_audit::Problem| problem.to_string();
        let source = Source::of(Arc::clone(engine.log()), engine.tenant()).await;
        let source = source.map_err(told)?;
        let sealer = Sealer::open(&source, &self.tree, signing(&self.key)?).await;
        let mut sealer = sealer.map_err(told)?;
        let mut stopped = stopped.clone();
        while !*stopped.borrow() {
            sealer.seal().await.map_err(told)?;
            tokio::select! {
                _ = stopped.wait_for(|stop| *stop) => {}
                () = tokio::time::sleep(self.pause) => {}
            }
        }
        Ok(())
    }
}

/// The key of a file; it is read anew whenever sealing begins, and not kept.
fn signing(path: &Path) -> Result<SigningKey, String> {
    let named = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{named}: {error}"))?;
    SigningKey::read(&text).map_err(|error| format!("{named}: {error}"))
}

impl App {
    /// The tree, where this service seals one.
    pub(crate) fn tree(&self) -> Result<&Tree, Issue> {
        let seal = self.seal.as_ref().as_ref();
        seal.map(Seal::tree)
            .ok_or_else(|| Issue::not_found("[server.seal]"))
    }

    /// The newest checkpoint; none: this service seals nothing, or nothing yet.
    pub(crate) fn sealed(&self) -> Result<Option<Sealed>, Trouble> {
        let seal = self.seal.as_ref().as_ref();
        let newest = seal.map(|seal| seal.tree.checkpoint()).transpose();
        Ok(newest.map_err(gridwhistle_audit::Problem::from)?.flatten())
    }

    /// The proof that an event is in the log: a position, or `CASE/NUMBER`.
    pub(crate) async fn proof(&self, name: &str) -> Result<Vec<u8>, Trouble> {
        let tree = self.tree()?;
        let name = EventName::read(name).map_err(gridwhistle_audit::Problem::from)?;
        let source = self.source().await?;
        let event = name.find(&source).await?;
        let sealed = tree.newest().map_err(gridwhistle_audit::Problem::from)?;
        let proof = EventProof::make(tree, sealed, &event);
        let bytes = proof.and_then(|proof| proof.bytes());
        Ok(bytes.map_err(gridwhistle_audit::Problem::from)?)
    }
}
