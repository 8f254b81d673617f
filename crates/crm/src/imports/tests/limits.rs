//! Files that are unlike others: much on one row, much about one record.

use super::super::store;
use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_that_belongs_to_nobody_fails_its_row_and_no_other() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let text = "Name,Email,Company domain\nAnna,anna@x.example,myshopify.com\nBob,bob@x.example,acme.example\n\
                    Cy,cy@x.example,co.uk\n";
        let done = world.import(RecordKind::Customer, text, OnDuplicate::Skip).await;
        assert_eq!((done.created, done.failed), (1, 2));
        assert!(done.problems[0].reason.contains("myshopify.com"), "{:?}", done.problems);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_of_the_same_name_stays_the_company() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let (by, twice) = (world.actor.at_one_moment(), ["acme.example", "acme.test.example"]);
        let ids = world
            .db
            .write(move |tx| {
                let mut ids = Vec::new();
                for domain in twice {
                    let new = companies::NewCompany {
                        name: "Acme".to_owned(),
                        domains: Some(vec![domain.to_owned()]),
                        ..companies::NewCompany::default()
                    };
                    ids.push(companies::create(tx, &by, &new)?.id);
                }
                Ok::<_, Error>(ids)
            })
            .await
            .expect("two companies");
        for (index, id) in ids.iter().enumerate() {
            let new = NewCustomer {
                full_name: Some(format!("Person {index}")),
                company_id: Some(*id),
                contacts: vec![email(&format!("p{index}@mail.example"))],
                ..NewCustomer::default()
            };
            world.create(&world.actor, new).await;
        }
        let text = "Name,Email,Company\nPerson 0,p0@mail.example,ACME\nPerson 1,p1@mail.example,ACME\n";
        let done = world.import(RecordKind::Customer, text, OnDuplicate::Update).await;
        assert_eq!(done.unchanged, 2, "{:?}", world.results(done.id).await);
        let stored: Vec<_> = world.customers().await.iter().filter_map(|customer| customer.company_id).collect();
        assert_eq!(stored, ids);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_stays_quick_when_every_row_is_about_the_same_record() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        world.create(&world.actor, ada()).await;
        let (mut people, mut firms) = ("Name,Email,Title,Tags\n".to_owned(), "Company,Domain,City\n".to_owned());
        for index in 0..3_300 {
            // One record that is there, one that the file makes; their values go to and fro.
            let (address, title) = (["ada@example.com", "office@x.example"][index % 2], ["A", "B", "C"][index % 3]);
            people.push_str(&format!("Office,{address},{title},tag {}\n", index % 60));
            firms.push_str(&format!("Firm,firm.example,{title}\n"));
        }
        let done = world.import(RecordKind::Customer, &people, OnDuplicate::Update).await;
        assert_eq!((done.created, done.created + done.updated + done.unchanged), (1, 3_300));
        let done = world.import(RecordKind::Company, &firms, OnDuplicate::Update).await;
        assert_eq!((done.created, done.created + done.updated + done.unchanged), (1, 3_300));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_rows_come_in_smaller_chunks() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let long = "x".repeat(30_000);
        let mut text = "Name,Note\n".to_owned();
        for index in 0..500 {
            text.push_str(&format!("Person {index},{long}\n"));
        }
        let import = world.upload(RecordKind::Customer, &text).await;
        let (scope, id) = (world.actor.scope(), import.id);
        let (rows, read, exported, first) = world
            .db
            .read(move |c| {
                let (mut after, mut rows, mut read) = (0, 0, Vec::new());
                loop {
                    let part = store::rows_after(c, &scope, id, after, 1_000)?;
                    let Some(last) = part.last() else { break };
                    after = last.position;
                    rows += part.len();
                    read.push(part.iter().map(|row| row.cells.len()).sum::<usize>());
                }
                let exported = store::export_after(c, &scope, id, store::Phase::Run, None, 0, 1_000)?;
                // However long a row is, there is a next one.
                let first = store::rows_after(c, &scope, id, 499, 1)?.len();
                Ok::<_, Error>((rows, read, exported, first))
            })
            .await
            .expect("all rows");
        assert_eq!(rows, 500);
        assert!(read.iter().all(|bytes| *bytes < 4 << 20), "{read:?}");
        assert!(exported.iter().map(|row| row.cells.len()).sum::<usize>() < 4 << 20, "{}", exported.len());
        assert_eq!(first, 1);
        world.plan(&import, OnDuplicate::Update).await;
        assert_eq!(world.run(id).await.created, 500);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_may_be_full_of_addresses_and_domains() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let (mut people, mut firms) = ("Name,Email\n".to_owned(), "Company,Domain\n".to_owned());
        for row in 0..1_000 {
            let addresses: Vec<String> = (0..34).map(|index| format!("p{row}@h{index}x{row}.example")).collect();
            let domains: Vec<String> = (0..34).map(|index| format!("d{index}x{row}.example")).collect();
            people.push_str(&format!("Person {row},{}\n", addresses.join(";")));
            firms.push_str(&format!("Firm {row},{}\n", domains.join(" ")));
        }
        for (record, text) in [(RecordKind::Customer, people), (RecordKind::Company, firms)] {
            let import = world.upload(record, &text).await;
            let planned = world.plan(&import, OnDuplicate::Update).await;
            assert_eq!((planned.state, planned.created), (State::Planned, import.rows), "{:?}", planned.error);
        }
    })
    .await;
}
