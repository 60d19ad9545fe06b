//! States that are needed again, a bounded number of them: what is not there is read from the log.

use std::collections::HashMap;
use std::hash::Hash;

/// Two generations: what is asked for is young again; when there are too many young ones, the old
/// ones go.
pub(crate) struct Cache<K, V> {
    most: usize,
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Eq + Hash, V> Cache<K, V> {
    /// Keeps at least `most` and at most twice as many.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            young: HashMap::new(),
            old: HashMap::new(),
        }
    }

    /// Takes a state out, to be put back.
    pub(crate) fn take(&mut self, key: &K) -> Option<V> {
        self.young.remove(key).or_else(|| self.old.remove(key))
    }

    /// Puts a state in that is asked for soon.
    pub(crate) fn put(&mut self, key: K, state: V) {
        self.young.insert(key, state);
        if self.young.len() >= self.most {
            self.old = std::mem::take(&mut self.young);
        }
    }
}
