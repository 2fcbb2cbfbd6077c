//! The people who work here come in, change, and leave; and the keys of machines.

use serde_json::{Value, json};

use crate::{
    access::{self, CreatedKey, Limit, NewKey, NewSession, NewStaff, SessionView, Whose, password},
    crm,
    kernel::{Actor, ApiKeyId, App, CategoryId, Fault, Locale, Right, Role, UserId, journal},
    parties::{self, Email},
};

pub use super::accounts::SignIn;

/// Signs a member of staff in.
///
/// # Faults
/// `access.sign_in_failed` whatever was wrong; `access.too_many`.
pub async fn sign_in(app: &App, form: SignIn) -> Result<NewSession, Fault> {
    let email = form.email.parse::<Email>().ok();
    let typed = email.as_ref().map_or("", Email::as_str);
    let tx = app.begin(&Actor::Guest).await?;
    let tries = format!("{} {typed}", form.address);
    access::allow(&tx, "staff.sign_in", &tries, Limit::SIGN_IN).await?;
    access::allow(&tx, "staff.sign_in.address", &form.address, Limit::SIGN_IN_ADDRESS).await?;
    let found = match &email {
        Some(email) => access::credentials(&tx, email.as_str()).await?,
        None => None,
    };
    tx.commit().await?;
    let found = found.filter(|f| f.active);
    let (user, hash) = found.map(|f| (f.user, f.password_hash)).unzip();
    let fits = password::verify(app, form.password, hash).await?;
    let user = user.filter(|_| fits).ok_or(access::Fault::SignInFailed)?;
    let tx = app.begin(&Actor::Guest).await?;
    // Read again: who was dismissed while the password was compared does not come in.
    let member = access::member(&tx, user).await.map_err(|_| access::Fault::SignInFailed)?;
    // The address's own counter stays: one account that is theirs buys nobody more guesses at others.
    access::forgive(&tx, "staff.sign_in", &tries).await?;
    let session = access::open_session(&tx, Whose::Staff(member.user), &form.agent).await?;
    journal::note(&tx, "access.staff.signed_in", Some(user.uuid()), Value::Null).await?;
    tx.commit().await?;
    Ok(session)
}

/// Somebody who is to work here.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub locale: Locale,
    /// `None` has one generated.
    pub password: Option<String>,
}

#[derive(Clone, Debug)]
pub struct CreatedUser {
    pub user: UserId,
    /// Shown once, when it was generated.
    pub password: Option<String>,
}

/// Takes somebody in.
///
/// # Faults
/// `access.forbidden`, `access.email_taken`, `access.password_length`, `access.password_common`,
/// `parties.email_invalid`, `access.name_missing`.
pub async fn create(app: &App, actor: &Actor, new: NewUser) -> Result<CreatedUser, Fault> {
    actor.may(Right::UsersManage)?;
    let email = new.email.parse::<Email>()?.into_string();
    let (plain, generated) = chosen(app, new.password)?;
    let password_hash = password::hash(app, plain).await?;
    let tx = app.begin(actor).await?;
    let staff = NewStaff { email, name: new.name, role: new.role, locale: new.locale, password_hash };
    let user = access::create_staff(&tx, staff).await?;
    journal::note(&tx, "access.staff.created", Some(user.uuid()), json!({ "role": new.role })).await?;
    tx.commit().await?;
    Ok(CreatedUser { user, password: generated })
}

fn chosen(app: &App, password: Option<String>) -> Result<(String, Option<String>), Fault> {
    match password {
        Some(plain) => {
            password::check(&plain)?;
            Ok((plain, None))
        }
        None => {
            let plain = password::generate(app.entropy());
            Ok((plain.clone(), Some(plain)))
        }
    }
}

/// Gives somebody a new password (`None` has one generated) and ends their sessions. Returns the
/// generated one.
///
/// # Faults
/// `access.forbidden`, `access.staff_not_found`, `access.password_length`, `access.password_common`.
pub async fn reset_password(app: &App, actor: &Actor, user: UserId, password: Option<String>) -> Result<Option<String>, Fault> {
    actor.may(Right::UsersManage)?;
    let (plain, generated) = chosen(app, password)?;
    let hash = password::hash(app, plain).await?;
    let tx = app.begin(actor).await?;
    access::set_staff_password(&tx, user, hash).await?;
    access::close_sessions(&tx, Whose::Staff(user), None).await?;
    journal::note(&tx, "access.staff.password_set", Some(user.uuid()), Value::Null).await?;
    tx.commit().await?;
    Ok(generated)
}

