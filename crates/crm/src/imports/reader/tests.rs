//! The reader against files as they come: each encoding, each separator, and everything that can be wrong with them.

use std::io::Write;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::*;

type Read = Result<(Head, Vec<Row>, Summary), ReadError>;

fn read_with(bytes: &[u8], choice: &Choice, limits: &Limits) -> Read {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("the file is written");
    let (mut head, mut rows) = (None, Vec::new());
    let summary = read::<ReadError>(
        file.path(),
        choice,
        limits,
        |found| {
            assert!(head.is_none(), "the head is told once");
            head = Some(found.clone());
            Ok(())
        },
        |row| {
            rows.push(row);
            Ok(())
        },
    )?;
    Ok((head.expect("a head before rows"), rows, summary))
}

fn read_bytes(bytes: impl AsRef<[u8]>) -> Read {
    read_with(bytes.as_ref(), &Choice::default(), &Limits::default())
}

/// Head and the cells of the sound rows.
fn table(bytes: impl AsRef<[u8]>) -> (Vec<String>, Vec<Vec<String>>) {
    let (head, rows, summary) = read_bytes(bytes).expect("a table");
    assert_eq!(summary.rows as usize, rows.len());
    assert_eq!(summary.broken, 0, "{rows:?}");
    (head.columns, rows.into_iter().map(|row| row.cells).collect())
}

fn code(bytes: impl AsRef<[u8]>) -> &'static str {
    match read_bytes(bytes) {
        Ok((head, rows, _)) => panic!("read as a table: {head:?} {rows:?}"),
        Err(error) => {
            assert!(error.to_string().len() > 20, "a refusal says what to do: {error}");
            error.code()
        }
    }
}

fn encode(text: &str, encoding: &'static Encoding, with_mark: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    if encoding == UTF_16LE || encoding == UTF_16BE {
        let units = with_mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        for unit in units {
            bytes.extend(if encoding == UTF_16LE { unit.to_le_bytes() } else { unit.to_be_bytes() });
        }
    } else {
        if with_mark {
            bytes.extend(b"\xef\xbb\xbf");
        }
        bytes.extend(&*encoding.encode(text).0);
    }
    bytes
}

