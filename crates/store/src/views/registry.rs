//! Which definitions a store was given, by tenant and view.
//!
//! Kept apart from the rows: a definition is this process's, the rows may be another's.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::schema::Schema;
use super::{Stretch, View, ViewError};

/// The definitions opened so far.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    known: RwLock<BTreeMap<String, BTreeMap<String, Arc<Schema>>>>,
}

impl Registry {
    /// Checks tenant and definition, without making it the one in force.
    pub(crate) fn check(&self, tenant: &str, view: &View) -> Result<Arc<Schema>, ViewError> {
        if tenant.is_empty() || tenant.contains('\0') {
            return Err(ViewError::BadTenant {
                tenant: tenant.escape_debug().to_string(),
            });
        }
        Ok(Arc::new(Schema::of(view)?))
    }

    /// Makes a definition the one in force.
    pub(crate) fn insert(&self, tenant: &str, schema: Arc<Schema>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let views = known.entry(tenant.to_owned()).or_default();
        views.insert(schema.view.name.to_owned(), schema);
    }

    /// The definition in force.
    pub(crate) fn get(&self, tenant: &str, view: &str) -> Result<Arc<Schema>, ViewError> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known
            .get(tenant)
            .and_then(|views| views.get(view))
            .cloned()
            .ok_or_else(|| ViewError::NotOpen {
                tenant: tenant.to_owned(),
                view: view.to_owned(),
            })
    }
}

/// Whether tables built under one version and shape serve a definition's questions.
pub(crate) fn readable(schema: &Schema, version: u32, fingerprint: &str) -> Result<(), ViewError> {
    if schema.fingerprint == fingerprint {
        return Ok(());
    }
    Err(needs_rebuild(schema, version))
}

/// Whether they take its rows: the rules that fill them must be the same, too.
pub(crate) fn writable(schema: &Schema, version: u32, fingerprint: &str) -> Result<(), ViewError> {
    if schema.fingerprint == fingerprint && schema.view.version == version {
        return Ok(());
    }
    Err(needs_rebuild(schema, version))
}

fn needs_rebuild(schema: &Schema, built: u32) -> ViewError {
    let view = schema.view.name.to_owned();
    ViewError::NeedsRebuild {
        view,
        built,
        wanted: schema.view.version,
    }
}

/// Checks the stretch of one batch.
pub(crate) fn forward(stretch: Stretch) -> Result<(), ViewError> {
    let Stretch { from, to, .. } = stretch;
    if from < to && to <= i64::MAX.unsigned_abs() {
        return Ok(());
    }
    Err(ViewError::NotForward { from, to })
}
