use super::model::{Address, Candidate};
use super::store;
use crate::contacts::Channel;
use db::full_scans;
use platform::actor::Role;
use platform::ids::CustomerId;

#[tokio::test(flavor = "multi_thread")]
async fn looking_walks_indexes() {
    let fresh = db::testing::sqlite().await;
    let scope = crate::testing::actor(Role::Owner).scope();
    let address = |channel, value: &str| Address { channel, value: value.into(), match_key: value.into() };
    let person = Candidate {
        id: CustomerId(uuid::Uuid::max()),
        full_name: "Ada".into(),
        name_key: "ada".into(),
        company_id: None,
        addresses: vec![address(Channel::Email, "a@x.example"), address(Channel::Phone, "+4930901820")],
    };
    let company = platform::ids::CompanyId(uuid::Uuid::nil());
    let statements = [
        (store::holders_sql(&scope, &person), "contacts_match"),
        (store::colleagues_sql(&scope, company), "customers_company"),
    ];
    for (sql, index) in statements {
        let plan = fresh.db.read(move |c| c.explain(&sql)).await.unwrap_or_else(|error: db::Error| panic!("{error}"));
        assert!(plan.contains(index), "{plan}");
        assert!(full_scans(&plan, &["k", "customers"]).is_empty(), "{plan}");
        assert!(!plan.contains("ORDER BY"), "{plan}");
    }
}
