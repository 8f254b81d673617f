use super::files::Receiving;
use super::*;
use crate::customers::{self, NewCustomer};
use crate::notes::{self, NewNote, NotePatch, NoteVisibility};
use crate::testing::{member, org, sound};
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Multipart};
use db::Engine;
use db::testing::each_engine;
use platform::actor::Role;
use platform::http::IfMatch;
use platform::patch::Patch;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;

async fn receive(folder: &Contents, name: &str, content: &[u8]) -> Received {
    let mut receiving = Receiving::begin(folder).await.expect("a file");
    for piece in content.chunks(3) {
        receiving.take(piece).await.expect("room");
    }
    receiving.end(Some(name)).await.expect("a whole file")
}

async fn upload(db: &Db, folder: &Contents, actor: &Actor, name: &str, content: &[u8]) -> Attachment {
    let mut received = receive(folder, name, content).await;
    store_file(db, actor, folder, &mut received).await.expect("a stored file");
    let actor = actor.clone();
    db.write(move |tx| keep(tx, &actor, &received)).await.expect("an attachment")
}

/// The files below a folder, without those on their way.
fn contents_of(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        match entry.path() {
            path if path.ends_with("incoming") => {}
            path if path.is_dir() => found.extend(contents_of(&path)),
            path => found.push(path),
        }
    }
    found
}

/// The objects of the bucket that is served from a folder, without what its server notes of them.
fn contents_of_bucket(served: &Path) -> Vec<PathBuf> {
    contents_of(&served.join("files/entente"))
}

/// A bucket where nobody answers.
fn nobody() -> gateways::object_store::Bucket {
    let settings = gateways::object_store::Settings {
        endpoint: "http://127.0.0.1:9".into(),
        region: "eu".into(),
        bucket: "files".into(),
        prefix: String::new(),
        access_key_id: "who".into(),
        secret_access_key: "x".into(),
    };
    gateways::object_store::Bucket::new(&settings).unwrap()
}

fn unavailable() -> String {
    Error::Unavailable("files cannot be stored at the moment; try again in a while".into()).to_string()
}

async fn note(db: &Db, actor: &Actor, files: &[AttachmentId], visibility: NoteVisibility) -> Result<notes::Note> {
    let new = serde_json::from_value::<NewCustomer>(json!({"fullName": "Eva"})).unwrap().parse().unwrap();
    let (actor, files) = (actor.clone(), files.to_vec());
    db.write(move |tx| {
        let customer = customers::create(tx, &actor, &new)?;
        let anchor = serde_json::from_value(json!({"kind": "customer", "id": customer.id})).expect("an anchor");
        let new = NewNote { body: "see".into(), anchor, visibility: Some(visibility), attachment_ids: files.clone() };
        notes::create(tx, &actor, &new)
    })
    .await
}

