//! Bytes that are bound to their row.

use std::borrow::Cow;

use campanile_domain::{KeyRotation, ResealedRows};
use campanile_sealing::{RowTexts, SealError, TenantKeys};

use super::{ResealedBlob, SealedContent, SealedRow, cannot_seal};
use crate::{KeyRows, OpenTexts, SealedPlace, StorageError};

pub(super) async fn reseal<T: KeyRows + ?Sized>(
    tx: &mut T,
    (rotation, place): (&KeyRotation, &'static SealedPlace),
    keys: &TenantKeys,
    rows: Vec<SealedRow>,
    done: &mut ResealedRows,
) -> Result<(), StorageError> {
    let (mut former, mut open) = (Vec::new(), Vec::new());
    for SealedRow { key, content } in rows {
        let SealedContent::Blob { stale, open: texts } = content else {
            continue;
        };
        let purpose = place.purpose_of(&key);
        if let Some(old) = stale {
            match keys.reseal(&purpose, &old) {
                Ok(new) => former.push(ResealedBlob {
                    key,
                    old: Some(old),
                    new,
                }),
                Err(SealError::NoRandomness) => return Err(cannot_seal(SealError::NoRandomness)),
                Err(SealError::AnotherKey | SealError::Broken) => done.unreadable += 1,
            }
        } else if let Some((texts, of)) = texts.as_deref().zip(place.open_texts()) {
            let texts = row_texts(&of, texts);
            if !texts.is_empty() {
                let new = keys.seal_texts(&purpose, &texts).map_err(cannot_seal)?;
                let old = None;
                open.push(ResealedBlob { key, old, new });
            }
        }
    }
    done.found = former.len() as u64;
    let tenant = &rotation.tenant;
    done.resealed = tx.replace_blobs(tenant, place, &former).await?;
    done.sealed = tx.replace_blobs(tenant, place, &open).await?;
    Ok(())
}

fn row_texts<'a>(of: &OpenTexts, texts: &'a [Option<String>]) -> RowTexts<'a> {
    let mut texts = texts.iter();
    let [title, body, content, item_title, item_body, link, actions] = of.columns.map(|column| {
        let text = column.and_then(|_| texts.next());
        text.and_then(Option::as_deref).map(Cow::Borrowed)
    });
    RowTexts {
        title,
        body,
        content,
        item_title,
        item_body,
        link,
        actions,
    }
}
