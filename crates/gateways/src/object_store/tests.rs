use super::testing::serve;
use super::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// SHA-256 of `hello`, in base64.
const HELLO: &str = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";

async fn content(bucket: &Bucket, key: &str) -> Vec<u8> {
    let mut pieces = std::pin::pin!(bucket.get(key).await.expect("the object"));
    let mut content = Vec::new();
    while let Some(piece) = pieces.next().await {
        content.extend(piece.expect("a piece"));
    }
    content
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_come_go_and_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hello.txt");
    std::fs::write(&file, "hello").unwrap();
    let settings = serve(folder.path()).await;
    let bucket = Bucket::new(&settings).unwrap();
    bucket.probe().await.unwrap();
    assert!(matches!(bucket.size("a/b c.txt").await, Err(Fault::Missing)));
    bucket.put("a/b c.txt", &file, 5, HELLO).await.unwrap();
    bucket.put("a/b c.txt", &file, 5, HELLO).await.unwrap();
    assert_eq!(std::fs::read(folder.path().join("files/entente/a/b c.txt")).unwrap(), b"hello");
    assert_eq!((bucket.size("a/b c.txt").await.unwrap(), content(&bucket, "a/b c.txt").await), (5, b"hello".to_vec()));

    std::fs::write(&file, "jello").unwrap();
    let other = bucket.put("changed", &file, 5, HELLO).await.unwrap_err();
    assert!(matches!(other, Fault::Refused { status: 400, .. }), "{other}");

    bucket.remove("a/b c.txt").await.unwrap();
    bucket.remove("a/b c.txt").await.unwrap();
    assert!(matches!(bucket.get("a/b c.txt").await.map(drop), Err(Fault::Missing)));

    let stranger = Bucket::new(&Settings { secret_access_key: "guessed".into(), ..settings.clone() }).unwrap();
    let refused = stranger.size("a").await.unwrap_err();
    assert!(matches!(refused, Fault::Refused { status: 403, .. }), "{refused}");
    let elsewhere = Bucket::new(&Settings { bucket: "none".into(), ..settings }).unwrap();
    assert!(matches!(elsewhere.probe().await, Err(Fault::Missing)));
}

#[tokio::test]
async fn a_service_that_is_away_or_down_is_asked_again_and_tells_no_secret() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let settings = Settings {
        endpoint: format!("http://{}", listener.local_addr().unwrap()),
        region: "eu".into(),
        bucket: "files".into(),
        prefix: String::new(),
        access_key_id: "who".into(),
        secret_access_key: "hidden".into(),
    };
    let bucket = Bucket::new(&settings).unwrap();
    // Twice it is too busy, then there is an answer.
    let server = tokio::spawn(async move {
        for (number, status) in ["503 Slow Down", "500 Oops", "200 OK"].iter().enumerate() {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut asked = vec![0; 8_192];
            let length = socket.read(&mut asked).await.unwrap();
            let asked = String::from_utf8_lossy(&asked[..length]).to_string();
            assert!(asked.starts_with("HEAD /files/a?X-Amz-") && !asked.contains("hidden"), "{asked}");
            let answer = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {number}\r\n\r\n");
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    assert_eq!(bucket.size("a").await.unwrap(), 2);
    server.await.unwrap();
    // Nobody listens any more.
    let away = bucket.size("a").await.unwrap_err();
    assert!(matches!(away, Fault::Unreachable(_)), "{away}");
    assert!(!away.to_string().contains("X-Amz"), "{away}");
    assert!(!format!("{bucket:?}").contains("hidden"));
    for wrong in ["", "ftp://x", "nothing"] {
        let refused = Bucket::new(&Settings { endpoint: wrong.into(), ..settings.clone() });
        assert!(matches!(refused.map(drop), Err(Fault::Settings(_))), "{wrong}");
    }
}

/// The settings of a service that is `listener`.
fn served_by(listener: &TcpListener) -> Settings {
    Settings {
        endpoint: format!("http://{}", listener.local_addr().unwrap()),
        region: "eu".into(),
        bucket: "files".into(),
        prefix: String::new(),
        access_key_id: "who".into(),
        secret_access_key: "hidden".into(),
    }
}

#[tokio::test]
async fn an_object_may_take_its_time_as_long_as_it_comes() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let limits = Limits { silent: Duration::from_millis(800), request: Duration::from_millis(400) };
    let bucket = Bucket::within(&served_by(&listener), limits).unwrap();
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut asked = vec![0; 8_192];
            let length = socket.read(&mut asked).await.unwrap();
            let stalls = String::from_utf8_lossy(&asked[..length]).starts_with("GET /files/stalls?");
            socket.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n").await.unwrap();
            for piece in [b"a", b"b", b"c", b"d", b"e", b"f"] {
                socket.write_all(piece).await.unwrap();
                let pause = if stalls { Duration::from_secs(60) } else { Duration::from_millis(150) };
                tokio::time::sleep(pause).await;
            }
        }
    });
    assert_eq!(content(&bucket, "slow").await, b"abcdef");
    let mut pieces = std::pin::pin!(bucket.get("stalls").await.unwrap());
    assert_eq!(pieces.next().await.unwrap().unwrap(), "a");
    assert!(matches!(pieces.next().await.unwrap(), Err(Fault::Unreachable(_))), "one that stops is given up");
}
