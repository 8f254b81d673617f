//! What becomes of rows whose record is known: only its gaps are filled, or the row makes a record of its own.

use super::*;

fn named<'a>(customers: &'a [Customer], name: &str) -> &'a Customer {
    customers.iter().find(|customer| customer.full_name == name).unwrap_or_else(|| panic!("no {name}"))
}

fn addresses(customer: &Customer) -> Vec<(&str, bool)> {
    customer.contacts.iter().map(|contact| (contact.canonical.as_str(), contact.is_primary)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_gaps_of_known_customers_are_filled() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let colleague = member(&world.db, &world.actor, Role::Member).await;
        let ada = world.create(&world.actor, ada()).await;
        let nobody = NewCustomer { contacts: vec![email("grace@navy.example")], ..NewCustomer::default() };
        let nobody = world.create(&world.actor, nobody).await;
        assert_eq!(nobody.full_name, "grace@navy.example");
        let owner = address(&colleague);
        let text = format!(
            "Name,First name,Last name,Email,Phone,Title,Company,Country,Tags,Owner email\n\
             Ada L.,Ada,King,ada@example.com,+1 202 555 0143,Mathematician,Engines,GB,new,{owner}\n\
             ,Grace,Hopper,grace@navy.example,,,,US,,\n\
             Ada again,,,ada@example.com,,Countess of L.,Others,FR,new,\n\
             New One,,,one@new.example,,Clerk,,,,\n\
             Same One,,,one@new.example,,Boss,,DE,,\n"
        );
        let done = world.import(RecordKind::Customer, &text, OnDuplicate::FillEmpty).await;
        assert_eq!(counts(&done), [5, 1, 3, 1, 0, 0], "{:?}", world.results(done.id).await);
        assert_eq!(world.results(done.id).await[&4].0, "unchanged", "an earlier row filled it");

        let customers = world.customers().await;
        // The name and the title stay, what was empty is there; addresses and tags add up.
        let filled = named(&customers, "Ada Lovelace");
        assert_eq!(filled.id, ada.id);
        assert_eq!((filled.first_name.as_deref(), filled.last_name.as_deref()), (Some("Ada"), Some("King")));
        assert_eq!((filled.job_title.as_deref(), filled.country.as_deref()), (Some("Countess"), Some("GB")));
        assert_eq!(filled.company.as_ref().map(|company| company.name.as_str()), Some("Engines"));
        assert_eq!(filled.claimed_by_id, colleague.user_id);
        assert_eq!(filled.tags, ["new", "old"]);
        assert_eq!(addresses(filled), [("ada@example.com", true), ("+12025550143", true)]);
        // An address in the place of a name is none.
        assert_eq!(named(&customers, "Grace Hopper").id, nobody.id);
        let one = named(&customers, "New One");
        assert_eq!((one.job_title.as_deref(), one.country.as_deref()), (Some("Clerk"), Some("DE")));
        assert!(!world.companies().await.contains_key("Others"), "a company that nobody joins is not made");

        // Owners stay, even where they are to be replaced.
        let text = format!("Name,Email,Owner email\nAda L.,ada@example.com,{}\n", address(&world.actor));
        let forced = world.upload(RecordKind::Customer, &text).await;
        let body = PlanBody { overwrite_owner: true, ..guessed(&forced, OnDuplicate::FillEmpty) };
        let planned = world.plan_as(&world.actor, forced.id, body).await.expect("a plan");
        assert_eq!(counts(&planned), [1, 0, 0, 1, 0, 0]);

        let undone = world.undo(done.id).await;
        // The new one, and the company that was made beside the rows.
        assert_eq!((undone.undone.archived, undone.undone.restored, undone.undone.kept), (2, 2, 0));
        let customers = world.customers().await;
        let back = named(&customers, "Ada Lovelace");
        assert_eq!(
            (&back.first_name, &back.country, back.claimed_by_id, &back.tags),
            (&ada.first_name, &ada.country, None, &ada.tags)
        );
        assert_eq!(named(&customers, "grace@navy.example").id, nobody.id);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_gaps_of_known_companies_are_filled() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        let first = "Company,Domain,Sector,City,Parent company\n\
                     Top,top.example,Steel,,\n\
                     Low,low.example,Coal,,Top\n\
                     ,bare.example,,,\n";
        world.import(RecordKind::Company, first, OnDuplicate::Skip).await;
        let second = "Company,Domain,Sector,City,Parent company\n\
                      Top,top2.example,Iron,Essen,Group\n\
                      Low Inc,low.example,Iron,Bonn,Other\n\
                      Bare Ltd,bare.example,Tin,,Top\n\
                      Low,,Zinc,,Other\n";
        let done = world.import(RecordKind::Company, second, OnDuplicate::FillEmpty).await;
        assert_eq!(counts(&done), [4, 0, 3, 1, 0, 0], "{:?}", world.results(done.id).await);
        let companies = world.companies().await;
        let parent = |name: &str| companies[name].parent.as_ref().map(|parent| parent.name.clone());
        let top = &companies["Top"];
        assert_eq!((top.industry.as_deref(), top.city.as_deref()), (Some("Steel"), Some("Essen")));
        assert_eq!(top.domains, ["top.example", "top2.example"]);
        assert_eq!(parent("Top").as_deref(), Some("Group"));
        let low = &companies["Low"];
        assert_eq!((low.industry.as_deref(), low.city.as_deref()), (Some("Coal"), Some("Bonn")));
        assert_eq!(parent("Low").as_deref(), Some("Top"), "a parent that is there stays");
        assert_eq!(
            (companies["Bare Ltd"].industry.as_deref(), parent("Bare Ltd").as_deref()),
            (Some("Tin"), Some("Top"))
        );
        assert!(!companies.contains_key("Other"), "a parent that nobody gets is not made");

        world.undo(done.id).await;
        let companies = world.companies().await;
        assert_eq!((&companies["Top"].city, &companies["Top"].parent_id), (&None, &None));
        assert!(companies.contains_key("bare.example") && companies["Low"].parent.is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_that_came_meanwhile_stays_where_gaps_are_filled() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        world.import(RecordKind::Company, "Company,Parent company\nLow,Old\nBare,\n", OnDuplicate::Skip).await;
        let companies = world.companies().await;
        let wanted = |position, name: &str| {
            let company_id = companies[name].id;
            firms::Link { position, company_id, parent_name: "New".into() }
        };
        let (links, by) = (vec![wanted(1, "Low"), wanted(2, "Bare")], world.actor.clone());
        let fill = Rules { on_duplicate: OnDuplicate::FillEmpty, overwrite_owner: false };
        let linked = world.db.write(move |tx| firms::link(tx, &by, fill, &links)).await.expect("links");
        assert_eq!(linked.set.iter().map(|(position, ..)| *position).collect::<Vec<_>>(), [2]);
        let companies = world.companies().await;
        let parent = |name: &str| companies[name].parent.as_ref().map(|parent| parent.name.clone());
        assert_eq!((parent("Low").as_deref(), parent("Bare").as_deref()), (Some("Old"), Some("New")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_make_customers_of_their_own_without_addresses_that_are_taken() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        world.import(RecordKind::Company, "Company,Domain\nExample,example.com\n", OnDuplicate::Skip).await;
        let ada = world.create(&world.actor, ada()).await;
        let text = "Name,Email,Email 2,Phone,Title\n\
                    Ada L.,ada@example.com,,,Clerk\n\
                    Ada King,ADA@example.com,ada@home.example,,\n\
                    ,ada@example.com,,,Boss\n\
                    ,ada@home.example,,+1 202 555 0143,\n\
                    ,,,+1 202 555 0143,\n\
                    Ada Lovelace,,,,\n\
                    ,,,,Nobody\n";
        let done = world.import(RecordKind::Customer, text, OnDuplicate::Create).await;
        assert_eq!(counts(&done), [7, 5, 0, 0, 1, 1], "{:?}", world.results(done.id).await);
        let results = world.results(done.id).await;
        let reason = |row: i64| results[&row].1.as_str();
        assert!(reason(2).contains("made without") && reason(2).contains("belongs to Ada Lovelace"), "{}", reason(2));
        assert_eq!(
            (results[&4].0.as_str(), reason(4).contains("ada@example.com belongs to")),
            ("skipped", true),
            "{}",
            reason(4)
        );
        assert!(reason(5).contains("ada@home.example"), "{}", reason(5));
        assert_eq!([reason(6), reason(7)], ["", ""]);

        let customers = world.customers().await;
        assert_eq!(customers.len(), 6);
        let untouched = customers.iter().find(|customer| customer.id == ada.id).expect("Ada");
        assert_eq!((untouched.version, untouched.job_title.as_deref()), (ada.version, Some("Countess")));
        let lonely = named(&customers, "Ada L.");
        assert!(lonely.contacts.is_empty());
        let by_address = lonely.company.as_ref().map(|company| company.name.as_str());
        assert_eq!(by_address, Some("Example"), "the address that is taken tells the company all the same");
        assert_eq!(addresses(named(&customers, "Ada King")), [("ada@home.example", true)]);
        // Phones may be shared.
        let by_phone = customers.iter().filter(|one| addresses(one) == [("+12025550143", true)]).count();
        assert_eq!(by_phone, 2);

        let undone = world.undo(done.id).await;
        assert_eq!(undone.undone.archived, 5);
        assert_eq!(world.customers().await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_make_companies_of_their_own_without_domains_that_are_taken() {
    each_engine(|db| async move {
        let world = World::new(db).await;
        world.import(RecordKind::Company, "Company,Domain,City\nAcme,acme.example,Bonn\n", OnDuplicate::Skip).await;
        let text = "Company,Domain,City,Parent company\n\
                    Acme,acme.example,Rome,\n\
                    Acme,acme.example; acme.test,Paris,Holding\n\
                    ,acme.test,Oslo,\n";
        let done = world.import(RecordKind::Company, text, OnDuplicate::Create).await;
        assert_eq!(counts(&done), [3, 2, 0, 0, 1, 0], "{:?}", world.results(done.id).await);
        let results = world.results(done.id).await;
        assert!(results[&2].1.contains("made without a domain that is taken: acme.example belongs to Acme"));
        assert!(results[&4].1.contains("neither a company name nor a domain"), "{:?}", results[&4]);
        let acmes = world.count("SELECT count(*) FROM companies WHERE org_id = $1 AND name = 'Acme'").await;
        let taken =
            world.count("SELECT count(*) FROM company_domains WHERE org_id = $1 AND live_domain IS NOT NULL").await;
        assert_eq!((acmes, taken), (3, 2));
        assert_eq!(world.undo(done.id).await.undone.archived, 3, "with the parent that was made beside them");
    })
    .await;
}