fn strings(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

#[test]
fn every_encoding_reads_the_same() {
    let western = "Name,Straße\r\nJörg Müller,Königsallee\r\nFrançois Noël,Rue de l’Église\r\n";
    let expected = (
        strings(&["Name", "Straße"]),
        vec![strings(&["Jörg Müller", "Königsallee"]), strings(&["François Noël", "Rue de l’Église"])],
    );
    for (bytes, name) in [
        (encode(western, encoding_rs::UTF_8, false), "UTF-8"),
        (encode(western, encoding_rs::UTF_8, true), "UTF-8"),
        (encode(western, UTF_16LE, true), "UTF-16LE"),
        (encode(western, UTF_16BE, true), "UTF-16BE"),
        (encode(western, UTF_16LE, false), "UTF-16LE"),
        (encode(western, UTF_16BE, false), "UTF-16BE"),
        (encode(western, WINDOWS_1252, false), "windows-1252"),
    ] {
        assert_eq!(table(&bytes), expected, "{name}");
        assert_eq!(read_bytes(&bytes).expect("a table").0.encoding, Some(name));
    }
}

#[test]
fn other_alphabets_are_recognised() {
    for (label, text) in [
        (
            "windows-1251",
            "Имя,Город,Должность\nАнна Смирнова,Москва,Директор по продажам\nИван Петров,Новосибирск,Инженер\n",
        ),
        (
            "windows-1250",
            "Imię,Miasto\nŁukasz Wiśniewski,Łódź\nMałgorzata Dąbrowska,Gdańsk\nZbigniew Kośćiński,Świętochłowice\n",
        ),
        ("shift_jis", "名前,会社\n山田太郎,株式会社日立製作所\n鈴木花子,東京電力ホールディングス\n"),
        ("gbk", "姓名,公司\n王小明,北京科技有限公司\n李华,上海浦东发展银行\n"),
        ("euc-kr", "이름,회사\n김철수,삼성전자\n이영희,현대자동차\n"),
    ] {
        let encoding = Encoding::for_label(label.as_bytes()).expect("a known label");
        let (bytes, _, lossy) = encoding.encode(text);
        assert!(!lossy);
        let (head, rows, _) = read_bytes(&*bytes).expect("a table");
        assert_eq!(head.encoding, Some(encoding.name()), "{label}");
        let joined: Vec<String> = std::iter::once(&head.columns)
            .chain(rows.iter().map(|row| &row.cells))
            .map(|cells| cells.join(","))
            .collect();
        assert_eq!(joined.join("\n") + "\n", text, "{label}");
    }
}

#[test]
fn wide_text_without_a_mark_is_found_by_its_separators() {
    let text = "名前,会社\n山田太郎,日立製作所\n鈴木花子,東京電力\n";
    for encoding in [UTF_16LE, UTF_16BE] {
        let (columns, rows) = table(encode(text, encoding, false));
        assert_eq!(columns, strings(&["名前", "会社"]));
        assert_eq!(rows[1], strings(&["鈴木花子", "東京電力"]));
    }
}

#[test]
fn wide_text_without_a_mark_is_found_in_any_script() {
    for text in [
        "a\nb\n",
        "a,b\r\n1,2\r\n",
        "имя,город\nАнна Лилова,Калуга\nИван Ололо,Тула\n",
        "नाम,शहर\nऊषा,दिल्ली\n",
        "ਨਾਂ,ਸ਼ਹਿਰ\nਗੁਰਪ੍ਰੀਤ,ਅੰਮ੍ਰਿਤਸਰ\nਹਰਜੀਤ,ਲੁਧਿਆਣਾ\n",
        "പേര്,നഗരം\nഅഞ്ജലി,കൊച്ചി\n",
        "なまえ,まち\nはなこ,とうきょう\n",
    ] {
        for encoding in [UTF_16LE, UTF_16BE] {
            let (head, _, summary) = read_bytes(encode(text, encoding, false)).expect(text);
            assert_eq!((head.encoding, summary.broken), (Some(encoding.name()), 0), "{text}");
        }
    }
}

#[test]
fn one_damaged_byte_does_not_change_the_encoding() {
    let mut bytes = "name,city\n".to_owned();
    for _ in 0..50 {
        bytes.push_str("Jörg,Köln\n");
    }
    let mut bytes = bytes.into_bytes();
    bytes.extend(b"Andr\xe9,Lyon\nZo\xc3\xab,Gent\n");
    let (head, rows, summary) = read_bytes(bytes).expect("a table");
    assert_eq!(head.encoding, Some("UTF-8"));
    assert_eq!(summary, Summary { rows: 52, broken: 1 });
    assert!(rows[50].broken.as_deref().is_some_and(|why| why.contains("“name”") && why.contains("encoding")));
    assert_eq!(rows[51].cells, strings(&["Zoë", "Gent"]));
}

#[test]
fn late_characters_decide_too() {
    // The first byte beyond ASCII stands far behind any sample.
    let mut text = "name,city\n".to_owned();
    while text.len() < 600 << 10 {
        text.push_str("Anna Meyer,Berlin\n");
    }
    text.push_str("Jörg,Köln\n");
    for encoding in [encoding_rs::UTF_8, WINDOWS_1252] {
        let (_, rows) = table(encode(&text, encoding, false));
        assert_eq!(rows.last(), Some(&strings(&["Jörg", "Köln"])), "{}", encoding.name());
    }
}

#[test]
fn a_chosen_encoding_wins() {
    let bytes = encode("name\nАнна\n", Encoding::for_label(b"koi8-r").expect("known"), false);
    let choice = Choice { encoding: Some("KOI8-R".to_owned()), ..Choice::default() };
    let (head, rows, _) = read_with(&bytes, &choice, &Limits::default()).expect("a table");
    assert_eq!((head.encoding, rows[0].cells[0].as_str()), (Some("KOI8-R"), "Анна"));
    let choice = Choice { encoding: Some("klingon".to_owned()), ..Choice::default() };
    let error = read_with(&bytes, &choice, &Limits::default()).expect_err("no such encoding");
    assert_eq!(error.code(), "unknown_encoding");
}

#[test]
fn each_separator_is_found() {
    for (delimiter, name) in [(",", ','), (";", ';'), ("\t", '\t'), ("|", '|')] {
        let text = format!("name{delimiter}note{delimiter}city\nAnna{delimiter}\"a{delimiter}b\"{delimiter}Berlin\n");
        let (head, rows, _) = read_bytes(&text).expect("a table");
        assert_eq!(head.delimiter, Some(name));
        assert_eq!(rows[0].cells, strings(&["Anna", &format!("a{delimiter}b"), "Berlin"]));
    }
}

#[test]
fn the_separator_is_not_fooled() {
    let cases = [
        // Decimal commas, thousands and lists inside cells.
        ("name;revenue\nAcme;1,5\nBeta;2,5\nGamma;3,75\n", ';', 2),
        ("name,tags\nAnna,a;b;c\nBob,x;y;z\n", ',', 2),
        ("Name; City, Country; Age\nA; Berlin, DE; 5\nB; Paris, FR; 6\n", ';', 3),
        ("name|note\nA|x, y; z\nB|p, q; r\n", '|', 2),
        ("id\tname\n1\tMeyer, Anna\n2\tSmith, Bob\n", '\t', 2),
        // A quoted header, and quotes with separators of the other kind.
        ("\"a;b\",\"c\"\n\"1;2\",\"3\"\n", ',', 2),
        // One column: any separator would be wrong, the usual one does no harm.
        ("name\nAnna\nBob\n", ',', 1),
        ("email\na@example.com\nb@example.com\n", ',', 1),
        // Ragged rows do not outvote the header.
        ("a;b;c\n1;2;3\n1;2\n1\n1;2;3\n", ';', 3),
    ];
    for (text, delimiter, columns) in cases {
        let (head, _, _) = read_bytes(text).expect("a table");
        assert_eq!((head.delimiter, head.columns.len()), (Some(delimiter), columns), "{text}");
    }
    let choice = Choice { delimiter: Some(';'), ..Choice::default() };
    let (head, _, _) = read_with(b"a,b\n1,2\n", &choice, &Limits::default()).expect("a table");
    assert_eq!(head.columns, strings(&["a,b"]));
    let choice = Choice { delimiter: Some('x'), ..Choice::default() };
    assert_eq!(read_with(b"axb\n", &choice, &Limits::default()).expect_err("refused").code(), "bad_delimiter");
}

#[test]
fn excels_own_first_line_is_obeyed() {
    let (head, rows, _) = read_bytes("sep=;\r\na;b\r\n1;2,5\r\n").expect("a table");
    assert_eq!((head.delimiter, head.columns.len()), (Some(';'), 2));
    assert_eq!((rows[0].number, rows[0].cells[1].as_str()), (3, "2,5"));
}

#[test]
fn quotes_lines_and_blanks_as_people_write_them() {
    let text = "name,note\r\nAnna,\"two\r\nlines, one \"\"cell\"\"\"\n\nBob,5\" pipe\r\"Carl\" , \"x\"\n , \n,,\nDora, \"D\" and more\nEve,\"\"\n";
    let (head, rows, summary) = read_bytes(text).expect("a table");
    assert_eq!(head.columns, strings(&["name", "note"]));
    assert_eq!(summary.broken, 0);
    let found: Vec<(u64, &str, &str)> =
        rows.iter().map(|row| (row.number, row.cells[0].as_str(), row.cells[1].as_str())).collect();
    assert_eq!(
        found,
        [
            (2, "Anna", "two\r\nlines, one \"cell\""),
            (4, "Bob", "5\" pipe"),
            (5, "Carl", "x"),
            (8, "Dora", " \"D\" and more"),
            (9, "Eve", ""),
        ]
    );
}

#[test]
fn ragged_rows() {
    let (_, rows, summary) = read_bytes("a,b,c\n1\n1,2\n1,2,3,,\n1,2,3,4\n").expect("a table");
    assert_eq!(summary, Summary { rows: 4, broken: 1 });
    assert_eq!(rows[0].cells, strings(&["1", "", ""]));
    assert_eq!(rows[2].cells, strings(&["1", "2", "3"]));
    assert!(rows[3].broken.as_deref().is_some_and(|why| why.contains("4 cells") && why.contains("header has 3")));
    assert_eq!(rows[3].cells, strings(&["1", "2", "3", "4"]));
}

/// Rows that were read well, by their first cell, and the numbers of the broken ones.
fn outcome(text: &str) -> (Vec<String>, Vec<u64>) {
    let (_, rows, _) = read_bytes(text).expect("a table");
    let sound = rows.iter().filter(|row| row.broken.is_none()).map(|row| row.cells[0].clone()).collect();
    let broken = rows
        .iter()
        .filter(|row| {
            let quote = row.broken.as_deref().is_some_and(|why| why.contains("quote"));
            assert!(row.broken.is_none() || quote, "{row:?}");
            quote
        })
        .map(|row| row.number)
        .collect();
    (sound, broken)
}

#[test]
fn a_broken_quote_costs_one_row() {
    let cases = [
        // Never closed; nothing after it holds a quote.
        ("a,b,c\n1,\"open,x\n2,y,z\n3,y,z\n", vec!["2", "3"], vec![2]),
        // The next row's quote would close it.
        ("a,b,c\n1,\"open,x\n2,\"y\",z\n3,y,z\n", vec!["2", "3"], vec![2]),
        // Closed by accident at the end of a later line: a row of the wrong width.
        ("a,b,c\n1,\"open,x\n2,y,\"\n3,y,z\n", vec!["3"], vec![2, 3]),
        ("a,b,c\n1,\"open,x\n2,y,z\n3,y,z\n4,y,\"\n5,y,z\n", vec!["2", "3", "5"], vec![2, 5]),
        // A quote inside a quoted cell that is not doubled.
        ("a,b\n1,\"the \"best\" one\"\n2,x\n", vec!["2"], vec![2]),
        ("a,b\n\"1\"x,y\n2,x\n", vec!["2"], vec![2]),
        // The first row, the last row, with and without a line end.
        ("a,b\n\"1,x\n", vec![], vec![2]),
        ("a,b\n1,x\n2,\"y", vec!["1"], vec![3]),
        ("a,b\n1,x\n2,y\"\n", vec!["1", "2"], vec![]),
        // Every row broken.
        ("a,b\n\"1,x\n\"2,x\n\"3,x\n", vec![], vec![2, 3, 4]),
        // Old line ends.
        ("a,b\r1,\"open\r2,x\r", vec!["2"], vec![2]),
    ];
    for (text, sound, broken) in cases {
        assert_eq!(outcome(text), (strings(&sound), broken), "{text:?}");
    }
    // A cell of many lines in a short row is not mistaken for it.
    let (_, rows, summary) = read_bytes("a,b,c\n1,\"dear all,\nhello\nbye\"\n").expect("a table");
    assert_eq!((summary.broken, rows[0].cells[1].as_str()), (0, "dear all,\nhello\nbye"));
}

#[test]
fn an_open_quote_in_a_large_file_stays_one_row() {
    // Far more than the limit of a quoted cell follows, so giving up happens before the end of the file.
    let mut text = "a,b\n1,\"never closed\n".to_owned();
    for index in 0..200_000 {
        text.push_str(&format!("{index},plain\n"));
    }
    let (_, rows, summary) = read_bytes(&text).expect("a table");
    assert_eq!(summary, Summary { rows: 200_001, broken: 1 });
    assert_eq!(rows[1].cells, strings(&["0", "plain"]));
    assert_eq!(rows[200_000].number, 200_002);
}

#[test]
fn many_open_quotes_do_not_take_quadratic_time() {
    // Each line opens a quote that only escaped ones follow.
    let mut text = "a,b\n\"open\n".to_owned();
    for _ in 0..200_000 {
        text.push_str("x,\"\"\n\"\"\"\"\"\"\n");
    }
    let start = std::time::Instant::now();
    let (_, rows, _) = read_bytes(&text).expect("a table");
    assert!(rows.len() >= 200_000);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn a_broken_header_is_named() {
    assert_eq!(code("a,\"b\nc,d\n"), "header_broken");
    assert_eq!(code("a,\"b\"x\nc,d\n"), "header_broken");
}

#[test]
fn columns_get_unique_names() {
    let (head, rows, _) = read_bytes("Email,,email,Column 2,Email (2), A\n B ,\n1,2,3,4,5,6,7\n").expect("a table");
    assert_eq!(head.columns, strings(&["Email", "Column 2 (2)", "email (3)", "Column 2", "Email (2)", "A"]));
    assert_eq!(head.notes.len(), 2, "{:?}", head.notes);
    assert_eq!(rows.len(), 2);
    let (head, _, _) = read_bytes("\"First\nname\",x\n1,2\n").expect("a table");
    assert_eq!(head.columns[0], "First name");
}

#[test]
fn a_missing_header_is_noticed() {
    let (head, rows, _) = read_bytes("Anna,anna@example.com\nBob,bob@example.com\n").expect("a table");
    assert_eq!((head.has_header, rows.len()), (false, 2));
    assert_eq!(head.columns, strings(&["Column 1", "Column 2"]));
    assert_eq!(rows[0].number, 1);
    // Years are good names.
    let (head, _, _) = read_bytes("account,2023,2024\nAcme,1,2\n").expect("a table");
    assert!(head.has_header);
    let choice = Choice { header: Some(true), ..Choice::default() };
    let (head, rows, _) = read_with(b"a@b.io,x\n1,2\n", &choice, &Limits::default()).expect("a table");
    assert_eq!((head.columns[0].as_str(), rows.len()), ("a@b.io", 1));
}

#[test]
fn width_and_length_limits() {
    let wide = |columns: usize| {
        let names: Vec<String> = (0..columns).map(|index| format!("c{index}")).collect();
        format!("{}\n{}\n", names.join(","), vec!["x"; columns].join(","))
    };
    let (columns, rows) = table(wide(200));
    assert_eq!((columns.len(), rows[0].len()), (200, 200));
    assert_eq!(code(wide(201)), "too_many_columns");
    let message = read_bytes(wide(5_000)).expect_err("refused").to_string();
    assert!(message.contains("5000") && message.contains("200"), "{message}");
    // A tail of empty header cells is no reason to refuse.
    let (columns, _) = table(format!("a,b{}\n1,2{}\n", ",".repeat(300), ",".repeat(300)));
    assert_eq!(columns, strings(&["a", "b"]));

    // A row of 5,000-character cells is fine; one above the limit is the problem of its row.
    let long = "ä".repeat(5_000);
    let text = format!(
        "{}\n{}\n{}\nshort\n",
        wide(200).lines().next().unwrap_or_default(),
        vec![long.as_str(); 200].join(","),
        "y".repeat(40_000)
    );
    let (_, rows, summary) = read_bytes(&text).expect("a table");
    assert_eq!(summary, Summary { rows: 3, broken: 1 });
    assert_eq!(rows[0].cells[199], long);
    assert!(rows[1].broken.as_deref().is_some_and(|why| why.contains("“c0”") && why.contains("longer")));
    assert!(rows[1].cells[0].len() <= 32 << 10);
    assert_eq!(rows[2].cells[0], "short");
    // Quoted too.
    let text = format!("a,b\n\"{}\",1\nx,2\n", "line\n".repeat(20_000));
    assert_eq!(read_bytes(&text).expect("a table").2, Summary { rows: 2, broken: 1 });

    // A line without end.
    let text = format!("a,b\n{}\n1,2\n", "x".repeat(9 << 20));
    let (_, rows, summary) = read_bytes(&text).expect("a table");
    assert_eq!(summary, Summary { rows: 2, broken: 1 });
    assert_eq!(rows[1].cells, strings(&["1", "2"]));

    let limits = Limits { rows_max: 3, ..Limits::default() };
    assert!(read_with(b"a\n1\n2\n3\n", &Choice::default(), &limits).is_ok());
    assert_eq!(
        read_with(b"a\n1\n2\n3\n4\n", &Choice::default(), &limits).expect_err("refused").code(),
        "too_many_rows"
    );
    let limits = Limits { file_bytes_max: 5, ..Limits::default() };
    assert_eq!(read_with(b"a\n1\n2\n", &Choice::default(), &limits).expect_err("refused").code(), "file_too_large");
}

#[test]
fn zero_bytes_are_the_problem_of_their_row() {
    let text = format!("name,city\n{}A\0nna,Berlin\nBob,Paris\n", "Carl,Rome\n".repeat(20));
    let (_, rows, summary) = read_bytes(text).expect("a table");
    assert_eq!(summary, Summary { rows: 22, broken: 1 });
    assert!(!rows[20].cells[0].contains('\0'));
}

#[test]
fn a_zero_byte_in_a_small_file_does_not_make_it_wide_text() {
    for zero in ["A\0B", "AB\0", "\0AB", "A\0\0B", "A\0B\0C"] {
        let text = format!("name,email\n{zero},nul@a.example\nC,nul2@a.example\n");
        for shift in ["", "x"] {
            let text = format!("{shift}{text}");
            let (head, rows, summary) = read_bytes(&text).expect("a table");
            assert_eq!(head.encoding, Some("UTF-8"), "{text:?}");
            assert_eq!(summary, Summary { rows: 2, broken: 1 }, "{text:?}");
            assert!(rows[0].broken.as_deref().is_some_and(|why| why.contains("zero byte")), "{text:?}");
            assert_eq!(rows[1].cells, strings(&["C", "nul2@a.example"]));
        }
    }
    // Beside a line end, and in an encoding of one byte per character.
    for text in [&b"name,city\n\0Anna,Rome\nBob,Paris\n"[..], b"xname,city\n\0Anna,Rome\nBob,Paris\n"] {
        assert_eq!(read_bytes(text).expect("a table").2, Summary { rows: 2, broken: 1 });
    }
    let (head, _, summary) = read_bytes(b"name,city\nJ\xf6rg,K\xf6ln\nA\0na,M\xfcnchen\n").expect("a table");
    assert_eq!((head.encoding, summary), (Some("windows-1252"), Summary { rows: 2, broken: 1 }));
}

#[test]
fn files_that_are_no_table_are_named() {
    assert_eq!(code(""), "file_empty");
    assert_eq!(code("\u{feff}"), "file_empty");
    assert_eq!(code("\n\n  \n"), "file_empty");
    assert_eq!(code("name,email\n"), "file_without_rows");
    assert_eq!(code("name,email\n,\n\n"), "file_without_rows");
    assert_eq!(code(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "not_a_table");
    assert_eq!(code(b"\xff\xd8\xff\xe0\0\x10JFIF"), "not_a_table");
    assert_eq!(code(b"%PDF-1.7\n%abc"), "not_a_table");
    assert_eq!(code(b"\x1f\x8b\x08\0\0\0\0\0"), "not_a_table");
    assert_eq!(code("<!DOCTYPE html>\n<html><body><table></table></body></html>"), "not_a_table");
    assert_eq!(code("<?xml version=\"1.0\"?>\n<Workbook></Workbook>"), "not_a_table");
    assert_eq!(code("[\n  {\"name\": \"Anna\"}\n]"), "not_a_table");
    assert_eq!(code("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n"), "not_a_table");
    let noise: Vec<u8> = (0..5_000_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    assert_eq!(code(noise), "not_a_table");
    // Tables that only begin strangely.
    table("<none>,b\n1,2\n");
    table("{id},b\n1,2\n");

    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    assert_eq!(code([ole.clone(), wide("Workbook")].concat()), "other_spreadsheet");
    assert_eq!(code([ole, wide("EncryptedPackage")].concat()), "workbook_protected");
}

fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a part");
        writer.write_all(content).expect("its content");
    }
    writer.finish().expect("an archive").into_inner()
}

#[test]
fn other_archives_are_named() {
    assert_eq!(code(zip_of(&[("readme.txt", b"hello")])), "not_a_table");
    assert_eq!(code(zip_of(&[("word/document.xml", b"<a/>")])), "not_a_table");
    assert_eq!(code(zip_of(&[("mimetype", b"x"), ("content.xml", b"<a/>")])), "other_spreadsheet");
    assert_eq!(code(zip_of(&[("xl/workbook.bin", b"x")])), "other_spreadsheet");
    assert_eq!(code(zip_of(&[("xl/workbook.xml", b"<workbook/>")])), "workbook_broken");
    assert_eq!(code(b"PK\x03\x04 and nothing behind it"), "workbook_broken");
}

/// A workbook made by `fill`.
fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn a_workbook_reads_as_one_would_type_it() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        sheet.set_name("Empty").expect("a name");
        let sheet = book.add_worksheet();
        sheet.set_name("People").expect("a name");
        let names = ["name", "phone", "amount", "share", "member", "since", "met", "time", "sum"];
        for (column, name) in names.iter().enumerate() {
            sheet.write_string(1, column as u16, *name).expect("a cell");
        }
        let date = Format::new().set_num_format("dd/mm/yyyy");
        let time = Format::new().set_num_format("hh:mm:ss");
        sheet.write_string(2, 0, "Анна & Jörg").expect("a cell");
        sheet.write_number(2, 1, 4_915_112_345_678.0).expect("a cell");
        sheet.write_number(2, 2, 1100.0).expect("a cell");
        sheet.write_number(2, 3, 0.1 + 0.2).expect("a cell");
        sheet.write_boolean(2, 4, true).expect("a cell");
        let day = ExcelDateTime::from_ymd(2024, 3, 5).expect("a date");
        sheet.write_datetime_with_format(2, 5, &day, &date).expect("a cell");
        let moment = ExcelDateTime::from_ymd(2024, 3, 5).and_then(|day| day.and_hms(14, 30, 0)).expect("a time");
        sheet.write_datetime_with_format(2, 6, &moment, &date).expect("a cell");
        let hour = ExcelDateTime::from_hms(9, 5, 0).expect("a time");
        sheet.write_datetime_with_format(2, 7, &hour, &time).expect("a cell");
        sheet.write_formula(2, 8, rust_xlsxwriter::Formula::new("=1+1").set_result("2")).expect("a cell");
        // Row 4 is blank, row 5 is short, and something stands beyond the header in row 6.
        sheet.write_string(4, 0, "Bob").expect("a cell");
        sheet.write_string(5, 9, "stray").expect("a cell");
    });
    let (head, rows, summary) = read_bytes(&bytes).expect("a table");
    assert_eq!(head.kind, FileKind::Workbook);
    assert_eq!(head.sheet.as_deref(), Some("People"));
    assert_eq!(head.sheets, strings(&["Empty", "People"]));
    assert_eq!(
        rows[0].cells,
        strings(&[
            "Анна & Jörg",
            "4915112345678",
            "1100",
            "0.3",
            "true",
            "2024-03-05",
            "2024-03-05T14:30:00",
            "09:05:00",
            "2"
        ])
    );
    assert_eq!((rows[1].number, rows[1].cells[0].as_str(), rows[1].cells.len()), (5, "Bob", 9));
    assert_eq!(summary, Summary { rows: 3, broken: 1 });

    let choose = |name: &str| Choice { sheet: Some(name.to_owned()), ..Choice::default() };
    assert_eq!(read_with(&bytes, &choose("Empty"), &Limits::default()).expect_err("empty").code(), "file_empty");
    let error = read_with(&bytes, &choose("Nope"), &Limits::default()).expect_err("no such sheet");
    assert!(error.to_string().contains("People"), "{error}");
    assert_eq!(code(workbook(|book| _ = book.add_worksheet())), "workbook_empty");
    let header_only = workbook(|book| {
        book.add_worksheet().write_string(0, 0, "name").expect("a cell");
    });
    assert_eq!(code(header_only), "file_without_rows");
}

