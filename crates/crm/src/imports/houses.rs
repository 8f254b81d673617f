//! The companies that rows about people and deals name: found, or made beside the rows.

use std::collections::{HashMap, HashSet};

use db::{Conn, Tx};
use platform::ids::CompanyId;
use platform::text::fold;
use platform::{Actor, Result, Scope};

use super::interpret::{Person, Sale};
use super::memory::{Memory, key};
use crate::activity::Event;
use crate::companies::bulk::{self, Fresh};
use crate::companies::domain::{is_free_mail, registrable_domain};
use crate::companies::{Company, CompanyRef};
use crate::contacts::Channel;
use crate::contacts::model::email_domain;

/// What a row says of a company.
pub(super) trait Housed {
    fn company_name(&self) -> Option<&str>;
    fn company_domain(&self) -> Option<&str>;
    /// Hosts of addresses that can tell an employer.
    fn hosts(&self) -> Vec<&str>;
}

impl Housed for Person {
    fn company_name(&self) -> Option<&str> {
        self.company_name.as_deref()
    }

    fn company_domain(&self) -> Option<&str> {
        self.company_domain.as_deref()
    }

    fn hosts(&self) -> Vec<&str> {
        self.contacts
            .iter()
            .filter(|contact| contact.channel == Channel::Email)
            .map(|contact| email_domain(&contact.canonical))
            .filter(|host| !is_free_mail(host))
            .collect()
    }
}

impl Housed for Sale {
    fn company_name(&self) -> Option<&str> {
        self.company_name.as_deref()
    }

    fn company_domain(&self) -> Option<&str> {
        self.company_domain.as_deref()
    }

    fn hosts(&self) -> Vec<&str> {
        // The customer's company is the customer's to say.
        Vec::new()
    }
}

/// Companies by name and host, as far as a chunk of rows asks for them.
#[derive(Debug, Default)]
pub(super) struct Houses {
    by_name: HashMap<String, CompanyRef>,
    by_host: HashMap<String, CompanyRef>,
    made: Vec<Company>,
}

impl Houses {
    /// Looks all companies up that these rows may mean.
    pub(super) fn find<'a, T: Housed + 'a, R: Clone>(
        c: &Conn<'_>,
        scope: &Scope,
        rows: impl Iterator<Item = &'a T>,
        memory: Option<&Memory<R>>,
    ) -> Result<Houses> {
        let (mut names, mut hosts) = (HashMap::new(), HashSet::new());
        for row in rows {
            if let Some(name) = row.company_name() {
                names.entry(fold(name)).or_insert(name.to_owned());
            }
            hosts.extend(row.company_domain().map(str::to_owned));
            hosts.extend(row.hosts().into_iter().map(str::to_owned));
        }
        let keys: Vec<&str> = names.keys().map(String::as_str).collect();
        let asked: Vec<&str> = hosts.iter().map(String::as_str).collect();
        let mut houses = Houses {
            by_name: bulk::by_names(c, scope, &keys)?,
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

    /// The company that a row names, if somebody knows it.
    pub(super) fn known(&self, row: &impl Housed) -> Option<CompanyRef> {
        let by_domain = row.company_domain().and_then(|host| self.host(host));
        by_domain.or_else(|| row.company_name().and_then(|name| self.by_name.get(&fold(name)).cloned()))
    }

    /// The company of a row, and whether only an address tells it. What a row names and nobody knows is made.
    pub(super) fn of(&mut self, row: &impl Housed, actor: &Actor) -> (Option<CompanyRef>, bool) {
        if let Some(found) = self.known(row) {
            return (Some(found), false);
        }
        if let Some(name) = row.company_name().or(row.company_domain()) {
            return (Some(self.make(name, row.company_domain(), actor)), false);
        }
        (row.hosts().into_iter().find_map(|host| self.host(host)), true)
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
