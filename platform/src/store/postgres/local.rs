//! A PostgreSQL server of one's own, for demos, measurements and tests: in a folder that the caller names, reached
//! through a socket in that folder, so nothing listens on the network.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest wait until the server answers.
const START_MAX: Duration = Duration::from_secs(60);
/// Longest wait until it has stopped; then it is killed.
const STOP_MAX: Duration = Duration::from_secs(20);
/// Bytes of a socket's path that the system takes, with room for the socket's own name.
const SOCKET_PATH_BYTES_MAX: usize = 85;

/// A running server; it stops when this is dropped.
#[derive(Debug)]
pub struct LocalServer {
    server: Child,
    programs: PathBuf,
    dir: PathBuf,
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// PostgreSQL is not on this machine.
    #[error("PostgreSQL's initdb was found neither under /usr/lib/postgresql nor in PATH; install package postgresql")]
    NotInstalled,
    /// Root may not run it, and there is nobody else.
    #[error("PostgreSQL refuses to run as root, and this machine has no user postgres")]
    NoUser,
    /// The folder's path is too long for a socket.
    #[error("the folder {0} is too long a path for a socket; take a shorter one")]
    PathTooLong(PathBuf),
    /// Files or processes said no.
    #[error("failed {step}: {source}")]
    Io {
        /// What was being done.
        step: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// PostgreSQL said no.
    #[error("failed {step}: {said}")]
    Refused {
        /// What was being done.
        step: &'static str,
        /// What PostgreSQL said.
        said: String,
    },
}

impl LocalServer {
    /// Whether PostgreSQL is on this machine.
    pub fn is_installed() -> bool {
        programs().is_some()
    }

    /// Makes a cluster in `dir/postgres` (which must not hold one yet) and starts a server that syncs to the disk only when `durable`:
    /// measurements want that, tests do not. When root, the server runs as user `postgres`, who must be able to
    /// reach `dir`. Start and stop it from a thread that may block.
    pub fn start(dir: &Path, durable: bool) -> Result<LocalServer, LocalError> {
        let programs = programs().ok_or(LocalError::NotInstalled)?;
        let io = |step| move |source| LocalError::Io { step, source };
        std::fs::create_dir_all(dir).map_err(io("making the server's folder"))?;
        let dir = dir.canonicalize().map_err(io("finding the server's folder"))?.join("postgres");
        if dir.as_os_str().len() > SOCKET_PATH_BYTES_MAX {
            return Err(LocalError::PathTooLong(dir));
        }
        std::fs::create_dir_all(&dir).map_err(io("making the server's folder"))?;
        if is_root() {
            let (user, group) = postgres_user().ok_or(LocalError::NoUser)?;
            std::os::unix::fs::chown(&dir, Some(user), Some(group))
                .map_err(io("giving the folder to user postgres"))?;
        }
        let made = as_postgres(&programs.join("initdb"))
            .arg("-D")
            .arg(dir.join("data"))
            .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"])
            .current_dir(&dir)
            .stdin(Stdio::null())
            .output()
            .map_err(io("making a PostgreSQL cluster"))?;
        if !made.status.success() {
            return Err(LocalError::Refused {
                step: "making a PostgreSQL cluster",
                said: String::from_utf8_lossy(&made.stderr).trim().to_owned(),
            });
        }
        let log = std::fs::File::create(dir.join("log")).map_err(io("making the server's log"))?;
        let errors = log.try_clone().map_err(io("making the server's log"))?;
        let mut command = as_postgres(&programs.join("postgres"));
        command.arg("-D").arg(dir.join("data")).arg("-k").arg(&dir);
        command.args(["-c", "listen_addresses=", "-c", "shared_buffers=256MB"]);
        command.args(["-c", "max_wal_size=2GB", "-c", "max_connections=60"]);
        if !durable {
            command.args(["-c", "fsync=off", "-c", "full_page_writes=off"]);
        }
        let server = command
            .current_dir(&dir)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(io("starting PostgreSQL"))?;
        let mut started = LocalServer { server, programs, dir };
        started.wait_ready()?;
        Ok(started)
    }

    /// Address of its database, as `--db` takes it.
    pub fn address(&self) -> String {
        let path = self.dir.to_string_lossy().replace('%', "%25").replace('/', "%2F");
        format!("postgres://postgres@{path}/postgres")
    }

    fn wait_ready(&mut self) -> Result<(), LocalError> {
        let step = "starting PostgreSQL";
        let begun = Instant::now();
        loop {
            let ended = self.server.try_wait().map_err(|source| LocalError::Io { step, source })?;
            if ended.is_some() || begun.elapsed() > START_MAX {
                let said = std::fs::read_to_string(self.dir.join("log")).unwrap_or_default();
                return Err(LocalError::Refused { step, said });
            }
            let asked = Command::new(self.programs.join("pg_isready")).arg("-q").arg("-h").arg(&self.dir).status();
            if asked.is_ok_and(|status| status.success()) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(30));
        }
    }
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        let asked = as_postgres(&self.programs.join("pg_ctl"))
            .arg("-D")
            .arg(self.dir.join("data"))
            .args(["-m", "fast", "-W", "stop"])
            .current_dir(&self.dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let begun = Instant::now();
        while asked.is_ok() && begun.elapsed() < STOP_MAX {
            if !matches!(self.server.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        // It did not listen. Nothing more can be done about a fault here.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The folder of PostgreSQL's programs: the newest of Debian's, or where `initdb` is in PATH.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").exists() && bin.join("postgres").exists())
        .max_by_key(|(version, _)| *version);
    newest.map(|(_, bin)| bin).or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|dir| dir.join("initdb").exists() && dir.join("postgres").exists())
    })
}

fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command
}

fn is_root() -> bool {
    std::fs::read_to_string("/proc/self/status").is_ok_and(|status| {
        let ids = status.lines().find_map(|line| line.strip_prefix("Uid:"));
        ids.and_then(|ids| ids.split_whitespace().nth(1)) == Some("0")
    })
}

/// User and group numbers of `postgres`.
fn postgres_user() -> Option<(u32, u32)> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let line = users.lines().find(|line| line.starts_with("postgres:"))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