#[test]
fn a_wide_workbook_is_refused_and_a_long_one_streams() {
    let wide = workbook(|book| {
        let sheet = book.add_worksheet();
        for column in 0..201 {
            sheet.write_string(0, column, format!("c{column}")).expect("a cell");
        }
        sheet.write_string(1, 0, "x").expect("a cell");
    });
    assert_eq!(code(wide), "too_many_columns");
    let long = workbook(|book| {
        let sheet = book.add_worksheet();
        for row in 0..3_000 {
            sheet.write_string(row, 0, format!("row {row}")).expect("a cell");
            sheet.write_number(row, 1, row).expect("a cell");
        }
    });
    let (_, rows, _) = read_bytes(long).expect("a table");
    assert_eq!(rows.len(), 2_999);
    assert_eq!(rows[2_998].cells, strings(&["row 2999", "2999"]));
}

/// The parts of a small sound workbook, with one of them replaced.
fn workbook_with(name: &str, content: &[u8]) -> Vec<u8> {
    let sheet = b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c></row></sheetData></worksheet>";
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", b"<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ("xl/workbook.xml", b"<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", b"<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", b"<sst count=\"1\" uniqueCount=\"1\"><si><t>a</t></si></sst>"),
    ];
    match parts.iter_mut().find(|(part, _)| *part == name) {
        Some(part) => part.1 = content,
        None => parts.push((name, content)),
    }
    zip_of(&parts)
}