async fn seen(db: &Db, actor: &Actor, id: AttachmentId) -> bool {
    let actor = actor.clone();
    db.read(move |c| get(c, &actor, id)).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_content_is_stored_once_and_goes_with_the_last_of_its_files() {
    each_engine(|db| async move {
        let data = tempfile::tempdir().unwrap();
        let folder = Contents::below(data.path());
        let owner = org(&db).await;
        let first = upload(&db, &folder, &owner, "a.txt", b"the same").await;
        let second = upload(&db, &folder, &owner, "b.txt", b"the same").await;
        assert_eq!((first.media_type.as_str(), first.bytes), ("text/plain; charset=utf-8", 8));
        let files = contents_of(&data.path().join("attachments"));
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!(std::fs::read(&files[0]).unwrap(), b"the same");
        let kept = note(&db, &owner, &[first.id], NoteVisibility::Org).await.unwrap();
        assert_eq!((kept.attachments[0].id, kept.attachments[0].note_id), (first.id, Some(kept.id)));

        // A day later the one that no note has is gone, its content is not.
        let later = |days: i64| owner.now().plus_seconds(days * LOOSE_KEPT_S + 1);
        assert_eq!(clean(&db, &folder, owner.now()).await.unwrap(), [0, 0, 0]);
        assert_eq!(clean(&db, &folder, later(1)).await.unwrap(), [1, 0, 0]);
        assert!(!seen(&db, &owner, second.id).await && seen(&db, &owner, first.id).await);
        assert_eq!(missing(&db, &folder).await.unwrap(), [""; 0]);
        sound(&db).await;
        let actor = owner.clone();
        let patch = NotePatch { attachment_ids: Patch::Null, ..NotePatch::default() };
        db.write(move |tx| notes::update(tx, &actor, kept.id, &patch, IfMatch(None))).await.unwrap();
        assert_eq!(clean(&db, &folder, later(1)).await.unwrap(), [1, 0, 0], "first the file");
        assert_eq!(clean(&db, &folder, later(3)).await.unwrap(), [0, 1, 0], "and a day later its content");
        assert_eq!(contents_of(&data.path().join("attachments")).len(), 0);
        // It can come again.
        upload(&db, &folder, &owner, "c.txt", b"the same").await;
        assert_eq!(contents_of(&data.path().join("attachments")).len(), 1);
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_seen_by_whoever_sees_its_note() {
    each_engine(|db| async move {
        let data = tempfile::tempdir().unwrap();
        let folder = Contents::below(data.path());
        let owner = org(&db).await;
        let bo = member(&db, &owner, Role::Member).await;
        let file = upload(&db, &folder, &bo, "a.txt", b"a").await;
        assert!(seen(&db, &bo, file.id).await && !seen(&db, &owner, file.id).await, "its uploader's alone");
        match note(&db, &owner, &[file.id], NoteVisibility::Org).await {
            Err(Error::Invalid(faults)) => {
                assert_eq!(
                    (faults[0].path.as_str(), faults[0].code.as_str()),
                    ("/attachmentIds/0", "unknown_attachment")
                );
            }
            other => panic!("{other:?}"),
        }
        let secret = note(&db, &bo, &[file.id], NoteVisibility::Private).await.unwrap();
        assert!(seen(&db, &bo, file.id).await && !seen(&db, &owner, file.id).await);
        match note(&db, &bo, &[file.id], NoteVisibility::Org).await {
            Err(Error::Invalid(faults)) => assert_eq!(faults[0].code, "attached"),
            other => panic!("{other:?}"),
        }
        let actor = bo.clone();
        let patch = NotePatch { visibility: Patch::Set(NoteVisibility::Org), ..NotePatch::default() };
        db.write(move |tx| notes::update(tx, &actor, secret.id, &patch, IfMatch(None))).await.unwrap();
        assert!(seen(&db, &owner, file.id).await);
        let actor = bo.clone();
        let refused = db.write(move |tx| delete(tx, &actor, file.id)).await;
        assert!(matches!(refused, Err(Error::Conflict(_))));
        let actor = bo.clone();
        db.write(move |tx| notes::delete(tx, &actor, secret.id, IfMatch(None))).await.unwrap();
        assert!(!seen(&db, &bo, file.id).await, "a deleted note hides its files");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_and_the_clean_up_at_one_time_lose_no_content() {
    each_engine(|db| async move {
        let data = tempfile::tempdir().unwrap();
        let folder = Contents::below(data.path());
        let owner = org(&db).await;
        let mut old = owner.clone();
        old.clock = platform::clock::Clock::fixed(owner.now().plus_seconds(-10 * LOOSE_KEPT_S));
        for round in 0..6 {
            // Content that is about to go…
            let content = format!("round {round}");
            let gone = upload(&db, &folder, &old, "old.txt", content.as_bytes()).await;
            let actor = old.clone();
            db.write(move |tx| delete(tx, &actor, gone.id)).await.unwrap();
            // …and comes again.
            let cleaning = tokio::spawn({
                let (db, folder, now) = (db.clone(), folder.clone(), owner.now());
                async move { clean(&db, &folder, now).await }
            });
            let made = upload(&db, &folder, &owner, "new.txt", content.as_bytes()).await;
            cleaning.await.unwrap().unwrap();
            assert!(seen(&db, &owner, made.id).await);
            assert_eq!(missing(&db, &folder).await.unwrap(), [""; 0], "round {round}");
        }
        sound(&db).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contents_may_be_in_a_bucket() {
    each_engine(|db| async move {
        let (data, served) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut contents = Contents::below(data.path());
        contents.bucket = Some(gateways::object_store::testing::bucket(served.path()).await);
        let there = || contents_of_bucket(served.path());
        let owner = org(&db).await;
        let first = upload(&db, &contents, &owner, "a.txt", b"the same").await;
        upload(&db, &contents, &owner, "b.txt", b"the same").await;
        assert_eq!((there().len(), contents_of(data.path()).len()), (1, 0), "once, and nothing in the folder");
        let actor = owner.clone();
        let kept = db.read(move |c| find(c, &actor, first.id)).await.unwrap().1;
        let pieces = contents.open(owner.org_id, &kept.place).await.unwrap();
        let read: Vec<u8> = pieces.map(|piece| piece.unwrap()).collect::<Vec<_>>().await.concat();
        assert_eq!(read, b"the same");
        note(&db, &owner, &[first.id], NoteVisibility::Org).await.unwrap();
        assert_eq!(missing(&db, &contents).await.unwrap(), [""; 0]);

        // A service that is away costs the upload and nothing else.
        let mut away = contents.clone();
        away.bucket = Some(nobody());
        let mut received = receive(&away, "c.txt", b"another").await;
        let refused = store_file(&db, &owner, &away, &mut received).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        assert!(matches!(away.open(owner.org_id, &kept.place).await.map(drop), Err(Error::Unavailable(_))));
        assert_eq!(missing(&db, &away).await.unwrap().len(), 1);

        // What was to be removed while it was away goes the next time.
        let later = |days: i64| owner.now().plus_seconds(days * LOOSE_KEPT_S + 1);
        let actor = owner.clone();
        db.write(move |tx| {
            let note_id = get(tx, &actor, first.id)?.note_id.unwrap();
            let patch = NotePatch { attachment_ids: Patch::Null, ..NotePatch::default() };
            notes::update(tx, &actor, note_id, &patch, IfMatch(None))
        })
        .await
        .unwrap();
        assert_eq!(clean(&db, &away, later(1)).await.unwrap_err().to_string(), unavailable());
        assert_eq!(clean(&db, &away, later(3)).await.unwrap_err().to_string(), unavailable());
        assert_eq!(there().len(), 1);
        // Meanwhile the same comes again; its removal does not take it along.
        let again = upload(&db, &contents, &owner, "d.txt", b"the same").await;
        assert_eq!(there().len(), 2);
        clean(&db, &contents, later(0)).await.unwrap();
        assert_eq!(there().len(), 1);
        note(&db, &owner, &[again.id], NoteVisibility::Org).await.unwrap();
        assert_eq!(missing(&db, &contents).await.unwrap(), [""; 0]);
        sound(&db).await;
    })
    .await;
}

#[tokio::test]
async fn what_a_crash_leaves_on_its_way_is_removed() {
    let data = tempfile::tempdir().unwrap();
    let folder = Contents::below(data.path());
    let received = receive(&folder, "a", b"abc").await;
    let incoming = data.path().join("attachments/incoming");
    let left = incoming.join("upload-left");
    std::fs::write(&left, "half").unwrap();
    drop(received);
    assert_eq!(std::fs::read_dir(&incoming).unwrap().count(), 1, "a refused upload takes its file along");
    let now = Timestamp(platform::clock::Clock::system().now().micros());
    assert_eq!(folder.remove_stale(now).await, 0);
    assert_eq!(folder.remove_stale(now.plus_seconds(25 * 3_600)).await, 1);
    assert!(!left.exists());
}

#[tokio::test]
async fn a_file_has_a_limit() {
    let data = tempfile::tempdir().unwrap();
    let folder = Contents::below(data.path());
    let mut receiving = Receiving::begin(&folder).await.unwrap();
    let piece = vec![0_u8; 1 << 20];
    for _ in 0..(model::BYTES_MAX >> 20) {
        receiving.take(&piece).await.unwrap();
    }
    assert!(matches!(receiving.take(b"x").await, Err(Error::TooLarge(_))));
    let empty = Receiving::begin(&folder).await.unwrap().end(None).await;
    assert!(matches!(empty.map(drop), Err(Error::Malformed(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_one_content_deleted_at_one_time_leave_no_content_behind() {
    each_engine(|db| async move {
        if db.engine() == Engine::Sqlite {
            return; // One writes after the other.
        }
        let data = tempfile::tempdir().unwrap();
        let folder = Contents::below(data.path());
        let owner = org(&db).await;
        let first = upload(&db, &folder, &owner, "a.txt", b"the same").await;
        let second = upload(&db, &folder, &owner, "b.txt", b"the same").await;
        let (begun, beginning) = tokio::sync::oneshot::channel();
        let (done, doing) = std::sync::mpsc::channel::<()>();
        let (writer, actor, mut begun) = (db.clone(), owner.clone(), Some(begun));
        let deleting = tokio::spawn(async move {
            let work = move |tx: &Tx<'_>| {
                get(tx, &actor, first.id)?;
                if let Some(begun) = begun.take() {
                    // From here on this one does not see what others do.
                    let _ = begun.send(());
                    let _ = doing.recv_timeout(Duration::from_secs(10));
                }
                delete(tx, &actor, first.id)
            };
            writer.write(work).await
        });
        beginning.await.unwrap();
        let actor = owner.clone();
        db.write(move |tx| delete(tx, &actor, second.id)).await.unwrap();
        done.send(()).unwrap();
        deleting.await.unwrap().unwrap();
        sound(&db).await;
        let later = owner.now().plus_seconds(LOOSE_KEPT_S + 1);
        assert_eq!(clean(&db, &folder, later).await.unwrap(), [0, 1, 0]);
        assert_eq!(contents_of(data.path()).len(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contents_that_cannot_be_removed_do_not_keep_the_others() {
    each_engine(|db| async move {
        let data = tempfile::tempdir().unwrap();
        let folder = Contents::below(data.path());
        let owner = org(&db).await;
        let gone = upload(&db, &folder, &owner, "a.txt", b"to go").await;
        let actor = owner.clone();
        db.write(move |tx| delete(tx, &actor, gone.id)).await.unwrap();
        // As many as are read at once come first and are no files.
        let own = data.path().join("attachments").join(owner.org_id.0.to_string()).join("00");
        let stuck: Vec<String> = (0..CLEANED_AT_ONCE).map(|number| format!("00-{number:03}")).collect();
        for place in &stuck {
            std::fs::create_dir_all(own.join(place)).unwrap();
        }
        let (org_id, places) = (owner.org_id, stuck.clone());
        let noted: Result<()> = db
            .write(move |tx| {
                for place in &places {
                    let text = "INSERT INTO attachment_removals (org_id, place) VALUES ($1, $2)";
                    tx.execute((text, db::params![org_id, place]))?;
                }
                Ok(())
            })
            .await;
        noted.unwrap();
        let left = data.path().join("attachments/incoming/upload-left");
        std::fs::write(&left, "half").unwrap();
        let later = Timestamp(platform::clock::Clock::system().now().micros()).plus_seconds(2 * LOOSE_KEPT_S);
        assert!(matches!(clean(&db, &folder, later).await, Err(Error::Unavailable(_))), "it is told");
        assert_eq!((contents_of(data.path()).len(), left.exists()), (0, false), "and the rest is done");
        std::fs::remove_dir_all(&own).unwrap();
        assert_eq!(clean(&db, &folder, later).await.unwrap(), [0, stuck.len(), 0], "they are tried again");
        assert_eq!(clean(&db, &folder, later).await.unwrap(), [0, 0, 0]);
    })
    .await;
}

#[tokio::test]
async fn an_upload_that_falls_silent_is_given_up() {
    let data = tempfile::tempdir().unwrap();
    let folder = Contents::below(data.path());
    let head = "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    for begun in [String::new(), head.into(), format!("{head}half"), format!("{head}whole\r\n--cut")] {
        let piece = stream::iter([Ok::<_, std::io::Error>(Bytes::from(begun.clone()))]);
        let body = Body::from_stream(piece.chain(stream::pending()));
        let request = axum::http::Request::post("/").header("content-type", "multipart/form-data; boundary=cut");
        let sent = Multipart::from_request(request.body(body).unwrap(), &()).await;
        let receiving = form::receive(&folder, sent, Duration::from_millis(50));
        let given_up = tokio::time::timeout(Duration::from_secs(5), receiving).await.expect("it is not waited for");
        match given_up.map(drop) {
            Err(Error::Malformed(faults)) => assert_eq!(faults[0].code, "too_slow", "{begun}"),
            other => panic!("{begun}: {other:?}"),
        }
    }
    assert_eq!(std::fs::read_dir(data.path().join("attachments/incoming")).unwrap().count(), 0);
}
