//! The running shop: database, clock, settings, caches and the ports that adapters fill.

use std::{
    any::{Any, TypeId, type_name},
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use tokio::sync::{Notify, Semaphore};
use uuid::Uuid;

use super::{Clock, Database, Entropy, Generations, Moment, Reader, Settings};

/// Cheap to clone; everything a flow needs.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    database: Database,
    clock: Clock,
    entropy: Entropy,
    settings: RwLock<Arc<Settings>>,
    generations: Generations,
    bell: Notify,
    changes: Notify,
    ports: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
    last_id: Mutex<(i64, u16)>,
    cpu: Arc<Semaphore>,
}

/// Wires an [`App`]: adapters are plugged in here and nowhere else.
pub struct AppBuilder {
    database: Database,
    clock: Clock,
    entropy: Entropy,
    settings: Settings,
    ports: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
    cpu_permits: usize,
}

impl App {
    pub fn builder(database: Database) -> AppBuilder {
        AppBuilder {
            database,
            clock: Clock::system(),
            entropy: Entropy::Os,
            settings: Settings::defaults(),
            ports: HashMap::new(),
            cpu_permits: 2,
        }
    }

    pub fn reader(&self) -> &Reader {
        self.0.database.reader()
    }
    pub fn database(&self) -> &Database {
        &self.0.database
    }
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }
    pub fn now(&self) -> Moment {
        self.0.clock.now()
    }
    pub fn entropy(&self) -> &Entropy {
        &self.0.entropy
    }
    pub fn generations(&self) -> &Generations {
        &self.0.generations
    }
    /// Rings when a commit left something for the worker.
    pub fn worker_bell(&self) -> &Notify {
        &self.0.bell
    }
    /// Rings when a commit changed what is shown: the search follower listens.
    pub fn change_bell(&self) -> &Notify {
        &self.0.changes
    }
    /// Held by work that burns a core (pictures, password hashes), off the async threads.
    pub fn cpu(&self) -> &Arc<Semaphore> {
        &self.0.cpu
    }
    pub fn settings(&self) -> Arc<Settings> {
        self.0.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// Puts changed settings into force in this process.
    pub fn replace_settings(&self, settings: Settings) {
        *self.0.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }

    /// The adapter plugged into a port.
    ///
    /// # Panics
    /// When nothing was plugged in: a mistake in the wiring, found by the first test that runs.
    pub fn port<P: ?Sized + Send + Sync + 'static>(&self) -> &Arc<P> {
        self.try_port().unwrap_or_else(|| panic!("no adapter for the port {}", type_name::<P>()))
    }

    /// The adapter plugged into a port that may stay empty.
    pub fn try_port<P: ?Sized + Send + Sync + 'static>(&self) -> Option<&Arc<P>> {
        self.0.ports.get(&TypeId::of::<Arc<P>>())?.downcast_ref()
    }

    /// UUIDv7: milliseconds, then a counter, then randomness, so that ids of one moment keep their order.
    pub(super) fn uuid(&self, at: Moment) -> Uuid {
        let mut bytes = [0_u8; 10];
        self.0.entropy.fill(&mut bytes[2..]);
        let mut last = self.0.last_id.lock().unwrap_or_else(PoisonError::into_inner);
        // Past 4096 ids of one millisecond the stamp runs ahead by one: order is worth more.
        *last = match *last {
            (ms, 0x0FFF) if ms >= at.0 => (ms + 1, 0),
            (ms, n) if ms >= at.0 && ms - at.0 < 10_000 => (ms, n + 1),
            _ => (at.0, 0),
        };
        let (ms, n) = *last;
        drop(last);
        bytes[..2].copy_from_slice(&n.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(u64::try_from(ms).unwrap_or(0), &bytes).into_uuid()
    }
}

impl AppBuilder {
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }
    pub fn with_entropy(mut self, entropy: Entropy) -> Self {
        self.entropy = entropy;
        self
    }
    pub fn with_settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }
    pub fn with_port<P: ?Sized + Send + Sync + 'static>(mut self, adapter: Arc<P>) -> Self {
        self.ports.insert(TypeId::of::<Arc<P>>(), Box::new(adapter));
        self
    }
    pub fn build(self) -> App {
        App(Arc::new(Inner {
            database: self.database,
            clock: self.clock,
            entropy: self.entropy,
            settings: RwLock::new(Arc::new(self.settings)),
            generations: Generations::default(),
            bell: Notify::new(),
            changes: Notify::new(),
            ports: self.ports,
            last_id: Mutex::new((0, 0)),
            cpu: Arc::new(Semaphore::new(self.cpu_permits)),
        }))
    }
}
