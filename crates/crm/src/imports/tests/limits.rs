//! Files that are unlike others: much on one row, much about one record.

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
