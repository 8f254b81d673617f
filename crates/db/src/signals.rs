//! News that a transaction is durable, for tasks of this process: a job was enqueued, a record changed.
//!
//! A signal carries nothing but its topic. It shortens the wait of somebody who would look anyway;
//! other nodes do not hear it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// One sender per topic that somebody listens to.
#[derive(Clone, Default)]
pub(crate) struct Signals {
    topics: Arc<Mutex<HashMap<&'static str, watch::Sender<u64>>>>,
}

impl Signals {
    pub(crate) fn send(&self, topic: &'static str) {
        if let Some(sender) = self.topics.lock().unwrap_or_else(PoisonError::into_inner).get(topic) {
            sender.send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    pub(crate) fn listen(&self, topic: &'static str) -> Listener {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = topics.entry(topic).or_insert_with(|| watch::Sender::new(0));
        Listener { receiver: sender.subscribe(), _signals: self.clone() }
    }
}

/// Hears the signals of one topic sent since it was made.
pub struct Listener {
    receiver: watch::Receiver<u64>,
    /// Keeps the sender alive, so that waiting never ends by itself.
    _signals: Signals,
}

impl Listener {
    /// Waits for a signal; at once when one came since the last call. Several are heard as one.
    pub async fn heard(&mut self) {
        // The sender lives as long as this listener.
        let _ = self.receiver.changed().await;
    }
}
