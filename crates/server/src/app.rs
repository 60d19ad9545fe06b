//! What every handler has in hand.

use crate::identity::Identity;
use crate::operation::Meter;
use crate::overload::Room;
use crate::seal::Seal;
use crate::settings::Settings;
use gridwhistle::Engine;
use std::sync::Arc;

/// The service: one engine of one tenant, and what stands around it.
pub(crate) struct App {
    pub(crate) engine: Engine,
    pub(crate) identity: Identity,
    pub(crate) settings: Settings,
    pub(crate) room: Room,
    pub(crate) feed: crate::feed::Hub,
    pub(crate) files: crate::evidence::Files,
    pub(crate) meter: Meter,
    pub(crate) seal: Arc<Option<Seal>>,
}

/// As axum hands it to handlers.
pub(crate) type Shared = Arc<App>;
