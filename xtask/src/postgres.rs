//! A PostgreSQL server for one run: in its own folder, as its own user, reached through a socket in that folder, so that
//! nothing listens on the network. The platform has the like for its own tests; linking it for these lines would make
//! every `./x` wait for the platform to be built.

use std::fs::{self, File};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use crate::part::{Part, output_of, tail};

/// How long the server may take to answer.
const START_PATIENCE: Duration = Duration::from_secs(60);

/// A running server. Its folder goes with it.
pub struct Postgres {
    server: Option<Part>,
    folder: PathBuf,
}

impl Postgres {
    /// Makes a cluster and starts it, syncing to the disk only when `durable`.
    pub fn start(durable: bool) -> Result<Postgres> {
        let programs = programs().context("PostgreSQL is missing: install the package postgresql")?;
        let folder = std::env::temp_dir().join(format!("guitai-pg-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("failed making {}", folder.display()))?;
        let mut postgres = Postgres { server: None, folder };
        if is_root() {
            let (user, group) =
                postgres_user().context("PostgreSQL does not run as root and there is no user postgres")?;
            chown(&postgres.folder, Some(user), Some(group)).context("failed giving a folder to the user postgres")?;
        }
        let data = postgres.folder.join("data");
        let made = as_postgres(&programs.join("initdb"))
            .current_dir(&postgres.folder)
            .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .output()
            .context("failed starting initdb")?;
        if !made.status.success() {
            bail!("failed making a PostgreSQL cluster: {}", String::from_utf8_lossy(&made.stderr));
        }
        let mut command = as_postgres(&programs.join("postgres"));
        command.current_dir(&postgres.folder).arg("-D").arg(&data).arg("-k").arg(&postgres.folder);
        command.args(["-c", "listen_addresses=", "-c", "shared_buffers=256MB", "-c", "max_connections=100"]);
        if !durable {
            command.args(["-c", "fsync=off", "-c", "full_page_writes=off"]);
        }
        let log = std::env::temp_dir().join(format!("guitai-pg-{}.log", std::process::id()));
        File::create(&log).context("failed making the server's log")?;
        // The fast end: it does not wait for clients to go.
        postgres.server = Some(Part::start("postgres", &mut command, &log)?.ending_on(Signal::INT));
        postgres.wait(&programs, &log)?;
        fs::remove_file(&log).context("failed removing the server's log")?;
        Ok(postgres)
    }

    /// Where it is, for `--db` and for tests.
    pub fn address(&self) -> String {
        let socket = self.folder.to_string_lossy().replace('%', "%25").replace('/', "%2F");
        format!("postgres://postgres@{socket}/postgres")
    }

    fn wait(&mut self, programs: &Path, log: &Path) -> Result<()> {
        let until = Instant::now() + START_PATIENCE;
        loop {
            let mut ready = Command::new(programs.join("pg_isready"));
            if output_of(ready.arg("-q").arg("-h").arg(&self.folder)).is_ok() {
                return Ok(());
            }
            if let Some(server) = &mut self.server {
                server.check()?;
            }
            if Instant::now() > until {
                bail!("PostgreSQL did not answer in time:\n{}", tail(log));
            }
            thread::sleep(Duration::from_millis(30));
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.server.take());
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let numbered =
        versions.filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin"))));
    let newest = numbered.filter(|(_, programs)| programs.join("initdb").exists()).max_by_key(|(version, _)| *version);
    newest
        .map(|(_, programs)| programs)
        .or_else(|| std::env::split_paths(&std::env::var_os("PATH")?).find(|folder| folder.join("initdb").exists()))
}

fn as_postgres(program: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.stdin(Stdio::null());
    command
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn postgres_user() -> Option<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let mut fields = users.lines().find(|line| line.starts_with("postgres:"))?.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
