//! JSON pointers (RFC 6901), which say where in a document a fault stands.

use serde_path_to_error::{Path, Segment};

/// A key as a part of a pointer (RFC 6901, section 3).
pub(crate) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The pointer to a field of what `parent` points to.
pub fn field(parent: &str, key: &str) -> String {
    format!("{parent}/{}", escaped(key))
}

/// The pointer to where a reader stood when it found the fault.
pub(crate) fn of(path: &Path) -> String {
    let mut text = String::new();
    for segment in path {
        text.push('/');
        match segment {
            Segment::Seq { index } => text.push_str(&index.to_string()),
            Segment::Map { key } => text.push_str(&escaped(key)),
            Segment::Enum { variant } => text.push_str(variant),
            // What comes after the fault is not known.
            Segment::Unknown => {
                text.pop();
            }
        }
    }
    text
}
