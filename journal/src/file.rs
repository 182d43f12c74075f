//! How the SQLite files are opened, locked and migrated.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::error::{During, JournalError};

/// Versions below it lose commits when a checkpoint and a write-ahead log's reset meet.
const SQLITE_VERSION_MIN: i32 = 3_051_003;
/// How long a connection waits for a lock.
const BUSY_MS_MAX: u64 = 250;
/// Layouts of one thousand differ by additions only, so that older programs of the same thousand may still open them.
const LAYOUT_FAMILY: i64 = 1000;
/// Statements that a connection keeps prepared.
const STATEMENTS_KEPT: usize = 64;

/// Makes the state directory, readable by its owner alone.
pub(crate) fn make_directory(dir: &Path) -> Result<(), JournalError> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).during("making the state directory")
}

/// Takes the right to write; held until the file is dropped or the process ends.
pub(crate) fn lock(dir: &Path, lock: &str, file: &'static str) -> Result<File, JournalError> {
    let held = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(dir.join(lock))
        .during("opening the lock file")?;
    match held.try_lock() {
        Ok(()) => Ok(held),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse { file }),
        Err(TryLockError::Error(cause)) => Err(cause).during("locking the file"),
    }
}

/// Opens a file for its only writer; makes it when it is missing.
pub(crate) fn open_writer(path: &Path, cache_kib: i64) -> Result<Connection, JournalError> {
    assert!(rusqlite::version_number() >= SQLITE_VERSION_MIN, "SQLite {} is too old", rusqlite::version());
    // The log and its index take over the mode of the file.
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(made) => drop(made),
        Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => {
            fs::set_permissions(path, fs::Permissions::from_mode(0o600)).during("protecting the file")?;
        }
        Err(cause) => return Err(cause).during("making the file"),
    }
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .during("opening the file")?;
    prepare(&connection, cache_kib).during("preparing the file")?;
    connection.pragma_update(None, "journal_mode", "wal").during("turning on the write-ahead log")?;
    connection.pragma_update(None, "synchronous", "full").during("preparing the file")?;
    Ok(connection)
}

/// Opens the other program's file; `None` when there is none yet, or nothing in it.
pub(crate) fn open_reader(path: &Path, file: &'static str, cache_kib: i64) -> Result<Option<Connection>, JournalError> {
    if !path.exists() {
        return Ok(None);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).during("opening the file")?;
    prepare(&connection, cache_kib).during("preparing the file")?;
    connection.pragma_update(None, "query_only", true).during("preparing the file")?;
    match layout(&connection)? {
        0 => Ok(None),
        found if family(found) > 0 => Err(JournalError::Newer { file, found }),
        _known => Ok(Some(connection)),
    }
}

/// Brings a file to the newest layout. Steps only ever add.
pub(crate) fn migrate(connection: &mut Connection, file: &'static str, steps: &[&str]) -> Result<(), JournalError> {
    let found = layout(connection)?;
    if family(found) > 0 {
        return Err(JournalError::Newer { file, found });
    }
    let transaction = connection.transaction().during("migrating the file")?;
    for (step, number) in steps.iter().zip(1i64..) {
        if number > found {
            transaction.execute_batch(step).during("migrating the file")?;
            transaction.pragma_update(None, "user_version", number).during("migrating the file")?;
        }
    }
    transaction.commit().during("migrating the file")
}

/// What SQLite says about the structure of some tables and their indexes; `None` when it is sound.
pub(crate) fn quick_check_of(connection: &Connection, tables: &[&str]) -> Result<Option<String>, JournalError> {
    for table in tables {
        let sql = format!("PRAGMA quick_check('{table}')");
        let verdict: String = connection.query_row(&sql, [], |row| row.get(0)).during("checking the file")?;
        if verdict != "ok" {
            return Ok(Some(verdict));
        }
    }
    Ok(None)
}

/// What SQLite says about the whole file's structure; `None` when it is sound.
pub(crate) fn quick_check(connection: &Connection) -> Result<Option<String>, JournalError> {
    let verdict: String =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).during("checking the file")?;
    Ok((verdict != "ok").then_some(verdict))
}

/// Which file stands under a path, so that a reader notices when it was replaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FileMark(u64, u64);

impl FileMark {
    pub(crate) fn of(path: &Path) -> Option<FileMark> {
        let found = fs::metadata(path).ok()?;
        Some(FileMark(found.dev(), found.ino()))
    }
}

/// Number that changes when another connection has committed.
pub(crate) fn data_version(connection: &Connection) -> Result<i64, JournalError> {
    connection
        .prepare_cached("PRAGMA data_version")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .during("asking for changes")
}

/// Moves a file with its log out of the way. The log goes first: a log without its file is harmless, but
/// one that lay beside a new file would be played into it.
fn move_away(path: &Path, to: &Path) -> Result<(), JournalError> {
    gone_is_fine(fs::rename(beside(path, "-wal"), beside(to, "-wal"))).during("moving a damaged file away")?;
    gone_is_fine(fs::remove_file(beside(path, "-shm"))).during("moving a damaged file away")?;
    gone_is_fine(fs::rename(path, to)).during("moving a damaged file away")
}

/// Removes a database that was being made.
pub(crate) fn remove(path: &Path) -> Result<(), JournalError> {
    for suffix in ["", "-wal", "-shm"] {
        gone_is_fine(fs::remove_file(beside(path, suffix))).during("removing an unfinished file")?;
    }
    Ok(())
}

/// Closes a database that was made to replace another, and gives it the name by which the next opening knows that it is
/// whole, whatever happens until then.
pub(crate) fn make_ready(connection: Connection, building: &Path, ready: &Path) -> Result<(), JournalError> {
    const STEP: &str = "making a new file ready";
    // Closing the last connection moves its log into the file, so that the file alone is the database.
    connection.close().map_err(|(_, cause)| cause).during(STEP)?;
    fs::rename(building, ready).during(STEP)?;
    sync_directory(directory(ready))
}

/// Moves a damaged file away and lets the one that is ready take its place; can be repeated after a crash.
pub(crate) fn take_place(ready: &Path, path: &Path, damaged: &Path) -> Result<(), JournalError> {
    move_away(path, damaged)?;
    sync_directory(directory(path))?;
    fs::rename(ready, path).during("putting the new file in place")?;
    sync_directory(directory(path))
}

/// Makes renames durable.
fn sync_directory(dir: &Path) -> Result<(), JournalError> {
    File::open(dir).and_then(|opened| opened.sync_all()).during("syncing the state directory")
}

fn directory(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn gone_is_fine(done: std::io::Result<()>) -> std::io::Result<()> {
    match done {
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn prepare(connection: &Connection, cache_kib: i64) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_millis(BUSY_MS_MAX))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cache_size", -cache_kib)
}

/// Number of the file's layout; zero when it has none yet.
pub(crate) fn layout(connection: &Connection) -> Result<i64, JournalError> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0)).during("reading the file's layout")
}

fn family(layout: i64) -> i64 {
    layout / LAYOUT_FAMILY
}