#[test]
fn a_row_that_stands_twice_in_a_workbook_is_not_swallowed() {
    let sheet = |rows: &str| {
        let cell = |place: &str, text: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
        let mut out = String::from("<worksheet><sheetData>");
        for row in rows.split(';') {
            let (number, cells) = row.split_once(':').expect("a row");
            out.push_str(&format!("<row r=\"{number}\">"));
            for (place, text) in cells.split(' ').filter_map(|cell| cell.split_once('=')) {
                out.push_str(&cell(place, text));
            }
            out.push_str("</row>");
        }
        workbook_with("xl/worksheets/sheet1.xml", format!("{out}</sheetData></worksheet>").as_bytes())
    };
    for twice in [
        // One over the other, beside each other, apart from each other, and by a cell that says so itself.
        "1:A1=name B1=city;2:A2=Anna B2=Rome;2:A2=Bob B2=Paris",
        "1:A1=name B1=city;2:A2=Anna;2:B2=Paris",
        "1:A1=name B1=city;2:A2=Anna;3:A3=Carl;2:A2=Bob",
        "1:A1=name B1=city;2:A2=Anna;3:A2=Bob",
        "1:A1=name B1=city;2:A2=Anna A2=Bob",
    ] {
        let error = read_bytes(sheet(twice)).expect_err(twice);
        assert_eq!(error.code(), "workbook_broken", "{twice}");
        assert!(error.to_string().contains('2'), "{error}");
    }
    // Nothing is lost by an empty one.
    let (_, rows) = table(sheet("1:A1=name B1=city;2:;2:A2=Anna;3:A3=Bob"));
    assert_eq!(rows, vec![strings(&["Anna", ""]), strings(&["Bob", ""])]);
}

