//! Made-up workspaces: believable, of any size, the same for the same seed.
//!
//! `entente serve --demo` fills an empty database with one, `cargo xtask data` and `cargo xtask bench` make large ones.
//! No real person or company is in them: names are drawn from lists, mail addresses and web sites end in `.example`,
//! profile addresses say `example`, telephone numbers come from ranges for fiction where a country has them.
//!
//! | module | holds |
//! | --- | --- |
//! | `cultures` `places` `words` | the lists |
//! | `random` `names` | fixed random numbers; from lists to a name and an address |
//! | `generate` `history` | the records; what happened to each customer over two years |
//! | `selling` | products, deals with some of the customers, tasks about them |
//! | `load` `load_selling` `load_scoring` | from there into an empty database |
//! | `additions` | what the demo workspace has besides |

mod additions;
mod cultures;
pub mod generate;
pub mod history;
pub mod load;
mod load_scoring;
mod load_selling;
#[cfg(test)]
mod load_tests;
mod names;
mod places;
mod random;
pub mod selling;
#[cfg(test)]
mod tests;
mod words;

pub use generate::{CUSTOMERS_MAX, Company, Contact, Customer, Generator, PRESENT, Tag, Tagging, User};
pub use history::{Event, What, Who};
pub use load::{Loaded, load, prepare};
pub use random::{Random, fingerprint};
