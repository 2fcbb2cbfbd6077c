//! Who acts, and what they may.

use super::{
    ApiKeyId, Fault, PartyId, UserId,
    rights::{Right, Role},
};

/// The one on whose behalf a flow runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The shop itself: jobs, imports from the terminal, the demo's seeding.
    System,
    /// Somebody at the shop's window who has not signed in.
    Guest,
    Customer(PartyId),
    Staff(StaffActor),
    Key(KeyActor),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffActor {
    pub user: UserId,
    pub name: String,
    pub role: Role,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyActor {
    pub id: ApiKeyId,
    pub rights: Vec<Right>,
}

/// How far a right reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    Own(UserId),
    All,
}

/// Proof that a right was asked for; a view of data that is not public takes it and puts the
/// reach into its WHERE. To be had only from [`Actor::scope`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    right: Right,
    reach: Reach,
}

impl Scope {
    pub fn reach(&self) -> &Reach {
        &self.reach
    }
    pub fn right(&self) -> Right {
        self.right
    }
    /// The only user whose records may be seen, if the reach is that narrow.
    pub fn only(&self) -> Option<UserId> {
        match self.reach {
            Reach::Own(user) => Some(user),
            Reach::All => None,
        }
    }
    /// Whether a record of this owner lies within reach; asked again in flows once it is read.
    pub fn covers(&self, owner: Option<UserId>) -> bool {
        self.only().is_none_or(|user| owner == Some(user))
    }
}

impl Actor {
    /// # Faults
    /// `Forbidden` when the actor lacks the right.
    pub fn may(&self, right: Right) -> Result<(), Fault> {
        self.scope(right).map(drop)
    }

    /// # Faults
    /// `Forbidden` when the actor lacks the right.
    pub fn scope(&self, right: Right) -> Result<Scope, Fault> {
        let reach = match self {
            Self::System => Some(Reach::All),
            Self::Staff(staff) => staff.role.reach(right, staff.user),
            Self::Key(key) => key.rights.contains(&right).then_some(Reach::All),
            Self::Guest | Self::Customer(_) => None,
        };
        let code = if matches!(self, Self::Guest) { "access.sign_in" } else { "access.forbidden" };
        reach.map(|reach| Scope { right, reach }).ok_or_else(|| Fault::forbidden(code).arg("right", right.scope()))
    }

    /// The member of staff, where one acts.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::Staff(staff) => Some(staff.user),
            _ => None,
        }
    }

    /// The signed-in customer, where one acts.
    pub fn customer(&self) -> Option<PartyId> {
        match self {
            Self::Customer(party) => Some(*party),
            _ => None,
        }
    }

    /// How the journal names the actor: a kind and an id, never a name.
    pub fn code(&self) -> String {
        match self {
            Self::System => "system".into(),
            Self::Guest => "guest".into(),
            Self::Customer(party) => format!("customer:{party}"),
            Self::Staff(staff) => format!("staff:{}", staff.user),
            Self::Key(key) => format!("key:{}", key.id),
        }
    }
}
