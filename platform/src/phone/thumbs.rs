//! Pictures of goods as phones get them: thumbnails of what tills get, made when somebody asks, the newest kept in memory.

use std::collections::HashMap;

use axum::body::Bytes;
use protocol::chain::Hash;
use tokio::sync::Mutex;

use crate::picture::{THUMB_SIDE_MAX, png_within};
use crate::store::{Store, StoreError};

/// Thumbnails in memory: at most some 40 KB each, so 40 MB.
const KEPT_MAX: usize = 1_000;

/// Thumbnails by the pictures of which they are made.
#[derive(Default)]
pub struct Thumbs(Mutex<HashMap<Hash, Bytes>>);

impl Thumbs {
    /// A picture's thumbnail, a PNG; `None` when there is no such picture.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(&self, store: &dyn Store, sha256: Hash) -> Result<Option<Bytes>, StoreError> {
        if let Some(known) = self.0.lock().await.get(&sha256) {
            return Ok(Some(known.clone()));
        }
        let Some(picture) = store.picture(sha256).await? else { return Ok(None) };
        let made = tokio::task::spawn_blocking(move || png_within(&picture, THUMB_SIDE_MAX)).await;
        let thumb = match made {
            Ok(Ok(thumb)) => Bytes::from(thumb),
            // What is kept was made here and can be read; a damaged one is shown nowhere.
            Ok(Err(_)) => return Ok(None),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        };
        let mut kept = self.0.lock().await;
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(sha256, thumb.clone());
        Ok(Some(thumb))
    }
}
