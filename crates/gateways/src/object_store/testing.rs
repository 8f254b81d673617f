//! A bucket over a folder, served by an S3 implementation that checks signatures and checksums.

use super::{Bucket, Settings};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use std::path::Path;
use tokio::net::TcpListener;

/// Serves `folder` until the runtime ends; the bucket is a folder in it. Answers how it is reached.
///
/// # Panics
/// Where the folder cannot be used, which a test may not go on without.
pub async fn serve(folder: &Path) -> Settings {
    std::fs::create_dir_all(folder.join("files")).expect("a folder for the bucket");
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).expect("a folder"));
    service.set_auth(SimpleAuth::from_single("tester", "the secret of the tester"));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                // A client that hangs up is none of our business.
                let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    Settings {
        endpoint: format!("http://{address}"),
        region: "us-east-1".into(),
        bucket: "files".into(),
        prefix: "entente/".into(),
        access_key_id: "tester".into(),
        secret_access_key: "the secret of the tester".into(),
    }
}

/// A bucket that is served from `folder`.
///
/// # Panics
/// As [`serve`].
pub async fn bucket(folder: &Path) -> Bucket {
    Bucket::new(&serve(folder).await).expect("a bucket")
}
