//! Leave by telephone: the code that head office reads back to a cashier. It is made from the store's key and from what
//! the cashier reads out, and needs no connection to the till.

use domain::staff::Permission;
use protocol::approval::{Asked, code};
use protocol::v1::{BadWire, Record};
use tokio::sync::mpsc;

use crate::store::{Export, Store, StoreError};

/// Records that wait to be looked at.
const PIECES_QUEUED_MAX: usize = 4;

/// What a cashier reads out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The store's id.
    pub store: String,
    /// The till's number within the store.
    pub till: u32,
    /// The number on the till's screen.
    pub number: String,
    /// What is asked for.
    pub permission: Permission,
    /// Its size in the permission's measure: minor units, or basis points.
    pub size: i64,
}

/// Why no code is told.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalError {
    /// No such store.
    #[error("store {0} has no settings; set them with `platform store set`")]
    NoStore(String),
    /// The store has no key.
    #[error("store {0} has no policy.approval_key, so its tills take no codes by telephone")]
    NoKey(String),
    /// Its settings cannot be used.
    #[error("the settings of the store cannot be used")]
    Settings(#[from] BadWire),
    /// A stored record is damaged.
    #[error("a record of the store cannot be read")]
    Record(#[from] serde_json::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The code to read back.
///
/// # Errors
/// When the store is unknown or has no key, or the database fails.
pub async fn approve(store: &dyn Store, call: &Call) -> Result<String, ApprovalError> {
    let settings = settings_of(store, &call.store).await?.ok_or_else(|| ApprovalError::NoStore(call.store.clone()))?;
    let policy = domain::store::Store::try_from(&settings)?.policy;
    if policy.approval_key.is_empty() {
        return Err(ApprovalError::NoKey(call.store.clone()));
    }
    let asked = Asked {
        store: &call.store,
        till: call.till,
        challenge: &call.number,
        permission: call.permission.word(),
        size: call.size,
    };
    Ok(code(&policy.approval_key, &asked))
}

async fn settings_of(store: &dyn Store, id: &str) -> Result<Option<protocol::v1::Store>, ApprovalError> {
    let scope = format!("store-{id}");
    let (sink, mut pieces) = mpsc::channel(PIECES_QUEUED_MAX);
    let looked = async {
        let mut found = None;
        while let Some(piece) = pieces.recv().await {
            let Export::Bodies(bodies) = piece else { continue };
            for body in bodies {
                if let Record::Store(settings) = serde_json::from_str(&body)? {
                    found = Some(*settings);
                }
            }
        }
        Ok::<_, serde_json::Error>(found)
    };
    let (exported, found) = tokio::join!(store.export(&scope, sink), looked);
    exported?;
    Ok(found?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::store_settings;

    const SETTINGS: &str = r#"
        id = "s1"
        name = "Corner Shop"
        currency = "CNY"
        time_zone = "Asia/Shanghai"
        tax_mode = "included"
        taxes = [{ id = "standard", rate_bp = 1300 }]
        cash_rounding = { step = 1, mode = "nearest" }
        points_per = 100
        day_starts_hour = 4
        layouts = []
        receipt_header = []
        receipt_footer = []
        auto_lock_s = 0
    "#;

    #[tokio::test]
    async fn a_code_is_told_for_a_store_with_a_key_and_fits_what_its_till_asks() {
        let folder = std::env::temp_dir().join(format!("guitai-approvals-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let database = format!("sqlite:{}", folder.join("platform.db").display()).parse().unwrap();
        let store = crate::store::open(&database).await.unwrap();
        let call = |store: &str| Call {
            store: store.into(),
            till: 3,
            number: "483920".into(),
            permission: Permission::Discount,
            size: 2000,
        };
        assert!(matches!(approve(&*store, &call("s1")).await, Err(ApprovalError::NoStore(_))));
        let file = folder.join("store.toml");
        std::fs::write(&file, SETTINGS).unwrap();
        store_settings(&*store, &file).await.unwrap();
        assert!(matches!(approve(&*store, &call("s1")).await, Err(ApprovalError::NoKey(_))));
        let key = "[policy]\napproval_key = \"Z3VpdGFpLWFwcHJvdmFscy1vZi1hLXNob3A=\"\n";
        std::fs::write(&file, format!("{SETTINGS}{key}")).unwrap();
        store_settings(&*store, &file).await.unwrap();
        let told = approve(&*store, &call("s1")).await.unwrap();
        let asked = Asked { store: "s1", till: 3, challenge: "483920", permission: "discount", size: 2000 };
        let key = b"guitai-approvals-of-a-shop";
        assert!(protocol::approval::is_code(key, &asked, &format!("{} {}", &told[..4], &told[4..])));
        assert!(!protocol::approval::is_code(key, &Asked { size: 2001, ..asked }, &told));
        assert!(matches!(approve(&*store, &call("s2")).await, Err(ApprovalError::NoStore(_))));
        drop(store);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
