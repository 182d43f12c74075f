//! Databases of one's own for a test.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use platform::store::postgres::{Postgres, local::LocalServer};
use platform::store::sqlite::Sqlite;
use platform::store::{Database, Store};

/// A folder that goes when the test ends.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        let path = std::env::temp_dir().join(format!("guitai-{}", uuid::Uuid::now_v7().simple()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A store and what must live as long as it.
pub struct Held {
    pub store: Arc<dyn Store>,
    pub database: Database,
    // In this order: the server stops before its folder goes.
    _server: Option<LocalServer>,
    _folder: Folder,
}

impl Held {
    /// Its address, as it is told to the program.
    pub fn database_argument(&self) -> String {
        match &self.database {
            Database::Sqlite(file) => format!("sqlite:{}", file.display()),
            Database::Postgres(address) => address.clone(),
        }
    }

    /// What the database itself says to a statement, past the platform.
    pub async fn run(&self, sql: &str) -> Result<(), String> {
        match &self.database {
            Database::Sqlite(file) => {
                rusqlite::Connection::open(file).unwrap().execute_batch(sql).map_err(|error| error.to_string())
            }
            Database::Postgres(address) => {
                let config = tokio_postgres::Config::from_str(address).unwrap();
                let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
                tokio::spawn(connection);
                let said = client.batch_execute(sql).await;
                said.map_err(|error| error.as_db_error().map_or(error.to_string(), |said| said.message().to_owned()))
            }
        }
    }
}

pub async fn sqlite() -> Option<Held> {
    let folder = Folder::new();
    let file = folder.path().join("platform.db");
    Some(Held {
        store: Arc::new(Sqlite::open(&file).await.unwrap()),
        database: Database::Sqlite(file),
        _server: None,
        _folder: folder,
    })
}

/// A schema of its own on the server that `GUITAI_POSTGRES` names, or a server of its own. `None` when this machine
/// has no PostgreSQL.
pub async fn postgres() -> Option<Held> {
    let folder = Folder::new();
    let (address, server) = match std::env::var("GUITAI_POSTGRES") {
        Ok(address) => (address, None),
        Err(_) if !LocalServer::is_installed() => {
            eprintln!("skipped: this machine has no PostgreSQL");
            return None;
        }
        Err(_) => {
            let server = LocalServer::start(folder.path(), false).unwrap();
            (server.address(), Some(server))
        }
    };
    let schema = format!("t{}", uuid::Uuid::now_v7().simple());
    let config = tokio_postgres::Config::from_str(&address).unwrap();
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(&format!("CREATE SCHEMA {schema}")).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
    let mark = if address.contains('?') { '&' } else { '?' };
    let address = format!("{address}{mark}options=-c%20search_path%3D{schema}");
    let config = tokio_postgres::Config::from_str(&address).unwrap();
    Some(Held {
        store: Arc::new(Postgres::open(config).await.unwrap()),
        database: Database::Postgres(address),
        _server: server,
        _folder: folder,
    })
}

/// Makes one test of a story for each database.
macro_rules! on_both {
    ($($story:ident),* $(,)?) => { $(
        mod $story {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                let held = crate::database::sqlite().await.unwrap();
                super::$story(held.store.clone()).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                if let Some(held) = crate::database::postgres().await {
                    super::$story(held.store.clone()).await;
                }
            }
        }
    )* };
}
pub(crate) use on_both;

/// The same of a story that opens a platform over its database.
macro_rules! served_on_both {
    ($($story:ident),* $(,)?) => { $(
        mod $story {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$story(crate::database::sqlite().await.unwrap()).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                if let Some(held) = crate::database::postgres().await {
                    super::$story(held).await;
                }
            }
        }
    )* };
}
pub(crate) use served_on_both;
