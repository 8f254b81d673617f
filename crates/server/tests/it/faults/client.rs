//! A small HTTP/1.1 client for talking to the real program over loopback: one connection, kept alive.

use serde_json::Value;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A connection that carries an API key.
pub struct Client {
    stream: BufReader<TcpStream>,
    key: String,
}

/// Status and body of an answer.
pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

impl Client {
    pub fn connect(address: SocketAddr, key: &str) -> Result<Client> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        stream.set_nodelay(true)?;
        Ok(Client { stream: BufReader::new(stream), key: key.to_string() })
    }

    /// Sends a request with a JSON body, or none.
    pub fn send(&mut self, method: &str, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> Result<Answer> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let kind = if body.is_empty() { None } else { Some("application/json") };
        self.send_bytes(method, path, kind, body.as_bytes(), headers)
    }

    /// Sends a request with a body of any kind.
    pub fn send_bytes(
        &mut self,
        method: &str,
        path: &str,
        kind: Option<&str>,
        body: &[u8],
        headers: &[(&str, &str)],
    ) -> Result<Answer> {
        let mut head =
            format!("{method} /api/v1{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n", self.key);
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        if let Some(kind) = kind {
            head.push_str(&format!("Content-Type: {kind}\r\n"));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let stream = self.stream.get_mut();
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        self.read_answer()
    }

    fn read_line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(Error::new(ErrorKind::UnexpectedEof, "the server went away"));
        }
        Ok(line.trim_end().to_string())
    }

    fn read_answer(&mut self) -> Result<Answer> {
        let first = self.read_line()?;
        let status = first.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| Error::new(ErrorKind::InvalidData, first))?;
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.read_line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            match line.split_once(':') {
                Some(("content-length", value)) => length = value.trim().parse().unwrap_or(0),
                Some(("transfer-encoding", value)) => chunked = value.trim() == "chunked",
                _ => {}
            }
        }
        let mut body = Vec::new();
        if chunked {
            loop {
                let size = usize::from_str_radix(self.read_line()?.trim(), 16)
                    .map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
                let start = body.len();
                body.resize(start + size, 0);
                self.stream.read_exact(&mut body[start..])?;
                self.read_line()?;
                if size == 0 {
                    break;
                }
            }
        } else {
            body.resize(length, 0);
            self.stream.read_exact(&mut body)?;
        }
        let body = String::from_utf8(body).map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
        Ok(Answer { status, body })
    }
}
