//! A small HTTP/1.1 client for loopback: one kept-alive connection, nothing between the clock and the socket.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

/// A server that does not answer within this is taken for dead.
const TIMEOUT: Duration = Duration::from_secs(120);
/// No answer measured here is larger.
const BODY_BYTES_MAX: usize = 64 << 20;

/// One connection with its credentials.
pub struct Client {
    stream: BufReader<TcpStream>,
    /// Everything of the head that stays the same: host and authorisation.
    head: String,
    request: Vec<u8>,
    line: String,
}

/// An answer as it came.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON, when the status is the expected one.
    pub fn json(&self, status: u16) -> Result<serde_json::Value> {
        if self.status != status {
            bail!("expected {status}, got {}: {}", self.status, String::from_utf8_lossy(&self.body));
        }
        serde_json::from_slice(&self.body).context("the answer is not JSON")
    }
}

impl Client {
    /// Connects to `address`; `key` is an API key sent with every request.
    pub fn connect(address: SocketAddr, key: &str) -> Result<Client> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        let mut head = format!("Host: {address}\r\n");
        if !key.is_empty() {
            head.push_str(&format!("Authorization: Bearer {key}\r\n"));
        }
        Ok(Client { stream: BufReader::new(stream), head, request: Vec::new(), line: String::new() })
    }

    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.send("GET", path, "", b"")
    }

    pub fn post(&mut self, path: &str, body: &serde_json::Value) -> Result<Answer> {
        self.send("POST", path, "application/json", body.to_string().as_bytes())
    }

    /// Sends one request and reads the whole answer. An empty `content_type` sends no body.
    pub fn send(&mut self, method: &str, path: &str, content_type: &str, body: &[u8]) -> Result<Answer> {
        self.request.clear();
        write!(self.request, "{method} {path} HTTP/1.1\r\n{}", self.head)?;
        if !content_type.is_empty() {
            write!(self.request, "Content-Type: {content_type}\r\nContent-Length: {}\r\n", body.len())?;
        } else if method != "GET" {
            write!(self.request, "Content-Length: 0\r\n")?;
        }
        self.request.extend_from_slice(b"\r\n");
        self.request.extend_from_slice(body);
        self.stream.get_mut().write_all(&self.request)?;
        self.answer().with_context(|| format!("{method} {path}"))
    }

    fn answer(&mut self) -> Result<Answer> {
        self.read_line()?;
        let status: u16 = self.line.split(' ').nth(1).context("no status line")?.parse()?;
        let (mut length, mut chunked) = (0_usize, false);
        loop {
            self.read_line()?;
            let Some((name, value)) = self.line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse()?;
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                chunked = value.trim().eq_ignore_ascii_case("chunked");
            }
        }
        let mut body = Vec::new();
        if chunked {
            loop {
                self.read_line()?;
                let size = usize::from_str_radix(self.line.trim(), 16)?;
                self.append(&mut body, size)?;
                self.read_line()?;
                if size == 0 {
                    break;
                }
            }
        } else {
            self.append(&mut body, length)?;
        }
        Ok(Answer { status, body })
    }

    fn append(&mut self, body: &mut Vec<u8>, size: usize) -> Result<()> {
        ensure!(body.len() + size <= BODY_BYTES_MAX, "the answer is too large");
        let start = body.len();
        body.resize(start + size, 0);
        Ok(self.stream.read_exact(&mut body[start..])?)
    }

    /// One line without its end, kept in `self.line`.
    fn read_line(&mut self) -> Result<()> {
        self.line.clear();
        ensure!(self.stream.read_line(&mut self.line)? > 0, "the server closed the connection");
        self.line.truncate(self.line.trim_end_matches(['\r', '\n']).len());
        Ok(())
    }
}

/// Percent-encodes a query value.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn answers_with_length_and_in_chunks_are_read_on_one_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut reader = BufReader::new(stream.try_clone().expect("a clone"));
            let answers = [
                "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{\"a\":1}",
                "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":2}\r\n0\r\n\r\n",
            ];
            for answer in answers {
                let mut line = String::new();
                while reader.read_line(&mut line).expect("a request") > 2 {
                    line.clear();
                }
                stream.write_all(answer.as_bytes()).expect("an answer");
            }
        });
        let mut client = Client::connect(address, "").expect("connected");
        assert_eq!(client.get("/x").expect("one").json(200).expect("json")["a"], 1);
        let second = client.get("/y").expect("two");
        assert_eq!(second.json(201).expect("json")["a"], 2);
        assert!(second.json(200).is_err());
        server.join().expect("the server ends");
    }

    #[test]
    fn query_values_are_encoded() {
        assert_eq!(encode("a b&ü"), "a%20b%26%C3%BC");
    }
}