#[test]
fn bombs_are_refused_before_they_unpack() {
    let (columns, rows) = table(workbook_with("docProps/app.xml", b"<a/>"));
    assert_eq!((columns, rows), (strings(&["a"]), vec![strings(&["a"])]));

    // Far more rows than packed bytes allow, one endless cell, one endless tag, one cell in pieces.
    let many = format!("<worksheet><sheetData>{}</sheetData></worksheet>", "<row/>".repeat(1_450_000));
    assert_eq!(code(workbook_with("xl/worksheets/sheet1.xml", many.as_bytes())), "workbook_bomb");
    let cell = format!(
        "<worksheet><sheetData><row><c t=\"str\"><v>{}</v></c></row></sheetData></worksheet>",
        "a".repeat(5 << 18)
    );
    assert_eq!(code(workbook_with("xl/worksheets/sheet1.xml", cell.as_bytes())), "workbook_bomb");
    let tag = format!("<worksheet {}><sheetData/></worksheet>", "a='b' ".repeat(200_000));
    assert_eq!(code(workbook_with("xl/worksheets/sheet1.xml", tag.as_bytes())), "workbook_bomb");
    let pieces = format!("<sst><si>{}</si></sst>", "<t>abcdefgh</t>".repeat(300_000));
    assert_eq!(code(workbook_with("xl/sharedStrings.xml", pieces.as_bytes())), "workbook_bomb");
    // A promise that would reserve memory without end.
    for promise in ["999999999999", "99999999999999999999999999", "000000000099999999"] {
        let sst = format!("<sst uniqueCount='{promise}'><si><t>a</t></si></sst>");
        assert_eq!(code(workbook_with("xl/sharedStrings.xml", sst.as_bytes())), "workbook_bomb");
    }
    // Zeroes somewhere else in the archive.
    assert_eq!(code(workbook_with("xl/media/image1.png", &vec![0; 40 << 20])), "workbook_bomb");
    let many: Vec<(String, &[u8])> = (0..2_500).map(|index| (format!("xl/part{index}.xml"), b"".as_slice())).collect();
    let mut parts: Vec<(&str, &[u8])> = many.iter().map(|(name, content)| (name.as_str(), *content)).collect();
    parts.push(("xl/workbook.xml", b"<workbook/>"));
    assert_eq!(code(zip_of(&parts)), "workbook_bomb");
    // Contradicting dimensions make calamine subtract below zero.
    let upside_down = b"<worksheet><dimension ref=\"C9:A1\"/><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData></worksheet>";
    let _ = read_bytes(workbook_with("xl/worksheets/sheet1.xml", upside_down));
}