/// A member of staff changes their own password, knowing the old one; other sessions end.
///
/// # Faults
/// `access.sign_in`, `access.sign_in_failed` for a wrong old password, `access.too_many`.
pub async fn change_password(app: &App, actor: &Actor, session: &SessionView, old: String, new: String) -> Result<(), Fault> {
    let user = actor.user().ok_or(access::Fault::SignIn)?;
    password::check(&new)?;
    let tx = app.begin(actor).await?;
    access::allow(&tx, "staff.password", &user.to_string(), Limit::SIGN_IN).await?;
    let stored = access::password_of(&tx, user).await?;
    tx.commit().await?;
    if !password::verify(app, old, stored).await? {
        return Err(access::Fault::SignInFailed.into());
    }
    let hash = password::hash(app, new).await?;
    let tx = app.begin(actor).await?;
    access::set_staff_password(&tx, user, hash).await?;
    access::close_sessions(&tx, Whose::Staff(user), Some(session.id)).await?;
    journal::note(&tx, "access.staff.password_set", Some(user.uuid()), Value::Null).await?;
    tx.commit().await
}

/// Changes what somebody is.
///
/// # Faults
/// `access.forbidden`, `access.staff_not_found`, `access.last_owner`.
pub async fn change_role(app: &App, actor: &Actor, user: UserId, role: Role) -> Result<(), Fault> {
    actor.may(Right::UsersManage)?;
    let tx = app.begin(actor).await?;
    access::set_role(&tx, user, role).await?;
    journal::note(&tx, "access.staff.role_changed", Some(user.uuid()), json!({ "role": role })).await?;
    tx.commit().await
}

/// Somebody leaves: sessions end, and customers, categories and open tasks go to the successor
/// or, without one, to everybody by turns. Nothing of theirs is left lying.
///
/// # Faults
/// `access.forbidden`, `access.staff_not_found`, `access.last_owner`, `crm.assignee_unknown`.
pub async fn deactivate(app: &App, actor: &Actor, user: UserId, successor: Option<UserId>) -> Result<(), Fault> {
    actor.may(Right::UsersManage)?;
    let tx = app.begin(actor).await?;
    access::set_active(&tx, user, false).await?;
    access::close_sessions(&tx, Whose::Staff(user), None).await?;
    let tasks = crm::hand_over(&tx, user, successor).await?;
    let customers = parties::hand_over(&tx, user, successor).await?;
    let data = json!({ "successor": successor, "tasks": tasks, "customers": customers });
    journal::note(&tx, "access.staff.deactivated", Some(user.uuid()), data).await?;
    tx.commit().await
}

/// Somebody comes back.
///
/// # Faults
/// `access.forbidden`, `access.staff_not_found`.
pub async fn activate(app: &App, actor: &Actor, user: UserId) -> Result<(), Fault> {
    actor.may(Right::UsersManage)?;
    let tx = app.begin(actor).await?;
    access::set_active(&tx, user, true).await?;
    journal::note(&tx, "access.staff.activated", Some(user.uuid()), Value::Null).await?;
    tx.commit().await
}

/// Makes an API key; its secret is in the answer and nowhere else. Nobody gives a key a right
/// that they lack.
///
/// # Faults
/// `access.forbidden`, `access.name_missing`, `access.key_rights`.
pub async fn create_key(app: &App, actor: &Actor, new: NewKey) -> Result<CreatedKey, Fault> {
    actor.may(Right::UsersManage)?;
    for right in &new.rights {
        actor.may(*right)?;
    }
    let tx = app.begin(actor).await?;
    let rights: Vec<&str> = new.rights.iter().map(|r| r.scope()).collect();
    let data = json!({ "kind": new.kind, "rights": rights });
    let key = access::create_key(&tx, new).await?;
    journal::note(&tx, "access.key.created", Some(key.id.uuid()), data).await?;
    tx.commit().await?;
    Ok(key)
}

/// Ends an API key.
///
/// # Faults
/// `access.forbidden`, `access.key_not_found`.
pub async fn revoke_key(app: &App, actor: &Actor, key: ApiKeyId) -> Result<(), Fault> {
    actor.may(Right::UsersManage)?;
    let tx = app.begin(actor).await?;
    access::revoke_key(&tx, key).await?;
    journal::note(&tx, "access.key.revoked", Some(key.uuid()), Value::Null).await?;
    tx.commit().await
}

/// Notes that a key is in use; costs nothing while the note is fresh.
///
/// # Faults
/// Whatever the database says.
pub async fn note_key_used(app: &App, key: &access::FoundKey) -> Result<(), Fault> {
    if !key.stale {
        return Ok(());
    }
    let tx = app.begin(&Actor::Key(key.actor.clone())).await?;
    access::note_key_used(&tx, key.actor.id).await?;
    tx.commit().await
}

/// Makes somebody (or nobody) responsible for new customers of a category.
///
/// # Faults
/// `access.forbidden`, `crm.assignee_unknown`.
pub async fn set_category_manager(app: &App, actor: &Actor, category: CategoryId, manager: Option<UserId>) -> Result<(), Fault> {
    actor.may(Right::UsersManage)?;
    let tx = app.begin(actor).await?;
    crm::set_category_manager(&tx, category, manager).await?;
    journal::note(&tx, "crm.category_manager", Some(category.uuid()), json!({ "manager": manager })).await?;
    tx.commit().await
}
