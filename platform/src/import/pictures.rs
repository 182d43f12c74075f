//! Pictures of goods: a folder of PNG and JPEG files, each named by its item's id or by one of its codes.
//!
//! Each is made small here, once, so that no till ever has to; what tills fetch is named by its content.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use protocol::chain::Hash;
use protocol::v1::{PICTURE_BYTES_MAX, Record};
use tokio::sync::mpsc;

use super::{ImportError, Imported, OnRejected, code};
use crate::picture::small_png;
use crate::store::{Export, PictureRow, Store};

/// Bytes of a file.
const FILE_BYTES_MAX: u64 = 512 << 10;
/// Files of a folder.
const FILES_MAX: usize = 200_000;
/// Pictures that go in by one transaction: at most 10 MiB.
const PICTURES_AT_ONCE: usize = 50;

/// Imports a folder of pictures into a scope. Rows of what is told are its files, by name; what is rejected is told with
/// the number of the file and its name. Files that nothing names any more, since goods have got other pictures, go.
pub async fn pictures(
    store: &dyn Store,
    scope: &str,
    folder: &Path,
    mut rejected: OnRejected,
) -> Result<Imported, ImportError> {
    let files = files(folder)?;
    let mut known = ids_by_name(store, "chain").await?;
    if scope != "chain" {
        known.extend(ids_by_name(store, scope).await?);
    }
    let mut imported = Imported { rows: files.len() as u64, ..Imported::default() };
    let mut good: Vec<PictureRow> = Vec::new();
    for (path, no) in files.iter().zip(1..) {
        match made_small(path, &known).await {
            Ok((item, png)) => {
                good.push(PictureRow { item, sha256: Hash::of(&png), file: png });
                imported.good += 1;
            }
            Err(reason) => {
                imported.rejected += 1;
                rejected(no, &format!("{}: {reason}", name_of(path)));
            }
        }
        if good.len() == PICTURES_AT_ONCE {
            imported.changed += store.put_pictures(scope, std::mem::take(&mut good)).await?.changed;
        }
    }
    if !good.is_empty() {
        imported.changed += store.put_pictures(scope, good).await?.changed;
    }
    match store.drop_unnamed_pictures().await? {
        0 => {}
        dropped => imported.note = Some(format!("{dropped} pictures that no goods have any more are removed")),
    }
    Ok(imported)
}

/// The files of a folder that may be pictures, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, ImportError> {
    let fault = |source| ImportError::File { file: folder.display().to_string(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if path.is_file() {
            files.push(path);
        }
        if files.len() > FILES_MAX {
            return Err(ImportError::Settings(format!("the folder has more than {FILES_MAX} files; split it")));
        }
    }
    files.sort();
    Ok(files)
}

/// Ids of goods by their ids and codes.
async fn ids_by_name(store: &dyn Store, scope: &str) -> Result<HashMap<String, String>, ImportError> {
    let (sink, mut pieces) = mpsc::channel(4);
    let exported = store.export(scope, sink);
    let read = async {
        let mut known = HashMap::new();
        while let Some(piece) = pieces.recv().await {
            let Export::Bodies(bodies) = piece else { continue };
            for body in bodies {
                if let Ok(Record::Item(item)) = serde_json::from_str(&body) {
                    known.extend(item.codes.iter().map(|code| (code.clone(), item.id.clone())));
                    known.insert(item.id.clone(), item.id);
                }
            }
        }
        known
    };
    let (done, known) = tokio::join!(exported, read);
    done?;
    Ok(known)
}

/// The item of a file and its picture as tills get it; or why not.
async fn made_small(path: &Path, known: &HashMap<String, String>) -> Result<(String, Vec<u8>), String> {
    let end = path.extension().map(|end| end.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    if !matches!(end.as_str(), "png" | "jpg" | "jpeg") {
        return Err("it is neither .png nor .jpg".into());
    }
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let of_code = || known.get(&code::key(&stem, false).ok()?);
    let item = known.get(&stem).or_else(of_code).ok_or("no goods have this id or code")?.clone();
    let length = path.metadata().map_err(|error| error.to_string())?.len();
    if length > FILE_BYTES_MAX {
        return Err(format!("it has {} KiB, {} are the most", length >> 10, FILE_BYTES_MAX >> 10));
    }
    let path = path.to_owned();
    let work = move || small_png(&std::fs::read(path).map_err(|error| error.to_string())?);
    let png = match tokio::task::spawn_blocking(work).await {
        Ok(png) => png?,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    };
    assert!(png.len() <= PICTURE_BYTES_MAX, "a small picture is small");
    Ok((item, png))
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