#[test]
fn limits_of_the_archive_count_what_is_really_there() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        for row in 0..2_000 {
            sheet.write_string(row, 0, format!("text {row}")).expect("a cell");
        }
    });
    for limits in [
        Limits { unpacked_bytes_max: 10_000, ..Limits::default() },
        Limits { shared_strings_bytes_max: 10_000, ..Limits::default() },
        Limits { entries_max: 3, ..Limits::default() },
    ] {
        let error = read_with(&bytes, &Choice::default(), &limits).expect_err("refused");
        assert_eq!(error.code(), "workbook_bomb", "{limits:?}");
    }
}

#[test]
fn a_workbook_named_otherwise_is_still_one() {
    // The reader never sees a name; this is the same file through a path that lies.
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "name").expect("a cell");
        sheet.write_string(1, 0, "Anna").expect("a cell");
    });
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("people.csv");
    std::fs::write(&path, bytes).expect("the file is written");
    let mut names = Vec::new();
    read::<ReadError>(
        &path,
        &Choice::default(),
        &Limits::default(),
        |_| Ok(()),
        |row| {
            names.push(row.cells[0].clone());
            Ok(())
        },
    )
    .expect("a table");
    assert_eq!(names, strings(&["Anna"]));
}

#[test]
fn an_error_of_the_caller_stops_the_reading() {
    #[derive(Debug)]
    enum Stop {
        Read,
        Enough(u64),
    }
    impl From<ReadError> for Stop {
        fn from(_: ReadError) -> Stop {
            Stop::Read
        }
    }
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(b"a\n1\n2\n3\n").expect("the file is written");
    let outcome = read::<Stop>(
        file.path(),
        &Choice::default(),
        &Limits::default(),
        |_| Ok(()),
        |row| Err(Stop::Enough(row.number)),
    );
    assert!(matches!(outcome, Err(Stop::Enough(2))), "{outcome:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// What the csv crate writes, in any encoding, with any separator and line end, reads back the same.
    #[test]
    fn written_by_the_csv_crate_reads_back(
        rows in proptest::collection::vec(proptest::collection::vec("[^\0\u{feff}\u{fffd}]{0,12}", 3), 1..12),
        delimiter in proptest::sample::select(vec![b',', b';', b'\t', b'|']),
        crlf in any::<bool>(),
        quote_all in any::<bool>(),
        wide in 0..4_usize,
    ) {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .quote_style(if quote_all { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary })
            .from_writer(Vec::new());
        writer.write_record(["first", "second", "third"]).expect("a header");
        for row in &rows {
            writer.write_record(row).expect("a row");
        }
        let text = String::from_utf8(writer.into_inner().expect("a buffer")).expect("text");
        let (encoding, mark) = [(encoding_rs::UTF_8, false), (encoding_rs::UTF_8, true), (UTF_16LE, true), (UTF_16BE, true)][wide];
        // The separator is given: rows of arbitrary text may well be more even with another one.
        let choice = Choice { delimiter: Some(char::from(delimiter)), header: Some(true), ..Choice::default() };
        let expected: Vec<&Vec<String>> =
            rows.iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty())).collect();
        // Control characters make a file look binary on purpose; that is not the point here.
        prop_assume!(text.chars().filter(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n')).count() * 20 < text.chars().count());
        match read_with(&encode(&text, encoding, mark), &choice, &Limits::default()) {
            Ok((_, found, summary)) => {
                prop_assert_eq!(summary.broken, 0);
                let cells: Vec<&Vec<String>> = found.iter().map(|row| &row.cells).collect();
                prop_assert_eq!(cells, expected);
            }
            Err(error) => prop_assert!(expected.is_empty() && error.code() == "file_without_rows", "{}", error),
        }
    }

    /// No bytes at all make it panic, hang or invent rows.
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Ok((head, rows, summary)) = read_bytes(&bytes) {
            prop_assert!(!head.columns.is_empty() && summary.rows as usize == rows.len());
        }
    }

    /// Text made of the characters that matter: every row is answered, and every line can be found again.
    #[test]
    fn any_quotes_are_answered(text in "[a\",;\n\r ]{0,60}") {
        let choice = Choice { header: Some(true), ..Choice::default() };
        if let Ok((head, rows, _)) = read_with(format!("h1,h2\n{text}").as_bytes(), &choice, &Limits::default()) {
            prop_assert!(head.columns.len() <= 2);
            let mut last = 0;
            for row in &rows {
                prop_assert!(row.number > last);
                last = row.number;
            }
            // Letters are data: none may vanish, whether its row is sound or broken.
            let letters = text.matches('a').count();
            let kept: usize = rows.iter().flat_map(|row| &row.cells).map(|cell| cell.matches('a').count()).sum();
            prop_assert!(kept <= letters);
            prop_assert!(kept == letters || rows.iter().any(|row| row.broken.is_some()), "{} of {}: {:?}", kept, letters, rows);
        }
    }
}
