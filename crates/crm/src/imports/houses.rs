//! The companies that rows about people name: found, or made beside the rows.

use std::collections::{HashMap, HashSet};

use db::{Conn, Tx};
use platform::ids::CompanyId;
use platform::text::fold;
use platform::{Actor, Result, Scope};

use super::interpret::Person;
use super::memory::{Memory, key};
use crate::activity::Event;
use crate::companies::bulk::{self, Fresh, Namesakes};
use crate::companies::domain::{is_free_mail, registrable_domain};
use crate::companies::{Company, CompanyRef};
use crate::contacts::Channel;
use crate::contacts::model::email_domain;

/// Companies by name and host, as far as a chunk of rows asks for them.
#[derive(Debug, Default)]
pub(super) struct Houses {
    by_name: HashMap<String, CompanyRef>,
    by_host: HashMap<String, CompanyRef>,
    made: Vec<Company>,
}

impl Houses {
    /// Looks all companies up that these people may belong to.
    pub(super) fn find<'a, R: Clone>(
        c: &Conn<'_>,
        scope: &Scope,
        people: impl Iterator<Item = &'a Person>,
        memory: Option<&Memory<R>>,
    ) -> Result<Houses> {
        let (mut names, mut hosts) = (HashMap::new(), HashSet::new());
        for person in people {
            if let Some(name) = &person.company_name {
                names.entry(fold(name)).or_insert(name);
            }
            hosts.extend(person.company_domain.iter().cloned());
            hosts.extend(mail_hosts(person).map(str::to_owned));
        }
        let keys: Vec<&str> = names.keys().map(String::as_str).collect();
        let asked: Vec<&str> = hosts.iter().map(String::as_str).collect();
        let mut houses = Houses {
            by_name: bulk::by_names(c, scope, &keys, Namesakes::Oldest)?,
            by_host: bulk::by_hosts(c, scope, &asked)?,
            made: Vec::new(),
        };
        // What earlier rows of a plan would have made.
        if let Some(memory) = memory {
            for (folded, name) in names {
                if let Some(id) = memory.company(key("name", &folded)) {
                    let company = CompanyRef { id: CompanyId(id), name: name.clone() };
                    houses.by_name.entry(folded).or_insert(company);
                }
            }
            for host in hosts {
                let known = memory
                    .company(key("host", &host))
                    .or_else(|| memory.company(key("host", &registrable_domain(&host)?)));
                if let Some(id) = known {
                    let company = CompanyRef { id: CompanyId(id), name: host.clone() };
                    houses.by_host.entry(host).or_insert(company);
                }
            }
        }
        Ok(houses)
    }

    /// The company of a row, and whether only an address tells it. What a row names and nobody knows is made.
    pub(super) fn of(&mut self, person: &Person, actor: &Actor) -> (Option<CompanyRef>, bool) {
        let by_domain = person.company_domain.as_deref().and_then(|host| self.host(host));
        let by_name = person.company_name.as_deref().and_then(|name| self.by_name.get(&fold(name)).cloned());
        if let Some(found) = by_domain.or(by_name) {
            return (Some(found), false);
        }
        let name = person.company_name.as_deref().or(person.company_domain.as_deref());
        if let Some(name) = name {
            return (Some(self.make(name, person.company_domain.as_deref(), actor)), false);
        }
        (mail_hosts(person).find_map(|host| self.host(host)), true)
    }

    fn host(&self, host: &str) -> Option<CompanyRef> {
        self.by_host.get(host).or_else(|| self.by_host.get(&registrable_domain(host)?)).cloned()
    }

    fn make(&mut self, name: &str, domain: Option<&str>, actor: &Actor) -> CompanyRef {
        let mut company = Company::named(CompanyId(actor.new_id()), name.to_owned(), actor.now());
        let made = CompanyRef { id: company.id, name: company.name.clone() };
        self.by_name.insert(fold(name), made.clone());
        if let Some(domain) = domain {
            company.domains.push(domain.to_owned());
            self.by_host.insert(domain.to_owned(), made.clone());
            if let Some(registrable) = registrable_domain(domain) {
                self.by_host.entry(registrable).or_insert(made.clone());
            }
        }
        self.made.push(company);
        made
    }

    /// Teaches a plan what would be made.
    pub(super) fn remember<R: Clone>(&self, memory: &mut Memory<R>) {
        for company in &self.made {
            memory.learn_company(key("name", &fold(&company.name)), company.id.0);
            for domain in &company.domains {
                memory.learn_company(key("host", domain), company.id.0);
                if let Some(registrable) = registrable_domain(domain) {
                    memory.learn_company(key("host", &registrable), company.id.0);
                }
            }
        }
    }

    /// Writes what was made; answers the ids.
    pub(super) fn write(&self, tx: &Tx<'_>, actor: &Actor) -> Result<Vec<CompanyId>> {
        let event = || vec![Event::CompanyCreated { source: "import".into() }];
        let fresh: Vec<Fresh> =
            self.made.iter().map(|company| Fresh { company: company.clone(), events: event() }).collect();
        bulk::insert(tx, actor, &fresh)?;
        Ok(self.made.iter().map(|company| company.id).collect())
    }
}

/// Hosts of the addresses that can tell an employer.
fn mail_hosts(person: &Person) -> impl Iterator<Item = &str> {
    person
        .contacts
        .iter()
        .filter(|contact| contact.channel == Channel::Email)
        .map(|contact| email_domain(&contact.canonical))
        .filter(|host| !is_free_mail(host))
}
