//! A Rust file as a flat row of tokens, without what is for tests alone.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A token with its line, counted from 1.
#[derive(Debug)]
pub struct Token {
    pub line: usize,
    pub kind: Kind,
}

#[derive(Debug, PartialEq)]
pub enum Kind {
    Ident(String),
    Punct(char),
    /// A literal as written, with its quotes.
    Literal(String),
    Open(char),
    Close(char),
}

impl Token {
    pub fn is_ident(&self, name: &str) -> bool {
        matches!(&self.kind, Kind::Ident(ident) if ident == name)
    }

    pub fn is_punct(&self, mark: char) -> bool {
        self.kind == Kind::Punct(mark)
    }

    pub fn ident(&self) -> Option<&str> {
        match &self.kind {
            Kind::Ident(ident) => Some(ident),
            _ => None,
        }
    }
}

/// One Rust file.
pub struct Source {
    /// From the root, with `/`.
    pub path: String,
    /// The whole file is for tests.
    pub only_tests: bool,
    tokens: Vec<Token>,
    /// Modules declared by `mod name;` for tests alone.
    test_modules: Vec<String>,
}

impl Source {
    pub fn parse(path: &str, text: &str) -> anyhow::Result<Source> {
        let stream: TokenStream = text.parse().map_err(|e: proc_macro2::LexError| anyhow::anyhow!("{e}"))?;
        let mut source = Source {
            path: path.to_string(),
            only_tests: is_test_path(path),
            tokens: Vec::new(),
            test_modules: Vec::new(),
        };
        source.flatten(stream);
        Ok(source)
    }

    /// The tokens of the product: nothing when the file is for tests.
    pub fn tokens(&self) -> &[Token] {
        if self.only_tests { &[] } else { &self.tokens }
    }

    /// `crates/db/src/sql.rs` → `db`.
    pub fn crate_name(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    /// The places of the files declared for tests alone, without `.rs`.
    pub fn test_modules(&self) -> Vec<String> {
        let (folder, file) = self.path.rsplit_once('/').unwrap_or(("", &self.path));
        let folder = match file {
            "mod.rs" | "lib.rs" | "main.rs" => folder.to_string(),
            file => format!("{folder}/{}", file.trim_end_matches(".rs")),
        };
        self.test_modules.iter().map(|name| format!("{folder}/{name}")).collect()
    }

    fn flatten(&mut self, stream: TokenStream) {
        let mut trees = stream.into_iter().peekable();
        while let Some(tree) = trees.next() {
            match tree {
                TokenTree::Punct(hash) if hash.as_char() == '#' => {
                    // An outer attribute `#[…]`, or an inner one `#![…]`.
                    let inner = matches!(trees.peek(), Some(TokenTree::Punct(bang)) if bang.as_char() == '!');
                    if inner {
                        trees.next();
                    }
                    let Some(TokenTree::Group(group)) = trees.peek() else { continue };
                    let (text, is_test) = (group.clone(), is_test_attribute(group));
                    trees.next();
                    if !is_test {
                        if !text.stream().to_string().starts_with("doc ") {
                            self.group(&text);
                        }
                    } else if inner {
                        // The rest of this level.
                        return;
                    } else {
                        self.skip_item(&mut trees);
                    }
                }
                TokenTree::Group(group) => self.group(&group),
                TokenTree::Ident(ident) => self.push(ident.span().start().line, Kind::Ident(ident.to_string())),
                TokenTree::Punct(punct) => self.push(punct.span().start().line, Kind::Punct(punct.as_char())),
                TokenTree::Literal(literal) => {
                    self.push(literal.span().start().line, Kind::Literal(literal.to_string()));
                }
            }
        }
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ('(', ')'),
            Delimiter::Brace => ('{', '}'),
            Delimiter::Bracket => ('[', ']'),
            Delimiter::None => return self.flatten(group.stream()),
        };
        self.push(group.span_open().start().line, Kind::Open(open));
        self.flatten(group.stream());
        self.push(group.span_close().start().line, Kind::Close(close));
    }

    /// Passes over an item to its `;` or its body, and remembers a module that it declares.
    fn skip_item(&mut self, trees: &mut impl Iterator<Item = TokenTree>) {
        let mut after_mod = false;
        let mut module = None;
        for tree in trees {
            match tree {
                TokenTree::Punct(punct) if punct.as_char() == ';' => {
                    self.test_modules.extend(module);
                    return;
                }
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return,
                TokenTree::Ident(ident) => {
                    if after_mod {
                        module = Some(ident.to_string());
                    }
                    after_mod = ident == "mod";
                }
                _ => {}
            }
        }
    }

    fn push(&mut self, line: usize, kind: Kind) {
        self.tokens.push(Token { line, kind });
    }
}

/// Files and folders that hold tests by their name.
fn is_test_path(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "testing" | "testing.rs" | "benches"))
}

/// `#[test]`, `#[tokio::test(…)]`, `#[cfg(test)]`, `#[cfg(feature = "testing")]` and combinations by `any`.
fn is_test_attribute(group: &Group) -> bool {
    let mut words = Vec::new();
    let mut path_end = None;
    for tree in group.stream() {
        match &tree {
            TokenTree::Ident(ident) => path_end = Some(ident.to_string()),
            TokenTree::Group(arguments) => collect_words(arguments.stream(), &mut words),
            _ => {}
        }
    }
    match path_end.as_deref() {
        Some("test") => true,
        Some("cfg") => {
            words.iter().any(|word| word == "test" || word == "\"testing\"") && !words.iter().any(|word| word == "not")
        }
        _ => false,
    }
}

fn collect_words(stream: TokenStream, words: &mut Vec<String>) {
    for tree in stream {
        match tree {
            TokenTree::Group(group) => collect_words(group.stream(), words),
            other => words.push(other.to_string()),
        }
    }
}
