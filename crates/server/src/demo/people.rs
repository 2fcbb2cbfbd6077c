//! Who works in the demo shop, and who buys there.

use std::collections::HashMap;

use anyhow::Context;
use vitrina::{
    flows::{self, staff::NewUser},
    kernel::{Actor, App, Locale, Moment, PartyId, Role, StaffActor, UserId},
    parties::Contact,
};
use vitrina_demo::{Ago, Customer, World};

use super::{
    Login, Logins,
    seed::{SHOP, moment},
};

pub struct Staff {
    people: Vec<(String, StaffActor)>,
    logins: Vec<Login>,
}

impl Staff {
    pub fn logins(&self) -> Logins {
        Logins { logins: self.logins.clone(), admin_key: String::new() }
    }
    pub fn user(&self, key: &str) -> Option<UserId> {
        self.people.iter().find(|(k, _)| k == key).map(|(_, s)| s.user)
    }
    pub fn as_user(&self, user: UserId) -> Option<Actor> {
        self.people.iter().find(|(_, s)| s.user == user).map(|(_, s)| Actor::Staff(s.clone()))
    }
    pub fn actor(&self, key: &str) -> Actor {
        let found = self.people.iter().find(|(k, _)| k == key).or_else(|| self.people.first());
        found.map_or(SHOP, |(_, staff)| Actor::Staff(staff.clone()))
    }
}

/// The owner, as whom the office is looked at first.
///
/// # Errors
/// When the world has no owner.
pub fn as_owner(staff: &Staff) -> anyhow::Result<Actor> {
    let owner = staff.people.iter().find(|(_, s)| s.role == Role::Owner).context("the demo world has an owner")?;
    Ok(Actor::Staff(owner.1.clone()))
}

/// # Errors
/// When a flow refuses.
pub async fn staff(app: &App, world: &World) -> anyhow::Result<Staff> {
    let mut staff = Staff { people: Vec::new(), logins: Vec::new() };
    for person in &world.staff {
        let role: Role = person.role.parse().map_err(anyhow::Error::msg)?;
        let locale: Locale = person.locale.parse().map_err(anyhow::Error::msg)?;
        let new = NewUser { email: person.email.clone(), name: person.name.clone(), role, locale, password: None };
        let created = flows::staff::create(app, &SHOP, new).await?;
        staff.logins.push(Login {
            role: person.role.clone(),
            name: person.name.clone(),
            email: person.email.clone(),
            password: created.password.unwrap_or_default(),
        });
        staff.people.push((person.key.clone(), StaffActor::new(created.user, person.name.clone(), role)));
    }
    Ok(staff)
}

pub fn contact(customer: &Customer) -> anyhow::Result<Contact> {
    Ok(Contact {
        name: customer.name.clone(),
        email: Some(customer.email.clone()),
        phone: Some(customer.phone.clone()),
        company: customer.company.clone(),
        company_code: customer.code.clone(),
        vat_code: customer.vat.clone(),
        locale: customer.locale.parse().map_err(anyhow::Error::msg)?,
    })
}

/// Everybody who is known, each from their own day on.
///
/// # Errors
/// When a flow refuses.
pub async fn customers(app: &App, world: &World, staff: &Staff, today: Moment) -> anyhow::Result<HashMap<String, PartyId>> {
    let mut known = HashMap::new();
    let mut oldest: Vec<&Customer> = world.customers.iter().collect();
    oldest.sort_by_key(|c| std::cmp::Reverse(c.since));
    for customer in oldest {
        app.clock().set(moment(today, Ago { days: customer.since.min(vitrina_demo::OPENED), minute: 10 * 60 }));
        let resolved = flows::work::add_customer(app, &SHOP, contact(customer)?).await?;
        if let Some(manager) = customer.manager.as_deref().and_then(|key| staff.user(key)) {
            flows::work::set_manager(app, &SHOP, resolved.party, Some(manager)).await?;
        }
        known.insert(customer.key.clone(), resolved.party);
    }
    Ok(known)
}
